//! The command line from outside: the real binary on real files. Knows nothing of the library.

#![allow(clippy::unwrap_used, reason = "all of this is a test, the helpers too")]

mod check;
mod commands;
mod fix;
mod fmt;
mod folder;
mod formats;
mod layers;
#[path = "../shared/programs.rs"]
mod programs;
mod search;
mod settings;
mod shellcheck;
