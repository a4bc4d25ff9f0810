//! Size: what ships more than needed.

pub(crate) mod apt_lists_kept;
