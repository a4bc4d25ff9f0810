//! `shell-by-link`

use crate::path;
use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::syntax::shell::{Form, Joint, Word};

declare_rule! {
    /// ## What it does
    /// Finds a RUN that puts another shell at `/bin/sh` by a link.
    ///
    /// ## Why is this bad?
    /// Every script of the image that says `#!/bin/sh` is run by the other shell then, and the next update of the package may
    /// take the link away. SHELL says which shell the steps of this file mean, and changes no file.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN ln -sf /bin/bash /bin/sh
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// SHELL ["/bin/bash", "-c"]
    /// ```
    ///
    /// ## Silent
    /// At a link that leads to something else than a shell, such as BusyBox, which hadolint names too.
    pub(crate) static SHELL_BY_LINK = {
        id: "shell-by-link", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL4005"],
        check: Run(check),
        fix: Suggested(fix),
    }
}

/// The paths of the shell that a link replaces.
const PLACES: [&str; 2] = ["/bin/sh", "/usr/bin/sh"];
const SHELLS: [&str; 5] = ["bash", "dash", "ksh", "mksh", "zsh"];

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for (invocation, shell) in links(facts) {
        if let Some(command) = invocation.command(&facts.script) {
            let message =
                format!("`SHELL` says which shell is meant; this makes all scripts run by `{shell}`");
            out.push(facts.script.place(command.part), message);
        }
    }
}

/// The commands that link the shell, each with the shell that it leads to.
fn links(facts: &Facts) -> impl Iterator<Item = (&Invocation, &str)> {
    let links = facts.invocations.iter().filter(|invocation| &*invocation.name == "ln");
    links.filter_map(|invocation| {
        let operands: Vec<&str> = operands(invocation.arguments(&facts.script)).collect();
        let [shell, place] = operands.as_slice() else {
            return None;
        };
        let is_shell = SHELLS.contains(&path::name(shell));
        (is_shell && PLACES.contains(place)).then_some((invocation, *shell))
    })
}

fn operands(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().filter_map(|word| word.value.as_deref()).filter(|word| !word.starts_with('-'))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let has_own = cx.document.model().environment_at(finding.item).is_none_or(|found| found.has_own_shell);
    let ast = item.instruction.ast();
    let is_plain = !has_own && ast.kind == Kind::Run && ast.flags.is_empty();
    let shell = Facts::of(&item.instruction).filter(|_| is_plain).and_then(only_link);
    let fix = |shell: &str| {
        let text = format!("SHELL [\"{shell}\", \"-c\"]");
        Fix::new(format!("Change to `{text}`"), Safety::Suggested, vec![Edit::replace(item.span(), text)])
    };
    shell.filter(|_| !is_started(cx, finding.item)).map(fix).into_iter().collect()
}

/// Whether something behind an instruction starts `sh` by its name, which no SHELL changes.
fn is_started(cx: &Cx<'_>, item: usize) -> bool {
    let behind = cx.document.file().items().iter().skip(item + 1);
    behind.into_iter().any(|item| {
        let source = item.instruction.source();
        item.kind != Kind::Shell && (source.contains("/bin/sh") || source.contains("\"sh\""))
    })
}

/// The shell, by its whole path, of a RUN that does nothing but link it.
fn only_link(facts: &Facts) -> Option<&str> {
    let (link, shell) = links(facts).next()?;
    let is_known = facts.invocations.len() == facts.script.commands().len();
    let mut others = facts.invocations.iter().filter(|invocation| invocation.command != link.command);
    let makes_way = others.all(|invocation| {
        let mut operands = operands(invocation.arguments(&facts.script));
        &*invocation.name == "rm" && operands.all(|operand| PLACES.contains(&operand))
    });
    let mut joints = facts.script.elements().iter().map(|element| element.joint);
    let is_chain = joints.all(|joint| matches!(joint, Joint::Start | Joint::And | Joint::Then));
    let is_text = facts.script.form() == Form::Shell && !facts.script.has_error();
    (is_known && makes_way && is_chain && is_text && shell.starts_with('/')).then_some(shell)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHELL_BY_LINK);

    #[test]
    fn a_link_to_another_shell_is_found() {
        check(
            "FROM a\nRUN rm /bin/sh && ln -s /bin/bash /bin/sh && b\n                # ^^^^^^^^^^^^^^^^^^^^^^^ `SHELL` says which shell is meant; this makes all scripts run by `/bin/bash`\n",
        );
        check_none("FROM a\nRUN ln -s /bin/sh /b && ln -s /bin/busybox /bin/sh && ln -sf bash /bin/b\n");
    }

    #[test]
    fn a_step_that_does_more_stays() {
        check_fix(
            "FROM a\nRUN rm -f /bin/sh && ln -s /bin/bash /bin/sh\n",
            "FROM a\nSHELL [\"/bin/bash\", \"-c\"]\n",
        );
        check_no_fix("FROM a\nRUN ln -sf /bin/bash /bin/sh && b\n");
        check_no_fix("FROM a\nRUN rm /b && ln -sf /bin/bash /bin/sh\n");
        check_no_fix("FROM a\nRUN ln -sf bash /bin/sh\n");
        check_no_fix("FROM a\nSHELL [\"/bin/zsh\", \"-c\"]\nRUN ln -sf /bin/bash /bin/sh\n");
        check_no_fix(
            "FROM a\nRUN ln -sf /bin/bash /bin/sh\nENTRYPOINT [\"/bin/sh\", \"-c\", \"source /x\"]\n",
        );
        check_no_fix("FROM a\nONBUILD RUN ln -sf /bin/bash /bin/sh\n");
    }
}
