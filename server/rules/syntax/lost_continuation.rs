//! `lost-continuation`

use crate::rules::prelude::*;
use crate::syntax::File;
use crate::syntax::shell::flaw::{FlawKind, flaw};

declare_rule! {
    /// ## What it does
    /// Finds a line that goes on with the instruction above, but that one does not end with the escape character: a line
    /// that begins with `&&`, `|` or a flag, or one that is indented as the continued lines above are.
    ///
    /// ## Why is this bad?
    /// Docker takes the line for an instruction, knows none of that name, and refuses the file.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update
    ///     && apt-get install -y --no-install-recommends curl
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update \
    ///     && apt-get install -y --no-install-recommends curl
    /// ```
    pub(crate) static LOST_CONTINUATION = {
        id: "lost-continuation", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        changes: [Stages, Configuration],
        check: Instruction(check),
        only: is_lost_here,
        fix: Suggested(fix),
    }
}

/// The candidates; whether an instruction above can be continued is asked of the file.
fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    if ast.kind == Kind::Unknown {
        let escape = instruction.escape();
        let message = format!("the line above lacks the `{escape}` that would continue it here");
        out.push(instruction.place(ast.keyword), message);
    }
}

fn is_lost_here(cx: &Cx<'_>, index: usize) -> bool {
    is_lost(cx.document.file(), index)
}

/// Whether the instruction `item` of a file goes on in the one below, which is none, for want of a continuation.
pub(crate) fn has_lost_its_rest(file: &File, item: usize) -> bool {
    is_lost(file, item + 1)
}

/// Whether an unknown instruction is the rest of the one above, which lacks its continuation.
pub(crate) fn is_lost(file: &File, index: usize) -> bool {
    let items = file.items();
    let instruction_at = |index: usize| items.get(index).map(|item| &*item.instruction);
    let is_unknown =
        |index: usize| instruction_at(index).is_some_and(|found| found.ast().kind == Kind::Unknown);
    if !is_unknown(index) {
        return false;
    }
    // Lines may be lost one after another: all of them belong to the first that is known.
    let Some(first) = (0..index).rev().find(|index| !is_unknown(*index)) else {
        return false;
    };
    let Some(known) = instruction_at(first).filter(|known| known.heredocs().is_empty()) else {
        return false;
    };
    let between = first + 1..=index;
    !known.is_open()
        && between.clone().all(|index| {
            instruction_at(index).is_some_and(|found| goes_on(found) || is_indented_as(found, known))
        })
}

/// Whether an instruction begins as no instruction does, but as the rest of one can.
fn goes_on(instruction: &Instruction) -> bool {
    let keyword = instruction.str(instruction.ast().keyword);
    keyword.starts_with("&&")
        || keyword.starts_with(['|', ';', ')', '}'])
        || keyword.starts_with('-') && keyword.chars().any(|char| char.is_ascii_alphabetic())
}

/// Whether an instruction is indented, and so were the continued lines of the one above.
fn is_indented_as(instruction: &Instruction, known: &Instruction) -> bool {
    let is_indented = |text: &str| text.starts_with([' ', '\t']);
    let line_start = |instruction: &Instruction| {
        let before = instruction.source().get(..instruction.span().start).unwrap_or_default();
        before.rsplit('\n').next().is_some_and(|indent| !indent.is_empty() && indent.trim().is_empty())
    };
    let text = known.source().get(known.span()).unwrap_or_default();
    let mut continued = text.lines().skip(1).filter(|line| !line.trim().is_empty()).peekable();
    let keyword = instruction.str(instruction.ast().keyword);
    let is_name = keyword.chars().all(|char| char.is_ascii_uppercase());
    !is_name
        && continued.peek().is_some()
        && continued.all(is_indented)
        && line_start(instruction)
        && !line_start(known)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let items = cx.document.file().items();
    let fix = finding.item.checked_sub(1).and_then(|above| items.get(above)).and_then(|above| {
        let instruction = &above.instruction;
        let text = instruction.source().get(instruction.span())?;
        let end = above.span().start + text.trim_end().len();
        let escape = instruction.escape();
        // The keyword is written anew: the line is not the instruction any more that it was.
        let rest = cx.document.text().slice(end..finding.span.end);
        if is_refused(&format!("{text} {escape}{}", items.get(finding.item)?.instruction.source()), escape) {
            return None;
        }
        let edit = Edit::replace(end..finding.span.end, format!(" {escape}{rest}"));
        Some(Fix::new(format!("Continue the line above with `{escape}`"), Safety::Suggested, vec![edit]))
    });
    fix.into_iter().collect()
}

/// Whether no shell would read a RUN, whatever follows it: then the line is lost for another reason, as one that a script fills in.
fn is_refused(run: &str, escape: char) -> bool {
    let file = File::new(&format!("# escape={escape}\n{run}"));
    let facts = file.instruction(0).and_then(Facts::of);
    let flaw = facts.and_then(|facts| flaw(facts.script.text().text()));
    flaw.is_some_and(|flaw| !matches!(flaw.kind, FlawKind::Unclosed(_) | FlawKind::NothingAfter))
}

#[cfg(test)]
mod tests {
    check_rule!(LOST_CONTINUATION);
    use super::*;

    #[test]
    fn a_line_that_begins_as_none_does() {
        check(
            "
FROM a:1
RUN b
&& c
^^ the line above lacks the `\\` that would continue it here
  | d
  ^ the line above lacks the `\\` that would continue it here

COPY --from=e
  --chown=f
  ^^^^^^^^^ the line above lacks the `\\` that would continue it here
",
        );
    }

    #[test]
    fn a_line_that_is_indented_as_those_above() {
        check(
            "
FROM a:1
RUN apt-get install -y \\
    curl
    git \\
    ^^^ the line above lacks the `\\` that would continue it here
    vim
USER 1
",
        );
        check_none("FROM a:1\nRUN b\n    git\nRUN c \\\n  d\nGIT\n");
    }

    #[test]
    fn nothing_can_be_continued_above() {
        check_none("&& a\nFROM b\n");
        check_none("FROM a:1\nRUN <<E\nE\n&& b\n");
        check_none("FROM a:1\nRUM b\n&& c\n");
    }

    #[test]
    fn the_line_above_is_continued() {
        check_fix("FROM a:1\nRUN b  \n && c\n", "FROM a:1\nRUN b \\  \n && c\n");
        check_fix("# escape=`\nFROM a:1\nRUN b\n# d\n && c\n", "# escape=`\nFROM a:1\nRUN b `\n# d\n && c\n");
        check_fix("FROM a:1\nRUN b\n && c\n && d\n", "FROM a:1\nRUN b \\\n && c\n && d\n");
    }

    #[test]
    fn one_mistake_is_one_finding() {
        let fixture = crate::fixture::Fixture::new("FROM a:1\nRUN b\n && c\n");
        let findings = fixture.look(crate::rules::run);
        let ids: Vec<&str> = findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(ids, ["lost-continuation"]);
    }

    #[test]
    fn what_would_be_no_shell_text_then_is_left() {
        check_no_fix("FROM a:1\nRUN case $b in \\\n    \"${C[@]}\"\n    esac \\\n && d\n");
    }
}
