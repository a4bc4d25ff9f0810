//! Parser directives: the `# name=value` comments before anything else in the file.
//! Source: BuildKit, `frontend/dockerfile/parser/directives.go`.

use crate::text::Span;

/// The directives at the head of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// In the order of the file, with repeated ones.
    pub all: Vec<Directive>,
}

/// One directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Which one.
    pub kind: DirectiveKind,
    /// The whole comment, in bytes of the file.
    pub span: Span,
    /// The value, in bytes of the file.
    pub value_span: Span,
    /// The value.
    pub value: String,
    /// Whether the same directive stands above; BuildKit rejects the file then.
    pub repeated: bool,
    /// Whether blanks stand in front of it, or of one above: BuildKit reads `syntax` and `check` no further than that.
    pub indented: bool,
}

/// The directives that Docker knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectiveKind {
    /// `# syntax=`: the frontend image.
    Syntax,
    /// `# escape=`: the escape character.
    Escape,
    /// `# check=`: settings of the build checks.
    Check,
}

impl DirectiveKind {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            DirectiveKind::Syntax => "syntax",
            DirectiveKind::Escape => "escape",
            DirectiveKind::Check => "check",
        }
    }
}

impl Directives {
    /// Reads the directives at the head of `source`; they end at the first line that is none. After a first line
    /// that begins with `#!`, BuildKit still reads `syntax` and `check`.
    pub(crate) fn read(source: &str) -> Directives {
        let mut directives = Directives::default();
        let mut offset = before_directives(source);
        let mut is_indented = false;
        let has_shebang = source.get(..offset).is_some_and(|start| start.contains("#!"));
        while let Some(rest) = source.get(offset..).filter(|rest| !rest.is_empty()) {
            let line = rest.split_inclusive('\n').next().unwrap_or_default();
            let Some(mut directive) = parse_line(line, offset) else {
                break;
            };
            directive.repeated = directives.all.iter().any(|other| other.kind == directive.kind);
            is_indented |= directive.span.start > offset;
            directive.indented = is_indented;
            offset += line.len();
            if !has_shebang || directive.kind != DirectiveKind::Escape && !directive.repeated {
                directives.all.push(directive);
            }
        }
        directives
    }

    /// Where the directives at the head of `source` end: the start of the first line that is none.
    pub(crate) fn end(source: &str) -> usize {
        let start = before_directives(source);
        let lines = source.get(start..).unwrap_or_default().split_inclusive('\n');
        let lines = lines.take_while(|line| line.ends_with('\n') && parse_line(line, 0).is_some());
        start + lines.map(str::len).sum::<usize>()
    }

    /// The first directive of a kind that counts.
    pub fn get(&self, kind: DirectiveKind) -> Option<&Directive> {
        let counts = |directive: &&Directive| directive.kind == DirectiveKind::Escape || !directive.indented;
        self.all.iter().filter(counts).find(|directive| directive.kind == kind)
    }

    /// Whether BuildKit would read one more directive of a kind that is not there yet.
    pub(crate) fn can_grow(&self) -> bool {
        !self.all.iter().any(|directive| directive.indented)
    }

    /// The escape character: a backslash unless the directive says backtick.
    pub fn escape(&self) -> char {
        match self.get(DirectiveKind::Escape) {
            Some(directive) if directive.value == "`" => '`',
            _ => '\\',
        }
    }
}

/// Where the first directive may stand: after a byte order mark and a first line that names an interpreter.
fn before_directives(source: &str) -> usize {
    let mark = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = source.get(mark..).unwrap_or_default();
    let shebang = rest.split_inclusive('\n').next().filter(|line| line.starts_with("#!"));
    mark + shebang.map_or(0, str::len)
}

/// The directive that a comment would be at the head of a file, with places counted from its first byte.
pub(crate) fn read_line(comment: &str) -> Option<Directive> {
    parse_line(comment, 0)
}

fn parse_line(line: &str, offset: usize) -> Option<Directive> {
    let line = line.trim_end_matches(['\r', '\n']);
    let comment = line.trim_start();
    let start = line.len() - comment.len();
    let body = comment.strip_prefix('#')?.trim_start();
    let name_length = body.find(|char: char| !char.is_ascii_alphanumeric())?;
    let (name, rest) = body.split_at_checked(name_length)?;
    // The expression is `^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$` with Go's ASCII \s.
    let value = rest.trim_start_matches(is_ascii_space).strip_prefix('=')?;
    let value = value.trim_start_matches(is_ascii_space);
    let value_start = offset + line.len() - value.len();
    let value = value.trim_end_matches(is_ascii_space);
    if value.is_empty() {
        return None;
    }
    let kind = match name.to_ascii_lowercase().as_str() {
        "syntax" => DirectiveKind::Syntax,
        "escape" => DirectiveKind::Escape,
        "check" => DirectiveKind::Check,
        _ => return None,
    };
    Some(Directive {
        kind,
        span: offset + start..offset + line.trim_end().len(),
        value_span: value_start..value_start + value.len(),
        value: value.to_owned(),
        repeated: false,
        indented: false,
    })
}

fn is_ascii_space(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\u{c}' | '\r' | ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(source: &str) -> Vec<(DirectiveKind, String)> {
        let directives = Directives::read(source);
        directives
            .all
            .iter()
            .map(|directive| (directive.kind, source[directive.value_span.clone()].to_owned()))
            .collect()
    }

    #[test]
    fn directives_end_at_the_first_other_line() {
        use DirectiveKind::{Check, Escape, Syntax};
        assert_eq!(
            values("\u{feff}#Syntax = docker/dockerfile:1 \r\n  # escape=`\n# check=skip=all\nFROM a\n"),
            [(Syntax, "docker/dockerfile:1".into()), (Escape, "`".into()), (Check, "skip=all".into())]
        );
        assert_eq!(values("# a comment\n# escape=`\n"), []);
        assert_eq!(values("# unknown=1\n# escape=`\n"), []);
        assert_eq!(values("\n# escape=`\n"), []);
        assert_eq!(values("#!/usr/bin/env x\n# escape=`\n"), []);
        assert_eq!(values("#!/bin/x\n# escape=`\n#check=skip=all\n"), [(Check, "skip=all".into())]);
        assert_eq!(values("# escape=\n"), []);
    }

    #[test]
    fn the_head_ends_after_the_last_directive() {
        let end = |source: &str| source[Directives::end(source)..].to_owned();
        assert_eq!(end("\u{feff}# syntax=a\r\n# escape=`\n# c\nFROM a\n"), "# c\nFROM a\n");
        assert_eq!(end("#!/bin/x\n# check=skip=all\n"), "");
        assert_eq!(end("# c\n# syntax=a\n"), "# c\n# syntax=a\n");
        assert_eq!(end("\u{feff}FROM a\n"), "FROM a\n");
    }

    #[test]
    fn blanks_in_front_hide_all_but_the_escape_character() {
        let directives = Directives::read("#syntax=a\n  # escape=`\n# check=skip=all\nFROM a\n");
        assert!(directives.get(DirectiveKind::Syntax).is_some());
        assert!(directives.get(DirectiveKind::Check).is_none());
        assert_eq!(directives.escape(), '`');
        assert!(Directives::read(" # syntax=a\n").get(DirectiveKind::Syntax).is_none());
    }

    #[test]
    fn a_repeated_directive_is_marked_and_the_first_counts() {
        let directives = Directives::read("# escape=`\n# ESCAPE=\\\nFROM a\n");
        assert_eq!(directives.escape(), '`');
        assert!(directives.all[1].repeated);
    }
}
