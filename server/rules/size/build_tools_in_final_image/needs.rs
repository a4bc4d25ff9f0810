//! What a compiler in an image is there for: to build the image, or something else.

use crate::context::view::View;
use crate::knowledge::build_programs::{Language, compiles, language_of, only_builds};
use crate::knowledge::plain_programs::is_plain;
use crate::rules::prelude::*;
use crate::semantic::arrivals::text_for;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::dependencies::place;
use crate::semantic::project_scripts::{STEP, script};
use crate::semantic::stages::Stage;

/// Whether a package brings something that the image at the beginning does not have.
pub(super) fn is_new(cx: &Cx<'_>, item: usize, name: &str) -> bool {
    let image = cx.document.model().base_image(item);
    let has = |tool: &str| image.and_then(|image| image.has(tool)) == Some(true);
    let is_compiler = language_of(name) == Some(Language::C);
    !has(name) && (!is_compiler || !has("gcc"))
}

/// Whether a command behind the one that installs a package, in the stages that an image is made of, can use it to build.
/// Headers can be taken for a library by mistake, and count always.
pub(super) fn is_for_build(cx: &Cx<'_>, built: &Stage, install: (usize, usize), name: &str) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(language) = language_of(name) else { return true };
    // Programs that are packed already need no more than a JRE.
    if language == Language::Java && runs_archive(cx, built) {
        return true;
    }
    let mut runs = { file.items().iter().enumerate().skip(install.0) }
        .filter(|(_, item)| matches!(item.kind, Kind::Run | Kind::Onbuild))
        .filter(|(index, _)| {
            model.stage_at(*index).is_some_and(|stage| model.has_base(built.index, stage.index))
        });
    runs.any(|(index, item)| {
        let is_behind = |command: usize| (index, command) > install;
        Facts::of(&item.instruction).is_none_or(|facts| may_compile(facts, &is_behind, language))
    })
}

/// Whether a program of Java comes into an image packed, or is started in it.
fn runs_archive(cx: &Cx<'_>, built: &Stage) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let names_archive = |index: usize| {
        file.item(index).is_some_and(|item| {
            let source = item.instruction.source();
            matches!(item.kind, Kind::Add | Kind::Cmd | Kind::Copy | Kind::Entrypoint)
                && (source.contains(".jar") || source.contains(".war"))
        })
    };
    model.chain(built.index).flat_map(|stage| stage.items.clone()).any(names_archive)
}

/// Whether one of the commands of a RUN may compile a language: one of which it is not known what it runs may.
fn may_compile(facts: &Facts, is_meant: &dyn Fn(usize) -> bool, language: Language) -> bool {
    let mut commands =
        facts.script.commands().iter().enumerate().filter(|(_, command)| !command.words.is_empty());
    let is_unnamed = |index: usize| is_meant(index) && facts.invocation_of(index).is_none();
    let is_function = |name: &str| facts.script.functions().iter().any(|function| &*function.name == name);
    let mut invocations = facts.invocations.iter().filter(|invocation| is_meant(invocation.command));
    invocations.any(|invocation| {
        let name = &*invocation.name;
        let is_of_system = || {
            let package = facts.package_of(invocation.command);
            package.is_some_and(|package| package.manager.family.is_of_distribution())
        };
        match compiles(name) {
            Some(languages) => languages.contains(&language),
            None => !is_plain(name) && !is_function(name) && !is_of_system(),
        }
    }) || commands.any(|(index, _)| is_unnamed(index))
}

/// Whether what starts in a container builds: the command itself, a script of the build context, or a program there that has
/// one of these packages in quotes, as what it calls.
pub(super) fn builds_when_started(cx: &Cx<'_>, built: &Stage, names: &[&str]) -> bool {
    let (file, model, view) = (cx.document.file(), cx.document.model(), View::new(cx.context));
    let items: Vec<usize> = model.chain(built.index).flat_map(|stage| stage.items.clone().rev()).collect();
    let last = |kind: Kind| {
        items.iter().copied().find(|index| file.item(*index).is_some_and(|item| item.kind == kind))
    };
    [Kind::Entrypoint, Kind::Cmd].into_iter().filter_map(last).any(|index| {
        let Some(facts) = file.instruction(index).and_then(Facts::of) else { return false };
        let workdir = model.environment_at(index).map(|environment| &environment.workdir);
        let folder = workdir.and_then(|workdir| place(workdir, "."));
        let read = |path: &str| text_for(file, model, &view, cx.context, (index, folder.as_deref()?), path);
        let runs_builder = |words: &[&str]| {
            let found = (0..words.len()).find_map(|first| script(words.get(first..)?, &read));
            let step = found.as_ref().and_then(|found| found.document.file().instruction(STEP));
            step.and_then(Facts::of).is_some_and(builds)
        };
        let calls =
            |path: &&str| read(path).is_some_and(|text| names.iter().any(|name| is_called(&text, name)));
        builds(facts)
            || facts.script.commands().iter().any(|command| {
                let words: Vec<&str> =
                    command.words.iter().filter_map(|word| word.value.as_deref()).collect();
                runs_builder(&words) || words.iter().any(calls)
            })
    })
}

