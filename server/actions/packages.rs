//! `sort-packages` and `packages-per-line`: the list of what a RUN installs.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::Fix;
use crate::semantic::facts::Facts;
use crate::semantic::package_names::{compare, names};
use crate::syntax::Instruction;
use crate::syntax::shell::{Form, Word};
use crate::text::Edit;

pub(super) static SORT_PACKAGES: Action = Action {
    id: "sort-packages",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Sort the packages of an install",
    is_local: false,
    changes: &[],
    keeps: Meaning::Words,
    find: sort,
};

pub(super) static PACKAGES_PER_LINE: Action = Action {
    id: "packages-per-line",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Put each package of an install on a line of its own",
    is_local: false,
    changes: &[],
    keeps: Meaning::Commands,
    find: spread,
};

/// What the installs at a place name: those that the cursor is in, or all of them.
fn lists<'a>(cx: &Cx<'a>, place: &Place<'a>) -> Option<(&'a Facts, Vec<Vec<&'a Word>>)> {
    let facts = place.run(cx, &[Form::Shell, Form::Heredoc])?;
    let local = place.span.start.checked_sub(place.item.start)?;
    let is_on = |command: usize| {
        let part = facts.script.commands().get(command).map(|command| command.part);
        part.is_some_and(|part| {
            let span = facts.script.place(part);
            span.start <= local && local <= span.end
        })
    };
    let is_inside = facts.packages.iter().any(|package| is_on(package.command));
    let wanted = facts.packages.iter().filter(|package| !is_inside || is_on(package.command));
    let lists = wanted.map(|package| names(package, &facts.script)).filter(|list| list.len() > 1);
    // A comment says something of its neighbours.
    let has_no_comment = |list: &Vec<&Word>| {
        let (Some(first), Some(last)) = (list.first(), list.last()) else { return false };
        let source = place.instruction().source();
        let (start, end) = (facts.script.place(first.part).start, facts.script.place(last.part).end);
        let line = source.get(end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        // One behind the last package is that package's.
        let is_behind = line.trim_start().starts_with('#');
        !is_behind && source.get(start..end).is_some_and(|text| !text.contains('#'))
    };
    Some((facts, lists.filter(has_no_comment).collect()))
}

fn sort(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some((facts, lists)) = lists(cx, place) else {
        return Vec::new();
    };
    let mut edits = Vec::new();
    for list in lists {
        let mut sorted = list.clone();
        sorted.sort_by(|left, right| compare(left, right));
        let moved = list.iter().zip(sorted).filter(|(old, new)| old.part != new.part);
        edits.extend(moved.map(|(old, new)| {
            Edit::replace(place.item.absolute(facts.script.place(old.part)), facts.script.str(new.part))
        }));
    }
    candidate("Sort the packages", edits)
}

fn spread(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let Some((facts, lists)) = lists(cx, place) else {
        return Vec::new();
    };
    let (instruction, script) = (place.instruction(), &facts.script);
    let source = instruction.source();
    let mut edits = Vec::new();
    for list in lists {
        let (Some(first), Some(last)) = (list.first(), list.last()) else { continue };
        let start = script.place(first.part).start;
        let line_start = source.get(..start).and_then(|head| head.rfind('\n')).map_or(0, |end| end + 1);
        let line = source.get(line_start..start).unwrap_or_default();
        let own: &str = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
        let is_first = line_start <= instruction.span().start;
        let step = match own {
            _ if own.contains('\t') => "\t",
            "  " => own,
            _ => "    ",
        };
        // The lines below the first say how far this instruction goes in.
        let next = continued(instruction, start);
        // Beside packages that have lines of their own, all stand as these do.
        let given = list.iter().find_map(|word| {
            let place = script.place(word.part).start;
            let line_start = source.get(..place)?.rfind('\n')? + 1;
            let lead = source.get(line_start..place)?;
            (lead.trim().is_empty()).then_some(lead)
        });
        let indent = match given {
            Some(given) => given.to_owned(),
            None if is_first => next.unwrap_or("    ").to_owned(),
            None => format!("{own}{step}"),
        };
        // On a line that begins with one of the packages the others stand as it does.
        let indent_at = |offset: usize| {
            let line_start = source.get(..offset).and_then(|head| head.rfind('\n')).map_or(0, |end| end + 1);
            let line = source.get(line_start..).unwrap_or_default();
            let lead = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
            let is_package = |word: &&Word| script.place(word.part).start == line_start + lead.len();
            if list.iter().any(is_package) { lead } else { indent.as_str() }
        };
        let escape = if script.form() == Form::Heredoc { '\\' } else { instruction.escape() };
        let newline = instruction.newline();
        let head = source.get(..start).unwrap_or_default();
        let gap_start = head.trim_end().len();
        let before = (!line.trim().is_empty()).then_some(gap_start..start);
        let places = list.iter().map(|word| script.place(word.part));
        let gaps = places.clone().zip(places.skip(1)).map(|(left, right)| left.end..right.start);
        let is_joined =
            |gap: &std::ops::Range<usize>| source.get(gap.clone()).is_some_and(|gap| !gap.contains('\n'));
        let gaps: Vec<_> = gaps.filter(is_joined).collect();
        if gaps.is_empty() {
            continue;
        }
        let broken = before.into_iter().chain(gaps);
        edits.extend(broken.map(|gap| {
            let text = format!(" {escape}{newline}{}", indent_at(gap.start));
            Edit::replace(place.item.absolute(gap), text)
        }));
        // What follows stands on a line of its own, too.
        let end = script.place(last.part).end;
        let after = source.get(end..).unwrap_or_default();
        let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
        if blanks > 0 && after.get(blanks..).is_some_and(|rest| rest.starts_with("&&")) {
            let outer = if is_first { next.unwrap_or("    ") } else { own };
            let gap = place.item.absolute(end..end + blanks);
            edits.push(Edit::replace(gap, format!(" {escape}{newline}{outer}")));
        }
    }
    candidate("Put each package on a line of its own", edits)
}

