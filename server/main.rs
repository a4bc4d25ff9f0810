//! The `layerwise` program.
fn main() {}
