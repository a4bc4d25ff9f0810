//! Steps that fetch package lists and install nothing: which they are, what relies on them, and what they can be
//! moved past. Source: apt-get(8), apk(8), dnf(8), zypper(8).

use super::Model;
use super::copies::CopyStep;
use super::facts::Facts;
use super::package_lists::{fetches_lists_itself, removes_lists};
use super::packages::PackageCommand;
use super::stages::Base;
use crate::knowledge::package_managers::{Action, Family};
use crate::syntax::{Arguments, File, Kind};

/// The first install that relies on the lists of an update.
pub struct Relying {
    /// The RUN that installs, as an index of the file's instructions.
    pub install: usize,
    /// The install, as an index of the packages in its facts.
    pub package: usize,
    /// Whether it reads no lists but those that it fetches, as `apk add --no-cache` does: then those of the update are of no use.
    pub has_own_lists: bool,
}

/// The facts of a RUN that a POSIX shell reads; `None` for every other instruction.
pub fn run_facts<'a>(file: &'a File, model: &Model, index: usize) -> Option<&'a Facts> {
    let instruction = file.instruction(index)?;
    let environment = model.environment_at(index)?;
    let is_run = instruction.ast().kind == Kind::Run && environment.shell.is_posix();
    Facts::of(instruction).filter(|facts| is_run && !facts.script.has_error())
}

/// Whether a command fetches lists for the commands after it.
pub fn fetches_lists(package: &PackageCommand, facts: &Facts) -> bool {
    let verb = package.words(&facts.script).get(package.verb);
    package.action == Action::UpdateLists
        && package.manager.family.is_of_distribution()
        // `pacman -Fy` fetches lists of files, which no install reads.
        && package.manager.family != Family::Pacman
        // These ask whether there is something new, and fail where there is.
        && !verb.is_some_and(|verb| verb.is("check-update") || verb.is("check-upgrade"))
        && !package.has_flag(&facts.script, package.manager.no_cache)
}

/// The install that relies on the lists of an update, if nothing in the RUN of the update installs.
pub fn relying_install(
    file: &File,
    model: &Model,
    index: usize,
    facts: &Facts,
    update: &PackageCommand,
) -> Option<Relying> {
    let family = update.manager.family;
    let is_harmless = |command: usize| {
        let package = facts.package_of(command);
        let program = facts.invocation_of(command);
        match (package, program) {
            (Some(package), _) => {
                package.manager.family == family
                    && package.action != Action::Install
                    && removes_lists(facts, command) == Some(false)
            }
            (None, Some(program)) => {
                matches!(&*program.name, "set" | "echo" | "true" | ":" | "export" | "sleep" | "cd")
            }
            (None, None) => false,
        }
    };
    if !(update.command + 1..facts.script.commands().len()).all(is_harmless) {
        return None;
    }
    let mut starts = vec![(index + 1, model.stage_at(index)?.index)];
    while let Some((start, stage)) = starts.pop() {
        let stage = model.stages().get(stage)?;
        match search(file, model, start.max(stage.from() + 1)..stage.items.end, family) {
            Search::Installs(separate) => return Some(separate),
            Search::Ends => {}
            Search::GoesOn => {
                // The first child comes off the stack first.
                let later = model.stages().iter().rev();
                let children = later.filter(|child| child.base == Base::Stage(stage.index));
                starts.extend(children.map(|child| (child.from() + 1, child.index)));
            }
        }
    }
    None
}

/// The installs below a first one, in the same stage, that rely on the lists of the same update, each in a RUN of its own;
/// none where the tool of `family` is not apt and fetches lists by itself.
pub fn more_relying(file: &File, model: &Model, first: &Relying, family: Family) -> Vec<Relying> {
    let mut found: Vec<Relying> = Vec::new();
    let Some(stage) = model.stage_at(first.install).filter(|_| family == Family::Apt) else {
        return found;
    };
    let mut last = (first.install, first.package);
    loop {
        let facts = run_facts(file, model, last.0);
        let keeps_lists = facts.is_some_and(|facts| {
            let package = facts.packages.get(last.1).map_or(usize::MAX, |package| package.command);
            let mut below = package.saturating_add(1)..facts.script.commands().len();
            below.all(|command| removes_lists(facts, command) == Some(false))
        });
        match search(file, model, last.0 + 1..stage.items.end, family) {
            Search::Installs(next) if keeps_lists => {
                last = (next.install, next.package);
                found.push(next);
            }
            _ => return found,
        }
    }
}

