use proptest::prelude::*;

use super::*;
use crate::fixture::{Fixture, half_typed};
use crate::text::Edit;

/// The document with what is named at `$0` in brackets: angle ones for declarations.
fn marked(fixture: &str) -> String {
    let (fixture, offset) = Fixture::cursor(fixture);
    let mut text = fixture.document.text().to_string();
    for occurrence in fixture.look(|cx| occurrences(cx, offset)).into_iter().rev() {
        let (open, close) = if occurrence.is_declaration { ('<', '>') } else { ('[', ']') };
        text.insert(occurrence.span.end, close);
        text.insert(occurrence.span.start, open);
    }
    text
}

/// Where the definition and the declaration at `$0` are: the line and the text of each target.
fn targets(fixture: &str) -> Vec<String> {
    let (fixture, offset) = Fixture::cursor(fixture);
    let text = fixture.document.text();
    let shown = |target: &Target| match target {
        Target::File(path) => path.clone(),
        Target::Here(said) => {
            let line = text.position(said.name.start, crate::text::Encoding::Utf8).line;
            format!("{line} {} in {}", text.slice(said.name.clone()), text.slice(said.whole.clone()))
        }
    };
    let link = fixture.look(|cx| definition(cx, offset));
    link.iter().flat_map(|link| &link.targets).map(shown).collect()
}

/// The document after renaming what is at `$0` to `new_name`, or why not.
fn renamed(fixture: &str, new_name: &str) -> String {
    let (fixture, offset) = Fixture::cursor(fixture);
    match fixture.look(|cx| rename(cx, offset, new_name)) {
        None => "nothing".to_owned(),
        Some(Renaming::Refused(reason)) => reason,
        Some(Renaming::Allowed(edits)) => {
            let mut text = fixture.document.text().clone();
            for Edit { span, new_text } in edits.into_iter().rev() {
                text.replace(span, &new_text);
            }
            text.to_string()
        }
    }
}

fn linked_count(fixture: &str) -> usize {
    let (fixture, offset) = Fixture::cursor(fixture);
    fixture.look(|cx| linked(cx, offset)).map_or(0, |linked| linked.spans.len())
}

#[test]
fn a_stage_is_named_in_from_copy_mount_and_onbuild() {
    assert_eq!(
        marked(
            "FROM a AS Bu$0ild\nFROM build\nCOPY --from=0 a b\nCOPY --from=\"build\" a b\n\
             RUN --mount=type=bind,from=BUILD,target=/x y\nONBUILD COPY --from=build a b\nCOPY build b\n"
        ),
        "FROM a AS <Build>\nFROM [build]\nCOPY --from=[0] a b\nCOPY --from=\"[build]\" a b\n\
         RUN --mount=type=bind,from=[BUILD],target=/x y\nONBUILD COPY --from=[build] a b\nCOPY build b\n"
    );
    assert_eq!(marked("FROM al$0pine AS alpine\n"), "FROM alpine AS alpine\n");
    assert_eq!(marked("FROM a AS x\nFROM b AS $0x\n"), "FROM a AS <x>\nFROM b AS <x>\n");
}

#[test]
fn a_stage_is_said_where_from_begins_it() {
    let stage = ["1 b in FROM a AS b"];
    for last in [
        "FROM $0b",
        "FROM c\nCOPY --from=b$0 x y",
        "FROM c\nRUN --mount=from=$0b x",
        "FROM c\nCOPY --from=$01 x y",
    ] {
        assert_eq!(targets(&format!("FROM x\nFROM a AS b\n{last}")), stage, "{last}");
    }
    assert_eq!(targets("FROM a\nFROM c\nCOPY --from=$00 x y"), ["0 a in FROM a"]);
    assert_eq!(targets("FROM c\nCOPY --from=ngi$0nx x y"), [""; 0]);
}

#[test]
fn a_variable_is_named_wherever_it_is_read() {
    assert_eq!(
        marked(
            "FROM a\nENV A=1 B=$A\nARG A=$0${A:-$B}\nCOPY <<E /$A\n$A\nE\nRUN <<E\necho \"${A}\"\nE\n\
             HEALTHCHECK CMD $A\nONBUILD USER $A\nLABEL a='$A' A=\\$A\n"
        ),
        "FROM a\nENV <A>=1 B=$A\nARG <A>=${[A]:-$B}\nCOPY <<E /$[A]\n$[A]\nE\nRUN <<E\necho \"${[A]}\"\nE\n\
         HEALTHCHECK CMD $[A]\nONBUILD USER $[A]\nLABEL a='$A' A=\\$A\n"
    );
    assert_eq!(marked("ARG a\nFROM $a\nRUN $0$a\n"), "ARG a\nFROM $a\nRUN $[a]\n");
    assert_eq!(marked("FROM x\nARG ab\nUSER ${a\\\n$0b}\n"), "FROM x\nARG <ab>\nUSER ${[a\\\nb]}\n");
}

