//! The `layerwise` program: the command line, which starts the language server when it is asked to.

use std::process::ExitCode;

/// A keystroke is a thousand small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    layerwise::cli::run(layerwise::lsp::run)
}
