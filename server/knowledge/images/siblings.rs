//! Other tags of the same repository: the slim one, one that is still supported, and all that are worth offering.

use super::distribution::Family;
use super::end_of_life;
use super::name::canonical;
use super::table::{Cycle, Repository, table};
use super::tag::{self, Tag};
use super::version::Version;
use super::{USUAL, date};

/// A tag that can be offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The tag.
    pub tag: String,
    /// The last day of support, where that is over on the day of the data.
    pub ended: Option<&'static str>,
}

/// The repositories that are known by name, with what people call what is in them: the usual ones first, then those of the
/// tables; last, those that are not built any more.
pub fn names() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let known = table().repositories.values();
    let known = known.filter(|known| {
        !known.name.contains('*') && (table().official.contains(&known.name) || is_image(known))
    });
    let is_known = |name: &&&str| !table().repositories.contains_key(**name);
    let others = table().official.iter().filter(is_known).map(|name| (*name, None));
    let listed = table().repositories.values().flat_map(|known| &known.listed).map(|name| (*name, None));
    let mut names: Vec<(&str, Option<&str>)> =
        known.map(|known| (known.name, known.title())).chain(listed).chain(others).collect();
    names.sort_by_key(|(name, _)| {
        let place = USUAL.iter().position(|usual| usual == name);
        (is_over(name), place.unwrap_or(USUAL.len()))
    });
    names.into_iter()
}

/// Whether nothing new is to be built on any tag of a repository.
fn is_over(name: &str) -> bool {
    let ended = Repository::named(name).and_then(|repository| repository.ended);
    ended.is_some_and(|ended| is_ended(Some(ended.day))) || table().past.binary_search(&name).is_ok()
}

/// Whether it is more than a list of dates.
fn is_image(repository: &Repository) -> bool {
    repository.name.contains('/') || Family::named(repository.name).is_some()
}

/// The tag for the slim variant of the same image; `None` where there is none, or it is slim already.
pub fn slim(name: &str, written: Option<&str>) -> Option<String> {
    let repository = Repository::named(canonical(name))?;
    let tag = Tag::new(repository, written.unwrap_or("latest"));
    let (version, suffix) = (tag.version?, tag.suffix.as_deref()?);
    if tag.has("slim") || tag.has_day {
        return None;
    }
    let candidates = match suffix {
        "" => vec!["slim".to_owned()],
        _ => vec![format!("{suffix}-slim"), format!("slim-{suffix}")],
    };
    let fits = |candidate: &String| {
        let base = repository.base(&version, candidate);
        // The slim variant is of the same release: `+` is the repository's own.
        base.is_some_and(|base| {
            let release = |base: &'static str| base.split('+').next();
            Some(base) == tag.base || tag.base.and_then(release) == release(base)
        })
    };
    let found = candidates.into_iter().find(fits)?;
    Some(format!("{}{found}", tag.head))
}

/// The next tag of the same variant whose support goes on for half a year or more after the day of the data, or else the
/// longest; `None` where there is none. Given is a tag whose program or distribution is not supported any more.
pub fn supported(name: &str, written: Option<&str>) -> Option<String> {
    let repository = Repository::named(canonical(name))?;
    let tag = Tag::new(repository, written?);
    let (version, suffix) = (tag.version?, tag.suffix.clone()?);
    if tag.has_day {
        return None;
    }
    let family = Family::named(repository.name).map_or("", |family| family.id);
    let cycles = repository.cycles();
    let current = tag::cycle(cycles, &version);
    let is_over = current.is_some_and(|cycle| is_ended(end_of_life::last_day(family, cycle)));
    if !is_over {
        let suffix = supported_suffix(repository, &version, &suffix)?;
        return Some(format!("{}{suffix}", tag.head));
    }
    let is_codename =
        current.and_then(|cycle| cycle.codename).is_some_and(|name| tag.head == format!("{name}-"));
    let newer = later(cycles, |cycle| end_of_life::last_day(family, cycle), &version);
    newer.into_iter().find_map(|cycle| {
        let version = Version::new(cycle.name)?;
        let suffix = match repository.base(&version, &suffix) {
            Some(base) if !is_base_ended(base) => suffix.clone(),
            _ => supported_suffix(repository, &version, &suffix)?,
        };
        let head = if is_codename { cycle.codename?.to_owned() } else { repository.cycle_tag(cycle) };
        Some(if suffix.is_empty() { head } else { format!("{head}-{suffix}") })
    })
}

