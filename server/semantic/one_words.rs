//! What a shell cannot split where it stands without quotes: an architecture, a number, a path that `mktemp` makes, a variable
//! that a script sets to nothing else. An ARG and an ENV are taken for one word, and what a base image sets if its name says so.
//! Source: POSIX, "2.6.5 Field Splitting"; the manual pages of the programs named here.

mod programs;

use std::cell::Cell;
use std::sync::Arc;

use super::own_variables;
use crate::syntax::shell::pieces::{Piece, pieces};
use crate::syntax::shell::{Command, Joint, Word};
use crate::syntax::{Part, Script};
use programs::{Output, output};

/// The words of one script.
pub struct OneWords<'a> {
    script: &'a Script,
    /// What the shell replaces, and the words of its grammar, sorted, outer before inner.
    pieces: Vec<(Part, Piece)>,
    /// The variables that the Dockerfile gives the script.
    given: &'a [Arc<str>],
    /// Those of the base image that are known to hold one word.
    known: Vec<&'static str>,
    /// How many more parts may be looked at before the question is given up: variables may be set by many others.
    steps: Cell<usize>,
}

/// No real question needs more.
const MOST_STEPS: usize = 200;

/// What makes the name of a file, or several, of a word.
const GLOBS: [char; 3] = ['*', '?', '['];

/// Variables of images and of their `/etc/os-release` that hold one word, and how the names of others end that do.
/// Source: os-release(5).
const NAMES: [&str; 10] =
    ["GOPATH", "GOROOT", "HOME", "HOSTNAME", "ID", "PATH", "PWD", "USER", "USERNAME", "VERSION_ID"];
const ENDS: [&str; 11] = [
    "_ARCH",
    "_CODENAME",
    "_DIR",
    "_DISTRO",
    "_GID",
    "_HOME",
    "_PATH",
    "_PREFIX",
    "_ROOT",
    "_UID",
    "_VERSION",
];

/// Commands that set variables by their names, to what only they know.
const READERS: [&str; 5] = ["getopts", "mapfile", "printf", "read", "readarray"];

