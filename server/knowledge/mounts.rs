//! The types of `RUN --mount` and the keys of each.
//!
//! Source: `instructions/commands_runmount.go` and `dockerfile2llb/convert_{runmount,secrets,ssh}.go` of moby/buildkit.
//! The parser takes some keys for every type and then does not use them; these are not listed for that type, but
//! [`is_tolerated`] knows them, so that what Docker builds is never called an error.

mod types;

/// What a key's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyValue {
    /// `true`/`false`, `1`/`0`, `t`/`f` as Go reads them; the key alone means true.
    Bool,
    /// One of these words, in any case.
    Choice(&'static [&'static str]),
    /// A name, freely chosen.
    Name,
    /// A user's or group's number, 0 to 2³²−1.
    Number,
    /// Octal permissions, without symbolic forms.
    Octal,
    /// A path; a relative target counts from the WORKDIR.
    Path,
    /// Bytes, with a unit as in `64m` or `1GiB`.
    Size,
    /// A stage, a named context or an image; variables are refused here.
    Stage,
    /// An environment variable's name.
    Variable,
}

/// A key of a mount.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The name that is offered.
    pub name: &'static str,
    /// Other names for the same.
    pub aliases: &'static [&'static str],
    /// What stands after the `=`.
    pub value: KeyValue,
    /// Whether the mount is refused without it where the WORKDIR is `/`, for which it stands otherwise.
    pub required_at_root: bool,
    /// Whether it is refused before `type=`: the parser judges it by the type that it has seen so far.
    pub after_type: bool,
    /// What holds when it is absent, in Markdown.
    pub default: Option<&'static str>,
    /// Markdown.
    pub documentation: &'static str,
}

/// A type of mount.
#[derive(Debug, PartialEq, Eq)]
pub struct MountType {
    /// The value of `type=`.
    pub name: &'static str,
    /// Its keys but for `type`, sorted by name.
    pub keys: &'static [Key],
    /// Keys of which at least one must be there.
    pub one_of: &'static [&'static str],
    /// Keys that exclude each other, though one is an alias of the other.
    pub exclusive: &'static [&'static str],
    /// One line.
    pub summary: &'static str,
    /// Markdown.
    pub documentation: &'static str,
    /// The place in the Dockerfile reference.
    pub link: &'static str,
}

impl MountType {
    /// Its keys, those that are mostly written first.
    pub fn usual_first(&self) -> Vec<&'static Key> {
        let usual: &[&str] = match self.name {
            "bind" => &["source", "target", "from"],
            "cache" => &["target", "id", "sharing"],
            "secret" => &["id", "target", "env"],
            "ssh" => &["id"],
            _ => &["target", "size"],
        };
        let place = |key: &&Key| usual.iter().position(|name| *name == key.name).unwrap_or(usual.len());
        let mut keys: Vec<&'static Key> = self.keys.iter().collect();
        keys.sort_by_key(place);
        keys
    }

    /// A key by its name or an alias, in any case.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| {
            key.name.eq_ignore_ascii_case(name)
                || key.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
        })
    }
}

/// The type of a mount without `type=`.
pub const DEFAULT_TYPE: &str = "bind";

/// Documentation of the key `type` itself, in Markdown.
pub const TYPE_DOCUMENTATION: &str = "What is mounted: `bind` (the default), `cache`, `tmpfs`, `secret` or `ssh`. \
    Best written first: some keys are judged by the type that stands before them.";

/// Every type, sorted by name.
pub fn all() -> &'static [MountType] {
    types::ALL
}

/// A type by its name, in any case.
pub fn mount_type(name: &str) -> Option<&'static MountType> {
    all().iter().find(|mount| mount.name.eq_ignore_ascii_case(name))
}

