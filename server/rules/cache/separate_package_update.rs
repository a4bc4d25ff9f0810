//! `separate-package-update`

use crate::rules::edits::end::line_joint;
use crate::rules::prelude::*;
use crate::semantic::list_updates::{
    Crossing, Relying, crossing, fetches_lists, more_relying, relying_install, run_facts,
};
use crate::syntax::shell::{Element, Form, Joint, Shape};

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
    /// RUN apt-get update \
    ///     && apt-get install -y --no-install-recommends curl
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Fix
    /// Each step that installs from the lists gets the update. From three such steps on that is offered as unsafe: one RUN
    /// for them all may be the better one.
    pub(crate) static SEPARATE_PACKAGE_UPDATE = {
        id: "separate-package-update", group: Cache, severity: Warning, since: "0.1.0",
        also: ["DS-0017"],
        check: Steps(fetches_for_others, check),
        fix: Safe(fix),
    }
}

/// Whether it is a RUN that fetches lists and, behind that, installs nothing from them.
fn fetches_for_others(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().kind == Kind::Run);
    facts.is_some_and(|facts| {
        let update = facts.packages.iter().find(|package| fetches_lists(package, facts));
        update.is_some_and(|update| {
            let mut later = facts.packages.iter().filter(|package| package.command > update.command);
            !later.any(|package| package.installs_with(update.manager.family))
        })
    })
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps.iter().copied() {
        let Some(facts) = run_facts(cx.document.file(), cx.document.model(), index) else {
            continue;
        };
        let Some(update) = facts.packages.iter().find(|package| fetches_lists(package, facts)) else {
            continue;
        };
        let Some(relying) = relying_install(cx.document.file(), cx.document.model(), index, facts, update)
        else {
            continue;
        };
        let found = cx.document.file().item(relying.install).zip(cx.document.file().item(index));
        // What else is in the RUN may be there for the lists.
        let is_useless = |item: &Item| !relying.has_own_lists || stands_alone(&item.instruction, facts);
        let Some((install, _)) = found.filter(|(_, item)| is_useless(item)) else {
            continue;
        };
        let others = more_relying(cx.document.file(), cx.document.model(), &relying, update.manager.family);
        let line = lines(cx, &relying, &others);
        let install = Facts::of(&install.instruction)
            .and_then(|facts| Some(facts.packages.get(relying.package)?.name(&facts.script)));
        let (update_name, install) = (update.name(&facts.script), install.unwrap_or_default());
        let message = match update.manager.family {
            Family::Apt => format!(
                "`{update_name}` and `{install}` in {line} have layers of their own: the lists come from the cache, \
                 however old they are"
            ),
            _ => format!(
                "`{update_name}` has a layer of its own, and `{install}` in {line} fetches lists by itself"
            ),
        };
        if let Some(verb) = update.words(&facts.script).get(update.verb) {
            out.push_at(index, facts.script.place(verb.part), message);
        }
    }
}

