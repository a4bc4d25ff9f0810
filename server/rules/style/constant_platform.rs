//! `constant-platform`

use crate::knowledge::platforms;
use crate::rules::prelude::*;
use crate::syntax::word::{self, Reading, Value};

declare_rule! {
    /// ## What it does
    /// Finds a FROM whose `--platform` is a constant, unless the name of the stage or of the image says which platform it is
    /// for.
    ///
    /// ## Why is this bad?
    /// The stage is built for that platform whatever the build is asked for: by emulation on other machines, and with
    /// the wrong result where it is the last one.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM --platform=linux/amd64 alpine:3.20
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM --platform=linux/amd64 alpine:3.20 AS base-amd64
    /// FROM --platform=linux/arm64 alpine:3.20 AS base-arm64
    /// FROM base-$TARGETARCH
    /// ```
    ///
    /// ## hadolint
    /// A stage that is called after the platform, as `build-amd64`, is left alone, as BuildKit does; hadolint names it. An image for
    /// one architecture (`arm64v8/debian`, `example/tool:1-x86_64`) has no other: both tools name it.
    pub(crate) static CONSTANT_PLATFORM = {
        id: "constant-platform", group: Style, severity: Warning, since: "0.1.0",
        also: ["FromPlatformFlagConstDisallowed", "DL3029"],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    let (Kind::From, Arguments::Words(words)) = (ast.kind, &ast.arguments) else {
        return;
    };
    let Some(flag) = instruction.flag("platform") else {
        return;
    };
    let expanded = word::expand(&flag.value, Reading::arguments(instruction.escape()), &|_| Value::Unset);
    let Some(value) = expanded.value.filter(|_| expanded.uses.is_empty()) else {
        return;
    };
    let Some((system, architecture)) = platforms::parse(&value) else {
        return;
    };
    let name = words.get(2).map_or(String::new(), |part| instruction.str(*part).to_lowercase());
    let image = words.first().map_or("", |part| instruction.str(*part));
    if !name.contains(&system) && !name.contains(&architecture) && !is_image_for(image, &architecture) {
        out.push(instruction.place(flag.part), format!("the platform is always `{value}`"))
            .also(CONSTANT_PLATFORM.also);
    }
}

/// Whether a word of an image's name says that it is for an architecture, by any of its names, with a version behind it or
/// without: `arm64v8`.
fn is_image_for(image: &str, wanted: &str) -> bool {
    let image = image.to_ascii_lowercase().replace("x86_64", "amd64").replace("x86-64", "amd64");
    image.split(['/', '-', '_', ':', '.']).any(|word| {
        let architecture = platforms::architecture(word).split('/').next().unwrap_or_default();
        let is_version = |rest: &str| {
            let rest = if wanted == "arm" { rest.trim_start_matches("32") } else { rest };
            rest.strip_prefix('v').is_some_and(|digit| digit.bytes().all(|byte| byte.is_ascii_digit()))
        };
        architecture == wanted
            || word == "i686" && wanted == "386"
            || word.strip_prefix(wanted).is_some_and(is_version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(CONSTANT_PLATFORM);

    #[test]
    fn constants_are_found() {
        check(
            "FROM --platform=linux/x86_64 a:1 AS build\n   # ^^^^^^^^^^^^^^^^^^^^^^^ the platform is always `linux/x86_64`\n",
        );
        check("FROM --platform=arm64 a:1\n   # ^^^^^^^^^^^^^^^^ the platform is always `arm64`\n");
    }

    #[test]
    fn a_name_may_say_it() {
        check_none("FROM --platform=linux/x86_64 a:1 AS amd64\nFROM --platform=linux/arm64 a:1 AS Linux\n");
    }

    #[test]
    fn an_image_for_one_architecture_says_it_too() {
        check_none(
            "FROM --platform=linux/arm64 arm64v8/debian:12\nFROM --platform=linux/arm/v7 arm32v7/debian:12\nFROM --platform=linux/amd64 b/c:1-x86_64\nFROM --platform=linux/386 i386/debian:12\nFROM --platform=linux/arm64 b/aarch64-tool\n",
        );
        check(
            "FROM --platform=linux/arm64 amd64/a:1\n   # ^^^^^^^^^^^^^^^^^^^^^^ the platform is always `linux/arm64`\n",
        );
        check(
            "FROM --platform=linux/arm farm:1\n   # ^^^^^^^^^^^^^^^^^^^^ the platform is always `linux/arm`\n",
        );
    }

    #[test]
    fn variables_and_nonsense_are_left() {
        check_none(
            "FROM --platform=linux/$X a:1\nFROM --platform=a/b/c/d a:1\nFROM --platform=nothing a:1\n",
        );
    }
}
