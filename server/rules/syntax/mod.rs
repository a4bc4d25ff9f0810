//! Syntax: what does not build.