#[test]
fn a_variable_is_said_where_its_value_comes_from() {
    let source = "ARG a=1\nFROM x\nARG a\nUSER $a\nENV a=2\nUSER ";
    assert_eq!(targets(&format!("{source}$0$a")), ["4 a in a=2", "2 a in a", "0 a in a=1"]);
    assert_eq!(targets("ARG a=1\nFROM x\nARG a\nUSER $$0a\n"), ["2 a in a", "0 a in a=1"]);
    assert_eq!(targets("FROM x\nENV a=1\nENV a=2\nENV $0a=3\n"), ["2 a in a=2", "1 a in a=1"]);
    assert_eq!(targets("ARG a=1\nFROM x\nARG $0a\n"), ["0 a in a=1"]);
    assert_eq!(targets("ARG a=1\nFROM x\nARG a$0=2\n"), ["2 a in a=2"]);
    assert_eq!(targets("FROM x AS y\nENV a=1\nFROM y\nUSER $a$0\n"), ["1 a in a=1"]);
    assert_eq!(targets("FROM x\nARG TARGETARCH\nUSER $TARGET$0ARCH\n"), ["1 TARGETARCH in TARGETARCH"]);
    assert_eq!(targets("FROM x\nUSER $a$0\nARG a\n"), [""; 0]);
}

#[test]
fn the_arg_that_takes_a_value_over_is_its_own_declaration() {
    let (fixture, offset) = Fixture::cursor("ARG a=1\nFROM x\nARG $0a\n");
    let link = fixture.look(|cx| declaration(cx, offset)).unwrap();
    assert_eq!(link.targets, [Target::Here(Said { whole: 19..20, name: 19..20 })]);
}

#[test]
fn a_heredoc_is_named_at_both_ends() {
    assert_eq!(marked("FROM a\nCOPY <<-\"E$0F\" /x\na\n\tEF\n"), "FROM a\nCOPY <<-\"<EF>\" /x\na\n\t[EF]\n");
    assert_eq!(targets("FROM a\nRUN <<A cat && <<B cat\nA\nB$0\n"), ["1 B in <<B"]);
    assert_eq!(marked("FROM a\nRUN <<$0<A\n"), "FROM a\nRUN <<<A\n");
    assert_eq!(linked_count("FROM a\nRUN <<$0A\nb\nA\n"), 2);
}

#[test]
fn a_source_leads_to_its_file() {
    let files = "#- src/a.c\n#- src/b.c\n#- b.h\n#- .dockerignore\nb.h\n#- Dockerfile\nFROM a\nARG E=c\n";
    let check =
        |line: &str, expected: &[&str]| assert_eq!(targets(&format!("{files}{line}\n")), expected, "{line}");
    check("COPY x s$0rc/a.$E /y", &["src/a.c"]);
    check("ADD [\"src/*$0.c\", \"/y\"]", &["src/a.c", "src/b.c"]);
    check("COPY b$0.h /y", &["b.h"]);
    check("RUN --mount=type=bind,source=$0src/a.c,target=/a b", &["src/a.c"]);
    check("COPY s$0rc /y", &[]);
    check("COPY --from=b src/$0a.c /y", &[]);
    check("COPY src/a.c /$0y", &[]);
}

#[test]
fn a_new_name_is_put_where_the_name_is_written() {
    assert_eq!(
        renamed("FROM a AS b$0\nCOPY --from=B --chown=b 0 0\nCOPY --from=0 a b", "c"),
        "FROM a AS c\nCOPY --from=c --chown=b 0 0\nCOPY --from=0 a b"
    );
    assert_eq!(
        renamed("ARG a=1\nFROM x${a}\nARG $0a\nRUN $a a", "b"),
        "ARG b=1\nFROM x${b}\nARG b\nRUN $b a"
    );
    assert_eq!(
        renamed(
            "FROM a\nENV $0A=1\nRUN [\"bash\", \"-c\", \"b \\\"$A\\\"\"]\nENTRYPOINT [\"sh\", \"-c\", \"exec ${A}\"]\nCMD [\"$A\"]\n",
            "B"
        ),
        "FROM a\nENV B=1\nRUN [\"bash\", \"-c\", \"b \\\"$B\\\"\"]\nENTRYPOINT [\"sh\", \"-c\", \"exec ${B}\"]\nCMD [\"$A\"]\n"
    );
    assert_eq!(renamed("FROM a\nRUN <<'$0A'\nb\nA\n", "C"), "FROM a\nRUN <<'C'\nb\nC\n");
    assert_eq!(
        renamed("FROM a\nCOPY --from=de$0v b c\nCOPY --from=dev d e\n", "x"),
        "FROM a\nCOPY --from=x b c\nCOPY --from=x d e\n"
    );
    assert_eq!(renamed("FROM $0a", "b"), "nothing");
}

