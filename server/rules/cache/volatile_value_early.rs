//! `volatile-value-early`

use crate::knowledge::plain_programs::is_plain;
use crate::knowledge::variables::differs_with_builds;
use crate::rules::manifest_copies::comments_start;
use crate::rules::prelude::*;
use crate::semantic::commuting::mentions;
use crate::semantic::independence::command_reads_nothing;
use crate::semantic::list_updates::run_facts;
use crate::semantic::variables::{Origin, Variable};
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds an ARG or ENV that has another value at every build, such as a commit or a date, above a step that installs
    /// packages and does not read it.
    ///
    /// ## Why is this bad?
    /// A build argument that is declared is part of the environment of every RUN below it: with each new commit the
    /// packages are downloaded and installed again. Declared below the install, it costs nothing.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22
    /// ARG GIT_COMMIT
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN GIT_COMMIT=$GIT_COMMIT npm run build
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// ARG GIT_COMMIT
    /// COPY . .
    /// RUN GIT_COMMIT=$GIT_COMMIT npm run build
    /// ```
    ///
    /// ## Never reported
    /// LABEL, which no step below depends on; an argument before the first FROM, which no step reads until it is declared
    /// again; a default that says which commit is meant.
    pub(crate) static VOLATILE_VALUE_EARLY = {
        id: "volatile-value-early", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(is_volatile_or_costly, check),
        fix: Suggested(fix),
    }
}

/// Defaults that stand for a value which is given with the build.
const PLACEHOLDERS: [&str; 11] =
    ["", "0", "HEAD", "dev", "local", "n/a", "none", "null", "undefined", "unknown", "unset"];

/// The places of the names that an ARG or ENV sets to something that differs from build to build.
pub(crate) fn volatile(instruction: &Instruction) -> Vec<Part> {
    let ast = instruction.ast();
    let Arguments::KeyValues(pairs) = &ast.arguments else {
        return Vec::new();
    };
    let is_volatile = |key: &Part, value: Option<Part>| {
        let value = value.map(|value| instruction.str(value).trim_matches(['"', '\'']));
        match ast.kind {
            Kind::Arg => {
                differs_with_builds(instruction.str(*key))
                    && value.is_none_or(|value| PLACEHOLDERS.contains(&value))
            }
            Kind::Env => value.and_then(read_name).is_some_and(differs_with_builds),
            _ => false,
        }
    };
    pairs.iter().filter(|pair| is_volatile(&pair.key, pair.value)).map(|pair| pair.key).collect()
}

/// Whether an ARG takes over what the file says before the first FROM, and that says which commit or build is meant.
fn is_settled(cx: &Cx<'_>, index: usize, item: &Item, key: Part) -> bool {
    let name = item.instruction.str(key);
    let Variable { value: Value::Known(value), origin: Some(Origin::GlobalArg(..)) } =
        cx.document.model().variable_after(name, index)
    else {
        return false;
    };
    !PLACEHOLDERS.contains(&value.as_str())
}

/// The variable that a value is nothing but.
fn read_name(value: &str) -> Option<&str> {
    let name = value.strip_prefix("${").and_then(|name| name.strip_suffix('}'));
    name.or_else(|| value.strip_prefix('$'))
}

/// Whether a value of an ENV is that of one of some variables.
fn reads_one_of(instruction: &Instruction, key: Part, names: &[&str]) -> bool {
    let Arguments::KeyValues(pairs) = &instruction.ast().arguments else {
        return false;
    };
    let value = pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value);
    let value = value.map(|value| instruction.str(value).trim_matches(['"', '\'']));
    value.and_then(read_name).is_some_and(|name| names.contains(&name))
}

fn is_volatile_or_costly(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Arg | Kind::Env => !volatile(instruction).is_empty(),
        Kind::Run => Facts::of(instruction).is_some_and(|facts| costly(facts).is_some()),
        _ => false,
    }
}

/// Programs that tell of all variables.
const TELLING: [&str; 5] = ["env", "envsubst", "export", "printenv", "set"];

