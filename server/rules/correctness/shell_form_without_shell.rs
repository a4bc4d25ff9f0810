//! `shell-form-without-shell`

use crate::rules::exec_form::write_in_exec_form;
use crate::rules::prelude::*;
use crate::syntax::mount::Mount;
use crate::syntax::shell::Form;

declare_rule! {
    /// ## What it does
    /// Finds RUN, CMD, ENTRYPOINT and HEALTHCHECK in shell form on `scratch` and on distroless images, where no step has
    /// brought a shell.
    ///
    /// ## Why is this bad?
    /// The shell form is run by `/bin/sh`, and there is none. A RUN fails the build; the others fail when the container
    /// starts, or report it unhealthy for ever.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM gcr.io/distroless/static-debian12:nonroot
    /// COPY server /srv/server
    /// ENTRYPOINT /srv/server --port 80
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM gcr.io/distroless/static-debian12:nonroot
    /// COPY server /srv/server
    /// ENTRYPOINT ["/srv/server", "--port", "80"]
    /// ```
    ///
    /// ## Silent
    /// Where a step may have brought a shell: it copies something to `/`, `/bin` or an unknown place, or runs a program.
    /// Where a SHELL of the file says which shell is meant.
    ///
    /// ## Fix safety
    /// Only where the command is a program and plain words, which no shell has to read.
    pub(crate) static SHELL_FORM_WITHOUT_SHELL = {
        id: "shell-form-without-shell", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Configuration],
        check: Steps(has_shell_form, check),
        fix: Suggested(fix),
    }
}

/// The command in shell form of a RUN, CMD, ENTRYPOINT or HEALTHCHECK.
fn shell_form(instruction: &Instruction) -> Option<Part> {
    let ast = instruction.ast();
    match (ast.kind, &ast.arguments) {
        (Kind::Run | Kind::Cmd | Kind::Entrypoint, Arguments::Text(part)) => Some(*part),
        (Kind::Healthcheck, Arguments::Healthcheck(_, command)) => match **command {
            Arguments::Text(part) => Some(part),
            _ => None,
        },
        _ => None,
    }
}

fn has_shell_form(instruction: &Instruction) -> bool {
    shell_form(instruction).is_some()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    // A stage, and from where on it may have a shell.
    let mut known: Option<(usize, usize)> = None;
    for index in steps {
        let (Some(stage), Some(item)) = (model.stage_at(*index), file.item(*index)) else {
            continue;
        };
        let (_, shell_from) = match known {
            Some(known) if known.0 == stage.index => known,
            _ => *known.insert((stage.index, model.shell_from(file, stage.index))),
        };
        // What runs in the container finds all that the stage has brought.
        let seen_from = if item.kind == Kind::Run { *index } else { stage.items.end };
        if seen_from >= shell_from {
            continue;
        }
        let environment = model.environment_at(*index);
        if !environment.is_some_and(|found| !found.has_own_shell && found.shell.is_posix()) {
            continue;
        }
        let brings_own = item.kind == Kind::Run && may_bring_own(&item.instruction);
        if let Some(part) = shell_form(&item.instruction).filter(|_| !brings_own) {
            let keyword = item.kind.keyword();
            let message = format!("{keyword} in shell form needs `/bin/sh`, and there is none here");
            out.push_at(*index, item.instruction.place(part), message);
        }
    }
}

/// Whether a RUN may see a shell that is mounted for it, or names its own interpreter.
fn may_bring_own(instruction: &Instruction) -> bool {
    let is_foreign = Facts::of(instruction).is_none_or(|facts| facts.script.form() != Form::Shell);
    is_foreign || Mount::all(instruction).iter().any(|mount| mount.kind() == "bind")
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let items = cx.document.file().items();
    let is_run = items.get(finding.item).is_some_and(|item| item.instruction.ast().kind == Kind::Run);
    if is_run { Vec::new() } else { write_in_exec_form(cx, finding) }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHELL_FORM_WITHOUT_SHELL);

    #[test]
    fn every_shell_form_is_found_where_there_is_no_shell() {
        check(
            "
FROM scratch AS a
COPY b /c
RUN /c d
  # ^^^^ RUN in shell form needs `/bin/sh`, and there is none here
FROM a
HEALTHCHECK --retries=3 CMD /c e
                          # ^^^^ HEALTHCHECK in shell form needs `/bin/sh`, and there is none here
CMD /c
  # ^^ CMD in shell form needs `/bin/sh`, and there is none here
",
        );
    }

    #[test]
    fn a_shell_that_may_be_there_is_silent() {
        check_none("FROM b\nRUN c\nCMD d\n");
        check_none("FROM scratch\nADD root.tar /\nRUN c\nCMD d\n");
        check_none("FROM scratch\nCMD d\nCOPY --from=busybox /bin/busybox /bin/sh\n");
        check_none("FROM scratch\nENTRYPOINT d\nADD root.tar /\n");
        check_none("FROM scratch\nRUN [\"a\"]\nCMD [\"b\"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD [\"c\"]\n");
        check_none("ARG B=scratch\nFROM $B\nRUN a\n");
        check_none("ARG D\nFROM scratch\nCOPY --from=b /d $D\nRUN a\n");
        check_none("FROM b AS b\nFROM scratch\nCOPY --from=b /rootfs/ /\nRUN a\n");
        check_none("FROM b AS b\nFROM scratch\nCOPY --from=b /bin /bin\nRUN a\n");
        check_none("FROM b AS b\nFROM scratch\nCOPY --from=b /usr /usr\nCOPY --from=b /bin/* /bin/\nCMD a\n");
        check_none("FROM b AS b\nFROM scratch\nCOPY --from=b /bin/sh /\nSHELL [\"/sh\", \"-c\"]\nRUN a\n");
        check_none("FROM b AS b\nFROM scratch\nWORKDIR /bin\nCOPY --from=b /bin/busybox sh\nRUN a\n");
        check_none("FROM b AS b\nFROM scratch\nCOPY --from=b /busybox /bin/\nENTRYPOINT [\"/c\"]\nCMD a\n");
        check_none("FROM scratch\nSHELL [\"/busybox/sh\", \"-c\"]\nRUN a\nCMD a\n");
        check_none("FROM scratch\nRUN --mount=from=busybox,target=/bin a\n");
        check_none("# escape=`\nFROM scratch\nRUN a\n");
    }

    #[test]
    fn plain_words_become_a_list() {
        check_fix("FROM scratch\nHEALTHCHECK CMD /a b\n", "FROM scratch\nHEALTHCHECK CMD [\"/a\", \"b\"]\n");
        check_fix("FROM scratch\nCMD /a 'b c'\n", "FROM scratch\nCMD [\"/a\", \"b c\"]\n");
        check_no_fix("FROM scratch\nCMD /a $b\n");
        check_no_fix("FROM scratch\nRUN /a b\n");
    }
}
