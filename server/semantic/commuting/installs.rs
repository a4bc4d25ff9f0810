//! Installs of dependencies among the copies of their stage.

use super::targets::Target;
use super::{Pair, settings, traces};
use crate::semantic::Model;
use crate::semantic::list_updates::run_facts;
use crate::syntax::File;

/// Whether a COPY or ADD may as well come below a RUN of its stage that installs the dependencies of a project and reads
/// nothing else of it than what lies at `reads`, absolute paths. What the system and its users have is read by any install,
/// and so is what a variable or a step above may have told it of.
pub fn copy_and_install(file: &File, model: &Model, copy: usize, run: usize, reads: &[String]) -> bool {
    let is_here = model.stage_at(run).is_some_and(|stage| stage.items.contains(&copy));
    let is_apart = |target: &Target| {
        let path = target.path();
        let is_free = path.starts_with('/') && !path.starts_with("/tmp") && !target.is_of_system();
        is_free && !reads.iter().any(|read| target.touches(read))
    };
    let pair = Pair { file, model, upper: copy, lower: run };
    let is_led = |targets: &[Target]| {
        run_facts(file, model, run)
            .is_none_or(|facts| settings::variables_point_to(&pair, run, facts, false, targets))
            || traces::is_configured_above(&pair, copy, run, targets)
    };
    is_here
        && Target::all(file, model, copy)
            .is_some_and(|targets| targets.iter().all(is_apart) && !is_led(&targets))
}