/// What the first continued line behind an offset begins with; `None` where there is none, or it is not indented.
fn continued(instruction: &Instruction, offset: usize) -> Option<&str> {
    let rest = instruction.source().get(offset..instruction.span().end)?;
    let is_text = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let line = rest.lines().skip(1).find(is_text)?;
    let lead = line.get(..line.len() - line.trim_start().len())?;
    (!lead.is_empty()).then_some(lead)
}

fn candidate(title: &str, edits: Vec<Edit>) -> Vec<Fix> {
    if edits.is_empty() { Vec::new() } else { vec![rewriting(title, edits)] }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none};
    use super::*;

    #[test]
    fn packages_are_sorted_where_they_stand() {
        check(
            &SORT_PACKAGES,
            "FROM a\nRUN apt-get install -y$0 git curl=1 \\\n  Ada && apk add z b\n",
            "FROM a\nRUN apt-get install -y Ada curl=1 \\\n  git && apk add z b\n",
        );
        check(&SORT_PACKAGES, "FROM a\nRUN$0 apk add c b\n", "FROM a\nRUN apk add b c\n");
        check_none(&SORT_PACKAGES, "FROM a\nRUN$0 apk add b c\n");
        check_none(&SORT_PACKAGES, "FROM a\nRUN$0 apk add c $B a\n");
        check_none(&SORT_PACKAGES, "FROM a\nRUN$0 apk add c \\\n# why\n b\n");
    }

    #[test]
    fn packages_stand_as_the_first_of_their_line() {
        check(
            &PACKAGES_PER_LINE,
            "FROM a\nRUN$0 b \\\n\t&& apk add \\\n\t\tc \\\n\t\td e \\\n\t&& apk add f g\n",
            "FROM a\nRUN b \\\n\t&& apk add \\\n\t\tc \\\n\t\td \\\n\t\te \\\n\t&& apk add \\\n\t\tf \\\n\t\tg\n",
        );
    }

    #[test]
    fn packages_stand_as_the_lines_of_their_instruction() {
        check(
            &PACKAGES_PER_LINE,
            "FROM a\nRUN$0 apt-get install -y zsh curl \\\n  git\n",
            "FROM a\nRUN apt-get install -y \\\n  zsh \\\n  curl \\\n  git\n",
        );
        check(
            &PACKAGES_PER_LINE,
            "FROM a\nRUN$0 apk add b c && d \\\n  && e\n",
            "FROM a\nRUN apk add \\\n  b \\\n  c \\\n  && d \\\n  && e\n",
        );
        check(
            &PACKAGES_PER_LINE,
            "FROM a\nRUN$0 b \\\n  && apk add c d\n",
            "FROM a\nRUN b \\\n  && apk add \\\n    c \\\n    d\n",
        );
    }

    #[test]
    fn a_comment_stays_with_its_package() {
        check_none(&SORT_PACKAGES, "FROM a\nRUN$0 apk add c b # c\n");
    }

    #[test]
    fn packages_get_lines() {
        check(
            &PACKAGES_PER_LINE,
            "FROM a\nRUN$0 apt-get update && apt-get install -y git curl && rm -rf /x\n",
            "FROM a\nRUN apt-get update && apt-get install -y \\\n    git \\\n    curl \\\n    && rm -rf /x\n",
        );
        check(
            &PACKAGES_PER_LINE,
            "# escape=`\r\nFROM a\r\nSHELL [\"sh\", \"-c\"]\r\nRUN$0 b `\r\n && apk add c d\r\n",
            "# escape=`\r\nFROM a\r\nSHELL [\"sh\", \"-c\"]\r\nRUN b `\r\n && apk add `\r\n     c `\r\n     d\r\n",
        );
        check_none(&PACKAGES_PER_LINE, "FROM a\nRUN$0 apk add \\\n  b \\\n  c\n");
        check_none(&PACKAGES_PER_LINE, "FROM a\nRUN$0 apk add b\n");
    }
}
