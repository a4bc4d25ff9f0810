//! `invalid-default-arg-in-from`

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

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
    /// BuildKit's check says it in a warning, whatever the build is given, and so it is here: who builds the file may always
    /// give the argument. It is an error where a build is known that fails of it: one that a compose file, a bake file or a
    /// workflow names without the argument, where nobody else in the repository gives it (`--build-arg NAME`,
    /// `build-args: NAME=…`, `--set *.args.NAME=…`); one whose arguments are known and come to no name (`--build-arg`,
    /// `context.args` in the settings, those of compose files and the like); and any, where no ARG before the first FROM
    /// declares the variable.
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
    let inputs = cx.document.inputs();
    let arguments = &inputs.arguments;
    let given = self::defaults(cx, arguments);
    let comes_to = |written: &str, escape: char| {
        let default = value(&defaults, written, escape);
        let with_given = || given.as_ref().and_then(|given| value(given, written, escape));
        (default.clone(), if arguments.is_empty() { default } else { with_given() })
    };
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
            let names = declared(cx, &asked.written, instruction.escape());
            // What comes of an unknown value is not known.
            let may_be_given = names.iter().any(|name| inputs.unknown_arguments.contains(*name));
            let is_refused = !may_be_given && given.is_none_or(|given| asked.is_refused(&given));
            let is_known = names.is_empty() || names.iter().any(|name| arguments.contains_key(*name));
            let is_built_with = is_refused && !is_known && names.iter().any(|name| making.gives(name));
            let forgetful = inputs.builds.first().filter(|_| is_refused && !is_known && !is_built_with);
            let when = match (forgetful, is_built_with) {
                (Some(build), _) => format!("in the build of {}, which does not give it", build.shown),
                (_, true) => "without build arguments, such as scripts of this project give".to_owned(),
                _ => "without build arguments".to_owned(),
            };
            let message = asked.message(&value, !names.is_empty(), &when);
            let pushed = out.push_at(*index, instruction.place(asked.part), message);
            let pushed = if asked.is_platform { pushed.also(&[]) } else { pushed };
            if is_refused && is_known || forgetful.is_some() {
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
    fn message(&self, value: &str, is_declared: bool, when: &str) -> String {
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
    let platform = instruction.flag("platform");
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

/// The names that ARGs before the first FROM declare and a text of a FROM is made of, itself or by the default of another.
fn declared<'a>(cx: &Cx<'a>, written: &str, escape: char) -> Vec<&'a str> {
    let items = cx.document.file().items().iter().map(|item| &*item.instruction);
    let arguments: Vec<&Instruction> = items.take_while(|item| item.ast().kind != Kind::From).collect();
    let pairs = arguments.iter().rev().flat_map(|instruction| match &instruction.ast().arguments {
        Arguments::KeyValues(pairs) if instruction.ast().kind == Kind::Arg => {
            pairs.iter().rev().map(|pair| (instruction.str(pair.key), pair.value, *instruction)).collect()
        }
        _ => Vec::new(),
    });
    let read = |text: &str| {
        let uses = word::expand(text, Reading::arguments(escape), &|_| Value::Unset).uses;
        uses.into_iter().map(|read| read.name)
    };
    let mut wanted: BTreeSet<String> = read(written).collect();
    let mut names = Vec::new();
    for (name, default, instruction) in pairs {
        if wanted.contains(name) {
            names.push(name);
            wanted.extend(default.into_iter().flat_map(|default| read(instruction.str(default))));
        }
    }
    names
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
    use crate::semantic::inputs::{Build, Inputs};
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

    /// How bad it is where builds are known, each with its arguments, and all of what they agree on.
    fn severity(arguments: &[(&str, &str)], builds: &[&[&str]]) -> Vec<(Severity, String)> {
        let text = "ARG BASE\nARG IMAGE=$BASE\nFROM $IMAGE\n";
        let arguments = arguments.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let build = |names: &&[&str]| Build {
            file: "/p/compose.yaml".to_owned(),
            shown: "compose.yaml".to_owned(),
            name: "web".to_owned(),
            target: None,
            place: None,
            arguments: names.iter().map(|name| (name.to_string(), None)).collect(),
        };
        let inputs = Inputs {
            arguments: arguments.collect(),
            unknown_arguments: builds
                .iter()
                .flat_map(|names| names.iter())
                .map(|name| name.to_string())
                .collect(),
            builds: builds.iter().map(build).collect(),
            ..Inputs::default()
        };
        let document = Document::new(text).with_inputs(Arc::new(inputs));
        let cx = Cx {
            document: &document,
            context: &NoContext,
            shell_check: &crate::context::shell_check::NoShellCheck,
            settings: &Settings::default(),
        };
        let found =
            rules::run(&cx).into_iter().filter(|found| found.rule.id == INVALID_DEFAULT_ARG_IN_FROM.id);
        found.map(|found| (found.severity, found.message.to_string())).collect()
    }

    #[test]
    fn it_is_an_error_where_a_build_is_known_to_fail_of_it() {
        let level = |arguments: &[(&str, &str)], builds: &[&[&str]]| {
            severity(arguments, builds).into_iter().map(|(severity, _)| severity).collect::<Vec<_>>()
        };
        assert_eq!(level(&[], &[]), [Severity::Warning]);
        assert_eq!(level(&[("BASE", "a b")], &[]), [Severity::Error]);
        assert_eq!(level(&[("BASE", "alpine:3.20")], &[]), [Severity::Warning]);
        assert_eq!(level(&[("BASE", "alpine:3.20")], &[&[]]), [Severity::Warning]);
        assert_eq!(level(&[], &[&["OTHER"]]), [Severity::Error]);
        assert_eq!(level(&[], &[&["IMAGE"]]), [Severity::Warning]);
        // One that gives it may go over the other.
        assert_eq!(level(&[], &[&[], &["BASE"]]), [Severity::Warning]);
        let message =
            "`$IMAGE` is empty in the build of compose.yaml, which does not give it: the build then fails";
        assert_eq!(severity(&[], &[&[]]), [(Severity::Error, message.to_owned())]);
        assert_eq!(severities("FROM $A\n"), [Severity::Error]);
    }

    #[test]
    fn an_argument_that_a_script_of_the_project_gives_is_told() {
        let message = |script: &str| {
            format!(
                "#- Makefile\na:\n\t{script}\n#- Dockerfile\nARG A\nFROM $A\n   # ^^ `$A` is empty without build arguments{}: the build then fails\n",
                if script.contains("A=") { ", such as scripts of this project give" } else { "" }
            )
        };
        check(&message("docker build --build-arg A=$(A) ."));
        check(&message("docker buildx bake --set '*.args.A=$(A)'"));
        check(&message("docker build --build-arg AB ."));
    }

    #[test]
    fn names_that_come_to_something_are_not() {
        check_none("ARG A=1\nARG B=$A\nFROM a:$B\nFROM a-$TARGETARCH\nFROM ${C:-a}\nFROM A\n");
    }
}
