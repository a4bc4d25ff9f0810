//! The files that the commands of a RUN write or change, judging by their words.
//! Source: the manual pages of the programs named here.

use super::commands::Invocation;
use super::facts::Facts;
use crate::path;
use crate::syntax::Part;
use crate::syntax::shell::Word;
use crate::syntax::word::Value;

/// A path that a command writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The word that names it, in the script's text.
    pub part: Part,
    /// Absolute and clean.
    pub path: String,
    /// Whether it is taken away from there: deleted, or moved to another place.
    pub is_taken_away: bool,
}

/// Which of its operands a program writes.
#[derive(Clone, Copy)]
enum Written {
    /// All.
    All,
    /// All but the first, which says how.
    AllButFirst,
    /// The last.
    Last,
    /// None: its options name the place.
    None,
}

/// Programs that write what their operands or options name, with the options whose value is the next word, and
/// those among them that name what is written.
const PROGRAMS: [(&str, Written, &[&str], &[&str]); 22] = [
    ("chgrp", Written::AllButFirst, &[], &[]),
    ("chmod", Written::AllButFirst, &[], &[]),
    ("chown", Written::AllButFirst, &[], &[]),
    ("cp", Written::Last, &["-S", "-t", "--target-directory"], &["-t", "--target-directory"]),
    ("curl", Written::None, &[], &["-o", "--output", "--output-dir"]),
    ("install", Written::Last, &["-g", "-m", "-o", "-S", "-t", "--group", "--mode", "--owner"], &["-t"]),
    ("ln", Written::Last, &["-S", "-t"], &["-t"]),
    ("mkdir", Written::All, &["-m", "--mode"], &[]),
    ("mv", Written::All, &["-S", "-t", "--target-directory"], &["-t", "--target-directory"]),
    ("rm", Written::All, &[], &[]),
    ("rmdir", Written::All, &[], &[]),
    ("rsync", Written::Last, &["-e", "-f", "--rsh"], &[]),
    ("setfacl", Written::AllButFirst, &["-m", "-x", "-M", "-X"], &[]),
    ("tar", Written::None, &[], &["-C", "--directory"]),
    ("tee", Written::All, &[], &[]),
    ("touch", Written::All, &["-d", "-r", "-t"], &[]),
    ("truncate", Written::All, &["-s", "--size", "-r"], &[]),
    ("unlink", Written::All, &[], &[]),
    ("unzip", Written::None, &[], &["-d"]),
    ("wget", Written::None, &[], &["-O", "--output-document", "-P", "--directory-prefix"]),
    ("chattr", Written::AllButFirst, &[], &[]),
    ("mkfifo", Written::All, &["-m"], &[]),
];

/// What the commands of a RUN write that runs in the folder `workdir`. A path that only the shell knows, and a relative
/// one after a `cd`, is left out. In the order in which they are written.
pub fn writes(facts: &Facts, workdir: &Value) -> Vec<Write> {
    let script = &facts.script;
    let words = facts.invocations.iter().flat_map(|invocation| {
        let words = written_words(facts, invocation);
        let kept = kept_word(facts, invocation, &words).map(|word| word.part);
        { words }.into_iter().map(move |word| (word, takes_away(invocation) && Some(word.part) != kept))
    });
    let outputs = script.outputs().iter().map(|word| (word, false));
    let write = |(word, is_taken_away): (&Word, bool)| {
        Some(Write { part: word.part, path: write(facts, word, workdir)?, is_taken_away })
    };
    let mut writes: Vec<Write> = words.chain(outputs).filter_map(write).collect();
    writes.sort_by_key(|write| write.part.start);
    writes
}

/// The paths that one command writes, as far as it is among the programs that only write what their words name; `None`
/// where it is none of them, or a path is not known.
pub(super) fn all_writes(facts: &Facts, invocation: &Invocation, workdir: &Value) -> Option<Vec<String>> {
    let (_, written, ..) = PROGRAMS.iter().find(|(name, ..)| *name == &*invocation.name)?;
    let words = written_words(facts, invocation);
    let is_told = !matches!(written, Written::None) && !invocation.takes_more && !words.is_empty();
    let path = |word: &Word| write(facts, word, workdir);
    if is_told { words.into_iter().map(path).collect() } else { None }
}

/// The path that a redirection of a RUN writes; `None` where it is not known.
pub(super) fn output_path(facts: &Facts, output: &Word, workdir: &Value) -> Option<String> {
    write(facts, output, workdir)
}

