//! The command line from outside: the real binary on real files. Knows nothing of the library.

mod check;
mod commands;
mod fix;
mod folder;
mod search;
mod settings;
