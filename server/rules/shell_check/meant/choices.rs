//! `A && B || C`: where it is no choice between B and C.

use super::commands_in;
use crate::semantic::facts::Facts;
use crate::syntax::Part;
use crate::syntax::shell::{Command, lists};

/// Whether what stands behind an `&&` is no choice: where C leaves or does nothing, where B cannot fail or only asks, and where C
/// tries what B does once more.
pub(super) fn is_guard(facts: &Facts, and: Part) -> bool {
    let script = &facts.script;
    let Some(choice) = lists::choice(script.text().text(), and) else {
        return false;
    };
    let (then, otherwise) = (commands_in(script, choice.then), commands_in(script, choice.otherwise));
    let leaves = otherwise.last().is_some_and(|last| {
        let name = last.words.first().and_then(|name| name.value.as_deref());
        let behind = Part { start: last.part.end, end: choice.otherwise.end };
        matches!(name, Some("exit" | "return" | "true" | ":" | "false"))
            && !script.str(behind).contains(char::is_alphabetic)
    });
    let asks = ["[ ", "[[ ", "test ", "! [ ", "! [[ ", "! test "];
    let is_question = asks.iter().any(|ask| script.str(choice.then).starts_with(ask));
    let cannot_fail = match then.as_slice() {
        [only] => match only.words.first() {
            None => only.assignments.iter().all(|word| word.value.is_some()),
            Some(name) => ["echo", "printf", "true", ":"].iter().any(|known| name.is(known)),
        },
        _ => false,
    };
    leaves || is_question || cannot_fail || tries_again(&then, &otherwise)
}

/// Whether a program is run by the same name, and for the same thing, as in `npm ci || npm ci --verbose`.
fn tries_again(then: &[&Command], otherwise: &[&Command]) -> bool {
    let ([first], [second]) = (then, otherwise) else {
        return false;
    };
    let mut pairs = first.words.iter().zip(&second.words).take(2);
    first.words.len() > 1
        && second.words.len() > 1
        && pairs.all(|(word, other)| word.value.is_some() && word.value == other.value)
}
