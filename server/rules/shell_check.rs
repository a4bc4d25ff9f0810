//! What a program that checks shell text says of the RUNs of a document. Its answers are kept with the instructions: of
//! those that did not change nothing is asked again.

mod meant;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::context::shell_check::{Answer, Comment};
use crate::document::Cx;
use crate::semantic::Model;
use crate::semantic::dialects::Dialect;
use crate::semantic::facts::Facts;
use crate::semantic::shell_questions::Question;
use crate::syntax::{Instruction, Kind, Part};
use meant::Meant;

/// The last question about an instruction, with the answer.
type Kept = Mutex<Option<(Question, Answer)>>;

/// What is said of one instruction.
pub(super) struct Said {
    /// The instruction, as an index of the file's.
    pub(super) item: usize,
    question: Question,
    answer: Answer,
    /// The length of what stands before the shell text in the script.
    head: usize,
}

impl Said {
    /// What is worth saying of a Dockerfile, each with its place in the shell text.
    pub(super) fn comments(&self, model: &Model, instruction: &Instruction) -> Vec<(&Comment, Part)> {
        let Some(facts) = Facts::of(instruction) else {
            return Vec::new();
        };
        let meant = Meant::of(facts, model, self.item, &self.question);
        let is_kept_for_later = instruction.ast().kind == Kind::Onbuild;
        let in_text = self.answer.iter().filter_map(|comment| Some((comment, self.in_text(comment.part)?)));
        let comments: Vec<(&Comment, Part)> = in_text
            .filter(|(comment, part)| {
                let may_not_know = is_kept_for_later && comment.code == 2154;
                // Continued lines are indented: those blanks are no part of what is meant.
                let is_indented = comment.code == 2291 && facts.script.text().is_broken(*part);
                !may_not_know
                    && !is_indented
                    && !meant.is_meant(comment.code, *part)
                    && !is_beside_the_point(comment.code, self.question.dialect)
            })
            .collect();
        let is_new = |(comment, part): &&(&Comment, Part)| {
            !comments.iter().any(|(other, place)| says_it((other.code, *place), (comment.code, *part)))
        };
        comments.iter().filter(is_new).copied().collect()
    }

    /// A place of the script in the shell text; `None` where it is before that.
    pub(super) fn in_text(&self, part: Part) -> Option<Part> {
        let start = (part.start as usize).checked_sub(self.head)?;
        Some(Part::new(start, start + part.len()))
    }
}

/// Whether a code says enough of a place, so that another one there says no more: that a list of files is no list of words, which
/// `$(ls)` is told as a whole; that `echo $(a)` is `a`; that a pattern for `find` needs quotes.
fn says_it((code, place): (u16, Part), (other, part): (u16, Part)) -> bool {
    match (code, other) {
        (2046, 2010 | 2012) => place.holds(part),
        (2005, 2046) => place == part,
        (2061, 2035) => place.holds(part),
        _ => false,
    }
}

/// Whether what a code says makes no sense here: a file that only the image has cannot be followed, and a shell that is not
/// known, or that knows more than dash, is not told what POSIX has.
fn is_beside_the_point(code: u16, dialect: Dialect) -> bool {
    match (code, dialect) {
        (1090 | 1091, _) => true,
        // An `if` behind a line with `else`: the lines were joined by Docker.
        (1075, _) => true,
        // What some tools cannot do, but GNU's and BusyBox's can: `tr A-Z a-z`, a `find` without a folder, `expr substr`.
        (2018 | 2019 | 2185 | 2308, _) => true,
        // Its echo knows `\\n`.
        (2028, Dialect::Dash) => true,
        (3000..=3999, Dialect::Sh) => true,
        // There are no arrays: `GROUPS` and the like are variables as others.
        (2128, Dialect::Sh | Dialect::Dash | Dialect::Ash) => true,
        // Process substitution, `$'…'`, `[[`, `==`, `-nt`, `&>`, `let`, flags of echo and read, `pipefail`, `SIG…`, `source`,
        // `type -p`, and expansions that replace and cut: BusyBox, `shell/ash.c`, with `ASH_BASH_COMPAT`.
        (
            3001 | 3003 | 3010 | 3013 | 3014 | 3015 | 3018 | 3020 | 3028 | 3036 | 3037 | 3039 | 3040 | 3043
            | 3045 | 3046 | 3048 | 3049 | 3051 | 3057 | 3060,
            Dialect::Ash,
        ) => true,
        _ => false,
    }
}

