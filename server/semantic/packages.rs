//! Package-manager commands: what an `apt-get install -y a b` installs, and how.
//! Source of what the words mean: [`crate::knowledge::package_managers`].

use super::commands::Invocation;
use super::facts::Facts;
use super::own_variables::{self, has_option};
use crate::knowledge::package_managers::{Action, Family, PackageManager, is_python, of_program};
use crate::syntax::shell::{RunAs, Word};
use crate::syntax::{Instruction, Kind, Part, Script};

/// One command of a package manager. Words are indexes of the command's words.
#[derive(Clone, Debug)]
pub struct PackageCommand {
    /// The command, as an index of the script's.
    pub command: usize,
    /// The program.
    pub program: usize,
    /// The manager.
    pub manager: &'static PackageManager,
    /// What it does.
    pub action: Action,
    /// The last word of the verb, or pacman's operation; the program where there is no verb.
    pub verb: usize,
    /// How many words the verb has: 2 for `go mod download`'s `mod download`.
    pub verb_words: usize,
    /// What follows the verb and is no option: packages, files, folders.
    pub operands: Vec<usize>,
    /// The options, before and after the verb.
    pub options: Vec<usize>,
    /// Whether a word could be several words that only the shell knows (`$PACKAGES`, `$(…)`), or `xargs` adds some.
    pub has_unknown_words: bool,
    /// Whether these words could be options.
    pub has_unknown_options: bool,
    /// Whether `xargs` or the like adds words to it.
    pub takes_more: bool,
    /// Who runs it.
    pub user: RunAs,
}

/// With whose rights a command is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Those of the user of the RUN.
    Own,
    /// Those of root, through `sudo`.
    Sudo,
}

impl PackageCommand {
    /// Reads an invocation; `None` where it is none of a package manager, or where its verb is not known.
    pub(crate) fn of(invocation: &Invocation, script: &Script) -> Option<PackageCommand> {
        let words = &script.commands().get(invocation.command)?.words;
        let words = words.get(..invocation.program + 1 + invocation.arguments(script).len())?;
        let (manager, first) = manager(&invocation.name, invocation.program, words)?;
        let sorted = Sorted::of(manager, words, first, script);
        let (action, verb_words) = verb(manager, words, &sorted)?;
        let verb = sorted.operands.get(..verb_words).and_then(<[usize]>::last).copied();
        let operation = || {
            let is_operation = |index: &&usize| {
                let option = words.get(**index).and_then(|word| word.value.as_deref());
                option.and_then(pacman_operation).is_some_and(|option| manager.verb(&[option]).is_some())
            };
            sorted.options.iter().find(is_operation).copied().filter(|_| manager.family == Family::Pacman)
        };
        Some(PackageCommand {
            command: invocation.command,
            program: invocation.program,
            manager,
            action,
            verb: verb.or_else(operation).unwrap_or(first - 1),
            verb_words,
            operands: sorted.operands.get(verb_words..).unwrap_or_default().to_vec(),
            options: sorted.options,
            has_unknown_words: sorted.unknown.is_some() || invocation.takes_more,
            has_unknown_options: sorted.has_unknown_options || invocation.takes_more,
            takes_more: invocation.takes_more,
            user: invocation.user.clone(),
        })
    }

    /// What it is given behind its verb, as far as that is known: packages, files, folders.
    pub fn operand_values<'a>(&'a self, script: &'a Script) -> impl Iterator<Item = &'a str> + Clone {
        let words = self.words(script);
        self.operands.iter().filter_map(|index| words.get(*index)?.value.as_deref())
    }

    /// Whether it installs with a manager of this family.
    pub fn installs_with(&self, family: Family) -> bool {
        self.action == Action::Install && self.manager.family == family
    }

    /// With whose rights it is run; `None` where they are another user's.
    pub fn privilege(&self) -> Option<Privilege> {
        match self.user {
            RunAs::Own => Some(Privilege::Own),
            RunAs::Sudo => Some(Privilege::Sudo),
            RunAs::User(_) => None,
        }
    }

    /// How a message names it: the program and the verb.
    pub fn name(&self, script: &Script) -> String {
        let words = self.words(script).get(self.program + 1..=self.verb).unwrap_or_default().iter();
        let mut verb: Vec<&str> = words.rev().filter_map(|word| word.value.as_deref()).collect();
        verb.truncate(self.verb_words.max(1));
        verb.push(self.manager.name);
        verb.reverse();
        verb.join(" ")
    }

    /// From the program to its verb, in the script's text.
    pub fn part(&self, script: &Script) -> Option<Part> {
        let words = self.words(script);
        Some(Part { start: words.get(self.program)?.part.start, end: words.get(self.verb)?.part.end })
    }

