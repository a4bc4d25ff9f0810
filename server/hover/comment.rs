//! Comments that something reads: parser directives, and the names of rules in comments that silence them.

use super::Hover;
use crate::document::Cx;
use crate::knowledge::markdown;
use crate::rules::codes::SHELLCHECK_WIKI;
use crate::rules::{self, Rule, page};
use crate::syntax::directives::Directive;
use crate::text::Span;

pub(super) fn find(cx: &Cx<'_>, offset: usize) -> Option<Hover> {
    let comment = cx.document.comment_at(offset)?;
    let directives = &cx.document.file().directives().all;
    let directive = directives.iter().find(|directive| directive.span.start == comment.start);
    if directive.is_none_or(|directive| offset >= directive.value_span.start)
        && let Some(rule) = rule(cx, &comment, offset)
    {
        return Some(rule);
    }
    about_directive(directive?, comment)
}

fn about_directive(directive: &Directive, comment: Span) -> Option<Hover> {
    Some(Hover { span: comment, markdown: markdown::directive(directive.kind.name())? })
}

fn rule(cx: &Cx<'_>, span: &Span, offset: usize) -> Option<Hover> {
    let comment = cx.document.text().slice(span.clone());
    let name = word(&comment, offset.checked_sub(span.start)?);
    let before = comment.get(..name.start)?;
    if !before.ends_with(['=', ',', ' ', '\t']) || !names_rules(before) {
        return None;
    }
    let written = comment.get(name.clone())?;
    let documents: Vec<String> = match shellcheck_code(written) {
        Some(code) => vec![format!("**`{code}`** of ShellCheck: [what it finds]({SHELLCHECK_WIKI}{code})")],
        None => named(written).map(|rule| page::document(rule, 2)).collect(),
    };
    if documents.is_empty() {
        return None;
    }
    Some(Hover { span: span.start + name.start..span.start + name.end, markdown: documents.join("\n") })
}

/// A code of ShellCheck's, such as `SC2086`.
fn shellcheck_code(written: &str) -> Option<String> {
    let code = written.to_ascii_uppercase();
    let number = code.strip_prefix("SC")?;
    (number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// Whether what follows in a comment are names of rules.
fn names_rules(before: &str) -> bool {
    let text = before.trim_start_matches('#').trim_start();
    let Some((key, names)) = text.split_once('=') else {
        return false;
    };
    let key = key.split_whitespace().collect::<Vec<_>>().join(" ");
    match key.as_str() {
        // A reason may follow the first blank.
        "layerwise: ignore" | "layerwise:ignore" | "layerwise: ignore-file" | "layerwise:ignore-file" => {
            !names.contains([' ', '\t'])
        }
        "hadolint ignore" | "hadolint stage ignore" | "hadolint global ignore" => true,
        _ => key.eq_ignore_ascii_case("check") && names.rsplit(';').next().is_some_and(is_skip),
    }
}

fn is_skip(option: &str) -> bool {
    option.split_once('=').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case("skip"))
}

/// The rules of an id or of another tool's code.
fn named(name: &str) -> impl Iterator<Item = &'static Rule> {
    let is_named = move |rule: &&'static Rule| {
        rule.id == name || rule.also.iter().any(|code| code.eq_ignore_ascii_case(name))
    };
    rules::ALL.iter().copied().filter(is_named)
}

/// The letters, digits and dashes around an offset.
fn word(text: &str, offset: usize) -> Span {
    let is_other = |char: char| !(char.is_ascii_alphanumeric() || char == '-');
    let before = text.get(..offset).unwrap_or_default();
    let after = text.get(offset..).unwrap_or_default();
    let start = before.rfind(is_other).map_or(0, |place| {
        place + before.get(place..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    start..offset + after.find(is_other).unwrap_or(after.len())
}
