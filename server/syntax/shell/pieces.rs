//! Shell text as pieces for highlighting.

use tree_sitter::{Node, TreeCursor};

use super::{Part, comments, grammar};

/// What a piece of shell text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The name of a command.
    Command,
    /// The name of a function where it is defined.
    Function,
    /// An argument that begins with `-`.
    Option,
    /// A string, the lines of a heredoc, a pattern.
    String,
    /// A `$name` or `${name…}`; the name of a variable.
    Variable,
    /// The name of a variable where it is set.
    Assigned,
    /// `if`, `do`, `export` …
    Keyword,
    /// `&&`, `>`, `=` …
    Operator,
    /// A number, or the number of a file descriptor.
    Number,
    /// A comment.
    Comment,
    /// The name of a heredoc.
    Label,
    /// Text that is a script of its own inside what is around it: `$(…)`.
    Script,
}

/// The pieces of shell text, sorted by where they begin, outer before inner. What is in none is nothing particular.
pub fn pieces(text: &str) -> Vec<(Part, Piece)> {
    let Some(tree) = grammar::parse(text) else {
        return Vec::new();
    };
    let comments = comments::in_backticks(text);
    let is_comment = |part: Part| comments.iter().any(|(comment, _)| comment.holds(part));
    let mut pieces: Vec<(Part, Piece)> =
        comments.iter().map(|(comment, _)| (*comment, Piece::Comment)).collect();
    let mut cursor = tree.walk();
    // The kinds of the nodes around the cursor's: asking a node for its parent is slow.
    let mut around: Vec<&str> = Vec::new();
    loop {
        let node = cursor.node();
        if let Some(piece) = piece(node, cursor.field_name(), &around, text) {
            // The grammar counts the blanks before some nodes as theirs.
            let blanks = text.get(node.byte_range()).map_or(0, |text| text.len() - text.trim_start().len());
            let part = Part::new(node.start_byte() + blanks, node.end_byte());
            pieces.extend(Some((part, piece)).filter(|(part, _)| !is_comment(*part)));
        }
        if !advance(&mut cursor, &mut around) {
            pieces.sort_by_key(|(part, _): &(Part, Piece)| (part.start, std::cmp::Reverse(part.end)));
            return pieces;
        }
    }
}

/// Goes to the next node, those inside first; `false` at the end.
fn advance<'tree>(cursor: &mut TreeCursor<'tree>, around: &mut Vec<&'tree str>) -> bool {
    let kind = cursor.node().kind();
    if cursor.goto_first_child() {
        around.push(kind);
        return true;
    }
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
        around.pop();
    }
    true
}

fn piece(node: Node<'_>, field: Option<&str>, around: &[&str], text: &str) -> Option<Piece> {
    let parent = around.last().copied().unwrap_or_default();
    let kind = node.kind();
    if !node.is_named() {
        return anonymous(kind, parent);
    }
    match kind {
        "comment" => Some(Piece::Comment),
        "command_name" => Some(Piece::Command),
        "word" => match (parent, field) {
            ("function_definition", _) => Some(Piece::Function),
            ("command", _) if text.get(node.byte_range())?.starts_with('-') => Some(Piece::Option),
            ("expansion", _) | ("heredoc_redirect", Some("argument")) => Some(Piece::String),
            _ => None,
        },
        "string" | "raw_string" | "ansi_c_string" | "translated_string" | "heredoc_body" | "regex"
        | "extglob_pattern" => Some(Piece::String),
        "simple_expansion" | "expansion" | "special_variable_name" => Some(Piece::Variable),
        "variable_name" if matches!(parent, "variable_assignment" | "for_statement") && field.is_some() => {
            Some(Piece::Assigned)
        }
        "variable_name" => Some(Piece::Variable),
        "heredoc_start" | "heredoc_end" => Some(Piece::Label),
        "number" | "file_descriptor" => Some(Piece::Number),
        "test_operator" => Some(Piece::Operator),
        "command_substitution" | "process_substitution" => Some(Piece::Script),
        _ => None,
    }
}

fn anonymous(kind: &str, parent: &str) -> Option<Piece> {
    match kind {
        "if" | "then" | "else" | "elif" | "fi" | "for" | "in" | "do" | "done" | "case" | "esac" | "while"
        | "until" | "select" | "function" | "export" | "declare" | "local" | "readonly" | "typeset"
        | "unset" | "unsetenv" => Some(Piece::Keyword),
        // They belong to the variable or the string around them.
        "$" | "${" | "}" if matches!(parent, "simple_expansion" | "expansion") => None,
        "\"" | "'" | "$\"" => None,
        _ if kind.starts_with(|char: char| char.is_ascii_punctuation()) => Some(Piece::Operator),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<String> {
        let show = |(part, piece): &(Part, Piece)| {
            format!("{piece:?} {}", &text[part.start as usize..part.end as usize])
        };
        pieces(text).iter().map(show).collect()
    }

    #[test]
    fn commands_options_strings_and_operators() {
        assert_eq!(
            shown("X=1 apt-get -y install \"a $b\" && c 2>/d"),
            [
                "Assigned X",
                "Operator =",
                "Number 1",
                "Command apt-get",
                "Option -y",
                "String \"a $b\"",
                "Variable $b",
                "Variable b",
                "Operator &&",
                "Command c",
                "Number 2",
                "Operator >",
            ]
        );
    }

    #[test]
    fn keywords_functions_and_loops() {
        assert_eq!(
            shown("f() { a; }; for i in b; do c; done # d"),
            [
                "Function f",
                "Operator (",
                "Operator )",
                "Operator {",
                "Command a",
                "Operator ;",
                "Operator }",
                "Operator ;",
                "Keyword for",
                "Assigned i",
                "Keyword in",
                "Operator ;",
                "Keyword do",
                "Command c",
                "Operator ;",
                "Keyword done",
                "Comment # d",
            ]
        );
    }

    #[test]
    fn a_substitution_in_a_string_is_a_script() {
        let shown = shown("a \"b $(c -d) ${e:-f}\"");
        for expected in
            ["Script $(c -d)", "Command c", "Option -d", "Variable ${e:-f}", "Operator :-", "String f"]
        {
            assert!(shown.iter().any(|piece| piece == expected), "{expected} in {shown:?}");
        }
    }

    #[test]
    fn a_comment_in_backticks_ends_with_them() {
        assert_eq!(
            shown("a `# b` c \"d\""),
            ["Command a", "Script `# b`", "Operator `", "Comment # b", "Operator `", "String \"d\""]
        );
    }

    #[test]
    fn a_heredoc_has_a_name_and_lines() {
        let shown = shown("cat <<E > f\nb $c\nE\n");
        for expected in ["Label E", "Variable $c", "Operator <<"] {
            assert!(shown.iter().any(|piece| piece == expected), "{expected} in {shown:?}");
        }
        assert!(shown.iter().any(|piece| piece.starts_with("String b $c")), "{shown:?}");
    }

    proptest! {
        #[test]
        fn pieces_are_sorted_and_in_the_text(text in "[ab $(){}<>&|;\"'`#\n\\\\=é-]{0,60}") {
            let pieces = pieces(&text);
            prop_assert!(pieces.is_sorted_by_key(|(part, _)| part.start));
            prop_assert!(pieces.iter().all(|(part, _)| part.start <= part.end && part.end as usize <= text.len()));
        }
    }
}
