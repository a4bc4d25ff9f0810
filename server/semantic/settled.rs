//! Commands behind a test, such as `if [ -f yarn.lock ]` or `if command -v apk`, that the build context or the base image
//! settles: what never runs there.

use std::borrow::Cow;
use std::cell::LazyCell;

use super::Model;
use super::arrivals::arrival;
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::{folders, place, within};
use super::effects::{is_of_system, leaves_alone};
use super::facts::Facts;
use super::ignorable::{is_trusted, named};
use super::image_questions::of_image;
use super::independence::command_reads_nothing;
use super::list_updates::run_facts;
use super::stages::Base;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::context::{BuildContext, Lookup};
use crate::knowledge::images::is_official;
use crate::path;
use crate::syntax::mount::Mount;
use crate::syntax::shell::guards::{FileTest, Guard, Question};
use crate::syntax::word::Value;
use crate::syntax::{File, Kind, Part};

/// The parts of a RUN's shell text that never run with the files that the build context has.
pub fn never_run(file: &File, model: &Model, context: &dyn BuildContext, item: usize) -> Vec<Part> {
    let never = |guard: &Guard, outcome: Option<bool>| outcome == Some(!guard.when);
    guarded(file, model, context, item, &never)
}

/// The parts of a RUN's shell text that never run in its base image, whatever the build context has.
pub fn never_run_in_image(file: &File, model: &Model, item: usize) -> Vec<Part> {
    let Some(facts) = run_facts(file, model, item) else { return Vec::new() };
    let answer = |question: &Question| of_image(file, model, item, question);
    let guards = facts.script.guards().iter();
    guards.filter(|guard| guard.test.outcome(&answer) == Some(!guard.when)).map(|guard| guard.part).collect()
}

/// Whether a command of a RUN stands behind a test of which it is not known how it comes out.
pub fn may_not_run(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    item: usize,
    command: Part,
) -> bool {
    let is_unknown = |guard: &Guard, outcome: Option<bool>| guard.part.holds(command) && outcome.is_none();
    !guarded(file, model, context, item, &is_unknown).is_empty()
}

/// The facts of a RUN without the commands that never run; `None` where all may.
pub fn settled_facts(file: &File, model: &Model, context: &dyn BuildContext, item: usize) -> Option<Facts> {
    let never = never_run(file, model, context, item);
    let is_left_out = |part: Part| never.iter().any(|other| other.holds(part));
    let instruction = file.instruction(item)?;
    (!never.is_empty()).then(|| Facts::of(instruction))?.map(|facts| facts.without(instruction, &is_left_out))
}

/// The facts of a RUN that a POSIX shell reads, without the commands that never run.
pub fn running_facts<'a>(
    file: &'a File,
    model: &Model,
    context: &dyn BuildContext,
    item: usize,
) -> Option<Cow<'a, Facts>> {
    let settled = settled_facts(file, model, context, item).map(Cow::Owned);
    settled.or_else(|| run_facts(file, model, item).map(Cow::Borrowed))
}

/// The parts behind tests that are picked, given how each test comes out.
fn guarded(
    file: &File,
    model: &Model,
    context: &dyn BuildContext,
    item: usize,
    pick: &dyn Fn(&Guard, Option<bool>) -> bool,
) -> Vec<Part> {
    let Some(facts) = run_facts(file, model, item).filter(|facts| !facts.script.guards().is_empty()) else {
        return Vec::new();
    };
    let view = View::new(context);
    // Asked for only where a test asks for files of the build.
    let is_seen =
        LazyCell::new(|| named(file, model).is_some_and(|named| is_trusted(context, &view, &named.paths)));
    let run = Run { file, model, context, view: &view, item, facts };
    let answer = |question: &Question| {
        let found = |test: &FileTest| run.finds(test).filter(|_| *is_seen);
        of_image(file, model, item, question).or_else(|| match question {
            Question::File(test) => found(test),
            Question::Program(_) | Question::Distribution(_) => None,
        })
    };
    let outcome = |guard: &Guard| guard.test.outcome(&answer);
    let guards = facts.script.guards().iter();
    guards.filter(|guard| pick(guard, outcome(guard))).map(|guard| guard.part).collect()
}

