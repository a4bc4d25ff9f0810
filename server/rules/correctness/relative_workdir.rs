//! `relative-workdir`

use crate::path;
use crate::rules::prelude::*;
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds a relative WORKDIR before any other WORKDIR of its stage and of the stages it is built on.
    ///
    /// ## Why is this bad?
    /// It counts from the folder of the base image, which the next version of that image may change.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// WORKDIR app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// WORKDIR /app
    /// ```
    /// ```dockerfile,good
    /// FROM node:22.11
    /// WORKDIR /srv
    /// WORKDIR app
    /// ```
    ///
    /// ## hadolint
    /// A relative WORKDIR below an absolute one is left alone, since what it comes to stands in the file; hadolint names it.
    /// One that a variable's value makes relative is found.
    pub(crate) static RELATIVE_WORKDIR = {
        id: "relative-workdir", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["WorkdirRelativePath", "DL3000"],
        changes: [Configuration],
        check: Steps(may_be_relative, check),
        fix: Suggested(fix),
    }
}

fn may_be_relative(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    matches!((ast.kind, &ast.arguments), (Kind::Workdir, Arguments::Text(part)) if !instruction.str(*part).starts_with('/'))
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps {
        if let Some((part, path)) = relative(cx, *index) {
            let Some(item) = cx.document.file().item(*index) else {
                continue;
            };
            let message = format!("`{path}` counts from the folder of the base image, which may change");
            out.push_at(*index, item.instruction.place(part), message).also(RELATIVE_WORKDIR.also);
        }
    }
}

/// The path of a WORKDIR that is the first to say anything, if it is relative.
fn relative(cx: &Cx<'_>, index: usize) -> Option<(Part, String)> {
    let model = cx.document.model();
    let instruction = cx.document.file().instruction(index)?;
    let Arguments::Text(part) = instruction.ast().arguments else {
        return None;
    };
    let environment = model.environment_at(index).filter(|environment| !environment.has_workdir)?;
    let is_known =
        |item| model.environment_at(item).is_some_and(|after| matches!(after.workdir, Value::Known(_)));
    // Nothing but an absolute path makes a folder known that was not.
    if !is_known(index) && is_known(index + 1) {
        return None;
    }
    let path = model.expand_at(index, instruction.str(part)).value?;
    (!environment.is_absolute(&path)).then_some((part, path))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (part, path) = relative(cx, finding.item)?;
        let instruction = cx.document.file().instruction(finding.item)?;
        let folder = base_folder(cx, finding.item)?;
        let is_literal = instruction.str(part) == path;
        let new_path = path::absolute(&folder, &path);
        let edit = Edit::replace(finding.span.clone(), new_path.clone());
        is_literal.then(|| Fix::new(format!("Write `{new_path}`"), Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

/// The folder of the image that a stage goes back to, where that is known.
fn base_folder(cx: &Cx<'_>, index: usize) -> Option<String> {
    let model = cx.document.model();
    if let Value::Known(folder) = &model.environment_at(index)?.workdir {
        return Some(folder.clone());
    }
    model.base_image(index)?.workdir.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(RELATIVE_WORKDIR);

    #[test]
    fn the_first_of_a_chain_counts() {
        check(
            "
FROM a:1 AS a
FROM a AS b
WORKDIR x
      # ^ `x` counts from the folder of the base image, which may change
WORKDIR y
FROM b
WORKDIR z
",
        );
        check(
            "FROM scratch\nENV D=x\nWORKDIR $D\n      # ^^ `x` counts from the folder of the base image, which may change\n",
        );
        check_none("FROM a:1\nWORKDIR $D\nFROM a:1\nARG D=/x\nWORKDIR \"$D\"\n");
    }

    #[test]
    fn drives_are_absolute_on_windows() {
        check_none("# escape=`\nFROM a:1\nWORKDIR C:\\app\n");
        check_none("FROM a:1\nWORKDIR C:/app\n");
        check(
            "FROM debian:12\nWORKDIR C:/app\n      # ^^^^^^ `C:/app` counts from the folder of the base image, which may change\n",
        );
    }

    #[test]
    fn the_folder_must_be_known() {
        check_fix("FROM scratch\nWORKDIR ./x\n", "FROM scratch\nWORKDIR /x\n");
        check_fix("FROM debian:12 AS a\nFROM a\nWORKDIR x\n", "FROM debian:12 AS a\nFROM a\nWORKDIR /x\n");
        check_fix("FROM golang:1.23\nWORKDIR x\n", "FROM golang:1.23\nWORKDIR /go/x\n");
        check_no_fix("FROM golang:1.23-nanoserver\nWORKDIR x\n");
        check_no_fix("FROM a:1\nWORKDIR x\n");
        check_no_fix("FROM debian:12\nARG D=x\nWORKDIR $D\n");
    }
}
