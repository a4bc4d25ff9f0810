//! `invalid-port`

use crate::rules::prelude::*;
use crate::settings::suggestion::closest;
use crate::syntax::port::{self, PortProblem};
use crate::syntax::word::{self, Reading, Value};

declare_rule! {
    /// ## What it does
    /// Finds an EXPOSE with something else than ports: a number from 0 to 65535 or a range of them, with `/tcp`, `/udp`
    /// or `/sctp` behind it or nothing.
    ///
    /// What depends on a variable is left alone.
    ///
    /// ## Why is this bad?
    /// The build ends at this instruction.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// EXPOSE 80/tcpp
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// EXPOSE 80/tcp
    /// ```
    pub(crate) static INVALID_PORT = {
        id: "invalid-port", group: Syntax, severity: Error, since: "0.1.0",
        also: ["DL3011"],
        changes: [Configuration],
        check: Instruction(check),
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    let (Kind::Expose, Arguments::Words(words)) = (ast.kind, &ast.arguments) else {
        return;
    };
    for part in words.iter().filter(|part| !is_in_comment(instruction, instruction.place(**part).start)) {
        let reading = Reading { split: true, ..Reading::arguments(instruction.escape()) };
        let expanded = word::expand(instruction.str(*part), reading, &|_| Value::Unknown);
        if expanded.value.is_none() {
            continue;
        }
        for (port, _) in expanded.words {
            let port_shown = shown(&port);
            match port::problem(&port) {
                Some(PortProblem::OutOfRange(number)) => {
                    let message = format!("`{port_shown}` has the port `{number}`: ports go from 0 to 65535");
                    out.push(instruction.place(*part), message);
                }
                Some(PortProblem::Other(what)) => {
                    out.push(instruction.place(*part), format!("`{port_shown}` {what}")).also(&[]);
                }
                None => {}
            }
        }
    }
}

/// Writes the protocol that was likely meant.
fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let text = cx.document.text().slice(finding.span.clone());
    let fix = || {
        let (_, protocol) = text.split_once('/')?;
        let meant = closest(protocol, ["tcp", "udp", "sctp"]).filter(|meant| *meant != protocol)?;
        let end = finding.span.end;
        let edit = Edit::replace(end - protocol.len()..end, meant);
        Some(Fix::new(format!("Change `{protocol}` to `{meant}`"), Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_PORT);
    use super::*;

    #[test]
    fn what_is_no_port_is_marked() {
        check(
            "
FROM a:1
EXPOSE 80 65536 443/http web 9-8 \"x\"
          ^^^^^ `65536` has the port `65536`: ports go from 0 to 65535
                ^^^^^^^^ `443/http` has the protocol `http`: there are `tcp`, `udp` and `sctp`
                         ^^^ `web` has the port `web`, which is no number
                             ^^^ `9-8` has the range `9-8`, which ends before it begins
                                 ^^^ `x` has the port `x`, which is no number
ONBUILD EXPOSE 80,443
               ^^^^^^ `80,443` has the port `80,443`, which is no number
",
        );
    }

    #[test]
    fn a_slip_in_a_protocol_is_mended() {
        check_fix("FROM a:1\nEXPOSE 1 53-54/upd\n", "FROM a:1\nEXPOSE 1 53-54/udp\n");
        check_no_fix("FROM a:1\nEXPOSE 53/dns\n");
    }

    #[test]
    fn hadolint_knows_only_numbers_that_are_too_high() {
        let fixture = crate::fixture::Fixture::new("FROM a:1\nEXPOSE 70000 a\n");
        let findings = fixture.look(crate::rules::run);
        let codes = findings.iter().filter(|finding| finding.rule.id == "invalid-port");
        assert_eq!(codes.map(|finding| finding.also).collect::<Vec<_>>(), [&["DL3011"][..], &[]]);
    }

    #[test]
    fn ports_variables_and_comments_are_left_alone() {
        check_none("FROM a:1\nEXPOSE 80/TCP \"81\" $A ${B:-x} 1-2/udp '' 127.0.0.1:1:2\nEXPOSE 80 # a\n");
    }
}
