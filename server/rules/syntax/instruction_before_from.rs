//! `instruction-before-from`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds instructions above the first FROM. Only ARG may stand there.
    ///
    /// ## Why is this bad?
    /// Docker refuses the file: there is no stage yet that the instruction could belong to.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// LABEL team=web
    /// FROM nginx:1.27
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// ARG VERSION=1.27
    /// FROM nginx:${VERSION}
    /// LABEL team=web
    /// ```
    pub(crate) static INSTRUCTION_BEFORE_FROM = {
        id: "instruction-before-from", group: Syntax, severity: Error, since: "0.1.0",
        also: ["DL3061"],
        check: File(check),
    }
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let items = cx.document.file().items();
    let Some(first) = items.iter().position(|item| begins_stage(&item.instruction)) else {
        return;
    };
    for (index, item) in items.iter().enumerate().take(first) {
        let ast = item.instruction.ast();
        if !matches!(ast.kind, Kind::Arg | Kind::Unknown) {
            let message = format!("`{}` stands above the first FROM", ast.kind.keyword());
            out.push_at(index, item.instruction.place(ast.keyword), message);
        }
    }
}

#[cfg(test)]
mod tests {
    check_rule!(INSTRUCTION_BEFORE_FROM);
    use super::*;

    #[test]
    fn every_instruction_but_arg_is_marked() {
        check(
            "
ARG A
run b
^^^ `RUN` stands above the first FROM
ENV C=d
^^^ `ENV` stands above the first FROM
FROM a
USER b
",
        );
    }

    #[test]
    fn what_is_wrong_otherwise_is_found_otherwise() {
        check_none("ARG A\nFORM a\nRUN b\nFROM c\n");
        check_none("RUN a\n");
        check_none("FOO a\nFROM b\n");
    }
}
