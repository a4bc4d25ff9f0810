//! Copies of whole folders of the build context: from where, and to where.

use super::Model;
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::{DependencyInstall, Reads, place};
use crate::context::{BuildContext, Lookup};
use crate::knowledge::package_managers::projects::is_any_manifest;
use crate::path;
use crate::syntax::word;
use crate::syntax::{Arguments, File, Instruction, Kind};

/// A COPY or ADD of one whole folder of the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderCopy {
    /// The instruction, as an index of the file's.
    pub item: usize,
    /// The folder as a clean path of the context; empty for the context itself.
    pub source: String,
    /// To where, as a [`place`].
    pub destination: String,
}

/// Whether an instruction may be a [`FolderCopy`], as far as it shows by itself.
pub fn may_copy_folder(instruction: &Instruction) -> bool {
    let is_plain = |text: &str| word::is_plain(text, instruction.escape());
    words(instruction).is_some_and(|(source, destination)| {
        !is_plain(source) || !is_plain(destination) || is_folder_copy(source, destination)
    })
}

/// As [`may_copy_folder`], where the build context tells what a word names: see [`FolderCopy::seen`].
pub fn may_copy_seen_folder(instruction: &Instruction) -> bool {
    words(instruction).is_some()
}

/// The one source of a COPY or ADD, and its destination, as they are written.
fn words(instruction: &Instruction) -> Option<(&str, &str)> {
    let ast = instruction.ast();
    let words = match &ast.arguments {
        Arguments::Words(words) => match words.as_slice() {
            [source, destination] => (instruction.str(*source), instruction.str(*destination)),
            _ => return None,
        },
        Arguments::Json(strings) => match strings.as_slice() {
            [source, destination] => (&*source.value, &*destination.value),
            _ => return None,
        },
        _ => return None,
    };
    matches!(ast.kind, Kind::Copy | Kind::Add).then_some(words)
}

/// Whether what is copied reads as a folder: a file copied to `a` is the file `a`; copied to `a/` it lies in it. Where the
/// name stays the same, as in `code code/`, a folder is meant. What is called as files are is one.
fn is_folder_copy(source: &str, destination: &str) -> bool {
    let name = |path: &str| path::name(path.trim_end_matches('/')).to_owned();
    let is_named_so = || {
        !destination.ends_with(['/', '.']) || destination.ends_with('/') && name(source) == name(destination)
    };
    path::in_context(source).is_empty()
        || source.ends_with('/')
        || !is_called_as_file(path::name(source)) && is_named_so()
}

/// Whether a name is one of those that only files have: `entry.js`, `Gemfile`, `Makefile`, `mvnw`.
fn is_called_as_file(name: &str) -> bool {
    path::has_extension(name)
        || name.ends_with("file") && name.starts_with(|char: char| char.is_ascii_uppercase())
        || matches!(name, "gradlew" | "mvnw")
        || is_any_manifest(name)
}

impl FolderCopy {
    /// What the instruction `item` copies, if that is one folder of the build context. A word that could name a file
    /// counts where its destination is a folder that other steps work in.
    pub fn of(file: &File, model: &Model, item: usize) -> Option<FolderCopy> {
        let (copy, is_folder) = FolderCopy::read(file, model, item)?;
        is_folder.then_some(copy)
    }

    /// As [`FolderCopy::of`]; where the build context has a file there or a folder, as for `COPY web .`, that decides.
    pub fn seen(file: &File, model: &Model, context: &dyn BuildContext, item: usize) -> Option<FolderCopy> {
        let (copy, is_folder) = FolderCopy::read(file, model, item)?;
        let is_folder = match context.entry(&copy.source) {
            Lookup::File(_) => false,
            Lookup::Folder => true,
            Lookup::Absent | Lookup::Unknown => is_folder,
        };
        is_folder.then_some(copy)
    }

