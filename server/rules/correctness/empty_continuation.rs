//! `empty-continuation`

use crate::rules::prelude::*;
use crate::semantic::swallowed_lines::swallowed_keyword;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds blank lines inside an instruction that is continued over several lines.
    ///
    /// ## Why is this bad?
    /// Docker skips them today and says that it will reject them. What comes after looks like an instruction of its own.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN echo one && \
    ///
    ///     echo two
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN echo one && \
    ///     echo two
    /// ```
    ///
    /// ## Fix
    /// None where the line below the empty one begins as an instruction: then the instruction above was to end, and
    /// `swallowed-instruction` mends it.
    pub(crate) static EMPTY_CONTINUATION = {
        id: "empty-continuation", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["NoEmptyContinuation"],
        tag: Unnecessary,
        check: Instruction(check),
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    // What ends with the file is being written.
    let is_last = |line: &&Span| {
        let source = instruction.source();
        instruction.is_open() && source.get(line.start..).is_some_and(|rest| rest.trim().is_empty())
    };
    if let Some(line) = instruction.blank_lines().first().filter(|line| !is_last(line)) {
        out.push(line.clone(), "an empty line in an instruction that is continued");
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    if swallowed_keyword(&item.instruction).is_some() {
        return Vec::new();
    }
    let lines = item.instruction.blank_lines();
    let edits = lines.iter().map(|line| Edit::delete(item.absolute(line.clone()))).collect();
    let title = if lines.len() > 1 { "Remove the empty lines" } else { "Remove the empty line" };
    vec![Fix::new(title, Safety::Safe, edits)]
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(EMPTY_CONTINUATION);

    #[test]
    fn the_first_line_of_an_instruction_is_marked() {
        check("FROM a:1\nRUN b \\\n  \n^^ an empty line in an instruction that is continued\n\n  c\n");
    }

    #[test]
    fn comments_and_heredocs_are_left() {
        check_none("FROM a:1\n\nRUN b \\\n# c\n  d\n\nRUN <<E\n\nE\n");
    }

    #[test]
    fn what_is_being_written_is_left() {
        check_none("FROM a:1\nRUN b \\\n    ");
        check_none("FROM a:1\nRUN b \\\n    \n");
    }

    #[test]
    fn an_empty_line_at_the_true_end_stays() {
        check_no_fix("FROM a:1\nRUN b \\\n\nCMD [\"c\", \"d\"]\n");
        check_fix("FROM a:1\nRUN b \\\n\nC d\n", "FROM a:1\nRUN b \\\nC d\n");
    }

    #[test]
    fn all_of_them_go() {
        check_fix("FROM a:1\nRUN b \\\n\n# c\n\t\n  d\n", "FROM a:1\nRUN b \\\n# c\n  d\n");
        check_fix("FROM a:1\r\nRUN b \\\r\n\r\n  d\r\n", "FROM a:1\r\nRUN b \\\r\n  d\r\n");
    }
}
