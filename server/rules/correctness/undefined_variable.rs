//! `undefined-variable`

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use crate::rules::Severity;
use crate::rules::edits::rename_variable;
use crate::rules::prelude::*;
use crate::semantic::stages::Base;
use crate::semantic::variable_uses::{VariableUse, kept_variable_uses, own_uses};
use crate::settings::suggestion::{slip_of, with_suggestion};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a variable that Docker itself puts in, and that no ARG or ENV above gives a value.
    ///
    /// What a shell puts in, in RUN, CMD and ENTRYPOINT, is not looked at.
    ///
    /// ## Why is this bad?
    /// It is empty. `ENV PATH=$HOME/bin:$PATH` puts `/bin` first: HOME is set by the shell, which Docker does not ask.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// ARG VERSION=1.2
    /// COPY tool-$VERSOIN.tar /opt/
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// ARG VERSION=1.2
    /// COPY tool-$VERSION.tar /opt/
    /// ```
    ///
    /// ## Severity
    /// A hint, where nothing is known of the base image, which may set it, and no variable of the file has a similar name. It is
    /// given once for each variable of a stage: where the base image sets one, it does so for all. Nothing is said there of
    /// `${A:+$A:}/b` and `${A:-b}`, which are ready for it not to be set; elsewhere that is a hint, as BuildKit reports it.
    pub(crate) static UNDEFINED_VARIABLE = {
        id: "undefined-variable", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["UndefinedVar"],
        options: [RuleOption::strings(
            "allow",
            "names that your base images set, such as `[\"NB_UID\"]`. What a base image sets is not in the file: \
             PATH is taken to be there, and what the best known official images set.",
        )],
        changes: [Configuration],
        check: StageSteps(reads_variable, check),
        fix: Suggested(fix),
    }
}

fn reads_variable(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let may_read = match ast.kind {
        Kind::Add
        | Kind::Arg
        | Kind::Copy
        | Kind::Env
        | Kind::Label
        | Kind::Stopsignal
        | Kind::User
        | Kind::Volume
        | Kind::Workdir => true,
        Kind::Run => ast.flags.iter().any(|flag| flag.value.contains('$')),
        _ => false,
    };
    may_read && kept_variable_uses(instruction, false).next().is_some()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let allowed = cx.settings.strings(UNDEFINED_VARIABLE.id, "allow");
    let mut told: HashSet<(Option<usize>, String)> = HashSet::new();
    for index in steps {
        let undefined = undefined(cx, *index, &(0..usize::MAX));
        let mut of_name: HashMap<&str, Vec<&VariableUse>> = HashMap::new();
        undefined.iter().for_each(|found| of_name.entry(&found.name).or_default().push(found));
        for found in &undefined {
            // BuildKit, too, says it once.
            let mut others = of_name.get(&*found.name).into_iter().flatten();
            if others.any(|outer| found.is_inside(outer)) {
                continue;
            }
            let name = &found.name;
            if allowed.contains(&name.as_str()) {
                continue;
            }
            let rest = found.written.strip_prefix("${").and_then(|rest| rest.strip_prefix(name.as_str()));
            let operator = rest.map(|rest| rest.strip_prefix(':').unwrap_or(rest)).unwrap_or_default();
            let is_own_default = is_own_default(cx, *index, found);
            let message = match cx.document.model().root(*index) {
                _ if is_own_default => {
                    format!("the default of `{name}` is `{name}` itself: `ARG {name}` says as much")
                }
                Some(Base::Scratch) => format!("`{name}` is not set"),
                _ if operator.starts_with('-') => {
                    format!(
                        "`{name}` is not set in this file: its default holds unless the base image sets it"
                    )
                }
                _ => format!("`{name}` is not set in this file: it is empty unless the base image sets it"),
            };
            let meant = meant(cx, *index, name);
            // What an unknown image sets is not known: the variable may well be set there.
            let may_be_set = cx.document.model().base_image(*index).is_none()
                && !matches!(cx.document.model().root(*index), Some(Base::Scratch));
            let own = UNDEFINED_VARIABLE.severity;
            // `${A:+…}` and `${A:-…}` ask whether it is set, and are ready for it not to be.
            let asks = operator.starts_with(['+', '-']);
            if may_be_set && asks && meant.is_none() {
                continue;
            }
            let severity = if (may_be_set || asks) && meant.is_none() { Severity::Hint } else { own };
            let stage = cx.document.model().stage_at(*index).map(|stage| stage.index);
            // Arguments that are all written so are told once.
            let told_name = if is_own_default { "ARG" } else { name.as_str() };
            if severity == Severity::Hint && !told.insert((stage, told_name.to_owned())) {
                continue;
            }
            out.push_at(*index, found.span.clone(), with_suggestion(message, meant)).severity(severity);
        }
    }
}

