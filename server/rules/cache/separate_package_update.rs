//! `separate-package-update`

use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::semantic::package_lists::{fetches_lists_itself, removes_lists};
use crate::semantic::stages::Base;
use crate::syntax::shell::{Element, Form, Joint, Shape};
use crate::text::Encoding;

declare_rule! {
    /// ## What it does
    /// Finds a step that only fetches package lists, such as `RUN apt-get update`, where a later step installs from
    /// them.
    ///
    /// ## Why is this bad?
    /// Docker keeps the step's layer as long as its line stays the same. A package added below is then installed from
    /// lists that are weeks old: versions that the server no longer has cannot be found, and security updates are
    /// missed. apk, dnf, yum and zypper fetch lists that are missing by themselves, so that the step only adds a layer.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update
    /// RUN apt-get install -y --no-install-recommends curl
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    pub(crate) static SEPARATE_PACKAGE_UPDATE = {
        id: "separate-package-update", group: Cache, severity: Warning, since: "0.1.0",
        also: ["DS-0017"],
        check: File(check),
        fix: Safe(fix),
    }
}

/// A RUN that fetches lists and installs nothing, and the first install that relies on them.
struct Separate {
    /// The RUN that installs, as an index of the file's instructions.
    install: usize,
    /// The install, as an index of the packages in its facts.
    package: usize,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for index in 0..cx.document.file().items().len() {
        let Some(facts) = run_facts(cx, index) else {
            continue;
        };
        let Some(update) = facts.packages.iter().find(|package| fetches_lists(package, facts)) else {
            continue;
        };
        let Some(separate) = separate(cx, index, facts, update) else {
            continue;
        };
        let Some(install) = cx.document.file().items().get(separate.install) else {
            continue;
        };
        let line = cx.document.text().position(install.span().start, Encoding::Utf8).line + 1;
        let install = Facts::of(&install.instruction)
            .and_then(|facts| Some(name(facts.packages.get(separate.package)?, facts)));
        let (update_name, install) = (name(update, facts), install.unwrap_or_default());
        let message = match update.manager.family {
            Family::Apt => format!(
                "`{update_name}` and `{install}` in line {line} have layers of their own: the lists come from the cache, \
                 however old they are"
            ),
            _ => format!(
                "`{update_name}` has a layer of its own, and `{install}` in line {line} fetches lists by itself"
            ),
        };
        if let Some(verb) = update.words(&facts.script).get(update.verb) {
            out.push_at(index, facts.script.place(verb.part), message);
        }
    }
}

/// The facts of a RUN that a POSIX shell reads; `None` for every other instruction.
fn run_facts<'a>(cx: &Cx<'a>, index: usize) -> Option<&'a Facts> {
    let instruction = &cx.document.file().items().get(index)?.instruction;
    let environment = cx.document.model().environment_at(index)?;
    let is_run = instruction.ast().kind == Kind::Run && environment.shell.is_posix();
    Facts::of(instruction).filter(|facts| is_run && !facts.script.has_error())
}

fn name(package: &PackageCommand, facts: &Facts) -> String {
    let verb = package.words(&facts.script).get(package.verb).map(|word| facts.script.str(word.part));
    format!("{} {}", package.manager.name, verb.unwrap_or_default())
}

fn fetches_lists(package: &PackageCommand, facts: &Facts) -> bool {
    let verb = package.words(&facts.script).get(package.verb);
    package.action == Action::UpdateLists
        && matches!(package.manager.family, Family::Apt | Family::Apk | Family::Dnf | Family::Zypper)
        // These ask whether there is something new, and fail where there is.
        && !verb.is_some_and(|verb| verb.is("check-update") || verb.is("check-upgrade"))
        && !package.has_flag(&facts.script, package.manager.no_cache)
}

/// The install that relies on the lists of an update, if nothing in the RUN of the update installs.
fn separate(cx: &Cx<'_>, index: usize, facts: &Facts, update: &PackageCommand) -> Option<Separate> {
    let family = update.manager.family;
    let is_harmless = |command: usize| {
        let package = facts.packages.iter().find(|package| package.command == command);
        let program = facts.invocations.iter().find(|invocation| invocation.command == command);
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
    let mut starts = vec![(index + 1, cx.document.model().stage_at(index)?.index)];
    while let Some((start, stage)) = starts.pop() {
        let stage = cx.document.model().stages().get(stage)?;
        match search(cx, start.max(stage.from() + 1)..stage.items.end, family) {
            Search::Installs(separate) => return Some(separate),
            Search::Ends => {}
            Search::GoesOn => {
                // The first child comes off the stack first.
                let later = cx.document.model().stages().iter().rev();
                let children = later.filter(|child| child.base == Base::Stage(stage.index));
                starts.extend(children.map(|child| (child.from() + 1, child.index)));
            }
        }
    }
    None
}

enum Search {
    Installs(Separate),
    /// The lists are fetched again, or removed.
    Ends,
    GoesOn,
}

fn search(cx: &Cx<'_>, items: std::ops::Range<usize>, family: Family) -> Search {
    for item in items {
        let Some(facts) = run_facts(cx, item) else {
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
                    if install.action == Action::Install
                        && !install.operands.is_empty()
                        && !install.has_flag(&facts.script, install.manager.no_cache) =>
                {
                    return Search::Installs(Separate { install: item, package });
                }
                _ => {}
            }
        }
    }
    Search::GoesOn
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    merge(cx, finding).into_iter().collect()
}

