//! Security: what can be attacked.

pub(crate) mod floating_base_tag;
