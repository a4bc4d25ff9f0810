//! What holds for the repository as a whole: who may know whom, what every rule brings along, how long a file may
//! be, what is generated, and what must not be committed.

#![allow(clippy::unwrap_used, reason = "all of this is a test, the helpers too")]

mod arrows;
mod committed;
mod rule_files;
mod settings;
mod sources;

use std::path::Path;

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with all of `problems`, one a line.
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
