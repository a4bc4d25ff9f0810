//! `late-directive`

use crate::rules;
use crate::rules::prelude::*;
use crate::semantic::image::Image;
use crate::syntax::directives::{Directive, DirectiveKind, read_line};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a comment that reads like a parser directive (`# syntax=docker/dockerfile:1`, `` # escape=` ``, `# check=skip=…`) and
    /// stands too late to be one: below another comment, a blank line or an instruction, above the first FROM.
    ///
    /// ## Why is this bad?
    /// Docker takes it as a comment and says nothing: the file is built by another frontend, read with another escape character,
    /// or checked as if nothing was said.
    ///
    /// Source: Dockerfile reference, "Parser directives".
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// # The image of the shop.
    /// # syntax=docker/dockerfile:1
    /// FROM alpine:3.20
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// # syntax=docker/dockerfile:1
    /// # The image of the shop.
    /// FROM alpine:3.20
    /// ```
    ///
    /// ## Silent
    /// Where the head of the file has the same directive: that one counts, and the other is a reminder at most.
    ///
    /// ## Fix safety
    /// A suggestion: the directive counts from then on. Unsafe for `escape`, with which the file is read anew, and for a frontend of
    /// a fixed version, which may be older than the one that is built into Docker.
    pub(crate) static LATE_DIRECTIVE = {
        id: "late-directive", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Comments],
        check: File(check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let file = cx.document.file();
    let known = &file.directives().all;
    for (index, item) in file.items().iter().enumerate() {
        for (place, directive) in late(item) {
            if known.iter().all(|other| other.kind != directive.kind) {
                let name = directive.kind.name();
                let message = format!(
                    "`{name}` is no directive here, but a comment: directives stand above all else in the file"
                );
                out.push_at(index, place, message);
            }
        }
        if item.kind == Kind::From {
            break;
        }
    }
}

/// The comments of an instruction, above it and inside, that read like a directive.
fn late(item: &Item) -> Vec<(Span, Directive)> {
    let instruction = &item.instruction;
    let comments = instruction.comments().iter().chain(instruction.inner_comments());
    let read = |span: &Span| {
        let directive = read_line(instruction.source().get(span.clone())?)?;
        is_meant(&directive).then(|| (span.clone(), directive))
    };
    comments.filter_map(read).collect()
}

/// Whether the value is one of its kind, and no prose: `# syntax = all commands in upper case`.
fn is_meant(directive: &Directive) -> bool {
    let value = directive.value.as_str();
    match directive.kind {
        // `\` is the escape character without a directive too.
        DirectiveKind::Escape => value == "`",
        DirectiveKind::Syntax => !value.contains(' ') && Image::new(value).name().contains("docker"),
        DirectiveKind::Check => {
            ["skip=", "error=", "experimental="].iter().any(|option| value.starts_with(option))
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edits = || {
        let (file, text) = (cx.document.file(), cx.document.text());
        let item = file.item(finding.item)?;
        let (place, directive) =
            late(item).into_iter().find(|(place, _)| item.absolute(place.clone()) == finding.span)?;
        let source = item.instruction.source();
        let start = source.get(..place.start)?.rfind('\n').map_or(0, |newline| newline + 1);
        let end = place.end + source.get(place.end..)?.find('\n')? + 1;
        let head = if text.slice(0..3) == "\u{feff}" { 3 } else { 0 };
        if !file.directives().can_grow() || text.to_string().get(head..)?.starts_with("#!") {
            return None;
        }
        let line = format!("{}{}", source.get(place.clone())?.trim_end(), item.instruction.newline());
        let line = Edit::insert(head, line);
        // The mark at the head of a file stays there.
        let start = (item.start + start).max(head);
        let describes =
            rules::by_id("misleading-description").is_some_and(|rule| cx.settings.severity(rule).is_some());
        let rest = match describes && parts_description(&item.instruction, &place) {
            true => Edit::replace(finding.span.clone(), "#"),
            false => Edit::delete(start..item.start + end),
        };
        let is_newest =
            matches!(Image::new(&directive.value).tag(), None | Some("1" | "1-labs" | "labs" | "latest"));
        let safety = match directive.kind {
            DirectiveKind::Syntax if is_newest => Safety::Suggested,
            DirectiveKind::Check => Safety::Suggested,
            DirectiveKind::Syntax | DirectiveKind::Escape => Safety::Unsafe,
        };
        Some(Fix::new("Move the directive to the head of the file", safety, vec![line, rest]))
    };
    edits().into_iter().collect()
}

/// Whether a comment parts those above it from an instruction that they would describe without it: an empty one has to, for
/// who has such descriptions checked.
/// Source: BuildKit, "InvalidDefinitionDescription".
fn parts_description(instruction: &Instruction, comment: &Span) -> bool {
    let has_name = match (instruction.ast().kind, &instruction.ast().arguments) {
        (Kind::Arg, _) => true,
        (Kind::From, Arguments::Words(words)) => words.len() > 2,
        _ => false,
    };
    let comments = instruction.comments();
    has_name && comments.len() > 1 && comments.last() == Some(comment)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LATE_DIRECTIVE);

    #[test]
    fn what_stands_below_something_else_is_found() {
        let message = |name: &str| {
            format!(
                "`{name}` is no directive here, but a comment: directives stand above all else in the file"
            )
        };
        let syntax = message("syntax");
        check(&format!("\n# syntax=docker/dockerfile:1\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^ {syntax}\nFROM a\n"));
        check(&format!(
            "ARG V=1\n#syntax = docker/dockerfile:1\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ {syntax}\nFROM a\n"
        ));
        check(&format!("# a\n# escape=`\n^^^^^^^^^^ {}\nFROM a\n", message("escape")));
        check(&format!("# a\n# check=skip=all\n^^^^^^^^^^^^^^^^ {}\nFROM a\n", message("check")));
    }

    #[test]
    fn what_counts_and_what_is_prose_is_silent() {
        check_none("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n");
        check_none("# syntax=docker/dockerfile:1\n# a\n# syntax=docker/dockerfile:1.4\nFROM a\n");
        check_none("# a\n# syntax = all of docker in upper case\n# check=this\n# escape=^\nFROM a\n");
        check_none("FROM a\n# syntax=docker/dockerfile:1\nRUN b\n");
        check_none("FROM a\nRUN <<E\n# syntax=docker/dockerfile:1\nE\n");
    }

    #[test]
    fn it_is_moved_to_the_head() {
        let moved = |before: &str, after: &str| check_fix(before, after).safety;
        let fix = moved(
            "# a\r\n# syntax=docker/dockerfile:1\r\n# b\r\nFROM a\r\n",
            "# syntax=docker/dockerfile:1\r\n# a\r\n# b\r\nFROM a\r\n",
        );
        assert_eq!(fix, Safety::Suggested);
        let fix = moved(
            "# escape=`\n\n# syntax=docker/dockerfile:1.4\nFROM a\n",
            "# syntax=docker/dockerfile:1.4\n# escape=`\n\nFROM a\n",
        );
        assert_eq!(fix, Safety::Unsafe);
        let fix = moved("# a\n# check=skip=all\nFROM a AS b\n", "# check=skip=all\n# a\nFROM a AS b\n");
        assert_eq!(fix, Safety::Suggested);
        check_no_fix("#!/bin/a\n# b\n# syntax=docker/dockerfile:1\nFROM a\n");
    }
}