enum Search {
    Installs(Relying),
    /// The lists are fetched again, or removed.
    Ends,
    GoesOn,
}

fn search(file: &File, model: &Model, items: std::ops::Range<usize>, family: Family) -> Search {
    let mut has_reader = false;
    for item in items {
        let Some(facts) = run_facts(file, model, item) else {
            continue;
        };
        for command in 0..facts.script.commands().len() {
            if family == Family::Apt && removes_lists(facts, command) != Some(false) {
                return Search::Ends;
            }
            let mut packages = facts.packages.iter().enumerate();
            let found =
                packages.find(|(_, found)| found.command == command && found.manager.family == family);
            match found {
                Some((_, update))
                    if update.action == Action::UpdateLists
                        || fetches_lists_itself(update, &facts.script) =>
                {
                    return Search::Ends;
                }
                Some((package, install))
                    if install.action == Action::Install && !install.operands.is_empty() =>
                {
                    let has_own_lists = install.has_flag(&facts.script, install.manager.no_cache);
                    return match has_own_lists && has_reader {
                        true => Search::Ends,
                        false => Search::Installs(Relying { install: item, package, has_own_lists }),
                    };
                }
                // `apk fetch` and the like read them too.
                found => {
                    let program = facts.invocation_of(command).map(|invocation| &*invocation.name);
                    has_reader |= found.is_some() || program == Some("apk");
                }
            }
        }
    }
    Search::GoesOn
}

/// Whether lists that are fetched after a step are those that were fetched before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// They are.
    Same,
    /// As far as can be seen: the step has other business.
    Likely,
}

/// What fetching lists after an instruction and not before it comes to; `None` where it may change them.
pub fn crossing(file: &File, model: &Model, index: usize) -> Option<Crossing> {
    let instruction = file.instruction(index)?;
    let ast = instruction.ast();
    match (ast.kind, &ast.arguments) {
        (
            Kind::Label
            | Kind::Expose
            | Kind::Stopsignal
            | Kind::Maintainer
            | Kind::Cmd
            | Kind::Entrypoint
            | Kind::Healthcheck
            | Kind::Onbuild
            | Kind::Workdir,
            _,
        ) => Some(Crossing::Same),
        (Kind::Env | Kind::Arg, Arguments::KeyValues(pairs)) => {
            let is_read = pairs.iter().any(|pair| reads_variable(instruction.str(pair.key)));
            (!is_read).then_some(Crossing::Same)
        }
        (Kind::Copy | Kind::Add, _) => {
            let destination = CopyStep::of(file, model, index)?.target()?;
            // Sources and keys of a package manager lie here.
            let is_system =
                ["/etc", "/usr", "/var", "/root"].iter().any(|path| destination.starts_with(path));
            (!is_system && destination != "/").then_some(Crossing::Likely)
        }
        (Kind::Run, _) => {
            let facts = run_facts(file, model, index)?;
            let mut commands = 0..facts.script.commands().len();
            let is_plain = |command: usize| {
                facts.invocations.iter().any(|invocation| {
                    invocation.command == command
                        && matches!(
                            &*invocation.name,
                            "mkdir"
                                | "chmod"
                                | "chown"
                                | "useradd"
                                | "groupadd"
                                | "adduser"
                                | "addgroup"
                                | "usermod"
                        )
                })
            };
            let text = facts.script.text().text();
            let is_system = ["/etc", "/usr", "/var", ">"].iter().any(|part| text.contains(part));
            (commands.all(is_plain) && !is_system).then_some(Crossing::Likely)
        }
        _ => None,
    }
}

/// Whether a package manager that fetches lists reads an environment variable.
fn reads_variable(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let others = ["PATH", "HOME", "TMPDIR", "ENV", "BASH_ENV", "IFS"];
    name.contains("PROXY")
        || ["APT", "APK", "DNF", "YUM", "ZYPP", "LD_", "SSL_", "CURL_"]
            .iter()
            .any(|start| name.starts_with(start))
        || others.contains(&name.as_str())
}
