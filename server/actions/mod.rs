//! Other ways to write what a place says: merged, split, extracted, inlined, sorted. No findings here: a person asks for
//! them. Each is one file, registered in [`ALL`], and proven on a copy as fixes are.

mod argument;
mod cache_mounts;
mod dockerignore;
mod extract_stage;
mod final_image;
mod form;
mod heredoc;
mod inlining;
mod meaning;
mod merge_run;
mod optimise_stage;
mod order_layers;
mod packages;
mod place;
mod split_run;
mod split_stages;

use crate::context::overlay::Overlay;
use crate::document::{Cx, Document};
use crate::fix::{Fix, FixedAll, Fixer, Safety, Subject, changed_text};
use crate::syntax;
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
    /// All that makes a stage better.
    Optimise,
}

/// What an action is about, wherever in it somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The place itself.
    Place,
    /// The stage.
    Stage,
}

/// One way to rewrite.
pub struct Action {
    /// Kebab-case.
    pub id: &'static str,
    /// What kind it is.
    pub kind: Kind,
    /// What it is about.
    pub scope: Scope,
    /// What it does, as an imperative without a full stop.
    pub summary: &'static str,
    /// Whether somebody has to pick the place: to do it wherever it can be done is of no use.
    pub is_local: bool,
    /// What it changes on purpose beside the instructions it rewrites.
    pub(crate) changes: &'static [Subject],
    /// What it leaves as it is, whatever else it does.
    pub(crate) keeps: Meaning,
    /// What may be done at a place, the best first; each still has to be proven.
    pub(crate) find: fn(&Cx<'_>, &Place<'_>) -> Vec<Fix>,
}

/// What may do what an action says. The title is an imperative; the edits may come in any order.
fn rewriting(title: impl Into<String>, edits: Vec<Edit>) -> Fix {
    Fix::new(title, Safety::Suggested, edits)
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
    &dockerignore::CREATE_DOCKERIGNORE,
    &form::EXEC_FORM,
    &extract_stage::EXTRACT_STAGE,
    &heredoc::HEREDOC_TO_RUN,
    &argument::INLINE_ARG,
    &merge_run::MERGE_RUN,
    &optimise_stage::OPTIMISE_STAGE,
    &order_layers::ORDER_LAYERS,
    &packages::PACKAGES_PER_LINE,
    &heredoc::RUN_TO_HEREDOC,
    &form::SHELL_FORM,
    &packages::SORT_PACKAGES,
    &split_run::SPLIT_RUN,
    &split_stages::site::SPLIT_SITE,
    &split_stages::SPLIT_STAGES,
];

/// The action of an id.
pub fn by_id(id: &str) -> Option<&'static Action> {
    ALL.binary_search_by_key(&id, |action| action.id).ok().and_then(|index| ALL.get(index).copied())
}

/// What those actions that `wanted` accepts can do where a span of the document (in bytes) begins, or with all of it.
pub fn find(cx: &Cx<'_>, span: &Span, wanted: &dyn Fn(&Action) -> bool) -> Vec<Offer> {
    let (Some(near), place) = (Place::near(cx, span), Place::new(cx, span)) else {
        return Vec::new();
    };
    let mut fixer = None;
    let mut offers: Vec<Offer> = Vec::new();
    for action in ALL.iter().filter(|action| wanted(action)) {
        let asked = if action.scope == Scope::Stage { Some(&near) } else { place.as_ref() };
        for fix in asked.map(|place| (action.find)(cx, place)).unwrap_or_default() {
            let fixer = fixer.get_or_insert_with(|| Fixer::new(cx));
            if proven(cx, fixer, action, &fix).is_some() && offers.iter().all(|other| other.fix != fix) {
                offers.push(Offer { action, fix });
            }
        }
    }
    offers
}

/// What a rewriting comes to.
struct Done {
    /// `None` where the document stays as it is.
    document: Option<Document>,
    /// Other files of the context, with the texts that they are given.
    texts: Vec<(String, String)>,
}

/// A circle of rewritings ends here.
const MAX_ROUNDS: usize = 100;

/// The edits that do what some actions can do everywhere in the document, one action after the other, each from the last
/// instruction to the first until it can do nothing more; `None` where they can do nothing.
pub fn apply_everywhere(cx: &Cx<'_>, actions: &[&'static Action]) -> Option<FixedAll> {
    let mut current: Option<Document> = None;
    let mut overlay = Overlay::new(cx.context);
    for action in actions {
        for _ in 0..MAX_ROUNDS {
            let mut has_changed = false;
            let mut index = current.as_ref().unwrap_or(cx.document).file().items().len();
            while let Some(next) = index.checked_sub(1) {
                let document = current.as_ref().unwrap_or(cx.document);
                // An action can leave fewer instructions than there were.
                index = next.min(document.file().items().len());
                let rewritten = apply_at(&Cx { document, context: &overlay, ..*cx }, action, index);
                let Some(Done { document, texts }) = rewritten else { continue };
                has_changed = true;
                current = document.or(current);
                texts.into_iter().for_each(|(path, text)| overlay.set(&path, text));
            }
            if !has_changed {
                break;
            }
        }
    }
    FixedAll::between(cx, current.as_ref(), &overlay)
}

/// What an action can do first with an instruction.
fn apply_at(cx: &Cx<'_>, action: &'static Action, index: usize) -> Option<Done> {
    let item = cx.document.file().item(index)?;
    // Once for each stage is enough.
    if action.scope == Scope::Stage && item.kind != syntax::Kind::From {
        return None;
    }
    let start = item.span().start;
    let place = Place::new(cx, &(start..start))?;
    let fixes: Vec<Fix> = (action.find)(cx, &place);
    if fixes.is_empty() {
        return None;
    }
    let fixer = Fixer::new(cx);
    fixes.into_iter().find_map(|fix| proven(cx, &fixer, action, &fix))
}

/// What a rewriting comes to, if it loses nothing.
fn proven(cx: &Cx<'_>, fixer: &Fixer<'_>, action: &Action, fix: &Fix) -> Option<Done> {
    let texts: Option<Vec<_>> = fix.files.iter().map(|file| changed_text(cx, file)).collect();
    let texts = texts?;
    if fix.edits.is_empty() {
        return (!texts.is_empty()).then_some(Done { document: None, texts });
    }
    match fixer.rewritten(&fix.edits, action.changes) {
        Ok(after) if action.keeps.is_kept(cx.document, &after) => Some(Done { document: Some(after), texts }),
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
    pub(crate) fn rewritten(action: &Action, fixture: &str) -> Vec<(String, String)> {
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
        let after = fix::apply(&fixture.document, &edits.edits).expect("a document").text().to_string();
        assert_eq!(after, "FROM a\nRUN b \\\n    && c \\\n    && d\nUSER e\nRUN f \\\n    && g\n");
        let fixture = Fixture::new(&after);
        assert_eq!(fixture.look(|cx| apply_everywhere(cx, &[&merge_run::MERGE_RUN])), None);
        // One that is not in the way of the other is done after it.
        let chain = Fixture::new("FROM a\nARG B=1\nARG C=$B\nARG D=$C\nRUN echo $D\n");
        let edits = chain.look(|cx| apply_everywhere(cx, &[&argument::INLINE_ARG])).expect("edits").edits;
        let after = fix::apply(&chain.document, &edits).expect("a document").text().to_string();
        assert_eq!(after, "FROM a\nRUN echo 1\n");
    }
}
