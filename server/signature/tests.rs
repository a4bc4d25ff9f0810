use super::*;
use crate::context::shell_check::NoShellCheck;
use crate::document::Document;
use crate::fixture::Fixture;
use proptest::prelude::*;

/// The signatures, with the active parameter in `⟨ ⟩`.
fn shown(text: &str) -> Vec<String> {
    let (fixture, offset) = Fixture::cursor(text);
    let help = fixture.look(|cx| find(cx, offset));
    let Some(help) = help else { return Vec::new() };
    let show = |signature: Signature| {
        let mut label = signature.label;
        if let Some(parameter) = help.active.and_then(|active| signature.parameters.get(active)) {
            label.insert(parameter.span.end, '⟩');
            label.insert(parameter.span.start, '⟨');
        }
        label
    };
    help.signatures.into_iter().map(show).collect()
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(shown(text), expected, "{text}");
}

#[test]
fn a_command_is_words_or_an_array() {
    check(
        "RUN $0",
        &[
            "RUN [--flag=value] ⟨command⟩ argument ...",
            "RUN [--flag=value] ⟨[⟩\"program\", \"argument\", ...]",
        ],
    );
    check("RUN a $0b", &["RUN [--flag=value] command ⟨argument⟩ ..."]);
    check("RUN a b c d$0", &["RUN [--flag=value] command argument ⟨...⟩"]);
    check("RUN [$0", &["RUN [--flag=value] [⟨\"program\"⟩, \"argument\", ...]"]);
    check("CMD [\"a,b\"$0, \"c\"]", &["CMD [⟨\"program\"⟩, \"argument\", ...]"]);
    check("CMD [\"a\", \"c\"]$0", &["CMD [\"program\", \"argument\", ...⟨]⟩"]);
    check("RUN [ -e $0x ]", &["RUN [--flag=value] command argument ⟨...⟩"]);
    check("R$0UN a", &[]);
    check("FOO $0", &[]);
}

#[test]
fn the_words_of_a_command_are_its_own() {
    let is_in_command = |text: &str| {
        let (fixture, offset) = Fixture::cursor(text);
        fixture.look(|cx| super::is_in_command(cx, offset))
    };
    for inside in ["RUN a $0", "RUN --network=none a b $0", "RUN a \\\n  $0", "ONBUILD RUN a $0", "CMD a $0"]
    {
        assert!(is_in_command(inside), "{inside}");
    }
    for outside in [
        "RUN $0",
        "RUN --network=none $0",
        "RUN --mount=$0",
        "RUN [\"a\", $0",
        "COPY a $0",
        "ENV a=b $0",
        "$0",
    ] {
        assert!(!is_in_command(outside), "{outside}");
    }
}

#[test]
fn a_copy_ends_with_its_destination() {
    check("COPY a $0b c", &["COPY [--flag=value] source ⟨...⟩ destination"]);
    check("COPY a b $0c", &["COPY [--flag=value] source ... ⟨destination⟩"]);
    check("ADD [\"a\", $0", &["ADD [--flag=value] [\"source\", ..., ⟨\"destination\"⟩]"]);
    check("COPY <<EOF /$0", &["COPY [--flag=value] source ... ⟨destination⟩"]);
    check("COPY <<EOF $0", &["COPY [--flag=value] source ... ⟨destination⟩"]);
    check("COPY <<EOF /$0\nEOF", &["COPY [--flag=value] source ... ⟨destination⟩"]);
    check("ONBUILD COPY $0a b", &["COPY [--flag=value] ⟨source⟩ ... destination"]);
    check("ONBUILD $0", &["ONBUILD ⟨instruction⟩"]);
}

#[test]
fn pairs_are_old_one_or_many() {
    check("ENV $0", &["ENV ⟨name⟩=value", "ENV ⟨name⟩=value name2=value2", "ENV ⟨name⟩ value"]);
    check("ENV a $0b", &["ENV name ⟨value⟩"]);
    check("ENV a=$0b", &["ENV name=⟨value⟩", "ENV name=⟨value⟩ name2=value2"]);
    check("LABEL a=b c$0=d", &["LABEL key=value ⟨key2⟩=value2"]);
    check("ARG a=$0", &["ARG name=⟨default⟩"]);
    check("ARG a=b c$0", &["ARG ⟨name⟩", "ARG ⟨name⟩=default"]);
}

#[test]
fn an_image_has_a_tag_or_a_digest_and_a_name() {
    check("FROM a:1$0", &["FROM [--flag=value] image:⟨tag⟩", "FROM [--flag=value] image:⟨tag⟩ AS name"]);
    check("FROM a@b $0AS c", &["FROM [--flag=value] image@digest ⟨AS⟩ name"]);
    check(
        "FROM localhost:5000/a AS $0",
        &[
            "FROM [--flag=value] image AS ⟨name⟩",
            "FROM [--flag=value] image:tag AS ⟨name⟩",
            "FROM [--flag=value] image@digest AS ⟨name⟩",
        ],
    );
    check("FROM a AS b $0", &[]);
}