    /// The copy of what may be a folder, and whether that shows by its words.
    fn read(file: &File, model: &Model, item: usize) -> Option<(FolderCopy, bool)> {
        let copy = CopyStep::of(file, model, item)?;
        let ([source], false, CopyFrom::Context) = (copy.sources.as_slice(), copy.has_heredocs, &copy.from)
        else {
            return None;
        };
        let source = source.value.as_deref()?;
        let written = copy.target()?;
        if source.contains(['*', '?', '[', ':']) {
            return None;
        }
        let folder = path::in_context(source);
        let is_folder = is_folder_copy(source, written);
        let environment = model.environment_at(item)?;
        let destination = place(&environment.workdir, written)?;
        Some((FolderCopy { item, source: folder, destination }, is_folder))
    }

    /// Whether it brings what an install reads, judging by the places.
    pub fn serves(&self, install: &DependencyInstall) -> bool {
        let is_file = matches!(install.reads, Reads::Files(_));
        // What is copied to the place of a file is that file.
        path::below(install.place(), &self.destination).is_some_and(|rest| !(is_file && rest.is_empty()))
    }

    /// The copy of a whole folder by which the file `source` of the context would come to `place`, an absolute path: the
    /// highest folder that has the same below it on both sides. `None` where the file gets another name there.
    pub fn around(item: usize, source: &str, place: &str) -> Option<FolderCopy> {
        let (mut source, mut destination) = (source, place);
        let mut is_named = false;
        while let (Some((folder, name)), (above, own)) =
            (destination.rsplit_once('/'), source.rsplit_once('/').unwrap_or(("", source)))
        {
            if name != own || name.is_empty() {
                break;
            }
            (source, destination, is_named) = (above, folder, true);
        }
        let destination = if destination.is_empty() { "/" } else { destination };
        is_named.then(|| FolderCopy { item, source: source.to_owned(), destination: destination.to_owned() })
    }

    /// Where a file of the context comes to lie; `None` where it is not copied.
    pub fn place_of(&self, file: &str) -> Option<String> {
        let rest = if self.source.is_empty() { Some(file) } else { path::below(file, &self.source) }?;
        Some(format!("{}/{rest}", self.destination.trim_end_matches('/')))
    }

    /// The path of the build context that is copied to a place; `None` where it is none.
    pub fn source_of(&self, place: &str) -> Option<String> {
        let rest = path::below(place, &self.destination)?;
        Some(if rest.is_empty() { self.source.clone() } else { path::join(&self.source, rest) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// Whether the COPY in the third line is one of a folder: by its words, and as the build context has it.
    fn told(fixture: &str, copy: &str) -> (bool, bool) {
        let text = format!("{fixture}#- Dockerfile\nFROM a:1\nWORKDIR /app\nCOPY {copy}\n");
        Fixture::new(&text).look(|cx| {
            let (file, model) = (cx.document.file(), cx.document.model());
            let seen = FolderCopy::seen(file, model, cx.context, 2);
            (FolderCopy::of(file, model, 2).is_some(), seen.is_some())
        })
    }

    #[test]
    fn what_is_called_as_a_file_is_no_folder() {
        for copy in [
            "entry.js /entry",
            "requirements.txt /requirements",
            "Gemfile /Gemfile",
            "./Makefile /src/Makefile",
            "mvnw /app/mvnw",
            "go.mod /x",
        ] {
            assert_eq!(told("", copy), (false, false), "{copy}");
        }
        for copy in [". /x", "./ x", "code /code", "conf.d /etc/conf.d", "Shop.Api /Shop.Api", "web.app/ /x"]
        {
            assert_eq!(told("", copy), (true, true), "{copy}");
        }
    }

    #[test]
    fn the_build_context_decides() {
        assert_eq!(told("#- entry\n#!/bin/sh\n", "entry /entry"), (true, false));
        assert_eq!(told("#- my.site/a\n\n", "my.site /x"), (false, true));
        assert_eq!(told("#- web/a\n\n", "web ."), (false, true));
    }
}
