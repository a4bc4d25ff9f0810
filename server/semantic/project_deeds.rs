//! Which commands of a build have something to do with the project: tools that read its manifests, and programs of which
//! what they run is not known. What surely runs nothing of it: [`crate::knowledge::plain_programs`].

use super::Model;
use super::commands::Invocation;
use super::copies::CopyFrom;
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use super::list_updates::run_facts;
use crate::context::BuildContext;
use crate::knowledge::package_managers::{Action, Family, is_python, of_program};
use crate::knowledge::plain_programs::is_plain;
use crate::syntax::shell::Word;
use crate::syntax::{File, Kind};

/// What a command has to do with the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// It is built or installed by a tool that reads its manifests.
    Tool(Family, Vec<&'a str>),
    /// A program that may do anything, as it is written, with its words: a script of the project, or one that runs some.
    Program(Vec<&'a str>),
    /// Anything may be run.
    Unknown,
}

/// The RUNs in which files of a copied folder, or of the build context, may be seen: stages only take from those above.
pub fn steps_that_see(file: &File, model: &Model, context: &dyn BuildContext) -> impl Iterator<Item = usize> {
    let first =
        (0..file.items().len()).find(|index| FolderCopy::seen(file, model, context, *index).is_some());
    let shows = move |index: usize| {
        first.is_some_and(|first| first < index)
            || model.bind_mounts(file, index).iter().any(|(_, from)| *from == CopyFrom::Context)
    };
    (0..file.items().len())
        .filter(|index| file.item(*index).is_some_and(|item| item.kind == Kind::Run))
        .filter(move |index| shows(*index))
}

/// What a RUN does with the project; nothing for programs that are known to leave it alone.
pub fn deeds<'a>(file: &'a File, model: &Model, step: usize) -> Vec<Deed<'a>> {
    let Some(facts) = run_facts(file, model, step) else {
        return vec![Deed::Unknown];
    };
    let commands = facts.script.commands().iter().enumerate();
    let is_unnamed = commands
        .filter(|(_, command)| !command.words.is_empty())
        .any(|(index, _)| facts.invocation_of(index).is_none());
    let is_function = |name: &str| facts.script.functions().iter().any(|function| &*function.name == name);
    let programs = facts.invocations.iter().filter(|invocation| !is_function(&invocation.name));
    let named = programs.filter_map(|invocation| deed(facts, invocation));
    named.chain(is_unnamed.then_some(Deed::Unknown)).collect()
}

fn deed<'a>(facts: &'a Facts, invocation: &Invocation) -> Option<Deed<'a>> {
    let name = &*invocation.name;
    let arguments = invocation.arguments(&facts.script).iter();
    let words: Vec<&str> = arguments.map(|word| word.value.as_deref().unwrap_or("$")).collect();
    let package =
        facts.package_of(invocation.command).filter(|package| package.program >= invocation.program);
    let program = || {
        let words =
            invocation.command(&facts.script).and_then(|command| command.words.get(invocation.program..));
        let written = |word: &'a Word| word.value.as_deref().unwrap_or_else(|| facts.script.str(word.part));
        Deed::Program(words.unwrap_or_default().iter().map(written).collect())
    };
    let verb = words.iter().copied().find(|word| !word.starts_with(['-', '+'])).unwrap_or_default();
    let family = match package {
        Some(package) => package.manager.family,
        None if matches!(name, "npx" | "pnpx" | "bunx") => Family::Npm,
        None if is_python(name) => {
            let is_plain =
                matches!(words.as_slice(), ["--version" | "-V"] | ["-m", "venv" | "ensurepip", ..]);
            return (!is_plain).then(program);
        }
        None => match of_program(name) {
            Some(manager) => manager.family,
            None => return (!is_plain(name)).then(program),
        },
    };
    let runs_code = matches!(
        (family, verb),
        (Family::Conda | Family::Pipenv | Family::Poetry | Family::Pdm | Family::Uv, "run")
            | (Family::Bundler, "exec")
            | (Family::Go, "run" | "generate" | "tool")
            | (Family::DotNet | Family::Cargo, "run" | "r" | "test" | "t" | "exec" | "xtask")
            | (Family::Go, "test")
            | (Family::Composer, "run" | "run-script" | "exec")
    );
    let is_plain = match family {
        Family::Apt | Family::Apk | Family::Dnf | Family::Zypper | Family::Pacman | Family::Conda => true,
        Family::Gem => verb != "build",
        _ => package.is_some_and(|package| matches!(package.action, Action::Clean | Action::UpdateLists)),
    };
    match (runs_code, is_plain) {
        (true, _) => Some(Deed::Unknown),
        (_, true) => None,
        _ => Some(Deed::Tool(family, words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::NoContext;
    use crate::document::Document;

    fn told(run: &str) -> Vec<String> {
        let document = Document::new(&format!("FROM a:1\nCOPY . /b\nRUN {run}\n"));
        let (file, model) = (document.file(), document.model());
        let steps: Vec<usize> = steps_that_see(file, model, &NoContext).collect();
        assert_eq!(steps, [2]);
        let show = |deed| match deed {
            Deed::Tool(family, words) => format!("{family:?} {}", words.join(" ")),
            Deed::Program(words) => format!("? {}", words.join(" ")),
            Deed::Unknown => "?".to_owned(),
        };
        deeds(file, model, 2).into_iter().map(show).collect()
    }

    #[test]
    fn what_a_command_has_to_do_with_the_project_is_told() {
        assert_eq!(told("apt-get install -y git && mkdir b && A=1 && pip --version"), ["Pip --version"]);
        assert_eq!(told("python3 -m pip install . && npm run x"), ["Pip -m pip install .", "Npm run x"]);
        for run in ["$A b", "go generate", "bundle exec rake", "if"] {
            assert!(told(run).contains(&"?".to_owned()), "{run}");
        }
        assert_eq!(told("make -C \"$A\" b && ./c.sh"), ["? make -C \"$A\" b", "? ./c.sh"]);
        assert_eq!(told("b | sudo sh && python c.py"), ["? b", "? sh", "? python c.py"]);
        assert!(told("b() { true; }; b").is_empty());
        assert_eq!(told("[\"./mvnw\", \"package\"]"), ["Maven package"]);
    }
}
