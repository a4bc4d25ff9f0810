//! What reads, behind a step, the cache that a package manager has filled there: a later step of the stage, of one that is
//! built on it, or of one that takes its folders. Source: the manual of each tool, for the options that work offline.

use super::Model;
use super::caches::is_taken_from_stage;
use super::commands::Invocation;
use super::copies::CopyStep;
use super::facts::Facts;
use super::packages::PackageCommand;
use super::shell_state::is_profile;
use super::stages::Stage;
use crate::knowledge::package_managers::{Action, Family, is_python};
use crate::path;
use crate::syntax::names::is_name_char;
use crate::syntax::shell::Nesting;
use crate::syntax::shell::shells::is_posix_shell;
use crate::syntax::word::Value;
use crate::syntax::{File, Kind};

/// How sure it is that a cache is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Nothing does.
    None,
    /// A script that cannot be read here may.
    Possible,
    /// Something names it, or works without the network.
    Certain,
}

/// A cache that a step fills.
#[derive(Clone, Copy, Debug)]
pub struct Filled<'a> {
    /// The step, as an index of the file's instructions.
    pub item: usize,
    /// Whose cache it is.
    pub family: Family,
    /// Texts that are in its path: `.npm`.
    pub folders: &'a [&'a str],
    /// Whether the scripts of the project's manifest are known to read none.
    pub has_plain_scripts: bool,
}

/// Programs that do what a file of the project says.
const READERS: [&str; 14] = [
    "ant", "bun", "deno", "just", "make", "ninja", "node", "perl", "php", "rake", "ruby", "task", "ts-node",
    "tsx",
];
/// Programs that take all that is in a folder.
const TAKERS: [&str; 6] = ["bsdtar", "cp", "mv", "rsync", "tar", "zip"];

