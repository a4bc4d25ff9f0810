use std::collections::BTreeMap;
use std::sync::Arc;

use super::commands::Invocation;
use super::copies::{CopyFrom, CopyStep};
use super::environment::Shell;
use super::inputs::{Inputs, Targets};
use super::stages::Base;
use super::variables::Origin;
use super::*;
use crate::document::Document;
use crate::semantic::facts::Facts;
use crate::syntax::File;

fn document(source: &str) -> Document {
    Document::new(source)
}

/// What a variable is worth for the last instruction.
fn value(source: &str, name: &str) -> (Value, Option<Origin>) {
    let document = document(source);
    let variable = document.model().variable(name, document.file().items().len() - 1);
    (variable.value, variable.origin)
}

fn known(text: &str) -> Value {
    Value::Known(text.to_owned())
}

#[test]
fn stages_find_what_they_are_built_on() {
    let document =
        document("ARG V=1\nFROM node:$V AS Base\nRUN a\nFROM base\nFROM scratch AS base\nFROM $X\nRUN b\n");
    let stages = document.model().stages();
    assert_eq!(stages[0].image().map(image::Image::text), Some("node:1"));
    assert_eq!(stages[0].name.as_deref(), Some("base"));
    assert_eq!(stages[0].items, 1..3);
    assert_eq!(stages[1].base, Base::Stage(0));
    assert_eq!(stages[2].base, Base::Scratch);
    assert_eq!(stages[3].base, Base::Unknown);
    assert_eq!(document.model().stage_named("BASE").map(|stage| stage.index), Some(2));
    assert_eq!(document.model().stage_at(0), None);
    assert_eq!(document.model().stage_at(6).map(|stage| stage.index), Some(3));
}

#[test]
fn the_last_binding_of_a_stage_counts() {
    assert_eq!(value("FROM a\nENV A=1\nARG A=2\nRUN x", "A"), (known("2"), Some(Origin::Arg(2))));
    assert_eq!(value("FROM a\nARG A=2\nENV A=1\nRUN x", "A"), (known("1"), Some(Origin::Env(2))));
    assert_eq!(value("FROM a\nENV A=1\nRUN x", "B"), (Value::Unknown, None));
    assert_eq!(value("FROM scratch\nENV A=1\nRUN x", "B"), (Value::Unset, None));
}

#[test]
fn an_instruction_does_not_see_what_it_sets_unless_it_is_arg() {
    assert_eq!(value("FROM scratch\nENV A=1\nENV A=2 B=$A\nRUN x", "B").0, known("1"));
    assert_eq!(value("FROM scratch\nARG A=2 B=$A\nRUN x", "B").0, known("2"));
}

#[test]
fn a_stage_inherits_through_from_and_only_through_it() {
    let source = "FROM scratch AS a\nENV A=1\nARG A=2\nARG B=3\nFROM a\nRUN x";
    assert_eq!(value(source, "A"), (known("1"), Some(Origin::Env(1))));
    assert_eq!(value(source, "B"), (known("3"), Some(Origin::Arg(3))));
    assert_eq!(value("FROM scratch AS a\nENV A=1\nFROM scratch\nRUN x", "A").0, Value::Unset);
}

#[test]
fn a_global_argument_reaches_a_stage_that_declares_it() {
    assert_eq!(
        value("ARG A=1\nFROM scratch\nARG A\nRUN x", "A"),
        (known("1"), Some(Origin::GlobalArg(0, 2)))
    );
    assert_eq!(value("ARG A=1\nFROM scratch\nRUN x", "A").0, Value::Unset);
    assert_eq!(value("FROM scratch\nARG A\nRUN x", "A"), (Value::Unknown, Some(Origin::Arg(1))));
    assert_eq!(value("FROM $TARGETPLATFORM", "TARGETPLATFORM"), (Value::Unknown, Some(Origin::Predefined)));
}

#[test]
fn onbuild_speaks_where_its_stage_is_built_on() {
    let source = "FROM scratch AS a\nONBUILD ARG V=1\nONBUILD ENV A=$V\nRUN x\nFROM a\nRUN x";
    assert_eq!(value(source, "A"), (known("1"), Some(Origin::Env(2))));
    assert_eq!(document(source).model().variable("A", 3).value, Value::Unset);
    let source = "FROM scratch AS a\nONBUILD WORKDIR /w\nFROM a AS b\nRUN x\nFROM b\nRUN x";
    let document = document(source);
    let folder = |item| document.model().environment_at(item).map(|environment| environment.workdir.clone());
    assert_eq!((folder(3), folder(5)), (Some(known("/w")), Some(known("/w"))));
    assert_eq!(document.model().environment_after(0).map(|after| after.has_workdir), Some(false));
}

