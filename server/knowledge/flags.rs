//! The flags that BuildKit's parser takes after each instruction's keyword.
//!
//! Source: `instructions/parse.go` and `instructions/commands_run*.go` of moby/buildkit, and the release notes
//! of the Dockerfile frontend for the versions.

use std::fmt;

mod copying;
mod health;
mod running;

/// A version of the Dockerfile frontend, as in `# syntax=docker/dockerfile:1.7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The number before the dot.
    pub major: u8,
    /// The number after the dot.
    pub minor: u8,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

/// Since when the frontend knows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// Before frontends had versions of their own.
    Always,
    /// First in this stable version.
    Stable(Version),
    /// First in `labs`, later in `stable`.
    Graduated {
        /// The first version of the `labs` channel.
        labs: Version,
        /// The first version of the stable channel.
        stable: Version,
    },
    /// In the `labs` channel only: the stable one still refuses it.
    Labs(Version),
}

impl Since {
    /// The first stable version with it; none where every version or no stable version has it.
    pub fn stable(self) -> Option<Version> {
        match self {
            Since::Always | Since::Labs(_) => None,
            Since::Stable(version) | Since::Graduated { stable: version, .. } => Some(version),
        }
    }
}

/// What a flag's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `true` or `false` in any case; the flag alone means `true`, an empty value is an error.
    Bool,
    /// One of these words, in this case.
    Choice(&'static [&'static str]),
    /// A digest (`sha256:…`), or a commit for a git source.
    Checksum,
    /// A CDI device name and its options, as comma-separated fields.
    Device,
    /// A duration as Go writes it: `1h2m3.5s`, `500ms`; 0, or one millisecond and more.
    Duration,
    /// Octal permissions, or symbolic ones such as `u=rwX,go=rX`.
    Mode,
    /// A mount, as comma-separated fields; see [`mounts`](super::mounts).
    Mount,
    /// A whole number, 0 or more, below 2³¹.
    Number,
    /// `user[:group]`, by name or number.
    Owner,
    /// A path pattern like those of `.dockerignore`.
    Pattern,
    /// `os/architecture[/variant]`; see [`platforms`](super::platforms).
    Platform,
    /// A stage's name or index, a named context, or an image.
    Stage,
}

/// A flag of an instruction.
#[derive(Debug, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes.
    pub name: &'static str,
    /// What stands after the `=`.
    pub value: ValueKind,
    /// Whether it may be given more than once; a second one is an error otherwise.
    pub repeatable: bool,
    /// Whether `$NAME` in the value is replaced; otherwise a `$` is taken literally or refused.
    pub expands: bool,
    /// What holds when it is absent, where that can be written as a value.
    pub default: Option<&'static str>,
    /// Since which frontend.
    pub since: Since,
    /// Markdown.
    pub documentation: &'static str,
    /// The place in the Dockerfile reference.
    pub link: &'static str,
}

/// The flags of an instruction, sorted by name; none for a keyword that has no flags or is unknown.
/// The keyword's case does not matter; a flag's does.
pub fn of(keyword: &str) -> &'static [Flag] {
    FLAGS.iter().find(|(name, _)| name.eq_ignore_ascii_case(keyword)).map_or(&[], |(_, flags)| flags)
}

/// One flag of an instruction, by its name without dashes.
pub fn flag(keyword: &str, name: &str) -> Option<&'static Flag> {
    of(keyword).iter().find(|flag| flag.name == name)
}

/// Instructions that are not listed take no flags.
static FLAGS: [(&str, &[Flag]); 5] = [
    ("ADD", copying::ADD),
    ("COPY", copying::COPY),
    ("FROM", running::FROM),
    ("HEALTHCHECK", health::HEALTHCHECK),
    ("RUN", running::RUN),
];

const fn version(minor: u8) -> Version {
    Version { major: 1, minor }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::instructions;

    fn accepted(keyword: &str) -> String {
        let names: Vec<&str> = of(keyword).iter().map(|flag| flag.name).collect();
        names.join(" ")
    }

    #[test]
    fn flags_are_those_of_buildkits_parser() {
        let expected = [
            ("ADD", "checksum chmod chown exclude keep-git-dir link unpack"),
            ("ARG", ""),
            ("CMD", ""),
            ("COPY", "chmod chown exclude from link parents"),
            ("ENTRYPOINT", ""),
            ("ENV", ""),
            ("EXPOSE", ""),
            ("FROM", "platform"),
            ("HEALTHCHECK", "interval retries start-interval start-period timeout"),
            ("LABEL", ""),
            ("MAINTAINER", ""),
            ("ONBUILD", ""),
            ("RUN", "device mount network security"),
            ("SHELL", ""),
            ("STOPSIGNAL", ""),
            ("USER", ""),
            ("VOLUME", ""),
            ("WORKDIR", ""),
        ];
        let found: Vec<(&str, String)> = instructions::all()
            .iter()
            .map(|instruction| (instruction.keyword, accepted(instruction.keyword)))
            .collect();
        let expected: Vec<(&str, String)> =
            expected.map(|(keyword, names)| (keyword, names.to_owned())).to_vec();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_what_buildkit_collects_is_repeatable() {
        let mut repeatable = Vec::new();
        for (keyword, flags) in &FLAGS {
            for flag in *flags {
                if flag.repeatable {
                    repeatable.push(format!("{keyword} {}", flag.name));
                }
            }
        }
        assert_eq!(repeatable, ["ADD exclude", "COPY exclude", "RUN device", "RUN mount"]);
    }

    #[test]
    fn only_what_buildkit_declares_so_is_boolean() {
        let mut boolean = Vec::new();
        for (keyword, flags) in &FLAGS {
            for flag in *flags {
                if flag.value == ValueKind::Bool {
                    boolean.push(format!("{keyword} {}", flag.name));
                }
            }
        }
        let expected = ["ADD keep-git-dir", "ADD link", "ADD unpack", "COPY link", "COPY parents"];
        assert_eq!(boolean, expected);
    }

    #[test]
    fn flags_are_sorted_documented_and_linked() {
        for (keyword, flags) in &FLAGS {
            assert!(flags.is_sorted_by(|left, right| left.name < right.name), "{keyword}");
            for flag in *flags {
                assert!(flag.documentation.len() > 40, "{keyword} {}", flag.name);
                assert!(!flag.documentation.contains("\n\n\n"), "{keyword} {}", flag.name);
                let page = "https://docs.docker.com/reference/dockerfile/#";
                assert!(flag.link.starts_with(page), "{keyword} {}", flag.name);
            }
        }
    }

    #[test]
    fn a_default_is_one_of_the_choices() {
        for (keyword, flags) in &FLAGS {
            for flag in *flags {
                let (ValueKind::Choice(values), Some(default)) = (flag.value, flag.default) else {
                    continue;
                };
                assert!(values.contains(&default), "{keyword} {}", flag.name);
            }
        }
    }

    #[test]
    fn keywords_are_found_in_any_case_but_flags_are_not() {
        assert!(flag("copy", "from").is_some());
        assert!(flag("COPY", "From").is_none());
        assert!(flag("COPY", "keep-git-dir").is_none());
        assert!(of("COPPY").is_empty());
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(version(4) < version(19));
        assert_eq!(version(19).to_string(), "1.19");
        let parents = flag("COPY", "parents").expect("a flag");
        assert_eq!(parents.since.stable(), Some(version(20)));
        let device = flag("RUN", "device").expect("a flag");
        assert_eq!(device.since.stable(), None);
    }
}
