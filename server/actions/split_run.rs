//! `split-run`: what `&&` joins in one RUN becomes several, and so does what stands behind `set -e`.

use super::heredoc::{can_stop_at_errors, stops_at_errors};
use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::Fix;
use crate::knowledge::package_managers::Action as Deed;
use crate::semantic::commands::Invocation;
use crate::semantic::facts::Facts;
use crate::semantic::packages::PackageCommand;
use crate::semantic::partings::{Part, Surroundings, has_lasting_mounts, is_apart, needs_process};
use crate::syntax::mount::Mount;
use crate::syntax::shell::{Element, Form, Joint, Shape};
use crate::text::Edit;

pub(super) static SPLIT_RUN: Action = Action {
    id: "split-run",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Split a `RUN` where `&&` joins its commands, or `;` behind `set -e`",
    is_local: false,
    changes: &[],
    keeps: Meaning::CommandsWithSet,
    find,
};

fn find(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some(facts) = place.run(cx, &[Form::Shell]).filter(|facts| is_divisible(place, facts)) else {
        return Vec::new();
    };
    let first = first(facts);
    let elements = facts.script.elements();
    let all: Option<Vec<Edit>> =
        (first + 1..elements.len()).map(|index| cut(cx, place, facts, index)).collect();
    let all = all
        .filter(|edits| !edits.is_empty())
        .map(|edits| rewriting(format!("Split into {} `RUN` instructions", edits.len() + 1), edits));
    let here = at_cursor(place, facts).filter(|_| elements.len() > first + 2).and_then(|index| {
        let name = facts.script.str(elements.get(index)?.part).split_whitespace().next()?;
        Some(rewriting(format!("Split before `{name}`"), vec![cut(cx, place, facts, index)?]))
    });
    here.into_iter().chain(all).collect()
}

/// The first top-level element that can be in a RUN of its own: the one behind `set -e`, which each RUN gets.
fn first(facts: &Facts) -> usize {
    usize::from(stops_at_errors(facts))
}

/// The top-level element that the cursor is in, if another comes before it.
fn at_cursor(place: &Place<'_>, facts: &Facts) -> Option<usize> {
    let offset = place.span.start.checked_sub(place.item.start)?;
    let holds = |element: &Element| {
        let span = facts.script.place(element.part);
        span.start <= offset && offset <= span.end
    };
    facts.script.elements().iter().position(holds).filter(|index| *index > first(facts))
}

/// Whether each part can run in a container of its own: one that fails ends the build either way.
fn is_divisible(place: &Place<'_>, facts: &Facts) -> bool {
    let instruction = place.instruction();
    let elements = facts.script.elements();
    // Behind `set -e`, `;` ends the build where a command fails, as `&&` does.
    let joint = match stops_at_errors(facts) && can_stop_at_errors(facts, 1) {
        true => Joint::Then,
        false => Joint::And,
    };
    let after = elements.last().and_then(|last| facts.script.text().text().get(last.part.end as usize..));
    instruction.heredocs().is_empty()
        && has_lasting_mounts(&Mount::all(instruction))
        && after.is_some_and(|after| after.trim().is_empty())
        && elements.iter().all(|element| {
            (element.joint == Joint::Start || element.joint == joint)
                && matches!(element.shape, Shape::Simple | Shape::Compound)
        })
}

/// Ends the RUN before an element, and begins another. `None` where the shell or the container remembers something until
/// then.
fn cut(cx: &Cx<'_>, place: &Place<'_>, facts: &Facts, index: usize) -> Option<Edit> {
    let (instruction, script) = (place.instruction(), &facts.script);
    let (before, next) = (script.elements().get(index.checked_sub(1)?)?, script.elements().get(index)?);
    let surroundings = Surroundings { model: cx.document.model(), item: place.index() };
    let part = |elements| Part { facts, elements };
    let after = part(index..script.elements().len());
    let first = first(facts);
    let is_lost = belongs_together(facts, index);
    if is_lost || !is_apart(&surroundings, &[part(first..index)], &after) || needs_process(&after) {
        return None;
    }
    let gap = script.place(before.part).end..script.place(next.part).start;
    let ast = instruction.ast();
    let newline = instruction.newline();
    let head = ast.flags.iter().map(|flag| format!("{} ", instruction.str(flag.part)));
    let set = script.elements().get(..first)?.iter().map(|set| format!("{}; ", script.str(set.part)));
    let head: String =
        std::iter::once(format!("{} ", instruction.str(ast.keyword))).chain(head).chain(set).collect();
    let inside =
        instruction.inner_comments().iter().filter(|span| gap.start <= span.start && span.end <= gap.end);
    let comments = inside
        .filter_map(|span| Some(format!("{}{newline}", instruction.source().get(span.clone())?.trim_end())));
    let comments: String = comments.collect();
    Some(Edit::replace(place.item.absolute(gap), format!("{newline}{comments}{head}")))
}