/// The variables in a span of an instruction (in bytes of its source) that nothing in the file gives a value.
fn undefined(cx: &Cx<'_>, index: usize, within: &Span) -> Vec<VariableUse> {
    let model = cx.document.model();
    let item = cx.document.file().item(index).filter(|_| model.stage_at(index).is_some());
    let Some(instruction) = item.map(|item| &item.instruction) else {
        return Vec::new();
    };
    // Few variables are unset, and in most files none is.
    let own: LazyCell<HashSet<Span>, _> =
        LazyCell::new(|| own_uses(instruction).into_iter().map(|found| found.span).collect());
    let uses = kept_variable_uses(instruction, false);
    uses.filter(|found| within.start <= found.span.start && found.span.end <= within.end)
        .filter(|found| {
            !model.is_set(&found.name, index)
            && found.name != "PATH"
            && !is_set_by_base(cx, index, &found.name)
            && found.is_asked_for()
            // Rules of their own tell why these are not set.
            && !model.is_undeclared_global(&found.name, index)
            // Of one that is asked about by itself this is known, and a file may have thousands.
            && (found.span == *within || !own.contains(&found.span))
            // They are read where they are declared, and are no variables.
            && !matches!(&*found.name, "BUILDKIT_SBOM_SCAN_CONTEXT" | "BUILDKIT_SBOM_SCAN_STAGE")
            && !is_declared_before(instruction, found)
        })
        .cloned()
        .collect()
}

/// Whether an ARG has the variable that it declares for its whole default, as in `ARG A=${A}`.
fn is_own_default(cx: &Cx<'_>, index: usize, found: &VariableUse) -> bool {
    cx.document.file().instruction(index).and_then(|instruction| own_default(instruction, found)).is_some()
}

