//! Layerwise: what every line of a Dockerfile costs.
pub mod actions;
pub mod completion;
pub mod context;
pub mod dockerignore;
pub mod document;
pub mod fix;
pub mod folding;
pub mod format;
pub mod hints;
pub mod hover;
pub mod knowledge;
pub mod lenses;
pub mod links;
pub mod navigation;
pub(crate) mod path;
pub mod rules;
pub mod selection;
pub mod semantic;
pub mod settings;
pub mod signature;
pub mod silence;
pub mod symbols;
pub mod syntax;
pub mod text;
pub mod tokens;

#[cfg(test)]
mod fixture;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub mod discovery;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub mod disk;
#[cfg(feature = "lsp")]
pub mod lsp;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub mod shellcheck;
