//! `ssh-port`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds an EXPOSE of port 22, that of SSH.
    ///
    /// ## Why is this bad?
    /// `docker exec` gives a shell in a container to whoever may have one. An SSH server is a second program to keep alive and
    /// up to date, with keys and passwords in the image.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// EXPOSE 22 80
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// EXPOSE 80
    /// ```
    ///
    /// ## Never reported
    /// Where CMD or ENTRYPOINT runs `sshd`, or no other port is exposed: that is what the image is for.
    pub(crate) static SSH_PORT = {
        id: "ssh-port", group: Security, severity: Info, since: "0.1.0",
        also: [],
        check: Instruction(check),
        only: runs_something_else,
    }
}

/// Whether a container of the stage is for something else than SSH.
fn runs_something_else(cx: &Cx<'_>, item: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let items = model.stage_at(item).and_then(|stage| file.items().get(stage.items.clone()));
    let runs_sshd = |item: &Item| item.kind.starts_container() && item.instruction.source().contains("sshd");
    let items = items.unwrap_or_default();
    let ports = |item: &Item| match (item.kind, &item.instruction.ast().arguments) {
        (Kind::Expose, Arguments::Words(words)) => words.len(),
        _ => 0,
    };
    !items.iter().any(runs_sshd) && items.iter().map(ports).sum::<usize>() > 1
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    let (Kind::Expose, Arguments::Words(words)) = (ast.kind, &ast.arguments) else {
        return;
    };
    for part in words {
        let word = instruction.str(*part).trim_matches(['"', '\'']);
        let port = word.rsplit(':').next().unwrap_or_default();
        if port == "22" || port.eq_ignore_ascii_case("22/tcp") {
            out.push(
                instruction.place(*part),
                "port 22 is that of SSH: `docker exec` needs no server in the image",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SSH_PORT);

    #[test]
    fn an_image_that_is_an_ssh_server_is_silent() {
        check_none("FROM a\nEXPOSE 22\nCMD [\"/usr/sbin/sshd\", \"-D\"]\n");
        check_none("FROM a\nEXPOSE 22\nENTRYPOINT [\"/start.sh\"]\n");
        check(
            "FROM a\nCMD sshd\nFROM b\nEXPOSE 22\n     # ^^ port 22 is that of SSH: `docker exec` needs no server in the image\nEXPOSE 80\n",
        );
    }

    #[test]
    fn the_port_is_found_however_it_is_written() {
        let message = "port 22 is that of SSH: `docker exec` needs no server in the image";
        check(&format!("FROM a\nEXPOSE 80 22/tcp\n        # ^^^^^^ {message}\n"));
        check_none("FROM a\nEXPOSE 2222 22/udp 8022 $PORT\n");
    }
}
