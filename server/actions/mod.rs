//! Other ways to write what a place says: merged, split, extracted, inlined, sorted. No findings here: a person asks for
//! them. Each is one file, registered in [`ALL`], and proven on a copy as fixes are.

mod argument;
mod cache_mounts;
mod extract_stage;
mod form;
mod heredoc;
mod meaning;
mod merge_run;
mod packages;
mod place;
mod split_run;

use crate::document::{Cx, Document};
use crate::fix::{Fix, Fixer, Safety, Subject, difference};
use crate::text::{Edit, Span};
pub(crate) use meaning::Meaning;
pub(crate) use place::Place;

/// What kind of rewriting an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The same in another form.
    Rewrite,
    /// A name gives way to what it stands for.
    Inline,
    /// A part gets a name of its own.
    Extract,
}

/// One way to rewrite.
pub struct Action {
    /// Kebab-case.
    pub id: &'static str,
    /// What kind it is.
    pub kind: Kind,
    /// What it does, as an imperative without a full stop.
    pub summary: &'static str,
    /// What it changes on purpose beside the instructions it rewrites.
    pub(crate) changes: &'static [Subject],
    /// What it leaves as it is, whatever else it does.
    pub(crate) keeps: Meaning,
    /// Candidates at a place, the best first; each still has to be proven.
    pub(crate) find: fn(&Cx<'_>, &Place<'_>) -> Vec<Candidate>,
}

/// Edits that may do what an action says.
pub(crate) struct Candidate {
    /// An imperative.
    pub(crate) title: String,
    /// In any order.
    pub(crate) edits: Vec<Edit>,
}

/// Something that can be done at a place, proven.
pub struct Offer {
    /// Which action it is.
    pub action: &'static Action,
    /// What it does.
    pub fix: Fix,
}

/// Every action, sorted by id.
pub static ALL: &[&Action] = &[
    &argument::ADD_ARG,
    &cache_mounts::ADD_CACHE_MOUNTS,
    &form::EXEC_FORM,
    &extract_stage::EXTRACT_STAGE,
    &heredoc::HEREDOC_TO_RUN,
    &argument::INLINE_ARG,
    &merge_run::MERGE_RUN,
    &packages::PACKAGES_PER_LINE,
    &heredoc::RUN_TO_HEREDOC,
    &form::SHELL_FORM,
    &packages::SORT_PACKAGES,
    &split_run::SPLIT_RUN,
];

/// The action of an id.
pub fn by_id(id: &str) -> Option<&'static Action> {
    ALL.binary_search_by_key(&id, |action| action.id).ok().and_then(|index| ALL.get(index).copied())
}

/// What those actions that `wanted` accepts can do where a span of the document (in bytes) begins, or with all of it.
pub fn find(cx: &Cx<'_>, span: &Span, wanted: &dyn Fn(&Action) -> bool) -> Vec<Offer> {
    let Some(place) = Place::new(cx, span) else {
        return Vec::new();
    };
    let mut fixer = None;
    let mut offers: Vec<Offer> = Vec::new();
    for action in ALL.iter().filter(|action| wanted(action)) {
        for candidate in (action.find)(cx, &place) {
            let fix = Fix::new(candidate.title, Safety::Suggested, candidate.edits);
            let fixer = fixer.get_or_insert_with(|| Fixer::new(cx));
            if proven(cx, fixer, action, &fix).is_some() && offers.iter().all(|other| other.fix != fix) {
                offers.push(Offer { action, fix });
            }
        }
    }
    offers
}

