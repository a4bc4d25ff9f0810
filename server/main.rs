//! The `layerwise` program: the command line, which starts the language server when it is asked to.

use std::process::ExitCode;

fn main() -> ExitCode {
    layerwise::cli::run(layerwise::lsp::run)
}
