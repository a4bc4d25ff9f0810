//! What the tables come to for one image.

use super::distribution::{BinSh, Family, Manager, Userland, glibc};
use super::table::{self, Repository, User as Account};
use super::tag::{self, Release, Tag};
use super::version::Version;
use super::{BaseImage, User, apt, end_of_life};
use crate::path;

/// What a description is made of.
pub(super) struct Describer {
    repository: &'static Repository,
    tag: Tag,
    release: Option<Release>,
}

impl Describer {
    pub(super) fn new(repository: &'static Repository, name: &str, tag: Tag) -> Describer {
        let release = release_of(repository, name, &tag);
        Describer { repository, tag, release }
    }

    /// All of it.
    pub(super) fn image(self) -> BaseImage {
        let family = self.release.as_ref().map(|release| release.family);
        let number = self.release.as_ref().and_then(|release| release.number.as_deref());
        let is_minimal = self.release.as_ref().is_some_and(|release| release.is_minimal);
        let cycles = if family.is_some_and(|family| family.id == self.repository.name) {
            &[]
        } else {
            self.repository.cycles()
        };
        let cycle = self.tag.version.as_ref().and_then(|version| tag::cycle(cycles, version));
        let product = self.repository.title().zip(cycle);
        let is_bare = self.has_exception("shell", "none");
        let is_dev = family.is_some_and(|family| family.id == "wolfi")
            && (self.tag.has("dev") || self.repository.name.ends_with("-base"));
        let tools = self.tools(family);
        let plain = self.repository.is_plain;
        let has_bash = family.and_then(|family| family.bash).filter(|_| !is_bare);
        BaseImage {
            repository: self.repository.name,
            product,
            libc: family.and_then(|family| family.libc),
            glibc: family.zip(number).and_then(|(family, number)| glibc(family.id, number)),
            shell: match (is_bare, is_dev) {
                (true, _) => Some(BinSh::None),
                (_, true) => Some(BinSh::Ash),
                _ => family.and_then(|family| family.shell),
            },
            has_bash: match (is_bare, tools.iter().find(|(tool, _)| *tool == "bash"), has_bash) {
                (true, ..) => Some(false),
                (_, Some((_, is_there)), _) => Some(*is_there),
                (_, None, Some(true)) => Some(true),
                // A program's image may bring it.
                (_, None, _) => has_bash.filter(|_| self.repository.is_plain || is_empty(family)),
            },
            manager: match (is_bare, is_dev) {
                (true, _) => Some(Manager::None),
                (_, true) => Some(Manager::Apk),
                _ => family.and_then(|family| family.manager_of(number, is_minimal)),
            },
            userland: match (is_bare, is_dev) {
                (true, _) => Some(Userland::None),
                (_, true) => Some(Userland::BusyBox),
                _ => family.and_then(|family| family.userland),
            },
            user: self.exception("user").or_else(|| self.fact("user")).or(plain.then_some("root")),
            users: self.users(family),
            workdir: self.fact("workdir").or(plain.then_some("/")),
            entrypoint: self.fact("entrypoint"),
            command: self.fact("command"),
            stop_signal: self.fact("stopsignal"),
            environment: self.environment(),
            at_times: facts_named(self.repository),
            is_plain: self.repository.is_plain,
            apt: family.and_then(|family| apt::image(self.repository, family)),
            ends: end_of_life::end_of_repository(self.repository, &self.tag)
                .into_iter()
                .chain(end_of_life::ends(product, self.release.as_ref()))
                .collect(),
            tools,
            release: self.release,
        }
    }

    fn is_windows(&self) -> bool {
        match &self.release {
            Some(release) => release.family.id == "windows",
            None => self.repository.has_windows && self.tag.suffix.is_none(),
        }
    }

    fn holds(&self, since: Option<&Version>) -> bool {
        since.is_none_or(|since| {
            self.tag.version.is_some_and(|version| version.compare_as_prefix(since).is_ge())
        })
    }

