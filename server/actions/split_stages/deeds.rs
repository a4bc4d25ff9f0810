//! What the steps of a stage do for the program that is run at its end: build it, or set up what it runs in.

use super::subject::{Subject, Task};
use super::{Artefact, Language};
use crate::knowledge::package_managers::{Action, Family};
use crate::knowledge::package_uses::{PackageUse, use_of};
use crate::path;
use crate::semantic::packages::PackageCommand;
use crate::syntax::Kind;
use crate::syntax::mount::Mount;

/// What the steps of a stage leave for the program that is run.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    /// One past the last instruction that builds.
    pub(super) end: usize,
    /// What is built, in order.
    pub(super) artefacts: Vec<Artefact>,
    /// The packages of the distribution that are installed above `end` and are not for building, with their versions.
    pub(super) packages: Vec<String>,
    /// The packages that bring what programs are linked against.
    pub(super) headers: Vec<String>,
    /// Whether something for building is installed and stays.
    pub(super) has_tools: bool,
    /// Whether packages are taken away again.
    pub(super) removes: bool,
    /// Whether packages come with those that they recommend.
    pub(super) has_recommends: bool,
    /// Where mounts are, absolute: what is built there is not in the image.
    mounts: Vec<String>,
    /// The RUNs above `end` that make users and folders and nothing else, as indexes of the file's instructions.
    pub(super) set_ups: Vec<usize>,
}

/// What one command does.
enum Deed {
    /// Nothing that is left, or nothing but what others do with it.
    Passing,
    Build(Vec<Artefact>),
    Packages,
    /// Packages are taken away again.
    Remove,
    /// Users and folders.
    SetUp,
}

/// Programs that make users and folders.
const SET_UPS: [&str; 10] = [
    "addgroup", "adduser", "chmod", "chown", "groupadd", "groupmod", "install", "mkdir", "useradd", "usermod",
];

/// Programs and builtins that leave nothing behind.
const PASSING: [&str; 16] = [
    ":", "cat", "cd", "command", "date", "echo", "env", "export", "id", "ls", "pwd", "set", "sleep", "test",
    "true", "which",
];

/// What the steps of a stage do; `None` where one does something that is not known, or builds nothing.
pub(super) fn deeds(subject: &Subject<'_>, language: &Language) -> Option<Deeds> {
    let mut deeds = Deeds::default();
    for (index, item) in subject.items() {
        match item.kind {
            Kind::Run => {
                subject.cx.document.model().is_root(index).then_some(())?;
                run(subject, language, index, &mut deeds)?;
            }
            Kind::Onbuild | Kind::Unknown => return None,
            _ => {}
        }
    }
    let users = subject.items().filter(|(index, item)| item.kind == Kind::User && *index < deeds.end);
    let is_root = |index: usize| subject.cx.document.model().is_root(index + 1);
    let stays_root = users.map(|(index, _)| index).all(is_root);
    let is_hidden =
        |artefact: &Artefact| deeds.mounts.iter().any(|mount| path::is_within(&artefact.from, mount));
    (!deeds.artefacts.iter().any(is_hidden)).then_some(())?;
    let end = deeds.end;
    deeds.set_ups.retain(|index| *index < end);
    for index in subject.items().map(|(index, _)| index).take_while(|index| *index < end) {
        for task in subject.tasks(index).into_iter().flatten() {
            install(&task, &mut deeds)?;
        }
    }
    (end > 0 && stays_root).then_some(deeds)
}

fn run(subject: &Subject<'_>, language: &Language, item: usize, deeds: &mut Deeds) -> Option<()> {
    for mount in Mount::all(subject.cx.document.file().instruction(item)?) {
        (mount.kind() != "bind" || shows_what_is_copied(subject, item, &mount)).then_some(())?;
        deeds.mounts.extend(
            mount.target().map(|target| path::absolute(&subject.folder_at(item).unwrap_or_default(), target)),
        );
    }
    let tasks = subject.tasks(item)?;
    let (mut builds, mut sets_up, mut installs, mut removes) = (false, false, false, false);
    for task in &tasks {
        match deed(subject, language, task, deeds)? {
            Deed::Passing => {}
            Deed::Build(artefacts) => {
                builds = true;
                let new = artefacts.into_iter().filter(|artefact| !deeds.artefacts.contains(artefact));
                deeds.artefacts.extend(new.collect::<Vec<_>>());
            }
            Deed::Packages => installs = true,
            Deed::Remove => (builds, removes) = (true, true),
            Deed::SetUp => sets_up = true,
        }
    }
    if sets_up {
        // What is made together with the program cannot be taken over by itself.
        (!builds && !installs && is_whole(&tasks)).then_some(())?;
        deeds.set_ups.push(item);
    }
    deeds.removes |= removes;
    if builds {
        deeds.end = item + 1;
    }
    Some(())
}

/// Whether a bind mount shows a file of the build context where a copy puts it as well: what it shows otherwise is not in
/// the image, and is not looked at.
fn shows_what_is_copied(subject: &Subject<'_>, item: usize, mount: &Mount) -> bool {
    let place =
        subject.folder_at(item).zip(mount.target()).map(|(folder, target)| path::absolute(&folder, target));
    let source = mount.source().map(|source| source.trim_start_matches("./").trim_start_matches('/'));
    mount.field(&["from"]).is_none()
        && subject
            .brought
            .iter()
            .any(|file| Some(&file.place) == place.as_ref() && Some(file.path.as_str()) == source)
}

