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
