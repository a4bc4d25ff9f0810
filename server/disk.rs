//! The disk: the build context as a folder.