#[test]
fn every_stage_has_a_path() {
    let (path, origin) = value("FROM scratch\nRUN x", "PATH");
    assert!(matches!(path, Value::Known(path) if path.contains("/usr/bin")));
    assert_eq!(origin, Some(Origin::Predefined));
    assert_eq!(value("FROM a\nRUN x", "PATH"), (Value::Unknown, None));
}

#[test]
fn build_arguments_beat_defaults() {
    let arguments = BTreeMap::from([("A".to_owned(), "9".to_owned())]);
    let inputs = Inputs { arguments, ..Inputs::default() };
    let document = document("ARG A=1\nFROM scratch\nARG A=2\nRUN x").with_inputs(inputs.into());
    let variable = document.model().variable("A", 3);
    assert_eq!((variable.value, variable.origin), (known("9"), Some(Origin::BuildArgument(2))));
}

#[test]
fn values_cannot_grow_without_end() {
    let source = format!("FROM scratch\nENV A=0123456789\n{}RUN x", "ENV A=$A$A\n".repeat(60));
    assert_eq!(value(&source, "A").0, Value::Unknown);
}

#[test]
fn chains_of_stages_are_followed_so_far() {
    let chain = |length: usize| {
        let stages: String = (1..length).map(|index| format!("FROM s{} AS s{index}\n", index - 1)).collect();
        format!("FROM scratch AS s0\nENV A=1\n{stages}RUN x")
    };
    assert_eq!(value(&chain(10), "A").0, known("1"));
    assert_eq!(value(&chain(10_000), "A").0, Value::Unknown);
}

#[test]
fn folder_user_and_shell_are_those_in_force() {
    let document = document(
        "FROM a AS a\nWORKDIR x\nRUN b\nWORKDIR /a/./b/..\nENV D=c\nWORKDIR $D\nUSER u\nSHELL [\"/bin/bash\", \"-ec\"]\nRUN b\nFROM a\nRUN b\n",
    );
    let model = document.model();
    assert_eq!(model.environment_at(1).map(|environment| &environment.workdir), Some(&Value::Unset));
    assert_eq!(model.environment_at(2).map(|environment| &environment.workdir), Some(&Value::Unknown));
    let expected = Environment {
        workdir: known("/a/c"),
        has_workdir: true,
        user: known("u"),
        shell: Arc::new(Shell::Posix("bash".to_owned(), vec!["-ec".to_owned()])),
        has_own_shell: true,
        sh_of_manager: None,
        replaces_sh: false,
        configures_recommends: false,
        configures_yes: false,
        moves_caches: false,
        configures_downloads: false,
    };
    assert_eq!(model.environment_at(8), Some(&expected));
    assert_eq!(model.environment_at(9), None);
    assert_eq!(model.environment_at(10), Some(&expected));
}

#[test]
fn a_comment_of_hadolint_names_the_shell_from_there_on() {
    let shells = |source: &str| -> Vec<String> {
        let document = Document::new(source);
        let environments =
            (0..document.file().items().len()).filter_map(|item| document.model().environment_at(item));
        let name = |shell: &Shell| match shell {
            Shell::Posix(name, _) => name.clone(),
            Shell::Foreign(name) => format!("foreign {name}"),
            Shell::Unknown => "unknown".to_owned(),
        };
        environments.map(|environment| name(&environment.shell)).collect()
    };
    let inside =
        "FROM a AS x\nRUN a\n# hadolint shell=pwsh # why\n# b\nRUN b\nRUN c\nFROM x\nRUN d\nFROM b\nRUN e\n";
    assert_eq!(shells(inside), ["sh", "foreign pwsh", "foreign pwsh", "foreign pwsh", "sh"]);
    let above =
        "#hadolint  shell = /bin/bash\nFROM a\nRUN a\nFROM mcr.microsoft.com/windows/nanoserver:1\nRUN b\n";
    assert_eq!(shells(above), ["bash", "bash"]);
    // What stands above a later FROM belongs to the stage before it.
    assert_eq!(shells("FROM a AS x\nRUN a\n# hadolint shell=pwsh\nFROM x\nRUN b\n"), ["sh", "foreign pwsh"]);
    assert_eq!(shells("FROM a\nRUN a\n# hadolint shell=pwsh\nFROM b\nRUN b\n"), ["sh", "sh"]);
    assert_eq!(shells("FROM a\n# hadolintshell=pwsh\n# hadolint shell pwsh\nRUN b\n"), ["sh"]);
    assert_eq!(shells("FROM a\n# hadolint shell=pwsh\nSHELL [\"sh\"]\nRUN b\n"), ["foreign pwsh", "sh"]);
}

