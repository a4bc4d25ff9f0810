//! What is shown between the words: what variables come to, which stage a number means, and, at the ends of lines, what
//! a change costs.

pub(crate) mod cost;

use crate::document::Cx;
use crate::semantic::copies::CopyFrom;
use crate::semantic::stages::{Base, Stage};
use crate::semantic::variable_uses::variable_uses;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Item, Kind};
use crate::text::Span;

/// A short text between the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The byte of the document before which it is shown.
    pub offset: usize,
    /// The text.
    pub label: String,
}

/// Longer values are cut: what is written must stay readable.
const LONGEST: usize = 40;

/// The hints of the instructions that touch `span`, in order.
pub fn find(cx: &Cx<'_>, span: Span) -> Vec<Hint> {
    let items = cx.document.file().items();
    let first = items.partition_point(|item| item.end() <= span.start);
    let last = items.partition_point(|item| item.start <= span.end).max(first);
    let mut hints = Vec::new();
    for (item, index) in items.get(first..last).unwrap_or_default().iter().zip(first..) {
        if cx.settings.hints.values != Some(false) {
            values(cx, index, item, &mut hints);
            stage_number(cx, index, item, &mut hints);
        }
    }
    hints.extend(
        cost::find(cx, first..last)
            .into_iter()
            .map(|(item, label)| Hint { offset: end_of_first_line(cx, item), label: format!("  {label}") }),
    );
    hints.retain(|hint| (span.start..=span.end).contains(&hint.offset));
    hints.sort_by_key(|hint| hint.offset);
    hints
}

/// Where the first line of an instruction ends, in bytes of the document.
fn end_of_first_line(cx: &Cx<'_>, item: usize) -> usize {
    let Some(item) = cx.document.file().item(item) else {
        return 0;
    };
    let source = item.instruction.source().get(item.instruction.span()).unwrap_or_default();
    item.span().start + source.lines().next().unwrap_or_default().len()
}

/// The values of the variables that the builder puts in, each after its variable.
fn values(cx: &Cx<'_>, index: usize, item: &Item, hints: &mut Vec<Hint>) {
    let instruction = &item.instruction;
    // A heredoc would have to be read line by line, and ONBUILD gets its values in another build.
    let is_ready = !matches!(instruction.ast().kind, Kind::Onbuild);
    // An ARG sees what the same ARG says before: the model does not distinguish them.
    let is_list = matches!(&instruction.ast().arguments, Arguments::KeyValues(pairs) if pairs.len() > 1);
    if !is_ready || instruction.ast().kind == Kind::Arg && is_list {
        return;
    }
    let line_end = instruction.heredocs().first().map_or(usize::MAX, |heredoc| heredoc.body.start);
    let mut end = 0;
    for found in variable_uses(instruction, false) {
        // What stands inside another one is part of its value.
        if found.span.start < end || found.span.start >= line_end {
            continue;
        }
        end = found.span.end;
        let model = cx.document.model();
        let is_unset = model.variable(&found.name, index).value == Value::Unset;
        let value = model.expand_at(index, &found.written).value;
        if let Some(value) = value.filter(|value| !value.is_empty() || !is_unset) {
            hints.push(Hint { offset: item.start + end, label: format!("={}", shown(&value)) });
        }
    }
}

