//! `duplicate-flag`

use crate::knowledge::flags;
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a flag that an instruction has twice though it takes one value. `--mount`, `--device` and `--exclude` may
    /// be repeated.
    ///
    /// ## Why is this bad?
    /// Docker refuses the file: it does not choose between the two.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// COPY --chown=0 --chown=1000 app /app
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// COPY --chown=1000 --exclude=*.md --exclude=*.txt app /app
    /// ```
    pub(crate) static DUPLICATE_FLAG = {
        id: "duplicate-flag", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    for ast in instruction.ast().with_trigger().filter(|ast| reads_flags(instruction, ast)) {
        let mut seen: Vec<&str> = Vec::new();
        for flag in &ast.flags {
            let name = flag.read_name(instruction.line().text(), instruction.escape());
            let Some(known) = flags::flag(ast.kind.keyword(), &name).filter(|known| !known.repeatable) else {
                continue;
            };
            if seen.contains(&known.name) {
                out.push(instruction.place(flag.part), format!("`--{name}` is given already"));
            }
            seen.push(known.name);
        }
    }
}

#[cfg(test)]
mod tests {
    check_rule!(DUPLICATE_FLAG);
    use super::*;

    #[test]
    fn every_one_after_the_first_is_marked() {
        check(
            "
FROM a:1
COPY --link --from=a --link=false --from=a b c
                     ^^^^^^^^^^^^ `--link` is given already
                                  ^^^^^^^^ `--from` is given already
ONBUILD RUN --network=none --network=none a
                           ^^^^^^^^^^^^^^ `--network` is given already
",
        );
    }

    #[test]
    fn some_flags_may_be_repeated_and_some_are_not_read() {
        check_none("FROM a:1\nRUN --mount=target=/a --mount=target=/b --device=a --device=b c\n");
        check_none("FROM a:1\nADD --exclude=a --exclude=b c d\nCOPY --a --a b c\nARG --a --a B\n");
    }
}
