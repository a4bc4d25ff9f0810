//! The stage that is to be split: the last one, which builds and ships in one image, with what surrounds its steps.

use std::cell::Cell;

use super::brought::{Brought, brought};
use crate::context::view::View;
use crate::document::Cx;
use crate::knowledge::images::BaseImage;
use crate::knowledge::project_files::ProjectFiles;
use crate::path;
use crate::semantic::dependencies::folders;
use crate::semantic::facts::Facts;
use crate::semantic::image::Image;
use crate::semantic::stages::Stage;
use crate::syntax::shell::{Command, Joint, Nesting, RunAs, Word};
use crate::syntax::word::Value;
use crate::syntax::{Item, Kind};

/// The stage that is to be split.
pub(super) struct Subject<'a> {
    pub(super) cx: &'a Cx<'a>,
    pub(super) stage: &'a Stage,
    /// What it is built on, as written.
    pub(super) image: &'a Image,
    /// What that is.
    pub(super) base: &'a BaseImage,
    /// What its copies bring of the build context.
    pub(super) brought: Vec<Brought>,
    /// Whether a variable was asked for that the file sets to what is not known.
    met_unknown: Cell<bool>,
}

/// A command of a RUN.
pub(super) struct Task<'a> {
    /// The instruction, as an index of the file's.
    pub(super) item: usize,
    pub(super) facts: &'a Facts,
    /// The command, as an index of the script's.
    pub(super) command: usize,
    /// The absolute folder it runs in.
    pub(super) folder: String,
    /// The base name of the program, and its arguments: what they say, or else as written.
    pub(super) words: Vec<String>,
    /// `NAME=value` before it, and what the commands before it export, the last first.
    pub(super) assignments: Vec<String>,
}

