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

/// The place of flags before the arguments: a parameter of its own where the shape has it among its own.
const FLAGS: &str = " [--flag=value]";

impl Shape {
    /// Whether it has a place for flags.
    pub(super) fn takes_flags(&self) -> bool {
        self.label.contains(FLAGS)
    }

    /// Where its parameters begin in the label, behind the keyword and a place of flags that is none of them.
    pub(super) fn start(&self, keyword: &str) -> usize {
        let is_named = self.parameters.first().is_some_and(|first| FLAGS.ends_with(first));
        let has_place = self.takes_flags() && !is_named;
        keyword.len() + if has_place { FLAGS.len() } else { 0 }
    }
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
static RUN: [Shape; 1] = [shape("RUN [--flag=value] command argument ...", COMMAND)];
static RUN_JSON: [Shape; 1] = [shape("RUN [--flag=value] [\"program\", \"argument\", ...]", EXEC)];
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

/// One pair; several; the old form.
static ENV: [Shape; 3] = [
    shape("ENV name=value", &["name", "value"]),
    shape("ENV name=value name2=value2", &["name", "value", "name2", "value2"]),
    shape("ENV name value", &["name", "value"]),
];
static LABEL: [Shape; 3] = [
    shape("LABEL key=value", &["key", "value"]),
    shape("LABEL key=value key2=value2", &["key", "value", "key2", "value2"]),
    shape("LABEL key value", &["key", "value"]),
];

/// Without a name: plain, tag, digest; then the same with a name.
static FROM: [Shape; 6] = [
    shape("FROM [--flag=value] image", &["image"]),
    shape("FROM [--flag=value] image:tag", &["image", "tag"]),
    shape("FROM [--flag=value] image@digest", &["image", "digest"]),
    // The part that is not written keeps the others in their places.
    shape("FROM [--flag=value] image AS name", &["image", "", "AS", "name"]),
    shape("FROM [--flag=value] image:tag AS name", &["image", "tag", "AS", "name"]),
    shape("FROM [--flag=value] image@digest AS name", &["image", "digest", "AS", "name"]),
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
                assert!(shape.label.starts_with(keyword), "{}", shape.label);
                let mut rest = &shape.label[shape.start(keyword)..];
                for parameter in shape.parameters {
                    (_, rest) = rest.split_once(parameter).expect(shape.label);
                }
            }
        }
    }
}