/// Whether the program is asked about an instruction, as far as that shows by itself.
pub(super) fn runs_something(instruction: &Instruction) -> bool {
    instruction.ast().innermost().kind == Kind::Run
}

/// What is said of some RUNs of a document (indexes of its instructions), in order; those are left out of which nothing is
/// known (yet).
pub(super) fn said(cx: &Cx<'_>, steps: &[usize]) -> Vec<Said> {
    if !cx.shell_check.is_there() {
        return Vec::new();
    }
    let (mut said, open) = look(cx, steps.iter().copied());
    let scripts: Vec<Arc<str>> = open.iter().map(|open| Arc::clone(&open.script)).collect();
    if scripts.is_empty() {
        return said;
    }
    let answers = cx.shell_check.ask(&scripts);
    for (Open { item, question, head, .. }, answer) in open.into_iter().zip(answers) {
        let Some(answer) = answer else { continue };
        if let Some(found) = cx.document.file().item(item)
            && let Some(kept) = kept(&found.instruction)
        {
            let fresh = (question.clone(), Arc::clone(&answer));
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        }
        said.push(Said { item, question, answer, head });
    }
    said.sort_by_key(|said| said.item);
    said
}

/// The scripts of a document about which nothing is known yet.
pub(crate) fn open_scripts(cx: &Cx<'_>) -> Vec<Arc<str>> {
    look(cx, 0..cx.document.file().items().len()).1.into_iter().map(|open| open.script).collect()
}

/// How often each code is said of a document.
pub(crate) fn counts(cx: &Cx<'_>) -> HashMap<u16, usize> {
    let mut counts = HashMap::new();
    let all: Vec<usize> = (0..cx.document.file().items().len()).collect();
    for said in said(cx, &all) {
        let Some(item) = cx.document.file().item(said.item) else { continue };
        for (comment, _) in said.comments(cx.document.model(), &item.instruction) {
            *counts.entry(comment.code).or_default() += 1;
        }
    }
    counts
}

/// An instruction about which nothing is known.
struct Open {
    item: usize,
    question: Question,
    head: usize,
    script: Arc<str>,
}

fn look(cx: &Cx<'_>, steps: impl Iterator<Item = usize>) -> (Vec<Said>, Vec<Open>) {
    let (mut said, mut open) = (Vec::new(), Vec::new());
    let items = cx.document.file().items();
    for (item, found) in steps.filter_map(|index| Some((index, items.get(index)?))) {
        let instruction = &found.instruction;
        let may_run = matches!(found.kind, Kind::Run | Kind::Onbuild);
        let question = may_run.then(|| Question::of(cx.document.model(), item, instruction)).flatten();
        let Some((question, facts)) = question.zip(Facts::of(instruction)) else { continue };
        let text = facts.script.text().text();
        let head = question.head(text);
        let known = kept(instruction).and_then(|kept| {
            let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.as_ref().filter(|(asked, _)| *asked == question).map(|(_, answer)| Arc::clone(answer))
        });
        match known {
            Some(answer) => said.push(Said { item, question, answer, head: head.len() }),
            None => {
                let script = format!("{head}{text}").into();
                open.push(Open { item, question, head: head.len(), script });
            }
        }
    }
    (said, open)
}

fn kept(instruction: &Instruction) -> Option<&Kept> {
    instruction.shell_check().get_or_init(Kept::default)
}

/// The name of a code, as comments and settings write it.
pub(super) fn name(code: u16) -> &'static [&'static str] {
    static NAMES: OnceLock<Mutex<HashMap<u16, &'static [&'static str]>>> = OnceLock::new();
    let mut names = NAMES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    // There are some hundred codes: each is kept for good once it was seen.
    names.entry(code).or_insert_with(|| Vec::leak(vec![&*String::leak(format!("SC{code:04}"))]))
}
