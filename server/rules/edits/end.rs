//! Edits that put something behind the last command of a RUN.
//! Source: POSIX, "2.14 Special Built-In Utilities", `set -e`: what fails in front of `&&` stops nothing, and neither does what
//! fails inside of a compound command or a function that stands there.

use crate::document::Cx;
use crate::semantic::commands::Invocation;
use crate::semantic::environment::Shell;
use crate::semantic::facts::Facts;
use crate::semantic::failures::stops_at_errors;
use crate::semantic::partings::{Part, Surroundings, stops_inside};
use crate::semantic::script_ends;
use crate::syntax::Item;
use crate::syntax::shell::{Element, Form, Joint, Script, Shape};
use crate::text::Edit;

/// Puts a command behind the last one of the RUN that is the file's instruction `index`, to be run where that succeeds, in the
/// style that the RUN is written in. `None` where the end of the shell text cannot be extended without changing what it says.
pub(crate) fn append_command(cx: &Cx<'_>, index: usize, command: &str) -> Option<Edit> {
    let item = cx.document.file().item(index)?;
    let facts = Facts::of(&item.instruction)?;
    let mut words = command.split_whitespace();
    if !can_be_extended(item, facts) || words.any(|word| script_ends::may_hide(facts, word)) {
        return None;
    }
    let last = facts.script.elements().last()?;
    let end = item.absolute(facts.script.place(last.part)).end;
    Some(Edit::insert(end, format!("{}{command}", joint_behind(cx, index, item, facts)?)))
}

/// Whether ` && command` at the end of the shell text does what it says.
pub(in crate::rules) fn can_be_extended(item: &Item, facts: &Facts) -> bool {
    let script = &facts.script;
    let has_other_heredocs = script.form() == Form::Shell && !item.instruction.heredocs().is_empty();
    let Some(last) = script.elements().last() else {
        return false;
    };
    let after = script.text().text().get(last.part.end as usize..).unwrap_or_default();
    let is_state = |invocation: &Invocation| {
        let words = || invocation.arguments(script).iter().filter_map(|word| word.value.as_deref());
        match &*invocation.name {
            // Without globbing, `*` is a file name.
            "set" => words().any(|word| word == "noglob" || word.starts_with('-') && word.contains('f')),
            "shopt" => words().any(|word| word.contains("glob")),
            "trap" => true,
            _ => false,
        }
    };
    script.form() != Form::Exec
        && script_ends::reaches_end(facts)
        && !has_other_heredocs
        && !script.has_error()
        && matches!(last.shape, Shape::Simple | Shape::Compound)
        && after.trim().is_empty()
        // `a || true && b` means something else than `a || true`.
        && last.joint != Joint::Or
        && !facts.invocations.iter().any(is_state)
}

/// What joins a further command on a line of its own with `&&`, in the style that the RUN is written in.
pub(in crate::rules) fn line_joint(item: &Item, facts: &Facts) -> String {
    let joint = joint(item, facts, "&&");
    if joint.contains('\n') {
        return joint;
    }
    format!(" {}{}    && ", item.instruction.escape(), item.instruction.newline())
}

/// What joins a further command to the last one, which stops the script at the same errors as before.
fn joint_behind(cx: &Cx<'_>, index: usize, item: &Item, facts: &Facts) -> Option<String> {
    let (script, model) = (&facts.script, cx.document.model());
    let last = script.elements().last()?;
    let shell = model.environment_at(index).map(|environment| &*environment.shell);
    let stops_inside = stops_inside(&Surroundings { model, item: index }, &Part::whole(facts));
    // Where the last list has several commands, only a failure of its last one stops anything.
    let stops =
        !ends_list(script) && (shell.is_some_and(Shell::stops_at_errors) || stops_from_start_to_end(facts));
    if script.form() == Form::Heredoc {
        let holds_heredoc = script.str(last.part).contains("<<");
        return match stops {
            true => Some(line_break(item, facts, last)),
            false => (!stops_inside && !holds_heredoc).then(|| " && ".to_owned()),
        };
    }
    let is_row = script.elements().iter().any(|element| element.joint == Joint::Then);
    match stops && (is_row || stops_inside) {
        true => Some(joint(item, facts, ";")),
        false => (!stops_inside).then(|| joint(item, facts, "&&")),
    }
}

/// Whether the last command of a script follows another in a list of `&&`.
fn ends_list(script: &Script) -> bool {
    let joints = script.elements().iter().rev().map(|element| element.joint);
    let mut own = joints.take_while(|joint| !matches!(joint, Joint::Start | Joint::Then | Joint::Background));
    own.any(|joint| joint == Joint::And)
}

/// Whether a script says before all else that it stops at errors, and never takes an option of its shell back.
fn stops_from_start_to_end(facts: &Facts) -> bool {
    let mut sets = facts.invocations.iter().filter(|invocation| &*invocation.name == "set");
    let takes_back = |word: &str| word.starts_with('+');
    stops_at_errors(facts, 1)
        && !sets.any(|set| {
            let mut words = set.arguments(&facts.script).iter();
            words.any(|word| word.value.as_deref().is_none_or(takes_back))
        })
}

