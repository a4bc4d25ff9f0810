//! `add-arg` and `inline-arg`: an ARG that is missing, and one that is not worth a name.

use super::{Action, Kind, Meaning, Place, Scope, inlining, rewriting};
use crate::document::Cx;
use crate::fix::{Fix, Subject};
use crate::knowledge::variables;
use crate::semantic::commuting::{is_unread_by_run, mentions};
use crate::semantic::facts::Facts;
use crate::semantic::variable_uses::{Reader, VariableUse, variable_uses};
use crate::semantic::variables::Origin;
use crate::syntax::key_values::KeyValue;
use crate::syntax::names::is_name;
use crate::syntax::{Arguments, Instruction, Item, Kind as Keyword};
use crate::text::Edit;

pub(super) static ADD_ARG: Action = Action {
    id: "add-arg",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Declare a variable that nothing sets",
    is_local: true,
    changes: &[],
    keeps: Meaning::Commands,
    find: add,
};

pub(super) static INLINE_ARG: Action = Action {
    id: "inline-arg",
    kind: Kind::Inline,
    scope: Scope::Place,
    summary: "Write the value of an `ARG` wherever it is read",
    is_local: false,
    changes: &[Subject::Stages, Subject::Configuration],
    keeps: Meaning::Bases,
    find: inline,
};

fn add(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let (model, items) = (cx.document.model(), cx.document.file().items());
    let (index, instruction) = (place.index(), place.instruction());
    let Some(stage) = model.stage_at(index).filter(|_| place.ast().kind != Keyword::Onbuild) else {
        return Vec::new();
    };
    let local = place.span.start.saturating_sub(place.item.start);
    let uses = variable_uses(instruction, model.has_posix_shell(index));
    let text = instruction.source().get(instruction.span()).unwrap_or_default();
    let is_missing = |name: &str, reader: Reader| {
        // A shell has variables of its own.
        let may_be_shells = reader == Reader::Shell
            && (text.contains(&format!("{name}=")) || name.contains(|char: char| char.is_ascii_lowercase()));
        // There is no image without a PATH.
        is_declarable(name) && reader != Reader::Container && !model.is_set(name, index) && !may_be_shells
    };
    let image = model.base_image(index);
    let is_of_image = |name: &str| image.is_some_and(|image| image.may_set(name));
    // What another file sets is not seen.
    let reads_files = Facts::of(instruction).is_some_and(|facts| {
        facts.invocations.iter().any(|invocation| matches!(&*invocation.name, "." | "source"))
    });
    // `${name.part}` is nothing that the builder or a shell reads.
    let is_plain = |found: &VariableUse| {
        instruction
            .source()
            .get(found.name_span.end..)
            .is_none_or(|rest| !rest.starts_with('.') || !is_braced(instruction, found))
    };
    let here = uses.iter().filter(|found| found.span.start <= local && local <= found.span.end);
    let is_on = here.clone().count() > 0;
    let wanted = uses.iter().filter(|found| !is_on || found.span.start <= local && local <= found.span.end);
    let mut names: Vec<&str> = Vec::new();
    let is_unset = |found: &&VariableUse| {
        is_missing(&found.name, found.reader)
            && !is_of_image(&found.name)
            && !(reads_files && found.reader == Reader::Shell)
            && is_plain(found)
    };
    for found in wanted.filter(is_unset) {
        if !names.contains(&found.name.as_str()) && names.len() < MOST_NAMES {
            names.push(&found.name);
        }
    }
    // FROM reads what stands before the first of them.
    let first = model.stages().first().map_or(0, |stage| stage.from());
    let before = if stage.from() == index { first } else { index };
    let newline = instruction.newline();
    let keyword = instruction.str(place.ast().keyword);
    let keyword = if keyword.contains(|char: char| char.is_ascii_uppercase()) { "ARG" } else { "arg" };
    let edit = |name: &str| match before.checked_sub(1).and_then(|previous| items.get(previous)) {
        Some(previous) => Edit::insert(previous.span().end, format!("{newline}{keyword} {name}")),
        None => {
            let start = items.first().map_or(0, |item| item.span().start);
            Edit::insert(start, format!("{keyword} {name}{newline}"))
        }
    };
    let candidate = |name: &str| rewriting(format!("Declare `{name}` with `ARG`"), vec![edit(name)]);
    names.into_iter().map(candidate).collect()
}

