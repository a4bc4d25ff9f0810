//! `expose-proto-casing`

use crate::rules::prelude::*;
use crate::semantic::ports;

declare_rule! {
    /// ## What it does
    /// Finds a protocol in EXPOSE that is not in lower case.
    ///
    /// ## Why is this bad?
    /// The image has it in lower case anyway, and not every tool that reads the file takes `TCP` for `tcp`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM nginx:1.27
    /// EXPOSE 80/TCP
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM nginx:1.27
    /// EXPOSE 80/tcp
    /// ```
    pub(crate) static EXPOSE_PROTO_CASING = {
        id: "expose-proto-casing", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["ExposeProtoCasing"],
        changes: [Configuration],
        check: Steps(is_expose, check),
        fix: Safe(fix),
    }
}

fn is_expose(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Expose
        && instruction.str(instruction.ast().rest).contains(|char: char| char.is_ascii_uppercase())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for (index, item) in steps.iter().filter_map(|index| Some((*index, cx.document.file().item(*index)?))) {
        for (part, port) in ports::exposed(cx.document.model(), index, &item.instruction) {
            if port.protocol != port.protocol.to_ascii_lowercase() {
                let message = format!("the protocol `{}` is not in lower case", port.protocol);
                out.push_at(index, item.instruction.place(part), message);
            }
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let text = item
            .instruction
            .source()
            .get(finding.span.start.checked_sub(item.start)?..finding.span.end.checked_sub(item.start)?)?;
        let (port, protocol) = text.rsplit_once('/')?;
        let lower = protocol.to_ascii_lowercase();
        let is_literal = matches!(lower.as_str(), "tcp" | "udp" | "sctp");
        let edit = Edit::replace(finding.span.clone(), format!("{port}/{lower}"));
        is_literal.then(|| Fix::new(format!("Write `{lower}`"), Safety::Safe, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(EXPOSE_PROTO_CASING);

    #[test]
    fn protocols_are_found_after_expansion() {
        check("FROM a:1\nEXPOSE 53 53/Udp\n        # ^^^^^^ the protocol `Udp` is not in lower case\n");
        check("FROM scratch\nENV P=80/TCP\nEXPOSE $P\n     # ^^ the protocol `TCP` is not in lower case\n");
        check_none("FROM a:1\nEXPOSE 80/tcp 81 82/XXX $PORT\n");
    }

    #[test]
    fn what_a_variable_says_is_left() {
        check_no_fix("FROM scratch\nENV P=80/TCP\nEXPOSE $P\n");
        check_fix("FROM a:1\nARG P=1\nEXPOSE ${P}/TCP 2\n", "FROM a:1\nARG P=1\nEXPOSE ${P}/tcp 2\n");
    }
}
