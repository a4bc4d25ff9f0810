//! The environment that a new stage takes over: the one that the file makes, or one that is put before its first install.

use super::super::deeds::Deeds;
use super::super::subject::{Subject, Task};
use super::managers::{Install, Place, Tool};
use super::own_places::is_free;
use super::pip::{self, pip};
use super::project::{Project, project};
use crate::semantic::facts::Facts;
use crate::semantic::runners::{Runner, without_runners};
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Instruction, Kind};
use crate::text::Edit;

/// Where an environment is put that a file does not have.
pub(super) const PLACE: &str = "/opt/venv";

/// What is taken over, and what is changed for that.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// The instruction before which an environment is made, where the file does not make one.
    pub(super) inserted: Option<usize>,
    /// The folder that PATH has to begin with.
    pub(super) path: Option<String>,
    /// Edits of the commands that install, and of what is run.
    pub(super) edits: Vec<Edit>,
    /// Whether the tools that install are in it as well.
    pub(super) has_tools: bool,
}

/// Tools that need nothing of what they install, as pip calls them.
const TOOLS: [&str; 6] = ["pdm", "pip", "pipenv", "poetry", "poetry-core", "uv"];

/// What these tools bring that a program may import, with the name of the package. Where they are not taken over, the
/// project has to ask for it itself.
const BROUGHT: [(&str, &str); 38] = [
    ("anyio", "anyio"),
    ("blinker", "blinker"),
    ("build", "build"),
    ("cachecontrol", "cachecontrol"),
    ("certifi", "certifi"),
    ("cffi", "cffi"),
    ("charset_normalizer", "charset-normalizer"),
    ("cleo", "cleo"),
    ("crashtest", "crashtest"),
    ("cryptography", "cryptography"),
    ("distlib", "distlib"),
    ("dotenv", "python-dotenv"),
    ("dulwich", "dulwich"),
    ("fastjsonschema", "fastjsonschema"),
    ("filelock", "filelock"),
    ("h11", "h11"),
    ("httpcore", "httpcore"),
    ("httpx", "httpx"),
    ("idna", "idna"),
    ("installer", "installer"),
    ("keyring", "keyring"),
    ("markdown_it", "markdown-it-py"),
    ("more_itertools", "more-itertools"),
    ("msgpack", "msgpack"),
    ("packaging", "packaging"),
    ("pexpect", "pexpect"),
    ("pkg_resources", "setuptools"),
    ("pkginfo", "pkginfo"),
    ("platformdirs", "platformdirs"),
    ("pygments", "pygments"),
    ("rapidfuzz", "rapidfuzz"),
    ("requests", "requests"),
    ("rich", "rich"),
    ("setuptools", "setuptools"),
    ("tomlkit", "tomlkit"),
    ("truststore", "truststore"),
    ("urllib3", "urllib3"),
    ("virtualenv", "virtualenv"),
];

/// What is taken over of what pip alone has installed.
pub(super) fn of_pip(subject: &Subject<'_>, deeds: &Deeds) -> Option<Environment> {
    if has_environment(subject, deeds) {
        return Some(Environment::default());
    }
    // Without a virtual environment the packages lie beside those of the image.
    let is_unnamed = deeds.artefacts.is_empty() && !sets(subject, "VIRTUAL_ENV") && !sets(subject, "PATH");
    let first = pip::tasks(subject).first().map(|task| task.item)?;
    (is_unnamed && is_free(subject)).then_some(())?;
    Some(Environment { inserted: Some(first), path: Some(PLACE.to_owned()), ..Environment::default() })
}

