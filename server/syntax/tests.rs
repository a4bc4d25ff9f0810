//! The splitter against BuildKit's behaviour, construct by construct, and its incrementality.

use std::sync::Arc;

use proptest::prelude::*;

use super::ast::{Arguments, Kind};
use super::{File, Instruction};
use crate::text::{Edit, Text};

/// Each instruction as its keyword, its joined line, and the names of its heredocs.
fn split(source: &str) -> Vec<String> {
    let file = File::new(source);
    file.items()
        .iter()
        .map(|item| {
            let heredocs: Vec<&str> =
                item.instruction.heredocs().iter().map(|doc| doc.name.as_str()).collect();
            let line = item.instruction.line().text();
            if heredocs.is_empty() { line.to_owned() } else { format!("{line} [{}]", heredocs.join(",")) }
        })
        .collect()
}

fn only(source: &str) -> Arc<Instruction> {
    let file = File::new(source);
    assert_eq!(file.items().len(), 1, "{source:?}");
    Arc::clone(&file.items()[0].instruction)
}

fn words(source: &str) -> Vec<String> {
    let instruction = only(source);
    match &instruction.ast().arguments {
        Arguments::Words(words) => words.iter().map(|word| instruction.str(*word).to_owned()).collect(),
        Arguments::Json(strings) => strings.iter().map(|string| format!("json:{}", string.value)).collect(),
        Arguments::KeyValues(pairs) => pairs
            .iter()
            .map(|pair| {
                let value = pair.value.map_or("-", |value| instruction.str(value));
                format!("{}{}{value}", instruction.str(pair.key), if pair.legacy { " " } else { "=" })
            })
            .collect(),
        Arguments::Text(text) => vec![instruction.str(*text).to_owned()],
        other => vec![format!("{other:?}")],
    }
}

#[test]
fn continuations_comments_and_blank_lines_are_joined_away() {
    assert_eq!(split("RUN a \\\n  # no\n\n  b \\ \t\n\tc\nCMD d"), ["RUN a   b \tc", "CMD d"]);
    assert_eq!(split("\\\nRUN a"), ["RUN a"]);
    assert_eq!(split("RU\\\nN a"), ["RUN a"]);
    assert_eq!(split("RUN a \\"), ["RUN a "]);
    assert_eq!(split("RUN a \\\n"), ["RUN a "]);
    assert!(only("RUN a \\\n").is_open());
    assert!(!only("RUN a\n").is_open());
}

#[test]
fn an_escaped_escape_character_does_not_continue() {
    assert_eq!(split("RUN a \\\\\nRUN b"), ["RUN a \\\\", "RUN b"]);
    assert_eq!(split("RUN a \\\\\\\nRUN b"), ["RUN a \\\\\\", "RUN b"]);
}

#[test]
fn only_newline_ends_a_line() {
    assert_eq!(split("FROM a\r\nRUN b \\\r\n  c\r\n"), ["FROM a", "RUN b   c"]);
    assert_eq!(split("FROM a\rRUN b"), ["FROM a\rRUN b"]);
    assert_eq!(split("RUN a\u{2028}b\u{85}c\u{c}d\n"), ["RUN a\u{2028}b\u{85}c\u{c}d"]);
}

#[test]
fn a_byte_order_mark_is_skipped_at_the_head_only() {
    assert_eq!(split("\u{feff}FROM a\n"), ["FROM a"]);
    assert_eq!(only("\u{feff}FROM a\n").ast().kind, Kind::From);
    assert_eq!(only("\n\u{feff}FROM a\n").ast().kind, Kind::Unknown);
    assert_eq!(File::new("FROM a\n\u{feff}RUN b\n").items()[1].kind, Kind::Unknown);
    for marked in ["\u{feff}FROM a\n", "\u{feff}"] {
        let edit = Edit::insert(0, "FROM b\n");
        let mut text = Text::new(marked);
        text.replace(edit.span.clone(), &edit.new_text);
        assert_eq!(File::new(marked).edited(&text, &edit).items()[1].kind, Kind::Unknown);
    }
}

#[test]
fn the_escape_directive_changes_continuations() {
    assert_eq!(split("# escape=`\nRUN a `\n b\nRUN c:\\\nRUN d"), ["RUN a  b", "RUN c:\\", "RUN d"]);
}

