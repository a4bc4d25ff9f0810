//! The fix that has a package manager empty its caches at the end of the RUN that filled them.

use serde_json::Value;

use super::Finding;
use super::edits::behind::append_behind;
use super::edits::end::append_command;
use crate::document::Cx;
use crate::fix::{Fix, Safety};
use crate::knowledge::package_managers::Action;
use crate::path;
use crate::semantic::cache_readers::{Filled, Reading};
use crate::semantic::commands::Invocation;
use crate::semantic::facts::Facts;
use crate::semantic::packages::{PackageCommand, Privilege};
use crate::semantic::settled::may_not_run;
use crate::syntax::shell::{Command, Joint, Nesting};

/// Programs before a package manager that change nothing about where its caches are.
const PLAIN_WRAPPERS: [&str; 6] = ["eatmydata", "ionice", "nice", "nohup", "time", "xargs"];

/// The fix for a finding that is all of a package manager's command: the same program with the words that empty its
/// caches, at the end of the RUN, or right behind the command where it is not certain that the program runs whenever that end
/// is reached, and is still there. None where it may not be allowed to, and where something behind the RUN reads the caches,
/// whose path has one of `folders` in it. A suggestion where a script that cannot be read may do so.
pub(crate) fn clean_at_end(cx: &Cx<'_>, finding: &Finding, folders: &[&str]) -> Vec<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let edit = || {
        let item = file.item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let is_meant = |package: &&PackageCommand| {
            let command = facts.script.commands().get(package.command);
            command.is_some_and(|command| item.absolute(facts.script.place(command.part)) == finding.span)
        };
        let package = facts.packages.iter().find(is_meant)?;
        let has_plain_scripts = has_plain_scripts(cx);
        let filled =
            Filled { item: finding.item, family: package.manager.family, folders, has_plain_scripts };
        let safety = match filled.reading(file, model) {
            Reading::None => Safety::Safe,
            Reading::Possible => Safety::Suggested,
            Reading::Certain => return None,
        };
        let command = facts.script.commands().get(package.command)?;
        let is_open = may_not_run(file, model, cx.context, finding.item, command.part);
        let safety = if is_open { safety.min(Safety::Suggested) } else { safety };
        let is_own = package.manager.caches.iter().any(|cache| cache.path.starts_with('~'));
        let prefix = prefix(facts, package)?;
        if package.privilege()? == Privilege::Own && !is_own && !model.is_root(finding.item) {
            return None;
        }
        let program = package.words(&facts.script).get(package.program)?.value.as_deref()?;
        let clean = format!("{program} {}", package.manager.clean?);
        let whole = format!("{prefix}{clean}");
        let is_there =
            is_certain(facts, package) && !may_be_gone(facts, package) && !may_stand_nowhere(facts);
        let at_end = is_there.then(|| append_command(cx, finding.item, &whole)).flatten();
        let edit = at_end.or_else(|| {
            // Another branch may fill them too.
            let is_all = !command.nesting.any(Nesting::BRANCH) || fills_alone(facts, package);
            append_behind(cx, finding.item, package.command, &whole).filter(|_| is_all)
        })?;
        Some(Fix::new(format!("Add `{clean}`"), safety, vec![edit]))
    };
    edit().into_iter().collect()
}

/// Whether a command is all of the RUN that fills the caches of its family.
fn fills_alone(facts: &Facts, package: &PackageCommand) -> bool {
    let fills = |other: &&PackageCommand| {
        other.manager.family == package.manager.family
            && matches!(other.action, Action::Install | Action::Upgrade | Action::UpdateLists)
    };
    facts.packages.iter().filter(fills).count() == 1
}

/// Whether the scripts of the project's `package.json` are seen to run no package manager and no other script.
fn has_plain_scripts(cx: &Cx<'_>) -> bool {
    const OTHERS: [&str; 13] = [
        "offline", "cache", ".npm", ".sh", "sh ", "make", "node ", "npm i", "npm ci", "npx", "python",
        "yarn ", "pnpm ",
    ];
    let manifest = cx.context.read("package.json").and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let scripts = manifest.as_ref().and_then(|manifest| manifest.get("scripts")).and_then(Value::as_object);
    scripts.is_some_and(|scripts| {
        let is_plain = |script: &str| !OTHERS.iter().any(|other| script.contains(other));
        scripts.values().all(|script| script.as_str().is_some_and(is_plain))
    })
}

/// Whether the folder that the shell is in may be gone at the end: many programs do not start there.
fn may_stand_nowhere(facts: &Facts) -> bool {
    let moves = |invocation: &&Invocation| matches!(&*invocation.name, "cd" | "pushd" | "popd");
    let last = facts.invocations.iter().rfind(moves).map(|invocation| invocation.command);
    let removes = |invocation: &Invocation| matches!(&*invocation.name, "rm" | "mv" | "rmdir");
    let mut removals = facts.invocations.iter().filter(|invocation| removes(invocation));
    last.is_some_and(|last| removals.any(|removal| removal.command > last))
}

