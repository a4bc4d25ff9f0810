//! `unknown-flag`

use crate::knowledge::flags;
use crate::rules::prelude::*;
use crate::settings::suggestion::{closest, with_suggestion};

use crate::syntax::flags::Flag;

declare_rule! {
    /// ## What it does
    /// Finds a flag that the instruction does not have. Flags stand between the keyword and the arguments, and their
    /// case counts.
    ///
    /// ## Why is this bad?
    /// Docker refuses the file. A flag of the command that a RUN, CMD or ENTRYPOINT runs stands behind the command's
    /// name, or behind `--`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS build
    /// FROM debian:12
    /// COPY --form=build /app /app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.23 AS build
    /// FROM debian:12
    /// COPY --from=build /app /app
    /// ```
    pub(crate) static UNKNOWN_FLAG = {
        id: "unknown-flag", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        changes: [Stages, Configuration],
        check: Instruction(check),
        fix: Suggested(fix),
    }
}

/// A flag that its instruction does not have, and the one that was likely meant.
struct Unknown {
    part: Part,
    name: String,
    meant: Option<&'static str>,
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for ast in instruction.ast().with_trigger().filter(|ast| reads_flags(instruction, ast)) {
        for unknown in ast.flags.iter().filter_map(|flag| unknown(instruction, ast, flag)) {
            let keyword = ast.kind.keyword();
            let message = format!("`{keyword}` has no flag `--{}`", shown(&unknown.name));
            let meant = unknown.meant.map(|name| format!("--{name}"));
            out.push(instruction.place(unknown.part), with_suggestion(message, meant.as_deref()));
        }
    }
}

fn unknown(instruction: &Instruction, ast: &Ast, flag: &Flag) -> Option<Unknown> {
    let name = flag.read_name(instruction.line().text(), instruction.escape());
    let keyword = ast.kind.keyword();
    if flags::flag(keyword, &name).is_some() {
        return None;
    }
    let meant = closest(&name, flags::of(keyword).iter().map(|flag| flag.name));
    Some(Unknown { part: flag.name, name, meant })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = cx.document.file().item(finding.item).and_then(|item| {
        let instruction = &item.instruction;
        let asts = instruction.ast().with_trigger();
        let mut all =
            asts.flat_map(|ast| ast.flags.iter().filter_map(|flag| unknown(instruction, ast, flag)));
        let here = |unknown: &Unknown| item.absolute(instruction.place(unknown.part)) == finding.span;
        let found = all.find(here)?;
        let meant = found.meant?;
        let title = format!("Change `--{}` to `--{meant}`", found.name);
        let edit = Edit::replace(finding.span.clone(), format!("--{meant}"));
        Some(Fix::new(title, Safety::Suggested, vec![edit]))
    });
    fix.into_iter().collect()
}

#[cfg(test)]
mod tests {
    check_rule!(UNKNOWN_FLAG);
    use super::*;

    #[test]
    fn a_flag_belongs_to_its_instruction() {
        check(
            "
FROM --plattform=a b:1
     ^^^^^^^^^^^ `FROM` has no flag `--plattform`; did you mean `--platform`?
COPY --From=a --keep-git-dir=true b c
     ^^^^^^ `COPY` has no flag `--From`; did you mean `--from`?
              ^^^^^^^^^^^^^^ `COPY` has no flag `--keep-git-dir`
CMD --verbose
    ^^^^^^^^^ `CMD` has no flag `--verbose`
ONBUILD --a RUN --network=host --b c
        ^^^ `ONBUILD` has no flag `--a`
                               ^^^ `RUN` has no flag `--b`
HEALTHCHECK --retires=3 CMD a
            ^^^^^^^^^ `HEALTHCHECK` has no flag `--retires`; did you mean `--retries`?
",
        );
    }

    #[test]
    fn what_docker_does_not_read_is_left_alone() {
        check_none("FROM a:1\nARG --a B=1\nSTOPSIGNAL --a SIGTERM\nHEALTHCHECK --a NONE\nFOO --bar\n");
        check_none("FROM a:1\nRUN -- --a\nRUN a --b\nCOPY --\"from\"=a b c\n");
    }

    #[test]
    fn a_slip_is_mended() {
        check_fix(
            "FROM a:1\nRUN --mont=type=cache,target=/b c\n",
            "FROM a:1\nRUN --mount=type=cache,target=/b c\n",
        );
        check_no_fix("FROM a:1\nRUN --verbose c\n");
    }
}
