//! What a script's own variables come to, where it says so itself: the packages of `buildDeps='a b' && apk add $buildDeps`.
//! Knows nothing of ARG and ENV.

use crate::syntax::Script;
use crate::syntax::names::is_name;
use crate::syntax::shell::{Command, Joint, Nesting, Word};

/// The name of the variable that a word consists of: `$NAME` or `${NAME}`, without quotes.
pub fn variable<'a>(script: &'a Script, word: &Word) -> Option<&'a str> {
    let written = script.str(word.part).strip_prefix('$')?;
    let name = written.strip_prefix('{').map_or(Some(written), |inner| inner.strip_suffix('}'))?;
    is_name(name).then_some(name)
}

/// Commands whose words set variables.
const DECLARES: [&str; 5] = ["declare", "export", "local", "readonly", "typeset"];

/// The words with which a command sets variables for those behind it, and what else stands among them.
pub fn settings(command: &Command) -> &[Word] {
    match command.words.split_first() {
        None => &command.assignments,
        Some((first, _)) if DECLARES.iter().any(|name| first.is(name)) => &command.words,
        // What stands before a command is for that one alone.
        Some(_) => &[],
    }
}

/// Whether a script may give a variable a value: by an assignment, a loop, `read` or a function.
pub fn may_set(script: &Script, name: &str) -> bool {
    let commands = script.commands();
    let is_own = |word: &Word| {
        script.str(word.part).strip_prefix(name).is_some_and(|rest| rest.starts_with(['=', '+', '[']))
    };
    is_set_otherwise(script, name) || commands.iter().flat_map(settings).any(is_own)
}

/// Whether it may get a value by something else than an assignment: what a loop or `read` sets is not looked for, nor is
/// what a function does.
fn is_set_otherwise(script: &Script, name: &str) -> bool {
    !script.functions().is_empty()
        || script.text().text().contains(&format!("for {name}"))
        || script.commands().iter().flat_map(|command| &command.words).any(|word| word.is(name))
}

/// The values that a script gives the variable of a word before it is read: one or more. `None` where the word is no
/// variable, and where it may get another value, or none.
pub fn values<'a>(script: &'a Script, word: &Word) -> Option<Vec<&'a str>> {
    let name = variable(script, word)?;
    if is_set_otherwise(script, name) {
        return None;
    }
    let commands = script.commands();
    let perhaps = Nesting::BRANCH.and(Nesting::LOOP).and(Nesting::BROKEN);
    let (mut values, mut is_sure) = (Vec::new(), false);
    for command in commands {
        for set in settings(command) {
            let is_own = script.str(set.part).strip_prefix(name);
            if !is_own.is_some_and(|rest| rest.starts_with(['=', '+', '['])) {
                continue;
            }
            values.push(set.value.as_deref()?.strip_prefix(name)?.strip_prefix('=')?);
            is_sure |= set.part.start < word.part.start
                && !command.nesting.any(Nesting::OWN_PROCESS.and(perhaps))
                && command.joint != Joint::Or;
        }
    }
    is_sure.then_some(values)
}

/// Whether a value that the shell splits into words has an option among them.
pub fn has_option(value: &str) -> bool {
    value.split_whitespace().any(|word| word.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    /// The values of the last word of the last command.
    fn last(source: &str) -> Option<Vec<String>> {
        let file = File::new(source);
        let script = Script::of(&file.items()[0].instruction).expect("a script");
        let word = script.commands().last()?.words.last()?;
        Some(values(&script, word)?.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn what_the_script_sets_itself_is_known() {
        assert_eq!(last("RUN A='b \\\n  c' && d $A").unwrap(), ["b   c"]);
        assert_eq!(last("RUN set -e; export A=\"b\"; d ${A}").unwrap(), ["b"]);
        assert_eq!(last("RUN A=b; if c; then A=d; fi; e $A").unwrap(), ["b", "d"]);
    }

    #[test]
    fn what_may_come_from_elsewhere_is_not() {
        for run in [
            "d $A",
            "d $A; A=b; d \"$A\"",
            "if c; then A=b; fi; d $A",
            "c || A=b; d $A",
            "(A=b); d $A",
            "A=b; A=$(c); d $A",
            "A=b; A+=c; d $A",
            "A=b; read A; d $A",
            "A=b; for A in c; do d $A; done; d $A",
            "A=b; d x$A",
            "A=b c; d $A",
            "c A=b; d $A",
            "A=b; d ${A:-c}",
        ] {
            assert_eq!(last(&format!("RUN {run}")), None, "{run}");
        }
    }
}
