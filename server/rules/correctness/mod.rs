//! Correctness: what builds something else than meant, or breaks.

pub(crate) mod base_platform_mismatch;
pub(crate) mod copied_ignored_file;
pub(crate) mod duplicate_instruction;
pub(crate) mod duplicate_stage_name;
pub(crate) mod empty_continuation;
pub(crate) mod expose_host_mapping;
pub(crate) mod expose_proto_casing;
pub(crate) mod inline_comment;
pub(crate) mod install_without_update;
pub(crate) mod invalid_default_arg_in_from;
pub(crate) mod missing_copy_source;
pub(crate) mod missing_yes;
pub(crate) mod relative_workdir;
pub(crate) mod reserved_stage_name;
pub(crate) mod shell_form_entrypoint;
pub(crate) mod undeclared_arg_in_from;
pub(crate) mod undefined_variable;
pub(crate) mod unknown_stage;
