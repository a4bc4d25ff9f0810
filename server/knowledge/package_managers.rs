//! Package managers.
