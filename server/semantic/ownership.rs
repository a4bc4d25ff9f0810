//! `chown -R` and `chmod -R`: what they change, and whether the COPY that brought it could have given it that owner.
//! Source: chown(1) of the GNU coreutils; Docker reference, "COPY --chown"; BuildKit, `dockerfile2llb/convert_copy.go`.

use std::collections::BTreeSet;

use super::Model;
use super::commands::Invocation;
use super::copies::{CopyFrom, CopyStep};
use super::dependencies::place;
use super::effects::{is_of_system, leaves_alone};
use super::facts::Facts;
use super::users::{created, environment_value};
use crate::path;
use crate::syntax::shell::{Element, Joint, Word};
use crate::syntax::word::Value;
use crate::syntax::{File, Item, Kind};

/// A command that changes the owner or the mode of all that lies in some folders.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The command, as an index of the script's.
    pub command: usize,
    invocation: &'a Invocation,
}

/// How files can be copied so that they need no change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What `--chown` has to say.
    pub owner: String,
    /// The instructions that have to say it, as indexes of the file's.
    pub copies: Vec<usize>,
}

/// The commands of a RUN that change all that lies in a folder, in order.
pub fn changes(facts: &Facts) -> impl Iterator<Item = Change<'_>> {
    let programs = facts
        .invocations
        .iter()
        .filter(|invocation| matches!(&*invocation.name, "chown" | "chmod") && !invocation.takes_more);
    let changes = programs.map(|invocation| Change { command: invocation.command, invocation });
    changes.filter(|change| change.options(facts).any(is_recursive))
}

fn is_recursive(option: &str) -> bool {
    option == "--recursive"
        || !option.starts_with("--") && option.chars().skip(1).all(is_option) && option.contains('R')
}

/// Whether a letter is an option of chown or chmod; those of modes, as in `-x`, are not.
fn is_option(letter: char) -> bool {
    matches!(letter, 'c' | 'f' | 'v' | 'h' | 'R' | 'H' | 'L' | 'P')
}

impl Change<'_> {
    fn options<'a>(&'a self, facts: &'a Facts) -> impl Iterator<Item = &'a str> {
        let words = self.invocation.arguments(&facts.script).iter();
        words.map(|word| facts.script.text_of(word)).filter(|word| word.starts_with('-'))
    }

    /// The words that are no options: the owner or mode, and the paths.
    fn operands<'a>(&self, facts: &'a Facts) -> impl Iterator<Item = &'a Word> {
        let words = self.invocation.arguments(&facts.script).iter();
        words.filter(|word| !facts.script.text_of(word).starts_with('-'))
    }

    /// The places that it changes in the instruction `item`, as [`place`] tells them; those that only the shell knows are left out.
    pub fn places(&self, facts: &Facts, model: &Model, item: usize) -> Vec<String> {
        let workdir = model.environment_at(item).map(|environment| &environment.workdir);
        let path = |word: &Word| {
            let written = known_value(facts, model, item, word)?;
            let is_known = written.starts_with('/') || !facts.moves && !written.starts_with('~');
            if is_known { place(workdir?, &written) } else { None }
        };
        self.operands(facts).skip(1).filter_map(path).collect()
    }

    /// The word that says that it goes into folders, as an index of the command's, where it says nothing else.
    pub fn recursive_word(&self, facts: &Facts) -> Option<usize> {
        let words = self.invocation.arguments(&facts.script);
        let index = words.iter().position(|word| word.is("-R") || word.is("--recursive"))?;
        Some(self.invocation.program + 1 + index)
    }

    /// The owner that it gives, as it is written where it is not known; none where it changes the mode.
    pub fn owner_text(&self, facts: &Facts, model: &Model, item: usize) -> Option<String> {
        let owner = self.operands(facts).next().filter(|_| &*self.invocation.name == "chown")?;
        let known = known_value(facts, model, item, owner);
        Some(known.unwrap_or_else(|| facts.script.text_of(owner).to_owned()))
    }

    /// What `COPY --chown` has to say; none where that is not the same, or another option is given.
    fn owner(&self, facts: &Facts) -> Option<(String, Option<String>)> {
        let is_plain = self.options(facts).count() == 1 && self.recursive_word(facts).is_some();
        if &*self.invocation.name != "chown" || !is_plain {
            return None;
        }
        let owner = self.operands(facts).next()?.value.as_deref()?;
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || "_-".contains(char))
        };
        match owner.split_once(':') {
            Some((user, group)) if is_name(user) && is_name(group) => {
                Some((user.to_owned(), Some(group.to_owned())))
            }
            // The group of the files stays.
            None if is_name(owner) => Some((owner.to_owned(), None)),
            _ => None,
        }
    }
}

