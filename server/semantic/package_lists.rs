//! The package lists of apt: where a build fetches them, where it removes them, and which install is left without.
//! Knows what it has seen of the file and no more: behind a script or an image it does not know, nothing is said.
//! Source: apt-get(8); the Dockerfiles of Debian's and Ubuntu's images, which hold no lists.

use std::collections::HashSet;

use super::Model;
use super::commands::Invocation;
use super::copies::CopyStep;
use super::facts::Facts;
use super::packages::PackageCommand;
use super::stages::Base;
use crate::knowledge::images::{AptImage, may_be_in_more, may_be_in_plain};
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::mount::Mount;
use crate::syntax::shell::{Command, Joint};
use crate::syntax::{File, Instruction, Kind, Script};

/// An install that finds no lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithoutLists {
    /// The RUN, as an index of the file's instructions.
    pub item: usize,
    /// The install, as an index of the packages in its facts.
    pub package: usize,
    /// Why there are none.
    pub cause: Cause,
}

/// Why there are no lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The base image has none, and no step has fetched any.
    NeverFetched,
    /// This command of this instruction removed them.
    Removed {
        /// As an index of the file's instructions.
        item: usize,
        /// As an index of its script's commands.
        command: usize,
    },
}

/// What is known of the lists at some step.
#[derive(Clone, Debug, Default)]
struct Lists {
    /// Why there are none; `None` where there are some, or may be.
    missing: Option<Cause>,
    /// What the base image is, where there never were any.
    base: Option<AptImage>,
    /// The packages that earlier steps installed.
    installed: HashSet<String>,
}

/// The folder of the lists.
const FOLDER: &str = "/var/lib/apt/lists";

/// Programs that are known to leave the lists alone.
const HARMLESS: &str = ": [ add-apt-key addgroup adduser apt-cache apt-config apt-key apt-mark awk base64 basename bzip2 \
    cat cd chgrp chmod chown chpasswd chsh cp curl cut date debconf-set-selections dirname dpkg \
    dpkg-divert dpkg-query dpkg-reconfigure echo exit export false fc-cache file find gcc git gpg \
    gpgconf grep groupadd groupmod gunzip gzip head id install ldconfig ln locale-gen localedef ls \
    lsb_release mkdir mktemp mv nproc openssl passwd printf pwd readlink rm rmdir sed set sha256sum \
    sha512sum sleep sort tail tar tee test touch tr true umask uname unset unzip update-alternatives \
    update-ca-certificates update-locale useradd usermod wc wget which xz";

/// The installs of a file that find no lists: of each chain of steps the first. `suspects` are the instructions that
/// [`may_lack_lists`].
pub fn without_lists(file: &File, model: &Model, suspects: &[usize]) -> Vec<WithoutLists> {
    let mut found = Vec::new();
    let mut ends: Vec<Lists> = Vec::new();
    for (stage, counts) in model.stages().iter().zip(model.stages_with(suspects)) {
        if !counts {
            ends.push(Lists::default());
            continue;
        }
        let mut lists = match &stage.base {
            Base::Stage(base) => ends.get(*base).cloned().unwrap_or_default(),
            Base::Image(_) | Base::Unknown => {
                let base = stage.base_image().and_then(|image| image.apt);
                Lists { missing: base.map(|_| Cause::NeverFetched), base, ..Lists::default() }
            }
            Base::Scratch => Lists::default(),
        };
        for item in stage.items.clone() {
            follow(file, model, item, &mut lists, &mut found);
        }
        ends.push(lists);
    }
    found
}

/// Whether a RUN installs with apt and, as far as it shows by itself, has no lists then.
pub fn may_lack_lists(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run);
    facts.is_some_and(|facts| {
        let mut has_lists = false;
        (0..facts.script.commands().len()).any(|command| {
            let package = facts.package_of(command);
            match package
                .filter(|package| package.manager.family == Family::Apt)
                .map(|package| package.action)
            {
                Some(Action::UpdateLists) => has_lists = true,
                Some(Action::Install) if !has_lists => return true,
                _ => has_lists &= removes_lists(facts, command) != Some(true),
            }
            false
        })
    })
}

/// What one instruction does to the lists.
fn follow(file: &File, model: &Model, item: usize, lists: &mut Lists, found: &mut Vec<WithoutLists>) {
    let Some(instruction) = file.instruction(item) else {
        return;
    };
    match instruction.ast().kind {
        Kind::Run if Mount::all(instruction).iter().any(hides_lists) => {}
        Kind::Run => {
            let is_posix = model.environment_at(item).is_some_and(|environment| environment.shell.is_posix());
            match Facts::of(instruction).filter(|facts| is_posix && !facts.script.has_error()) {
                Some(facts) => run(facts, item, lists, found),
                None => lists.missing = None,
            }
        }
        Kind::Copy | Kind::Add => {
            let destination = CopyStep::of(file, model, item).and_then(CopyStep::target);
            if destination.is_some_and(|path| path == "/" || path.starts_with("/var")) {
                lists.missing = None;
            }
        }
        _ => {}
    }
}

/// Whether what a mount shows is not what the layers hold.
fn hides_lists(mount: &Mount) -> bool {
    let Some(target) = mount.target() else {
        return false;
    };
    target.contains('$') || FOLDER.starts_with(target.trim_end_matches('/'))
}

