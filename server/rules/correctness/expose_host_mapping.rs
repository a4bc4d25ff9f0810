//! `expose-host-mapping`

use crate::rules::prelude::*;
use crate::semantic::ports;

declare_rule! {
    /// ## What it does
    /// Finds an address or a port of the host in EXPOSE, as in `8080:80`.
    ///
    /// ## Why is this bad?
    /// EXPOSE says which port the container listens on. Docker drops what is said of the host, and will reject it one
    /// day; `docker run --publish 8080:80` is what maps a port.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM nginx:1.27
    /// EXPOSE 8080:80
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM nginx:1.27
    /// EXPOSE 80
    /// ```
    pub(crate) static EXPOSE_HOST_MAPPING = {
        id: "expose-host-mapping", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["ExposeInvalidFormat"],
        changes: [Configuration],
        check: Steps(is_expose, check),
        fix: Safe(fix),
    }
}

fn is_expose(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Expose && instruction.str(instruction.ast().rest).contains([':', '$'])
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for (index, item) in steps.iter().filter_map(|index| Some((*index, cx.document.file().item(*index)?))) {
        for (part, port) in ports::exposed(cx.document.model(), index, &item.instruction) {
            if let Some(host) = &port.host {
                let message = format!("EXPOSE says nothing of the host: `{host}` is dropped");
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
        // A `:` of `${P:-1}` maps nothing.
        let (_, port) = text.rsplit_once(':').filter(|_| !text.contains(['$', '"', '\'']))?;
        let edit = Edit::replace(finding.span.clone(), port);
        Some(Fix::new(format!("Write `{port}`"), Safety::Safe, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(EXPOSE_HOST_MAPPING);

    #[test]
    fn ports_and_addresses_of_the_host_are_found() {
        check(
            "FROM a:1\nEXPOSE 80 8080:80/tcp\n        # ^^^^^^^^^^^ EXPOSE says nothing of the host: `8080` is dropped\n",
        );
        check(
            "FROM a:1\nEXPOSE 127.0.0.1::80\n     # ^^^^^^^^^^^^^ EXPOSE says nothing of the host: `127.0.0.1` is dropped\n",
        );
        check(
            "FROM scratch\nENV P=1:2\nEXPOSE $P\n     # ^^ EXPOSE says nothing of the host: `1` is dropped\n",
        );
        check_none("FROM a:1\nEXPOSE 80 81/udp 82-83 $P ${P:-80} :84\n");
    }

    #[test]
    fn the_port_of_the_container_stays() {
        check_fix("FROM a:1\nEXPOSE [::1]:90:80-85/udp 1\n", "FROM a:1\nEXPOSE 80-85/udp 1\n");
        check_no_fix("FROM scratch\nENV P=1:2\nEXPOSE $P\n");
    }
}
