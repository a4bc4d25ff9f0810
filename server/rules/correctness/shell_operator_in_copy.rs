//! `shell-operator-in-copy`

use crate::rules::prelude::*;
use crate::semantic::copies::shell_operator;

declare_rule! {
    /// ## What it does
    /// Finds a COPY or ADD with an operator or a redirection of a shell among its words: `||`, `&&`, `;`, `2>/dev/null`.
    ///
    /// ## Why is this bad?
    /// No shell reads them: each word is one more path, the last one the destination. The build fails for want of a file that
    /// is called `||`, and a COPY that may fail there is not.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// COPY settings.conf /etc/app/ || true
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// COPY settings.conf /etc/app/
    /// ```
    /// A pattern may find nothing, as long as another source is there:
    /// ```dockerfile,good
    /// FROM alpine:3.20
    /// COPY app.conf setting[s].conf /etc/app/
    /// ```
    pub(crate) static SHELL_OPERATOR_IN_COPY = {
        id: "shell-operator-in-copy", group: Correctness, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if let Some((_, part)) = shell_operator(instruction, instruction.ast()) {
        let keyword = instruction.ast().kind.keyword();
        let message =
            format!("{keyword} has no shell: `{}` is the path of a file here", shown(instruction.str(part)));
        out.push(instruction.place(part), message);
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let instruction = &item.instruction;
        let (index, part) = shell_operator(instruction, instruction.ast())?;
        let Arguments::Words(words) = &instruction.ast().arguments else { return None };
        // What is left needs a source and a destination.
        let last_kept = words.get(index.checked_sub(1).filter(|last| *last > 0)?)?;
        let start = item.absolute(instruction.place(*last_kept)).end;
        let end = item.absolute(instruction.place(*words.last()?)).end;
        let title = format!("Remove it from `{}` on", shown(instruction.str(part)));
        Some(Fix::new(title, Safety::Suggested, vec![Edit::delete(start..end)]))
    };
    edit().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHELL_OPERATOR_IN_COPY);

    #[test]
    fn the_first_operator_is_found() {
        check(
            "FROM a:1\nCOPY b /c/ 2>/dev/null || true\n         # ^^^^^^^^^^^ COPY has no shell: `2>/dev/null` is the path of a file here\n",
        );
        check("FROM a:1\nADD b c ; d\n      # ^ ADD has no shell: `;` is the path of a file here\n");
        check_none("FROM a:1\nCOPY a;b 2 /c/\nCOPY [\"||\", \"/d/\"]\nCOPY <<E /e\n||\nE\nRUN f || g\n");
    }

    #[test]
    fn what_is_meant_for_the_shell_goes() {
        check_fix("FROM a:1\nCOPY b /c/ \\\n  2>/dev/null || true\n", "FROM a:1\nCOPY b /c/\n");
        check_no_fix("FROM a:1\nCOPY b || true\n");
    }
}
