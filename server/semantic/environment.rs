//! What surrounds an instruction: the folder, the user and the shell that are in force.
//! Source: Docker reference, "WORKDIR", "USER", "SHELL"; BuildKit, `dockerfile2llb/convert.go`.

use std::sync::Arc;

use super::Model;
use super::stages::{Base, Stage};
use super::windows::{self, Windows};
use crate::knowledge::images::{self, BinSh};
use crate::path;
use crate::syntax::shell::shells::is_posix_shell;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Instruction};

/// What surrounds an instruction. `Value::Unset` is whatever the base image has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The absolute folder, with `/` between its parts.
    pub workdir: Value,
    /// The user, and the group if there is one, as in `app:app`.
    pub user: Value,
    /// Whether a WORKDIR of this file has been there.
    pub has_workdir: bool,
    /// The shell of the shell forms.
    pub shell: Arc<Shell>,
    /// Whether a SHELL has set it, of this file or of an image that is known to have one.
    pub has_own_shell: bool,
    /// What `/bin/sh` is in an image that is not known, as the package manager of a step tells.
    pub sh_of_manager: Option<BinSh>,
    /// Whether a step may put another shell in the place of `/bin/sh`.
    pub replaces_sh: bool,
    /// Whether a step says something about recommended packages in apt's configuration.
    pub configures_recommends: bool,
    /// Whether a step says something about answering with "yes" in the configuration of a package manager.
    pub configures_yes: bool,
    /// Whether a step may move what a package manager downloads, by a command that keeps a setting.
    pub moves_caches: bool,
    /// Whether a step says something of what apt does with the packages that it has downloaded.
    pub configures_downloads: bool,
}

/// What reads the shell form of RUN, CMD and ENTRYPOINT.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shell {
    /// A POSIX shell: the base name of its program, such as `sh` or `bash`, and its options.
    Posix(String, Vec<String>),
    /// PowerShell, cmd, or a program that is no shell we read.
    Foreign(String),
    /// It cannot be known: a file for Windows that does not say.
    Unknown,
}

impl Shell {
    /// The shell that BuildKit takes where nothing is said.
    pub fn default_posix() -> Shell {
        Shell::Posix("sh".to_owned(), vec!["-c".to_owned()])
    }

    /// The shell that a program is, run with these options.
    fn of_program(program: &str, options: Vec<String>) -> Shell {
        let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
        match name {
            name if is_posix_shell(name) => Shell::Posix(name.to_owned(), options),
            _ => Shell::Foreign(name.to_owned()),
        }
    }

    /// Whether it is run with the option to end where a command fails.
    pub fn stops_at_errors(&self) -> bool {
        self.has_option("errexit", &['e'])
    }

    /// Whether it is run with the option to begin as it does for a person who works in it, and to read the files for that.
    pub fn reads_profile(&self) -> bool {
        self.has_option("--login", &['i', 'l'])
    }

    /// Whether it is run with an option, as a word of its own or as one of these letters behind a `-`.
    fn has_option(&self, word: &str, letters: &[char]) -> bool {
        let Shell::Posix(_, options) = self else { return false };
        let is_cluster = |option: &str| option.starts_with('-') && !option.starts_with("--");
        options.iter().any(|option| option == word || is_cluster(option) && option.contains(letters))
    }

    /// Whether it reads POSIX shell text.
    pub fn is_posix(&self) -> bool {
        matches!(self, Shell::Posix(..))
    }
}

impl Environment {
    /// At the start of a `stage`; `inherited` is the end of the stage it is built on, `told` the shell that a comment
    /// names for the whole file, `posix` the shell where nothing is said.
    pub(super) fn at_start(
        stage: &Stage,
        inherited: Option<&Environment>,
        escape: char,
        told: Option<&Arc<Shell>>,
        posix: &Arc<Shell>,
    ) -> Environment {
        if let Some(inherited) = inherited {
            return inherited.clone();
        }
        let workdir = match stage.base {
            Base::Scratch => Value::Known("/".to_owned()),
            Base::Stage(_) | Base::Image(_) | Base::Unknown => Value::Unset,
        };
        let windows = stage.likely_image().and_then(windows::of_image);
        let set = stage.likely_image().and_then(|image| images::set_shell(image.name()));
        let shell = match (told, set) {
            (Some(shell), _) => Arc::clone(shell),
            (None, Some([program, options @ ..])) => {
                let options = options.iter().map(|option| (*option).to_owned()).collect();
                Arc::new(Shell::of_program(program, options))
            }
            _ if windows == Some(Windows::Plain) => Arc::new(Shell::Foreign("cmd".to_owned())),
            // It may have set a SHELL.
            _ if windows == Some(Windows::Derived) => Arc::new(Shell::Unknown),
            // The backtick is the escape character of files for Windows.
            _ if escape == '`' => Arc::new(Shell::Unknown),
            _ => Arc::clone(posix),
        };
        Environment {
            workdir,
            has_workdir: false,
            user: Value::Unset,
            shell,
            has_own_shell: set.is_some(),
            sh_of_manager: None,
            replaces_sh: false,
            configures_recommends: false,
            configures_yes: false,
            moves_caches: false,
            configures_downloads: false,
        }
    }

