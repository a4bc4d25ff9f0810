//! What changes, and what does not.

use super::*;

fn applied(document: &Document, edits: &[Edit]) -> String {
    let changed = edits
        .iter()
        .rev()
        .fold(document.edited(&Edit::insert(0, "")), |document, edit| document.edited(edit));
    changed.text().to_string()
}

/// Formats with a style; a second run changes nothing.
fn formatted(source: &str, style: &Style) -> String {
    let document = Document::new(source);
    let text = applied(&document, &edits(&document, style, None));
    let again = Document::new(&text);
    assert_eq!(edits(&again, style, None), [], "a second run changes {text:?}");
    text
}

fn check(source: &str, expected: &str) {
    assert_eq!(formatted(source, &Style::default()), expected);
}

fn check_none(source: &str) {
    check(source, source);
}

/// What the lines that `$0…$0` touches become.
fn check_selection(source: &str, expected: &str) {
    let parts: Vec<&str> = source.split("$0").collect();
    let [before, selected, _] = parts[..] else { panic!("two marks are needed") };
    let document = Document::new(&parts.concat());
    let span = before.len()..before.len() + selected.len();
    assert_eq!(applied(&document, &edits(&document, &Style::default(), Some(span))), expected);
}

/// What follows when a character is typed at `$0`, both where it is already there and where it is not.
fn check_typed(source: &str, typed: char, expected: &str) {
    let offset = source.find("$0").unwrap();
    let without = Document::new(&source.replace("$0", ""));
    let with = Document::new(&source.replace("$0", &typed.to_string()));
    assert_eq!(
        applied(&without, &on_type(&without, &Style::default(), offset, typed)),
        expected.replace("$0", "")
    );
    let expected = expected.replace("$0", &typed.to_string());
    for offset in [offset, offset + 1] {
        assert_eq!(applied(&with, &on_type(&with, &Style::default(), offset, typed)), expected);
    }
}

#[test]
fn continued_lines_are_indented_and_nesting_is_kept() {
    check(
        "FROM a\nRUN if b; then \\\n\t\tc; \\\n\tfi \\\n\t&& d \\\n\t\te\n",
        "FROM a\nRUN if b; then \\\n        c; \\\n    fi \\\n    && d \\\n        e\n",
    );
    check("RUN a \\\n && b \\\n  c\n", "RUN a \\\n    && b \\\n     c\n");
    check("ENV a=b \\\n  c=d\n", "ENV a=b \\\n    c=d\n");
    check("CMD [\"a\", \\\n\"b\"]\n", "CMD [\"a\", \\\n    \"b\"]\n");
    check(
        "HEALTHCHECK --interval=1s \\\n  CMD a \\\n  b\n",
        "HEALTHCHECK --interval=1s \\\n    CMD a \\\n    b\n",
    );
    check("ONBUILD RUN a \\\nb\n", "ONBUILD RUN a \\\n    b\n");
}

#[test]
fn tabs_are_written_where_they_are_wanted() {
    let style = Style { indent: Indent::Tab, tab_size: 8, ..Style::default() };
    assert_eq!(formatted("RUN a \\\n  b \\\n    c\n", &style), "RUN a \\\n\tb \\\n\t  c\n");
}

#[test]
fn comments_and_lone_escape_characters_stand_like_their_neighbours() {
    check(
        "RUN a; \\\n# b\n\\\n\tc; \\\n\t\t\\\n  # d\n\t\te\n",
        "RUN a; \\\n    # b\n    \\\n    c; \\\n        \\\n        # d\n        e\n",
    );
    check("RUN a \\\n  b \\\n# c  \n", "RUN a \\\n    b \\\n    # c  \n");
    check("RUN a \\\n# b", "RUN a \\\n    # b");
}

#[test]
fn strings_and_words_over_two_lines_stay() {
    check_none("RUN echo 'a \\\n b \\\n  c' \"d \\\n e\" ${f:-g \\\n h} `i \\\n j`\n");
    check_none("EXPOSE 8081\\\n8082\n");
    check_none("RUN apt\\\n-get b\\ \\\nc\n");
    check_none("ENV a=\"b \\\n c\"\n");
    check("RUN echo 'a \\\n b' \\\n  c\n", "RUN echo 'a \\\n b' \\\n    c\n");
    check("RUN a \"$(b \\\n c)\"\n", "RUN a \"$(b \\\n    c)\"\n");
    check("RUN a;\\\nb&&\\\nc\\\n&& d\n", "RUN a;\\\n    b&&\\\n    c\\\n    && d\n");
    check_none("RUN a;\\\n;b\n");
}

#[test]
fn heredocs_stay() {
    check_none("RUN <<A\n  b  \n\n\n\n\t c\nA\n");
    check(" COPY <<A \\\n<<B /c\n  d \nA\n  e \nB\n", "COPY <<A \\\n    <<B /c\n  d \nA\n  e \nB\n");
    check_none("RUN <<A\n  b  ");
}

