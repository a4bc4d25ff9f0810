//! Halves of surrogate pairs in JSON. An editor may send one, when a character is cut in two; it is no text, and a
//! message that is refused for it leaves the document out of step.

/// Puts U+FFFD for each `\\uD800` to `\\uDFFF` that stands alone: it is as long, in UTF-16 and in UTF-8. Whether there
/// was one. What is no JSON at all is left to whoever reads it.
pub(crate) fn replace(json: &mut [u8]) -> bool {
    let mut found = false;
    let mut index = 0;
    while let Some(byte) = json.get(index) {
        if *byte != b'\\' {
            index += 1;
            continue;
        }
        match (unit(json, index), unit(json, index + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => index += 12,
            (Some(0xD800..=0xDFFF), _) => {
                if let Some(digits) = json.get_mut(index + 2..index + 6) {
                    digits.copy_from_slice(b"fffd");
                    found = true;
                }
                index += 6;
            }
            _ => index += 2,
        }
    }
    found
}

/// The number in the `\\uXXXX` at a place.
fn unit(json: &[u8], start: usize) -> Option<u16> {
    let digits = json.get(start..start + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str) {
        let mut json = before.as_bytes().to_vec();
        assert_eq!(replace(&mut json), before != after);
        assert_eq!(String::from_utf8(json).unwrap(), after);
    }

    #[test]
    fn only_halves_are_replaced() {
        check(r#""a\uD83Db""#, r#""a\ufffdb""#);
        check(r#""\udc00\uD83D\uDC33\ud800""#, r#""\ufffd\uD83D\uDC33\ufffd""#);
        check(r#""\uD83D\uD83D\uDC33""#, r#""\ufffd\uD83D\uDC33""#);
        check(r#""\\uD83D \n \u0041 \uD83""#, r#""\\uD83D \n \u0041 \uD83""#);
    }
}