/// `line 6`, or `lines 6, 8 and 9`.
fn lines(cx: &Cx<'_>, first: &Relying, others: &[Relying]) -> String {
    let items = std::iter::once(first).chain(others).filter_map(|one| cx.document.file().item(one.install));
    let lines: Vec<String> =
        items.map(|item| cx.document.line_number(item.span().start).to_string()).collect();
    match lines.split_last() {
        Some((last, others)) if !others.is_empty() => format!("lines {} and {last}", others.join(", ")),
        _ => format!("line {}", lines.concat()),
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    merge(cx, finding).into_iter().collect()
}

/// The update put before what the next installing RUN does, if that keeps what each of them sees. Where several rely on it,
/// each gets it, and may install newer versions than before.
fn merge(cx: &Cx<'_>, finding: &Finding) -> Option<Fix> {
    let (item, facts, update) = package_at(cx, finding)?;
    let model = cx.document.model();
    let relying = relying_install(cx.document.file(), model, finding.item, facts, update)?;
    if relying.has_own_lists {
        let edit = Edit::delete(item.span().start..item.end());
        let is_alone = stands_alone(&item.instruction, facts) && item.instruction.comments().is_empty();
        return is_alone.then(|| Fix::new("Remove the update", Safety::Safe, vec![edit]));
    }
    // In a later stage the lists would be fetched once for each stage built on this one.
    let is_here = model.stage_at(finding.item)?.items.contains(&relying.install);
    let target = cx.document.file().item(relying.install)?;
    let into = run_facts(cx.document.file(), cx.document.model(), relying.install)?;
    if !is_here || !stands_alone(&item.instruction, facts) || !can_be_prefixed(&target.instruction, into) {
        return None;
    }
    if flags(&item.instruction) != flags(&target.instruction) {
        return None;
    }
    let between = finding.item + 1..relying.install;
    // Comments above the update would come to stand above another instruction.
    if !between.is_empty() && !item.instruction.comments().is_empty() {
        return None;
    }
    let safe = |index| match crossing(cx.document.file(), model, index)? {
        Crossing::Same => Some(Safety::Safe),
        Crossing::Likely => Some(Safety::Suggested),
    };
    let safety = between.map(safe).try_fold(Safety::Safe, |least, safety| Some(least.min(safety?)))?;
    let next = cx.document.file().item(finding.item + 1)?;
    let first = next.instruction.comments().first().map_or(next.span().start, |span| next.start + span.start);
    let written = facts.script.str(facts.script.elements().first()?.part);
    // What stood on lines of its own leaves its indentation behind.
    let text = match written.contains(['"', '\'', '\\']) {
        true => written.to_owned(),
        false => written.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let mut edits = vec![Edit::delete(item.span().start..first), prefixed(target, into, &text)?];
    let others = more_relying(cx.document.file(), model, &relying, update.manager.family);
    for other in &others {
        let target = cx.document.file().item(other.install)?;
        let into = run_facts(cx.document.file(), model, other.install)?;
        if !can_be_prefixed(&target.instruction, into)
            || flags(&item.instruction) != flags(&target.instruction)
        {
            return None;
        }
        edits.push(prefixed(target, into, &text)?);
    }
    let safety = match others.len() {
        0 => safety,
        1 => safety.min(Safety::Suggested),
        // One RUN for them all may be what is wanted, and not an update in each.
        _ => Safety::Unsafe,
    };
    let title = format!("Merge `{}` into the step that installs", update.name(&facts.script));
    Some(Fix::new(title, safety, edits))
}

/// The edit that puts a command before what a RUN does.
fn prefixed(run: &Item, facts: &Facts, command: &str) -> Option<Edit> {
    let start = run.absolute(facts.script.place(facts.script.elements().first()?.part)).start;
    Some(Edit::insert(start, command.to_owned() + &line_joint(run, facts)))
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
        check_none("FROM a:1\nRUN dnf check-update\nRUN dnf install -y y\n");
        check_none("FROM a:1\nRUN apt-get update\nFROM b:1\nRUN apt-get install -y y\n");
    }

    #[test]
    fn an_update_before_an_install_with_lists_of_its_own_is_of_no_use() {
        check(
            "FROM a:1\nRUN apk update\n      # ^^^^^^ `apk update` has a layer of its own, and `apk add` in line 3 fetches lists by itself\nRUN apk add --no-cache x\n",
        );
        let fix = check_fix(
            "FROM a:1\nRUN apk update\nRUN apk add --no-cache x\n",
            "FROM a:1\nRUN apk add --no-cache x\n",
        );
        assert_eq!(fix.safety, Safety::Safe);
        check_no_fix("FROM a:1\n# lists\nRUN apk update\nRUN apk add --no-cache x\n");
        check_none("FROM a:1\nRUN apk update && apk upgrade\nRUN apk add --no-cache x\n");
        check_none("FROM a:1\nRUN mv /b /etc/apk/repositories && apk update\nRUN apk add --no-cache x\n");
        check_none("FROM a:1\nRUN apk update\nRUN apk fetch -o /b c\nRUN apk add --no-cache x\n");
        check_none("FROM a:1\nRUN apk update\nRUN apk info\n");
    }

    #[test]
    fn it_is_merged_past_what_it_does_not_read() {
        let fix = check_fix(
            "FROM a:1\n# lists\nRUN apt-get -qq update \\\n  -y\n\n# packages\nRUN \\\n  apt-get install -y y \\\n  # why\n  z\n",
            "FROM a:1\n# lists\n# packages\nRUN \\\n  apt-get -qq update -y \\\n  && apt-get install -y y \\\n  # why\n  z\n",
        );
        assert_eq!(fix.safety, Safety::Safe);
        let fix = check_fix(
            "FROM a:1\nRUN apt-get update\nENV A=b\nRUN apt-get install -y y\n",
            "FROM a:1\nENV A=b\nRUN apt-get update \\\n    && apt-get install -y y\n",
        );
        assert_eq!(fix.safety, Safety::Safe);
        let fix = check_fix(
            "FROM a:1\nRUN apt-get update\nCOPY a /a\nRUN mkdir /b\nRUN apt-get install -y y\n",
            "FROM a:1\nCOPY a /a\nRUN mkdir /b\nRUN apt-get update \\\n    && apt-get install -y y\n",
        );
        assert_eq!(fix.safety, Safety::Suggested);
    }

    #[test]
    fn each_step_that_relies_on_the_lists_gets_the_update() {
        check(
            "
FROM a:1
RUN apt-get update
          # ^^^^^^ `apt-get update` and `apt-get install` in lines 4 and 6 have layers of their own: the lists come from the cache, however old they are
RUN apt-get install -y y
ENV A=b
RUN apt-get install -y z
",
        );
        let fix = check_fix(
            "FROM a:1\nRUN apt-get update\nRUN apt-get install -y y\nENV A=b\nRUN apt-get install -y z\n",
            "FROM a:1\nRUN apt-get update \\\n    && apt-get install -y y\nENV A=b\nRUN apt-get update \\\n    && apt-get install -y z\n",
        );
        assert_eq!(fix.safety, Safety::Suggested);
        let many: String =
            ["b", "c", "d"].map(|name| format!("RUN apt-get install -y {name}\nENV A=b\n")).concat();
        let updated = many.replace("RUN ", "RUN apt-get update \\\n    && ");
        let fix =
            check_fix(&format!("FROM a:1\nRUN apt-get update\n{many}"), &format!("FROM a:1\n{updated}"));
        assert_eq!(fix.safety, Safety::Unsafe);
        check_no_fix("FROM a:1\nRUN apt-get update\nRUN apt-get install -y y\nRUN apt-get install -y z; b\n");
        check_fix(
            "FROM a:1\nRUN apt-get update\nRUN apt-get install -y y && rm -rf /var/lib/apt/lists/*\nRUN apt-get install -y z\n",
            "FROM a:1\nRUN apt-get update \\\n    && apt-get install -y y && rm -rf /var/lib/apt/lists/*\nRUN apt-get install -y z\n",
        );
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
