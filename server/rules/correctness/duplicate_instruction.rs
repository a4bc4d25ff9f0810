//! `duplicate-instruction`

use crate::rules::edits::instruction::remove_instruction;
use crate::rules::prelude::*;
use crate::rules::suppress::is_silenced;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds CMD, ENTRYPOINT and HEALTHCHECK that a later one of the same stage replaces.
    ///
    /// ## Why is this bad?
    /// Only the last of each counts: the earlier one does nothing and says something that is not so.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// CMD ["node", "debug.js"]
    /// CMD ["node", "server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22.11
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## hadolint
    /// The finding stands on the instruction that does nothing, as BuildKit has it; hadolint names the one that replaces it.
    pub(crate) static DUPLICATE_INSTRUCTION = {
        id: "duplicate-instruction", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["MultipleInstructionsDisallowed", "DL4003", "DL4004", "DL3012"],
        changes: [Configuration],
        tag: Unnecessary,
        check: Steps(counts_once, check),
        fix: Safe(fix),
    }
}

fn counts_once(instruction: &Instruction) -> bool {
    matches!(instruction.ast().kind, Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck)
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut stages = model.stages().iter().rev().peekable();
    // The kinds that stand below in the same stage, each with the instruction that counts, and the next one.
    let mut below: Vec<(Kind, Span, &Item)> = Vec::new();
    for index in steps.iter().rev() {
        while stages.next_if(|stage| stage.from() > *index).is_some() {
            below.clear();
        }
        let Some(item) = file.item(*index).filter(|_| stages.peek().is_some()) else {
            return;
        };
        let (kind, keyword) = (item.kind, item.instruction.place(item.instruction.ast().keyword));
        let Some((_, counts, next)) = below.iter_mut().find(|(other, ..)| *other == kind) else {
            below.push((kind, item.absolute(keyword), item));
            continue;
        };
        // hadolint tells of the next one, and so its comments stand there.
        if is_silenced(cx, &std::mem::replace(next, item).instruction, &DUPLICATE_INSTRUCTION) {
            continue;
        }
        let message = format!("a later {} of this stage replaces this one", kind.keyword());
        let pushed = out.push_at(*index, keyword, message).also(match kind {
            Kind::Cmd => &["MultipleInstructionsDisallowed", "DL4003"],
            Kind::Entrypoint => &["MultipleInstructionsDisallowed", "DL4004"],
            _ => &["MultipleInstructionsDisallowed", "DL3012"],
        });
        pushed.related(counts.clone(), "this one counts");
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let title = format!("Remove this {}", item.instruction.ast().kind.keyword());
    let fix = |edits| Fix::new(title, Safety::Safe, edits);
    remove_instruction(item).map(fix).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DUPLICATE_INSTRUCTION);

    #[test]
    fn all_but_the_last_of_a_stage_are_found() {
        check(
            "
FROM a:1
CMD b
^^^ a later CMD of this stage replaces this one
ENTRYPOINT [\"c\"]
cmd d
^^^ a later CMD of this stage replaces this one
CMD e
FROM a:1
CMD f
",
        );
        check_none("FROM a:1\nCMD b\nONBUILD CMD c\nHEALTHCHECK NONE\nENTRYPOINT d\n");
    }

    #[test]
    fn a_comment_above_the_next_one_is_heard() {
        check(
            "
FROM a:1
ENTRYPOINT b
# hadolint ignore=DL4004
ENTRYPOINT c
CMD d
^^^ a later CMD of this stage replaces this one
CMD e
# hadolint ignore=DL4003
CMD f
",
        );
    }

    #[test]
    fn it_goes_whole_and_comments_stay() {
        check_fix(
            "FROM a:1\n# one\n  CMD [\"b\", \\\n    # two\n    \"-c\", \\\n\n    \"d\"]\n\nCMD [\"e\"]\n",
            "FROM a:1\n# one\n    # two\n\nCMD [\"e\"]\n",
        );
        check_fix(
            "FROM a:1\r\nHEALTHCHECK CMD b \\\r\n  || c\r\nHEALTHCHECK NONE\r\n",
            "FROM a:1\r\nHEALTHCHECK NONE\r\n",
        );
        check_no_fix("FROM a:1\n# layerwise: ignore=shell-form-entrypoint\nCMD b\nCMD c\n");
    }
}
