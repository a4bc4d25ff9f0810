//! Correctness: what builds something else than meant, or breaks.

pub(crate) mod base_platform_mismatch;
pub(crate) mod copied_ignored_file;
pub(crate) mod copy_destination_not_folder;
pub(crate) mod copy_to_relative_without_workdir;
pub(crate) mod duplicate_instruction;
pub(crate) mod duplicate_stage_name;
pub(crate) mod empty_continuation;
pub(crate) mod expose_host_mapping;
pub(crate) mod expose_proto_casing;
pub(crate) mod global_arg_not_redeclared;
pub(crate) mod inline_comment;
pub(crate) mod install_without_update;
pub(crate) mod invalid_default_arg_in_from;
pub(crate) mod missing_copy_source;
pub(crate) mod missing_yes;
pub(crate) mod path_overwrite;
pub(crate) mod relative_workdir;
pub(crate) mod reserved_stage_name;
pub(crate) mod self_referencing_env;
pub(crate) mod shell_form_entrypoint;
pub(crate) mod stage_cycle;
pub(crate) mod undeclared_arg_in_from;
pub(crate) mod undefined_variable;
pub(crate) mod unknown_stage;
pub(crate) mod unreachable_stage;
