//! What is there when the program is run: whether all that an image runs and reads is in it without the tools.

use super::subject::{Subject, Task};
use super::{Artefact, Language};
use crate::knowledge::images::BaseImage;
use crate::path;
use crate::semantic::facts::Facts;
use crate::syntax::Kind;
use crate::syntax::shell::{Form, Nesting, Word};

/// Programs that every shell or every distribution has.
const COMMON: [&str; 15] = [
    "[", "cd", "echo", "env", "exit", "export", "false", "kill", "printf", "set", "sleep", "test", "true",
    "ulimit", "umask",
];

/// The folders in which programs are looked for.
const PATH: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Folders of the system in which every container has the same.
const ANYWHERE: [&str; 6] = ["/dev", "/proc", "/run", "/sys", "/tmp", "/var/run"];

/// Folders that belong to the image.
const OF_THE_IMAGE: [&str; 10] =
    ["/bin", "/go", "/lib", "/lib64", "/opt", "/root", "/sbin", "/usr", "/home", "/var"];

/// How the names of files end that are run and not read.
const CODE: [&str; 7] = [".cjs", ".dll", ".jar", ".js", ".mjs", ".py", ".war"];

/// What is known to be there when the program is run.
pub(super) struct Scene<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) language: &'a Language,
    /// Of the new stage.
    pub(super) image: BaseImage,
    /// What the new stage has of the old one and of the build context.
    pub(super) places: Vec<String>,
    pub(super) artefacts: &'a [Artefact],
    pub(super) packages: Vec<String>,
}

impl Scene<'_> {
    pub(super) fn has_folder_of(&self, task: &Task<'_>, word: &str) -> bool {
        let place = task.place(word);
        place.is_some_and(|place| {
            place == task.folder || self.places.iter().any(|there| path::overlap(&place, there))
        })
    }

    /// Programs of packages that the new stage installs by itself.
    pub(super) fn packages_below(&mut self, names: Vec<String>) {
        self.places.extend(names.iter().map(|name| format!("/usr/bin/{name}")));
    }

    /// What is run of what is built; `None` where something else is run that is not known to be there.
    pub(super) fn used(&self) -> Option<Vec<&Artefact>> {
        let subject = self.subject;
        let has_entrypoint = subject.last(Kind::Entrypoint).is_some();
        (has_entrypoint || subject.last(Kind::Cmd).is_some()).then_some(())?;
        let has_shell = subject.last(Kind::Shell).is_some();
        let mut used = Vec::new();
        for kind in [Kind::Entrypoint, Kind::Cmd, Kind::Healthcheck] {
            let Some((index, item)) = subject.last(kind) else { continue };
            let Some(facts) = Facts::of(&item.instruction) else {
                // HEALTHCHECK NONE.
                (kind == Kind::Healthcheck).then_some(())?;
                continue;
            };
            let is_exec = facts.script.form() == Form::Exec;
            let is_readable =
                !facts.script.has_error() && facts.script.outputs().is_empty() && (is_exec || !has_shell);
            is_readable.then_some(())?;
            let folder = subject.folder_at(subject.stage.items.end - 1).filter(|_| index > 0)?;
            let are_arguments = kind == Kind::Cmd && has_entrypoint;
            let script = &facts.script;
            let text = |word: &Word| script.text_of(word).to_owned();
            for (number, command) in facts.script.commands().iter().enumerate() {
                (!command.nesting.any(Nesting::BROKEN.and(Nesting::FUNCTION))).then_some(())?;
                let arguments = match facts.invocation_of(number).filter(|_| !are_arguments) {
                    Some(invocation) => {
                        let word = command.words.get(invocation.program)?;
                        let arguments = invocation.arguments(&facts.script);
                        used.extend(self.run(
                            word.value.as_deref()?,
                            arguments.iter().map(text).collect(),
                            &folder,
                        )?);
                        arguments
                    }
                    None if are_arguments || command.words.is_empty() => command.words.as_slice(),
                    None => return None,
                };
                arguments.iter().all(|word| self.has(&text(word), &folder)).then_some(())?;
            }
        }
        Some(used)
    }

    /// The artefact that a program is, if it is one; `None` where it is not known to be there.
    fn run(&self, program: &str, arguments: Vec<String>, folder: &str) -> Option<Option<&Artefact>> {
        let name = path::name(program);
        let is_installed = || {
            let is_package = |package: &String| package.split('=').next() == Some(name);
            let words: Vec<String> = std::iter::once(program.to_owned()).chain(arguments.clone()).collect();
            (self.language.runs)(self.subject, &words)
                || self.image.has(name) == Some(true)
                || self.packages.iter().any(is_package)
                || PATH.iter().any(|folder| self.places.contains(&format!("{folder}/{name}")))
        };
        if !program.contains('/') {
            let is_it = |artefact: &&Artefact| {
                artefact.to.rsplit_once('/').is_some_and(|(folder, file)| {
                    file == name && (PATH.contains(&folder) || self.is_in_path(folder))
                })
            };
            let artefact = self.artefacts.iter().find(is_it);
            return (artefact.is_some() || COMMON.contains(&name) || is_installed()).then_some(artefact);
        }
        let place = path::absolute(folder, program);
        if let Some(artefact) = self.artefacts.iter().rfind(|artefact| path::is_within(&place, &artefact.to))
        {
            return Some(Some(artefact));
        }
        let is_of_path = PATH.iter().any(|folder| place == format!("{folder}/{name}"));
        (is_of_path && is_installed()).then_some(None)
    }

    /// Whether the file puts a folder into PATH.
    fn is_in_path(&self, folder: &str) -> bool {
        let paths = self.subject.items().filter(|(_, item)| item.kind == Kind::Env);
        paths.into_iter().any(|(_, item)| {
            let line = item.instruction.line().text();
            line.contains("PATH") && line.split(['=', ':', ' ', '"']).any(|part| part == folder)
        })
    }

    /// Whether what an argument may name is there as before.
    fn has(&self, argument: &str, folder: &str) -> bool {
        if argument.contains("://") {
            return true;
        }
        argument.split(['=', ',']).all(|part| {
            let part = part.strip_prefix("file:").unwrap_or(part);
            if part.is_empty() || part.contains('$') && !part.contains('/') {
                return true;
            }
            let place = path::absolute(folder, part);
            let is_there = self.places.iter().any(|there| path::overlap(&place, there));
            let is_elsewhere = || {
                let is_in = |folders: &[&str]| folders.iter().any(|folder| path::is_within(&place, folder));
                is_in(&ANYWHERE)
                    || !is_in(&OF_THE_IMAGE) && !path::is_within(&place, folder) && !part.contains(['$', '*'])
            };
            let was_brought = || !self.subject.is_absent(&place);
            let is_path = part.contains('/') || CODE.iter().any(|ending| part.ends_with(ending));
            is_there || !was_brought() && (!is_path || is_elsewhere())
        })
    }

    /// Whether the program is started in the same way where the file says nothing of an ENTRYPOINT.
    pub(super) fn inherits_the_same_entrypoint(&self) -> bool {
        let (before, after) =
            (self.subject.base.entrypoint.unwrap_or(""), self.image.entrypoint.unwrap_or(""));
        self.subject.last(Kind::Entrypoint).is_some()
            || before == after
            // Its script puts settings in their place, and starts what it is given.
            || self.subject.base.repository == "maven" && after.is_empty()
    }
}
