//! `invalid-duration`

use crate::rules::prelude::*;
use crate::syntax::value;

declare_rule! {
    /// ## What it does
    /// Finds a duration of a HEALTHCHECK that is none. A duration is numbers with units, `h`, `m`, `s` or `ms`, such as
    /// `1m30s`; it is 0, or one millisecond and more.
    ///
    /// ## Why is this bad?
    /// Docker refuses the file. Variables are not expanded here.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM nginx:1.27
    /// HEALTHCHECK --interval=30 CMD curl -f http://localhost/
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM nginx:1.27
    /// HEALTHCHECK --interval=30s CMD curl -f http://localhost/
    /// ```
    pub(crate) static INVALID_DURATION = {
        id: "invalid-duration", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

const MILLISECOND: i128 = 1_000_000;

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    if ast.kind != Kind::Healthcheck || !reads_flags(instruction, ast) {
        return;
    }
    for flag in &ast.flags {
        let name = flag.read_name(instruction.line().text(), instruction.escape());
        let is_duration = matches!(&*name, "interval" | "timeout" | "start-period" | "start-interval");
        let Some(part) = flag.value_part.filter(|_| is_duration && !flag.value.is_empty()) else {
            continue;
        };
        let value = shown(&flag.value);
        let message = match value::duration(&flag.value) {
            None if flag.value.contains('$') => {
                format!("`{value}` is no duration: variables are not expanded here")
            }
            None if flag.value.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!("`{value}` has no unit, such as `{value}s`")
            }
            None => format!("`{value}` is no duration, such as `1m30s`"),
            Some(0) => continue,
            Some(duration) if duration < MILLISECOND => {
                format!("`{value}` is shorter than one millisecond")
            }
            Some(_) => continue,
        };
        out.push(instruction.place(part), message);
    }
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_DURATION);
    use super::*;

    #[test]
    fn what_is_no_duration_is_marked() {
        check(
            "
FROM a:1
HEALTHCHECK --interval=30 --timeout=1us --start-period=$A --start-interval=1d CMD b
                       ^^ `30` has no unit, such as `30s`
                                    ^^^ `1us` is shorter than one millisecond
                                                       ^^ `$A` is no duration: variables are not expanded here
                                                                           ^^ `1d` is no duration, such as `1m30s`
",
        );
        check(
            "FROM a:1\nONBUILD HEALTHCHECK --timeout=-1s CMD b\n                              ^^^ `-1s` is shorter than one millisecond\n",
        );
    }

    #[test]
    fn durations_are_left_alone() {
        check_none("FROM a:1\nHEALTHCHECK --interval=1m30s --timeout=0 --start-period= CMD b\n");
        check_none("FROM a:1\nHEALTHCHECK --interval=x NONE\n");
    }
}
