//! `invalid-default-arg-in-from`

use std::cell::LazyCell;
use std::collections::BTreeMap;

use super::undeclared_arg_in_from::reads_variable;
use crate::context::making::Making;
use crate::knowledge::variables;
use crate::rules::prelude::*;
use crate::syntax::word::{self, Reading, Value};
use crate::syntax::{reference, value};

declare_rule! {
    /// ## What it does
    /// Finds a FROM with variables that, with the defaults of the ARGs before it, comes to no valid image name, or to
    /// no platform.
    ///
    /// ## Severity
    /// BuildKit's check says it in a warning, whatever the build is given, and `docker build` without arguments fails of it,
    /// with or without `--check`. So it is an error, until the build arguments that are known (`--build-arg`, those of compose
    /// files and the like, or `context.args` in the settings) make it a name, or a makefile, a script or a workflow of the
    /// repository gives a build an argument of that name: `--build-arg NAME`, `build-args: NAME=…`. From there on it is
    /// the warning of BuildKit's check.
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
        check: ContextSteps(reads_variable, check),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let Some(defaults) = defaults(cx, &BTreeMap::new()) else {
        return;
    };
    let arguments = &cx.document.inputs().arguments;
    let given = self::defaults(cx, arguments);
    let comes_to = |written: &str, escape: char| {
        let default = value(&defaults, written, escape);
        let with_given = || given.as_ref().and_then(|given| value(given, written, escape));
        (default.clone(), if arguments.is_empty() { default } else { with_given() })
    };
    let declared = declared(cx);
    // Asked for only where something is wrong.
    let making = LazyCell::new(|| Making::of(cx.context));
    // BuildKit looks no further than to the first FROM that it cannot expand.
    let mut is_read = true;
    for index in steps {
        let Some(instruction) = cx.document.file().instruction(*index) else {
            continue;
        };
        for asked in asked(instruction) {
            let (value, given) = comes_to(&asked.written, instruction.escape());
            is_read &= value.is_some() || asked.is_platform;
            let Some(value) = value.filter(|value| is_read && asked.is_refused(value)) else {
                continue;
            };
            let mut names = declared.iter().filter(|name| asked.written.contains(**name));
            let is_declared = names.clone().next().is_some();
            // What comes of an unknown value is not known.
            let is_given = |name: &String| asked.written.contains(name.as_str());
            let may_be_given = cx.document.inputs().unknown_arguments.iter().any(is_given);
            let fails = !may_be_given && given.is_none_or(|given| asked.is_refused(&given));
            let is_built_with = fails && names.any(|name| making.gives(name));
            let message = asked.message(&value, is_declared, is_built_with);
            let pushed = out.push_at(*index, instruction.place(asked.part), message);
            let pushed = if asked.is_platform { pushed.also(&[]) } else { pushed };
            if fails && !is_built_with {
                pushed.fails_build();
            }
        }
    }
}

/// A text of a FROM that reads variables.
struct Asked {
    part: Part,
    written: String,
    is_platform: bool,
}

impl Asked {
    fn is_refused(&self, value: &str) -> bool {
        match self.is_platform {
            true => value.is_empty() || value::platform_problem(value).is_some(),
            false => reference::problem(value).is_some(),
        }
    }

    /// Where nothing declares a variable of it, no build argument helps.
    fn message(&self, value: &str, is_declared: bool, is_built_with: bool) -> String {
        let when = match is_built_with {
            true => "without build arguments, such as scripts of this project give",
            false => "without build arguments",
        };
        let written = &self.written;
        let what = if self.is_platform { "platform" } else { "valid image name" };
        match value {
            "" if is_declared => format!("`{written}` is empty {when}: the build then fails"),
            "" => {
                format!("`{written}` is empty, as no ARG before the first FROM declares it: the build fails")
            }
            _ if is_declared => format!("`{written}` comes to `{value}` {when}: no {what}"),
            _ => format!(
                "`{written}` comes to `{value}`, as no ARG before the first FROM declares it: no {what}"
            ),
        }
    }
}