/// What a word of the instruction `item` says, also by variables of the environment.
fn known_value(facts: &Facts, model: &Model, item: usize, word: &Word) -> Option<String> {
    match &word.value {
        Some(value) => Some(value.to_string()),
        None => environment_value(model, item, facts, word),
    }
}

/// How the files that a change of the instruction `item` is about could be copied so that they need none. `None` where something
/// else may lie in the folders, where a user may not be there yet, or where a COPY cannot say the same.
pub fn plan(file: &File, model: &Model, item: usize, facts: &Facts, change: &Change<'_>) -> Option<Plan> {
    let (user, group) = change.owner(facts)?;
    let environment = model.environment_at(item)?;
    let places = change.places(facts, model, item);
    let command = facts.script.commands().get(change.command)?;
    let is_joined = |element: &Element| matches!(element.joint, Joint::And | Joint::Then);
    let is_whole = changes(facts).count() == 1
        && change.operands(facts).count() == places.len() + 1
        && command.nesting.is_top()
        && facts.script.elements().iter().skip(1).all(is_joined);
    let is_clear = |place: &String| place.starts_with('/') && !is_of_system(place);
    if !is_whole || !places.iter().all(is_clear) || !model.is_root(item) {
        return None;
    }
    let steps = steps_before(model, item)?;
    let mut copies = Vec::new();
    for index in steps.iter().copied() {
        let step = file.item(index)?;
        match step.kind {
            Kind::Copy | Kind::Add => {
                let copy = copied_to(file, model, index)?;
                if !places.iter().any(|place| is_in(place, &copy) || is_in(&copy, place)) {
                    continue;
                }
                let is_known = model.stage_at(index)?.index == model.stage_at(item)?.index
                    && places.iter().any(|place| is_in(place, &copy) && has_ancestors(model, &steps, place));
                if !is_known || !can_give(file, model, index, group.is_some()) {
                    return None;
                }
                copies.push(index);
            }
            Kind::Run => {
                let (facts, workdir) = (Facts::of(&step.instruction)?, &model.environment_at(index)?.workdir);
                let is_seen = copies.is_empty() || model.is_root(index);
                let is_apart = places.iter().all(|place| leaves_alone(facts, usize::MAX, workdir, place));
                (is_seen && is_apart).then_some(())?;
            }
            // A folder that it makes in there has another owner.
            Kind::Workdir => {
                let folder = folder_after(model, index)?;
                (!places.iter().any(|place| *place != folder && is_in(place, &folder))).then_some(())?;
            }
            Kind::Onbuild | Kind::Unknown => return None,
            _ => {}
        }
    }
    let workdir = &environment.workdir;
    let is_apart = places.iter().all(|place| leaves_alone(facts, change.command, workdir, place));
    let first = *copies.first().filter(|_| is_apart)?;
    let is_there = is_user(file, model, &steps, first, &user)
        && group.as_deref().is_none_or(|group| is_group(file, model, &steps, first, group));
    let owner = format!("{user}:{}", group.as_deref().unwrap_or("0"));
    is_there.then_some(Plan { owner, copies })
}

/// The instructions before `item` that its stage is made of, those of the stages it is built on too, in order. `None`
/// where nothing is known of the image at the beginning.
fn steps_before(model: &Model, item: usize) -> Option<Vec<usize>> {
    model.base_image(item)?;
    let mut steps: Vec<usize> = Vec::new();
    for stage in model.chain(model.stage_at(item)?.index) {
        steps.extend((stage.from() + 1..stage.items.end.min(item)).rev());
    }
    steps.reverse();
    Some(steps)
}