#[test]
fn what_is_not_understood_stays() {
    check_none("  foo \\\n  bar  \n");
    check_none("ENV a b \\\n c\n");
    check_none("LABEL a b \\\n c\n");
    check_none("MAINTAINER a \\\n b\n");
    check_none("USER a \\\n b\n");
    check_none("RUN 'a \\\n b\n");
    check_none("RUN a $'\\'' \\\n b\n");
    check_none("RUN \"$(case a in b) \"c \\\n d\";; esac)\"\n");
    check_none("FROM a\nSHELL [\"python\", \"-c\"]\nRUN a \\\n b\n");
    check_none("RUN a \\\n\u{c} b\n");
    check_none("\u{c}\n\u{c}USER a\n");
}

#[test]
fn lines_of_any_length_are_read() {
    let long = "b ".repeat(40_000);
    check(
        &format!("RUN a \\\n{long}\\\n'{long}' # {long}\n"),
        &format!("RUN a \\\n    {long}\\\n    '{long}' # {}\n", long.trim_end()),
    );
    check_none(&format!("RUN {}\n", "$(".repeat(30_000)));
    check(
        &format!("RUN a \\\n{}b\n", "c \\\n# d\n".repeat(200)),
        &format!("RUN a \\\n{}    b\n", "    c \\\n    # d\n".repeat(200)),
    );
}

#[test]
fn windows_shells_are_read_by_their_quotes() {
    let head = "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver\n";
    check(&format!("{head}RUN a \"b `\n c\" `\n d\n"), &format!("{head}RUN a \"b `\n c\" `\n    d\n"));
    check_none(&format!("{head}RUN echo a `\n  b\n"));
    check_none(&format!("{head}RUN a \"b\\\" `\n  c\n"));
    let power = "# escape=`\nFROM a\nSHELL [\"powershell\"]\n";
    check(&format!("{power}RUN echo 'a' `\n  b\n"), &format!("{power}RUN echo 'a' `\n    b\n"));
    check_none(&format!("{power}RUN a --% b `\n  c\n"));
    check_none(&format!("{power}RUN a \"it`\"s\" `\n  b\n"));
}

#[test]
fn instructions_and_comments_begin_at_the_margin() {
    check("\t# a\n  FROM b\n \t\n  # c\n", "# a\nFROM b\n\n# c\n");
    check("\u{feff}  FROM a\n", "\u{feff}FROM a\n");
}

#[test]
fn blank_lines_between_instructions_are_enough_at_two() {
    check("\n\n\n\nFROM a\n\n \n\n\n# b\n\n\n\nUSER c\n\n\n", "\n\nFROM a\n\n\n# b\n\n\nUSER c\n");
    check("RUN a \\\n\n\n\n\n  b\n", "RUN a \\\n\n\n\n\n    b\n");
    check("RUN a \\\n  \n  b\n", "RUN a \\\n\n    b\n");
    let none = Style { max_blank_lines: 0, ..Style::default() };
    assert_eq!(formatted("FROM a\n\n\nUSER b\n", &none), "FROM a\nUSER b\n");
}

#[test]
fn a_comment_does_not_become_a_directive() {
    let none = Style { max_blank_lines: 0, ..Style::default() };
    assert_eq!(formatted("\n\n# escape=`\nFROM a\n", &none), "\n# escape=`\nFROM a\n");
    assert_eq!(formatted("\n\n# escape=`\n", &none), "\n# escape=`\n");
}

#[test]
fn blanks_at_the_ends_of_lines_go() {
    check("FROM a \t\nRUN b \\  \n    c  \n# d  \n", "FROM a\nRUN b \\\n    c\n# d  \n");
    check_none("RUN a \\\r  \n b\n");
    check("RUN a \\\nb\\\r  \n", "RUN a \\\n    b\\\r  \n");
    let style = Style { trim_trailing_blanks: false, ..Style::default() };
    assert_eq!(formatted("FROM a \nRUN b \\ \nc\n", &style), "FROM a \nRUN b \\ \n    c\n");
}

#[test]
fn the_end_of_the_file_is_one_line_break() {
    check("FROM a", "FROM a\n");
    check("FROM a\r\n# b", "FROM a\r\n# b\r\n");
    check("FROM a\n \n\n  ", "FROM a\n");
    check("", "");
    check("\n\n", "");
    check_none("RUN a \\");
    check_none("RUN a \\\n");
    let style = Style { final_newline: false, trim_final_newlines: false, ..Style::default() };
    assert_eq!(formatted("FROM a\n\n\n\n  ", &style), "FROM a\n\n\n");
    assert_eq!(formatted("FROM a", &style), "FROM a");
}

#[test]
fn line_breaks_stay() {
    check("FROM a\r\n\r\n\r\n\r\nRUN b \\\r\nc\r\n", "FROM a\r\n\r\n\r\nRUN b \\\r\n    c\r\n");
    check("FROM a\r  USER b\n", "FROM a\r  USER b\n");
}

