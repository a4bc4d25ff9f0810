//! Comments that speak of rules by name: how they are written, and where their names stand.
//!
//! - `# layerwise: ignore=RULE[,RULE] [reason]` and `# hadolint ignore=CODE[,CODE]` speak of the next
//!   instruction;
//! - `# hadolint stage ignore=CODE[,CODE]` above a FROM speaks of the stage that it begins;
//! - `# layerwise: ignore-file=RULE[,RULE] [reason]` and `# hadolint global ignore=CODE[,CODE]` of the file.
//!
//! Source of hadolint's: its README, "Ignoring Rules", and `src/Hadolint/Pragma.hs`.

use crate::settings::suggestion::closest;
use crate::text::Span;

/// Whose words a comment uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// `# layerwise: …`
    Layerwise,
    /// `# hadolint …`
    Hadolint,
}

/// What a comment speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The next instruction.
    Instruction,
    /// The stage that the next instruction begins.
    Stage,
    /// The whole file.
    File,
}

/// A comment that silences rules. Spans count from the start of the comment's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pragma {
    pub(crate) speaker: Speaker,
    pub(crate) scope: Scope,
    /// The names, each where it stands.
    pub(crate) names: Vec<Span>,
    /// Where the list of names ends; what follows is a reason.
    pub(crate) end: usize,
}

impl Pragma {
    /// The names of the comment that this was read from.
    pub(crate) fn names<'a>(&'a self, comment: &'a str) -> impl Iterator<Item = &'a str> {
        self.names.iter().filter_map(|span| comment.get(span.clone()))
    }
}

/// Reads a comment from its `#` on; `None` where it silences nothing.
pub(crate) fn read(comment: &str) -> Option<Pragma> {
    let text = comment.trim_start().strip_prefix('#')?.trim_start();
    let (speaker, scope, names) = match text.strip_prefix("layerwise:") {
        Some(rest) => {
            let (key, names) = rest.split_once('=')?;
            (Speaker::Layerwise, scope_named(key.trim())?, names)
        }
        None => {
            let (scope, names) = after_hadolint(text)?;
            (Speaker::Hadolint, scope, names)
        }
    };
    let start = comment.len() - names.len();
    let (names, end) = match speaker {
        Speaker::Layerwise => words(names),
        Speaker::Hadolint => spaced_words(names),
    };
    let names = names.into_iter().map(|name| start + name.start..start + name.end).collect();
    Some(Pragma { speaker, scope, names, end: start + end })
}

fn scope_named(key: &str) -> Option<Scope> {
    match key {
        "ignore" => Some(Scope::Instruction),
        "ignore-file" => Some(Scope::File),
        _ => None,
    }
}

