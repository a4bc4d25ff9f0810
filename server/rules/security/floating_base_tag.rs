//! `floating-base-tag`

use crate::knowledge::images::is_official;
use crate::rules::Severity;
use crate::rules::pattern;
use crate::rules::prelude::*;
use crate::semantic::stages::Base;

declare_rule! {
    /// ## What it does
    /// Finds a base image with no tag, or with the tag `latest`, and without a digest.
    ///
    /// ## Why is this bad?
    /// The same Dockerfile builds a different image tomorrow, and the build cache says nothing about it. An
    /// image without a tag is the image tagged `latest`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM node:22.11
    /// ```
    ///
    /// ## Severity
    /// A hint where all of the image is a variable (`FROM $BASE`): such a default is there to be replaced.
    ///
    /// ## Silent
    /// A name without a path that is no official image: it is on no registry, but an image of this machine or a context that the
    /// build is given by that name.
    ///
    /// ## hadolint
    /// A variable counts by its value: `latest` as the default of an ARG is found. A name with a variable in it and no tag
    /// may be that of a stage, and is left alone.
    pub(crate) static FLOATING_BASE_TAG = {
        id: "floating-base-tag", group: Security, severity: Warning, since: "0.1.0",
        also: ["DL3006", "DL3007"],
        options: [RuleOption::strings(
            "allow",
            "images that may float, such as `[\"localhost/*\"]`; `*` stands for any characters.",
        )],
        check: File(check),
    }
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let allowed = cx.settings.strings(FLOATING_BASE_TAG.id, "allow");
    for stage in cx.document.model().stages() {
        let (Base::Image(image), Some(part)) = (&stage.base, stage.base_part) else {
            continue;
        };
        if image.digest().is_some() || image.tag().is_some_and(|tag| tag != "latest") {
            continue;
        }
        let Some(item) = cx.document.file().item(stage.from()) else {
            continue;
        };
        let written = item.instruction.str(part);
        // A variable can be given another value; what its default says of the tag is the author's choice.
        let is_local = !image.name().contains('/') && !is_official(image.name());
        if is_local
            || image.tag().is_none() && written.contains('$')
            || allowed.iter().any(|pattern| pattern::matches(pattern, image.name()))
        {
            continue;
        }
        let (message, code): (_, &[&str]) = match image.tag() {
            None => (format!("`{}` has no fixed tag", image.name()), &["DL3006"]),
            Some(tag) => (format!("`{tag}` is no fixed tag of `{}`", image.name()), &["DL3007"]),
        };
        let severity = if is_variable(written) { Severity::Hint } else { FLOATING_BASE_TAG.severity };
        out.push_at(stage.from(), item.instruction.place(part), message).also(code).severity(severity);
    }
}

/// Whether a text is one variable, and nothing else.
fn is_variable(written: &str) -> bool {
    match written.strip_prefix('$') {
        Some(rest) if rest.starts_with('{') => rest.find('}') == Some(rest.len() - 1),
        Some(rest) => rest.chars().all(|char| char.is_ascii_alphanumeric() || char == '_'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(FLOATING_BASE_TAG);

    #[test]
    fn latest_and_no_tag_float() {
        check("FROM node:latest\n   # ^^^^^^^^^^^ `latest` is no fixed tag of `node`\n");
        check(
            "
FROM --platform=linux/amd64 a.b/node AS x
                          # ^^^^^^^^ `a.b/node` has no fixed tag
",
        );
    }

    #[test]
    fn a_base_that_is_a_variable_is_a_hint() {
        assert_eq!(severities("ARG BASE=node:latest\nFROM ${BASE}\nFROM $BASE\n"), [Severity::Hint; 2]);
        assert_eq!(severities("ARG B=node T=latest\nFROM $B:$T\nFROM ${B}:${T}\n"), [Severity::Warning; 2]);
    }

    #[test]
    fn what_is_on_no_registry_is_left() {
        check_none("FROM wheels AS a\nFROM deps:latest\n");
        check("FROM me/deps\n   # ^^^^^^^ `me/deps` has no fixed tag\n");
    }

    #[test]
    fn a_tag_a_digest_a_stage_and_scratch_do_not() {
        check_none("FROM a:1 AS b\nFROM b\nFROM scratch\nFROM node@sha256:ab\nFROM $X\nFROM node:$X\n");
    }

    #[test]
    fn the_value_of_a_variable_counts_where_it_says_latest() {
        check("ARG TAG=latest\nFROM node:$TAG\n   # ^^^^^^^^^ `latest` is no fixed tag of `node`\n");
        check_none("ARG IMAGE=node\nFROM $IMAGE\n");
    }
}
