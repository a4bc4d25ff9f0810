//! Which advice about shell text is none for a Dockerfile: what is said of text that is plainly meant as it stands.

mod choices;
mod quotes;
mod words;

use std::cell::OnceCell;

use crate::semantic::Model;
use crate::semantic::facts::Facts;
use crate::semantic::listings;
use crate::semantic::one_words::OneWords;
use crate::semantic::own_variables::{self, has_option};
use crate::semantic::shell_questions::Question;
use crate::syntax::names::{is_name, is_name_char};
use crate::syntax::shell::{Command, Nesting, Word, flaw};
use crate::syntax::{Part, Script};

/// What is known of the shell text of one instruction.
pub(super) struct Meant<'a> {
    facts: &'a Facts,
    model: &'a Model,
    /// The instruction, as an index of the file's.
    item: usize,
    question: &'a Question,
    one_words: OnceCell<OneWords<'a>>,
}

/// Programs that take lists of packages, beside package managers.
const TAKE_LISTS: [&str; 7] =
    ["apk", "apt-mark", "docker-php-ext-enable", "docker-php-ext-install", "dpkg", "pecl", "rpm"];

/// How the names of variables end that hold options, by convention: `CFLAGS`, `JAVA_OPTS`.
const OPTIONS: [&str; 5] = ["ARGS", "FLAGS", "OPTIONS", "OPTS", "PARAMS"];

/// Folders that every image has.
const ABOVE: [&str; 20] = [
    "",
    "$HOME",
    "${HOME}",
    "/etc",
    "/home",
    "/mnt",
    "/opt",
    "/root",
    "/run",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/lib",
    "/usr/local",
    "/usr/local/bin",
    "/usr/share",
    "/var",
    "/var/lib",
    "/var/run",
    "~",
];

impl<'a> Meant<'a> {
    pub(super) fn of(facts: &'a Facts, model: &'a Model, item: usize, question: &'a Question) -> Meant<'a> {
        Meant { facts, model, item, question, one_words: OnceCell::new() }
    }

    /// Whether what a code says of a part of the text is beside the point there.
    pub(super) fn is_meant(&self, code: u16, part: Part) -> bool {
        match code {
            // "Want to escape a single quote?"
            1003 => self.ends_quotes(part),
            // "Remove space after = if trying to assign a value"
            1007 => self.sets_next(part),
            // "Use semicolon or linefeed before 'done'"
            1010 => !self.facts.script.has_error() && flaw::flaw(self.text()).is_none(),
            // "Don't use ls | grep", "Use find instead of ls".
            2010 | 2012 => {
                listings::is_only_printed(self.facts, part) || listings::has_known_names(self.facts, part)
            }
            // "Use find … instead of ls | xargs."
            2011 => listings::is_only_printed(self.facts, part),
            // "A && B || C is not if-then-else."
            2015 => choices::is_guard(self.facts, part),
            // "To read lines rather than words, pipe/redirect to a 'while read' loop."
            2013 => words::is_column(self.facts, part),
            // "Expressions don't expand in single quotes."
            2016 => quotes::are_meant(self.facts, self.model, self.item, part),
            // "Don't use [] around classes in tr, it replaces literal square brackets."
            2021 => words::are_both_in_brackets(self.facts, part),
            // "echo may not expand escape sequences": those of a prompt are for the shell that shows it.
            2028 => self.facts.script.str(part).contains("PS1="),
            // "This loop will only ever run once."
            2043 => self.is_list_of_one(part),
            // "Quote this to prevent word splitting."
            2046 => self.words().is_one(part) || self.is_of_list(part),
            // "Double quote to prevent globbing and word splitting."
            2086 => self.words().is_one(part) || self.is_of_list(part) || self.is_of_options(part),
            // "Ranges can only match single chars."
            2102 => self.is_of_package(part),
            // "Use "${var:?}" to ensure this never expands to / ."
            2115 => words::is_never_empty(self.facts, self.model, self.item, part),
            // "Brace expansions and globs are literal in assignments."
            2125 => self.is_for_command(part),
            // "Declare and assign separately to avoid masking return values."
            2155 => self.is_set_without_fail(part),
            // "Use `cd … || exit` in case cd fails."
            2164 => self.is_last(part),
            // "When used with -p, -m only applies to the deepest directory."
            2174 => self.makes_one_folder(part),
            // "Quote expansions in this for loop glob."
            2231 => self.words().is_one(part),
            // "Remove spaces around = to assign": `chmod =755 a`.
            2283 => self.is_given_to(part, |name| name == "chmod"),
            // What echo and printf of the shell know: these are programs.
            3036 | 3037 => self.is_given_to(part, |name| name.contains('/')),
            _ => false,
        }
    }

    fn text(&self) -> &'a str {
        self.facts.script.text().text()
    }

