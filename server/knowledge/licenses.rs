//! SPDX licence expressions: which identifiers there are, and how they are joined.
//! Source: the SPDX specification 2.3, annex D; the identifiers are those of the npm packages spdx-license-ids 3.0.23
//! (CC0-1.0) and spdx-exceptions 2.5.0, made from the SPDX licence list.

/// The identifiers, each kind below a line that begins with `#`, with blanks between them.
const LIST: &str = include_str!("licenses.txt");

/// The licences of most open software, permissive ones first.
pub const USUAL: [&str; 17] = [
    "MIT",
    "Apache-2.0",
    "BSD-3-Clause",
    "BSD-2-Clause",
    "ISC",
    "0BSD",
    "Unlicense",
    "CC0-1.0",
    "MPL-2.0",
    "EPL-2.0",
    "LGPL-3.0-or-later",
    "GPL-3.0-or-later",
    "GPL-3.0-only",
    "GPL-2.0-or-later",
    "GPL-2.0-only",
    "AGPL-3.0-or-later",
    "AGPL-3.0-only",
];

/// Whether a text is a licence expression, such as `MIT` or `(MIT OR Apache-2.0) AND GPL-2.0+`. Identifiers are known in
/// any case, as the specification has it.
pub fn is_license_expression(text: &str) -> bool {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut depth = 0_usize;
    let mut wants_license = true;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match (*word, wants_license) {
            ("(", true) => depth += 1,
            (")", false) if depth > 0 => depth -= 1,
            ("AND" | "OR" | "and" | "or", false) => wants_license = true,
            ("WITH" | "with", false) => {
                if !rest.next().is_some_and(|exception| is_listed(exceptions(), exception)) {
                    return false;
                }
            }
            (license, true) if is_license(license) => wants_license = false,
            _ => return false,
        }
    }
    depth == 0 && !wants_license
}

fn is_license(word: &str) -> bool {
    let name = word.strip_suffix('+').unwrap_or(word);
    is_listed(licenses(), name) || is_listed(licenses(), word) || is_reference(word)
}

/// A licence that a document of its own tells: `LicenseRef-mine`, `DocumentRef-a:LicenseRef-b`.
fn is_reference(word: &str) -> bool {
    let name = |text: &str, prefix: &str| {
        let rest = text.strip_prefix(prefix).unwrap_or_default();
        !rest.is_empty() && rest.chars().all(|char| char.is_ascii_alphanumeric() || ".-".contains(char))
    };
    match word.split_once(':') {
        Some((document, license)) => name(document, "DocumentRef-") && name(license, "LicenseRef-"),
        None => name(word, "LicenseRef-"),
    }
}

fn is_listed(list: &str, name: &str) -> bool {
    list.split_whitespace().any(|listed| listed.eq_ignore_ascii_case(name))
}

fn licenses() -> &'static str {
    section(0)
}

fn exceptions() -> &'static str {
    section(1)
}

/// The identifiers below a headline; no identifier has a `#`.
fn section(index: usize) -> &'static str {
    let below = LIST.split('#').nth(index + 1).unwrap_or_default();
    below.split_once('\n').map(|(_, below)| below).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ones_are_licences() {
        assert!(USUAL.iter().all(|license| is_license_expression(license)));
    }

    #[test]
    fn licenses_are_joined_to_expressions() {
        for text in [
            "MIT",
            "mit",
            "0BSD",
            "GPL-2.0+",
            "MIT OR Apache-2.0",
            "(MIT AND BSD-3-Clause) OR Zlib",
            "GPL-2.0-only WITH Classpath-exception-2.0",
            "LicenseRef-mine",
            "DocumentRef-a:LicenseRef-b",
        ] {
            assert!(is_license_expression(text), "{text}");
        }
        for text in [
            "",
            "Proprietary",
            "MIT OR",
            "MIT Apache-2.0",
            "(MIT",
            "MIT)",
            "()",
            "MIT WITH MIT",
            "LicenseRef-",
            "Classpath-exception-2.0",
            "Exceptions",
            "licences,",
        ] {
            assert!(!is_license_expression(text), "{text}");
        }
    }
}
