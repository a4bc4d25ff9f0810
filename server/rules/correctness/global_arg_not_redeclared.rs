//! `global-arg-not-redeclared`

use crate::knowledge::variables::{global_names, is_global_name};
use crate::rules::prelude::*;
use crate::semantic::stages::Base;
use crate::semantic::variable_uses::{Reader, VariableUse, variable_uses};

declare_rule! {
    /// ## What it does
    /// Finds a stage that uses an ARG from before the first FROM, or one of Docker's platform arguments, without an
    /// `ARG` of its own.
    ///
    /// ## Why is this bad?
    /// The variable is empty there: what stands before the first FROM is for FROM alone.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// ARG VERSION=1.2
    /// FROM alpine:3.20
    /// RUN wget https://example.com/tool-$VERSION.tar
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// ARG VERSION=1.2
    /// FROM alpine:3.20
    /// ARG VERSION
    /// RUN wget https://example.com/tool-$VERSION.tar
    /// ```
    ///
    /// ## Silent
    /// In RUN, where the base image may set the variable, or the shell.
    pub(crate) static GLOBAL_ARG_NOT_REDECLARED = {
        id: "global-arg-not-redeclared", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["UndefinedVar"],
        check: StageSteps(reads_variable, check),
        fix: Suggested(fix),
    }
}

fn reads_variable(instruction: &Instruction) -> bool {
    let kind = instruction.ast().kind;
    // EXPOSE takes what it is given without a word of BuildKit's.
    !matches!(
        kind,
        Kind::From | Kind::Onbuild | Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck | Kind::Unknown
    ) && instruction.source().contains('$')
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(first) = model.stages().first() else {
        return;
    };
    let mut names = model.variable_names(first.from());
    names.extend(global_names());
    for index in steps {
        let Some(item) = file.item(*index) else {
            continue;
        };
        // Shell text is dear: it is not read where it cannot have one of them.
        let is_candidate = |rest: &str| {
            names.iter().any(|name| rest.starts_with(name) && model.is_undeclared_global(name, *index))
        };
        if !possible_names(item.instruction.source()).any(is_candidate) {
            continue;
        }
        let has_shell = model.environment_at(*index).is_some_and(|environment| environment.shell.is_posix());
        let uses = variable_uses(&item.instruction, has_shell && !sets_unseen(&item.instruction)).into_iter();
        for found in uses.filter(|found| is_global(cx, *index, found)) {
            let message = format!("`{}` is empty here: this stage does not declare it with ARG", found.name);
            let is_check = found.reader == Reader::Builder && item.instruction.ast().kind != Kind::Expose;
            let codes: &'static [&'static str] = if is_check { &["UndefinedVar"] } else { &[] };
            out.push_at(*index, found.span, message).also(codes);
        }
    }
}

/// What follows each `$` of a text from the next name on: the names of all variables that it reads stand there.
fn possible_names(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |char: char| char.is_alphanumeric() || char == '_';
    text.split('$').skip(1).map(move |rest| rest.trim_start_matches(|char| !is_name(char)))
}

/// Whether a use means an argument that the stage does not have.
fn is_global(cx: &Cx<'_>, index: usize, found: &VariableUse) -> bool {
    let model = cx.document.model();
    model.is_undeclared_global(&found.name, index)
        && found.is_asked_for()
        && match found.reader {
            Reader::Builder => true,
            Reader::Shell => is_left_alone(cx, index, &found.name),
            Reader::Container => false,
        }
}

/// Whether a shell sets variables in a way that is not followed.
fn sets_unseen(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction);
    facts.is_some_and(|facts| {
        let names = facts.invocations.iter().map(|invocation| &*invocation.name);
        { names }.any(|name| matches!(name, "." | "source" | "eval" | "read" | "env" | "mapfile" | "getopts"))
    })
}

/// Whether the base image is known to leave a name alone.
fn is_left_alone(cx: &Cx<'_>, index: usize, name: &str) -> bool {
    match cx.document.model().root(index) {
        Some(Base::Scratch) => true,
        // No image sets Docker's own.
        Some(Base::Image(_)) => {
            let image = cx.document.model().base_image(index);
            is_global_name(name) || image.is_some_and(|image| image.sets(name) == Some(false))
        }
        _ => false,
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (file, model) = (cx.document.file(), cx.document.model());
        let item = file.item(finding.item)?;
        let uses = variable_uses(&item.instruction, true).into_iter();
        let name = { uses }.find(|found| item.absolute(found.span.clone()) == finding.span)?.name;
        let from = model.stage_at(finding.item)?.from();
        let reads = |index: &usize| {
            let instruction = file.instruction(*index).filter(|instruction| reads_variable(instruction));
            instruction.is_some_and(|instruction| {
                let mut uses = variable_uses(instruction, true).into_iter();
                uses.any(|found| found.name == name && found.reader != Reader::Container)
            })
        };
        // No step runs again for its sake that does not read it.
        let first = (from + 1..finding.item).find(reads).unwrap_or(finding.item);
        let instruction = &file.item(from)?.instruction;
        let is_lower = instruction.str(instruction.ast().keyword).starts_with('f');
        let keyword = if is_lower { "arg" } else { "ARG" };
        let before = file.item(first.checked_sub(1)?)?;
        let edit =
            Edit::insert(before.span().end, format!("{}{keyword} {name}", before.instruction.newline()));
        Some(Fix::new(format!("Declare `{name}` in this stage"), Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(GLOBAL_ARG_NOT_REDECLARED);

    #[test]
    fn builder_and_shell_find_it_empty() {
        check(
            "
ARG A=1
FROM debian:12
ENV B=$A
    # ^^ `A` is empty here: this stage does not declare it with ARG
RUN echo $A $TARGETARCH \"${B}\"
       # ^^ `A` is empty here: this stage does not declare it with ARG
          # ^^^^^^^^^^^ `TARGETARCH` is empty here: this stage does not declare it with ARG
",
        );
    }

    #[test]
    fn a_base_image_may_set_it() {
        check_none("ARG NODE_VERSION=22\nFROM node:$NODE_VERSION\nRUN echo $NODE_VERSION\n");
        check_none("ARG A=1\nFROM me/image:1\nRUN echo $A\n");
    }

    #[test]
    fn what_is_declared_or_set_is_left() {
        check_none("ARG A=1\nFROM debian:12 AS x\nARG A\nFROM x\nRUN echo $A\nENV B=$A\n");
        check_none(
            "ARG A=1\nFROM debian:12\nRUN A=2 && echo $A\nRUN . /etc/os-release && echo $A\nCMD echo $A\n",
        );
        check_none("FROM debian:12\nRUN echo $A\n");
    }

    #[test]
    fn the_line_goes_below_from() {
        check_fix(
            "ARG A=1\r\nfrom debian:12\r\nRUN echo $A\r\n",
            "ARG A=1\r\nfrom debian:12\r\narg A\r\nRUN echo $A\r\n",
        );
    }

    #[test]
    fn no_step_that_does_not_read_it_stands_behind_it() {
        check_fix(
            "ARG A=1\nFROM debian:12\nRUN b\nENV C=1\n\n# With it.\nRUN echo $A\nRUN echo $A\n",
            "ARG A=1\nFROM debian:12\nRUN b\nENV C=1\nARG A\n\n# With it.\nRUN echo $A\nRUN echo $A\n",
        );
    }
}
