//! What Docker's instruction set is, as data: nothing here looks at a file.
//!
//! The rules are those of BuildKit's own parser; where its documentation says otherwise, the parser won.

pub mod build_programs;
pub mod daemons;
pub mod development_servers;
pub mod directives;
pub mod environment_names;
pub mod flags;
pub mod git_askers;
pub mod hadolint;
pub mod images;
pub mod instructions;
pub mod label_keys;
pub mod label_values;
pub mod licenses;
pub mod markdown;
pub mod mounts;
pub mod package_managers;
pub mod package_uses;
pub mod pipe_programs;
pub mod plain_programs;
pub mod platforms;
pub mod ports;
pub mod project_files;
pub mod recommends;
pub mod secrets;
pub mod shells;
pub mod signals;
pub mod unneeded_files;
pub mod variables;
