//! `legacy-key-value`

use crate::rules::prelude::*;
use crate::syntax::key_values::KeyValue;
use crate::syntax::word::{self, Reading, Value};
use crate::syntax::{Arguments, File};

declare_rule! {
    /// ## What it does
    /// Finds ENV and LABEL with a blank between name and value, where `=` belongs.
    ///
    /// ## Why is this bad?
    /// Everything to the end of the line is the value: a second pair on the same line becomes a part of the first.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// ENV GREETING good morning
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// ENV GREETING="good morning"
    /// ```
    pub(crate) static LEGACY_KEY_VALUE = {
        id: "legacy-key-value", group: Style, severity: Warning, since: "0.1.0",
        also: ["LegacyKeyValueFormat"],
        changes: [Configuration],
        check: Instruction(check),
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if let Some((pair, value)) = legacy(instruction) {
        let keyword = instruction.ast().kind.keyword();
        let key = instruction.str(pair.key);
        let message = match after_equals(instruction.str(value)) {
            Some(_) => format!("the blank before the `=` makes it a part of the value of `{key}`"),
            None => format!("{keyword} has no `=` between `{key}` and its value"),
        };
        out.push(instruction.place(pair.key), message);
    }
}

/// The pair without `=`, and its value.
fn legacy(instruction: &Instruction) -> Option<(KeyValue, Part)> {
    let ast = instruction.ast();
    let (Kind::Env | Kind::Label, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
        return None;
    };
    let pair = pairs.first().filter(|pair| pair.legacy)?;
    Some((*pair, pair.value?))
}

/// What stands behind a `=` at the head of a value: somebody has put blanks around it.
fn after_equals(value: &str) -> Option<&str> {
    value.strip_prefix('=').map(str::trim_start).filter(|rest| !rest.is_empty())
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let instruction = &item.instruction;
        let (pair, value) = legacy(instruction)?;
        let text = instruction.str(value);
        if let Some(rest) = after_equals(text) {
            // One word, or one in quotes: what is meant cannot be anything else.
            let is_word = open_blanks(rest, instruction.escape()).next().is_none();
            let start = value.end as usize - rest.len();
            let gap = Part::new(pair.key.end as usize, start);
            let edit = Edit::replace(item.absolute(instruction.place(gap)), "=");
            let title = format!("Write `{}=`", instruction.str(pair.key));
            return is_word.then(|| Fix::new(title, Safety::Unsafe, vec![edit]));
        }
        let insertions = quoting(text, instruction.escape()).into_iter().find(|insertions| {
            let new_value = inserted(text, insertions);
            keeps_value(instruction, pair, text, &new_value)
        })?;
        let gap = item.absolute(instruction.place(Part { start: pair.key.end, end: value.start }));
        let at = |offset: usize| {
            let start = value.start as usize + offset;
            // The place of the character there, or the end of the value.
            let place = match text.get(offset..).and_then(|rest| rest.chars().next()) {
                Some(char) => instruction.place(Part::new(start, start + char.len_utf8())).start,
                None => instruction.place(value).end,
            };
            item.start + place
        };
        let mut edits = vec![];
        let mut equals = "=".to_owned();
        for (offset, insertion) in insertions {
            match offset {
                // One edit for both: they touch.
                0 => equals.push_str(&insertion),
                _ => edits.push(Edit::insert(at(offset), insertion)),
            }
        }
        edits.push(Edit::replace(gap, equals));
        let title = format!("Write `{}=`", instruction.str(pair.key));
        Some(Fix::new(title, Safety::Safe, edits))
    };
    fix().into_iter().collect()
}

/// What to put into a value, and where, so that it is one word: nothing, quotes around it, or an escape character
/// before each blank.
fn quoting(text: &str, escape: char) -> Vec<Vec<(usize, String)>> {
    let mut ways = vec![Vec::new()];
    if !text.contains(['"', '\'', escape]) {
        ways.push(vec![(0, "\"".to_owned()), (text.len(), "\"".to_owned())]);
    }
    ways.push(open_blanks(text, escape).map(|offset| (offset, escape.to_string())).collect());
    ways
}