#[test]
fn heredocs_end_at_their_name_alone() {
    assert_eq!(split("RUN <<EOF cat\nEOFX\n EOF\nEOF\nRUN b"), ["RUN <<EOF cat [EOF]", "RUN b"]);
    assert_eq!(split("COPY <<A <<B /x/\n1\nA\n2\nB\nRUN b"), ["COPY <<A <<B /x/ [A,B]", "RUN b"]);
    assert_eq!(split("RUN <<-E\n\tx\n\t\tE\nRUN b"), ["RUN <<-E [E]", "RUN b"]);
    assert_eq!(split("RUN 3<<'E F'\nE F\nRUN b"), ["RUN 3<<'E F' [E F]", "RUN b"]);
    assert_eq!(
        split("RUN << EOF cat\nEOF\nRUN b"),
        ["RUN << EOF cat [ EOF]".replace("[ EOF]", "[EOF]").as_str(), "RUN b"]
    );
    assert_eq!(split("ONBUILD RUN <<E\nE\nRUN b"), ["ONBUILD RUN <<E [E]", "RUN b"]);
    assert_eq!(split("RUN \\\n <<E \\\n cat\nx\nE\nRUN b"), ["RUN  <<E  cat [E]", "RUN b"]);
    assert_eq!(split("RUN <<E\r\nx\r\nE\r\nRUN b"), ["RUN <<E [E]", "RUN b"]);
}

#[test]
fn quoted_heredocs_are_not_expanded() {
    for (source, expand) in [("RUN <<E\nE", true), ("RUN <<'E'\nE", false), ("RUN <<\"E\"\nE", false)] {
        assert_eq!(only(source).heredocs()[0].expand, expand, "{source}");
    }
}

#[test]
fn what_only_looks_like_a_heredoc_is_none() {
    for source in [
        "RUN cat <<<E",
        "RUN echo $((1<<2))",
        "RUN echo \"<<E\"",
        "RUN [\"a\", \"<<E\"]",
        "ENV a=<<E",
        "RUN echo '",
        "CMD <<E",
        "RUN a <<",
    ] {
        assert!(only(source).heredocs().is_empty(), "{source}");
    }
}

#[test]
fn an_unterminated_heredoc_takes_the_rest_and_is_open() {
    let instruction = only("RUN <<E\nRUN b\nRUN c\n");
    assert!(instruction.is_open());
    assert_eq!(instruction.heredocs()[0].end, None);
}

#[test]
fn flags_end_at_the_first_other_word() {
    let instruction = only("COPY --from=a --chown=\"b c\":d\\ e --link x --y z\n");
    let line = instruction.line().text();
    let flags: Vec<(&str, &str)> =
        instruction.ast().flags.iter().map(|flag| (flag.name_in(line), flag.value.as_str())).collect();
    assert_eq!(flags, [("from", "a"), ("chown", "b c:d e"), ("link", "")]);
    assert_eq!(words("COPY --from=a x --y z\n"), ["x", "--y", "z"]);
    assert_eq!(words("RUN -- --x y\n"), ["--x y"]);
}

#[test]
fn arguments_are_read_by_the_instruction() {
    assert_eq!(words("COPY [\"a b\", \"c\"]"), ["json:a b", "json:c"]);
    assert_eq!(words("COPY [\"a b\", \"c\""), ["[\"a", "b\",", "\"c\""]);
    assert_eq!(
        words("ENV a=1 b='x y' c=\"q\\\" r\" d=e\\ f"),
        ["a=1", "b='x y'", "c=\"q\\\" r\"", "d=e\\ f"]
    );
    assert_eq!(words("ENV a b=c  d"), ["a b=c  d"]);
    assert_eq!(words("ENV a"), ["a -"]);
    assert_eq!(words("ARG a b=1"), ["a=-", "b=1"]);
    assert_eq!(words("WORKDIR  /Program Files "), ["/Program Files"]);
    assert_eq!(words("EXPOSE 80\t443"), ["80", "443"]);
    assert!(matches!(only("CMD [\"a\", 1]").ast().arguments, Arguments::BadJson(_)));
    assert!(matches!(only("FROM").ast().arguments, Arguments::None));
}

#[test]
fn a_half_typed_line_spares_its_neighbours() {
    for line in [
        "FR",
        "FROM",
        "COPY --fr",
        "COPY --from=",
        "RUN --mount=type=",
        "ENV Y",
        "LABEL x",
        "RUN echo \"",
        "RUN ${x",
        "RUN <<",
    ] {
        assert_eq!(split(&format!("FROM a\n{line}\nRUN b\n")), ["FROM a", line, "RUN b"], "{line}");
    }
}

#[test]
fn comments_belong_to_the_instruction_below() {
    let file = File::new("# a\nFROM x\n\n  # b \nRUN y\n# tail\n");
    let comments: Vec<Vec<&str>> = file
        .items()
        .iter()
        .map(|item| {
            item.instruction.comments().iter().map(|span| &item.instruction.source()[span.clone()]).collect()
        })
        .collect();
    assert_eq!(comments, [vec!["# a"], vec!["# b "]]);
    assert_eq!(file.tail(), 25..32);
}