fn run(facts: &Facts, item: usize, lists: &mut Lists, found: &mut Vec<WithoutLists>) {
    let script = &facts.script;
    for (index, command) in script.commands().iter().enumerate() {
        let package = facts.packages.binary_search_by_key(&index, |package| package.command).ok();
        let apt = package.and_then(|package| facts.packages.get(package));
        if command.words.is_empty() {
            continue;
        }
        if let (Some(package), Some(apt)) = (package, apt.filter(|apt| apt.manager.family == Family::Apt)) {
            match apt.action {
                _ if script.str(command.part).contains("Dir::") => lists.missing = None,
                Action::UpdateLists => lists.missing = None,
                Action::Install if fetches_lists_itself(apt, script) => lists.missing = None,
                Action::Install => {
                    let missing = lists.missing.filter(|_| needs_lists(apt, script, lists));
                    if let Some(cause) = missing {
                        lists.missing = None;
                        if is_unconditional(script, index, command) {
                            found.push(WithoutLists { item, package, cause });
                        }
                    }
                    lists.installed.extend(packages(apt, script).map(str::to_owned));
                }
                Action::Clean if removes_lists(facts, index) == Some(true) => {
                    removed(lists, item, index, script, command)
                }
                _ => {}
            }
            continue;
        }
        match removes_lists(facts, index) {
            Some(true) => removed(lists, item, index, script, command),
            Some(false) if package.is_some() => {}
            Some(false)
                if invocation(facts, index).is_some_and(|invocation| is_harmless(invocation, script)) => {}
            Some(false) | None => lists.missing = None,
        }
    }
}

fn removed(lists: &mut Lists, item: usize, index: usize, script: &Script, command: &Command) {
    let is_sure = is_unconditional(script, index, command) && command.joint != Joint::Or;
    lists.missing = is_sure.then_some(Cause::Removed { item, command: index });
    lists.base = None;
}

/// Whether a command surely runs, and nothing runs instead where it fails.
fn is_unconditional(script: &Script, index: usize, command: &Command) -> bool {
    let commands = script.commands().iter().skip(index + 1).map(|other| other.joint);
    let elements = script.elements().iter().skip(command.element + 1).map(|other| other.joint);
    command.nesting.is_top() && commands.chain(elements).all(|joint| joint != Joint::Or)
}

/// Whether a program is known to leave the lists alone: `/a/install` is none of those that it is called like.
pub(super) fn is_harmless(invocation: &Invocation, script: &Script) -> bool {
    let word = invocation.command(script).and_then(|command| command.words.get(invocation.program));
    let folder = word.and_then(|word| word.value.as_deref()?.rsplit_once('/')).map(|(folder, _)| folder);
    let is_own = folder.is_some_and(|folder| !matches!(folder, "/bin" | "/sbin" | "/usr/bin" | "/usr/sbin"));
    !is_own && HARMLESS.split(' ').any(|harmless| harmless == &*invocation.name)
}

fn invocation(facts: &Facts, command: usize) -> Option<&Invocation> {
    facts.invocation_of(command)
}

/// Whether a command takes the lists away: all of them, or none. `None` where it cannot be told.
pub(crate) fn removes_lists(facts: &Facts, command: usize) -> Option<bool> {
    let found = facts.script.commands().get(command)?;
    let is_nowhere = !facts.script.str(found.part).contains("/var/lib/");
    let Some(invocation) = invocation(facts, command) else {
        return is_nowhere.then_some(false);
    };
    let arguments = invocation.arguments(&facts.script);
    let is_clean = |word: &str| matches!(word, "distclean" | "dist-clean");
    let mut values = arguments.iter().filter_map(|word| word.value.as_deref());
    if matches!(&*invocation.name, "apt" | "apt-get") && values.any(is_clean) {
        return Some(true);
    }
    if is_nowhere {
        return Some(false);
    }
    let is_whole = |path: &str| {
        let path = path.trim_matches(['"', '\'']);
        let path = path.trim_end_matches(['*', '/']);
        matches!(path, "/var/lib/apt/lists" | "/var/lib/apt")
    };
    let removes =
        &*invocation.name == "rm" && arguments.iter().any(|word| is_whole(facts.script.str(word.part)));
    let mentions = arguments.iter().any(|word| {
        let text = facts.script.str(word.part);
        text.contains("/var/lib/apt") || text.contains("/var/lib/{") || text.contains("/var/lib/*")
    });
    match (removes, mentions) {
        (true, _) => Some(true),
        (false, false) => Some(false),
        (false, true) => None,
    }
}

/// Whether an install with apt begins with an update. Source: apt-get(8), "--update".
pub(crate) fn fetches_lists_itself(package: &PackageCommand, script: &Script) -> bool {
    package.manager.family == Family::Apt && package.has_flag(script, &["-U", "--update"])
}

/// Whether an install asks for a package that is surely not there yet.
fn needs_lists(package: &PackageCommand, script: &Script, lists: &Lists) -> bool {
    let is_there = |name: &str| {
        lists.installed.contains(name)
            || match lists.base {
                Some(AptImage::Plain) => may_be_in_plain(name),
                Some(AptImage::More) => may_be_in_more(name),
                None => false,
            }
    };
    // These only say what they would do.
    let is_dry = package
        .has_flag(script, &["-s", "--simulate", "--dry-run", "--just-print", "--no-act", "--help", "-h"]);
    !is_dry && packages(package, script).any(|name| !is_there(name))
}

/// The packages that an install names, without versions; files and what only the shell knows are not among them.
fn packages<'a>(package: &'a PackageCommand, script: &'a Script) -> impl Iterator<Item = &'a str> {
    let values = package.operand_values(script);
    values
        .filter(|value| !value.contains('/') && !value.ends_with(['-', '+']) && !value.ends_with(".deb"))
        .map(|value| value.split(['=', ':']).next().unwrap_or(value))
}