/// A RUN that asks whether files are there.
struct Run<'a> {
    file: &'a File,
    model: &'a Model,
    context: &'a dyn BuildContext,
    view: &'a View<'a>,
    item: usize,
    facts: &'a Facts,
}

/// What a step does about a file.
enum Deed {
    Brings,
    Nothing,
    Unknown,
}

impl Run<'_> {
    /// Whether a file that is asked for is there; `None` where that cannot be told.
    fn finds(&self, test: &FileTest) -> Option<bool> {
        let commands = self.facts.script.commands();
        let first = commands.iter().position(|command| command.part.start >= test.after)?;
        let workdir = self.model.folder_at(self.item);
        let folder = folders(self.facts, &workdir).get(first)?.clone()?;
        let target = within(&folder, &test.path).filter(|target| !target.starts_with('?'))?;
        if !spares(self.facts, first, &workdir, &target) || self.mounts_over(&workdir, &target) {
            return None;
        }
        let own = self.model.stage_at(self.item)?;
        for stage in self.model.chain(own.index) {
            let end = if stage.index == own.index { self.item } else { stage.items.end };
            for step in (stage.from() + 1..end).rev() {
                match self.deed(step, &target) {
                    Deed::Brings => return Some(true),
                    Deed::Nothing => {}
                    Deed::Unknown => return None,
                }
            }
        }
        match self.model.root(self.item)? {
            Base::Scratch => Some(false),
            Base::Image(image) => {
                let has_triggers = image.tag().is_some_and(|tag| tag.contains("onbuild"));
                let is_plain = is_official(image.name()) && !has_triggers && !is_of_system(&target);
                is_plain.then_some(false)
            }
            _ => None,
        }
    }

    /// Whether a mount of the RUN may show another file there.
    fn mounts_over(&self, workdir: &Value, target: &str) -> bool {
        let mounts = self.file.instruction(self.item).map(Mount::all).unwrap_or_default();
        mounts.iter().filter_map(Mount::target).any(|mounted| {
            let mounted = place(workdir, mounted).filter(|_| !mounted.contains('$'));
            mounted.is_none_or(|mounted| mounted.starts_with('?') || path::overlap(&mounted, target))
        })
    }

    fn deed(&self, step: usize, target: &str) -> Deed {
        let Some(instruction) = self.file.instruction(step) else {
            return Deed::Unknown;
        };
        match instruction.ast().kind {
            Kind::Copy | Kind::Add => self.copies(step, target).unwrap_or(Deed::Unknown),
            Kind::Run => {
                let workdir = self.model.folder_at(step);
                let facts = run_facts(self.file, self.model, step);
                match facts.is_some_and(|facts| spares(facts, usize::MAX, &workdir, target)) {
                    true => Deed::Nothing,
                    false => Deed::Unknown,
                }
            }
            Kind::Unknown => Deed::Unknown,
            _ => Deed::Nothing,
        }
    }

    /// What a copy does; `None` where that is not known.
    fn copies(&self, step: usize, target: &str) -> Option<Deed> {
        let Run { file, model, view, context, .. } = *self;
        if let Some(source) = arrival(file, model, view, step, target) {
            return (!view.is_left_out_by_git(&source)).then_some(Deed::Brings);
        }
        let copy = CopyStep::of(file, model, step)?;
        let destination = place(&model.folder_at(step), copy.target()?)?;
        let rest = path::below(target, &destination).filter(|_| !destination.starts_with('?'));
        let Some(rest) = rest else {
            return (!destination.starts_with('?')).then_some(Deed::Nothing);
        };
        let has_flags = file.instruction(step)?.ast().flags.iter().any(|flag| {
            let flag = file.instruction(step).map(|instruction| instruction.str(flag.part));
            flag.is_some_and(|flag| flag.starts_with("--parents") || flag.starts_with("--exclude"))
        });
        if copy.from != CopyFrom::Context || copy.has_heredocs || has_flags {
            return None;
        }
        for source in &copy.sources {
            let source = source.value.as_deref().filter(|source| !source.contains(':'))?;
            let folder = path::in_context(source);
            let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
            // What git leaves out may be there for whoever builds it.
            let may_be_made = |path: &str| view.is_left_out_by_git(path);
            if may_be_made(&path::join(above, path::name(target))) || may_be_made(&path::join(&folder, rest))
            {
                return None;
            }
            let paths = match view.resolve(source) {
                Sources::Found(paths) => paths,
                Sources::Missing | Sources::IgnoredAll => continue,
                Sources::Unknown => return None,
            };
            let brings = |path: &String| match context.entry(path) {
                Lookup::Folder => {
                    let below = path::join(path, rest);
                    context.entry(&below) != Lookup::Absent && view.lets_through(&below) != Some(false)
                }
                Lookup::File(_) => {
                    file.item(step).is_none_or(|item| item.kind == Kind::Add) && is_archive(path)
                }
                Lookup::Absent | Lookup::Unknown => true,
            };
            if paths.iter().any(brings) {
                return None;
            }
        }
        Some(Deed::Nothing)
    }
}

