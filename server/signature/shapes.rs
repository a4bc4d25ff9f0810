//! How each instruction can be written, cut into the parts that the cursor can be in.

use crate::syntax::Kind;

/// One way to write an instruction.
#[derive(Debug)]
pub(super) struct Shape {
    /// One line.
    pub(super) label: &'static str,
    /// Pieces of the label, from left to right; one may be empty.
    pub(super) parameters: &'static [&'static str],
}

const fn shape(label: &'static str, parameters: &'static [&'static str]) -> Shape {
    Shape { label, parameters }
}

/// The shapes with words at blanks, and those with a JSON array.
pub(super) fn of(kind: Kind) -> (&'static [Shape], &'static [Shape]) {
    match kind {
        Kind::Add => (&ADD, &ADD_JSON),
        Kind::Arg => (&ARG, &[]),
        Kind::Cmd => (&CMD, &CMD_JSON),
        Kind::Copy => (&COPY, &COPY_JSON),
        Kind::Entrypoint => (&ENTRYPOINT, &ENTRYPOINT_JSON),
        Kind::Env => (&ENV, &[]),
        Kind::Expose => (&EXPOSE, &[]),
        Kind::From => (&FROM, &[]),
        Kind::Healthcheck => (&HEALTHCHECK, &[]),
        Kind::Label => (&LABEL, &[]),
        Kind::Maintainer => (&MAINTAINER, &[]),
        Kind::Onbuild => (&ONBUILD, &[]),
        Kind::Run => (&RUN, &RUN_JSON),
        Kind::Shell => (&[], &SHELL_JSON),
        Kind::Stopsignal => (&STOPSIGNAL, &[]),
        Kind::User => (&USER, &[]),
        Kind::Volume => (&VOLUME, &VOLUME_JSON),
        Kind::Workdir => (&WORKDIR, &[]),
        Kind::Unknown => (&[], &[]),
    }
}

const COPYING: &[&str] = &["[--flag=value]", "source", "...", "destination"];
const COPYING_JSON: &[&str] = &["[--flag=value]", "[", "\"source\"", "...", "\"destination\"", "]"];
const COMMAND: &[&str] = &["command", "argument", "..."];
const EXEC: &[&str] = &["[", "\"program\"", "\"argument\"", "...", "]"];

static ADD: [Shape; 1] = [shape("ADD [--flag=value] source ... destination", COPYING)];
static ADD_JSON: [Shape; 1] = [shape("ADD [--flag=value] [\"source\", ..., \"destination\"]", COPYING_JSON)];
static COPY: [Shape; 1] = [shape("COPY [--flag=value] source ... destination", COPYING)];
static COPY_JSON: [Shape; 1] =
    [shape("COPY [--flag=value] [\"source\", ..., \"destination\"]", COPYING_JSON)];
static CMD: [Shape; 1] = [shape("CMD command argument ...", COMMAND)];
static CMD_JSON: [Shape; 1] = [shape("CMD [\"program\", \"argument\", ...]", EXEC)];
static ENTRYPOINT: [Shape; 1] = [shape("ENTRYPOINT command argument ...", COMMAND)];
static ENTRYPOINT_JSON: [Shape; 1] = [shape("ENTRYPOINT [\"program\", \"argument\", ...]", EXEC)];
static RUN: [Shape; 1] = [shape("RUN command argument ...", COMMAND)];
static RUN_JSON: [Shape; 1] = [shape("RUN [\"program\", \"argument\", ...]", EXEC)];
static SHELL_JSON: [Shape; 1] = [shape("SHELL [\"program\", \"argument\", ...]", EXEC)];
static VOLUME: [Shape; 1] = [shape("VOLUME path ...", &["path", "..."])];
static VOLUME_JSON: [Shape; 1] = [shape("VOLUME [\"path\", ...]", &["[", "\"path\"", "...", "]"])];
static EXPOSE: [Shape; 1] = [shape("EXPOSE port[/protocol] ...", &["port[/protocol]", "..."])];
static MAINTAINER: [Shape; 1] = [shape("MAINTAINER name", &["name"])];
static ONBUILD: [Shape; 1] = [shape("ONBUILD instruction", &["instruction"])];
static STOPSIGNAL: [Shape; 1] = [shape("STOPSIGNAL signal", &["signal"])];
static WORKDIR: [Shape; 1] = [shape("WORKDIR path", &["path"])];

/// A name alone; a name with its default.
static ARG: [Shape; 2] = [shape("ARG name", &["name"]), shape("ARG name=default", &["name", "default"])];

/// The old form; one pair; several.
static ENV: [Shape; 3] = [
    shape("ENV name value", &["name", "value"]),
    shape("ENV name=value", &["name", "value"]),
    shape("ENV name=value name2=value2", &["name", "value", "name2", "value2"]),
];
static LABEL: [Shape; 3] = [
    shape("LABEL key value", &["key", "value"]),
    shape("LABEL key=value", &["key", "value"]),
    shape("LABEL key=value key2=value2", &["key", "value", "key2", "value2"]),
];

/// Without a name: plain, tag, digest; then the same with a name.
static FROM: [Shape; 6] = [
    shape("FROM image", &["image"]),
    shape("FROM image:tag", &["image", "tag"]),
    shape("FROM image@digest", &["image", "digest"]),
    // The part that is not written keeps the others in their places.
    shape("FROM image AS name", &["image", "", "AS", "name"]),
    shape("FROM image:tag AS name", &["image", "tag", "AS", "name"]),
    shape("FROM image@digest AS name", &["image", "digest", "AS", "name"]),
];

/// A command; nothing.
static HEALTHCHECK: [Shape; 2] = [
    shape("HEALTHCHECK [--flag=value] CMD command", &["[--flag=value]", "CMD", "command"]),
    shape("HEALTHCHECK NONE", &["NONE"]),
];

/// Names, then numbers.
static USER: [Shape; 4] = [
    shape("USER user", &["user"]),
    shape("USER user:group", &["user", "group"]),
    shape("USER uid", &["uid"]),
    shape("USER uid:gid", &["uid", "gid"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::KEYWORDS;

    #[test]
    fn every_instruction_has_shapes_with_their_parts_in_order() {
        for (keyword, kind) in KEYWORDS {
            let (words, json) = of(kind);
            assert!(words.len() + json.len() > 0, "{keyword}");
            for shape in words.iter().chain(json) {
                let mut rest = shape.label.strip_prefix(keyword).expect(shape.label);
                for parameter in shape.parameters {
                    (_, rest) = rest.split_once(parameter).expect(shape.label);
                }
            }
        }
    }
}