/// The edits that do what some actions can do everywhere in the document, one action after the other, each from the last
/// instruction to the first; `None` where they can do nothing. The edits are sorted and disjoint.
pub fn apply_everywhere(cx: &Cx<'_>, actions: &[&'static Action]) -> Option<Vec<Edit>> {
    let mut current: Option<Document> = None;
    for action in actions {
        let mut index = current.as_ref().unwrap_or(cx.document).file().items().len();
        while let Some(next) = index.checked_sub(1) {
            let document = current.as_ref().unwrap_or(cx.document);
            // An action can leave fewer instructions than there were.
            index = next.min(document.file().items().len());
            let cx = Cx { document, ..*cx };
            if let Some(rewritten) = apply_at(&cx, action, index) {
                current = Some(rewritten);
            }
        }
    }
    let edits = difference(cx.document, &current?);
    (!edits.is_empty()).then_some(edits)
}

/// The document after what an action can do first with an instruction.
fn apply_at(cx: &Cx<'_>, action: &'static Action, index: usize) -> Option<Document> {
    let start = cx.document.file().items().get(index)?.span().start;
    let place = Place::new(cx, &(start..start))?;
    let candidates: Vec<Candidate> = (action.find)(cx, &place);
    if candidates.is_empty() {
        return None;
    }
    let fixer = Fixer::new(cx);
    let fixes = candidates.into_iter().map(|found| Fix::new(found.title, Safety::Suggested, found.edits));
    fixes.into_iter().find_map(|fix| proven(cx, &fixer, action, &fix))
}

/// The document after a candidate, if that loses nothing.
fn proven(cx: &Cx<'_>, fixer: &Fixer<'_>, action: &Action, fix: &Fix) -> Option<Document> {
    match fixer.rewritten(&fix.edits, action.changes) {
        Ok(after) if action.keeps.is_kept(cx.document, &after) => Some(after),
        Ok(_) => {
            tracing::trace!(action = action.id, title = fix.title, "another meaning: not offered");
            None
        }
        Err(refusal) => {
            tracing::trace!(action = action.id, title = fix.title, ?refusal, "not offered");
            None
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::fix;
    use crate::fixture::Fixture;

    /// What an action does where `$0` stands, or with what stands between two: each title with the text after it.
    fn rewritten(action: &Action, fixture: &str) -> Vec<(String, String)> {
        let (marked, start) = Fixture::cursor(fixture);
        let marked = marked.document.text().to_string();
        let end = marked.find("$0").unwrap_or(start);
        let fixture = Fixture::new(&fixture.replace("$0", ""));
        let offers = fixture.look(|cx| find(cx, &(start..end), &|other| other.id == action.id));
        let after = |offer: &Offer| fix::apply(&fixture.document, &offer.fix.edits).expect("edits");
        offers.iter().map(|offer| (offer.fix.title.clone(), after(offer).text().to_string())).collect()
    }

    /// The first thing that an action does at a place makes `after`; the title is returned.
    pub(crate) fn check(action: &Action, fixture: &str, after: &str) -> String {
        let all = rewritten(action, fixture);
        let (title, text) = all.first().expect("an offer");
        assert_eq!(text, after);
        title.clone()
    }

    /// An action can do nothing at a place.
    pub(crate) fn check_none(action: &Action, fixture: &str) {
        assert_eq!(rewritten(action, fixture), []);
    }

    #[test]
    fn the_actions_are_sorted_by_their_ids() {
        assert!(ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert!(ALL.iter().all(|action| by_id(action.id).is_some()));
        assert!(by_id("no-such-action").is_none());
    }

    #[test]
    fn an_action_is_applied_wherever_it_can_be() {
        let before = "FROM a\nRUN b\nRUN c\nRUN d\nUSER e\nRUN f\nRUN g\n";
        let fixture = Fixture::new(before);
        let edits = fixture.look(|cx| apply_everywhere(cx, &[&merge_run::MERGE_RUN])).expect("edits");
        let after = fix::apply(&fixture.document, &edits).expect("a document").text().to_string();
        assert_eq!(after, "FROM a\nRUN b \\\n    && c \\\n    && d\nUSER e\nRUN f \\\n    && g\n");
        let fixture = Fixture::new(&after);
        assert_eq!(fixture.look(|cx| apply_everywhere(cx, &[&merge_run::MERGE_RUN])), None);
    }
}