/// Whether a name stands in braces.
fn is_braced(instruction: &Instruction, found: &VariableUse) -> bool {
    let before = instruction.source().get(..found.name_span.start);
    before.is_some_and(|before| before.ends_with('{'))
}

/// Whether an ARG can declare a name, and no shell or image has that anyway.
fn is_declarable(name: &str) -> bool {
    const KNOWN: [&str; 28] = [
        "BASHPID",
        "BASH_VERSION",
        "COLUMNS",
        "DIRSTACK",
        "EUID",
        "FUNCNAME",
        "GROUPS",
        "HOME",
        "HOSTNAME",
        "HOSTTYPE",
        "IFS",
        "LINENO",
        "MACHTYPE",
        "OLDPWD",
        "OPTARG",
        "OPTIND",
        "OSTYPE",
        "PATH",
        "PIPESTATUS",
        "PPID",
        "PWD",
        "RANDOM",
        "REPLY",
        "SECONDS",
        "SHELL",
        "SHLVL",
        "UID",
        "USER",
    ];
    is_name(name) && name != "_" && !KNOWN.contains(&name)
}

/// So many are offered at once.
const MOST_NAMES: usize = 5;

fn inline(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let edits = || {
        let (pair, name, value) = argument(place.item)?;
        let (model, file) = (cx.document.model(), cx.document.file());
        let own = place.index();
        if !is_plain(value)
            || variables::variable(name).is_some()
            || cx.document.inputs().arguments.contains_key(name)
            || is_redeclared(file.items(), own, name)
        {
            return None;
        }
        let (mut edits, mut is_kept) = (Vec::new(), false);
        for (index, item) in file.items().iter().enumerate().skip(own + 1) {
            let (instruction, has_shell) = (&item.instruction, model.has_posix_shell(index));
            let is_named = mentions(instruction, name);
            // What is not read here could read it.
            if is_named
                && (instruction.ast().kind == Keyword::Onbuild || !has_shell)
                && model.is_set(name, index)
            {
                return None;
            }
            let is_read = |found: &&VariableUse| {
                found.name == name
                    && found.reader != Reader::Container
                    && model.variable_used(index, instruction, found).origin == Some(Origin::Arg(own))
            };
            let all = variable_uses(instruction, has_shell);
            let uses: Vec<&VariableUse> = all.iter().filter(is_read).collect();
            if !uses.iter().all(|found| inlining::can_be_inlined(instruction, found, value)) {
                return None;
            }
            let is_run = instruction.ast().kind == Keyword::Run;
            let names_more = is_run && is_named && inlining::is_named_beside(instruction, name, &uses);
            if names_more && uses.iter().any(|found| found.reader == Reader::Shell) {
                return None;
            }
            // It is in the environment of whatever a RUN starts.
            is_kept |= is_run
                && model.variable(name, index).origin == Some(Origin::Arg(own))
                && (names_more || !is_unread_by_run(file, model, name, index));
            edits.extend(uses.iter().map(|found| Edit::replace(item.absolute(found.span.clone()), value)));
        }
        if edits.is_empty() {
            return None;
        }
        let key = place.instruction().str(pair.key);
        if is_kept {
            return Some((format!("Inline `{key}` and keep its `ARG` for what is run"), edits));
        }
        edits.push(Edit::delete(place.item.span().start..place.item.end()));
        Some((format!("Inline `{key}`"), edits))
    };
    edits().map(|(title, edits)| rewriting(title, edits)).into_iter().collect()
}