#[test]
fn places_in_the_joined_line_lead_back_to_the_source() {
    let instruction = only("# c\nCOPY a \\\n  # d\n  b/ \\\n  c\n");
    let Arguments::Words(words) = &instruction.ast().arguments else { panic!("no words") };
    let places: Vec<&str> =
        words.iter().map(|word| &instruction.source()[instruction.place(*word)]).collect();
    assert_eq!(places, ["a", "b/", "c"]);
}

#[test]
fn an_edit_keeps_every_other_instruction() {
    let source = "FROM a\nRUN b\n# c\nRUN d\nRUN e\n";
    let old = File::new(source);
    let edit = Edit::insert(source.find("d\n").unwrap(), "x");
    let mut text = Text::new(source);
    text.replace(edit.span.clone(), &edit.new_text);
    let new = old.edited(&text, &edit);
    let same: Vec<bool> = old
        .items()
        .iter()
        .zip(new.items())
        .map(|(old, new)| Arc::ptr_eq(&old.instruction, &new.instruction))
        .collect();
    assert_eq!(same, [true, true, false, true]);
    assert_eq!(new.items()[3].start, old.items()[3].start + 1);
}

#[test]
fn a_changed_escape_directive_reads_everything_again() {
    let source = "# escape=\\\nFROM a\nRUN b `\n c\n";
    let old = File::new(source);
    let edit = Edit::replace(9..10, "`");
    let mut text = Text::new(source);
    text.replace(edit.span.clone(), &edit.new_text);
    assert_eq!(old.edited(&text, &edit).items().len(), 2);
}

fn describe(file: &File) -> String {
    let mut lines = vec![format!("{:?} {:?}", file.directives(), file.tail())];
    for item in file.items() {
        let instruction = &item.instruction;
        lines.push(format!(
            "{} {:?} {:?} {:?} {:?} {:?} {:?} {}",
            item.start,
            instruction.source(),
            instruction.ast(),
            instruction.heredocs(),
            instruction.comments(),
            instruction.inner_comments(),
            instruction.blank_lines(),
            instruction.is_open()
        ));
    }
    lines.join("\n")
}

/// Text in which every construct of the splitter is likely.
fn dockerfile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "FROM a\n",
        "RUN b",
        "\n",
        "\r\n",
        "\r",
        " \\\n",
        "\\",
        "`",
        "# c\n",
        "# escape=`\n",
        "# syntax=x\n",
        "<<E",
        "<<-'E'",
        "E\n",
        "E",
        "COPY ",
        "--from=x ",
        "[\"a\"]",
        "'",
        "\"",
        "$",
        "{x",
        "}",
        "\t",
        " ",
        "é",
        "🐳",
        "\u{feff}",
        "\u{0}",
        "ENV a",
        "=b",
        "ONBUILD ",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_instructions_tile_the_text(source in dockerfile()) {
        let file = File::new(&source);
        let mut joined: String = file.items().iter().map(|item| item.instruction.source()).collect();
        prop_assert_eq!(joined.len(), file.tail().start);
        joined.push_str(&source[file.tail()]);
        prop_assert_eq!(joined, source);
    }

    #[test]
    fn an_edit_gives_what_a_fresh_reading_gives(
        source in dockerfile(), new_text in dockerfile(), start in any::<prop::sample::Index>(), length in 0usize..12,
    ) {
        let floor = |mut offset: usize| { while !source.is_char_boundary(offset) { offset -= 1 } offset };
        let start = floor(start.index(source.len() + 1));
        let end = floor((start + length).min(source.len())).max(start);
        let edit = Edit::replace(start..end, new_text);
        let mut text = Text::new(&source);
        text.replace(edit.span.clone(), &edit.new_text);
        let incremental = File::new(&source).edited(&text, &edit);
        prop_assert_eq!(describe(&incremental), describe(&File::new(&text.to_string())));
    }

    #[test]
    fn every_place_lies_in_the_source(source in dockerfile()) {
        for item in File::new(&source).items() {
            let instruction = &item.instruction;
            let whole = instruction.place(instruction.ast().part());
            prop_assert!(instruction.source().get(whole.clone()).is_some());
            prop_assert!(instruction.source().get(instruction.span()).is_some());
            prop_assert!(whole.end <= instruction.span().end);
        }
    }
}

#[test]
fn onbuild_chains_do_not_nest() {
    let source = format!("{}RUN a\n", "ONBUILD ".repeat(100_000));
    let file = File::new(&source);
    assert_eq!(file.items().len(), 1);
    assert_eq!(file.items()[0].instruction.ast().innermost().kind, Kind::Onbuild);
}
