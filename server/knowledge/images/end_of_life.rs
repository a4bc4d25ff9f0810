//! The end of support of what is in an image.

use super::table::{Cycle, Repository};
use super::tag::{self, Release, Tag};
use super::version::Version;

/// When something is not supported any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndOfLife {
    /// What: `Node.js 16`, `Debian 10`.
    pub what: String,
    /// The last day of support, as `2024-06-30`: for Debian that of its long-term support.
    pub day: &'static str,
    /// What is not supported any more.
    pub part: Part,
}

/// A part of an image that has a last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The program that it is made for.
    Program,
    /// The distribution below.
    Distribution,
    /// The image itself: it is not built again, whatever becomes of its program.
    Image,
}

/// The last days of an image's program and of its distribution, as far as they are set.
pub(super) fn ends(
    product: Option<(&'static str, &'static Cycle)>,
    release: Option<&Release>,
) -> Vec<EndOfLife> {
    let product = product.and_then(|(title, cycle)| {
        let what = format!("{title} {}", cycle.name);
        Some(EndOfLife { what, day: cycle.last?, part: Part::Program })
    });
    let distribution = release.and_then(|release| {
        let cycle = cycle(release)?;
        let what = format!("{} {}", release.family.name, cycle.name);
        Some(EndOfLife { what, day: last_day(release.family.id, cycle)?, part: Part::Distribution })
    });
    product.into_iter().chain(distribution).collect()
}

/// The day after which a tag is not built any more, where its repository is given up but for some of its tags.
pub(super) fn end_of_repository(repository: &Repository, tag: &Tag) -> Option<EndOfLife> {
    let ended = repository.ended?;
    let version =
        tag.version.filter(|_| tag.suffix.is_some() && !ended.kept.is_some_and(|kept| tag.has(kept)))?;
    let latest = repository.names.iter().find(|(name, _)| *name == "latest");
    let is_later = latest
        .and_then(|(_, latest)| Version::new(latest))
        .is_some_and(|latest| version.compare(&latest).is_gt());
    let day = match ended.first_days.filter(|_| is_later) {
        Some(name) => tag::cycle(Repository::named(name)?.cycles(), &version)?.first?,
        None => ended.day,
    };
    Some(EndOfLife { what: "a deprecated image".to_owned(), day, part: Part::Image })
}

/// The line of a distribution's releases that one is of.
pub(super) fn cycle(release: &Release) -> Option<&'static Cycle> {
    let version = Version::new(release.number.as_deref()?)?;
    let cycles = Repository::named(release.family.dates)?.cycles();
    tag::cycle(cycles, &version).filter(|cycle| {
        // A line that is newer than what is asked for is no answer.
        Version::new(cycle.name).is_some_and(|name| name.is_prefix_of(&version))
    })
}

/// The last day of what is free for everybody: Debian's long-term support is, those of others are sold.
pub(super) fn last_day(family: &str, cycle: &Cycle) -> Option<&'static str> {
    let long = cycle.last_long.filter(|_| family == "debian");
    long.max(cycle.last).filter(|_| cycle.last.is_some())
}