/// The install of a RUN that does nothing else but with programs of the system: what it runs reads no variable of the project.
fn costly(facts: &Facts) -> Option<&PackageCommand> {
    let is_of_system = |command: usize| {
        facts.invocation_of(command).is_some_and(|invocation| {
            is_plain(&invocation.name) && !invocation.takes_more && !TELLING.contains(&&*invocation.name)
        })
    };
    let is_known = |command: usize| match facts.package_of(command) {
        Some(package) => !matches!(package.action, Action::Build | Action::Other),
        None => command_reads_nothing(facts, command, "?") || is_of_system(command),
    };
    let install = facts.packages.iter().find(|package| package.action == Action::Install)?;
    (0..facts.script.commands().len()).all(is_known).then_some(install)
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let kind = |index: &usize| file.item(*index).map(|item| item.kind);
    // What has a finding already, by its stage: a variable that only hands it on has the same cause.
    let mut told: (usize, Vec<&str>) = (usize::MAX, Vec::new());
    for (position, index) in steps.iter().enumerate().filter(|(_, index)| kind(index) != Some(Kind::Run)) {
        let (Some(item), Some(stage)) = (file.item(*index), model.stage_at(*index)) else {
            continue;
        };
        if told.0 != stage.index {
            told = (stage.index, Vec::new());
        }
        for key in volatile(&item.instruction).into_iter().filter(|key| !is_settled(cx, *index, item, *key)) {
            if reads_one_of(&item.instruction, key, &told.1) {
                continue;
            }
            let name = item.instruction.str(key);
            let later = steps.iter().skip(position + 1).copied();
            // A stage that is built on this one has its variables too.
            let has_it = |step: &usize| {
                model.stage_at(*step).is_some_and(|other| model.has_base(other.index, stage.index))
            };
            let mut later = later.filter(has_it).filter(|step| kind(step) == Some(Kind::Run));
            let late = later.find_map(|step| {
                let facts = run_facts(file, model, step)?;
                let is_free = !mentions(file.instruction(step)?, name);
                Some((facts, costly(facts).filter(|_| is_free)?, file.item(step)?))
            });
            if let Some((facts, install, run)) = late {
                told.1.push(name);
                let message = format!(
                    "every new `{name}` runs `{}` again, which does not read it",
                    install.name(&facts.script)
                );
                let related = "this runs again";
                out.push_at(*index, item.instruction.place(key), message).related(run.span(), related);
            }
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (file, model) = (cx.document.file(), cx.document.model());
        let item = file.item(finding.item)?;
        let Arguments::KeyValues(pairs) = &item.instruction.ast().arguments else {
            return None;
        };
        let [pair] = pairs.as_slice() else { return None };
        let name = item.instruction.str(pair.key);
        // An ENV right below that hands it on goes along.
        let heir = file.item(finding.item + 1).and_then(|next| Some((next, heir(&next.instruction, name)?)));
        let end = heir.map_or(item, |(next, _)| next);
        let names: Vec<&str> = std::iter::once(name).chain(heir.map(|(_, name)| name)).collect();
        let first = finding.item + names.len();
        let steps = first..model.stage_at(finding.item)?.items.end;
        let mut last = None;
        for step in steps {
            let other = file.item(step)?;
            let facts = run_facts(file, model, step);
            let is_install = facts.is_some_and(|facts| costly(facts).is_some());
            let is_unknown = matches!(other.kind, Kind::Run | Kind::Onbuild) && !is_install;
            if is_unknown || names.iter().any(|name| mentions(&other.instruction, name)) {
                break;
            }
            if is_install {
                last = Some(other);
            }
        }
        let last = last?;
        let newline = item.instruction.newline();
        let start = item.start + comments_start(&item.instruction, false);
        let text = cx.document.text().slice(start..end.span().end);
        let edits = vec![
            Edit::delete(start..end.span().end + newline.len()),
            Edit::insert(last.span().end, format!("{newline}{text}")),
        ];
        Some(Fix::new(format!("Move `{name}` below the install"), Safety::Suggested, edits))
    };
    fix().into_iter().collect()
}

/// The variable that an ENV sets to nothing but that of another one.
fn heir<'a>(instruction: &'a Instruction, name: &str) -> Option<&'a str> {
    let ast = instruction.ast();
    let Arguments::KeyValues(pairs) = &ast.arguments else {
        return None;
    };
    let [pair] = pairs.as_slice() else { return None };
    let key = instruction.str(pair.key);
    let is_heir =
        ast.kind == Kind::Env && differs_with_builds(key) && reads_one_of(instruction, pair.key, &[name]);
    is_heir.then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(VOLATILE_VALUE_EARLY);

    #[test]
    fn a_commit_that_is_said_before_all_stages_is_meant() {
        let rest = "FROM debian:12\nARG TOOL_COMMIT\nRUN apt-get update && apt-get install -y git\n";
        check_none(&format!("ARG TOOL_COMMIT=9490f9cc9803f75f1f80c5e4d0b0d5c7d1d8a4a1\n{rest}"));
        let found = rest.replace(
            "RUN",
            "  # ^^^^^^^^^^^ every new `TOOL_COMMIT` runs `apt-get install` again, which does not read it\nRUN",
        );
        check(&format!("ARG TOOL_COMMIT=unknown\n{found}"));
        check(&format!("ARG TOOL_COMMIT\n{found}"));
    }

    #[test]
    fn what_differs_at_every_build_is_found_above_an_install() {
        check(
            "
FROM a:1
ARG APP_BUILD_DATE=unknown
  # ^^^^^^^^^^^^^^ every new `APP_BUILD_DATE` runs `apk add` again, which does not read it
ARG COMMIT
  # ^^^^^^ every new `COMMIT` runs `apk add` again, which does not read it
ENV B=c COMMIT_HASH=\"${COMMIT}\"
RUN apk add --no-cache b
",
        );
    }

    #[test]
    fn a_value_that_is_handed_on_is_found_once() {
        let found = "   ^^^^^^ every new `COMMIT` runs `apk add` again, which does not read it";
        check(&format!("FROM a:1\nARG COMMIT\n {found}\nENV COMMIT=$COMMIT\nRUN apk add b\n"));
        check(&format!("FROM a:1\nARG COMMIT=1\nENV COMMIT=$COMMIT\n {found}\nRUN apk add b\n"));
        // Those of another stage are others.
        check(&format!(
            "FROM a:1\nARG COMMIT\n {found}\nRUN apk add b\nFROM a:1\nENV COMMIT=$COMMIT\n {found}\nRUN apk add b\n"
        ));
    }

    #[test]
    fn what_stays_or_is_read_or_matters_to_nothing_is_not() {
        check_none("FROM a:1\nARG NGINX_COMMIT=1f2e3d4\nRUN apk add b\n");
        check_none("FROM a:1\nARG VERSION\nRUN apk add b\n");
        check_none("FROM a:1\nARG COMMIT\nRUN apk add b=$COMMIT\n");
        check_none("FROM a:1\nARG COMMIT\nRUN make && apk add b\n");
        check_none("FROM a:1\nARG COMMIT\nRUN env > /e && apk add b\n");
        check_none("FROM a:1\nARG COMMIT\nLABEL a=$COMMIT\nFROM b:1\nRUN apk add b\n");
        check_none("ARG COMMIT\nFROM a:1\nLABEL COMMIT=a\nRUN apk add b\n");
        check_none("FROM a:1\nRUN apk add b\nARG COMMIT\n");
        check_none("FROM a:1\nARG RECOMMIT\nENV A=$B COMMIT=c\nRUN apk add b\n");
    }

    #[test]
    fn a_step_that_does_more_and_a_stage_built_on_this_one_are_seen() {
        check(
            "
FROM a:1 AS b
ARG GIT_SHA
  # ^^^^^^^ every new `GIT_SHA` runs `apt-get install` again, which does not read it
ENV GIT_SHA=$GIT_SHA
FROM b
RUN apt-get update && apt-get install -y curl && curl -fsSL https://a.b/c.tar.gz | tar xz && rm -rf /var/lib/apt/lists/*
",
        );
        check_fix(
            "FROM a:1\nARG GIT_SHA\nENV GIT_SHA=$GIT_SHA\nRUN apt-get install -y curl && mkdir /d\nCMD a\n",
            "FROM a:1\nRUN apt-get install -y curl && mkdir /d\nARG GIT_SHA\nENV GIT_SHA=$GIT_SHA\nCMD a\n",
        );
    }

    #[test]
    fn it_moves_down_to_where_it_may_be_read() {
        check_fix(
            "FROM a:1\n# What is built.\nARG COMMIT=none\nRUN apk add b\nRUN apk add c\nCOPY d /\nRUN make\n",
            "FROM a:1\nRUN apk add b\nRUN apk add c\n# What is built.\nARG COMMIT=none\nCOPY d /\nRUN make\n",
        );
        check_no_fix("FROM a:1\nARG COMMIT\nLABEL a=$COMMIT\nRUN apk add b\n");
        check_no_fix("FROM a:1\nARG COMMIT\nRUN make\nRUN apk add b\n");
        check_no_fix("FROM a:1\nARG COMMIT A\nRUN apk add b\n");
    }
}
