//! Security: what can be attacked.

pub(crate) mod disabled_tls;
pub(crate) mod download_to_shell;
pub(crate) mod end_of_life_base;
pub(crate) mod floating_base_tag;
pub(crate) mod missing_user;
pub(crate) mod root_user;
pub(crate) mod secret_file_copied;
pub(crate) mod secret_in_arg_or_env;
pub(crate) mod secret_literal;
pub(crate) mod shared_private_key;
pub(crate) mod ssh_port;
pub(crate) mod sudo;
pub(crate) mod token_in_url;
pub(crate) mod unresolvable_user;
pub(crate) mod unsigned_packages;
pub(crate) mod untrusted_registry;
pub(crate) mod unverified_download;
pub(crate) mod world_writable;
pub(crate) mod writable_app_code;