/// What a comment that was to silence rules lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// `# layerwise ignore=…`: the `:` is missing.
    Colon,
    /// `# layerwise: ignore RULE`, with this key: the `=` is missing.
    Equals(&'static str),
    /// `# layerwise: ignore=`, with this key: the names are missing.
    Names(&'static str),
}

/// Where and how a comment of ours misses its form; `None` for one that has it, and for words that mean something else. What
/// stands behind a key without a `=` has to be a name for which `is_name` holds.
pub(crate) fn slip(comment: &str, is_name: impl Fn(&str) -> bool) -> Option<(Span, Slip)> {
    let text = comment.trim_start().strip_prefix('#')?.trim_start();
    let rest = text.strip_prefix("layerwise")?;
    let start = comment.len() - text.len();
    let Some(rest) = rest.strip_prefix(':') else {
        let (key, _) = rest.strip_prefix([' ', '\t'])?.split_once('=')?;
        return scope_named(key.trim()).map(|_| (start..start + "layerwise".len(), Slip::Colon));
    };
    let rest = rest.trim_start();
    let key = ["ignore-file", "ignore"].into_iter().find(|key| rest.starts_with(key))?;
    let start = comment.len() - rest.len();
    let after = rest.get(key.len()..)?;
    let word = after.trim_start();
    if let Some(names) = word.strip_prefix('=') {
        let end = comment.len() - names.len();
        return names.trim().is_empty().then_some((start..end, Slip::Names(key)));
    }
    let name = word.split([',', ' ', '\t']).next().unwrap_or_default();
    let is_slip = word.len() < after.len() && is_name(name);
    is_slip.then(|| (start..comment.len() - word.len(), Slip::Equals(key)))
}

/// The word before the `=` of a `# layerwise:` comment where it means nothing, and its place.
pub(crate) fn unknown_key(comment: &str) -> Option<(Span, &str)> {
    let text = comment.trim_start().strip_prefix('#')?.trim_start().strip_prefix("layerwise:")?;
    let (key, _) = text.split_once('=')?;
    let start = comment.len() - text.trim_start().len();
    let key = key.trim();
    (!key.is_empty() && scope_named(key).is_none()).then_some((start..start + key.len(), key))
}

/// The place in a comment of hadolint's where it is written otherwise than hadolint reads it, and what belongs there: `hadolint:
/// ignore=…` and `hadolint ingore=…` silence nothing.
pub(crate) fn slip_of_hadolint(comment: &str) -> Option<(Span, &'static str)> {
    const NAME: &str = "hadolint";
    let text = comment.trim_start().strip_prefix('#')?.trim_start();
    let start = comment.len() - text.len();
    let rest = text.strip_prefix(NAME)?;
    if let Some(rest) = rest.strip_prefix(':') {
        let is_read = after_hadolint(&format!("{NAME} {}", rest.trim_start())).is_some();
        return is_read.then_some((start..start + NAME.len() + 1, NAME));
    }
    let word = rest.strip_prefix([' ', '\t'])?.trim_start();
    let word = ["global", "stage"]
        .iter()
        .find_map(|scope| word.strip_prefix(scope)?.strip_prefix([' ', '\t']))
        .unwrap_or(word)
        .trim_start();
    let key = word.split_once('=')?.0.trim_end();
    let meant = closest(key, ["ignore", "shell"]).filter(|meant| *meant != key)?;
    let start = comment.len() - word.len();
    Some((start..start + key.len(), meant))
}

/// What a comment of hadolint's speaks of, and the text behind its `=`.
fn after_hadolint(text: &str) -> Option<(Scope, &str)> {
    let rest = text.strip_prefix("hadolint")?;
    let word = rest.trim_start();
    if word.len() == rest.len() {
        return None;
    }
    let scoped = |name: &str| word.strip_prefix(name).filter(|rest| rest.starts_with([' ', '\t']));
    let (scope, rest) = match (scoped("global"), scoped("stage")) {
        (Some(rest), _) => (Scope::File, rest),
        (None, Some(rest)) => (Scope::Stage, rest),
        (None, None) => (Scope::Instruction, word),
    };
    Some((scope, rest.trim_start().strip_prefix("ignore")?.trim_start().strip_prefix('=')?))
}

/// The names up to the first blank, which begins a reason.
fn words(text: &str) -> (Vec<Span>, usize) {
    let start = text.len() - text.trim_start().len();
    let list = text.get(start..).and_then(|rest| rest.split_whitespace().next()).unwrap_or_default();
    let mut names = Vec::new();
    let mut place = start;
    for name in list.split(',') {
        if !name.is_empty() {
            names.push(place..place + name.len());
        }
        place += name.len() + 1;
    }
    (names, start + list.len())
}

/// The names where blanks may stand around the commas; they end at the first that no comma follows.
fn spaced_words(text: &str) -> (Vec<Span>, usize) {
    let mut names: Vec<Span> = Vec::new();
    let mut end = 0;
    for part in text.split_inclusive(',') {
        let name = part.trim_start();
        let start = end + part.len() - name.len();
        let name = name.split([' ', '\t', ',', '#']).next().unwrap_or_default();
        if !name.is_empty() {
            names.push(start..start + name.len());
        }
        let follows = part.get(start - end + name.len()..).unwrap_or_default();
        if follows.trim() != "," {
            break;
        }
        end += part.len();
    }
    let end = names.last().map_or(end, |name| name.end.max(end));
    (names, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(comment: &str, expected: Option<(Speaker, Scope, &[&str], &str)>) {
        let pragma = read(comment);
        let found = pragma.as_ref().map(|pragma| {
            let names: Vec<&str> = pragma.names(comment).collect();
            (pragma.speaker, pragma.scope, names, &comment[pragma.end..])
        });
        let expected = expected.map(|(speaker, scope, names, rest)| (speaker, scope, names.to_vec(), rest));
        assert_eq!(found, expected, "{comment}");
    }

    #[test]
    fn our_names_end_at_the_first_blank() {
        use Scope::{File, Instruction};
        use Speaker::Layerwise;
        check("# layerwise: ignore=a,b why, not", Some((Layerwise, Instruction, &["a", "b"], " why, not")));
        check("#layerwise:ignore-file = a", Some((Layerwise, File, &["a"], "")));
        check("# layerwise: ignore=a, b", Some((Layerwise, Instruction, &["a"], " b")));
        check("# layerwise: ignore=", Some((Layerwise, Instruction, &[], "")));
        for other in ["# layerwise: ignores=a", "# layerwise ignore=a", "# layerwise: a", "# ignore=a"] {
            check(other, None);
        }
    }

    #[test]
    fn the_names_of_hadolint_may_have_blanks_around_their_commas() {
        use Scope::{File, Instruction, Stage};
        use Speaker::Hadolint;
        check(
            "# hadolint ignore=DL1 , DL2 # why, not",
            Some((Hadolint, Instruction, &["DL1", "DL2"], " # why, not")),
        );
        check("#hadolint  global ignore = DL1", Some((Hadolint, File, &["DL1"], "")));
        check("# hadolint stage ignore=DL1#x", Some((Hadolint, Stage, &["DL1"], "#x")));
        for other in
            ["# hadolint shell=bash", "# hadolintignore=DL1", "# hadolint globalignore=DL1", "# a hadolint"]
        {
            check(other, None);
        }
    }

    #[test]
    fn a_comment_that_misses_its_form_is_found() {
        let slip = |comment: &str| super::slip(comment, |name| name == "a");
        assert_eq!(slip("# layerwise ignore=a"), Some((2..11, Slip::Colon)));
        assert_eq!(slip("# layerwise: ignore a,b why"), Some((13..20, Slip::Equals("ignore"))));
        assert_eq!(slip("# layerwise: ignore-file  a"), Some((13..26, Slip::Equals("ignore-file"))));
        assert_eq!(slip("# layerwise: ignore= "), Some((13..20, Slip::Names("ignore"))));
        for other in
            ["# layerwise: ignore=a", "# layerwise: ignore the rest", "# layerwise knows=a", "# layerwises"]
        {
            assert_eq!(slip(other), None, "{other}");
        }
    }

    #[test]
    fn a_word_that_means_nothing_is_found() {
        let comment = "# layerwise: ingore=a";
        assert_eq!(unknown_key(comment), Some((13..19, "ingore")));
        for other in ["# layerwise: ignore=a", "# layerwise: see a", "# layerwise:=a", "# a=b"] {
            assert_eq!(unknown_key(other), None, "{other}");
        }
    }
}
