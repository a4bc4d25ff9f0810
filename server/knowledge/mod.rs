//! Data about Docker: what instructions and flags mean.