/// The update put before what the next installing RUN does, if that keeps what each of them sees.
fn merge(cx: &Cx<'_>, finding: &Finding) -> Option<Fix> {
    let (item, facts, update) = package_at(cx, finding)?;
    let model = cx.document.model();
    let separate = separate(cx, finding.item, facts, update)?;
    // In a later stage the lists would be fetched once for each stage built on this one.
    let is_here = model.stage_at(finding.item)?.items.contains(&separate.install);
    let target = cx.document.file().items().get(separate.install)?;
    let into = run_facts(cx, separate.install)?;
    if !is_here || !stands_alone(&item.instruction, facts) || !can_be_prefixed(&target.instruction, into) {
        return None;
    }
    let (here, there) = (model.environment_at(finding.item)?, model.environment_at(separate.install)?);
    if here.user != there.user
        || here.shell != there.shell
        || flags(&item.instruction) != flags(&target.instruction)
    {
        return None;
    }
    let between = finding.item + 1..separate.install;
    // Comments above the update would come to stand above another instruction.
    if !between.is_empty() && !item.instruction.comments().is_empty() {
        return None;
    }
    let safety = between
        .map(|index| crossing(cx, index))
        .try_fold(Safety::Safe, |least, safety| Some(least.min(safety?)))?;
    let next = cx.document.file().items().get(finding.item + 1)?;
    let first = next.instruction.comments().first().map_or(next.span().start, |span| next.start + span.start);
    let written = facts.script.str(facts.script.elements().first()?.part);
    // What stood on lines of its own leaves its indentation behind.
    let text = match written.contains(['"', '\'', '\\']) {
        true => written.to_owned(),
        false => written.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let start = target.absolute(into.script.place(into.script.elements().first()?.part)).start;
    let edits = vec![Edit::delete(item.span().start..first), Edit::insert(start, format!("{text} && "))];
    let title = format!("Merge `{}` into the step that installs", name(update, facts));
    Some(Fix::new(title, safety, edits))
}

/// Whether a RUN holds one simple command that reads no variable.
fn stands_alone(instruction: &Instruction, facts: &Facts) -> bool {
    let script = &facts.script;
    let is_plain = matches!(script.elements(), [Element { shape: Shape::Simple, .. }]);
    let is_one =
        matches!(script.commands(), [command] if command.nesting.is_top() && command.assignments.is_empty());
    is_plain
        && is_one
        && script.form() == Form::Shell
        && instruction.heredocs().is_empty()
        && !script.text().text().contains(['$', '`', '#'])
        && !script.text().text().trim_end().ends_with('&')
}

/// Whether `a && ` put before the shell text of a RUN ends the RUN where `a` fails.
fn can_be_prefixed(instruction: &Instruction, facts: &Facts) -> bool {
    let script = &facts.script;
    let mut elements = script.elements().iter();
    script.form() == Form::Shell
        && instruction.heredocs().is_empty()
        && !script.text().text().trim_end().ends_with('&')
        && elements.all(|element| {
            matches!(element.joint, Joint::Start | Joint::And)
                && matches!(element.shape, Shape::Simple | Shape::Compound)
        })
}

fn flags(instruction: &Instruction) -> Vec<&str> {
    instruction.ast().flags.iter().map(|flag| instruction.str(flag.part)).collect()
}

/// How safe it is to fetch lists after an instruction and not before it; `None` where it must not be.
fn crossing(cx: &Cx<'_>, index: usize) -> Option<Safety> {
    let instruction = &cx.document.file().items().get(index)?.instruction;
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
        ) => Some(Safety::Safe),
        (Kind::Env | Kind::Arg, Arguments::KeyValues(pairs)) => {
            let is_read = pairs.iter().any(|pair| reads_variable(instruction.str(pair.key)));
            (!is_read).then_some(Safety::Safe)
        }
        (Kind::Copy | Kind::Add, _) => {
            let copy = CopyStep::of(cx.document.file(), cx.document.model(), index)?;
            let destination = copy.destination?.value?;
            // Sources and keys of a package manager lie here.
            let is_system =
                ["/etc", "/usr", "/var", "/root"].iter().any(|path| destination.starts_with(path));
            (!is_system && destination != "/").then_some(Safety::Suggested)
        }
        (Kind::Run, _) => {
            let facts = run_facts(cx, index)?;
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
            (commands.all(is_plain) && !is_system).then_some(Safety::Suggested)
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

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SEPARATE_PACKAGE_UPDATE);

    #[test]
    fn an_update_whose_lists_are_used_later_is_found() {
        check(
            "
FROM a:1 AS b
RUN apt-get update && apt-get upgrade -y
          # ^^^^^^ `apt-get update` and `apt-get install` in line 6 have layers of their own: the lists come from the cache, however old they are
FROM c:1
FROM b
RUN apt-get install -y x
",
        );
        check(
            "
FROM a:1
RUN apk update
      # ^^^^^^ `apk update` has a layer of its own, and `apk add` in line 4 fetches lists by itself
RUN apk add x
",
        );
    }

    #[test]
    fn an_update_whose_lists_nobody_uses_is_not() {
        check_none("FROM a:1\nRUN apt-get update && apt-get install -y x\nRUN apt-get install -y y\n");
        check_none("FROM a:1\nRUN apt-get update\nRUN apt-get update && apt-get install -y y\n");
        check_none("FROM a:1\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\nRUN apt-get install -y y\n");
        check_none("FROM a:1\nRUN apt-get update && ./install\nRUN apt-get install -y y\n");
        check_none("FROM a:1\nRUN apt-get update\nRUN apt-get install --update -y y\n");
        check_none("FROM a:1\nRUN apk update --no-cache\nRUN apk add y\n");
        check_none("FROM a:1\nRUN apk update\nRUN apk add --no-cache y\n");
        check_none("FROM a:1\nRUN dnf check-update\nRUN dnf install -y y\n");
        check_none("FROM a:1\nRUN apt-get update\nFROM b:1\nRUN apt-get install -y y\n");
    }

    #[test]
    fn it_is_merged_past_what_it_does_not_read() {
        let fix = check_fix(
            "FROM a:1\n# lists\nRUN apt-get -qq update \\\n  -y\n\n# packages\nRUN \\\n  apt-get install -y y \\\n  # why\n  z\n",
            "FROM a:1\n# lists\n# packages\nRUN \\\n  apt-get -qq update -y && apt-get install -y y \\\n  # why\n  z\n",
        );
        assert_eq!(fix.safety, Safety::Safe);
        let fix = check_fix(
            "FROM a:1\nRUN apt-get update\nENV A=b\nRUN apt-get install -y y\nRUN apt-get install -y z\n",
            "FROM a:1\nENV A=b\nRUN apt-get update && apt-get install -y y\nRUN apt-get install -y z\n",
        );
        assert_eq!(fix.safety, Safety::Safe);
        let fix = check_fix(
            "FROM a:1\nRUN apt-get update\nCOPY a /a\nRUN mkdir /b\nRUN apt-get install -y y\n",
            "FROM a:1\nCOPY a /a\nRUN mkdir /b\nRUN apt-get update && apt-get install -y y\n",
        );
        assert_eq!(fix.safety, Safety::Suggested);
    }

    #[test]
    fn it_is_not_merged_where_something_would_change() {
        let between = |text: &str| {
            check_no_fix(&format!("FROM a:1\nRUN apt-get update\n{text}RUN apt-get install -y y\n"));
        };
        between("ENV http_proxy=a\n");
        between("COPY list /etc/apt/sources.list.d/\n");
        between("RUN ./setup\n");
        between("RUN mkdir /etc/apt/keyrings\n");
        between("USER root\n");
        between("SHELL [\"bash\", \"-c\"]\n");
        between("ENV PATH=/a\n");
        let installs = |text: &str| check_no_fix(&format!("FROM a:1\nRUN apt-get update\n{text}\n"));
        installs("RUN apt-get install -y y; true");
        installs("RUN apt-get install -y y || true");
        installs("RUN apt-get install -y y &");
        installs("RUN [\"apt-get\", \"install\", \"-y\", \"y\"]");
        installs("RUN <<E\napt-get install -y y\nE");
        installs("RUN --mount=type=cache,target=/var/cache/apt apt-get install -y y");
        let updates = |text: &str| check_no_fix(&format!("FROM a:1\n{text}\nRUN apt-get install -y y\n"));
        updates("RUN apt-get update && apt-get upgrade -y");
        updates("RUN apt-get update -o A=$X");
        updates("RUN apt-get update || true");
        updates("RUN A=b apt-get update");
        updates("RUN apt-get update \\\n # why\n -y");
        updates("# why\nRUN apt-get update\nWORKDIR /a");
        check_no_fix("FROM a:1 AS b\nRUN apt-get update\nFROM b\nRUN apt-get install -y y\n");
    }
}
