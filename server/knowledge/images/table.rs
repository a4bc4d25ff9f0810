//! The tables of images as they are written in `official.txt` and `others.txt`, read once, when first asked for.
//!
//! A line is a keyword and words. `repository NAME` begins one; `NAME/*` stands for every name that begins so. In it:
//! `product TITLE` and `cycle NAME CODENAME FIRST-DAY LAST-DAY LAST-DAY-OF-LONG-SUPPORT` (`-` for none) say what is in it
//! and how long that is supported; `fact SINCE KEY VALUE` holds for every variant from a version on; `name ALIAS VERSION`;
//! `tags SUFFIX VERSION BASE…`: from each version on, what the tag with this suffix (`.` for none) is built on, `-` where
//! there is no such tag, `+` where that is the repository's own release; `tag NAME BASE`, for tags without a version.
//! `others.txt` says what the other keywords are.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::version::Version;

const OFFICIAL: &str = include_str!("official.txt");
const OTHERS: &str = include_str!("others.txt");

/// All that is written down.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The day the data is of, as `2026-08-21`.
    pub(super) date: &'static str,
    /// The names of the official images, sorted.
    pub(super) official: Vec<&'static str>,
    /// The names of those that are no more, sorted.
    pub(super) past: Vec<&'static str>,
    pub(super) repositories: BTreeMap<&'static str, Repository>,
}

/// What is known of one repository.
#[derive(Debug, Default)]
pub(super) struct Repository {
    pub(super) name: &'static str,
    /// What is in it, as people call it.
    pub(super) title: Option<&'static str>,
    pub(super) cycles: Vec<Cycle>,
    /// The repository whose cycles are the ones of this one too.
    pub(super) cycles_of: Option<&'static str>,
    /// Whether some of its tags are for Windows.
    pub(super) has_windows: bool,
    pub(super) newest: Option<Version>,
    /// Whether its tags name two numbers of a version or more: `8.0`, not `8`.
    pub(super) needs_minor: bool,
    pub(super) names: Vec<(&'static str, &'static str)>,
    pub(super) bare: Vec<(&'static str, &'static str)>,
    /// Names that a pattern stands for, and that are offered.
    pub(super) listed: Vec<&'static str>,
    /// Each suffix with its versions and bases.
    pub(super) suffixes: Vec<(&'static str, &'static str)>,
    pub(super) facts: Vec<Fact>,
    pub(super) users: Vec<User>,
    pub(super) tools: Vec<Tools>,
    /// Whether it sets nothing but PATH.
    pub(super) is_plain: bool,
    pub(super) ended: Option<Ended>,
    /// Whether it has apt without package lists.
    pub(super) lacks_lists: bool,
    /// The distribution, and its release.
    pub(super) family: Option<(&'static str, Option<&'static str>)>,
    /// What holds where a part of the tag is the first word: a key and a value.
    pub(super) exceptions: Vec<(&'static str, &'static str, &'static str)>,
}

/// That a repository is given up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    /// The day after which its tags are not built any more.
    pub(super) day: &'static str,
    /// The part of those that still are.
    pub(super) kept: Option<&'static str>,
    /// The repository with the first days of the versions above `latest`, which are built until then.
    pub(super) first_days: Option<&'static str>,
}

/// A line of releases with its dates, each as `2026-08-21`; `None` where no day is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Its name: `22`, `3.12`.
    pub name: &'static str,
    /// In lower case.
    pub codename: Option<&'static str>,
    /// The first day.
    pub first: Option<&'static str>,
    /// The last day of support.
    pub last: Option<&'static str>,
    /// The last day of long-term support.
    pub last_long: Option<&'static str>,
}

/// Something that the image's configuration says.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) since: Option<Version>,
    /// `workdir`, `user`, `entrypoint`, `command`, `stopsignal`, or `env`.
    pub(super) key: &'static str,
    /// The variable; empty for the other keys.
    pub(super) name: &'static str,
    /// `-` for none; empty where only the name is known.
    pub(super) value: &'static str,
}

/// A user that the image has beside root.
#[derive(Debug)]
pub(super) struct User {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
    pub(super) group: &'static str,
    /// `-` for every distribution.
    pub(super) family: &'static str,
    pub(super) since: Option<Version>,
}

/// Programs and packages that are there, or are not.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) are_there: bool,
    /// A distribution, or a plus sign and a part of buildpack-deps; `-` for all.
    pub(super) family: &'static str,
    pub(super) names: Vec<&'static str>,
}

/// The tables.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::default();
        read(OFFICIAL, &mut table);
        read(OTHERS, &mut table);
        table
    })
}

