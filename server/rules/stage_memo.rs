//! What rules find in the stages of a document, kept from one version to the next, so that a keystroke pays for the stage
//! that it touches.
//!
//! What is found in a stage may rest on its instructions; on those of the stages that it is built on; on what stands before
//! the first FROM, and on the shell that a comment there names; on what the build is given; on whether an image is made of
//! the stage, and another is built on it; and on the steps that take something out of it, or out of a stage that is built
//! on it, with what these rest on in turn.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::take;
use std::sync::{Mutex, PoisonError};

use super::found::Found;
use super::{ALL, Findings};
use crate::document::{Cx, Document};
use crate::semantic::stages::Base;

/// What rules have found in stages, by the rule, as an index of [`super::ALL`], and by what the stage rests on. The
/// instructions count from its FROM.
#[derive(Default)]
struct Kept(Mutex<HashMap<usize, OfRule>>);

/// What one rule has found.
#[derive(Default)]
struct OfRule {
    /// How often it has been run.
    runs: u64,
    /// By what the stage rests on, with the last run that has asked for it.
    stages: HashMap<u64, (u64, Box<[Found]>)>,
}

/// So many times as many stages are kept as the document has: some versions stand beside each other.
const MOST_VERSIONS: usize = 2;

/// What is kept of the versions of a document, for one run of the rules.
pub(super) struct Memo<'a> {
    document: &'a Document,
    keys: OnceCell<Vec<u64>>,
}