/// Where the blanks stand that are neither quoted nor escaped.
fn open_blanks(text: &str, escape: char) -> impl Iterator<Item = usize> {
    let mut quote = None;
    let mut is_escaped = false;
    text.char_indices().filter_map(move |(offset, char)| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match (quote, char) {
            _ if was_escaped => {}
            (None | Some('"'), char) if char == escape => is_escaped = true,
            (None, '"' | '\'') => quote = Some(char),
            (Some(open), char) if open == char => quote = None,
            (None, char) if char.is_whitespace() => return Some(offset),
            _ => {}
        }
        None
    })
}

fn inserted(text: &str, insertions: &[(usize, String)]) -> String {
    let mut result = text.to_owned();
    for (offset, insertion) in insertions.iter().rev() {
        result.insert_str(*offset, insertion);
    }
    result
}

/// Whether `key=new_value` is one pair that comes to what the old value comes to, whatever its variables are worth.
fn keeps_value(instruction: &Instruction, pair: KeyValue, value: &str, new_value: &str) -> bool {
    let key = instruction.str(pair.key);
    let escape = instruction.escape();
    let line = format!("# escape={escape}\nENV {key}={new_value}\n");
    let file = File::new(&line);
    let [item] = file.items() else {
        return false;
    };
    let is_one_pair = match &item.instruction.ast().arguments {
        Arguments::KeyValues(pairs) => match pairs.as_slice() {
            [KeyValue { key: new_key, value: Some(part), legacy: false }] => {
                item.instruction.str(*new_key) == key && item.instruction.str(*part) == new_value
            }
            _ => false,
        },
        _ => false,
    };
    let reading = Reading::arguments(escape);
    let worths = [Value::Unset, Value::Known(String::new()), Value::Known("a  'b\" c".to_owned())];
    is_one_pair
        && worths.iter().all(|worth| {
            let expand = |text: &str| word::expand(text, reading, &|_| worth.clone());
            let (old, new) = (expand(value), expand(new_value));
            old.value.is_some() && old.value == new.value
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(LEGACY_KEY_VALUE);

    fn fixed(value: &str, expected: &str) {
        check_fix(&format!("FROM a:1\nENV A {value}\n"), &format!("FROM a:1\nENV A={expected}\n"));
    }

    #[test]
    fn a_blank_for_an_equals_sign_is_found() {
        check("FROM a:1\nENV A b c=d\n  # ^ ENV has no `=` between `A` and its value\n");
        check("FROM a:1\nlabel A b\n    # ^ LABEL has no `=` between `A` and its value\n");
        check_none("FROM a:1\nENV A=b C=d\nLABEL a=\nENV A\nARG A b\n");
    }

    #[test]
    fn the_value_is_what_it_was() {
        fixed("b", "b");
        fixed("$B/c", "$B/c");
        fixed("b  c $D", "\"b  c $D\"");
        fixed("\"quoted value\"", "\"quoted value\"");
        fixed("a\\ b", "a\\ b");
        fixed("a=\"b\" c=d", "a=\"b\"\\ c=d");
        fixed("it is 'one of' them", "it\\ is\\ 'one of'\\ them");
        fixed("${B:-c d}", "\"${B:-c d}\"");
    }

    #[test]
    fn what_cannot_be_kept_is_left() {
        check_no_fix("FROM a:1\nENV A it's\n");
    }

    #[test]
    fn continued_lines_stay() {
        check_fix("FROM a:1\nENV A \\\n  b \\\n  c\n", "FROM a:1\nENV A=\"b \\\n  c\"\n");
        check_no_fix("FROM a:1\nENV A \\\n# why\n  b\n");
        check_fix("# escape=`\nFROM a:1\nENV A \"b\" c\n", "# escape=`\nFROM a:1\nENV A=\"b\"` c\n");
    }
}