impl Repository {
    /// The repository of a canonical name.
    pub(super) fn named(name: &str) -> Option<&'static Repository> {
        let all = &table().repositories;
        all.get(name).or_else(|| {
            let (folder, _) = name.rsplit_once('/')?;
            all.values().find(|repository| repository.name.strip_suffix("/*") == Some(folder))
        })
    }

    /// The lines of releases, the newest first as a rule.
    pub(super) fn cycles(&self) -> &'static [Cycle] {
        let name = self.cycles_of.unwrap_or(self.name);
        table().repositories.get(name).map_or(&[], |repository| &repository.cycles)
    }

    /// The tag of a line of releases, without a suffix.
    pub(super) fn cycle_tag(&self, cycle: &Cycle) -> String {
        let minor = if self.needs_minor && !cycle.name.contains('.') { ".0" } else { "" };
        format!("{}{minor}", cycle.name)
    }

    /// How people call what is in it.
    pub(super) fn title(&self) -> Option<&'static str> {
        let name = self.cycles_of.unwrap_or(self.name);
        table().repositories.get(name)?.title
    }

    /// What the tag of a version and a suffix is built on. `None` where there is none, or that is not known.
    pub(super) fn base(&self, version: &Version, suffix: &str) -> Option<&'static str> {
        // What is newer than the data is not known.
        if self.newest.is_some_and(|newest| version.compare_as_prefix(&newest).is_gt()) {
            return None;
        }
        let (_, runs) = self.suffixes.iter().find(|(known, _)| *known == suffix)?;
        let begun = |(start, _): &(&str, &str)| {
            Version::new(start).is_some_and(|start| version.compare_as_prefix(&start).is_ge())
        };
        let (_, base) = pairs(runs).take_while(begun).last()?;
        (base != "-").then_some(base)
    }
}

/// The versions and bases of a line of tags.
pub(super) fn pairs(runs: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut words = runs.split(' ');
    std::iter::from_fn(move || Some((words.next()?, words.next()?)))
}

fn read(text: &'static str, table: &mut Table) {
    let mut current = "";
    for line in text.lines() {
        let (keyword, rest) = line.split_once(' ').unwrap_or((line, ""));
        match keyword {
            "date" => table.date = rest,
            "official" => table.official = rest.split(' ').collect(),
            "past" => table.past = rest.split(' ').collect(),
            "repository" => current = rest,
            "" | "#" => continue,
            _ => {}
        }
        if current.is_empty() {
            continue;
        }
        let repository = table.repositories.entry(current).or_default();
        repository.name = current;
        repository.read(keyword, rest);
    }
}

/// A word that is not the dash for "none".
fn word(text: &'static str) -> Option<&'static str> {
    Some(text).filter(|text| !matches!(*text, "" | "-"))
}

impl Repository {
    fn read(&mut self, keyword: &str, rest: &'static str) {
        let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
        match keyword {
            "product" => self.title = Some(rest),
            "cycle" => self.cycles.extend(cycle(rest)),
            "cycles" => self.cycles_of = Some(rest),
            "windows" => self.has_windows = true,
            "minor" => self.needs_minor = true,
            "newest" => self.newest = Version::new(rest),
            "name" => self.names.push((first, after)),
            "names" => self.listed.extend(rest.split(' ')),
            "tag" => self.bare.push((first, after)),
            "tags" => self.suffixes.push((if first == "." { "" } else { first }, after)),
            "fact" => self.facts.push(fact(first, after)),
            "user" => self.users.extend(user(rest)),
            "has" | "lacks" => self.tools.push(Tools {
                are_there: keyword == "has",
                family: first,
                names: after.split(' ').collect(),
            }),
            "plain" => self.is_plain = true,
            "ended" => {
                let mut others = after.split(' ').map(word);
                let (kept, first_days) = (others.next().flatten(), others.next().flatten());
                self.ended = Some(Ended { day: first, kept, first_days });
            }
            "no-lists" => self.lacks_lists = true,
            "family" => self.family = Some((first, word(after))),
            "in" => {
                if let Some((key, value)) = after.split_once(' ') {
                    self.exceptions.push((first, key, value));
                }
            }
            _ => {}
        }
    }
}

fn cycle(rest: &'static str) -> Option<Cycle> {
    let mut words = rest.split(' ');
    Some(Cycle {
        name: words.next()?,
        codename: word(words.next()?),
        first: word(words.next()?),
        last: word(words.next()?),
        last_long: word(words.next()?),
    })
}

fn fact(since: &'static str, rest: &'static str) -> Fact {
    let (key, value) = rest.split_once(' ').unwrap_or((rest, ""));
    let (name, value) = match key {
        "env" => value.split_once(' ').unwrap_or((value, "")),
        _ => ("", value),
    };
    Fact { since: Version::new(since), key, name, value }
}

fn user(rest: &'static str) -> Option<User> {
    let mut words = rest.split(' ');
    Some(User {
        name: words.next()?,
        id: words.next()?,
        group: words.next()?,
        family: words.next()?,
        since: words.next().and_then(Version::new),
    })
}
