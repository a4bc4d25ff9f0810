//! What single words come to: a column of a table, a variable that holds something, two sets of letters.

use super::commands_in;
use crate::semantic::Model;
use crate::semantic::facts::Facts;
use crate::semantic::own_variables;
use crate::syntax::Part;

/// Whether a loop reads what `awk '{print $1}'` prints: one word of each line.
pub(super) fn is_column(facts: &Facts, part: Part) -> bool {
    let last = commands_in(&facts.script, part).pop();
    let words = last.map(|command| command.words.as_slice()).unwrap_or_default();
    let (Some(name), Some(program)) = (words.first(), words.last()) else {
        return false;
    };
    let field = program
        .value
        .as_deref()
        .and_then(|program| program.trim().rsplit_once('{'))
        .and_then(|(_, deed)| deed.strip_suffix('}')?.trim().trim_end_matches(';').strip_prefix("print"));
    let is_field = |field: &str| {
        let name = field.trim().strip_prefix('$').unwrap_or_default();
        name == "NF" || !name.is_empty() && name != "0" && name.chars().all(|char| char.is_ascii_digit())
    };
    ["awk", "gawk", "mawk"].iter().any(|known| name.is(known)) && field.is_some_and(is_field)
}

/// Whether both sets of a `tr '[A-Z]' '[a-z]'` have brackets, which then stand for themselves.
pub(super) fn are_both_in_brackets(facts: &Facts, part: Part) -> bool {
    let script = &facts.script;
    let found = script.commands().iter().rfind(|command| command.part.holds(part));
    let [_, sets @ ..] = found.map(|command| command.words.as_slice()).unwrap_or_default() else {
        return false;
    };
    let is_in_brackets = |set: &str| set.starts_with('[') && set.ends_with(']') && !set.starts_with("[:");
    sets.len() == 2 && sets.iter().all(|set| set.value.as_deref().is_some_and(is_in_brackets))
}

/// Whether a variable of a path that is removed has a value in the Dockerfile, which the script does not change.
pub(super) fn is_never_empty(facts: &Facts, model: &Model, item: usize, part: Part) -> bool {
    let script = &facts.script;
    let is_changed = |name: &str| {
        let mut settings = script.commands().iter().flat_map(own_variables::settings);
        settings
            .any(|word| script.str(word.part).strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
    };
    let variables = script.variables().into_iter();
    let mut names = variables.filter(|found| part.holds(found.part)).map(|found| found.name);
    names.any(|name| {
        let value = model.expand_at(item, &format!("${{{name}}}")).value;
        value.is_some_and(|value| !value.trim_matches('/').is_empty()) && !is_changed(&name)
    })
}