fn deed(subject: &Subject<'_>, language: &Language, task: &Task<'_>, deeds: &Deeds) -> Option<Deed> {
    let Some(program) = task.words.first().map(String::as_str) else {
        return Some(Deed::Passing);
    };
    if let Some(artefacts) = (language.builds)(subject, task, &deeds.artefacts) {
        return Some(Deed::Build(artefacts));
    }
    if let Some(package) = task.facts.package_of(task.command) {
        return match package.action {
            _ if package.has_unknown_words || !is_distribution(package) => None,
            Action::Install => Some(Deed::Packages),
            Action::UpdateLists | Action::Clean => Some(Deed::Passing),
            Action::Remove => Some(Deed::Remove),
            _ => None,
        };
    }
    let operands = || task.words.iter().skip(1).filter(|word| !word.starts_with('-'));
    match program {
        "rm" => {
            let mut places = operands().map(|word| task.place(word.trim_end_matches(['*', '/'])));
            let is_free = |place: Option<String>| {
                place.is_some_and(|place| {
                    // What is copied again would be there again.
                    let comes_back = language.runs_source && !subject.is_absent(&place);
                    let is_apart = |artefact: &Artefact| !path::overlap(&artefact.from, &place);
                    !comes_back && deeds.artefacts.iter().all(is_apart)
                })
            };
            let is_of_lists = operands().all(|word| word.starts_with("/var/"));
            match (is_of_lists, places.all(is_free)) {
                (true, _) => Some(Deed::Passing),
                (false, true) => Some(Deed::Build(Vec::new())),
                (false, false) => None,
            }
        }
        "cp" | "mv" => {
            let [from, to] = operands().collect::<Vec<_>>()[..] else { return None };
            let (from, to) = (task.place(from)?, task.place(to).filter(|_| !to.ends_with('/'))?);
            let is_it = |artefact: &&Artefact| artefact.from == from;
            deeds.artefacts.iter().find(is_it)?;
            Some(Deed::Build(vec![Artefact::at(to)]))
        }
        "strip" | "upx" => Some(Deed::Build(Vec::new())),
        "chmod" | "chown" if operands().skip(1).any(|word| is_artefact(task, word, deeds)) => {
            Some(Deed::Build(Vec::new()))
        }
        _ if SET_UPS.contains(&program) => {
            // A folder of the project is none of the system's.
            let is_told = task.words.iter().all(|word| !word.contains(['*', '?']));
            let makes_folders = program != "install" || task.words.iter().any(|word| word == "-d");
            (is_told && makes_folders).then_some(Deed::SetUp)
        }
        _ if PASSING.contains(&program) => {
            let changes = task.words.iter().any(|word| word == "-delete" || word.starts_with("-exec"));
            (!changes).then_some(Deed::Passing)
        }
        _ => None,
    }
}

fn is_distribution(package: &PackageCommand) -> bool {
    matches!(package.manager.family, Family::Apt | Family::Apk)
}

fn is_install(package: &PackageCommand) -> bool {
    package.action == Action::Install && is_distribution(package)
}

/// Whether commands that set something up touch nothing but what they make, and stand the same anywhere.
fn is_whole(tasks: &[Task<'_>]) -> bool {
    let operands = |task: &Task<'_>| -> Vec<String> {
        task.words.iter().skip(1).filter(|word| !word.starts_with('-')).cloned().collect()
    };
    let is = |task: &Task<'_>, names: &[&str]| {
        task.words.first().is_some_and(|name| names.contains(&name.as_str()))
    };
    let made: Vec<String> =
        tasks.iter().filter(|task| is(task, &["mkdir", "install"])).flat_map(&operands).collect();
    tasks.iter().all(|task| {
        let operands = operands(task);
        match is(task, &["chmod", "chown"]) {
            true => {
                operands.iter().skip(1).all(|place| made.iter().any(|folder| path::is_within(place, folder)))
            }
            false if is(task, &["mkdir", "install"]) => operands
                .iter()
                .all(|place| place.starts_with('/') || place.bytes().all(|byte| byte.is_ascii_digit())),
            false => true,
        }
    })
}

fn is_artefact(task: &Task<'_>, word: &str, deeds: &Deeds) -> bool {
    let place = task.place(word);
    place.is_some_and(|place| deeds.artefacts.iter().any(|artefact| artefact.from == place))
}

/// The packages that a command installs and that may be needed to run.
fn install(task: &Task<'_>, deeds: &mut Deeds) -> Option<()> {
    let Some(package) = task.facts.package_of(task.command).filter(|package| is_install(package)) else {
        return Some(());
    };
    let before = deeds.packages.len();
    let script = &task.facts.script;
    let words = package.words(script);
    let is_virtual = package.has_flag(script, &["-t", "--virtual"]) && package.manager.family == Family::Apk;
    for index in &package.operands {
        let word = words.get(*index)?.value.as_deref()?;
        let name = word.split(['=', '<', '>', '~', ':', '@']).next().unwrap_or(word);
        let is_name = !word.starts_with(['.', '/']) && !word.ends_with(".deb");
        is_name.then_some(())?;
        match use_of(name) {
            Some(PackageUse::Building) if is_header(name) => {
                deeds.has_tools |= !is_virtual;
                deeds.headers.push(name.to_owned());
            }
            Some(PackageUse::Building) => deeds.has_tools |= !is_virtual,
            Some(_) => {}
            None if is_virtual || deeds.packages.iter().any(|other| other == word) => {}
            None => deeds.packages.push(word.to_owned()),
        }
    }
    deeds.has_recommends |= package.manager.family == Family::Apt
        && !package.has_flag(script, &["--no-install-recommends"])
        && deeds.packages.len() > before;
    Some(())
}

/// Whether a package brings the headers of a library, beside that of the C language.
fn is_header(name: &str) -> bool {
    (name.ends_with("-dev") || name.ends_with("-devel"))
        && !matches!(name, "libc-dev" | "libc6-dev" | "musl-dev")
}