    /// Whether a path does not depend on the folder; that with a drive or a backslash only where it may be Windows.
    pub fn is_absolute(&self, path: &str) -> bool {
        let has_drive =
            || path.get(1..2) == Some(":") && path.starts_with(|char: char| char.is_ascii_alphabetic());
        path.starts_with('/') || !self.shell.is_posix() && (path.starts_with('\\') || has_drive())
    }

    /// After a WORKDIR with this (expanded) argument.
    pub(super) fn change_folder(&mut self, folder: Value) {
        self.has_workdir = true;
        self.workdir = match (folder, &self.workdir) {
            (Value::Known(folder), _) if folder.starts_with('/') => Value::Known(path::from_root(&folder)),
            (Value::Known(folder), Value::Known(current)) => Value::Known(path::absolute(current, &folder)),
            _ => Value::Unknown,
        };
    }

    /// After a SHELL.
    pub(super) fn change_shell(&mut self, arguments: &Arguments) {
        let Arguments::Json(words) = arguments else {
            return;
        };
        let mut words = words.iter().map(|word| word.value.as_str());
        let Some(program) = words.next() else {
            return;
        };
        self.has_own_shell = true;
        self.shell = Arc::new(Shell::of_program(program, words.map(str::to_owned).collect()));
    }
}

impl Model {
    /// What surrounds the instruction `item`; `None` before the first FROM and for that FROM.
    pub fn environment_at(&self, item: usize) -> Option<&Environment> {
        if self.stage_at(item).is_none_or(|stage| stage.from() == item) {
            return None;
        }
        self.environments
            .get(self.environments_before(item).checked_sub(1)?)
            .map(|(_, environment)| environment)
    }

    /// What surrounds whatever comes right after the instruction `item` of a stage.
    pub fn environment_said_at(&self, item: usize) -> Option<&Environment> {
        let index = self.environments_before(item + 1);
        let (from, environment) = self.environments.get(index.checked_sub(1)?)?;
        self.stage_at(item).filter(|stage| stage.from() < *from).map(|_| environment)
    }

    /// What surrounds whatever comes after the last instruction of a stage.
    pub fn environment_after(&self, stage: usize) -> Option<&Environment> {
        let end = self.stages.all.get(stage)?.items.end;
        self.environments
            .get(self.environments_before(end).checked_sub(1)?)
            .map(|(_, environment)| environment)
    }

    /// How many of the environments begin before the instruction `item`, or right there.
    fn environments_before(&self, item: usize) -> usize {
        let counted = self.counts.get(item).map(|counts| counts.environments as usize);
        counted.unwrap_or_else(|| self.environments.partition_point(|(from, _)| *from <= item))
    }

    /// The shell that a comment names for every stage.
    pub(crate) fn commented_shell(&self) -> Option<&Shell> {
        self.commented_shell.as_deref()
    }

    /// A comment may name the shell of all that follows in its stage, or before the first FROM that of every stage. One
    /// above a later FROM still stands in the stage before, which the new one may be built on.
    pub(super) fn hear_comments(&mut self, index: usize, instruction: &Instruction) {
        let Some(shell) = shell_of_comments(instruction).map(Arc::new) else {
            return;
        };
        match index.checked_sub(1) {
            Some(before) if !self.stages.all.is_empty() => {
                self.change(before, |environment| environment.shell = shell);
            }
            _ => self.commented_shell = Some(shell),
        }
    }
}

/// The shell that hadolint's comments above an instruction name, `# hadolint shell=bash`; the last one counts.
/// Source: hadolint, README.md, "Non-Posix Shells", and `src/Hadolint/Pragma.hs`.
pub(super) fn shell_of_comments(instruction: &Instruction) -> Option<Shell> {
    let comments = instruction.comments().iter().rev();
    let texts = comments.filter_map(|span| instruction.source().get(span.clone()));
    let named = |comment: &str| {
        let rest = comment.strip_prefix('#')?.trim_start_matches(is_blank).strip_prefix("hadolint")?;
        let word = rest.trim_start_matches(is_blank);
        let rest = word.strip_prefix("shell").filter(|_| word.len() < rest.len())?;
        let value = rest.trim_start_matches(is_blank).strip_prefix('=')?;
        let program = value.split_whitespace().next()?;
        Some(Shell::of_program(program, vec!["-c".to_owned()]))
    };
    { texts }.find_map(named)
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}
