//! Edits that several rules make.

use crate::semantic::facts::Facts;
use crate::syntax::Item;
use crate::syntax::shell::Form;
use crate::text::Edit;

/// Puts an argument after a word of a command, in shell text or in the exec form. `None` where there is no
/// such word.
pub(crate) fn argument_after(
    item: &Item,
    facts: &Facts,
    command: usize,
    word: usize,
    argument: &str,
) -> Option<Edit> {
    let word = facts.script.commands().get(command)?.words.get(word)?;
    let end = item.absolute(facts.script.place(word.part)).end;
    let text = match facts.script.form() {
        Form::Exec => format!(", \"{argument}\""),
        Form::Shell | Form::Heredoc => format!(" {argument}"),
    };
    Some(Edit::insert(end, text))
}