/// What has to stand before the program, as it does in the command: `sudo -E `. None where that says more than that
/// root runs it.
fn prefix(facts: &Facts, package: &PackageCommand) -> Option<String> {
    let script = &facts.script;
    let command = script.commands().get(package.command)?;
    let before: Vec<&str> =
        command.words.get(..package.program)?.iter().map(|word| script.str(word.part)).collect();
    let program = command.words.get(package.program)?.value.as_deref()?;
    // A path that counts from a folder may not lead there at the end.
    let is_anywhere = !program.contains('/') || program.starts_with('/');
    let moves_home = command.assignments.iter().any(|word| {
        let word = script.str(word.part).to_ascii_lowercase();
        ["home", "cache", "path"].iter().any(|part| word.contains(part))
    });
    match before.as_slice() {
        _ if !is_anywhere || moves_home => None,
        [] => Some(String::new()),
        ["sudo", options @ ..] if options.iter().all(|option| ["-E", "-H", "-n"].contains(option)) => {
            Some(format!("{} ", before.join(" ")))
        }
        [first, ..] if PLAIN_WRAPPERS.contains(first) => Some(String::new()),
        _ => None,
    }
}

/// Whether the program has run whenever the end of the RUN is reached.
fn is_certain(facts: &Facts, package: &PackageCommand) -> bool {
    let commands = facts.script.commands();
    let (Some(before), Some([command, after @ ..])) =
        (commands.get(..package.command), commands.get(package.command..))
    else {
        return false;
    };
    let may_be_passed_over = Nesting::CONDITION
        .and(Nesting::BRANCH)
        .and(Nesting::LOOP)
        .and(Nesting::FUNCTION)
        .and(Nesting::SUBSTITUTION)
        .and(Nesting::NEGATED)
        .and(Nesting::BROKEN)
        .and(Nesting::SCRIPT);
    let begins = |command: &&Command| matches!(command.joint, Joint::Start | Joint::Then | Joint::Background);
    let asks = |command: &Command| {
        let name = command.words.first().and_then(|word| word.value.as_deref());
        matches!(name, Some("[" | "[[" | "test" | "command" | "which" | "type" | "hash" | "grep"))
    };
    // The commands that decide whether it is reached, the nearest first.
    let length = before.iter().rev().position(|command| begins(&command)).map_or(0, |index| index + 1);
    let length = if begins(&command) { 0 } else { length };
    let is_conditional = command.joint == Joint::Or
        || before.iter().rev().take(length).any(|command| command.joint == Joint::Or || asks(command));
    // Which of several managers is there is found out by trying.
    let is_manager = |index: usize| facts.package_of(package.command + 1 + index).is_some();
    let mut alternatives = after.iter().enumerate().filter(|(_, command)| command.joint == Joint::Or);
    !command.nesting.any(may_be_passed_over)
        && !is_conditional
        && !alternatives.any(|(index, _)| is_manager(index))
}

/// Whether a command behind it may take the program away, or what that needs.
fn may_be_gone(facts: &Facts, package: &PackageCommand) -> bool {
    let script = &facts.script;
    let name = package.manager.name;
    let takes_away = |invocation: &Invocation| {
        let words = || {
            invocation.arguments(script).iter().map(|word| script.str(word.part).trim_matches(['"', '\'']))
        };
        let base = |word: &str| path::name(word).to_owned();
        let is_needed = |word: &str| {
            base(word).starts_with(name)
                || base(word).starts_with("python")
                || ["node", "nodejs"].contains(&&*base(word))
        };
        let removes =
            facts.package_of(invocation.command).is_some_and(|other| other.action == Action::Remove);
        match &*invocation.name {
            // A group of packages by a name of its own may have it.
            _ if removes => words().any(|word| {
                is_needed(word)
                    || word.starts_with(['.', '$'])
                    || word.contains("deps")
                    || word.contains("build")
            }),
            "rpm" | "mv" | "ln" | "alternatives" | "update-alternatives" => {
                words().any(|word| is_needed(word) || word.contains("repos.d"))
            }
            "rm" => words().any(|word| {
                is_needed(word)
                    || word.contains("repos.d")
                    || word.starts_with('/') && word.ends_with("/node_modules")
            }),
            // What was there before the build is all that is left of packages that are marked so.
            "apt-mark" | "yum-config-manager" | "subscription-manager" => true,
            _ => false,
        }
    };
    let mut later = facts.invocations.iter().filter(|invocation| invocation.command > package.command);
    later.any(takes_away)
}