/// The absolute place that a COPY or ADD copies to.
fn copied_to(file: &File, model: &Model, item: usize) -> Option<String> {
    let written = CopyStep::of(file, model, item)?.target()?;
    place(&model.environment_at(item)?.workdir, written).filter(|place| place.starts_with('/'))
}

/// Whether a path is a folder or lies in it.
fn is_in(folder: &str, path: &str) -> bool {
    let rest = path.strip_prefix(folder.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the folders above a place are surely there, so that no COPY makes them with its owner.
fn has_ancestors(model: &Model, steps: &[usize], place: &str) -> bool {
    let above = path::parent(place);
    matches!(above, "" | "/opt" | "/srv" | "/usr/src" | "/home")
        || steps.iter().any(|step| folder_after(model, *step).is_some_and(|folder| is_in(above, &folder)))
}

/// The folder in force behind an instruction.
fn folder_after(model: &Model, item: usize) -> Option<String> {
    match &model
        .environment_at(item + 1)
        .or_else(|| model.environment_after(model.stage_at(item)?.index))?
        .workdir
    {
        Value::Known(folder) => Some(path::from_root(folder)),
        _ => None,
    }
}

/// Whether a COPY can give an owner, and files have no other one before it.
fn can_give(file: &File, model: &Model, index: usize, has_group: bool) -> bool {
    let Some(item) = file.item(index) else {
        return false;
    };
    let flag = |name: &str| item.instruction.flag(name).is_some();
    let from = CopyStep::of(file, model, index).map(|copy| &copy.from);
    // What comes from a stage keeps the group that it has there. A link is made without the files below it, `/etc/passwd` too.
    item.kind == Kind::Copy
        && !flag("chown")
        && !flag("link")
        && (has_group || from == Some(&CopyFrom::Context))
}

fn is_number(name: &str) -> bool {
    name.chars().all(|char| char.is_ascii_digit())
}

fn runs<'a>(file: &'a File, steps: &'a [usize], end: usize) -> impl Iterator<Item = &'a Facts> {
    let items = steps.iter().take_while(move |step| **step < end).filter_map(|step| file.item(*step));
    items.filter(|item: &&Item| item.kind == Kind::Run).filter_map(|item| Facts::of(&item.instruction))
}

/// Whether there is a user of this name before the instruction `end`.
fn is_user(file: &File, model: &Model, steps: &[usize], end: usize, name: &str) -> bool {
    let in_base =
        || model.base_image(end).is_some_and(|image| image.users.iter().any(|user| user.name == name));
    let is_made = |facts: &Facts| created(facts).iter().any(|user| user.name.as_deref() == Some(name));
    is_number(name) || name == "root" || in_base() || runs(file, steps, end).any(is_made)
}

/// As [`is_user`], for a group: one that is made, or that a user of the same name has brought along.
fn is_group(file: &File, model: &Model, steps: &[usize], end: usize, name: &str) -> bool {
    let makes = |invocation: &Invocation, facts: &Facts| match &*invocation.name {
        "groupadd" | "addgroup" => {
            let mut words = invocation
                .arguments(&facts.script)
                .iter()
                .filter(|word| !facts.script.str(word.part).starts_with('-'));
            words.next_back().is_some_and(|word| word.is(name))
        }
        _ => false,
    };
    let brings = |facts: &Facts| {
        let text = facts.script.text().text();
        let names: BTreeSet<String> = created(facts).into_iter().filter_map(|user| user.name).collect();
        // With such an option a user has no group of its own.
        names.contains(name)
            && !["-g ", "-G ", "-N ", "--gid", "--ingroup", "--no-user-group", " -g", " -G", " -N"]
                .iter()
                .any(|option| text.contains(option))
    };
    let in_base =
        || model.base_image(end).is_some_and(|image| image.users.iter().any(|user| user.name == name));
    is_number(name)
        || name == "root"
        || in_base()
        || runs(file, steps, end)
            .any(|facts| brings(facts) || facts.invocations.iter().any(|invocation| makes(invocation, facts)))
}