    /// The words of its command.
    pub fn words<'a>(&self, script: &'a Script) -> &'a [Word] {
        script.commands().get(self.command).map(|command| command.words.as_slice()).unwrap_or_default()
    }

    /// Whether any of these flags is given: whole (`--yes`, `--yes=true`), in a cluster (`-fy`), or, for
    /// `-qq`, as often as it says.
    pub fn has_flag(&self, script: &Script, flags: &[&str]) -> bool {
        flags.iter().any(|flag| self.has_one_flag(script, flag))
    }

    fn has_one_flag(&self, script: &Script, flag: &str) -> bool {
        let words = self.words(script);
        let mut given = self.options.iter().filter_map(|index| words.get(*index)?.value.as_deref());
        if let Some((name, value)) = flag.split_once('=') {
            let is_value = |index: &usize| words.get(index + 1).is_some_and(|word| word.is(value));
            let mut apart = self.options.iter().filter(|index| is_value(index));
            return given.any(|option| option == flag)
                || apart.any(|index| words.get(*index).is_some_and(|word| word.is(name)));
        }
        if flag.starts_with("--") || has_long_options_with_one_dash(self.manager.family) {
            let value =
                |option: &str| option.strip_prefix(flag).and_then(|rest| rest.strip_prefix('=')).map(is_true);
            return given.any(|option| option == flag || value(option) == Some(true));
        }
        let letters = flag.trim_start_matches('-');
        let Some(letter) = letters.chars().next() else {
            return false;
        };
        let needed = letters.chars().count();
        given.map(|option| self.times_given(option, letter)).sum::<usize>() >= needed
    }

    /// How often a letter is given in one word of options: `-q`, `-yq`, `-qq`, `-q=2`.
    fn times_given(&self, option: &str, letter: char) -> usize {
        let Some(cluster) = option.strip_prefix('-').filter(|cluster| !cluster.starts_with('-')) else {
            return 0;
        };
        let (letters, value) = cluster.split_once('=').unwrap_or((cluster, ""));
        let takes_value = |char: char| self.manager.value_options.contains(&format!("-{char}").as_str());
        let end = letters.find(takes_value).map_or(letters.len(), |end| end + 1);
        let given = letters.get(..end).unwrap_or_default().matches(letter).count();
        match value.parse::<usize>() {
            Ok(times) if letters.ends_with(letter) => given - 1 + times,
            _ => given,
        }
    }
}

/// Whether a text writes something about answering with "yes" into a file: apt's `Assume-Yes`, dnf's `assumeyes`.
pub(super) fn names_yes(text: &str) -> bool {
    text.contains("ssume") && {
        let text = text.to_ascii_lowercase().replace("--assume", "");
        let writes = [">", "tee ", "sed ", "<<", "config-manager"].iter().any(|part| text.contains(part));
        writes && (text.contains("assume-yes") || text.contains("assumeyes"))
    }
}

/// Whether a step configures a package manager to ask nothing, or brings a configuration that may.
pub(super) fn configures_yes(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => Facts::of(instruction).is_some_and(|facts| facts.names_yes),
        Kind::Copy | Kind::Add => {
            let line = instruction.line().text();
            ["apt.conf", "yum.conf", "dnf.conf"].iter().any(|file| line.contains(file))
                || !instruction.heredocs().is_empty() && names_yes(instruction.source())
        }
        _ => false,
    }
}

fn is_true(value: &str) -> bool {
    !matches!(value, "false" | "no" | "0" | "off")
}

/// Programs that write `-long`, so that a word of options is never a cluster.
fn has_long_options_with_one_dash(family: Family) -> bool {
    matches!(family, Family::Go | Family::Maven | Family::Gradle)
}

/// The manager that the program `name` is or runs, the program being the word of this index, and the index of the first word
/// after it.
pub(crate) fn manager(
    name: &str,
    program: usize,
    words: &[Word],
) -> Option<(&'static PackageManager, usize)> {
    let first = program + 1;
    if is_python(name) && words.get(first)?.is("-m") {
        let module = words.get(first + 1)?.value.as_deref()?;
        return Some((of_program(module)?, first + 2));
    }
    Some((of_program(name)?, first))
}

/// The words after a program, told apart.
struct Sorted {
    operands: Vec<usize>,
    options: Vec<usize>,
    /// The first word that could be options, or several words, or nothing.
    unknown: Option<usize>,
    /// Whether a word could be options that the script does not say.
    has_unknown_options: bool,
}

impl Sorted {
    fn of(manager: &PackageManager, words: &[Word], first: usize, script: &Script) -> Sorted {
        let mut sorted =
            Sorted { operands: Vec::new(), options: Vec::new(), unknown: None, has_unknown_options: false };
        let mut only_operands = false;
        let mut rest = words.iter().enumerate().skip(first);
        while let Some((index, word)) = rest.next() {
            let written = script.str(word.part);
            let is_option = !only_operands && written.trim_start_matches(['"', '\'']).starts_with('-');
            if is_option && word.is("--") {
                only_operands = true;
            } else if is_option {
                sorted.options.push(index);
                if word.value.as_deref().is_some_and(|option| manager.value_options.contains(&option)) {
                    rest.next();
                }
            } else {
                if word.value.is_none() && written.starts_with(['$', '`']) {
                    sorted.unknown.get_or_insert(index);
                    let values = own_variables::values(script, word);
                    let has_none = values.is_some_and(|values| !values.into_iter().any(has_option));
                    sorted.has_unknown_options |= !has_none;
                }
                sorted.operands.push(index);
            }
        }
        sorted
    }
}

