//! Whether a value can be written where a variable is read: around it, what it says may become something else.
//! Source: POSIX, "2.2 Quoting", "2.6 Word Expansions", "2.7 Redirection"; the Bash manual, "Brace Expansion".

use crate::semantic::facts::Facts;
use crate::semantic::shell_asks::name_for_shell;
use crate::semantic::variable_mentions::word_stands_in;
use crate::semantic::variable_uses::{Reader, VariableUse};
use crate::syntax::Instruction;
use crate::syntax::names::is_name_char;

/// Whether a value (letters, digits and what no shell and no builder takes for more) says in the place of a use what the
/// variable says there.
pub(super) fn can_be_inlined(instruction: &Instruction, found: &VariableUse, value: &str) -> bool {
    let name = &found.name;
    let is_bare = found.written == format!("${name}") || found.written == format!("${{{name}}}");
    let source = instruction.source();
    let (Some(before), Some(after)) = (source.get(..found.span.start), source.get(found.span.end..)) else {
        return false;
    };
    // `$A$V` would read another variable.
    let joins_name = value.starts_with(is_name_char) && before.trim_end_matches(is_name_char).ends_with('$');
    is_bare
        && !joins_name
        && !before.ends_with('\\')
        && (found.reader != Reader::Shell || to_shell(instruction, found, value, before, after))
}

fn to_shell(instruction: &Instruction, found: &VariableUse, value: &str, before: &str, after: &str) -> bool {
    let Some(facts) = Facts::of(instruction) else {
        return false;
    };
    let script = &facts.script;
    let is_blank = |char: char| char.is_whitespace();
    let word = (
        before.rsplit(is_blank).next().unwrap_or_default(),
        after.split(is_blank).next().unwrap_or_default(),
    );
    let is_sequence = word.0.contains('{') && (word.0.contains("..") || word.1.contains(".."));
    let is_descriptor = value.chars().all(|char| char.is_ascii_digit()) && after.starts_with(['<', '>']);
    // A command or what looks like an assignment, a word of the language or an alias, unless it is a path.
    let names_program = script.commands().iter().filter_map(|command| command.words.first()).any(|first| {
        let place = script.place(first.part);
        let start = instruction.source().get(place.start..found.span.start).unwrap_or_default();
        place.start <= found.span.start && found.span.end <= place.end && !start.contains('/')
    });
    // It may be set by what is not seen.
    let may_set = script.commands().iter().any(|command| {
        name_for_shell(command, script).is_none_or(|name| matches!(name, "." | "eval" | "source"))
    });
    !is_sequence
        && !is_descriptor
        && !before.ends_with('~')
        && !word_stands_in(instruction.source(), "IFS")
        && !names_program
        && !may_set
}

/// Whether an instruction names a variable beside the uses: a shell reads and sets variables by their bare names too.
pub(super) fn is_named_beside(instruction: &Instruction, name: &str, uses: &[&VariableUse]) -> bool {
    let mut rest = String::new();
    let mut end = 0;
    let mut spans: Vec<_> = uses.iter().map(|found| found.span.clone()).collect();
    spans.sort_unstable_by_key(|span| span.start);
    for span in spans {
        rest.push_str(instruction.source().get(end..span.start).unwrap_or_default());
        rest.push(' ');
        end = end.max(span.end);
    }
    rest.push_str(instruction.source().get(end..).unwrap_or_default());
    word_stands_in(&rest, name)
}