/// The tags worth offering: of each supported line of releases, the newest first, then names such as `lts`, then the ones
/// that are not supported any more.
pub fn tags(name: &str) -> Vec<Offer> {
    let Some(repository) = Repository::named(canonical(name)) else {
        return Vec::new();
    };
    let family = Family::named(repository.name).map_or("", |family| family.id);
    let suffixes = suffixes(repository);
    let names = names_of(repository);
    let mut offers = Vec::new();
    let mut old = Vec::new();
    let with_suffixes = |head: &str, version: &Version| {
        let found = suffixes.iter().filter_map(|suffix| Some((*suffix, repository.base(version, suffix)?)));
        let tag = |suffix: &str| if suffix.is_empty() { head.to_owned() } else { format!("{head}-{suffix}") };
        found.map(|(suffix, base)| (tag(suffix), base)).collect::<Vec<_>>()
    };
    for cycle in repository.cycles() {
        let Some(version) = Version::new(cycle.name) else {
            continue;
        };
        let ended = end_of_life::last_day(family, cycle).filter(|day| is_ended(Some(day)));
        let codename = cycle.codename.filter(|codename| names.iter().any(|(name, _)| name == codename));
        let heads = std::iter::once(repository.cycle_tag(cycle)).chain(codename.map(str::to_owned));
        for (tag, base) in heads.flat_map(|head| with_suffixes(&head, &version)) {
            match ended {
                None if !is_base_ended(base) => offers.push(Offer { tag, ended: None }),
                None => {}
                Some(_) => old.push(Offer { tag, ended }),
            }
        }
    }
    let new = |tag: String| Offer { tag, ended: None };
    if let Some(newest) = repository.newest.filter(|_| repository.cycles().is_empty()) {
        // Without lines of releases those of the newest version: `1.98`, then `1`.
        for head in newest.heads() {
            let Some(version) = Version::new(&head) else { continue };
            offers.extend(with_suffixes(&head, &version).into_iter().map(|(tag, _)| new(tag)));
        }
    }
    for (name, version) in &names {
        let is_codename = |cycle: &&Cycle| cycle.codename == Some(name);
        let cycle = tag::cycle(repository.cycles(), version);
        let is_over = cycle.is_some_and(|cycle| is_ended(end_of_life::last_day(family, cycle)));
        if *name != "latest" && !is_over && !repository.cycles().iter().any(|cycle| is_codename(&cycle)) {
            offers.extend(with_suffixes(name, version).into_iter().map(|(tag, _)| new(tag)));
        }
    }
    let latest = names.iter().find(|(name, _)| *name == "latest");
    if let Some((_, version)) = latest {
        let today = suffixes.iter().filter(|suffix| repository.base(version, suffix).is_some());
        offers.extend(today.filter(|suffix| !suffix.is_empty()).map(|suffix| new((*suffix).to_owned())));
    }
    let bare = repository.bare.iter().map(|(tag, _)| *tag).filter(|tag| !tag.starts_with("old"));
    offers.extend(bare.map(|tag| new(tag.to_owned())));
    // What it stands for changes with every release.
    offers.extend(latest.map(|_| new("latest".to_owned())));
    offers.append(&mut old);
    let mut seen = std::collections::HashSet::new();
    offers.retain(|offer| seen.insert(offer.tag.clone()));
    offers
}