#[test]
fn windows_is_no_posix_shell() {
    let shell = |source: &str| {
        let document = document(source);
        Shell::clone(&document.model().environment_at(document.file().items().len() - 1).unwrap().shell)
    };
    assert_eq!(
        shell("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a"),
        Shell::Foreign("cmd".to_owned())
    );
    assert_eq!(shell("# escape=`\nFROM a\nRUN a"), Shell::Unknown);
    assert_eq!(
        shell("FROM a\nSHELL [\"powershell.exe\"]\nRUN a"),
        Shell::Foreign("powershell.exe".to_owned())
    );
}

#[test]
fn copies_say_what_comes_from_where() {
    let document = document(
        "FROM a AS one\nENV D=dist\nCOPY $D \"b\" /x\nCOPY --from=ONE /a /b\nCOPY --from=0 /a /b\nADD <<E c /d/\nE\nCOPY --from=img [\"a b\", \"/c\"]\n",
    );
    let copy = |item| CopyStep::of(document.file(), document.model(), item).unwrap();
    let sources =
        |item| -> Vec<Option<String>> { copy(item).sources.iter().map(|word| word.value.clone()).collect() };
    assert_eq!(copy(2).from, CopyFrom::Context);
    assert_eq!(sources(2), [Some("dist".to_owned()), Some("b".to_owned())]);
    assert_eq!(copy(3).from, CopyFrom::Stage(0));
    assert_eq!(copy(4).from, CopyFrom::Stage(0));
    assert!(copy(5).has_heredocs);
    assert_eq!(sources(5), [Some("c".to_owned())]);
    assert_eq!(copy(6).from, CopyFrom::Image("img".to_owned()));
    assert_eq!(sources(6), [Some("a b".to_owned())]);
}

#[test]
fn wrappers_are_seen_through() {
    let file = File::new(
        "RUN sudo -u x A=b env -u C D=e nice -n 5 timeout -k 1 10 /bin/foo a && exec $X && xargs -n 1 rm",
    );
    let facts = Facts::of(&file.items()[0].instruction).unwrap();
    let names: Vec<&str> = facts.invocations.iter().map(|invocation| &*invocation.name).collect();
    assert_eq!(names, ["foo", "rm"]);
    assert!(facts.invocations[1].takes_more);
    let arguments: Vec<&Invocation> = facts.invocations.iter().collect();
    assert!(arguments[0].arguments(&facts.script)[0].is("a"));
}

#[test]
fn a_stage_ships_where_the_built_one_stands_on_it() {
    let source = "FROM a AS base\nFROM base AS deps\nFROM deps AS tool\nFROM base\nCOPY --from=tool /a /b\n";
    let document = crate::document::Document::new(source);
    let ships: Vec<bool> = (0..4).map(|stage| document.model().is_shipped(stage)).collect();
    assert_eq!(ships, [true, false, false, true]);
}

#[test]
fn what_ships_follows_from_the_targets() {
    let source = "FROM a AS base\nFROM base AS dev\nFROM base AS prod\nFROM prod AS test\n";
    let ships = |inputs: Inputs| -> (String, usize) {
        let document = crate::document::Document::new(source).with_inputs(inputs.into());
        let model = document.model();
        let mark = |stage| match (model.is_shipped(stage), model.may_be_shipped(stage)) {
            (true, _) => 'y',
            (false, true) => '?',
            (false, false) => 'n',
        };
        ((0..4).map(mark).collect(), layers::Layers::of(document.file(), model).stages.len())
    };
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(ships(Inputs::default()), ("ynyy".to_owned(), 3));
    let prod = Inputs { targets: Targets::These([name("PROD")].into()), ..Inputs::default() };
    assert_eq!(ships(prod.clone()), ("ynyn".to_owned(), 2));
    assert_eq!(ships(Inputs { workplaces: [name("dev")].into(), ..prod }), ("ynyn".to_owned(), 3));
    let both = Targets::These([name("dev"), None].into());
    assert_eq!(ships(Inputs { targets: both, ..Inputs::default() }), ("yyyy".to_owned(), 4));
    assert_eq!(ships(Inputs { targets: Targets::Unknown, ..Inputs::default() }), ("????".to_owned(), 4));
}

#[test]
fn a_context_that_is_given_is_no_image_and_a_stage_comes_first() {
    let contexts = ["alpine", "lib", "a"].map(|name| (name.to_owned(), "../x".to_owned()));
    let inputs = Inputs { contexts: contexts.into(), ..Inputs::default() };
    let source = "FROM x:1 AS a\nFROM alpine:latest AS b\nFROM a\nCOPY --from=lib c d\n";
    let document = crate::document::Document::new(source).with_inputs(inputs.into());
    let bases: Vec<&Base> = document.model().stages().iter().map(|stage| &stage.base).collect();
    assert_eq!(bases[1..], [&Base::Unknown, &Base::Stage(0)]);
    let copy = CopyStep::of(document.file(), document.model(), 3).unwrap();
    assert_eq!(copy.from, CopyFrom::Unknown);
}