#[test]
fn what_would_change_the_meaning_is_refused() {
    assert_eq!(renamed("FROM a AS $0b\nFROM c AS d\n", "D"), "there is a stage `D` already");
    assert_eq!(renamed("FROM a AS $0b\nFROM c\n", "c"), "`c` is the name of an image here");
    assert_eq!(renamed("FROM a AS $0b\n", "scratch"), "`scratch` has a meaning of its own");
    assert!(renamed("FROM a AS $0b\n", "1b").starts_with("`1b` is no name for a stage"));
    assert_eq!(renamed("FROM a AS b\nFROM c\nCOPY --from=$00 d e\n", "x"), "a number is no name");
    assert_eq!(
        renamed("ARG B=b\nFROM a AS b$0\nFROM $B\n", "x"),
        "line 3 names the stage in another way, as `$B`"
    );
    assert_eq!(renamed("FROM a\nENV $0A=1 B=2\n", "B"), "there is a variable `B` already, in line 2");
    assert_eq!(
        renamed("FROM a AS b\nENV $0A=1\nFROM b\nRUN $B\n", "B"),
        "there is a variable `B` already, in line 4"
    );
    assert_eq!(renamed("FROM a\nENV $0A=1\nFROM b\nRUN $B\n", "B"), "FROM a\nENV B=1\nFROM b\nRUN $B\n");
    assert!(renamed("FROM a\nENV $0A=1\n", "B C").starts_with("`B C` is no name for a variable"));
    assert_eq!(renamed("FROM $0$TARGETARCH\n", "a"), "`TARGETARCH` is a name that the builder gives");
    assert_eq!(
        renamed("FROM a\nENV $0V=1\nSHELL [\"powershell\", \"-c\"]\nRUN echo $env:V\n", "x"),
        "the command in line 4 may read `V`, but its shell is not understood"
    );
    let undeclared = "no line of this file declares `b`";
    assert!(renamed("FROM a\nRUN read b && $b$0\n", "c").starts_with(undeclared));
    assert!(renamed("FROM a\nRUN c $b$0\n", "c").starts_with(undeclared));
    assert_eq!(renamed("FROM a\nUSER $b$0\n", "c"), "FROM a\nUSER $c\n");
    assert_eq!(
        renamed("FROM a\nENV $0b=1\nFROM a\nENV b=/x:$b\n", "c"),
        "FROM a\nENV c=1\nFROM a\nENV b=/x:$b\n"
    );
    assert_eq!(
        renamed("FROM a\nENV b=1\nFROM a\nENV $0b=/x:$b\n", "c"),
        "line 4 takes over what the base image has in `b`"
    );
    for name in ["HOME", "PATH"] {
        let refused = format!("`{name}` is a name that programs look for");
        assert_eq!(renamed(&format!("FROM a\nRUN echo ${name}$0\n"), "c"), refused);
        assert_eq!(renamed(&format!("FROM a\nENV $0{name}=/x\n"), "c"), refused);
    }
    assert_eq!(renamed("FROM a\nRUN <<$0A\nb\nA\n", "b"), "`b` is a line of the text");
    assert!(renamed("FROM a\nRUN <<$0A\nb\nA\n", "b c").starts_with("`b c` is no marker"));
}

#[test]
fn names_are_typed_as_one_only_where_all_are_the_same() {
    assert_eq!(linked_count("FROM a AS $0b\nFROM b\nCOPY --from=0 c d\n"), 2);
    assert_eq!(linked_count("FROM a AS $0b\nFROM B\n"), 0);
    assert_eq!(linked_count("FROM a AS b\nFROM c\nCOPY --from=$00 c d\n"), 0);
    assert_eq!(linked_count("FROM a\nENV $0A=1 B=$A\nRUN $A\n"), 2);
    assert_eq!(linked_count("FROM a\nENV AB=1\nRUN ${A\\\nB} $A$0B\n"), 0);
}

#[test]
fn a_variable_without_a_name_is_none() {
    // Its place is between two lines: before the comment, or after it.
    let text = "ENV A=1 \\\n  # inside\n=b\n";
    for offset in 7..text.len() {
        let (before, after) = text.split_at(offset);
        assert_eq!(targets(&format!("{before}$0{after}")), [""; 0], "{offset}");
    }
}

proptest! {
    #[test]
    fn every_place_has_its_answer(source in half_typed()) {
        let fixture = Fixture::new(&source);
        fixture.look(|cx| {
            for offset in 0..=source.len() {
                let named = occurrences(cx, offset);
                prop_assert!(named.is_sorted_by_key(|occurrence| occurrence.span.start));
                prop_assert!(named.iter().all(|occurrence| source.get(occurrence.span.clone()).is_some()));
                let link = definition(cx, offset).into_iter().chain(declaration(cx, offset));
                for target in link.flat_map(|link| link.targets) {
                    let Target::Here(said) = target else { continue };
                    prop_assert!(said.whole.start <= said.name.start && said.name.end <= said.whole.end);
                }
                prop_assert!(linked(cx, offset).is_none_or(|linked| linked.spans.len() <= named.len()));
                if let Some(Renaming::Allowed((span, _))) = prepare_rename(cx, offset) {
                    prop_assert!(named.iter().any(|occurrence| occurrence.span == span), "{offset}");
                    prop_assert!(rename(cx, offset, "new_name").is_some());
                }
            }
            Ok(())
        })?;
    }
}