/// Whether a text has a name at the beginning of a text in quotes: `run(["gcc", path])`, `system("gcc -o a b.c")`.
fn is_called(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(start, _)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + name.len()..).unwrap_or_default();
        before.ends_with(['"', '\'', '`']) && after.starts_with([' ', '"', '\'', '`'])
    })
}

/// Whether commands that a container starts with compile, or install what may have to be compiled.
fn builds(facts: &Facts) -> bool {
    let installs = |package: &PackageCommand| {
        !package.manager.family.is_of_distribution()
            && matches!(package.action, Action::Install | Action::Build)
    };
    facts.packages.iter().any(installs)
        || facts.invocations.iter().any(|invocation| only_builds(&invocation.name))
}

/// Whether a comment at the install, or at the head of the file, says that the tools are no remains of a build.
pub(super) fn is_explained(cx: &Cx<'_>, item: usize) -> bool {
    const AT_INSTALL: [&str; 11] = [
        "agent",
        "at run time",
        "at runtime",
        "bootstrap",
        "build environment",
        "first run",
        "first start",
        "on the fly",
        "playground",
        "sandbox",
        "toolchain",
    ];
    const AT_HEAD: [&str; 5] = ["build environment", "not a runtime", "playground", "sandbox", "toolchain"];
    let file = cx.document.file();
    let says = |index: usize, phrases: &[&str]| {
        file.instruction(index).is_some_and(|instruction| {
            let comments = instruction.comments().iter().chain(instruction.inner_comments());
            let mut texts = comments.filter_map(|comment| instruction.source().get(comment.clone()));
            texts.any(|text| {
                let text = text.to_ascii_lowercase();
                phrases.iter().any(|phrase| text.contains(phrase))
            })
        })
    };
    says(item, &AT_INSTALL) || says(0, &AT_HEAD)
}

/// Whether the program of an image is likely to compile what it runs: it stands on an image of CUDA or ROCm for development, or
/// on one of a program that calls a compiler, or installs such a package of Python. Source: the manuals of Triton
/// ("Installation") and PyTorch ("torch.compile", "torch.utils.cpp_extension").
pub(super) fn compiles_while_running(cx: &Cx<'_>, built: &Stage) -> bool {
    const PACKAGES: [&str; 8] =
        ["deepspeed", "pytorch", "sglang", "tensorrt-llm", "torch", "triton", "tritonserver", "vllm"];
    const MANIFESTS: [&str; 2] = ["pyproject.toml", "requirements.txt"];
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_part = |char: char| char.is_ascii_alphanumeric() || "_-".contains(char);
    let names_one = |text: &str| text.split(|char| !is_part(char)).any(|word| PACKAGES.contains(&word));
    let is_for_cards = |stage: &Stage| {
        stage.likely_image().is_some_and(|image| {
            let is_devel = image.tag().is_some_and(|tag| tag.contains("devel"));
            let mut words = image.name().split(['/', '-']);
            image.name().contains("cuda") && is_devel
                || image.name().starts_with("rocm/")
                || words.any(|word| PACKAGES.contains(&word))
        })
    };
    let installs = |item: usize| {
        file.item(item).is_some_and(|item| item.kind == Kind::Run && names_one(item.instruction.source()))
    };
    let manifests = |item: usize| {
        let copy = CopyStep::of(file, model, item).filter(|copy| copy.from == CopyFrom::Context);
        let sources = copy.iter().flat_map(|copy| &copy.sources).filter_map(|source| source.value.clone());
        let is_manifest = |path: &String| {
            (path.contains("requirements") && path.ends_with(".txt")) || path.ends_with("pyproject.toml")
        };
        sources.filter(is_manifest).collect::<Vec<_>>()
    };
    let is_asked = |path: &str| cx.context.read(path).is_some_and(|text| names_one(&text));
    model.chain(built.index).any(|stage| {
        is_for_cards(stage)
            || stage.items.clone().any(installs)
            || stage.items.clone().flat_map(manifests).any(|path| is_asked(&crate::path::in_context(&path)))
    }) || MANIFESTS.iter().copied().any(is_asked)
}
