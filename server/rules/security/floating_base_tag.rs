//! `floating-base-tag`

use crate::knowledge::images::is_official;
use crate::rules::Severity;
use crate::rules::pattern;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyFrom;
use crate::semantic::image::Image;
use crate::semantic::stage_uses::SourceWord;
use crate::syntax::mount::Mount;

declare_rule! {
    /// ## What it does
    /// Finds a base image with no tag, or with the tag `latest`, and without a digest; also an image that files are taken from,
    /// by `COPY --from` and by `from=` of a mount.
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
    /// A hint where all of the image is a variable (`FROM $BASE`): such a default is there to be replaced. An information for an
    /// image of which only files are taken, and for one whose tags all float.
    ///
    /// ## Silent
    /// A name without a path that is no official image: it is on no registry, but an image of this machine or a context that the
    /// build is given by that name.
    ///
    /// ## hadolint
    /// A variable counts by its value: `latest` as the default of an ARG is found. A name with a variable in it and no tag
    /// may be that of a stage, and is left alone. Of images in `COPY --from` hadolint asks only that they have a `:` (DL3022), and
    /// of those in mounts nothing.
    pub(crate) static FLOATING_BASE_TAG = {
        id: "floating-base-tag", group: Security, severity: Warning, since: "0.1.0",
        also: ["DL3006", "DL3007", "DL3022"],
        options: [RuleOption::strings(
            "allow",
            "images that may float, such as `[\"localhost/*\"]`; `*` stands for any characters.",
        )],
        check: Steps(names_image, check),
    }
}

fn names_image(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    match ast.kind {
        Kind::From => true,
        Kind::Copy => instruction.flag("from").is_some(),
        Kind::Run => Mount::all(instruction).iter().any(|mount| mount.field(&["from"]).is_some()),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let allowed = cx.settings.strings(FLOATING_BASE_TAG.id, "allow");
    let file = cx.document.file();
    let words = steps.iter().flat_map(|index| cx.document.model().source_words(file, *index));
    for SourceWord { item: index, part, source } in words {
        let (CopyFrom::Image(image), Some(item)) = (source, file.item(index)) else {
            continue;
        };
        let image = Image::new(&image);
        if image.digest().is_some() || image.tag().is_some_and(|tag| tag != "latest") {
            continue;
        }
        let written = item.instruction.str(part);
        // A variable can be given another value; what its default says of the tag is the author's choice.
        let is_local = !image.name().contains('/') && !is_official(image.name());
        if is_local
            || image.tag().is_none() && written.contains('$')
            || allowed.iter().any(|pattern| pattern::matches(pattern, image.name()))
        {
            continue;
        }
        let has_none = WITHOUT_FIXED_TAGS.iter().any(|start| image.name().starts_with(start));
        let message = match image.tag() {
            _ if has_none => format!("all tags of `{}` float: only a digest fixes it", image.name()),
            None => format!("`{}` has no fixed tag", image.name()),
            Some(tag) => format!("`{tag}` is no fixed tag of `{}`", image.name()),
        };
        let severity = match item.kind {
            _ if is_variable(written) => Severity::Hint,
            Kind::From if !has_none => FLOATING_BASE_TAG.severity,
            _ => Severity::Info,
        };
        let place = item.instruction.place(part);
        out.push_at(index, place, message).also(codes(item.kind, &image)).severity(severity);
    }
}

/// The codes of hadolint for an image that floats.
/// What the names of images begin with whose tags are all moved to newer images, of which there is nothing better to take.
/// Source: the README of GoogleContainerTools/distroless; Chainguard's documentation on image tags.
const WITHOUT_FIXED_TAGS: [&str; 2] = ["gcr.io/distroless/", "cgr.dev/chainguard/"];

fn codes(kind: Kind, image: &Image) -> &'static [&'static str] {
    match (kind, image.tag()) {
        (Kind::From, None) => &["DL3006"],
        (Kind::From, Some(_)) => &["DL3007"],
        (Kind::Copy, None) => &["DL3022"],
        _ => &[],
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
    fn where_all_tags_float_a_digest_is_told_of() {
        let name = "gcr.io/distroless/static";
        check(&format!(
            "FROM {name}\n   # ^^^^^^^^^^^^^^^^^^^^^^^^ all tags of `{name}` float: only a digest fixes it\n"
        ));
        assert_eq!(severities("FROM cgr.dev/chainguard/node:latest\n"), [Severity::Info]);
        check_none("FROM gcr.io/distroless/static@sha256:ab\n");
    }

    #[test]
    fn what_files_are_taken_from_floats_too() {
        check(
            "
FROM a:1 AS b
COPY --from=composer /usr/bin/composer /usr/bin/
          # ^^^^^^^^ `composer` has no fixed tag
RUN --mount=from=ghcr.io/astral-sh/uv:latest,source=/uv,target=/bin/uv uv sync
               # ^^^^^^^^^^^^^^^^^^^^^^^^^^^ `latest` is no fixed tag of `ghcr.io/astral-sh/uv`
",
        );
        check_none(
            "FROM a:1 AS b\nFROM a:1\nCOPY --from=b /b /b\nCOPY --from=0 /b /b\nCOPY --from=deps /b /b\nCOPY --from=$X /b /b\nCOPY --from=node:22 /b /b\nRUN --mount=from=b,target=/c d\n",
        );
        let found = "FROM a:1\n# hadolint ignore=DL3022\nCOPY --from=composer /b /b\n";
        check_none(found);
        assert_eq!(severities("FROM a:1\nCOPY --from=composer:latest /b /b\n"), [Severity::Info]);
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
