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

/// The normal form of an architecture's name, as `TARGETARCH` and `TARGETVARIANT` will show it:
/// `aarch64` is `arm64`, `armhf` is `arm/v7`. What is unknown comes back as it was.
pub fn architecture(name: &str) -> &str {
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    alias.map_or(name, |(_, normal)| normal)
}

const fn platform(name: &'static str, summary: &'static str) -> Platform {
    Platform { name, summary }
}

static ALL: [Platform; 15] = [
    platform("linux/amd64", "64-bit Intel and AMD"),
    platform("linux/arm64", "64-bit ARM: Apple silicon, AWS Graviton, Raspberry Pi 3 and later"),
    platform("linux/arm/v7", "32-bit ARM with hardware floating point: Raspberry Pi 2 and later"),
    platform("linux/arm/v6", "32-bit ARM: Raspberry Pi 1 and Zero"),
    platform("linux/arm/v5", "32-bit ARM without hardware floating point"),
    platform("linux/386", "32-bit Intel and AMD"),
    platform("linux/amd64/v2", "64-bit Intel and AMD with SSE4.2, since about 2009"),
    platform("linux/amd64/v3", "64-bit Intel and AMD with AVX2, since about 2013"),
    platform("linux/ppc64le", "IBM POWER, little-endian"),
    platform("linux/s390x", "IBM Z and LinuxONE"),
    platform("linux/riscv64", "64-bit RISC-V"),
    platform("linux/mips64le", "64-bit MIPS, little-endian"),
    platform("linux/loong64", "64-bit LoongArch"),
    platform("windows/amd64", "Windows on 64-bit Intel and AMD"),
    platform("windows/arm64", "Windows on 64-bit ARM"),
];

static ALIASES: [(&str, &str); 8] = [
    ("aarch64", "arm64"),
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
    }
}