/// Whether the commands of a RUN before one of them leave a file alone.
fn spares(facts: &Facts, end: usize, workdir: &Value, target: &str) -> bool {
    let folder = target.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let count = end.min(facts.script.commands().len());
    leaves_alone(facts, end, workdir, target)
        || facts.script.outputs().is_empty()
            && (0..count).all(|command| command_reads_nothing(facts, command, folder))
}

/// Whether ADD may take a file apart.
fn is_archive(path: &str) -> bool {
    [".tar", ".gz", ".tgz", ".xz", ".bz2", ".zst"].iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// What never runs of the last RUN.
    fn never(fixture: &str) -> Vec<String> {
        Fixture::new(fixture).look(|cx| {
            let (file, model) = (cx.document.file(), cx.document.model());
            let item = file.items().iter().rposition(|item| item.kind == Kind::Run).expect("a RUN");
            let facts = run_facts(file, model, item).expect("facts");
            let mut never: Vec<String> = never_run(file, model, cx.context, item)
                .into_iter()
                .map(|part| facts.script.str(part).to_owned())
                .collect();
            never.dedup();
            never
        })
    }

    const RUN: &str =
        "RUN if [ -f yarn.lock ]; then yarn; elif [ -f package-lock.json ]; then npm ci; else exit 1; fi\n";
    const FILES: &str = "#- package.json\n{}\n#- package-lock.json\n{}\n";

    #[test]
    fn the_context_settles_which_branch_runs() {
        let copy = "COPY package.json yarn.lock* package-lock.json* ./\n";
        for steps in [
            copy.to_owned(),
            "COPY . .\n".to_owned(),
            format!("RUN apk add --no-cache libc6-compat\n{copy}"),
            format!("RUN corepack enable\n{copy}"),
            "COPY --from=other /x/node_modules ./node_modules\nCOPY . .\n".to_owned(),
        ] {
            let before =
                format!("#- Dockerfile\nFROM node:22-alpine AS base\nFROM base\nWORKDIR /app\n{steps}");
            assert_eq!(never(&format!("{FILES}{before}{RUN}")), ["yarn", "exit 1"], "{steps}");
            let yarn = FILES.replace("package-lock.json", "yarn.lock");
            assert_eq!(never(&format!("{yarn}{before}{RUN}")), ["npm ci", "exit 1"], "{steps}");
        }
    }

    #[test]
    fn what_may_be_made_is_not_settled() {
        let file = |steps: &str| format!("{FILES}#- Dockerfile\nFROM node:22\nWORKDIR /app\n{steps}{RUN}");
        for steps in [
            "COPY --from=other /x ./\nCOPY package.json ./\n",
            "COPY package.json ./\nRUN make\n",
            "COPY $A ./\n",
            "ADD https://a.b/c ./\n",
        ] {
            assert_eq!(never(&file(steps)), [""; 0], "{steps}");
        }
        assert_eq!(never(&file("COPY . .\n").replace("node:22", "own/node:22")), ["exit 1"]);
        assert_eq!(never(&format!("#- .gitignore\nyarn.lock\n{}", file("COPY . .\n"))), ["exit 1"]);
        assert_eq!(never(&format!("FROM node:22\nWORKDIR /app\nCOPY . .\n{RUN}")), [""; 0]);
    }

    #[test]
    fn what_is_ignored_is_absent() {
        let fixture = format!(
            "#- .dockerignore\npackage-lock.json\n{FILES}#- Dockerfile\nFROM node:22\nWORKDIR /app\nCOPY . .\n{RUN}"
        );
        assert_eq!(never(&fixture), ["yarn", "npm ci"]);
    }
}