/// Whether a program takes away what its operands name.
pub fn takes_away(invocation: &Invocation) -> bool {
    matches!(&*invocation.name, "mv" | "rm" | "rmdir" | "unlink")
}

/// The word of those that an `mv` writes that names where everything goes.
fn kept_word<'a>(facts: &Facts, invocation: &Invocation, words: &[&'a Word]) -> Option<&'a Word> {
    let last = words.last().filter(|_| &*invocation.name == "mv")?;
    // A folder that an option names comes last too.
    let names_folder = |word: &str| matches!(word, "-t" | "--target-directory");
    let is_named = invocation.written_arguments(&facts.script).into_iter().any(names_folder);
    (is_named || words.len() > 1).then_some(last)
}

fn write(facts: &Facts, word: &Word, workdir: &Value) -> Option<String> {
    let written = known_beginning(word, facts.script.str(word.part))?;
    match workdir {
        _ if written.starts_with('/') => Some(path::from_root(written)),
        Value::Known(folder) if !facts.moves && !written.starts_with('~') => {
            Some(path::absolute(folder, written))
        }
        _ => None,
    }
}

fn written_words<'a>(facts: &'a Facts, invocation: &Invocation) -> Vec<&'a Word> {
    let Some((_, written, value_options, naming)) =
        PROGRAMS.iter().find(|(name, ..)| *name == &*invocation.name)
    else {
        return Vec::new();
    };
    let (mut operands, mut named) = (Vec::new(), Vec::new());
    let mut words = invocation.arguments(&facts.script).iter();
    while let Some(word) = words.next() {
        let text = facts.script.str(word.part);
        // `tar xzf a -C b` and `wget -qO b`: the letter may stand at the end of a cluster.
        let is_naming = |option: &&str| {
            text == *option || is_cluster(text) && text.ends_with(&option[1..]) && option.len() == 2
        };
        if text.starts_with('-') && text.len() > 1 {
            if naming.iter().any(is_naming) {
                // `-O -` writes to the output.
                named.extend(words.next().filter(|word| !word.is("-")));
            } else if value_options.contains(&text) {
                words.next();
            }
        } else {
            operands.push(word);
        }
    }
    let own: Vec<&Word> = match written {
        _ if invocation.takes_more => Vec::new(),
        Written::All => operands,
        Written::AllButFirst => operands.into_iter().skip(1).collect(),
        Written::Last if !named.is_empty() || operands.len() < 2 => Vec::new(),
        Written::Last => operands.last().copied().into_iter().collect(),
        Written::None => Vec::new(),
    };
    own.into_iter().chain(named).collect()
}

fn is_cluster(text: &str) -> bool {
    text.len() > 2 && text.starts_with('-') && !text.starts_with("--")
}

/// What a word says, or what it surely begins with before a glob: `/a/` of `/a/*`.
fn known_beginning<'a>(word: &'a Word, written: &'a str) -> Option<&'a str> {
    if let Some(value) = word.value.as_deref() {
        return Some(value);
    }
    let end = written.find(['*', '?', '['])?;
    let folder = written.get(..end)?.rsplit_once('/')?.0;
    let is_plain = !folder.is_empty() && !folder.contains(['$', '`', '\\', '"', '\'', '{']);
    is_plain.then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn shown(source: &str) -> Vec<String> {
        let file = File::new(source);
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        writes(facts, &Value::Known("/w".to_owned())).into_iter().map(|write| write.path).collect()
    }

    #[test]
    fn operands_options_and_redirections_name_what_is_written() {
        assert_eq!(
            shown("RUN mkdir -p -m 700 /a b/../c && chown -R x:x /d && cp -r e f /g"),
            ["/a", "/w/c", "/d", "/g"]
        );
        assert_eq!(
            shown("RUN wget -qO /a u && curl -L u -o '/b' && tar xzf c -C /d && mv e /f"),
            ["/a", "/b", "/d", "/w/e", "/f"]
        );
        assert_eq!(shown("RUN echo a >> /b/c; cat d 2>/dev/null"), ["/b/c", "/dev/null"]);
        assert_eq!(shown("RUN rm -rf /a/* && sudo chmod 755 /b"), ["/a", "/b"]);
    }

    #[test]
    fn what_only_the_shell_knows_is_left_out() {
        assert_eq!(shown("RUN mkdir $A/b && cd c && touch d && touch /e && cat l | xargs rm"), ["/e"]);
        assert_eq!(shown("RUN touch ~/a && cp a && ls /b"), [""; 0]);
    }
}
