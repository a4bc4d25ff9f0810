//! Rules about how a file reads.

pub(crate) mod constant_platform;
pub(crate) mod from_as_casing;
pub(crate) mod instruction_casing;
pub(crate) mod legacy_key_value;
pub(crate) mod maintainer;
pub(crate) mod misleading_description;
pub(crate) mod redundant_target_platform;
pub(crate) mod stage_name_casing;
