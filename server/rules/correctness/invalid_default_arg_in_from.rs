//! `invalid-default-arg-in-from`

use std::collections::BTreeMap;

use super::undeclared_arg_in_from::reads_variable;
use crate::knowledge::variables;
use crate::rules::prelude::*;
use crate::syntax::word::{self, Reading, Value};
use crate::syntax::{Arguments, reference};

declare_rule! {
    /// ## What it does
    /// Finds a FROM with variables that, with the defaults of the ARGs before it, comes to no valid image name.
    ///
    /// It is an error, as it is to Docker, until the build arguments that are known (`--build-arg`, or
    /// `context.args` in the settings) make it a name.
    ///
    /// ## Why is this bad?
    /// A build without `--build-arg` fails.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// ARG TAG
    /// FROM alpine:${TAG}
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// ARG TAG=3.20
    /// FROM alpine:${TAG}
    /// ```
    pub(crate) static INVALID_DEFAULT_ARG_IN_FROM = {
        id: "invalid-default-arg-in-from", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["InvalidDefaultArgInFrom"],
        check: Steps(reads_variable, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let Some(defaults) = defaults(cx, &BTreeMap::new()) else {
        return;
    };
    let given = self::defaults(cx, &cx.document.inputs().arguments);
    for index in steps {
        let Some(instruction) = cx.document.file().items().get(*index).map(|item| &item.instruction) else {
            continue;
        };
        let Arguments::Words(words) = &instruction.ast().arguments else {
            continue;
        };
        let Some(part) = words.first() else {
            continue;
        };
        let written = instruction.str(*part);
        let value = value(&defaults, written, instruction.escape());
        // BuildKit looks no further than to the first FROM that it cannot expand.
        let Some(value) = value else {
            return;
        };
        if written.contains('$') && reference::problem(&value).is_some() {
            let message = match value.as_str() {
                "" => format!("`{written}` is empty where no build argument is given"),
                _ => format!(
                    "`{written}` comes to `{value}` where no build argument is given: no valid image name"
                ),
            };
            let pushed = out.push_at(*index, instruction.place(*part), message);
            let with_given =
                given.as_ref().and_then(|given| self::value(given, written, instruction.escape()));
            if with_given.is_none_or(|value| reference::problem(&value).is_some()) {
                pushed.fails_build();
            }
        }
    }
}

type Defaults<'a> = BTreeMap<&'a str, String>;

/// What the arguments before the first FROM are worth where the build is given some; `None` where one of them is
/// broken.
fn defaults<'a>(cx: &Cx<'a>, given: &BTreeMap<String, String>) -> Option<Defaults<'a>> {
    let global = variables::all().iter().filter(|variable| variable.scope == variables::Scope::Global);
    let mut defaults: Defaults<'a> =
        global.map(|variable| (variable.name, variable.example.to_owned())).collect();
    let items = cx.document.file().items().iter();
    let instructions = items.map(|item| &item.instruction).take_while(|item| item.ast().kind != Kind::From);
    for instruction in instructions {
        let (Kind::Arg, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
        else {
            continue;
        };
        for pair in pairs {
            let name = instruction.str(pair.key);
            let value = match (given.get(name), pair.value) {
                (Some(given), _) => given.clone(),
                (None, Some(part)) => value(&defaults, instruction.str(part), instruction.escape())?,
                (None, None) => continue,
            };
            // What no image is named after needs not be kept.
            defaults.insert(name, value.chars().take(MAX_VALUE).collect());
        }
    }
    Some(defaults)
}

/// Longer than any name of an image.
const MAX_VALUE: usize = 4096;

fn value(defaults: &Defaults<'_>, text: &str, escape: char) -> Option<String> {
    let lookup = |name: &str| defaults.get(name).map_or(Value::Unset, |value| Value::Known(value.clone()));
    word::expand(text, Reading::arguments(escape), &lookup).value
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::context::NoContext;
    use crate::document::Document;
    use crate::rules::{self, Severity};
    use crate::semantic::Inputs;
    use crate::settings::Settings;
    check_rule!(INVALID_DEFAULT_ARG_IN_FROM);

    #[test]
    fn names_that_come_to_nothing_are_found() {
        check("ARG A\nFROM $A\n   # ^^ `$A` is empty where no build argument is given\n");
        check(
            "ARG A\nFROM a/$A\n   # ^^^^ `a/$A` comes to `a/` where no build argument is given: no valid image name\n",
        );
        check(
            "ARG A=B\nARG A=${A}C\nFROM $A\n   # ^^ `$A` comes to `BC` where no build argument is given: no valid image name\n",
        );
    }

    #[test]
    fn it_is_an_error_until_an_argument_makes_it_a_name() {
        let severity = |arguments: &[(&str, &str)]| {
            let text = "ARG TAG\nFROM alpine:${TAG}\n";
            let arguments = arguments.iter().map(|(name, value)| (name.to_string(), value.to_string()));
            let inputs = Inputs { arguments: arguments.collect(), target: None };
            let document = Document::new(text).with_inputs(Arc::new(inputs));
            let cx = Cx { document: &document, context: &NoContext, settings: &Settings::default() };
            let found =
                rules::run(&cx).into_iter().filter(|found| found.rule.id == INVALID_DEFAULT_ARG_IN_FROM.id);
            found.map(|found| found.severity).collect::<Vec<Severity>>()
        };
        assert_eq!(severity(&[]), [Severity::Error]);
        assert_eq!(severity(&[("TAG", "a b")]), [Severity::Error]);
        assert_eq!(severity(&[("TAG", "3.20")]), [Severity::Warning]);
    }

    #[test]
    fn names_that_come_to_something_are_not() {
        check_none("ARG A=1\nARG B=$A\nFROM a:$B\nFROM a-$TARGETARCH\nFROM ${C:-a}\nFROM A\n");
    }
}