/// Whether BuildKit takes a key for a type although it means nothing there.
/// False for keys that mean something, and for those it refuses.
pub fn is_tolerated(mount: &MountType, key: &str) -> bool {
    const ANYWHERE: [&str; 12] = [
        "destination",
        "dst",
        "env",
        "from",
        "id",
        "readonly",
        "readwrite",
        "ro",
        "rw",
        "source",
        "src",
        "target",
    ];
    let refused = mount.name == "secret" && key.eq_ignore_ascii_case("from");
    mount.key(key).is_none() && !refused && ANYWHERE.iter().any(|name| name.eq_ignore_ascii_case(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(mount: &MountType) -> String {
        let names: Vec<&str> = mount.keys.iter().map(|key| key.name).collect();
        names.join(" ")
    }

    #[test]
    fn types_and_keys_are_those_of_buildkit() {
        let found: Vec<(&str, String)> = all().iter().map(|mount| (mount.name, names(mount))).collect();
        let expected = [
            ("bind", "from readonly readwrite source target"),
            ("cache", "from gid id mode readonly readwrite sharing source target uid"),
            ("secret", "env gid id mode required target uid"),
            ("ssh", "gid id mode required target uid"),
            ("tmpfs", "readonly readwrite size target"),
        ];
        let expected: Vec<(&str, String)> = expected.map(|(name, keys)| (name, keys.to_owned())).to_vec();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_keys_together_are_all_that_buildkit_parses() {
        let mut found: Vec<&str> = vec!["type"];
        for key in all().iter().flat_map(|mount| mount.keys) {
            found.push(key.name);
            found.extend(key.aliases);
        }
        found.sort_unstable();
        found.dedup();
        let expected = [
            "destination",
            "dst",
            "env",
            "from",
            "gid",
            "id",
            "mode",
            "readonly",
            "readwrite",
            "required",
            "ro",
            "rw",
            "sharing",
            "size",
            "source",
            "src",
            "target",
            "type",
            "uid",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn types_and_keys_are_sorted_unique_and_documented() {
        assert!(all().is_sorted_by(|left, right| left.name < right.name));
        for mount in all() {
            assert!(mount.keys.is_sorted_by(|left, right| left.name < right.name), "{}", mount.name);
            assert!(mount.documentation.len() > 100, "{}", mount.name);
            assert!(mount.documentation.contains("```dockerfile\n"), "{}", mount.name);
            assert!(mount.link.ends_with(mount.name), "{}", mount.name);
            for key in mount.keys {
                assert!(key.documentation.len() > 20, "{} {}", mount.name, key.name);
            }
            for name in mount.one_of.iter().chain(mount.exclusive) {
                assert!(mount.key(name).is_some(), "{} {name}", mount.name);
            }
        }
    }

    #[test]
    fn keys_are_found_by_alias_and_in_any_case() {
        let cache = mount_type("CACHE").expect("a type");
        assert_eq!(cache.key("dst").map(|key| key.name), Some("target"));
        assert_eq!(cache.key("RO").map(|key| key.name), Some("readonly"));
        assert_eq!(cache.key("size"), None);
        assert_eq!(mount_type("volume"), None);
    }

    #[test]
    fn keys_that_are_refused_before_the_type_say_so() {
        let mut found = Vec::new();
        for mount in all() {
            for key in mount.keys.iter().filter(|key| key.after_type) {
                found.push((mount.name, key.name));
            }
        }
        assert_eq!(found, [("secret", "required"), ("ssh", "required"), ("tmpfs", "size")]);
    }

    #[test]
    fn a_secrets_source_is_its_id() {
        let secret = mount_type("secret").expect("a type");
        assert_eq!(secret.key("src").map(|key| key.name), Some("id"));
        assert_eq!(secret.one_of, ["id", "target"]);
        assert_eq!(secret.exclusive, ["id", "source"]);
    }

    #[test]
    fn what_buildkit_refuses_is_not_tolerated() {
        let tolerated =
            |mount: &str, key: &str| mount_type(mount).is_some_and(|mount| is_tolerated(mount, key));
        assert!(tolerated("bind", "id"));
        assert!(tolerated("tmpfs", "from"));
        assert!(tolerated("ssh", "source"));
        assert!(!tolerated("bind", "sharing"));
        assert!(!tolerated("bind", "uid"));
        assert!(!tolerated("bind", "required"));
        assert!(!tolerated("bind", "size"));
        assert!(!tolerated("secret", "from"));
        assert!(!tolerated("bind", "target"));
        assert!(!tolerated("bind", "typ"));
    }
}
