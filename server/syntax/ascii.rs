//! What a grammar's scanner can take.

use std::borrow::Cow;

/// The text with an `x` for each byte that is not ASCII, its places being the same. Scanners give any character to
/// C's `ctype`, which reads outside its table for some, and keep the names of heredocs as single bytes; to a shell
/// and to the builder these characters are all parts of words.
pub(super) fn in_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.bytes().map(|byte| if byte.is_ascii() { char::from(byte) } else { 'x' }).collect())
}
