//! The instructions that somebody asks about, where what is found in the others is not wanted.

use std::ops::Range;

use crate::document::Document;
use crate::text::Span;

/// Some of a document's instructions, side by side.
pub(super) struct Reach<'a> {
    document: &'a Document,
    items: Range<usize>,
}

impl<'a> Reach<'a> {
    /// Those in which, or at the edges of which, something can be found that touches a span (in bytes).
    pub(super) fn of(document: &'a Document, span: &Span) -> Reach<'a> {
        let items = document.file().items();
        let first = items.partition_point(|item| item.end() < span.start);
        let end = items.partition_point(|item| item.start <= span.end);
        // What stands behind the last instruction is found there too.
        Reach { document, items: first..if end == items.len() { usize::MAX } else { end } }
    }

    /// These, as indexes of the file's.
    pub(super) fn of_items(document: &'a Document, items: Range<usize>) -> Reach<'a> {
        Reach { document, items }
    }

    /// Their indexes; what stands behind the last instruction has the next.
    pub(super) fn items(&self) -> Range<usize> {
        self.items.clone()
    }

    /// Whether an instruction is one of them.
    pub(super) fn holds(&self, item: usize) -> bool {
        self.items.contains(&item)
    }

    /// Those of these steps (in order) that are.
    pub(super) fn of_steps<'s>(&self, steps: &'s [usize]) -> &'s [usize] {
        let first = steps.partition_point(|step| *step < self.items.start);
        let end = steps.partition_point(|step| *step < self.items.end);
        steps.get(first..end).unwrap_or_default()
    }

    /// These steps (in order), stage by stage, of those stages alone that have such an instruction. A step before all stages
    /// is by itself.
    pub(super) fn stages<'s>(&self, steps: &'s [usize]) -> impl Iterator<Item = &'s [usize]> {
        let stage_of = |step: &usize| self.document.model().stage_at(*step);
        let is_one_stage = move |left: &usize, right: &usize| {
            let stages = stage_of(left).zip(stage_of(right));
            stages.is_some_and(|(left, right)| left.index == right.index)
        };
        let touches = move |steps: &&[usize]| {
            let stage = steps.first().and_then(stage_of);
            stage.map_or_else(
                || !self.of_steps(steps).is_empty(),
                |stage| stage.items.start < self.items.end && self.items.start < stage.items.end,
            )
        };
        steps.chunk_by(is_one_stage).filter(touches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::NoContext;
    use crate::context::shell_check::NoShellCheck;
    use crate::document::Cx;
    use crate::rules::run::{run, run_near};
    use crate::settings::Settings;

    const SOURCE: &str = "# hadolint ignore=DL3006\nFROM debian\nARG A\nRUN cd /a && apt-get install curl $B\n\
        USER node\nFROM b AS c\n# nothing\nRUN npm ci\nENV $D=1 F=$E\nmaintainer x\nCOPY a b /c\nADD a /b\nCMD a\n\
        FROM golang:1.25 AS d\nRUN go mod download\nONBUILD RUN sudo b\nworkdir c\nCMD a\nCMD b\n# tail\n";

    /// A finding of the whole document that touches a place is found there, and nothing else that does.
    fn check(source: &str) {
        let document = Document::new(source);
        let settings = Settings::default();
        let cx =
            Cx { document: &document, context: &NoContext, shell_check: &NoShellCheck, settings: &settings };
        let all: Vec<_> = run(&cx);
        assert!(!all.is_empty());
        for start in 0..=source.len() {
            for span in [start..start, start..source.len().min(start + 20)] {
                let touching = |found: &[crate::rules::Finding]| {
                    let found = found
                        .iter()
                        .filter(|found| found.span.start <= span.end && span.start <= found.span.end);
                    found.map(|found| format!("{found:?}")).collect::<Vec<_>>()
                };
                assert_eq!(touching(&run_near(&cx, &span)), touching(&all), "{span:?}");
            }
        }
    }

    #[test]
    fn whatever_touches_a_place_is_found_near_it() {
        check(SOURCE);
        check(&SOURCE.to_lowercase());
        check("# nothing\n");
        check(&format!("RUN a\n{SOURCE}"));
    }
}