impl<'a> Memo<'a> {
    /// For a version of a document.
    pub(super) fn new(document: &'a Document) -> Memo<'a> {
        Memo { document, keys: OnceCell::new() }
    }

    /// Has a check look at the steps of those stages in which it has not been seen what it finds.
    pub(super) fn run(
        &mut self,
        cx: &Cx<'_>,
        rule: usize,
        check: fn(&Cx<'_>, &[usize], &mut Findings),
        steps: &[usize],
        out: &mut Findings,
    ) {
        let keys = self.keys.get_or_init(|| keys(self.document));
        let options = ALL.get(rule).and_then(|rule| cx.settings.rules.get(rule.id));
        let options = options.map(|settings| hash(&format!("{:?}", settings.options)));
        let kept = self.document.kept().get_or_init(Kept::default);
        let lock = |kept: &'a Kept| kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = kept.map(|kept| take(lock(kept).entry(rule).or_default())).unwrap_or_default();
        own.runs += 1;
        let mut rest = steps;
        while let Some(first) = rest.first() {
            let stage = self.document.model().stage_at(*first);
            let end = stage.map_or_else(|| first + 1, |stage| stage.items.end);
            let (steps, others) = rest.split_at(rest.partition_point(|step| *step < end));
            rest = others;
            let with_options = |key: u64| options.map_or(key, |options| hash(&(key, options)));
            let key = |index: usize| keys.get(index).copied().map(with_options);
            let Some((stage, key)) = stage.and_then(|stage| Some((stage, key(stage.index)?))) else {
                check(cx, steps, out);
                continue;
            };
            let start = stage.from();
            if let Some((last_run, found)) = own.stages.get_mut(&key) {
                *last_run = own.runs;
                let moved = |found: &Found| Found { item: found.item + start, ..found.clone() };
                out.found.extend(found.iter().map(moved));
                continue;
            }
            let known = out.found.len();
            check(cx, steps, out);
            let new = out.found.get(known..).unwrap_or_default();
            if new.iter().all(|found| found.related.is_empty()) {
                let relative =
                    |found: &Found| Found { item: found.item.saturating_sub(start), ..found.clone() };
                own.stages.insert(key, (own.runs, new.iter().map(relative).collect()));
            }
        }
        if own.stages.len() > keys.len() * MOST_VERSIONS {
            let runs = own.runs;
            own.stages.retain(|_, (last_run, _)| *last_run == runs);
        }
        if let Some(kept) = kept {
            lock(kept).insert(rule, own);
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// For each stage a number that is another one once something changes that the stage rests on.
fn keys(document: &Document) -> Vec<u64> {
    let (file, model) = (document.file(), document.model());
    let items = file.items();
    let ids = |from: usize, last: usize| items.get(from..items.len().min(last + 1)).unwrap_or_default();
    let mut head = DefaultHasher::new();
    document.inputs().hash(&mut head);
    model.commented_shell().hash(&mut head);
    let first = model.stages().first().map_or(0, |stage| stage.from());
    items.iter().take(first).for_each(|item| item.id.hash(&mut head));
    let mut keys: Vec<u64> = Vec::with_capacity(model.stages().len());
    for stage in model.stages() {
        let mut hasher = head.clone();
        // A comment above the next FROM still says something of this stage.
        ids(stage.from(), stage.items.end).iter().for_each(|item| item.id.hash(&mut hasher));
        let base = match stage.base {
            Base::Stage(base) => keys.get(base),
            _ => None,
        };
        base.hash(&mut hasher);
        // Words for Windows anywhere in the file say something of every stage whose image is not known.
        model.environment_said_at(stage.from()).map(|environment| &environment.shell).hash(&mut hasher);
        keys.push(hasher.finish());
    }
    let mut stage_copies: Vec<u64> = vec![0; keys.len()];
    for (step, stage) in model.stage_copies(file) {
        let taker = model.stage_at(*step).and_then(|taker| keys.get(taker.index));
        let taker = hash(&(items.get(*step).map(|item| item.id), taker));
        for below in model.chain(*stage) {
            stage_copies.get_mut(below.index).into_iter().for_each(|sum| *sum = sum.wrapping_add(taker));
        }
    }
    let mut is_shipped = vec![false; keys.len()];
    for stage in model.built_stages().flat_map(|built| model.chain(built.index)) {
        is_shipped.get_mut(stage.index).into_iter().for_each(|is_shipped| *is_shipped = true);
    }
    let is_base = (0..keys.len()).map(|stage| model.is_base(stage));
    let rests = stage_copies.into_iter().zip(is_shipped).zip(is_base);
    keys.into_iter().zip(rests).map(|both| hash(&both)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::context::NoContext;
    use crate::context::shell_check::NoShellCheck;
    use crate::rules::{Pass, run_pass};
    use crate::semantic::inputs::Inputs;
    use crate::settings::Settings;
    use crate::text::Edit;

    fn found(document: &Document) -> Vec<String> {
        let settings = Settings::default();
        let cx = Cx { document, context: &NoContext, shell_check: &NoShellCheck, settings: &settings };
        run_pass(&cx, Pass::Text).iter().map(|finding| format!("{finding:?}")).collect()
    }

    /// The lines that a file is made of here: some change what is found in stages below or above them.
    const LINES: [&str; 27] = [
        "ARG BASE=node:22",
        "ARG BASE=golang:1.25",
        "FROM $BASE AS a",
        "FROM golang:1.25 AS a",
        "FROM node:22 AS b",
        "FROM a",
        "FROM node:8 AS b",
        "FROM $OTHER",
        "FROM b AS c",
        "# hadolint shell=pwsh",
        "# nothing",
        "ENV HOME=/h",
        "ENV OTHER=1",
        "COPY $OTHER $OTHRE /x/",
        "RUN echo $BASE",
        "ENV npm_config_cache=/c",
        "ENV GOPATH=\"\"",
        "USER node",
        "WORKDIR C:/a",
        "RUN npm ci",
        "RUN --mount=type=cache,target=/root/.npm npm ci",
        "RUN --mount=type=cache,target=/go/pkg/mod go mod download",
        "RUN go mod download",
        "RUN go build -o /o",
        "RUN npm config set cache /x",
        "COPY --from=a /go/pkg/mod /m",
        "ONBUILD ENV HOME=/h",
    ];

    proptest! {
        /// What is found after edits is what is found in the same text opened anew.
        #[test]
        fn nothing_outdated_is_found(
            lines in prop::collection::vec(0..LINES.len(), 3..14),
            edits in prop::collection::vec((0..14usize, 0..LINES.len(), any::<bool>()), 1..6),
        ) {
            let line = |index: &usize| format!("{}\n", LINES[*index]);
            let mut lines: Vec<String> = lines.iter().map(line).collect();
            let mut document = Document::new(&lines.concat());
            found(&document);
            for (place, new, inserts) in edits {
                let place = place % lines.len();
                let start = lines[..place].concat().len();
                let end = if inserts { start } else { start + lines[place].len() };
                document = document.edited(&Edit::replace(start..end, line(&new)));
                lines.splice(place..place + usize::from(!inserts), [line(&new)]);
                let text = lines.concat();
                prop_assert_eq!(document.text().to_string(), text.clone());
                prop_assert_eq!(found(&document), found(&Document::new(&text)));
            }
        }
    }

    /// Whether the first stage is found to lack a mount, before and after an edit in the last.
    fn lacks_mount(last: &str, old: &str, new: &str) -> (bool, bool) {
        let is_found =
            |document: &Document| found(document).iter().any(|one| one.starts_with("missing-cache-mount"));
        let source = format!("FROM golang:1.25 AS a\nRUN go mod download\nFROM own:1\nRUN b\n{last}");
        let document = Document::new(&source);
        let before = is_found(&document);
        let start = source.rfind(old).unwrap();
        (before, is_found(&document.edited(&Edit::replace(start..start + old.len(), new))))
    }

    #[test]
    fn what_becomes_of_a_stage_counts() {
        assert_eq!(lacks_mount("COPY --from=a /o /m\n", "/o", "/go/pkg/mod"), (true, false));
        assert_eq!(lacks_mount("ENV A=/o\nCOPY --from=a $A /m\n", "/o", "/go/pkg/mod"), (true, false));
        assert_eq!(lacks_mount("FROM own:2\n", "own:2", "a"), (true, false));
        assert_eq!(lacks_mount("FROM own:2\nFROM own:3\n", "own:2", "a"), (true, false));
    }

    #[test]
    fn what_the_build_is_given_counts() {
        let document = Document::new("ARG BASE=node:22\nFROM $BASE\nRUN npm ci\nFROM a:1\n");
        let is_found =
            |document: &Document| found(document).iter().any(|one| one.starts_with("missing-cache-mount"));
        assert!(is_found(&document));
        let mut inputs = Inputs::default();
        inputs.arguments.insert("BASE".to_owned(), "own:1".to_owned());
        assert!(!is_found(&document.with_inputs(Arc::new(inputs))));
    }
}