fn asked(instruction: &Instruction) -> Vec<Asked> {
    let ast = instruction.ast();
    let platform = ast.flag(instruction.line().text(), "platform");
    let platform = platform.and_then(|flag| Some((flag.value_part?, flag.value.clone(), true)));
    let name = match &ast.arguments {
        Arguments::Words(words) => {
            words.first().map(|part| (*part, instruction.str(*part).to_owned(), false))
        }
        _ => None,
    };
    let texts = platform.into_iter().chain(name).filter(|(_, written, _)| written.contains('$'));
    texts.map(|(part, written, is_platform)| Asked { part, written, is_platform }).collect()
}

/// The names that an ARG before the first FROM declares.
fn declared<'a>(cx: &Cx<'a>) -> Vec<&'a str> {
    let items = cx.document.file().items().iter().map(|item| &item.instruction);
    let arguments =
        items.take_while(|item| item.ast().kind != Kind::From).filter(|item| item.ast().kind == Kind::Arg);
    let names = arguments.flat_map(|instruction| match &instruction.ast().arguments {
        Arguments::KeyValues(pairs) => pairs.iter().map(|pair| instruction.str(pair.key)).collect(),
        _ => Vec::new(),
    });
    names.collect()
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
    use crate::semantic::inputs::Inputs;
    use crate::settings::Settings;
    check_rule!(INVALID_DEFAULT_ARG_IN_FROM);

    #[test]
    fn names_that_come_to_nothing_are_found() {
        check("ARG A\nFROM $A\n   # ^^ `$A` is empty without build arguments: the build then fails\n");
        check(
            "FROM $B\n   # ^^ `$B` is empty, as no ARG before the first FROM declares it: the build fails\n",
        );
        check(
            "ARG A\nFROM a/$A\n   # ^^^^ `a/$A` comes to `a/` without build arguments: no valid image name\n",
        );
        check(
            "ARG A=B\nARG A=${A}C\nFROM $A\n   # ^^ `$A` comes to `BC` without build arguments: no valid image name\n",
        );
    }

    #[test]
    fn platforms_that_come_to_nothing_are_found() {
        check(
            "
ARG P Q=a/b/c/d
FROM --platform=$P a:1
                ^^ `$P` is empty without build arguments: the build then fails
FROM --platform=$Q a:1
                ^^ `$Q` comes to `a/b/c/d` without build arguments: no platform
",
        );
        check_none("ARG P=linux/arm64\nFROM --platform=$P a:1\nFROM --platform=$BUILDPLATFORM a:1\n");
    }

    #[test]
    fn it_is_an_error_until_an_argument_makes_it_a_name() {
        let severity = |arguments: &[(&str, &str)]| {
            let text = "ARG TAG\nFROM alpine:${TAG}\n";
            let arguments = arguments.iter().map(|(name, value)| (name.to_string(), value.to_string()));
            let inputs = Inputs { arguments: arguments.collect(), ..Inputs::default() };
            let document = Document::new(text).with_inputs(Arc::new(inputs));
            let cx = Cx {
                document: &document,
                context: &NoContext,
                shell_check: &crate::context::shell_check::NoShellCheck,
                settings: &Settings::default(),
            };
            let found =
                rules::run(&cx).into_iter().filter(|found| found.rule.id == INVALID_DEFAULT_ARG_IN_FROM.id);
            found.map(|found| found.severity).collect::<Vec<Severity>>()
        };
        assert_eq!(severity(&[]), [Severity::Error]);
        assert_eq!(severity(&[("TAG", "a b")]), [Severity::Error]);
        assert_eq!(severity(&[("TAG", "3.20")]), [Severity::Warning]);
    }

    #[test]
    fn an_argument_that_a_script_of_the_project_gives_is_no_error() {
        let severity = |script: &str| {
            severities(&format!("#- build.sh\n{script}\n#- Dockerfile\nARG TAG\nFROM alpine:${{TAG}}\n"))
        };
        assert_eq!(severity("docker build --build-arg TAG ."), [Severity::Warning]);
        assert_eq!(severity("docker build --build-arg TAGS=1 ."), [Severity::Error]);
        check(
            "#- Makefile\na:\n\tdocker build --build-arg A=$(A) .\n#- Dockerfile\nARG A\nFROM $A\n   # ^^ `$A` is empty without build arguments, such as scripts of this project give: the build then fails\n",
        );
    }

    #[test]
    fn names_that_come_to_something_are_not() {
        check_none("ARG A=1\nARG B=$A\nFROM a:$B\nFROM a-$TARGETARCH\nFROM ${C:-a}\nFROM A\n");
    }
}