/// What is taken over of what other tools have installed; `installs` are theirs.
pub(super) fn of_managers(subject: &Subject<'_>, deeds: &Deeds, installs: &[Install]) -> Option<Environment> {
    let first = installs.first()?;
    installs.iter().all(|install| install.place == first.place).then_some(())?;
    let tools = tools(subject)?;
    let runs = run_by_tools(subject, deeds)?;
    let mut edits: Vec<Edit> = runs.iter().flat_map(|(_, edits)| edits.iter().cloned()).collect();
    let uses_tools = !edits.is_empty();
    let last = subject.folder_at(subject.stage.items.end - 1)?;
    (!uses_tools || last == first.folder).then_some(())?;
    match &first.place {
        Place::Own(place) => {
            let is_it = deeds.artefacts.iter().all(|artefact| artefact.from == *place);
            (is_it && !deeds.artefacts.is_empty()).then_some(())?;
            let path = (uses_tools && !is_in_path(subject, place)).then(|| place.clone());
            Some(Environment { path, edits, ..Environment::default() })
        }
        place => {
            let is_settled = |index: usize| index < first.item;
            let paths = subject.items().filter(|(_, item)| item.kind == Kind::Env);
            let mut paths = paths.filter(|(_, item)| item.instruction.line().text().contains("PATH"));
            let is_unnamed = deeds.artefacts.is_empty()
                && !sets(subject, "VIRTUAL_ENV")
                && paths.all(|(index, _)| is_settled(index));
            let is_started_by_tools = || {
                let is_run = |kind: Kind| kind.runs_in_container();
                let mut started = subject.items().filter(|(_, item)| is_run(item.kind));
                started.all(|(index, item)| {
                    let edits =
                        runs.iter().find(|(run, _)| *run == index).map_or(0, |(_, edits)| edits.len());
                    edits > 0 && edits == programs(&item.instruction)
                })
            };
            (is_unnamed && is_free(subject) && (*place == Place::System || is_started_by_tools()))
                .then_some(())?;
            let has_tools = tools.iter().any(|(item, _)| !is_settled(*item));
            let project = if first.tool == Tool::UvPip { None } else { Some(project(subject, installs)?) };
            if let Some(project) = project.filter(|_| !has_tools) {
                imports_nothing_else(subject, &project)?;
            }
            edits.extend(without_system(subject, installs));
            let (inserted, path) = (Some(first.item), Some(PLACE.to_owned()));
            Some(Environment { inserted, path, edits, has_tools })
        }
    }
}

/// The tools that pip installs, each with the instruction; `None` where it installs anything else.
fn tools(subject: &Subject<'_>) -> Option<Vec<(usize, String)>> {
    let mut tools = Vec::new();
    for task in pip::tasks(subject) {
        if let ["install", rest @ ..] = pip(&task)?.as_slice() {
            pip::projects(subject, &task, rest)?.is_empty().then_some(())?;
            for name in pip::requirements(subject, &task, rest)? {
                TOOLS.contains(&name.as_str()).then_some(())?;
                tools.push((task.item, name));
            }
        }
    }
    Some(tools)
}

/// The CMD, ENTRYPOINT and HEALTHCHECK that start their program by a tool, with the edits that take it away; `None` where
/// one of them cannot be changed.
fn run_by_tools(subject: &Subject<'_>, deeds: &Deeds) -> Option<Vec<(usize, Vec<Edit>)>> {
    let mut found = Vec::new();
    for (index, item) in subject.items() {
        let is_run = item.kind.runs_in_container();
        let Some(facts) = Facts::of(&item.instruction).filter(|_| is_run) else { continue };
        let edits = without_runners(facts);
        if !edits.is_empty() {
            (index >= deeds.end).then_some(())?;
            let edit = |edit: Edit| Edit::replace(item.absolute(edit.span), edit.new_text);
            found.push((index, edits.into_iter().map(edit).collect()));
        }
    }
    Some(found)
}

/// How many programs an instruction starts, beside the shell and what that does itself.
fn programs(instruction: &Instruction) -> usize {
    const OWN: [&str; 8] = ["bash", "cd", "echo", "exec", "export", "set", "sh", "sleep"];
    let invocations = Facts::of(instruction).map(|facts| facts.invocations.as_slice()).unwrap_or_default();
    invocations.iter().filter(|invocation| !OWN.contains(&&*invocation.name)).count()
}

/// Whether a tool starts a program, and leaves what is installed as it is.
pub(super) fn starts(
    subject: &Subject<'_>,
    runner: &Runner<'_>,
    installs: &[Install],
    project: &Project,
) -> bool {
    let Some(last) = installs.last() else { return false };
    let tool = match last.tool {
        Tool::Uv => "uv",
        Tool::Poetry => "poetry",
        Tool::Pipenv => "pipenv",
        Tool::Pdm => "pdm",
        Tool::UvPip => return false,
    };
    let end = subject.stage.items.end - 1;
    let model = subject.cx.document.model();
    let is_set = |name: &str| match model.variable(name, end).value {
        Value::Known(value) => matches!(value.as_str(), "1" | "true"),
        Value::Unset | Value::Unknown => false,
    };
    let installs_nothing = || {
        let left_out =
            |option: &String| matches!(option.as_str(), "no-dev" | "no-default-groups" | "no-group");
        let has_all = last.options.iter().all(|option| !left_out(option)) && !is_set("UV_NO_DEV");
        let is_without = || runner.options.contains(&"--no-dev") || is_set("UV_NO_DEV");
        let is_itself = |option: &String| option.starts_with("no-install-") || option == "no-editable";
        runner.options.contains(&"--no-sync")
            || is_set("UV_NO_SYNC")
            || (has_all || is_without() || !project.has_dev)
                && (!last.options.iter().any(is_itself) || !project.is_package)
    };
    runner.tool == tool && !project.has_commands && (last.tool != Tool::Uv || installs_nothing())
}