/// A line break in a heredoc behind an element, with the blanks that the element's line begins with.
fn line_break(item: &Item, facts: &Facts, last: &Element) -> String {
    let instruction = &item.instruction;
    let before = instruction.source().get(..facts.script.place(last.part).start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indent: String = line.chars().take_while(|char| char.is_whitespace()).collect();
    format!("{}{indent}", instruction.newline())
}

/// What joins a further command with `&&` or `;`: on a line of its own where the last two commands that stand on two lines say
/// how, or the instruction has several.
fn joint(item: &Item, facts: &Facts, operator: &str) -> String {
    let script = &facts.script;
    let instruction = &item.instruction;
    if script.form() == Form::Heredoc {
        return format!(" {operator} ");
    }
    let (newline, escape) = (instruction.newline(), instruction.escape());
    let line = |indent: &str, is_ended: bool| match (operator, is_ended) {
        (";", _) => format!("; {escape}{newline}{indent}"),
        (operator, true) => format!(" {operator} {escape}{newline}{indent}"),
        (operator, false) => format!(" {escape}{newline}{indent}{operator} "),
    };
    let pairs = script.elements().iter().rev().zip(script.elements().iter().rev().skip(1));
    for (right, left) in pairs {
        let gap = script.place(left.part).end..script.place(right.part).start;
        let gap = instruction.source().get(gap).unwrap_or_default();
        let written = match right.joint {
            Joint::And => "&&",
            Joint::Then if operator == ";" => ";",
            _ => continue,
        };
        if let Some((first, rest)) = gap.split_once('\n') {
            let last = rest.rsplit('\n').next().unwrap_or_default();
            let indent: String = last.chars().take_while(|char| char.is_whitespace()).collect();
            return line(&indent, first.contains(written));
        }
    }
    if !instruction.is_multiline() {
        return if operator == ";" { "; ".to_owned() } else { format!(" {operator} ") };
    }
    let text = instruction.source().get(instruction.span()).unwrap_or_default();
    let last_line = text.rsplit('\n').next().unwrap_or_default();
    let indent: String = last_line.chars().take_while(|char| char.is_whitespace()).collect();
    line(&indent, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix;
    use crate::fixture::Fixture;

    /// The RUN, the last instruction of a file, with `c` behind its last command.
    fn appended(text: &str) -> Option<String> {
        let fixture = Fixture::new(text);
        let index = fixture.document.file().items().len() - 1;
        let edit = fixture.look(|cx| append_command(cx, index, "c"))?;
        Some(fix::apply(&fixture.document, &[edit]).expect("a document").text().to_string())
    }

    fn check(before: &str, after: &str) {
        assert_eq!(appended(before).as_deref(), Some(after), "{before}");
    }

    #[test]
    fn what_stops_inside_of_the_last_command_does_so_as_before() {
        let end = "if a; then b; fi";
        check(&format!("FROM i:1\nRUN d; {end}\n"), &format!("FROM i:1\nRUN d; {end} && c\n"));
        check(&format!("FROM i:1\nRUN set -e; {end}\n"), &format!("FROM i:1\nRUN set -e; {end}; c\n"));
        check(
            &format!("FROM i:1\nSHELL [\"bash\", \"-ec\"]\nRUN {end}\n"),
            &format!("FROM i:1\nSHELL [\"bash\", \"-ec\"]\nRUN {end}; c\n"),
        );
        for run in [
            format!("set -ex && d && {end}"),
            format!("set -e; d && {end}"),
            "set -ex && d && for e in f g; do h; b; done".to_owned(),
            format!("set -e; set +e; {end}"),
            format!("d; set -e; {end}"),
            "set -ex && d && f() { g; b; } && f".to_owned(),
        ] {
            assert_eq!(appended(&format!("FROM i:1\nRUN {run}\n")), None, "{run}");
        }
    }

    #[test]
    fn a_list_is_joined_as_a_whole() {
        check("FROM i:1\nRUN set -e; a && b\n", "FROM i:1\nRUN set -e; a && b && c\n");
        check(
            "FROM i:1\nRUN set -eux; \\\n  a; \\\n  d && b\n",
            "FROM i:1\nRUN set -eux; \\\n  a; \\\n  d && b \\\n  && c\n",
        );
        check(
            "FROM i:1\nRUN set -eux; \\\n  a; \\\n  b\n",
            "FROM i:1\nRUN set -eux; \\\n  a; \\\n  b; \\\n  c\n",
        );
    }

    #[test]
    fn a_heredoc_that_stops_at_errors_has_a_line_more() {
        check(
            "FROM i:1\nRUN <<E\nset -eu\n if a; then\n  b\n fi\nE\n",
            "FROM i:1\nRUN <<E\nset -eu\n if a; then\n  b\n fi\n c\nE\n",
        );
        check("FROM i:1\nRUN <<E\na\nb\nE\n", "FROM i:1\nRUN <<E\na\nb && c\nE\n");
        check("FROM i:1\nRUN <<E\nset -e\na && b\nE\n", "FROM i:1\nRUN <<E\nset -e\na && b && c\nE\n");
    }

    #[test]
    fn the_end_of_another_heredoc_stands_alone() {
        assert_eq!(appended("FROM i:1\nRUN <<E\na\ncat > b <<X\nd\nX\nE\n"), None);
        check(
            "FROM i:1\nRUN <<E\nset -e\ncat > b <<X\nd\nX\nE\n",
            "FROM i:1\nRUN <<E\nset -e\ncat > b <<X\nd\nX\nc\nE\n",
        );
    }
}
