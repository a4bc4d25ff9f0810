//! Platforms that images are commonly built for, and the other names of architectures.
//!
//! Source: the `platforms` package of containerd, which reads `--platform`, and the platforms of official images.

/// A platform.
#[derive(Debug, PartialEq, Eq)]
pub struct Platform {
    /// `os/architecture[/variant]`, in the normal form.
    pub name: &'static str,
    /// One line: which machines.
    pub summary: &'static str,
}

/// Common platforms, the most common first.
pub fn all() -> &'static [Platform] {
    &ALL
}

/// A common platform by its name with any name of its architecture, in any case: `linux/aarch64` is `linux/arm64`.
pub fn platform(name: &str) -> Option<&'static Platform> {
    let (system, rest) = name.split_once('/')?;
    let rest = architecture(rest);
    all().iter().find(|platform| {
        let (known_system, known_rest) = platform.name.split_once('/').unwrap_or_default();
        known_system.eq_ignore_ascii_case(system) && known_rest.eq_ignore_ascii_case(rest)
    })
}

/// The normal form of an architecture's name, as `TARGETARCH` and `TARGETVARIANT` will show it:
/// `aarch64` is `arm64`, `armhf` is `arm/v7`. What is unknown comes back as it was.
pub fn architecture(name: &str) -> &str {
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    alias.map_or(name, |(_, normal)| normal)
}

/// The operating system and the architecture of a platform as `--platform` writes it, in the normal form. What is left
/// out is that of the machine that builds: Linux on 64-bit Intel here. `None` where BuildKit rejects it.
pub fn parse(text: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = text.split('/').collect();
    let is_word = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    let (system, rest) = parts.split_first()?;
    // A version of the system may stand behind it: `windows(10.0.17763)`.
    let system = system.split_once('(').map_or(*system, |(system, _)| system);
    if !is_word(&system) || !rest.iter().all(is_word) {
        return None;
    }
    let system = system.to_ascii_lowercase();
    let system = if system == "macos" { "darwin".to_owned() } else { system };
    let normal = |name: &str| {
        let lower = name.to_ascii_lowercase();
        architecture(&lower).split('/').next().unwrap_or_default().to_owned()
    };
    match rest {
        [] if SYSTEMS.contains(&system.as_str()) => Some((system, "amd64".to_owned())),
        [] if ARCHITECTURES.contains(&normal(&system).as_str()) => {
            Some(("linux".to_owned(), normal(&system)))
        }
        [machine] | [machine, _] => Some((system, normal(machine))),
        _ => None,
    }
}

/// The systems that stand for a platform alone.
const SYSTEMS: [&str; 15] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "solaris",
    "windows",
];

/// The architectures that stand for a platform alone.
const ARCHITECTURES: [&str; 18] = [
    "386", "amd64", "arm", "arm64", "armbe", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc",
    "ppc64", "ppc64le", "riscv", "riscv64", "s390x", "sparc64", "wasm",
];

const fn common(name: &'static str, summary: &'static str) -> Platform {
    Platform { name, summary }
}

static ALL: [Platform; 15] = [
    common("linux/amd64", "64-bit Intel and AMD"),
    common("linux/arm64", "64-bit ARM: Apple silicon, AWS Graviton, Raspberry Pi 3 and later"),
    common("linux/arm/v7", "32-bit ARM with hardware floating point: Raspberry Pi 2 and later"),
    common("linux/arm/v6", "32-bit ARM: Raspberry Pi 1 and Zero"),
    common("linux/arm/v5", "32-bit ARM without hardware floating point"),
    common("linux/386", "32-bit Intel and AMD"),
    common("linux/amd64/v2", "64-bit Intel and AMD with SSE4.2, since about 2009"),
    common("linux/amd64/v3", "64-bit Intel and AMD with AVX2, since about 2013"),
    common("linux/ppc64le", "IBM POWER, little-endian"),
    common("linux/s390x", "IBM Z and LinuxONE"),
    common("linux/riscv64", "64-bit RISC-V"),
    common("linux/mips64le", "64-bit MIPS, little-endian"),
    common("linux/loong64", "64-bit LoongArch"),
    common("windows/amd64", "Windows on 64-bit Intel and AMD"),
    common("windows/arm64", "Windows on 64-bit ARM"),
];

static ALIASES: [(&str, &str); 9] = [
    ("aarch64", "arm64"),
    ("amd64/v1", "amd64"),
    ("arm", "arm/v7"),
    ("armel", "arm/v6"),
    ("armhf", "arm/v7"),
    ("i386", "386"),
    ("x86-64", "amd64"),
    ("x86_64", "amd64"),
    ("arm64/v8", "arm64"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_falls_into_its_parts() {
        let parsed = |text: &str| parse(text).map(|(system, machine)| format!("{system} {machine}"));
        assert_eq!(parsed("Linux/aarch64/v8").as_deref(), Some("linux arm64"));
        assert_eq!(parsed("linux").as_deref(), Some("linux amd64"));
        assert_eq!(parsed("armhf").as_deref(), Some("linux arm"));
        assert_eq!(parsed("windows(10.0.17763)/x86_64").as_deref(), Some("windows amd64"));
        for invalid in ["", "nothing", "linux/", "a/b/c/d", "linux/a*"] {
            assert_eq!(parsed(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn names_are_unique_and_in_normal_form() {
        for (index, platform) in all().iter().enumerate() {
            let (_, rest) = platform.name.split_once('/').expect("an operating system");
            assert_eq!(architecture(rest), rest);
            assert!(all().iter().skip(index + 1).all(|other| other.name != platform.name));
        }
    }

    #[test]
    fn other_names_are_brought_to_the_normal_form() {
        assert_eq!(architecture("AArch64"), "arm64");
        assert_eq!(architecture("x86_64"), "amd64");
        assert_eq!(architecture("arm"), "arm/v7");
        assert_eq!(architecture("sparc"), "sparc");
        assert_eq!(platform("linux/arm64/v8").map(|platform| platform.name), Some("linux/arm64"));
        assert_eq!(platform("linux/amd64/V3").map(|platform| platform.name), Some("linux/amd64/v3"));
        assert_eq!(platform("linux/sparc"), None);
    }
}