impl Filled<'_> {
    /// How sure it is that something behind the step reads what it has left.
    pub fn reading(&self, file: &File, model: &Model) -> Reading {
        let Some(stage) = model.stage_at(self.item) else {
            return Reading::Certain;
        };
        if is_taken_from_stage(file, model, stage.index, self.folders) {
            return Reading::Certain;
        }
        let has_it = |other: &&Stage| {
            model.has_base(other.index, stage.index) || self.is_taken_with_more(file, model, stage, other)
        };
        let stages = model.stages().iter().skip(stage.index).filter(has_it);
        let mut reading = Reading::None;
        for item in stages.flat_map(|stage| stage.items.clone()).filter(|item| *item > self.item) {
            reading = reading.max(self.reading_of_step(file, model, item));
            if reading == Reading::Certain {
                break;
            }
        }
        reading
    }

    /// Whether a stage takes a folder of another one that the cache may lie in.
    fn is_taken_with_more(&self, file: &File, model: &Model, stage: &Stage, other: &Stage) -> bool {
        let stage_copies = model
            .stage_copies(file)
            .iter()
            .filter(|(item, from)| other.items.contains(item) && model.has_base(*from, stage.index));
        stage_copies.filter_map(|(item, _)| CopyStep::of(file, model, *item)).any(|copy| {
            let mut sources = copy.sources.iter().filter_map(|source| source.value.as_deref());
            sources.any(|source| self.is_above(&path::from_root(&format!("/{source}"))))
        })
    }

    /// Whether the cache may lie somewhere in a folder, by its path as the shell reads it.
    fn is_above(&self, folder: &str) -> bool {
        let home = ["/root", "/home", "~", "$HOME", "${HOME}"];
        let is_home =
            |folder: &str| home.contains(&folder) || path::join("/home", path::name(folder)) == folder;
        let is_absolute = |text: &&&str| text.starts_with('/');
        folder == "/"
            || is_home(folder) && self.folders.iter().any(|text| !text.starts_with('/'))
            || self
                .folders
                .iter()
                .filter(is_absolute)
                .any(|text| text.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    fn reading_of_step(&self, file: &File, model: &Model, item: usize) -> Reading {
        let Some(instruction) = file.instruction(item) else {
            return Reading::None;
        };
        let kind = instruction.ast().innermost().kind;
        let is_run = kind == Kind::Run;
        if matches!(kind, Kind::Env | Kind::Arg) && self.is_without_network(instruction.source()) {
            return Reading::Certain;
        }
        if !is_run && !kind.runs_in_container() {
            return Reading::None;
        }
        let Some(facts) = Facts::of(instruction) else {
            let source = instruction.source();
            let is_named =
                self.is_without_network(source) || self.folders.iter().any(|text| source.contains(text));
            return if is_named { Reading::Certain } else { Reading::Possible };
        };
        let stays_at_home = |package: &PackageCommand| {
            package.manager.family == self.family
                && self.family == Family::Dnf
                && package.has_flag(&facts.script, &["-C"])
        };
        if self.is_without_network(facts.script.text().text())
            || facts.packages.iter().any(stays_at_home)
            || self.is_named(facts)
        {
            return Reading::Certain;
        }
        let workdir = model.environment_at(item).map(|environment| &environment.workdir);
        let may_read = |command: usize| {
            self.may_read_unseen(file, model, facts, command)
                || facts.invocation_of(command).is_some_and(|found| self.takes_all(facts, found, workdir))
        };
        // What an image runs is no step of its build.
        match is_run && (0..facts.script.commands().len()).any(may_read) {
            true => Reading::Possible,
            false => Reading::None,
        }
    }

    /// Whether a text has the tool work with what it has, or asks where that is.
    fn is_without_network(&self, text: &str) -> bool {
        let words: &[&str] = match self.family {
            Family::Apk => &["no-network"],
            // What installs from the lists is found elsewhere.
            Family::Apt => &[],
            Family::Composer => &["DISABLE_NETWORK", "cache-dir"],
            Family::Conda => &["offline", "softlinks", "pkgs_dirs"],
            Family::Dnf => &["cacheonly"],
            Family::Npm => &["offline", "OFFLINE", "npm cache", "get cache"],
            Family::Pip => &["pip cache"],
            Family::Yarn => &["offline", "OFFLINE", "yarn cache"],
            Family::Zypper => &["no-refresh"],
            _ => &["offline", "OFFLINE"],
        };
        let is_cleaning = |start: usize| {
            let rest = text.get(start..).unwrap_or_default();
            ["npm cache clean", "yarn cache clean", "pip cache purge"]
                .iter()
                .any(|clean| rest.starts_with(clean))
        };
        words.iter().any(|word| text.match_indices(word).any(|(start, _)| !is_cleaning(start)))
    }

    /// Whether shell text names the cache, and does more than to delete it.
    fn is_named(&self, facts: &Facts) -> bool {
        let script = &facts.script;
        let text = script.text().text();
        let is_part = |char: Option<char>| char.is_some_and(is_name_char);
        let removals = || facts.invocations.iter().filter(|invocation| &*invocation.name == "rm");
        let is_removed = |start: usize| {
            removals()
                .filter_map(|removal| removal.command(script))
                .any(|command| (command.part.start as usize..command.part.end as usize).contains(&start))
        };
        self.folders.iter().any(|folder| {
            text.match_indices(folder).any(|(start, _)| {
                let before = text.get(..start).and_then(|before| before.chars().next_back());
                let after = text.get(start + folder.len()..).and_then(|after| after.chars().next());
                let is_whole = !is_part(after) && (folder.starts_with(['.', '/']) || !is_part(before));
                is_whole && !is_removed(start) && !self.is_of_another(text.get(start..).unwrap_or_default())
            })
        })
    }

    /// Whether a path, from the folder that many share, is that of another tool, or no path at all.
    fn is_of_another(&self, path: &str) -> bool {
        let own = match self.family {
            Family::Composer => "composer",
            Family::Pip => "pip",
            Family::Yarn => "yarn",
            // The channels of Anaconda.
            Family::Conda => {
                return ["pkgs/main", "pkgs/r", "pkgs/msys2", "pkgs/free", "pkgs/pro"]
                    .iter()
                    .any(|channel| path.starts_with(channel));
            }
            _ => return false,
        };
        let below = path.strip_prefix(".cache/").unwrap_or_default();
        below.starts_with(|char: char| char.is_ascii_alphanumeric()) && !below.starts_with(own)
    }

    /// Whether a command takes a folder along that the cache may lie in.
    fn takes_all(&self, facts: &Facts, invocation: &Invocation, workdir: Option<&Value>) -> bool {
        TAKERS.contains(&&*invocation.name)
            && invocation.written_arguments(&facts.script).into_iter().any(|word| {
                let folder = word.trim_end_matches(['*', '.']).trim_end_matches('/');
                match workdir {
                    Some(Value::Known(workdir)) if folder.is_empty() && !word.starts_with('/') => {
                        !facts.moves && self.is_above(workdir)
                    }
                    _ if folder.is_empty() => word.starts_with('/'),
                    _ => self.is_above(folder),
                }
            })
    }

    /// Whether a command runs a script that is not seen, and which may run the tool.
    fn may_read_unseen(&self, file: &File, model: &Model, facts: &Facts, command: usize) -> bool {
        let script = &facts.script;
        let Some(found) = script.commands().get(command).filter(|found| !found.words.is_empty()) else {
            return false;
        };
        // What installs a project's packages may be run by its other scripts too.
        let is_of_project = match self.family {
            Family::Npm | Family::Yarn | Family::Conda | Family::Composer => true,
            family => family == Family::Apt && !self.has_plain_scripts,
        };
        if let Some(package) = facts.package_of(command) {
            return is_of_project && !self.has_plain_scripts && runs_script(package, facts);
        }
        let Some(invocation) = facts.invocation_of(command) else {
            return true;
        };
        let (name, arguments) = (&*invocation.name, invocation.arguments(script));
        let first = arguments.first().map(|word| script.str(word.part).trim_matches(['"', '\'']));
        let is_read_here = || {
            let inner = script.commands().iter().skip(command + 1);
            { inner }
                .take_while(|inner| inner.part.end <= found.part.end)
                .any(|inner| inner.nesting.any(Nesting::SCRIPT))
        };
        let reads_file =
            READERS.contains(&name) || is_python(name) && first.is_some_and(|first| !first.starts_with('-'));
        match name {
            "eval" => true,
            "." | "source" => {
                !first.is_some_and(|file| is_profile(path::name(file)) || file.starts_with("/etc/"))
            }
            name if is_posix_shell(name) => !is_read_here(),
            _ if is_of_project && reads_file => true,
            _ => {
                let word = found.words.get(invocation.program).map(|word| script.str(word.part));
                is_own_path(word.unwrap_or_default().trim_matches(['"', '\'']))
                    || is_brought(file, model, name)
            }
        }
    }
}

/// Whether a program is called by a path that is none of the system's.
fn is_own_path(word: &str) -> bool {
    const SYSTEM: [&str; 5] = ["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"];
    word.contains('/') && !SYSTEM.iter().any(|folder| word.starts_with(folder))
}

/// Whether a COPY or ADD of the file brings something of this name.
fn is_brought(file: &File, model: &Model, name: &str) -> bool {
    let copies =
        file.items().iter().enumerate().filter(|(_, item)| matches!(item.kind, Kind::Copy | Kind::Add));
    let has_name =
        |path: Option<&str>| path.is_some_and(|path| path::name(path.trim_end_matches('/')) == name);
    { copies }.filter_map(|(index, _)| CopyStep::of(file, model, index)).any(|copy| {
        has_name(copy.target()) || copy.sources.iter().any(|source| has_name(source.value.as_deref()))
    })
}

/// Whether a command of a package manager runs a script of the project's manifest.
fn runs_script(package: &PackageCommand, facts: &Facts) -> bool {
    const OTHERS: [&str; 9] =
        ["audit", "config", "info", "link", "list", "ls", "set", "version", "--version"];
    let words = package.words(&facts.script);
    let verb = words.get(package.program + 1).and_then(|word| word.value.as_deref());
    matches!(
        package.manager.family,
        Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun | Family::Composer
    ) && matches!(package.action, Action::Build | Action::Other)
        && !verb.is_some_and(|verb| OTHERS.contains(&verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn reading_of(family: Family, folder: &str, steps: &str) -> Reading {
        let document = Document::new(&format!("FROM a\nRUN b\n{steps}\n"));
        let filled = Filled { item: 1, family, folders: &[folder], has_plain_scripts: false };
        filled.reading(document.file(), document.model())
    }

    #[test]
    fn each_tool_has_its_own_words() {
        assert_eq!(reading_of(Family::Pip, ".cache", "RUN mkdir -p ~/.cache/huggingface"), Reading::None);
        assert_eq!(reading_of(Family::Pip, ".cache", "RUN chown -R b ~/.cache/pip"), Reading::Certain);
        assert_eq!(reading_of(Family::Pip, ".cache", "RUN ls ~/.cache"), Reading::Certain);
        assert_eq!(reading_of(Family::Conda, "pkgs", "RUN conda install -y -c pkgs/main b"), Reading::None);
        assert_eq!(reading_of(Family::Conda, "pkgs", "RUN ls /opt/conda/pkgs"), Reading::Certain);
        assert_eq!(reading_of(Family::Dnf, "/var/cache", "RUN tar -C /b -x && node c"), Reading::None);
        assert_eq!(reading_of(Family::Dnf, "/var/cache", "RUN dnf -C install -y b"), Reading::Certain);
        assert_eq!(reading_of(Family::Apk, "/var/cache/apk", "RUN apk add --no-network b"), Reading::Certain);
    }

    fn reading(steps: &str) -> Reading {
        let document = Document::new(&format!("FROM node:22 AS x\nWORKDIR /app\nRUN npm ci\n{steps}\n"));
        let filled = Filled { item: 2, family: Family::Npm, folders: &[".npm"], has_plain_scripts: false };
        filled.reading(document.file(), document.model())
    }

    #[test]
    fn who_names_the_cache_or_works_offline_reads_it() {
        for steps in [
            "RUN ls /root/.npm >/keep",
            "RUN tar -cf /keep.tar --mtime=@0 /root/.npm/_cacache/content-v2",
            "RUN for a in ~/.npm/*; do b; done",
            "RUN npm install --offline",
            "RUN npm install --prefer-offline b && npm cache clean --force",
            "ENV npm_config_offline=true",
            "RUN npm cache ls",
            "RUN cp -r \"$(npm config get cache)\" /b",
            "ONBUILD RUN npm ci --offline",
            "CMD npm install --offline",
            "FROM x\nRUN sh -c 'npm install --offline'",
            "FROM b\nCOPY --from=x /root/.npm /root/.npm",
            "FROM b\nCOPY --from=x /root /root\nRUN npm ci --offline",
            "FROM x AS y\nFROM b\nCOPY --from=y / /\nRUN npm ci --offline",
        ] {
            assert_eq!(reading(steps), Reading::Certain, "{steps}");
        }
    }

    #[test]
    fn a_script_that_cannot_be_read_may() {
        for steps in [
            "COPY s.sh /s.sh\nRUN sh /s.sh",
            "RUN ./s.sh",
            "RUN curl b | bash",
            "RUN . ./b",
            "RUN eval \"$A\"",
            "RUN $A",
            "RUN make",
            "RUN node b.js",
            "RUN npm run build",
            "COPY b /usr/local/bin/setup\nRUN setup",
            "RUN <<E\n#!/usr/bin/python3\nb\nE",
            "RUN [\"/b\"]",
            "RUN cp -r /root /b",
            "WORKDIR /root\nRUN tar cf /b .",
        ] {
            assert_eq!(reading(steps), Reading::Possible, "{steps}");
        }
    }

    #[test]
    fn what_is_seen_to_do_something_else_does_not() {
        for steps in [
            "RUN rm -rf /root/.npm && cp .npmrc /b",
            "RUN npm cache clean --force && npm install -g b",
            "RUN sh -c 'b && c' && bash -c \"d\"",
            "RUN . ~/.nvm/nvm.sh && /usr/bin/b && tsc",
            "RUN tar cf /b . && cp -r /app/. /c",
            "CMD [\"./b.sh\"]",
            "RUN --mount=type=cache,target=/root/.npm npm ci",
            "FROM b\nRUN ./s.sh && npm ci --offline",
            "FROM b\nCOPY --from=x /app /app\nRUN ./s.sh",
        ] {
            assert_eq!(reading(steps), Reading::None, "{steps}");
        }
    }
}
