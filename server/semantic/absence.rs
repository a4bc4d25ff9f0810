//! What is surely not in the file system of a stage: files of images that have none of their kind, as long as no step
//! may have brought them.

use super::Model;
use super::copies::CopyStep;
use super::dependencies::place;
use super::facts::Facts;
use super::image::Image;
use super::stages::{Base, Stage};
use crate::path;
use crate::syntax::shell::Form;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, File, Kind};

impl Model {
    /// From which instruction on there may be something at `path`, an absolute one, in a stage. Beyond all where nothing
    /// brings it; 0 where the stage does not begin with scratch, or may begin with another image by an argument.
    pub fn file_from(&self, file: &File, stage: usize, path: &str) -> usize {
        match self.root_of(file, stage) {
            Some(Base::Scratch) => self.brought_from(file, stage, path),
            _ => 0,
        }
    }

    /// As [`Model::file_from`], for `/bin/sh`; images that surely have none count like scratch.
    pub fn shell_from(&self, file: &File, stage: usize) -> usize {
        match self.root_of(file, stage) {
            Some(Base::Image(image)) if !is_without_shell(image) => 0,
            Some(Base::Scratch | Base::Image(_)) => self.brought_from(file, stage, "/bin/sh"),
            _ => 0,
        }
    }

    /// What the chain of a stage begins with, where the file alone says so.
    pub(super) fn root_of(&self, file: &File, stage: usize) -> Option<&Base> {
        let root = self.root_stage(self.stages().get(stage)?.from())?;
        let from = file.instruction(root.from())?;
        let Arguments::Words(words) = &from.ast().arguments else {
            return None;
        };
        words.first().is_some_and(|image| !from.str(*image).contains('$')).then_some(&root.base)
    }

    /// From which instruction on a step of a stage, or of those that it is built on, may have put something at `path`.
    fn brought_from(&self, file: &File, stage: usize, path: &str) -> usize {
        let Some(stage) = self.stages().get(stage) else {
            return 0;
        };
        let first = |stage: &Stage| stage.items.clone().find(|step| self.may_write(file, *step, path));
        if self.chain(stage.index).skip(1).any(|below| first(below).is_some()) {
            return 0;
        }
        first(stage).map_or(usize::MAX, |step| step + 1)
    }

    /// Whether a step may put something at `path`, as far as it is no RUN.
    pub(super) fn may_write(&self, file: &File, step: usize, path: &str) -> bool {
        let Some(instruction) = file.instruction(step) else {
            return true;
        };
        match instruction.ast().kind {
            Kind::Copy | Kind::Add => {
                let destination = CopyStep::of(file, self, step).and_then(CopyStep::target);
                let unknown = Value::Unknown;
                let workdir = self.environment_at(step).map_or(&unknown, |environment| &environment.workdir);
                let target = destination.and_then(|destination| place(workdir, destination));
                target.is_none_or(|target| target.starts_with('?') || path::is_within(path, &target))
            }
            // A program that was copied may write anything; a shell that is not there writes nothing.
            Kind::Run => Facts::of(instruction).is_none_or(|facts| facts.script.form() == Form::Exec),
            Kind::Onbuild | Kind::Unknown => true,
            _ => false,
        }
    }
}

/// Images by name that have no shell. Their variants for debugging have one.
/// Source: the `README` of GoogleContainerTools/distroless.
fn is_without_shell(image: &Image) -> bool {
    image.name().starts_with("gcr.io/distroless/")
        && image.digest().is_none()
        && !image.tag().is_some_and(|tag| tag.contains("debug"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::inputs::Inputs;

    fn lacks_shell(source: &str) -> bool {
        let file = File::new(source);
        let model = Model::new(&file, &Inputs::default());
        model.shell_from(&file, model.stages().len() - 1) > file.items().len()
    }

    #[test]
    fn images_without_a_shell_lack_one() {
        assert!(lacks_shell("FROM scratch\nCMD a"));
        assert!(lacks_shell("FROM gcr.io/distroless/static-debian12:nonroot\nCOPY a /b\nCMD a"));
        assert!(lacks_shell("FROM scratch AS a\nFROM a\nWORKDIR /x\nCOPY b .\nCMD a"));
        assert!(!lacks_shell("FROM gcr.io/distroless/static:debug-nonroot\nCMD a"));
        assert!(!lacks_shell("FROM gcr.io/distroless/static@sha256:ab\nCMD a"));
        assert!(!lacks_shell("FROM debian\nCMD a"));
        assert!(!lacks_shell("FROM $x\nCMD a"));
    }

    #[test]
    fn what_a_step_may_have_brought_is_not_absent() {
        for step in [
            "COPY a /",
            "COPY a .",
            "ADD a.tar /bin",
            "COPY --from=b /busybox /bin/sh",
            "COPY a $b",
            "RUN [\"/a\"]",
            "ONBUILD COPY a /",
        ] {
            assert!(!lacks_shell(&format!("FROM scratch AS x\n{step}\nFROM x\nCMD a")), "{step}");
        }
    }
}