/// `None` where the code imports what only the tools bring.
fn imports_nothing_else(subject: &Subject<'_>, project: &Project) -> Option<()> {
    const MOST_FILES: usize = 600;
    let code: Vec<_> = subject.brought.iter().filter(|file| file.name.ends_with(".py")).collect();
    (code.len() <= MOST_FILES).then_some(())?;
    for file in code {
        let text = subject.cx.context.read(&file.path)?;
        for line in text.lines().map(str::trim_start) {
            let Some(rest) = line.strip_prefix("import ").or_else(|| line.strip_prefix("from ")) else {
                continue;
            };
            for module in rest.split(" import").next().unwrap_or_default().split(',') {
                let module = module.trim().split([' ', '.']).next().unwrap_or_default();
                let package = BROUGHT.iter().find(|(name, _)| *name == module).map(|(_, package)| *package);
                let is_asked_for = |package: &str| project.locked.iter().any(|name| name == package);
                package.is_none_or(is_asked_for).then_some(())?;
            }
        }
    }
    Some(())
}

/// The edits that take `--system` away from `uv pip install`, which would pass over the environment.
fn without_system(subject: &Subject<'_>, installs: &[Install]) -> Vec<Edit> {
    let items: Vec<usize> = installs.iter().filter(|it| it.tool == Tool::UvPip).map(|it| it.item).collect();
    let found = subject.items().filter(|(index, _)| items.contains(index));
    let edits = found.filter_map(|(_, item)| {
        let script = &Facts::of(&item.instruction)?.script;
        let edit = |words: &[crate::syntax::shell::Word]| {
            let [before, option] = words else { return None };
            let span = script.place(before.part).end..script.place(option.part).end;
            option.is("--system").then(|| Edit::delete(item.absolute(span)))
        };
        Some(script.commands().iter().flat_map(|it| it.words.windows(2)).filter_map(edit).collect::<Vec<_>>())
    });
    edits.flatten().collect()
}

/// Whether the file makes one virtual environment, and puts it into PATH before anything is installed.
fn has_environment(subject: &Subject<'_>, deeds: &Deeds) -> bool {
    let [environment] = deeds.artefacts.as_slice() else { return false };
    let is_install = |task: &Task<'_>| pip(task).is_some_and(|words| words.first() == Some(&"install"));
    let first = pip::tasks(subject).into_iter().find(is_install);
    first.is_some_and(|first| is_in_path_before(subject, &environment.from, first.item))
}

/// Whether the file puts the programs of an environment into PATH.
pub(super) fn is_in_path(subject: &Subject<'_>, environment: &str) -> bool {
    is_in_path_before(subject, environment, usize::MAX)
}

fn is_in_path_before(subject: &Subject<'_>, environment: &str, end: usize) -> bool {
    let folder = format!("{environment}/bin");
    let of_variable = |text: &str, name: &str| {
        (text.contains(&format!("${name}/bin")) || text.contains(&format!("${{{name}}}/bin")))
            && text_of(subject, name).as_deref() == Some(environment)
    };
    let mut settings = subject.items().filter(|(index, item)| item.kind == Kind::Env && *index < end);
    settings.any(|(_, item)| {
        let line = item.instruction.line().text();
        let names = ["VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"];
        line.contains("PATH") && (line.contains(&folder) || names.iter().any(|name| of_variable(line, name)))
    })
}

/// Whether an ENV of the stage sets a variable.
pub(super) fn sets(subject: &Subject<'_>, name: &str) -> bool {
    let envs = subject.items().filter(|(_, item)| item.kind == Kind::Env);
    envs.into_iter().any(|(_, item)| match &item.instruction.ast().arguments {
        Arguments::KeyValues(pairs) => pairs.iter().any(|pair| item.instruction.str(pair.key) == name),
        _ => false,
    })
}

fn text_of(subject: &Subject<'_>, name: &str) -> Option<String> {
    match subject.cx.document.model().variable(name, subject.stage.items.end - 1).value {
        Value::Known(value) => Some(value),
        _ => None,
    }
}