/// The only name that an ARG declares, with the value that it is given.
fn argument(item: &Item) -> Option<(&KeyValue, &str, &str)> {
    let instruction = &item.instruction;
    let (Keyword::Arg, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
    else {
        return None;
    };
    let [pair] = pairs.as_slice() else { return None };
    Some((pair, instruction.str(pair.key), instruction.str(pair.value?)))
}

/// Whether a value is the same in every instruction, with and without quotes around it.
fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|char| char.is_ascii_alphanumeric() || "._-+:/@".contains(char))
}

/// Whether another instruction gives the name a value, or takes this one up.
fn is_redeclared(items: &[Item], own: usize, name: &str) -> bool {
    let names = |instruction: &Instruction| match &instruction.ast().innermost().arguments {
        Arguments::KeyValues(pairs) => pairs.iter().any(|pair| instruction.str(pair.key) == name),
        _ => false,
    };
    let kinds = [Keyword::Arg, Keyword::Env];
    let others = items.iter().enumerate().filter(|(index, _)| *index != own);
    { others }
        .any(|(_, item)| kinds.contains(&item.instruction.ast().innermost().kind) && names(&item.instruction))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn what_nothing_sets_is_declared() {
        let title = check(&ADD_ARG, "FROM a\n# why\nCOPY $A/$0 b\n", "FROM a\nARG A\n# why\nCOPY $A/ b\n");
        assert_eq!(title, "Declare `A` with `ARG`");
        check(&ADD_ARG, "FROM $0$A\n", "ARG A\nFROM $A\n");
        check(&ADD_ARG, "ARG B\nFROM c AS d\nfrom a:$0$A\n", "ARG B\narg A\nFROM c AS d\nfrom a:$A\n");
        check(&ADD_ARG, "FROM a\nRUN$0 b $TARGETARCH\n", "FROM a\nARG TARGETARCH\nRUN b $TARGETARCH\n");
    }

    #[test]
    fn what_is_set_or_the_shells_own_is_not() {
        check_none(&ADD_ARG, "FROM a\nARG A\nCOPY$0 $A b\n");
        check_none(&ADD_ARG, "FROM a\nRUN$0 A=1; b $A\n");
        check_none(&ADD_ARG, "FROM a\nRUN$0 for i in a; do b $i; done\n");
        check_none(&ADD_ARG, "FROM a\nCMD$0 b $A\n");
        check_none(&ADD_ARG, "FROM a\nRUN$0 f() { b $1 \"$@\" $# $_ $?; }; f x\n");
        check_none(&ADD_ARG, "FROM a\nRUN$0 b $HOME $PWD $RANDOM $HOSTNAME $OLDPWD\n");
        check_none(&ADD_ARG, "FROM a\nENV$0 PATH=/b:$PATH\n");
        check_none(&ADD_ARG, "FROM php:8.3-apache\nRUN$0 ls $PHP_INI_DIR\n");
        check_none(&ADD_ARG, "FROM a\nRUN$0 . /etc/os-release && echo $VERSION_CODENAME\n");
        check_none(&ADD_ARG, "FROM a\nCOPY$0 ${pkg.name} /b\n");
        check(&ADD_ARG, "FROM a\nCOPY$0 $pkg.name /b\n", "FROM a\nARG pkg\nCOPY $pkg.name /b\n");
    }

    #[test]
    fn an_argument_is_inlined() {
        let title = check(
            &INLINE_ARG,
            "# v\nARG V$0=1.2\nFROM a:$V AS b\nFROM c:${V}-d\n",
            "# v\nFROM a:1.2 AS b\nFROM c:1.2-d\n",
        );
        assert_eq!(title, "Inline `V`");
        check(
            &INLINE_ARG,
            "FROM a\nARG V$0=1\nRUN echo \"$V\"\nENV C=$V\nFROM d\nUSER $V\n",
            "FROM a\nRUN echo \"1\"\nENV C=1\nFROM d\nUSER $V\n",
        );
    }

    #[test]
    fn what_a_run_starts_may_read_the_argument() {
        let title = check(
            &INLINE_ARG,
            "FROM a\nARG GOOS$0=plan9\nRUN echo $GOOS\nRUN b\n",
            "FROM a\nARG GOOS=plan9\nRUN echo plan9\nRUN b\n",
        );
        assert_eq!(title, "Inline `GOOS` and keep its `ARG` for what is run");
        for run in ["printenv V", "[\"env\", \"$V\"]", "sh -c 'echo $V'", "echo $((V+1))", "<<E\nb\nE"] {
            check(
                &INLINE_ARG,
                &format!("FROM a\nARG V$0=1\nRUN {run}\nLABEL a=$V\n"),
                &format!("FROM a\nARG V=1\nRUN {run}\nLABEL a=1\n"),
            );
        }
        check(
            &INLINE_ARG,
            "FROM a\nARG V$0=1\nRUN [\"sh\", \"-c\", \"echo $V\"]\nLABEL a=$V\n",
            "FROM a\nARG V=1\nRUN [\"sh\", \"-c\", \"echo 1\"]\nLABEL a=1\n",
        );
        check(
            &INLINE_ARG,
            "FROM a\nARG V$0=1\nRUN <<\"E\" cat >/a\n$V\nE\nLABEL a=$V\n",
            "FROM a\nARG V=1\nRUN <<\"E\" cat >/a\n$V\nE\nLABEL a=1\n",
        );
        // One before the first FROM is in no environment.
        check(&INLINE_ARG, "ARG V$0=1\nFROM a:$V\nRUN b\n", "FROM a:1\nRUN b\n");
        check(
            &INLINE_ARG,
            "FROM a\nARG V$0=1\nLABEL a=$V\nFROM b\nRUN c\n",
            "FROM a\nLABEL a=1\nFROM b\nRUN c\n",
        );
    }

    #[test]
    fn a_value_that_reads_otherwise_stays_a_variable() {
        for (value, rest) in [
            ("2", "RUN echo $V>/b"),
            ("2", "RUN x$V=3"),
            ("if", "RUN $V b"),
            ("root", "RUN echo ~$V"),
            ("3", "RUN echo {1..$V}"),
            ("1.2", "RUN IFS=. && echo $V"),
            ("1", "RUN read V && echo $V"),
            ("1", "RUN export V && echo $V"),
            ("1", "RUN . ./b && echo $V"),
            ("1", "RUN echo $V $((V+1))"),
            ("1", "RUN echo `echo \\$V`"),
            ("1", "USER $B$V"),
        ] {
            check_none(&INLINE_ARG, &format!("FROM a\nARG V$0={value}\n{rest}\n"));
        }
        check_none(&INLINE_ARG, "FROM a\nARG SOURCE_DATE_EPOCH$0=1\nLABEL a=$SOURCE_DATE_EPOCH\n");
        check(&INLINE_ARG, "FROM a\nARG V$0=1\nUSER ${B}$V\n", "FROM a\nUSER ${B}1\n");
    }

    #[test]
    fn an_argument_that_means_more_stays() {
        for (value, rest) in [
            ("=1", "ENV V=2\nUSER $V"),
            ("=1", "USER ${V:-2}"),
            ("=1", "ONBUILD USER $V"),
            ("='a b'", "USER $V"),
            ("", "USER $V"),
            ("=1", "USER a"),
            ("=1 W=2", "USER $V"),
        ] {
            check_none(&INLINE_ARG, &format!("FROM a\nARG V$0{value}\n{rest}\n"));
        }
        check_none(&INLINE_ARG, "ARG V$0=1\nFROM a:$V\nARG V\nUSER $V\n");
    }
}