/// The default of an ARG and the `=` in front of it, in the source, where it is nothing but this use of its own variable.
fn own_default(instruction: &Instruction, found: &VariableUse) -> Option<Span> {
    let (Kind::Arg, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
    else {
        return None;
    };
    let is_plain =
        found.written == format!("${}", found.name) || found.written == format!("${{{}}}", found.name);
    let pair = pairs.iter().find(|pair| instruction.str(pair.key) == found.name).filter(|_| is_plain)?;
    let value = pair.value?;
    let is_whole = instruction.str(value).trim_matches('"') == found.written;
    is_whole.then(|| instruction.place(pair.key).end..instruction.place(value).end)
}

/// Whether an ARG declares a variable in front of the place where it reads it.
fn is_declared_before(instruction: &Instruction, found: &VariableUse) -> bool {
    let (Kind::Arg, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
    else {
        return false;
    };
    let before = pairs.iter().take_while(|pair| instruction.place(pair.part()).end <= found.span.start);
    before.into_iter().any(|pair| instruction.str(pair.key) == found.name)
}

/// Whether the image that a stage goes back to is known to set a variable, if only in some versions.
fn is_set_by_base(cx: &Cx<'_>, index: usize, name: &str) -> bool {
    cx.document.model().base_image(index).is_some_and(|image| image.may_set(name))
}

/// The variable that was likely meant; none where the instruction sets one of this very name.
fn meant<'a>(cx: &Cx<'a>, index: usize, name: &str) -> Option<&'a str> {
    let instruction = cx.document.file().instruction(index)?;
    if let Arguments::KeyValues(pairs) = &instruction.ast().arguments
        && pairs.iter().any(|pair| instruction.str(pair.key) == name)
    {
        return None;
    }
    slip_of(name, cx.document.model().variable_names(index).into_iter().chain(["PATH"]))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let start = cx.document.file().item(finding.item).map_or(0, |item| item.start);
    let within = finding.span.start.saturating_sub(start)..finding.span.end.saturating_sub(start);
    let undefined = undefined(cx, finding.item, &within);
    if let Some(item) = cx.document.file().item(finding.item)
        && let Some(default) = undefined.iter().find_map(|found| own_default(&item.instruction, found))
    {
        let edit = Edit::delete(item.absolute(default));
        return vec![Fix::new("Remove the default", Safety::Suggested, vec![edit])];
    }
    rename_variable(cx, finding, undefined, |name| meant(cx, finding.item, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNDEFINED_VARIABLE);

    #[test]
    fn an_argument_that_is_its_own_default_needs_none() {
        check(
            "FROM ubuntu:24.04\nARG A=${A}\n    # ^^^^ the default of `A` is `A` itself: `ARG A` says as much\n",
        );
        check_fix("FROM ubuntu:24.04\nARG A=\"$A\" B=c\n", "FROM ubuntu:24.04\nARG A B=c\n");
        assert_eq!(severities("FROM own:1\nARG A=${A}\nARG B=$B\n"), [Severity::Hint]);
        assert_eq!(severities("FROM ubuntu:24.04\nARG A=${A}\nARG B=$B\n"), [Severity::Warning; 2]);
    }

    #[test]
    fn what_an_unknown_image_may_set_is_a_hint() {
        assert_eq!(severities("FROM own:1\nWORKDIR $NB_DIR\n"), [Severity::Hint]);
        assert_eq!(severities("# check=error=true\nFROM own:1\nWORKDIR $NB_DIR\n"), [Severity::Hint]);
        assert_eq!(severities("# check=error=true\nFROM scratch\nWORKDIR $NB_DIR\n"), [Severity::Error]);
        assert_eq!(
            severities("FROM own:1\nWORKDIR $NB_DIR\nUSER $NB_DIR:$A\nFROM b:1\nWORKDIR $NB_DIR\n"),
            [Severity::Hint; 3]
        );
        assert_eq!(severities("FROM own:1\nENV A=${A:+$A:}b\n"), []);
        assert_eq!(severities("FROM ubuntu:24.04\nENV A=${A:+$A:}b\n"), [Severity::Hint]);
        assert_eq!(severities("FROM own:1\nENV A=${A:-b} C=${D-$E}\n"), [Severity::Hint]);
        assert_eq!(
            severities("FROM ubuntu:24.04\nENV A=${A:-b} B=${A:-b}\nARG C=${C-}\n"),
            [Severity::Hint; 2]
        );
        check(
            "FROM ubuntu:24.04\nARG A=${A:-b}\n    # ^^^^^^^ `A` is not set in this file: its default holds unless the base image sets it\n",
        );
        assert_eq!(severities("FROM own:1\nARG NB_DIR=/x\nWORKDIR $NB_DIRR\n"), [Severity::Warning]);
        assert_eq!(severities("FROM ubuntu:24.04\nWORKDIR $NB_DIR\n"), [Severity::Warning]);
        assert_eq!(severities("FROM scratch\nWORKDIR $NB_DIR\n"), [Severity::Warning]);
    }

    #[test]
    fn what_nothing_sets_is_found() {
        check("FROM scratch\nWORKDIR /$A\n       # ^^ `A` is not set\n");
        check(
            "FROM ubuntu:24.04\nCOPY --chown=$A b /${C:-d}\n           # ^^ `A` is not set in this file: it is empty unless the base image sets it\n                 # ^^^^^^^ `C` is not set in this file: its default holds unless the base image sets it\n",
        );
        check("FROM scratch\nRUN --mount=target=/$A b $C\n                  # ^^ `A` is not set\n");
    }

    #[test]
    fn what_is_read_inside_itself_is_found_once() {
        check("FROM scratch\nWORKDIR /${A:+$A:}b\n       # ^^^^^^^^^ `A` is not set\n");
    }

    #[test]
    fn what_is_set_in_any_way_is_not() {
        check_none("FROM a:1 AS a\nONBUILD ARG O\nARG A\nENV B=$A C=${PATH}\nFROM a\nENV D=$A$B$C$O\n");
        check_none("FROM scratch\nARG A=1 B=$A\nENV C=\\$X D='$X'\nARG TARGETARCH\nUSER $TARGETARCH\n");
    }

    #[test]
    fn a_name_that_is_set_there_is_no_slip() {
        check_no_fix("FROM scratch\nARG A_PATH=/a\nARG B_PATH=${B_PATH:-/b}\n");
    }

    #[test]
    fn an_instruction_does_not_see_itself() {
        check(
            "FROM scratch
ENV A=$A
    # ^^ `A` is not set
",
        );
        check(
            "FROM scratch
ARG A=$A
    # ^^ the default of `A` is `A` itself: `ARG A` says as much
",
        );
    }

    #[test]
    fn other_rules_tell_what_is_set_elsewhere() {
        check_none(
            "ARG A=1
FROM scratch
ENV B=$A
USER $TARGETARCH
",
        );
        check_none(
            "FROM scratch
ENV A=1 B=$A
",
        );
    }

    #[test]
    fn what_docker_does_not_put_in_is_left() {
        check_none(
            "FROM scratch\nRUN $A\nCMD $A\nEXPOSE $A\nONBUILD ENV A=$B\nHEALTHCHECK CMD $A\nCOPY <<'E' /x\n$A\nE\n",
        );
        check_none("ARG A=$B\nFROM scratch\n");
        check_none("FROM scratch\nENV A=${B:unheard-of}\n");
    }

    #[test]
    fn names_may_be_quoted() {
        check_none("FROM a\nARG \"A\"=1\nENV 'B'=2\nLABEL c=$A d=$B\n");
    }

    #[test]
    fn what_official_images_set_is_known() {
        check_none("FROM maven:3.8-openjdk-17\nCOPY a $JAVA_HOME/\n");
        check_none("FROM public.ecr.aws/lambda/python:3.14\nWORKDIR ${LAMBDA_TASK_ROOT}\n");
        check_none("FROM golang:1.23 AS go\nFROM go\nCOPY a $GOPATH/src/\nWORKDIR ${GOPATH}\n");
        assert_eq!(
            crate::fixture::found(&UNDEFINED_VARIABLE, "FROM me/golang:1.23\nWORKDIR /$GOPATH\n").len(),
            1
        );
    }

    #[test]
    fn the_likely_name_is_offered() {
        check_fix(
            "FROM a:1\nENV HOME_DIR=/a\nWORKDIR ${HOMEDIR}/b\n",
            "FROM a:1\nENV HOME_DIR=/a\nWORKDIR ${HOME_DIR}/b\n",
        );
        check_no_fix("FROM a:1\nWORKDIR /$OTHER\n");
        check_fix(
            "FROM a:1\nENV LIBRARIES=/a\nENV B=${LIBRARIS:+$LIBRARIS:}/b\n",
            "FROM a:1\nENV LIBRARIES=/a\nENV B=${LIBRARIES:+$LIBRARIES:}/b\n",
        );
    }
}