/// The suffixes of its tags in the order in which they are offered: those that say what the tag without one is built on,
/// short ones first; the newest number first; those with a release of a distribution, and those of which that is not known, last.
fn suffixes(repository: &Repository) -> Vec<&'static str> {
    let base = |suffix: &str| repository.newest.and_then(|newest| repository.base(&newest, suffix));
    let usual = base("");
    let mut suffixes: Vec<&str> = repository.suffixes.iter().map(|(suffix, _)| *suffix).collect();
    suffixes.sort_by_key(|suffix| {
        let has_release = tag::release(suffix).is_some_and(|release| release.number.is_some());
        let number =
            |part: &str| part.trim_start_matches(|char: char| char.is_ascii_alphabetic()).parse().ok();
        let number: Option<u32> = suffix.split('-').find_map(number);
        let is_unknown = base(suffix) == Some("?");
        let letters = suffix.chars().filter(|char| !char.is_ascii_digit()).count();
        (is_unknown, has_release, base(suffix) != usual, letters, std::cmp::Reverse(number), suffix.len())
    });
    suffixes
}

/// The names that stand for a version, such as `lts` and `bookworm`, those of the newest version first.
fn names_of(repository: &Repository) -> Vec<(&'static str, Version)> {
    let named = repository.names.iter().filter_map(|(name, version)| Some((*name, Version::new(version)?)));
    let mut names: Vec<(&str, Version)> = named.collect();
    names.sort_by(|(left, left_version), (right, right_version)| {
        right_version.compare(left_version).then(left.len().cmp(&right.len()))
    });
    names
}

fn is_ended(day: Option<&str>) -> bool {
    day.is_some_and(|day| day <= date())
}

/// Whether the distribution that a tag is built on is not supported any more.
fn is_base_ended(base: &str) -> bool {
    let release = base.split('+').next().and_then(tag::release);
    let cycle = release.as_ref().and_then(end_of_life::cycle);
    let day = release.zip(cycle).and_then(|(release, cycle)| end_of_life::last_day(release.family.id, cycle));
    is_ended(day)
}

/// The lines of releases after a version that are supported: the next first, and those that end within half a year last.
fn later(
    cycles: &'static [Cycle],
    last_day: impl Fn(&Cycle) -> Option<&'static str>,
    version: &Version,
) -> Vec<&'static Cycle> {
    let soon = half_a_year_later(date());
    let is_newer = |cycle: &&Cycle| {
        let started = cycle.first.is_some_and(|day| day <= date());
        started && Version::new(cycle.name).is_some_and(|name| name.compare(version).is_gt())
    };
    let mut found: Vec<&Cycle> = cycles.iter().filter(is_newer).collect();
    found.retain(|cycle| !is_ended(last_day(cycle)));
    found.sort_by(|left, right| {
        let version = |cycle: &Cycle| Version::new(cycle.name);
        let ends = |cycle: &Cycle| last_day(cycle).is_some_and(|day| day < soon.as_str());
        let order = version(left).zip(version(right)).map(|(left, right)| left.compare(&right));
        ends(left).cmp(&ends(right)).then(order.unwrap_or(std::cmp::Ordering::Equal))
    });
    found
}

/// The suffix with a release in it that is supported instead of one that is not.
fn supported_suffix(repository: &Repository, version: &Version, suffix: &str) -> Option<String> {
    let old = tag::release(suffix)?;
    let cycles = Repository::named(old.family.dates)?.cycles();
    let number = Version::new(old.number.as_deref()?)?;
    let current = tag::cycle(cycles, &number)?;
    let last_day = |cycle: &Cycle| end_of_life::last_day(old.family.id, cycle);
    later(cycles, last_day, &number).into_iter().find_map(|cycle| {
        let new = match (current.codename, cycle.codename) {
            (Some(before), Some(after)) if suffix.contains(before) => suffix.replace(before, after),
            _ => suffix.replace(old.number.as_deref()?, cycle.name),
        };
        repository.base(version, &new).map(|_| new)
    })
}

/// A day some six months after another one, as text; good enough to compare with.
fn half_a_year_later(day: &str) -> String {
    let mut parts = day.split('-');
    let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok()).unwrap_or_default();
    let (year, month, day) = (next(), next() + 6, next());
    format!("{:04}-{:02}-{day:02}", year + (month - 1) / 12, (month - 1) % 12 + 1)
}