/// Whether what an element or one behind it does counts in the layer of those before it alone: lists of packages that are
/// fetched there are installed from here, or what they leave is deleted here.
fn belongs_together(facts: &Facts, index: usize) -> bool {
    let is_after =
        |command: usize| facts.script.commands().get(command).is_some_and(|command| command.element >= index);
    let (after, before): (Vec<_>, Vec<_>) =
        facts.packages.iter().partition(|package| is_after(package.command));
    let updates = |family| {
        let mut updates = before.iter().filter(|package| package.action == Deed::UpdateLists);
        updates.any(|package| package.manager.family == family)
    };
    let deletes = |package: &&&PackageCommand| matches!(package.action, Deed::Clean | Deed::Remove);
    let is_rm = |program: &&Invocation| matches!(&*program.name, "rm") && is_after(program.command);
    after.iter().any(|package| package.action == Deed::Install && updates(package.manager.family))
        || after.iter().any(|package| deletes(&package))
        || facts.invocations.iter().any(|program| is_rm(&program))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn each_command_becomes_a_run_of_its_own() {
        let title = check(
            &SPLIT_RUN,
            "FROM a\nRUN$0 --mount=type=cache,target=/b c && \\\n  # d\n  e \\\n    f | g \\\n\n  && (cd h)\n",
            "FROM a\nRUN --mount=type=cache,target=/b c\n# d\nRUN --mount=type=cache,target=/b e \\\n    f | g\nRUN --mount=type=cache,target=/b (cd h)\n",
        );
        assert_eq!(title, "Split into 3 `RUN` instructions");
        check(&SPLIT_RUN, "FROM a\r\nrun b$0 && c\r\n", "FROM a\r\nrun b\r\nrun c\r\n");
    }

    #[test]
    fn each_run_stops_at_errors_as_the_one_did() {
        let title = check(
            &SPLIT_RUN,
            "FROM a\nRUN$0 set -eux; \\\n    b c; \\\n    d | e; \\\n    f\n",
            "FROM a\nRUN set -eux; \\\n    b c\nRUN set -eux; d | e\nRUN set -eux; f\n",
        );
        assert_eq!(title, "Split into 3 `RUN` instructions");
        let title = check(
            &SPLIT_RUN,
            "FROM a\nRUN set -e; b; c; d$0 e\n",
            "FROM a\nRUN set -e; b; c\nRUN set -e; d e\n",
        );
        assert_eq!(title, "Split before `d`");
        for run in ["set -e; b", "set -u; b; c", "set -e; b && c; d", "set -e; ! b; c", "set -e; b || c; d"] {
            check_none(&SPLIT_RUN, &format!("FROM a\nRUN$0 {run}\n"));
        }
        for run in ["set -e; if b; then c; fi; d", "set -e; cd b; c", "set -e; b=c; d $b", "set -e; b; c;"] {
            check_none(&SPLIT_RUN, &format!("FROM a\nRUN$0 {run}\n"));
        }
    }

    #[test]
    fn the_cursor_says_where() {
        let title = check(&SPLIT_RUN, "FROM a\nRUN b && c && d$0 e\n", "FROM a\nRUN b && c\nRUN d e\n");
        assert_eq!(title, "Split before `d`");
        // The folder is remembered until the end of the RUN.
        check(&SPLIT_RUN, "FROM a\nRUN b && $0cd c && d\n", "FROM a\nRUN b\nRUN cd c && d\n");
        check_none(&SPLIT_RUN, "FROM a\nRUN b && cd c && $0d\n");
    }

    #[test]
    fn what_rules_would_warn_of_is_not_offered() {
        let run = "apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*";
        check_none(&SPLIT_RUN, &format!("FROM debian:12\nRUN$0 {run}\n"));
        check_none(&SPLIT_RUN, &format!("FROM debian:12\nRUN {}\n", run.replace("&& rm", "&& $0rm")));
    }

    #[test]
    fn what_ends_with_the_container_stays_in_one() {
        for run in [
            "startd && kill -0 $(cat /run/d.pid)",
            "service postgresql start && psql -c b",
            "/etc/init.d/mysql start && mysql -e b",
            "mysqld_safe --user=mysql && c",
            "redis-server --daemonize yes && c",
            "b && curl http://localhost:80/",
            "{ b & } && c",
            "(b &) && sleep 1",
            "echo a >/dev/shm/x && mv /dev/shm/x /h",
            "echo 1.2.3.4 b >>/etc/hosts && curl http://b",
            "mount -t tmpfs none /b && c",
            "b && c $!",
            "b && touch $_/x",
        ] {
            check_none(&SPLIT_RUN, &format!("FROM a\nRUN$0 {run}\n"));
        }
    }

    #[test]
    fn what_the_shell_remembers_stays_in_one() {
        for run in [
            "command umask 077 && touch y",
            "command cd b && c",
            "`echo cd` /tmp && c",
            "if true; then return 0; fi && touch /y",
            ": ${B:=c} && d",
            "for f in b; do c; done && d $f",
            "pip install -U pip && pip install b",
        ] {
            check_none(&SPLIT_RUN, &format!("FROM a\nRUN$0 {run}\n"));
        }
        let bash = "SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\n";
        check_none(&SPLIT_RUN, &format!("FROM a\n{bash}RUN$0 for f in b; do c; d; done && e\n"));
        check(
            &SPLIT_RUN,
            &format!("FROM a\n{bash}RUN$0 b && (c; d)\n"),
            &format!("FROM a\n{bash}RUN b\nRUN (c; d)\n"),
        );
        check(
            &SPLIT_RUN,
            "FROM a\nRUN$0 for f in b; do c; done && d\n",
            "FROM a\nRUN for f in b; do c; done\nRUN d\n",
        );
    }

    #[test]
    fn what_is_not_the_same_in_two_containers_stays() {
        for run in [
            "cd b && c",
            "b; c",
            "b || c",
            "b && c &",
            "A=1 && b",
            "--mount=type=tmpfs,target=/t b && c",
            "--mount=target=/t,rw b && c",
            "[\"b\", \"c\"]",
            "b() { c; } && d",
            "b",
            "set -e && c",
            "b && c # d",
        ] {
            check_none(&SPLIT_RUN, &format!("FROM a\nRUN$0 {run}\n"));
        }
        check_none(&SPLIT_RUN, "FROM a\nRUN$0 <<E && c\nb\nE\n");
        check_none(&SPLIT_RUN, "FROM a\nSHELL [\"pwsh\"]\nRUN$0 b && c\n");
        check_none(&SPLIT_RUN, "FROM a\nONBUILD RUN$0 b && c\n");
    }
}
