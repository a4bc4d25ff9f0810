//! Cache: what runs again more often than needed.

pub(crate) mod artefact_in_cache_mount;
pub(crate) mod blanket_copy;
pub(crate) mod dependencies_not_separated;
pub(crate) mod missing_cache_mount;
pub(crate) mod missing_link;
pub(crate) mod npm_install_with_lockfile;
pub(crate) mod remote_add_without_checksum;
pub(crate) mod separate_package_update;
pub(crate) mod source_before_dependencies;
pub(crate) mod system_packages_after_copy;
pub(crate) mod volatile_value_early;
pub(crate) mod wrong_cache_mount;
