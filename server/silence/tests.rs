use super::offers;
use crate::document::{Cx, Document};
use crate::fixture::{Fixture, half_typed};
use crate::rules::{self, Finding};
use proptest::prelude::*;

/// What stands in the file after the first way to silence the first finding of a rule whose title has a word in it.
fn silenced(source: &str, rule: &str, title: &str) -> Option<String> {
    let fixture = Fixture::new(source);
    fixture.look(|cx| {
        let finding = rules::run(cx).into_iter().find(|finding| finding.rule.id == rule).expect("a finding");
        let offer = offers(cx, &finding).into_iter().find(|offer| offer.title.contains(title))?;
        Some(cx.document.edited(&offer.edit).text().to_string())
    })
}

#[track_caller]
fn check(before: &str, rule: &str, title: &str, after: &str) {
    assert_eq!(silenced(before, rule, title).as_deref(), Some(after));
}

const HERE: &str = "for this instruction";
const FILE: &str = "` in this file";
const CHECK: &str = "BuildKit's check";
const FLOATING: &str = "floating-base-tag";

#[test]
fn a_comment_stands_above_the_instruction_as_it_is_indented_and_ended() {
    check("FROM node\n", FLOATING, HERE, "# layerwise: ignore=floating-base-tag\nFROM node\n");
    check(
        "# syntax=x\r\n\r\n  FROM node\r\n",
        FLOATING,
        HERE,
        "# syntax=x\r\n\r\n  # layerwise: ignore=floating-base-tag\r\n  FROM node\r\n",
    );
    check("\u{feff}FROM node", FLOATING, HERE, "\u{feff}# layerwise: ignore=floating-base-tag\nFROM node");
    check(
        "ARG A\r\nFROM node",
        FLOATING,
        HERE,
        "ARG A\r\n# layerwise: ignore=floating-base-tag\r\nFROM node",
    );
    // What is found in a heredoc or on a continued line is still one instruction's.
    check(
        "FROM a:1\nRUN b \\\n && apt-get install c\n",
        "missing-yes",
        HERE,
        "FROM a:1\n# layerwise: ignore=missing-yes\nRUN b \\\n && apt-get install c\n",
    );
    check(
        "FROM a:1\nRUN <<E\napt-get install c\nE\n",
        "missing-yes",
        HERE,
        "FROM a:1\n# layerwise: ignore=missing-yes\nRUN <<E\napt-get install c\nE\n",
    );
}

#[test]
fn a_comment_that_is_there_takes_one_more_name() {
    check(
        "# layerwise: ignore=a why\n# b\nFROM node\n",
        FLOATING,
        HERE,
        "# layerwise: ignore=a,floating-base-tag why\n# b\nFROM node\n",
    );
    check(
        "#layerwise:ignore=\nFROM node\n",
        FLOATING,
        HERE,
        "#layerwise:ignore=floating-base-tag\nFROM node\n",
    );
    check(
        "FROM node\n# layerwise: ignore-file=b,\nCMD [\"c\"]\n",
        FLOATING,
        FILE,
        "FROM node\n# layerwise: ignore-file=b,floating-base-tag\nCMD [\"c\"]\n",
    );
}

#[test]
fn what_must_stand_right_above_an_instruction_stays_there() {
    check(
        "# a\n# hadolint ignore=DL1\nFROM node\n",
        FLOATING,
        HERE,
        "# a\n# layerwise: ignore=floating-base-tag\n# hadolint ignore=DL1\nFROM node\n",
    );
    check(
        "# b is a stage\nFROM node AS b\n",
        FLOATING,
        HERE,
        "# layerwise: ignore=floating-base-tag\n# b is a stage\nFROM node AS b\n",
    );
    check(
        "# hadolint ignore=DL1\n\nFROM node\n",
        FLOATING,
        HERE,
        "# hadolint ignore=DL1\n\n# layerwise: ignore=floating-base-tag\nFROM node\n",
    );
}

#[test]
fn what_speaks_of_the_file_stands_below_the_directives() {
    let after = "# layerwise: ignore-file=floating-base-tag\n";
    check("FROM node\n", FLOATING, FILE, &format!("{after}FROM node\n"));
    check("# c\nFROM node\n", FLOATING, FILE, &format!("{after}# c\nFROM node\n"));
    let head = "#!/bin/x\n# syntax=x\n";
    check(&format!("{head}FROM node\n"), FLOATING, FILE, &format!("{head}{after}FROM node\n"));
    let head = "# syntax=x\n# escape=`\n";
    check(&format!("{head}# c\nFROM node\n"), FLOATING, FILE, &format!("{head}{after}# c\nFROM node\n"));
}

