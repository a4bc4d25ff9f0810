//! The language server from outside: the real binary, spoken to over its standard input and output. Knows nothing
//! of the library.
#![expect(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod actions;
mod answers;
mod builders;
mod client;
mod completion;
mod diagnostics;
mod formatting;
mod ignore_files;
mod lifecycle;
mod navigation;
#[path = "../shared/programs.rs"]
mod programs;
mod quirks;
mod reading;
mod roots;
mod settings;
mod shellcheck;
mod silences;
mod structure;
mod sync;
mod text;
mod tokens;
mod unfinished;
mod wishes;
mod workspace;
