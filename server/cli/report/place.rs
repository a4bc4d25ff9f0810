//! Where a finding is, for other programs: paths as addresses, lines and columns from 1, and a mark by which the same
//! finding is known again when lines have moved.

use std::collections::HashMap;
use std::path::{Component, Path};

use crate::cli::report::Checked;
use crate::document::Cx;
use crate::text::{Encoding, Position, Span, Text};

/// Lines and columns that count from 1; the end column is the one behind the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start_line: u32,
    pub(super) start_column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl Region {
    /// The region of a span; columns count in units of `encoding`.
    pub(super) fn new(text: &Text, span: &Span, encoding: Encoding) -> Region {
        let start = text.position(span.start, encoding);
        let end = text.position(span.end, encoding);
        Region {
            start_line: start.line + 1,
            start_column: start.character + 1,
            end_line: end.line + 1,
            end_column: end.character + 1,
        }
    }
}

/// A path with `/` between its parts and without `.` among them.
pub(super) fn plain(path: &str) -> String {
    let parts = Path::new(path).components().filter(|part| *part != Component::CurDir);
    let path: std::path::PathBuf = parts.collect();
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// A path as an address: relative where the path is, else of the scheme `file`.
pub(super) fn address(path: &str) -> String {
    let path = plain(path);
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded: String = path
        .bytes()
        .map(|byte| if is_kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    match (path.starts_with('/'), Path::new(&path).is_absolute()) {
        (true, _) => format!("file://{encoded}"),
        (false, true) => format!("file:///{encoded}"),
        (false, false) => encoded,
    }
}

/// The marks of a file's findings: the same as long as the path, the rule and the text of the line are, wherever in the
/// file that line is. Equal lines are told apart by their order.
pub(super) fn fingerprints(path: &str, cx: &Cx<'_>, findings: &[Checked]) -> Vec<String> {
    let text = cx.document.text();
    let path = plain(path);
    let mut seen: HashMap<(&str, String), usize> = HashMap::new();
    let fingerprint = |checked: &Checked| {
        let finding = &checked.finding;
        let line = text.position(finding.span.start, Encoding::Utf8).line;
        let start = text.offset(Position { line, character: 0 }, Encoding::Utf8);
        let line = text.slice(start..text.line_end(line as usize)).trim().to_owned();
        let before = seen.entry((finding.rule.id, line.clone())).or_default();
        *before += 1;
        format!("{:032x}", hash([&path, finding.rule.id, &line, &before.to_string()]))
    };
    findings.iter().map(fingerprint).collect()
}

/// FNV-1a with 128 bits: the same in every version of the program. The parts are kept apart.
fn hash(parts: [&str; 4]) -> u128 {
    const START: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(START, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_an_address() {
        assert_eq!(address("./a b/é,x:1%/Dockerfile"), "a%20b/%C3%A9%2Cx%3A1%25/Dockerfile");
        assert_eq!(address("../a"), "../a");
        assert_eq!(address("<stdin>"), "%3Cstdin%3E");
        if cfg!(unix) {
            assert_eq!(address("/a/[b]"), "file:///a/%5Bb%5D");
        }
    }

    #[test]
    fn a_hash_never_changes() {
        assert_eq!(format!("{:032x}", hash(["a", "b", "", ""])), "d6015fb62c3c64bf6f105ccc14c4ec8e");
        assert_ne!(hash(["a", "b", "", ""]), hash(["ab", "", "", ""]));
    }
}