#[test]
fn a_check_of_buildkit_is_skipped_where_buildkit_reads_it() {
    let skip = |before: &str, after: &str| {
        check(
            &format!("{before}FROM a:1 as b\n"),
            "from-as-casing",
            CHECK,
            &format!("{after}FROM a:1 as b\n"),
        );
    };
    skip("", "# check=skip=FromAsCasing\n");
    skip("# c\n", "# check=skip=FromAsCasing\n# c\n");
    skip("# syntax=x\n# escape=`\n\n", "# syntax=x\n# escape=`\n# check=skip=FromAsCasing\n\n");
    skip("# Check = skip=A;error=true why\n", "# Check = skip=A,FromAsCasing;error=true why\n");
    skip("# check=error=true\n", "# check=error=true;skip=FromAsCasing\n");
    skip("# check=skip=\n", "# check=skip=FromAsCasing\n");
    skip("# check=skip=A;skip=B\n", "# check=skip=A;skip=B,FromAsCasing\n");
    // What stands after another comment is no directive.
    skip("# c\n# check=skip=A\n", "# check=skip=FromAsCasing\n# c\n# check=skip=A\n");
    let full = "# check=error=true;experimental=all;error=true\nFROM a:1 as b\n";
    assert_eq!(silenced(full, "from-as-casing", CHECK), None);
    assert_eq!(silenced("FROM node\n", FLOATING, CHECK), None);
}

#[test]
fn a_byte_order_mark_stays_first_only_at_the_head() {
    let unset = "\u{feff}ENV A=1 \\\n\n  B=2\n";
    let silencing = "# layerwise: ignore=empty-continuation\n";
    assert_eq!(
        silenced(&format!("FROM a:1\n{unset}"), "empty-continuation", HERE),
        Some(format!("FROM a:1\n{silencing}{unset}"))
    );
}

#[test]
fn an_error_of_syntax_cannot_be_silenced() {
    for title in [HERE, FILE] {
        assert_eq!(silenced("FROM a:1\nRNU b\n", "unknown-instruction", title), None);
    }
}

/// The finding, where the edit has put it, is not among those of the document any more.
fn is_gone(cx: &Cx<'_>, finding: &Finding, edit: &crate::text::Edit) -> Result<(), TestCaseError> {
    let after = cx.document.edited(edit);
    let found = rules::run(&Cx { document: &after, ..*cx });
    let shift = if edit.span.start <= finding.span.start { edit.new_text.len() } else { 0 };
    let start = finding.span.start + shift;
    let is_same = |other: &Finding| other.rule.id == finding.rule.id && other.span.start == start;
    prop_assert!(!found.iter().any(is_same), "{finding:?} stays in {:?}", after.text().to_string());
    let texts = |document: &Document| -> Vec<String> {
        let items = document.file().items().iter().map(|item| &item.instruction);
        let text = |instruction: &std::sync::Arc<crate::syntax::Instruction>| {
            instruction.source().get(instruction.span()).unwrap_or_default().to_owned()
        };
        items.map(text).collect()
    };
    prop_assert_eq!(texts(cx.document), texts(&after));
    let (before, after) = (cx.document.file().directives(), after.file().directives());
    let kept = before.all.iter().all(|directive| after.get(directive.kind).is_some());
    prop_assert!(kept && before.escape() == after.escape());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_silenced_is_gone_and_every_instruction_stays(source in half_typed()) {
        Fixture::new(&source).look(|cx| {
            for finding in rules::run(cx) {
                let offers = offers(cx, &finding);
                prop_assert_eq!(offers.is_empty(), finding.rule.group == rules::Group::Syntax);
                for offer in offers {
                    is_gone(cx, &finding, &offer.edit)?;
                }
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_pattern_of_an_ignore_file_is_silenced_above_it_or_everywhere() {
    let silenced = |source: &str, title: &str| -> Option<String> {
        let (document, settings) = (Document::ignore_file(source), crate::settings::Settings::default());
        let cx = Cx {
            document: &document,
            context: &crate::context::NoContext,
            shell_check: &crate::context::shell_check::NoShellCheck,
            settings: &settings,
        };
        let finding = rules::run(&cx).into_iter().next()?;
        let offer = offers(&cx, &finding).into_iter().find(|offer| offer.title.contains(title))?;
        let after = document.edited(&offer.edit);
        assert!(rules::run(&Cx { document: &after, ..cx }).is_empty(), "{}", after.text());
        Some(after.text().to_string())
    };
    let here = "a\r\n# layerwise: ignore=unreachable-pattern\r\n  ../b\r\n";
    assert_eq!(silenced("a\r\n  ../b\r\n", "for this pattern").as_deref(), Some(here));
    let more = "# layerwise: ignore=sudo,unreachable-pattern\n../b\n";
    assert_eq!(silenced("# layerwise: ignore=sudo\n../b\n", "for this pattern").as_deref(), Some(more));
    let all = "\u{feff}# layerwise: ignore-file=unreachable-pattern\n../b\n";
    assert_eq!(silenced("\u{feff}../b\n", "in this file").as_deref(), Some(all));
    assert_eq!(silenced("a[\n", ""), None);
}
