//! What is surely not in the file system of a stage: files of images that have none of their kind, as long as no step
//! may have brought them.

use super::Model;
use super::copies::CopyStep;
use super::dependencies::{below, place};
use super::facts::Facts;
use super::image::Image;
use super::stages::Base;
use crate::syntax::shell::Form;
use crate::syntax::word::Value;
use crate::syntax::{File, Kind};

impl Model {
    /// Whether nothing can be at `path`, an absolute one, before the instruction `end` of a stage, which begins with
    /// scratch.
    pub fn is_absent(&self, file: &File, stage: usize, end: usize, path: &str) -> bool {
        matches!(self.root_of(stage), Some(Base::Scratch)) && !self.may_bring(file, stage, end, path)
    }

    /// Whether a stage has surely no `/bin/sh` before its instruction `end`.
    pub fn lacks_shell(&self, file: &File, stage: usize, end: usize) -> bool {
        let has_none = match self.root_of(stage) {
            Some(Base::Scratch) => true,
            Some(Base::Image(image)) => is_without_shell(image),
            _ => false,
        };
        has_none && !self.may_bring(file, stage, end, "/bin/sh")
    }

    fn root_of(&self, stage: usize) -> Option<&Base> {
        self.root(self.stages().get(stage)?.from())
    }

    /// Whether a step of a stage before `end`, or of those that it is built on, may put something at `path`.
    fn may_bring(&self, file: &File, stage: usize, mut end: usize, path: &str) -> bool {
        let mut stage = self.stages().get(stage);
        while let Some(found) = stage {
            if (found.from()..end).any(|step| self.may_write(file, step, path)) {
                return true;
            }
            // A stage is built on an earlier one.
            let base = match found.base {
                Base::Stage(base) if base < found.index => self.stages().get(base),
                _ => None,
            };
            end = base.map_or(0, |base| base.items.end);
            stage = base;
        }
        false
    }

    fn may_write(&self, file: &File, step: usize, path: &str) -> bool {
        let Some(instruction) = file.items().get(step).map(|item| &item.instruction) else {
            return true;
        };
        match instruction.ast().kind {
            Kind::Copy | Kind::Add => {
                let destination = CopyStep::of(file, self, step).and_then(|copy| copy.destination?.value);
                let unknown = Value::Unknown;
                let workdir = self.environment_at(step).map_or(&unknown, |environment| &environment.workdir);
                let target = destination.and_then(|destination| place(workdir, &destination));
                target.is_none_or(|target| target.starts_with('?') || below(path, &target).is_some())
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
    use crate::semantic::Inputs;

    fn lacks_shell(source: &str) -> bool {
        let file = File::new(source);
        let model = Model::new(&file, &Inputs::default());
        model.lacks_shell(&file, model.stages().len() - 1, file.items().len())
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
