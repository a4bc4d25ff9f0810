//! `ungraceful-stopsignal`

use crate::rules::prelude::*;
use crate::semantic::stages::Base;

declare_rule! {
    /// ## What it does
    /// Finds a STOPSIGNAL that no program can answer: SIGKILL and SIGSTOP.
    ///
    /// ## Why is this bad?
    /// `docker stop` sends the signal so that the program can finish: answer what it has begun, write what it holds, give back
    /// its locks. SIGKILL ends it on the spot, and SIGSTOP freezes it until it is killed after ten seconds.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// STOPSIGNAL SIGKILL
    /// CMD ["node", "server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22.11
    /// STOPSIGNAL SIGTERM
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## Never reported
    /// On `scratch`, where nothing but the program itself is in the image: one that does not ask for SIGTERM does not hear of it as
    /// the first process of a container, and is meant to be killed at once.
    ///
    /// ## Fix safety
    /// A program that does not answer SIGTERM is stopped ten seconds later than before.
    pub(crate) static UNGRACEFUL_STOPSIGNAL = {
        id: "ungraceful-stopsignal", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Configuration],
        check: Instruction(check),
        only: has_base,
        fix: Suggested(fix),
    }
}

fn has_base(cx: &Cx<'_>, item: usize) -> bool {
    !matches!(cx.document.model().root(item), Some(Base::Scratch))
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    let (Kind::Stopsignal, Arguments::Text(part)) = (ast.kind, &ast.arguments) else {
        return;
    };
    let signal = instruction.str(*part).trim_matches(['"', '\'']).to_ascii_uppercase();
    let what = match signal.strip_prefix("SIG").unwrap_or(&signal) {
        "KILL" | "9" => "ends the program on the spot: it cannot finish what it does",
        "STOP" | "19" => "freezes the program until it is killed",
        _ => return,
    };
    out.push(instruction.place(*part), format!("`{}` {what}", shown(instruction.str(*part))));
}

fn fix(_: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = Edit::replace(finding.span.clone(), "SIGTERM");
    vec![Fix::new("Stop with SIGTERM", Safety::Suggested, vec![edit])]
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNGRACEFUL_STOPSIGNAL);

    #[test]
    fn what_no_program_can_answer_is_found() {
        check(
            "FROM a\nSTOPSIGNAL kill\n         # ^^^^ `kill` ends the program on the spot: it cannot finish what it does\n",
        );
        check(
            "FROM a\nONBUILD STOPSIGNAL 19\n                 # ^^ `19` freezes the program until it is killed\n",
        );
        check_none("FROM a AS b\nRUN x\nFROM scratch\nCOPY --from=b /y /\nSTOPSIGNAL SIGKILL\n");
        check_none("FROM a\nSTOPSIGNAL SIGQUIT\nSTOPSIGNAL 15\nSTOPSIGNAL $S\n");
    }

    #[test]
    fn it_is_replaced() {
        check_fix("FROM a\nSTOPSIGNAL 9\n", "FROM a\nSTOPSIGNAL SIGTERM\n");
    }
}
