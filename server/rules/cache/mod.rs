//! Cache: what runs again more often than needed.

pub(crate) mod separate_package_update;
pub(crate) mod source_before_dependencies;