#[test]
fn operators_go_to_the_starts_of_lines() {
    let style = Style { operators: Operators::Leading, ..Style::default() };
    let check = |source: &str, expected: &str| assert_eq!(formatted(source, &style), expected);
    check(
        "RUN a && \\\n  b | \\\n    # why\n    c&&\\\n  d\n",
        "RUN a \\\n    && b \\\n      # why\n      | c \\\n    && d\n",
    );
    check("RUN a 'b && \\\n c' ; \\\n d\n", "RUN a 'b && \\\n c' ; \\\n    d\n");
    check("CMD a && \\\n  b\n", "CMD a && \\\n    b\n");
    check(
        "FROM x\nSHELL [\"powershell\"]\nRUN a && \\\n b\n",
        "FROM x\nSHELL [\"powershell\"]\nRUN a && \\\n    b\n",
    );
    check("RUN && \\\n a\n", "RUN && \\\n    a\n");
}

#[test]
fn operators_go_to_the_ends_of_lines() {
    let style = Style { operators: Operators::Trailing, ..Style::default() };
    let check = |source: &str, expected: &str| assert_eq!(formatted(source, &style), expected);
    check(
        "RUN a \\\n && b \\\n || c\\\n | d  \\\n  |& e\n",
        "RUN a && \\\n    b || \\\n    c | \\\n    d  \\\n     |& e\n",
    );
    check("RUN a \\\n  && \\\n  b\n", "RUN a \\\n    && \\\n    b\n");
    check("RUN \\\n  && b\n", "RUN \\\n    && b\n");
}

#[test]
fn a_selection_changes_its_lines_alone() {
    check_selection("  FROM a\n  U$0SER$0 b\n  USER c\n", "  FROM a\nUSER b\n  USER c\n");
    check_selection("RUN a \\\nb \\\n$0c \\\n$0d\n", "RUN a \\\nb \\\n    c \\\nd\n");
    check_selection("FROM a\n\n\n\n\n$0USER b\n$0", "FROM a\n\n\n\n\nUSER b\n");
    check_selection("$0FROM a$0\n\n\n\n\nUSER b", "FROM a\n\n\n\n\nUSER b");
    // An operator moves between two lines or not at all.
    let document = Document::new("RUN a && \\\nb\n");
    let style = Style { operators: Operators::Leading, ..Style::default() };
    assert_eq!(applied(&document, &edits(&document, &style, Some(0..3))), "RUN a && \\\nb\n");
}

#[test]
fn the_line_after_a_typed_escape_character_is_indented() {
    check_typed("FROM a \n$0\n", '\\', "FROM a \n$0\n");
    check_typed("FROM a $0\nAS b\n", '\\', "FROM a $0\n    AS b\n");
    check_typed("RUN a \\\n  b $0\nc\n", '\\', "RUN a \\\n  b $0\n  c\n");
    check_typed("RUN a $0\n  b\n", '\\', "RUN a $0\n    b\n");
    check_typed("RUN a $0\n  b \\\n  c\n", '\\', "RUN a $0\n  b \\\n  c\n");
    check_typed("# escape=`\nRUN a $0\nb\n", '`', "# escape=`\nRUN a $0\n    b\n");
}

#[test]
fn a_line_that_is_broken_behind_the_escape_character_is_indented() {
    let typed = |source: &str| {
        let offset = source.find("$0").unwrap();
        let document = Document::new(&source.replace("$0", ""));
        let mut text = document.text().clone();
        for edit in on_type(&document, &Style::default(), offset, '\n') {
            text.replace(edit.span, &edit.new_text);
        }
        text.to_string()
    };
    assert_eq!(typed("RUN a \\\n$0"), "RUN a \\\n    ");
    assert_eq!(typed("RUN a \\\n$0\nRUN b\n"), "RUN a \\\n    \nRUN b\n");
    assert_eq!(typed("RUN a \\\n  b \\\n$0\n"), "RUN a \\\n  b \\\n  \n");
    assert_eq!(typed("RUN a \\\n  b \\\n  $0\n"), "RUN a \\\n  b \\\n  \n");
    assert_eq!(typed("RUN a \\\n$0&& b\n"), "RUN a \\\n    && b\n");
    assert_eq!(typed("RUN a \\\r\n$0"), "RUN a \\\r\n    ");
    for source in ["RUN a\n$0", "# a \\\n$0", "RUN <<E\na \\\n$0\nE\n", "$0", "RUN a \\\nb$0"] {
        assert_eq!(typed(source), source.replace("$0", ""), "{source}");
    }
}

#[test]
fn typing_elsewhere_changes_nothing() {
    for source in [
        "RUN a $0\nRUN b\n",
        "RUN a $0\n\nb\n",
        "RUN <<A\nb $0\nc\nA\n",
        "# a $0\nb\n",
        "RUN a $0 b\nc\n",
        "RUN 'a $0\nb'\n",
        "USER a $0\nb\n",
        "EXPOSE 1$0\n2\n",
        "RUN a $0",
        "$0",
    ] {
        check_typed(source, '\\', source);
    }
    check_typed("RUN a $0\nb\n", '`', "RUN a $0\nb\n");
}
