//! What a tag says: a version, and what follows it.

use super::distribution::Family;
use super::end_of_life;
use super::table::{Cycle, Repository};
use super::version::Version;

/// A tag taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// What stands before the suffix, with its dash: `22-`, or nothing.
    pub(super) head: String,
    /// The version it stands for; `None` where that is not known.
    pub(super) version: Option<Version>,
    /// What follows the version; `None` where that is not known.
    pub(super) suffix: Option<String>,
    /// What it is built on, as the table says it.
    pub(super) base: Option<&'static str>,
    /// Whether it has a day in it, as `bookworm-20240110` does.
    pub(super) has_day: bool,
}

/// The release of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The distribution.
    pub family: &'static Family,
    /// The release's number, such as `12` or `3.20`; `None` where it is not known.
    pub number: Option<String>,
    /// Whether it is the image that is called minimal or slim.
    pub(super) is_minimal: bool,
}

impl Release {
    /// The codename, in lower case.
    pub fn codename(&self) -> Option<&'static str> {
        end_of_life::cycle(self)?.codename
    }
}

impl Tag {
    /// Reads a tag, in which `*` stands for what is not known. Without a tag it is `latest`.
    pub(super) fn new(repository: &Repository, written: &str) -> Tag {
        let is_day = |part: &&str| {
            let (day, rest) = part.split_at_checked(8).unwrap_or_default();
            !day.is_empty()
                && day.bytes().all(|byte| byte.is_ascii_digit())
                && (rest.is_empty() || rest.starts_with('.'))
        };
        let parts: Vec<&str> = written.split('-').filter(|part| !is_day(part)).collect();
        let has_day = parts.len() < written.split('-').count();
        let text = parts.join("-");
        let mut tag = Tag { head: String::new(), version: None, suffix: None, base: None, has_day };
        let (head, suffix) = split(&text);
        let alias = |name: &str| {
            let found = repository.names.iter().find(|(alias, _)| *alias == name);
            found.and_then(|(_, version)| Version::new(version))
        };
        if head.contains('*') {
            // The unknown part may reach further than the first dash.
            let is_whole = suffix.is_empty() || suffix.contains('*');
            tag.suffix = (!is_whole).then(|| suffix.to_owned());
            return tag;
        }
        if let Some((_, base)) = repository.bare.iter().find(|(name, _)| *name == text) {
            tag.base = Some(base);
            tag.suffix = Some(text);
            return tag;
        }
        if let Some(version) = Version::new(head).or_else(|| alias(head)) {
            tag.head = if text == "latest" { String::new() } else { format!("{head}-") };
            tag.version = Some(version);
            tag.suffix = (!suffix.contains('*')).then(|| suffix.to_owned());
        } else {
            let is_suffix = repository.suffixes.iter().any(|(known, _)| *known == text);
            tag.version = alias("latest").filter(|_| is_suffix);
            tag.suffix = (!text.contains('*') && text != "latest").then_some(text);
        }
        if let (Some(version), Some(suffix)) = (&tag.version, &tag.suffix) {
            tag.base = repository.base(version, suffix);
        }
        tag
    }

    /// Whether one of its parts is this word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.suffix.as_deref().is_some_and(|suffix| suffix.split('-').any(|part| part == word))
    }
}

/// The version, with the build of a Java 8, and what follows it.
fn split(text: &str) -> (&str, &str) {
    let (head, rest) = text.split_once('-').unwrap_or((text, ""));
    let build = rest.split('-').next().unwrap_or_default();
    let is_build = head.contains('u')
        && build.strip_prefix('b').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_build || head.starts_with(|char: char| !char.is_ascii_digit()) {
        return (head, rest);
    }
    let end = head.len() + 1 + build.len();
    let after = text.get(end..).unwrap_or_default();
    (text.get(..end).unwrap_or(text), after.strip_prefix('-').unwrap_or_default())
}

/// The line of releases that a version is of; the newest one where it fits several.
pub(super) fn cycle(cycles: &'static [Cycle], version: &Version) -> Option<&'static Cycle> {
    let with_version = cycles.iter().filter_map(|cycle| Some((Version::new(cycle.name)?, cycle)));
    let exact = with_version.clone().filter(|(name, _)| name.is_prefix_of(version));
    let exact = exact.max_by_key(|(name, _)| name.length());
    let newer = || with_version.filter(|(name, _)| version.is_prefix_of(name));
    let found = exact.or_else(|| newer().max_by(|(left, _), (right, _)| left.compare(right)));
    found.map(|(_, cycle)| cycle)
}

/// The release that a text names, such as `slim-bookworm`, `alpine3.20`, `ubi9-minimal` or `devel-ubuntu22.04`.
pub(super) fn release(text: &str) -> Option<Release> {
    let is_minimal = text.split('-').any(|part| matches!(part, "minimal" | "slim"));
    let new = |id: &str, number: &str| {
        let number = (!number.is_empty()).then(|| number.to_owned());
        Some(Release { family: Family::named(id)?, number, is_minimal })
    };
    let mut parts = text.split('-').peekable();
    while let Some(part) = parts.next() {
        if is_windows(part) {
            return new("windows", "");
        }
        if let Some((family, number)) = by_codename(part) {
            return new(family, number);
        }
        let digits = part.find(|char: char| char.is_ascii_digit()).unwrap_or(part.len());
        let (name, number) = part.split_at_checked(digits).unwrap_or((part, ""));
        let id = match name {
            "ubi" => "rhel",
            "al" if !number.is_empty() => "amazonlinux",
            "oracle" => "oraclelinux",
            "alpine" | "debian" | "ubuntu" | "scratch" | "distroless" => name,
            _ if number.is_empty() => continue,
            _ => name,
        };
        if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || Family::named(id).is_none() {
            continue;
        }
        let next = parts.peek().filter(|next| next.starts_with(|char: char| char.is_ascii_digit()));
        return match next {
            Some(next) if number.is_empty() => new(id, next),
            _ => new(id, number),
        };
    }
    None
}

fn is_windows(part: &str) -> bool {
    ["windowsservercore", "nanoserver", "servercore", "ltsc"].iter().any(|start| part.starts_with(start))
}

/// The distribution and the number of a release of Debian or Ubuntu.
pub(super) fn by_codename(codename: &str) -> Option<(&'static str, &'static str)> {
    ["debian", "ubuntu"].into_iter().find_map(|family| {
        let cycles = Repository::named(family)?.cycles();
        let found = cycles.iter().find(|cycle| cycle.codename == Some(codename))?;
        Some((family, found.name))
    })
}