impl<'a> Subject<'a> {
    /// The stage of an instruction, if it is the last one, is what is built, and is built on an image that is known.
    /// `None` too where the file is for Windows, or a copy of the stage brings what is not known.
    pub(super) fn new(cx: &'a Cx<'a>, item: usize, files: &ProjectFiles) -> Option<Subject<'a>> {
        let (file, model) = (cx.document.file(), cx.document.model());
        let stage = model.stage_at(item)?;
        let is_last = stage.index + 1 == model.stages().len();
        let is_built = model.built_stages().any(|built| built.index == stage.index);
        let (image, base) = (stage.image()?, stage.base_image()?);
        let from = file.item(stage.from())?;
        let is_plain = from.instruction.escape() == '\\' && from.instruction.heredocs().is_empty();
        (is_last && is_built && is_plain).then_some(())?;
        let brought = brought(cx, stage, &View::new(cx.context), files)?;
        Some(Subject { cx, stage, image, base, brought, met_unknown: Cell::new(false) })
    }

    /// The image as the FROM has it, with its variables.
    pub(super) fn written(&self) -> Option<&'a str> {
        let from = self.cx.document.file().item(self.stage.from())?;
        Some(from.instruction.str(self.stage.base_part?))
    }

    /// The tag, if that is written out and no digest stands behind it.
    pub(super) fn tag(&self) -> Option<&'a str> {
        let is_plain = self.written() == Some(self.image.text()) && self.image.digest().is_none();
        self.image.tag().filter(|_| is_plain)
    }

    /// The instructions of the stage below its FROM, with their indexes.
    pub(super) fn items(&self) -> impl DoubleEndedIterator<Item = (usize, &'a Item)> {
        let items = self.cx.document.file().items();
        let below = self.stage.items.start + 1..self.stage.items.end;
        below.filter_map(move |index| Some((index, items.get(index)?)))
    }

    /// The last instruction of a kind.
    pub(super) fn last(&self, kind: Kind) -> Option<(usize, &'a Item)> {
        self.items().rfind(|(_, item)| item.kind == kind)
    }

    /// The absolute folder that an instruction works in.
    pub(super) fn folder_at(&self, item: usize) -> Option<String> {
        match self.cx.document.model().folder_at(item) {
            Value::Known(folder) => Some(folder),
            Value::Unset | Value::Unknown => None,
        }
    }

    /// The commands of a RUN; `None` where one of them is not surely run, or cannot be read.
    pub(super) fn tasks(&self, item: usize) -> Option<Vec<Task<'a>>> {
        let model = self.cx.document.model();
        let instruction = self.cx.document.file().instruction(item)?;
        let facts = Facts::of(instruction)?;
        let folder = Value::Known(self.folder_at(item)?);
        let folders = folders(facts, &folder);
        let script = &facts.script;
        let is_readable = model.environment_at(item)?.shell.is_posix()
            && !script.has_error()
            && script.outputs().iter().all(|output| output.is("/dev/null"));
        is_readable.then_some(())?;
        let mut exported: Vec<String> = Vec::new();
        let task = |(index, command): (usize, &'a Command)| {
            let text = |word: &Word| script.text_of(word).to_owned();
            let is_sure =
                command.nesting.is_top() && matches!(command.joint, Joint::Start | Joint::And | Joint::Then);
            is_sure.then_some(())?;
            let invocation = facts.invocation_of(index);
            invocation.is_none_or(|invocation| invocation.user == RunAs::Own).then_some(())?;
            let words = match invocation {
                Some(invocation) => {
                    let arguments = invocation.arguments(script).iter().map(text);
                    std::iter::once(invocation.name.to_string()).chain(arguments).collect()
                }
                None if command.words.is_empty() => Vec::new(),
                None => return None,
            };
            let mut assignments: Vec<String> = command.assignments.iter().map(text).collect();
            match words.first().map(String::as_str) {
                Some("export") => exported.extend(words.iter().filter(|word| word.contains('=')).cloned()),
                // Whether that reaches a program, its name decides elsewhere.
                None => exported.extend(assignments.iter().map(|word| format!("{word}$"))),
                Some(_) => assignments.extend(exported.iter().rev().cloned()),
            }
            Some(Task {
                item,
                facts,
                command: index,
                folder: folders.get(index)?.clone()?,
                words,
                assignments,
            })
        };
        let commands = script.commands().iter().enumerate();
        commands.filter(|(_, command)| !command.nesting.any(Nesting::SUBSTITUTION)).map(task).collect()
    }

    /// The text of the file of the build context that is copied to a place of the image; `None` where none is, or it
    /// cannot be read.
    pub(super) fn read(&self, place: &str) -> Option<String> {
        let file = self.brought.iter().rfind(|brought| brought.place == place)?;
        self.cx.context.read(&file.path)
    }

    /// Whether nothing of the build context is copied to a place of the image, or into it.
    pub(super) fn is_absent(&self, place: &str) -> bool {
        self.brought.iter().all(|brought| !path::is_within(&brought.place, place))
    }

    /// The value of a variable that the file sets where a command runs. Where that is not known, it is remembered: see
    /// [`Subject::knows_all`].
    pub(super) fn variable(&self, task: &Task<'_>, name: &str) -> Option<String> {
        let value = self.known_variable(task, name);
        let is_set = || self.cx.document.model().is_set(name, task.item);
        let is_unknown = match &value {
            Some(value) => value.contains(['$', '`']),
            None => is_set(),
        };
        self.met_unknown.set(self.met_unknown.get() || is_unknown);
        value
    }

    /// As [`Subject::variable`], where nothing depends on a value that is not known.
    pub(super) fn known_variable(&self, task: &Task<'_>, name: &str) -> Option<String> {
        let assigned = task.assignments.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let value = || match self.cx.document.model().variable(name, task.item).value {
            Value::Known(value) => Some(value),
            Value::Unset | Value::Unknown => None,
        };
        assigned.map(str::to_owned).or_else(value)
    }

    /// Whether all variables that were asked for have values that are known.
    pub(super) fn knows_all(&self) -> bool {
        !self.met_unknown.get()
    }
}

impl Task<'_> {
    /// An absolute path of a word; `None` where only the shell knows it.
    pub(super) fn place(&self, word: &str) -> Option<String> {
        let is_plain = !word.starts_with('~') && !word.contains(['$', '*', '?', '[', '`']);
        is_plain.then(|| path::absolute(&self.folder, word))
    }
}
