//! Cache: what runs again more often than needed.
