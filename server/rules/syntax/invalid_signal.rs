//! `invalid-signal`

use crate::knowledge::signals;
use crate::rules::prelude::*;
use crate::settings::suggestion::{closest, with_suggestion};
use crate::syntax::expansion;

declare_rule! {
    /// ## What it does
    /// Finds a STOPSIGNAL that is no signal: neither a name, with or without `SIG`, nor a number.
    ///
    /// What depends on a variable is left alone.
    ///
    /// ## Why is this bad?
    /// The build ends at this instruction.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM nginx:1.27
    /// STOPSIGNAL SIGQIUT
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM nginx:1.27
    /// STOPSIGNAL SIGQUIT
    /// ```
    pub(crate) static INVALID_SIGNAL = {
        id: "invalid-signal", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        changes: [Configuration],
        check: Instruction(check),
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if let Some((part, signal)) = wrong(instruction) {
        let message = format!("`{}` is no signal", shown(&signal));
        out.push(instruction.place(part), with_suggestion(message, meant(&signal)));
    }
}

/// What stands in place of a signal.
fn wrong(instruction: &Instruction) -> Option<(Part, String)> {
    let ast = instruction.ast().innermost();
    let (Kind::Stopsignal, Arguments::Text(part)) = (ast.kind, &ast.arguments) else {
        return None;
    };
    let signal = expansion::literal(instruction.str(*part), instruction.escape())?;
    let is_wrong = signals::number(&signal).is_none() && !is_in_comment(instruction, usize::MAX);
    is_wrong.then_some((*part, signal))
}

/// The signal in front of other words, which BuildKit takes as a part of it, or the one that it is closest to.
fn meant(signal: &str) -> Option<&str> {
    let first = signal.split_whitespace().next().filter(|first| signals::number(first).is_some());
    first.or_else(|| closest(signal, signals::all().iter().map(|signal| signal.name)))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = cx.document.file().item(finding.item).and_then(|item| {
        let (_, signal) = wrong(&item.instruction)?;
        let meant = meant(&signal)?;
        let edit = Edit::replace(finding.span.clone(), meant);
        Some(Fix::new(format!("Change `{signal}` to `{meant}`"), Safety::Suggested, vec![edit]))
    });
    fix.into_iter().collect()
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_SIGNAL);
    use super::*;

    #[test]
    fn what_is_no_signal_is_marked() {
        check(
            "
FROM a:1
STOPSIGNAL SIGTREM
           ^^^^^^^ `SIGTREM` is no signal; did you mean `SIGTERM`?
STOPSIGNAL 0
           ^ `0` is no signal
ONBUILD STOPSIGNAL \"graceful stop\"
                   ^^^^^^^^^^^^^^^ `graceful stop` is no signal
",
        );
    }

    #[test]
    fn words_behind_a_signal_are_taken_away() {
        check_fix("FROM a:1\nSTOPSIGNAL SIGINT more\n", "FROM a:1\nSTOPSIGNAL SIGINT\n");
    }

    #[test]
    fn signals_variables_and_comments_are_left_alone() {
        check_none("FROM a:1\nSTOPSIGNAL term\nSTOPSIGNAL \"SIGRTMIN+3\"\nSTOPSIGNAL 37\nSTOPSIGNAL $A\n");
        check_none("FROM a:1\nSTOPSIGNAL SIGTERM # a\nSTOPSIGNAL\n");
    }
}
