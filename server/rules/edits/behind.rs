//! A command put right behind another one of a RUN, to be run where that succeeds and nowhere else: where the end of the RUN
//! is reached without it, or is another place by then.

use crate::document::Cx;
use crate::semantic::environment::Shell;
use crate::semantic::facts::Facts;
use crate::semantic::script_ends;
use crate::syntax::shell::{Form, Joint, Nesting};
use crate::text::Edit;

/// The edit that puts `text` behind the command of this number. `None` where the failure of the command, or of anything else in
/// the RUN, would mean something else than before; in a loop, a function, a condition, a subshell and a pipe; and where the
/// script makes something else of a name in the text.
pub(crate) fn append_behind(cx: &Cx<'_>, index: usize, number: usize, text: &str) -> Option<Edit> {
    let item = cx.document.file().item(index)?;
    let facts = Facts::of(&item.instruction)?;
    let script = &facts.script;
    let command = script.commands().get(number)?;
    let is_plain = script.form() != Form::Exec
        && !script.has_error()
        && command.joint != Joint::Or
        && command.nesting.without(Nesting::BRANCH.and(Nesting::GROUP)).is_top()
        && !text.split_whitespace().any(|word| script_ends::may_hide(facts, word));
    let rest = script.text().text().get(command.part.end as usize..)?.trim_start_matches([' ', '\t']);
    let is_last = rest.is_empty() || rest.starts_with([';', '\n']);
    let begins = matches!(command.joint, Joint::Start | Joint::Then);
    // Where a failure ends the shell, that of what stands before `&&` does not.
    let joint = match errors(cx, index, facts) {
        _ if rest.starts_with("&&") => " && ",
        Errors::GoOn if is_last => " && ",
        Errors::End if is_last && begins => "; ",
        _ => return None,
    };
    let end = item.absolute(script.place(command.part)).end;
    is_plain.then(|| Edit::insert(end, format!("{joint}{text}")))
}

/// What the failure of a command does to the shell that reads a script.
enum Errors {
    /// Nothing: the next one runs.
    GoOn,
    /// It ends, from the first command on.
    End,
    Unknown,
}

fn errors(cx: &Cx<'_>, index: usize, facts: &Facts) -> Errors {
    let shell = cx.document.model().environment_at(index).map(|environment| &*environment.shell);
    let is_default =
        matches!(shell, Some(Shell::Posix(_, options)) if options.iter().all(|option| option == "-c"));
    let mut sets = facts.invocations.iter().filter(|invocation| &*invocation.name == "set");
    let Some(set) = sets.next() else {
        return if is_default { Errors::GoOn } else { Errors::Unknown };
    };
    let words = set.written_arguments(&facts.script);
    let ends =
        words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('e'));
    match is_default && set.command == 0 && sets.next().is_none() && ends {
        true => Errors::End,
        false => Errors::Unknown,
    }
}
