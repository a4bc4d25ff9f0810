//! `base-platform-mismatch`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Stands for a check of BuildKit: a base image that was pulled for another platform than the build is for.
    ///
    /// ## Why is this bad?
    /// What runs in such an image runs by emulation, or not at all.
    ///
    /// ## Never reported
    /// Only the registry knows the platforms of an image, and Layerwise asks nobody. `docker build --check` reports it.
    pub(crate) static BASE_PLATFORM_MISMATCH = {
        id: "base-platform-mismatch", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["InvalidBaseImagePlatform"],
        check: Instruction(check),
    }
}

fn check(_: &Instruction, _: &mut Findings) {}
