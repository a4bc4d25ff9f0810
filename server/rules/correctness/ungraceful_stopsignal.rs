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
    /// ## Fix
    /// The signal that the base image says, such as SIGQUIT of nginx and SIGINT of PostgreSQL, where the image still runs what
    /// that does; else SIGTERM.
    ///
    /// ## Never reported
    /// On `scratch`, where nothing but the program itself is in the image: one that does not ask for SIGTERM does not hear of it as
    /// the first process of a container, and is meant to be killed at once.
    ///
    /// ## Fix safety
    /// A program that does not answer the signal is stopped ten seconds later than before.
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

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let signal = signal_of_base(cx, finding.item).unwrap_or("SIGTERM");
    let edit = Edit::replace(finding.span.clone(), signal);
    vec![Fix::new(format!("Stop with {signal}"), Safety::Suggested, vec![edit])]
}

/// The signal that the base image is stopped with, where it says one, and the stage goes on to run the program of that image.
fn signal_of_base(cx: &Cx<'_>, item: usize) -> Option<&'static str> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let image = model.base_image(item)?;
    let signal = image.stop_signal.filter(|signal| !signal.is_empty())?;
    let stage = model.stage_at(item)?;
    model.keeps_program(file, stage.index).then_some(signal)
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

    #[test]
    fn what_the_base_image_is_stopped_with_is_taken() {
        for (image, signal, rest) in [
            ("nginx:1.30", "SIGQUIT", ""),
            ("nginx:1.30", "SIGQUIT", "CMD [\"nginx\", \"-g\", \"daemon off;\"]\n"),
            ("nginx:1.30", "SIGTERM", "ENTRYPOINT [\"node\", \"a.js\"]\n"),
            ("postgres:17", "SIGINT", ""),
            ("httpd:2.4", "SIGWINCH", ""),
            ("redis:8", "SIGTERM", ""),
        ] {
            check_fix(
                &format!("FROM {image}\nSTOPSIGNAL KILL\n{rest}"),
                &format!("FROM {image}\nSTOPSIGNAL {signal}\n{rest}"),
            );
        }
    }
}