fn shown(value: &str) -> String {
    let mut shown: String =
        value.chars().take(LONGEST).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if shown.is_empty() {
        shown.push_str("\"\"");
    } else if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

/// The name of the stage that a number means.
fn stage_number(cx: &Cx<'_>, index: usize, item: &Item, hints: &mut Vec<Hint>) {
    if item.instruction.ast().kind != Kind::Copy {
        return;
    }
    let model = cx.document.model();
    for word in model.source_words(cx.document.file(), index) {
        let is_number = item.instruction.str(word.part).bytes().all(|byte| byte.is_ascii_digit());
        let CopyFrom::Stage(stage) = word.source else { continue };
        let label = model.stages().get(stage).filter(|_| is_number).and_then(title);
        let offset = item.start + item.instruction.place(word.part).end;
        hints.extend(label.map(|label| Hint { offset, label: format!(" {}", shown(&label)) }));
    }
}

/// What people call a stage: its name, else what it is built on.
fn title(stage: &Stage) -> Option<String> {
    match (&stage.name, &stage.base) {
        (Some(name), _) => Some(name.clone()),
        (None, Base::Image(image)) => Some(image.text().to_owned()),
        (None, Base::Scratch) => Some("scratch".to_owned()),
        (None, Base::Stage(_) | Base::Unknown) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use proptest::prelude::*;

    /// The text with its hints in it.
    fn shown(source: &str, span: Span) -> String {
        Fixture::new(source).look(|cx| {
            let mut text = cx.document.text().to_string();
            for hint in find(cx, span.clone()).iter().rev() {
                text.insert_str(hint.offset, &format!("⟨{}⟩", hint.label));
            }
            text
        })
    }

    fn check(source: &str, expected: &str) {
        assert_eq!(shown(source, 0..usize::MAX), expected);
    }

    #[test]
    fn variables_show_what_they_come_to() {
        check(
            "ARG V=22\nFROM node:${V:-20}-${D:-slim}\nENV A=$V B=\nWORKDIR /$B/$A\nUSER $USER\n",
            "ARG V=22\nFROM node:${V:-20}⟨=22⟩-${D:-slim}⟨=slim⟩\nENV A=$V B=\nWORKDIR /$B⟨=\"\"⟩/$A\nUSER $USER\n",
        );
        check(
            "FROM a\nARG N=x\nCOPY --chown=$N $N.txt \\\n  ${N}\\\n\n /y\n",
            "FROM a\nARG N=x\nCOPY --chown=$N⟨=x⟩ $N⟨=x⟩.txt \\\n  ${N}⟨=x⟩\\\n\n /y\n",
        );
    }

    #[test]
    fn a_nested_variable_is_part_of_the_outer_one() {
        check("ARG A=1\nFROM x:${B:-$A}\n", "ARG A=1\nFROM x:${B:-$A}⟨=1⟩\n");
    }

    #[test]
    fn a_shell_and_another_build_are_left_alone() {
        let source = "FROM a\nENV A=1\nRUN echo $A\nONBUILD USER $A\nCOPY <<E /a\n$A\nE\n";
        check(source, source);
    }

    #[test]
    fn a_number_shows_its_stage() {
        check(
            "FROM a:1 AS x\nFROM b:2\nFROM c\nCOPY --from=0 d e\nCOPY --from=1 d e\nCOPY --from=x d e\n",
            "FROM a:1 AS x\nFROM b:2\nFROM c\nCOPY --from=0⟨ x⟩ d e\nCOPY --from=1⟨ b:2⟩ d e\nCOPY --from=x d e\n",
        );
    }

    const COSTLY: &str = "#- package.json\n{}\n#- src/a.js\nabc\n#- .dockerignore\n*.md\n#- Dockerfile\nFROM a\n\
                          COPY package*.json ./\nRUN npm ci && \\\n  true\nCOPY src .\nRUN npm run build\n";

    #[test]
    fn a_copy_shows_what_it_brings_and_what_it_runs_again() {
        check(
            COSTLY,
            "FROM a\nCOPY package*.json ./⟨  1 file, 3 B · re-runs npm ci, npm run build⟩\n\
             RUN npm ci && \\⟨  runs again after a change of package*.json⟩\n  true\n\
             COPY src .⟨  1 file, 4 B · re-runs npm run build⟩\n\
             RUN npm run build⟨  runs again after a change of package*.json, src⟩\n",
        );
        check("FROM a\nCOPY a b\nRUN mkdir c\n", "FROM a\nCOPY a b\nRUN mkdir c\n");
    }

    #[test]
    fn each_hint_can_be_switched_off() {
        let with = |settings: &str| {
            shown(&format!("#- layerwise.toml\n[hints]\n{settings}\n{COSTLY}"), 0..usize::MAX)
        };
        let without_files = with("files = false");
        assert!(without_files.contains("COPY src .⟨  re-runs npm run build⟩"), "{without_files}");
        let without_reruns = with("reruns = false");
        assert!(
            without_reruns.contains("COPY src .⟨  1 file, 4 B⟩\nRUN npm run build\n"),
            "{without_reruns}"
        );
        assert!(!with("files = false\nreruns = false").contains('⟨'));
        let values = "#- layerwise.toml\n[hints]\nvalues = false\n#- Dockerfile\nARG A=1\nFROM a:$A\n";
        assert!(!shown(values, 0..usize::MAX).contains('⟨'));
    }

    #[test]
    fn only_what_is_asked_for_is_shown() {
        let source = "FROM a\nARG V=1\nUSER $V\nWORKDIR /$V\n";
        let start = source.find("WORKDIR").unwrap();
        assert_eq!(shown(source, start..source.len()), "FROM a\nARG V=1\nUSER $V\nWORKDIR /$V⟨=1⟩\n");
    }

    #[test]
    fn a_long_value_is_cut() {
        let source = format!("FROM a\nENV A={}\nUSER $A\n", "é".repeat(50));
        assert!(shown(&source, 0..usize::MAX).contains(&format!("⟨={}…⟩", "é".repeat(LONGEST))));
    }

    proptest! {
        #[test]
        fn any_text_has_hints_with_places_in_it(
            words in prop::collection::vec(prop::sample::select(&[
                "FROM ", "ARG ", "ENV ", "A=é", "$A", "${A:-", "${A}", "}", "COPY --from=0 ", "\\\n", "\n", " AS x", "🐳",
                "<<E", "\nE\n", "\"", "'",
            ][..]), 0..30)
        ) {
            Fixture::new(&words.concat()).look(|cx| {
                let text = cx.document.text().to_string();
                assert!(find(cx, 0..text.len()).iter().all(|hint| text.is_char_boundary(hint.offset)));
            });
        }
    }
}