    fn words(&self) -> &OneWords<'a> {
        self.one_words.get_or_init(|| {
            let image = self.model.base_image(self.item);
            let known = image.into_iter().flat_map(|image| &image.environment);
            let is_one = |value: &&str| !value.is_empty() && !value.contains(char::is_whitespace);
            let known = known.filter(|(_, value)| value.as_ref().is_some_and(is_one)).map(|(name, _)| *name);
            OneWords::new(&self.facts.script, &self.question.variables, known.collect())
        })
    }

    fn commands(&self) -> impl DoubleEndedIterator<Item = (usize, &'a Command)> {
        self.facts.script.commands().iter().enumerate()
    }

    /// Whether a part stands in a word of a command whose name, as it is written, is of some kind.
    fn is_given_to(&self, part: Part, is_kind: impl Fn(&str) -> bool) -> bool {
        let mut commands = self.commands();
        commands.any(|(_, command)| {
            let is_kind = command.words.first().is_some_and(|name| is_kind(self.facts.script.str(name.part)));
            is_kind && gives(command, part)
        })
    }

    /// Whether a backslash before a single quote is the last character of a word, as in `tr / '\'`: behind a quote that
    /// somebody wanted to escape more of the text would follow.
    fn ends_quotes(&self, part: Part) -> bool {
        let from = part.start.saturating_sub(1) as usize;
        let behind = self.text().get(from..).and_then(|rest| rest.get(..rest.find("\\'")? + 3).or(Some("")));
        behind.is_some_and(|text| !text.ends_with(is_name_char))
    }

    /// Whether an assignment of nothing has another one behind it: `A= B=c && d`.
    fn sets_next(&self, part: Part) -> bool {
        let rest = self.text().get(part.start as usize..).unwrap_or_default();
        let next = rest.split_whitespace().find(|word| *word != "=");
        next.and_then(|word| word.split_once('=')).is_some_and(|(name, _)| is_name(name))
    }

    /// Whether an item that is the only one of a loop is there as it is: a list that may grow.
    fn is_list_of_one(&self, part: Part) -> bool {
        let item = self.facts.script.str(part);
        let is_plain = |char: char| char.is_alphanumeric() || "_-./@+:=%".contains(char);
        let is_variable = |(_, command): (usize, &Command)| {
            let mut settings = own_variables::settings(command).iter();
            let value = |word: &Word| {
                self.facts.script.str(word.part).strip_prefix(item)?.strip_prefix('=').map(|_| ())
            };
            settings.any(|word| value(word).is_some())
        };
        item.chars().all(is_plain) && !self.model.is_set(item, self.item) && !self.commands().any(is_variable)
    }

    /// Whether what a shell would split stands in a word that a package manager is given: a list of packages, or the version of
    /// one, without which nothing is installed.
    fn is_of_list(&self, part: Part) -> bool {
        let takes_list = |index: usize| {
            let name = self.facts.invocation_of(index).map(|invocation| &*invocation.name);
            self.facts.package_of(index).is_some() || name.is_some_and(|name| TAKE_LISTS.contains(&name))
        };
        // The innermost one stands last.
        self.commands().rfind(|(_, command)| gives(command, part)).is_some_and(|(index, _)| takes_list(index))
    }

    /// Whether a variable, which is a word of its own, has options for a program: by what a script sets it to, or by its name.
    fn is_of_options(&self, part: Part) -> bool {
        let script = &self.facts.script;
        let Some(word) = script.assignments_and_words().find(|word| word.part == part) else {
            return false;
        };
        let name = own_variables::variable(script, word).unwrap_or_default().to_ascii_uppercase();
        let values = own_variables::values(script, word);
        OPTIONS.iter().any(|end| name.ends_with(end))
            || values.is_some_and(|values| values.into_iter().all(has_option))
    }

    /// Whether the folders above the one that `mkdir -p -m 700 a/b` makes are there, or would get that mode anyway.
    fn makes_one_folder(&self, part: Part) -> bool {
        let script = &self.facts.script;
        let found = self.commands().find(|(_, command)| command.part.holds(part));
        let words = found.map(|(_, command)| command.words.as_slice()).unwrap_or_default();
        let mut words = words.iter().skip(1).map(|word| script.str(word.part)).peekable();
        let mut folders = Vec::new();
        while let Some(word) = words.next() {
            let glued = word.strip_prefix("--mode=").or_else(|| word.strip_prefix("-m"));
            let mode = if matches!(word, "-m" | "--mode") { words.next() } else { glued };
            folders.extend(Some(word).filter(|word| !word.starts_with('-') && mode.is_none()));
            if mode.is_some_and(|mode| mode.trim_start_matches('0') == "755") {
                return true;
            }
        }
        let is_there = |folder: &&str| {
            let folder = folder.trim_matches(['"', '\'']);
            folder.rsplit_once('/').is_some_and(|(above, _)| ABOVE.contains(&above))
        };
        folders.iter().all(is_there)
    }

    /// Whether a part stands in a word that a package manager is given: the `[extra]` of `pip install a[extra]`.
    fn is_of_package(&self, part: Part) -> bool {
        self.commands().any(|(index, command)| self.facts.package_of(index).is_some() && gives(command, part))
    }

    /// Whether a place stands in an assignment before a command: `DEBUG=* npm test` gives the program the pattern, as it is meant.
    fn is_for_command(&self, part: Part) -> bool {
        let holds = |word: &Word| word.part.holds(part);
        self.commands().any(|(_, command)| !command.words.is_empty() && command.assignments.iter().any(holds))
    }

    /// Whether what `export a="$(…)"` runs cannot fail.
    fn is_set_without_fail(&self, name: Part) -> bool {
        let mut settings = self.commands().flat_map(|(_, command)| own_variables::settings(command));
        let word = settings.find(|word| word.part.start == name.start);
        word.is_some_and(|word| self.words().never_fails(word.part))
    }

    /// Whether a place stands in the last command of a script, with which the script fails.
    fn is_last(&self, part: Part) -> bool {
        let last = self.facts.script.commands().iter().max_by_key(|command| command.part.end);
        let is_own = |command: &Command| !command.nesting.any(Nesting::SCRIPT.and(Nesting::CONDITION));
        last.is_some_and(|command| is_own(command) && command.part.holds(part))
    }
}

/// The commands in a part of the text, by where they end.
fn commands_in(script: &Script, part: Part) -> Vec<&Command> {
    let inner = script.commands().iter().filter(|command| part.holds(command.part));
    let mut inner: Vec<&Command> = inner.collect();
    inner.sort_by_key(|command| command.part.end);
    inner
}

/// Whether a part stands in a word of a command.
fn gives(command: &Command, part: Part) -> bool {
    command.words.iter().any(|word| word.part.holds(part))
}