impl<'a> OneWords<'a> {
    /// The words of a script that is given some variables, by the Dockerfile and by its base image.
    pub fn new(script: &'a Script, given: &'a [Arc<str>], known: Vec<&'static str>) -> OneWords<'a> {
        let kinds = [Piece::Variable, Piece::Script, Piece::Keyword];
        let pieces = pieces(script.text().text()).into_iter().filter(|(_, piece)| kinds.contains(piece));
        OneWords { script, pieces: pieces.collect(), given, known, steps: Cell::new(MOST_STEPS) }
    }

    /// Whether a part of the script (a word or an expansion in one) is one word at most, whatever is around it.
    pub fn is_one(&self, part: Part) -> bool {
        self.steps.set(MOST_STEPS);
        self.is_one_within(part)
    }

    /// Whether all that a part has run to be replaced cannot fail.
    pub fn never_fails(&self, part: Part) -> bool {
        self.steps.set(MOST_STEPS);
        let mut run = self.script.commands().iter().filter(|command| part.holds(command.part));
        run.all(|command| output(self, command).is_some_and(|output| output.never_fails))
    }

    fn is_one_within(&self, part: Part) -> bool {
        let Some(steps) = self.steps.get().checked_sub(1) else {
            return false;
        };
        self.steps.set(steps);
        let mut position = part.start;
        let mut is_one = true;
        let inner =
            self.pieces.iter().filter(|(inner, piece)| part.holds(*inner) && *piece != Piece::Keyword);
        for (inner, piece) in inner {
            if inner.start < position {
                continue;
            }
            is_one &= self.is_plain(Part { start: position, end: inner.start });
            is_one &= match piece {
                Piece::Script => self.prints_one(*inner),
                _ => self.holds_one(*inner),
            };
            position = inner.end;
        }
        is_one && self.is_plain(Part { start: position, end: part.end })
    }

    fn is_plain(&self, part: Part) -> bool {
        is_plain(self.script.str(part))
    }

    /// Whether a substitution prints one word.
    fn prints_one(&self, substitution: Part) -> bool {
        let holds = |part: Part| substitution.holds(part) && substitution != part;
        let is_nested = |part: Part| {
            let scripts = self.pieces.iter().filter(|(_, piece)| *piece == Piece::Script);
            { scripts }.any(|(script, _)| holds(*script) && script.holds(part))
        };
        let decides = |(part, piece): &(Part, Piece)| *piece == Piece::Keyword && holds(*part);
        let own = |command: &&Command| holds(command.part) && !is_nested(command.part);
        let own: Vec<&Command> = self.script.commands().iter().filter(own).collect();
        let mut pipelines: Vec<&[&Command]> = own.chunk_by(|_, next| next.joint == Joint::Pipe).collect();
        let Some(last) = pipelines.pop().filter(|_| !self.pieces.iter().any(decides)) else {
            return false;
        };
        let is_alternative = last.first().is_some_and(|command| command.joint == Joint::Or);
        let outputs = |pipeline: &[&Command]| self.prints_one_through(pipeline);
        let mut before = pipelines.into_iter().map(outputs);
        outputs(last).is_some()
            && before.all(|output| output.is_some_and(|output| output.is_nothing || is_alternative))
    }

    /// What the commands of a pipeline print, where that is one word or nothing.
    fn prints_one_through(&self, pipeline: &[&Command]) -> Option<Output> {
        let (first, filters) = pipeline.split_first()?;
        let is_number = filters.last().is_some_and(|last| programs::counts(self.script, last));
        if is_number || programs::picks_account(self.script, pipeline) {
            return Some(Output::ONE);
        }
        let letters = filters.iter().rposition(|filter| programs::leaves_letters(self.script, filter));
        if let Some(behind) = letters.and_then(|index| filters.get(index + 1..)) {
            return programs::keep_one(self.script, behind).then_some(Output::ONE);
        }
        let output = output(self, first)?;
        programs::keep_one(self.script, filters).then_some(output)
    }

    /// Whether a `$name` or `${name…}` holds one word at most.
    fn holds_one(&self, variable: Part) -> bool {
        let written = self.script.str(variable).trim_start_matches('$');
        let inner = written.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(written);
        if matches!(inner, "?" | "#" | "$" | "!") || inner.starts_with('#') {
            return true;
        }
        let end = inner.find(|char: char| !char.is_ascii_alphanumeric() && char != '_');
        let (name, rest) = inner.split_at(end.unwrap_or(inner.len()));
        let holds_one = !name.is_empty()
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && self.is_set_to_one(name, variable.start);
        holds_one
            && match rest.trim_start_matches(':').chars().next() {
                // What these take away or say puts nothing in.
                None | Some('%' | '#' | '?') => true,
                Some('[') => false,
                _ => {
                    let end = variable.end - u32::from(written.starts_with('{'));
                    let length = u32::try_from(rest.len()).unwrap_or(end);
                    self.is_one_within(Part { start: end.saturating_sub(length), end })
                }
            }
    }

    /// Whether all that a variable, which is read at a place, is set to is one word at most. One that the script does not set
    /// has to be given.
    fn is_set_to_one(&self, name: &str, place: u32) -> bool {
        let commands = self.script.commands();
        let is_read = |command: &Command| {
            let reads =
                command.words.first().is_some_and(|first| READERS.iter().any(|reader| first.is(reader)));
            reads && command.words.iter().any(|word| word.is(name))
        };
        if commands.iter().any(is_read) {
            return false;
        }
        let sets = commands.iter().flat_map(own_variables::settings);
        let mut values: Vec<Part> = sets.filter_map(|word| self.value(word, name)).collect();
        let lists: Vec<Part> = self.lists_of_loops(name).collect();
        // What it is set to by itself, as in `A=v$A`, tells nothing but what it was before.
        if let Some(own) = values.iter().find(|value| value.start <= place && place < value.end) {
            values = values.iter().filter(|value| value.end <= own.start).copied().collect();
        }
        if values.is_empty() && lists.is_empty() {
            let is_given = self.known.contains(&name) || self.given.iter().any(|given| **given == *name);
            return is_given || is_one_by_name(name);
        }
        values.into_iter().all(|value| self.is_one_within(value))
            && lists.into_iter().all(|list| self.has_ones(list))
    }

    /// The value that a word sets a variable to, if it does.
    fn value(&self, word: &Word, name: &str) -> Option<Part> {
        let rest = self.script.str(word.part).strip_prefix(name)?;
        let value = rest.strip_prefix('=').or_else(|| rest.strip_prefix("+="))?;
        Some(Part { start: word.part.end - u32::try_from(value.len()).ok()?, end: word.part.end })
    }

    /// What stands behind the `in` of the loops over a variable.
    fn lists_of_loops(&self, name: &str) -> impl Iterator<Item = Part> {
        let text = self.script.text().text();
        let head = format!("for {name} in ");
        let starts: Vec<usize> = text.match_indices(&head).map(|(start, head)| start + head.len()).collect();
        starts.into_iter().map(|start| {
            let list = text.get(start..).and_then(|rest| rest.split([';', '\n']).next());
            Part::new(start, start + list.unwrap_or_default().len())
        })
    }

    /// Whether each item of a list of a loop is one word: what stands there without quotes is split before.
    fn has_ones(&self, list: Part) -> bool {
        let written = self.script.str(list);
        let is_one = |item: &str| {
            let start = list.start as usize + (item.as_ptr() as usize - written.as_ptr() as usize);
            let is_whole = ['"', '\''].iter().all(|quote| item.matches(*quote).count().is_multiple_of(2));
            match item.contains(['"', '\'']) {
                true => is_whole && self.is_one_within(Part::new(start, start + item.len())),
                false => !item.contains(GLOBS),
            }
        };
        written.split_whitespace().all(is_one)
    }
}

/// Whether the name of a variable, which the image sets, says that it is a version, a folder or the like.
fn is_one_by_name(name: &str) -> bool {
    NAMES.contains(&name) || ENDS.iter().any(|end| name.ends_with(end))
}

fn is_plain(text: &str) -> bool {
    !text.contains(char::is_whitespace) && !text.contains(GLOBS)
}
