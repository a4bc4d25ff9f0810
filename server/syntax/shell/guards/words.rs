//! The words of a test: what it asks for, as far as they tell.
//! Source: POSIX, "test" and "command"; the Bash manual, "Bash Conditional Expressions"; os-release(5).

use tree_sitter::Node;

use super::{FileTest, Question, Test, part};

/// `[ -f a ]`, `[[ ! -e a ]]`, `test -f a -o -f b`, `command -v a`, `[ -x "$(command -v a)" ]`, `[ "$ID" = b ]`.
pub(super) fn of_words(node: Node<'_>, text: &str) -> Test {
    let written = text.get(node.byte_range()).unwrap_or_default();
    let mut words: Vec<&str> = written.split_whitespace().collect();
    match (words.first(), words.last()) {
        (Some(&"["), Some(&"]")) | (Some(&"[["), Some(&"]]")) if words.len() > 2 => {
            words.remove(0);
            words.pop();
        }
        (Some(&"test"), _) => {
            words.remove(0);
        }
        _ => return wanted_program(written).map_or(Test::Unknown, program),
    }
    let file = |path: &str| {
        let place = part(node);
        Test::Asks(Question::File(FileTest { path: path.into(), place, after: place.start }))
    };
    if let Some(test) = of_output(&words.join(" ")) {
        return test;
    }
    let one = |words: &[&str]| match words {
        [id, "=" | "==", name] if is_distribution(id, text) => distribution([*name].into_iter()),
        [id, "!=", name] if is_distribution(id, text) => {
            Test::Not(Box::new(distribution([*name].into_iter())))
        }
        ["-f" | "-e" | "-r" | "-s" | "-x", path] => plain(path).map_or(Test::Unknown, file),
        ["!", "-f" | "-e", path] => plain(path).map_or(Test::Unknown, |path| Test::Not(Box::new(file(path)))),
        _ => Test::Unknown,
    };
    let joined = |joints: [&str; 2]| words.iter().any(|word| joints.contains(word));
    let each = |joints: [&str; 2]| words.split(|word| joints.contains(word)).map(one).collect::<Vec<_>>();
    match (joined(["-a", "&&"]), joined(["-o", "||"])) {
        (false, false) => one(&words),
        (true, false) => Test::All(each(["-a", "&&"])),
        (false, true) => Test::Any(each(["-o", "||"])),
        (true, true) => Test::Unknown,
    }
}

fn program(name: &str) -> Test {
    Test::Asks(Question::Program(name.into()))
}

/// Whether a command that looks for a program says something: `-n "$(which a)"`, `-x $(command -v a)`, `-z "$(type a)"`.
fn of_output(words: &str) -> Option<Test> {
    let (is_empty, rest) = match words.split_once(' ') {
        Some(("-n" | "-x" | "-e" | "-f", rest)) => (false, rest),
        Some(("-z" | "!", rest)) => (true, rest),
        _ => (false, words),
    };
    let rest = rest.trim_matches('"');
    let quoted = |quote: char| rest.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let inner = rest.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')).or_else(|| quoted('`'))?;
    let test = program(wanted_program(inner)?);
    Some(if is_empty { Test::Not(Box::new(test)) } else { test })
}

/// The program that a command looks for: `command -v a`, `which a`, `type a`, `hash a`.
fn wanted_program(written: &str) -> Option<&str> {
    let is_quiet =
        |word: &&str| !word.contains("/dev/null") && *word != "2>&1" && *word != ">" && *word != "2>";
    let words: Vec<&str> = written.split_whitespace().filter(is_quiet).collect();
    let name = match words.as_slice() {
        ["command", "-v" | "-V", name] | ["which" | "type" | "hash", name] => *name,
        ["type", "-p" | "-P" | "-t", name] => *name,
        _ => return None,
    };
    plain(name).filter(|name| !name.contains('/'))
}

/// Whether a word is the `ID` of the distribution: the text reads the file that says it, and does not set it itself.
pub(super) fn is_distribution(word: &str, text: &str) -> bool {
    const FILE: &str = "os-release";
    let bare = word.trim_matches('"');
    let is_echoed = |inner: &str| {
        let last = inner.split_whitespace().last().unwrap_or_default().trim_matches('"');
        inner.contains(FILE) && inner.contains("echo") && is_id(last)
    };
    let inner = bare.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(inner) => is_echoed(inner),
        None => is_id(bare) && text.contains(FILE) && !sets_id(text),
    }
}

/// Whether a text gives `ID` a value of its own.
fn sets_id(text: &str) -> bool {
    let is_own = |start: usize| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        before.is_none_or(|char| char.is_whitespace() || char == ';')
    };
    text.match_indices("ID=").any(|(start, _)| is_own(start))
}

fn is_id(word: &str) -> bool {
    matches!(word, "$ID" | "${ID}" | "${ID,,}" | "${ID:-}")
}

pub(super) fn distribution<'a>(patterns: impl Iterator<Item = &'a str>) -> Test {
    let patterns = patterns.map(|pattern| pattern.trim_matches(['"', '\'']).into());
    Test::Asks(Question::Distribution(patterns.collect()))
}

/// A path that the shell takes as it is written, without the quotes around it.
fn plain(written: &str) -> Option<&str> {
    let quoted = |quote: char| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let path = quoted('"').or_else(|| quoted('\'')).unwrap_or(written);
    let is_plain = path.chars().all(|char| char.is_alphanumeric() || "._-/@+".contains(char));
    (is_plain && !path.is_empty()).then_some(path)
}