/// What the operands begin with, and how many of them are the verb.
fn verb(manager: &'static PackageManager, words: &[Word], sorted: &Sorted) -> Option<(Action, usize)> {
    // What stands behind a word that only the shell knows could be anything.
    let is_hidden = |index: &usize| sorted.unknown.is_some_and(|unknown| unknown <= *index);
    let known = sorted.operands.iter().take_while(|index| !is_hidden(index));
    let known: Vec<&str> = known.map_while(|index| words.get(*index)?.value.as_deref()).collect();
    if manager.family == Family::Pacman {
        let mut options = sorted.options.iter().filter_map(|index| words.get(*index)?.value.as_deref());
        return options.find_map(|option| Some((manager.verb(&[pacman_operation(option)?])?.action, 0)));
    }
    if known.is_empty() && sorted.unknown.is_some() {
        return None;
    }
    let verb = manager.verb(&known)?;
    Some((verb.action, verb.words.len()))
}

/// The operation in one of pacman's options: `-S` of `-Syu`, `--sync`.
fn pacman_operation(option: &str) -> Option<&str> {
    if option.starts_with("--") { Some(option) } else { option.get(..2) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    /// Each command as its manager, action, operands, and whether a word is unknown.
    fn shown(source: &str) -> Vec<String> {
        let file = File::new(source);
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let show = |package: &PackageCommand| {
            let words = package.words(&facts.script);
            let operands: Vec<&str> =
                package.operands.iter().map(|index| facts.script.str(words[*index].part)).collect();
            let unknown = if package.has_unknown_words { " ?" } else { "" };
            format!("{} {:?} {}{unknown}", package.manager.name, package.action, operands.join(" "))
        };
        facts.packages.iter().map(show).collect()
    }

    fn has_flag(source: &str, flags: &[&str]) -> bool {
        let file = File::new(source);
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        facts.packages[0].has_flag(&facts.script, flags)
    }

    #[test]
    fn options_and_their_values_are_no_packages() {
        assert_eq!(
            shown("RUN apt-get -o A=b update && sudo -E /usr/bin/apt-get -y install -t sid 'a' b=$V"),
            ["apt-get UpdateLists ", "apt-get Install 'a' b=$V"]
        );
        assert_eq!(shown("RUN python3 -m pip install -r r.txt"), ["pip Install "]);
        assert_eq!(
            shown("RUN npm --prefix x ci && yarn && go mod download"),
            ["npm Install ", "yarn Install ", "go Install "]
        );
    }

    #[test]
    fn words_that_only_the_shell_knows_are_said() {
        assert_eq!(shown("RUN apt-get install $FLAGS a"), ["apt-get Install $FLAGS a ?"]);
        assert_eq!(shown("RUN apt-get $FLAGS install a"), [""; 0]);
        assert_eq!(shown("RUN cat l | xargs apt-get install"), ["apt-get Install  ?"]);
    }

    #[test]
    fn the_script_may_say_that_a_variable_has_no_options() {
        let may_be_options = |source: &str| {
            let file = File::new(source);
            Facts::of(&file.items()[0].instruction).expect("facts").packages[0].has_unknown_options
        };
        assert!(!may_be_options("RUN deps='a b' && apk add --virtual .deps $deps"));
        assert!(may_be_options("RUN deps='a -b' && apk add --virtual .deps $deps"));
        assert!(may_be_options("RUN deps='a b' && apk add $deps $others"));
    }

    #[test]
    fn flags_are_found_whole_and_in_clusters() {
        let yes = ["-y", "--yes", "-qq"];
        assert!(has_flag("RUN apt-get install -fy a", &yes));
        assert!(has_flag("RUN apt-get install --yes a", &yes));
        assert!(has_flag("RUN apt-get -qq install a", &yes));
        assert!(!has_flag("RUN apt-get -q install a", &["-q=2"]));
        assert!(has_flag("RUN npm install --omit dev a", &["--omit=dev"]));
        assert!(!has_flag("RUN npm install --omit optional a", &["--omit=dev"]));
        assert!(has_flag("RUN apt-get -q -q install a", &yes));
        assert!(has_flag("RUN apt-get -q=2 install a", &yes));
        assert!(!has_flag("RUN apt-get -q install a", &yes));
        assert!(!has_flag("RUN apt-get install -ty a", &yes));
        assert!(!has_flag("RUN apt-get install a --yes=false", &yes));
    }
}
