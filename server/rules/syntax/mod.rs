//! Syntax: what does not build.

pub(crate) mod duplicate_flag;
pub(crate) mod extra_argument;
pub(crate) mod instruction_before_from;
pub(crate) mod invalid_directive;
pub(crate) mod invalid_duration;
pub(crate) mod invalid_flag_value;
pub(crate) mod invalid_image_reference;
pub(crate) mod invalid_json_form;
pub(crate) mod invalid_mount;
pub(crate) mod invalid_onbuild_trigger;
pub(crate) mod invalid_port;
pub(crate) mod invalid_remote_source;
pub(crate) mod invalid_signal;
pub(crate) mod invalid_stage_name;
pub(crate) mod lost_continuation;
pub(crate) mod malformed_pattern;
pub(crate) mod missing_argument;
pub(crate) mod no_stage;
pub(crate) mod nul_byte;
pub(crate) mod overlong_line;
pub(crate) mod unknown_flag;
pub(crate) mod unknown_instruction;
pub(crate) mod unsupported_modifier;
pub(crate) mod unterminated_heredoc;
pub(crate) mod unterminated_quote;
pub(crate) mod unterminated_variable;