    /// What the configuration says; empty for none.
    fn fact(&self, key: &str) -> Option<&'static str> {
        let facts = self.repository.facts.iter().filter(|fact| fact.key == key && !fact.value.is_empty());
        let fact = { facts }.rfind(|fact| self.holds(fact.since.as_ref())).filter(|_| !self.is_windows())?;
        Some(if fact.value == "-" { "" } else { fact.value })
    }

    fn exception(&self, key: &str) -> Option<&'static str> {
        let mut all = self.repository.exceptions.iter();
        all.find(|(token, known, _)| *known == key && self.tag.has(token)).map(|(.., value)| *value)
    }

    fn has_exception(&self, key: &str, value: &str) -> bool {
        self.exception(key) == Some(value)
    }

    fn environment(&self) -> Vec<(&'static str, Option<&'static str>)> {
        let is_windows = self.is_windows();
        let facts = self.repository.facts.iter().filter(|fact| fact.key == "env");
        let facts = facts.filter(|fact| self.holds(fact.since.as_ref()));
        facts
            .map(|fact| (fact.name, Some(fact.value).filter(|value| !value.is_empty() && !is_windows)))
            .collect()
    }

    fn users(&self, family: Option<&'static Family>) -> Vec<User> {
        let is_fitting = |user: &&Account| {
            let is_family = user.family == "-" || family.is_some_and(|family| family.id == user.family);
            is_family && self.holds(user.since.as_ref()) && !self.is_windows()
        };
        let users = self.repository.users.iter().filter(is_fitting);
        users.map(|user| User { name: user.name, id: user.id, group: user.group }).collect()
    }

    /// The programs that it has and those that it has not, as far as that is written down.
    fn tools(&self, family: Option<&'static Family>) -> Vec<(&'static str, bool)> {
        let part =
            self.tag.base.and_then(|base| Some(base.split_once('+')?.1)).filter(|part| !part.is_empty());
        let is_fitting = |place: &str| match place.strip_prefix('+') {
            Some(wanted) => part == Some(wanted),
            None => place == "-" || family.is_some_and(|family| family.id == place),
        };
        let own = self.repository.tools.iter().filter(|tools| is_fitting(tools.family) && !self.is_windows());
        let mut found: Vec<(&str, bool)> =
            own.flat_map(|tools| tools.names.iter().map(|name| (*name, tools.are_there))).collect();
        // Source: the Dockerfiles of buildpack-deps.
        const CURL: &[&str] = &["ca-certificates", "curl", "gnupg", "netbase", "tzdata", "wget"];
        const SCM: &[&str] = &["git", "mercurial", "openssh-client", "procps", "subversion"];
        const FULL: &[&str] = &[
            "autoconf",
            "automake",
            "bzip2",
            "default-libmysqlclient-dev",
            "dpkg-dev",
            "file",
            "g++",
            "gcc",
            "imagemagick",
            "libbz2-dev",
            "libc6-dev",
            "libcurl4-openssl-dev",
            "libdb-dev",
            "libevent-dev",
            "libffi-dev",
            "libgdbm-dev",
            "libglib2.0-dev",
            "libgmp-dev",
            "libjpeg-dev",
            "libkrb5-dev",
            "liblzma-dev",
            "libmagickcore-dev",
            "libmagickwand-dev",
            "libmaxminddb-dev",
            "libncurses5-dev",
            "libncursesw5-dev",
            "libpng-dev",
            "libpq-dev",
            "libreadline-dev",
            "libsqlite3-dev",
            "libssl-dev",
            "libtool",
            "libwebp-dev",
            "libxml2-dev",
            "libxslt-dev",
            "libyaml-dev",
            "make",
            "patch",
            "unzip",
            "xz-utils",
            "zlib1g-dev",
        ];
        // What the headers among them depend on, in the releases that are supported. Source: Debian's package lists.
        const LIBRARIES: &[&str] = &[
            "libbz2-1.0",
            "libcurl4",
            "libffi7",
            "libffi8",
            "libgdbm6",
            "libgmp10",
            "libgssapi-krb5-2",
            "libjpeg62-turbo",
            "libkrb5-3",
            "liblzma5",
            "libmaxminddb0",
            "libncurses6",
            "libncursesw6",
            "libpng16-16",
            "libpq5",
            "libreadline8",
            "libsqlite3-0",
            "libssl1.1",
            "libssl3",
            "libtinfo6",
            "libwebp7",
            "libxml2",
            "libxslt1.1",
            "libyaml-0-2",
            "zlib1g",
        ];
        let brought: &[&[&str]] = match part {
            Some("full") => &[CURL, SCM, FULL, LIBRARIES],
            Some("scm") => &[CURL, SCM],
            Some("curl") => &[CURL],
            _ => &[],
        };
        found.extend(brought.iter().copied().flatten().map(|tool| (*tool, true)));
        found
    }
}

