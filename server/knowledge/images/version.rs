//! Versions as the tags of images write them: `22`, `3.12.1`, `17.0.3_7`, `8u402-b06`.

use std::cmp::Ordering;

/// More parts than any tag has.
const MOST: usize = 6;

/// A version, whole or only its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    parts: [u32; MOST],
    length: usize,
}

impl Version {
    /// The numbers of a text; `None` where it begins with none.
    pub(super) fn new(text: &str) -> Option<Version> {
        text.starts_with(|char: char| char.is_ascii_digit()).then_some(())?;
        let mut version = Version { parts: [0; MOST], length: 0 };
        let (before, build) = text.split_once('_').unwrap_or((text, ""));
        for number in before.split(|char: char| !char.is_ascii_digit()).filter(|part| !part.is_empty()) {
            version.push(number);
        }
        if !build.is_empty() {
            // `17_35` is older than `17.0.1_12`.
            version.length = version.length.max(3);
            version.push(build);
        }
        Some(version)
    }

    fn push(&mut self, number: &str) {
        if let Some(part) = self.parts.get_mut(self.length) {
            *part = number.parse().unwrap_or(u32::MAX);
            self.length += 1;
        }
    }

    /// Its first two numbers, and its first, as tags write them; the whole of a shorter one.
    pub(super) fn heads(&self) -> Vec<String> {
        let numbers: Vec<String> = self.parts.iter().take(self.length.min(2)).map(u32::to_string).collect();
        let lengths = (1..=numbers.len()).rev();
        lengths.filter_map(|length| Some(numbers.get(..length)?.join("."))).collect()
    }

    /// How many numbers it has.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// This version and another, both cut to the length of this one.
    pub(super) fn compare_as_prefix(&self, other: &Version) -> Ordering {
        let length = self.length.min(MOST);
        self.parts.iter().take(length).cmp(other.parts.iter().take(length))
    }

    /// Whether the other version begins as this one does.
    pub(super) fn is_prefix_of(&self, other: &Version) -> bool {
        self.length <= other.length && self.compare_as_prefix(other) == Ordering::Equal
    }

    /// Number by number; a number that is not there is 0.
    pub(super) fn compare(&self, other: &Version) -> Ordering {
        self.parts.cmp(&other.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::new(text).expect("a version")
    }

    #[test]
    fn builds_come_after_three_numbers() {
        assert_eq!(version("17_35").compare(&version("17.0.3_7")), Ordering::Less);
        assert_eq!(version("8u402-b06").compare(&version("8u402")), Ordering::Greater);
        assert!(Version::new("alpine").is_none());
    }

    #[test]
    fn a_beginning_fits_what_goes_on() {
        assert!(version("3.1").is_prefix_of(&version("3.1.4")));
        assert!(!version("3.1").is_prefix_of(&version("3.12")));
        assert!(!version("3.1.4").is_prefix_of(&version("3.1")));
    }
}