#[test]
fn flags_and_their_values() {
    check(
        "COPY --fr$0",
        &[
            "COPY ⟨[--flag=value]⟩ source ... destination",
            "COPY ⟨[--flag=value]⟩ [\"source\", ..., \"destination\"]",
        ],
    );
    check("COPY --from=$0", &["COPY --from=⟨stage⟩"]);
    check(
        "ADD \\\n$0--link a b",
        &[
            "ADD ⟨[--flag=value]⟩ source ... destination",
            "ADD ⟨[--flag=value]⟩ [\"source\", ..., \"destination\"]",
        ],
    );
    check("HEALTHCHECK --retries=$0 CMD a", &["HEALTHCHECK --retries=⟨3⟩"]);
    check("RUN --network=$0 a", &["RUN --network=⟨default|host|none⟩"]);
    check(
        "COPY --nonsense=$0",
        &[
            "COPY ⟨[--flag=value]⟩ source ... destination",
            "COPY ⟨[--flag=value]⟩ [\"source\", ..., \"destination\"]",
        ],
    );
}

#[test]
fn what_has_no_parameter_for_flags_shows_their_place() {
    check(
        "FROM --pl$0",
        &[
            "FROM [--flag=value] image",
            "FROM [--flag=value] image:tag",
            "FROM [--flag=value] image@digest",
            "FROM [--flag=value] image AS name",
            "FROM [--flag=value] image:tag AS name",
            "FROM [--flag=value] image@digest AS name",
        ],
    );
    assert_eq!(shown("RUN --mo$0")[0], "RUN [--flag=value] command argument ...");
}

#[test]
fn a_mount_has_the_keys_of_its_type() {
    let starts: Vec<String> =
        shown("RUN --mount=$0").iter().map(|label| label.split(',').next().unwrap().to_owned()).collect();
    let types = ["bind", "cache", "secret", "ssh", "tmpfs"];
    assert_eq!(starts, types.map(|name| format!("RUN --mount=⟨type={name}⟩")));
    assert_eq!(shown("RUN --mount=type=$0 a").len(), types.len());
    check(
        "RUN --mount=type=tmpfs,dst=/a$0 b",
        &["RUN --mount=type=tmpfs,readonly=true|false,readwrite=true|false,size=64m,⟨target=path⟩"],
    );
    check(
        "RUN --mount=type=tmpfs,$0 b",
        &["RUN --mount=type=tmpfs,readonly=true|false,readwrite=true|false,size=64m,⟨target=path⟩"],
    );
    check(
        "RUN --mount=type=tmpfs,target=/a,$0",
        &["RUN --mount=type=tmpfs,readonly=true|false,readwrite=true|false,⟨size=64m⟩,target=path"],
    );
    assert!(shown("RUN --mount=type=c$0")[0].starts_with("RUN --mount=⟨type=cache⟩"));
    check(
        "RUN --mount=type=tmpfs,x$0 b",
        &["RUN --mount=type=tmpfs,readonly=true|false,readwrite=true|false,size=64m,target=path"],
    );
}

#[test]
fn directives_at_the_head() {
    check("# escape=$0", &["# escape=⟨\\⟩"]);
    check("# escape=`\n# syntax=$0\nFROM a", &["# syntax=⟨docker/dockerfile:1⟩"]);
    check("FROM a\n# escape=$0", &[]);
    check("# a\n# escape=$0", &[]);
}

#[test]
fn nothing_in_comments_and_heredocs() {
    check("RUN a \\\n # b$0\n c", &[]);
    check("RUN <<E\na $0\nE", &[]);
    check("RUN a \\\n $0", &["RUN [--flag=value] command ⟨argument⟩ ..."]);
    check("RUN a\\\n $0", &["RUN [--flag=value] command ⟨argument⟩ ..."]);
    check("RUN a\\\n$0", &["RUN [--flag=value] ⟨command⟩ argument ..."]);
}

#[test]
fn parts_are_documented_by_what_is_known() {
    let (fixture, offset) = Fixture::cursor("COPY a $0b");
    let help = fixture.look(|cx| find(cx, offset)).unwrap();
    let parameters = &help.signatures[0].parameters;
    let destination = instructions::instruction("COPY").unwrap().forms[0].parameters[2].documentation;
    assert_eq!(parameters[3].documentation, Some(destination));
    assert_eq!(parameters[2].documentation, None);
}

proptest! {
    #[test]
    fn no_text_and_no_place_make_anything_panic(
        words in prop::collection::vec(prop::sample::select(&[
            "FROM ", "RUN ", "COPY ", "ENV ", "ONBUILD ", "USER ", "HEALTHCHECK ", "VOLUME ", "A=b", "[", "]", "\"", ",",
            "\\", "\\\n", "\n", "é", "🐳", ":", "@", " ", "--mount=", "type=bind", "--from=", "# escape=", "CMD ", "<<E",
        ][..]), 0..20)
    ) {
        let document = Document::new(&words.concat());
        let text = document.text().to_string();
        let settings = crate::settings::Settings::default();
        let cx = Cx { document: &document, context: &crate::context::NoContext, shell_check: &NoShellCheck, settings: &settings };
        for offset in 0..=text.len() + 1 {
            if let Some(help) = find(&cx, offset) {
                prop_assert!(!help.signatures.is_empty());
                for signature in &help.signatures {
                    let parts = signature.parameters.iter();
                    prop_assert!(parts.clone().all(|part| signature.label.get(part.span.clone()).is_some()));
                    prop_assert!(help.active.is_none_or(|active| active < signature.parameters.len()), "{signature:?}");
                }
            }
        }
    }
}
