//! Rules about how a file reads.

pub(crate) mod cd_in_run;
pub(crate) mod constant_platform;
pub(crate) mod from_as_casing;
pub(crate) mod instruction_casing;
pub(crate) mod label_email;
pub(crate) mod label_empty;
pub(crate) mod label_git_hash;
pub(crate) mod label_key;
pub(crate) mod label_license;
pub(crate) mod label_missing;
pub(crate) mod label_time;
pub(crate) mod label_unexpected;
pub(crate) mod label_url;
pub(crate) mod label_version;
pub(crate) mod legacy_key_value;
pub(crate) mod maintainer;
pub(crate) mod misleading_description;
pub(crate) mod redundant_target_platform;
pub(crate) mod stage_name_casing;
pub(crate) mod two_downloaders;
pub(crate) mod unpinned_package;
pub(crate) mod unsorted_packages;
pub(crate) mod wget_progress;