/// The variables that are set from some version on.
fn facts_named(repository: &Repository) -> Vec<&'static str> {
    repository.facts.iter().filter(|fact| fact.key == "env").map(|fact| fact.name).collect()
}

/// Whether a distribution is not one to install anything on.
fn is_empty(family: Option<&Family>) -> bool {
    family.is_some_and(|family| family.shell == Some(BinSh::None))
}

/// The distribution that a tag is built on.
fn release_of(repository: &Repository, name: &str, tag: &Tag) -> Option<Release> {
    if let Some((id, number)) = repository.family {
        let family = Family::named(id)?;
        let is_minimal = number.is_some_and(|number| number.ends_with("-minimal"));
        let number = number.map(|number| number.trim_end_matches("-minimal").to_owned());
        let own = || tag.version.and_then(|version| own_release(family, &version));
        // The tags of an image for Windows are all for Windows.
        let named = || tag::release(tag.suffix.as_deref()?).filter(|release| release.family == family);
        let number = number.or_else(own).or_else(|| named()?.number).or_else(|| in_name(name));
        return Some(Release { family, number, is_minimal });
    }
    if let Some(family) = Family::named(repository.name) {
        let number = tag.version.and_then(|version| own_release(family, &version));
        return Some(Release { family, number, is_minimal: tag.has("minimal") || tag.has("slim") });
    }
    let base = tag.base.and_then(|base| tag::release(base.split('+').next()?));
    let named = || tag::release(tag.suffix.as_deref()?);
    base.or_else(named).or_else(|| common_release(repository, tag))
}

/// `debian12` of a name such as `static-debian12`.
fn in_name(name: &str) -> Option<String> {
    tag::release(path::name(name))?.number
}

/// The release of a distribution's own image.
fn own_release(family: &Family, version: &Version) -> Option<String> {
    let cycles = Repository::named(family.dates)?.cycles();
    tag::cycle(cycles, version).map(|cycle| cycle.name.to_owned())
}

/// The distribution that all versions of a tag's suffix, or of all suffixes, are built on.
fn common_release(repository: &Repository, tag: &Tag) -> Option<Release> {
    let is_fitting = |suffix: &str| tag.suffix.as_deref().is_none_or(|wanted| wanted == suffix);
    let fitting = repository.suffixes.iter().filter(|(suffix, _)| is_fitting(suffix));
    let bases = fitting.flat_map(|(_, runs)| table::pairs(runs)).filter(|(_, base)| *base != "-");
    let mut common: Option<&'static Family> = None;
    for (_, base) in bases {
        let family = tag::release(base.split('+').next()?)?.family;
        if common.is_some_and(|common| common != family) {
            return None;
        }
        common = Some(family);
    }
    // With a version for Windows beside it, what a tag that is not known is for is not known either.
    let is_known = tag.suffix.is_some() || !repository.has_windows;
    let family = common.filter(|_| is_known)?;
    Some(Release { family, number: None, is_minimal: false })
}
