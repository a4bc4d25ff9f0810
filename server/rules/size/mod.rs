//! Size: what ships more than needed.

pub(crate) mod apk_cache_kept;
pub(crate) mod apt_lists_kept;
pub(crate) mod apt_recommends;
pub(crate) mod archive_kept;
pub(crate) mod build_tools_in_final_image;
pub(crate) mod cleanup_in_later_layer;
pub(crate) mod composer_cache_kept;
pub(crate) mod conda_cache_kept;
pub(crate) mod consecutive_runs;
pub(crate) mod debug_symbols_kept;
pub(crate) mod dev_dependencies_in_final_image;
pub(crate) mod dnf_cache_kept;
pub(crate) mod fat_base_image;
pub(crate) mod large_uid;
pub(crate) mod npm_cache_kept;
pub(crate) mod ownership_in_later_layer;
pub(crate) mod pip_cache_kept;
pub(crate) mod system_upgrade;
pub(crate) mod temporary_files_kept;
pub(crate) mod unneeded_package;
pub(crate) mod whole_stage_copied;
pub(crate) mod yarn_cache_kept;
