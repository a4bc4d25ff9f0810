//! Comments that something reads: parser directives at the head of the file, and the names of rules in comments that
//! silence them. Nothing in what people write for people.

use super::{Asked, Completion, Kind};
use crate::document::Cx;
use crate::knowledge::{directives, hadolint};
use crate::rules::check_options::is_check_name;
use crate::rules::pragma::{Speaker, read};
use crate::rules::{ALL, page};
use crate::syntax::directives::Directives;
use crate::text::Span;

pub(super) fn complete(cx: &Cx<'_>, offset: usize, asked: Asked) -> Option<Vec<Completion>> {
    let comment = cx.document.comment_at(offset)?;
    let text = cx.document.text().slice(comment.clone());
    let typed = text.get(..offset.checked_sub(comment.start)?)?.to_owned();
    let body = typed.trim_start_matches('#').trim_start();
    if !typed.starts_with('#') || typed.trim_start_matches('#').len() + 1 < typed.len() {
        return None;
    }
    if body.is_empty() && asked == Asked::ByTyping {
        // Most comments are for people, and a line of them may be empty.
        return None;
    }
    let place = Place { offset, rest: text.get(typed.len()..)?.to_owned() };
    if is_head(cx, comment.start)
        && let Some(found) = directive(cx, &place, body)
    {
        return Some(found);
    }
    silenced(&place, &typed).or_else(|| openings(&place, body))
}

/// The comment that a file best begins with.
pub(super) fn first(span: Span) -> Option<Completion> {
    let syntax = directives::directive("syntax")?;
    let comment = format!("# syntax={}", syntax.values.first()?.text);
    Some(Completion::new(Kind::Value, comment, span).detail(syntax.summary))
}

/// Where the cursor is in a comment.
struct Place {
    /// In bytes of the document.
    offset: usize,
    /// The comment behind it.
    rest: String,
}

impl Place {
    /// The word that ends in `typed` before the cursor, up to the first of these characters behind it.
    fn span(&self, typed: &str, ends: &[char]) -> Span {
        let rest = self.rest.find(ends).unwrap_or(self.rest.trim_end().len());
        self.offset - typed.len()..self.offset + rest
    }
}

/// Whether nothing but directives stands above.
fn is_head(cx: &Cx<'_>, start: usize) -> bool {
    start <= Directives::end(&cx.document.text().slice(0..start + 1))
}

fn directive(cx: &Cx<'_>, place: &Place, body: &str) -> Option<Vec<Completion>> {
    if let Some((name, value)) = body.split_once('=') {
        return values(place, name.trim(), value.trim_start());
    }
    if !body.chars().all(|char| char.is_ascii_alphabetic()) {
        return None;
    }
    let own = place.offset - body.len();
    let above = &cx.document.file().directives().all;
    let is_given = |name: &str| {
        let other = |span: &Span| !(span.start <= own && own <= span.end);
        above.iter().any(|found| other(&found.span) && found.kind.name().eq_ignore_ascii_case(name))
    };
    let span = place.span(body, &['=', ' ', '\t']);
    let equals = if place.rest.trim_start().contains('=') { "" } else { "=" };
    let typed = body.to_ascii_lowercase();
    let fits =
        |known: &&directives::Directive| known.name.starts_with(typed.as_str()) && !is_given(known.name);
    let completion = |known: &directives::Directive| {
        let best = known.values.first().map_or("", |value| value.text);
        let completion = Completion::new(Kind::Flag, known.name, span.clone())
            .detail(known.summary)
            .documentation(Some(known.documentation.to_owned()))
            .writing(format!("{}{equals}", known.name));
        if equals.is_empty() {
            return completion;
        }
        let best = best.replace('\\', "\\\\");
        completion.snippet(format!("{}=${{1:{best}}}", known.name))
    };
    let mut fitting: Vec<&directives::Directive> = directives::all().iter().filter(fits).collect();
    // By far the most files have this one alone.
    fitting.sort_by_key(|known| known.name != "syntax");
    let found: Vec<Completion> = fitting.into_iter().map(completion).collect();
    (!found.is_empty()).then_some(found)
}

fn values(place: &Place, name: &str, value: &str) -> Option<Vec<Completion>> {
    let known = directives::directive(name)?;
    if known.name == "check"
        && let Some((key, names)) = value.rsplit(';').next().and_then(|option| option.split_once('='))
    {
        return if key.trim().eq_ignore_ascii_case("skip") { Some(checks(place, names)) } else { None };
    }
    let typed = if known.name == "check" { value.rsplit(';').next().unwrap_or(value) } else { value };
    let span = place.span(typed, &[';', ' ', '\t']);
    let value = |value: &directives::Value| {
        Completion::new(Kind::Value, value.text, span.clone()).detail(value.summary)
    };
    Some(known.values.iter().map(value).collect())
}

/// The checks of BuildKit.
fn checks(place: &Place, names: &str) -> Vec<Completion> {
    let typed = names.rsplit(',').next().unwrap_or(names).trim_start();
    let span = place.span(typed, &[',', ';', ' ', '\t']);
    let mut completions: Vec<Completion> = Vec::new();
    for rule in ALL {
        for code in rule.also.iter().filter(|code| is_check_name(code)) {
            let completion = Completion::new(Kind::Rule, *code, span.clone()).detail(page::summary(rule));
            completions.push(completion.documentation(Some(page::document(rule, 2))));
        }
    }
    completions.sort_by(|left, right| left.label.cmp(&right.label));
    completions.dedup_by(|left, right| left.label == right.label);
    completions
}

/// The names behind the `=` of a comment that silences rules.
fn silenced(place: &Place, typed: &str) -> Option<Vec<Completion>> {
    // As if a name stood where the cursor is.
    let pragma = read(&format!("{typed}x"))?;
    let last = pragma.names.last().filter(|name| name.end == typed.len() + 1)?;
    let name = typed.get(last.start..)?;
    let span = place.span(name, &[',', ' ', '\t']);
    let others: Vec<&str> = pragma.names(typed).filter(|other| *other != name).collect();
    let rules = ALL.iter().map(|rule| {
        Completion::new(Kind::Rule, rule.id, span.clone())
            .detail(page::summary(rule))
            .documentation(Some(page::document(rule, 2)))
    });
    let codes = hadolint::CODES
        .iter()
        .map(|code| Completion::new(Kind::Rule, code.name, span.clone()).detail(code.about));
    let all: Vec<Completion> = match pragma.speaker {
        Speaker::Layerwise => rules.collect(),
        Speaker::Hadolint => codes.collect(),
    };
    Some(all.into_iter().filter(|completion| !others.contains(&completion.label.as_str())).collect())
}

/// How a comment that silences rules begins, once its first letters are there.
fn openings(place: &Place, body: &str) -> Option<Vec<Completion>> {
    const OPENINGS: [(&str, &str); 4] = [
        ("layerwise: ignore=", "silences rules for the next instruction"),
        ("layerwise: ignore-file=", "silences rules for the file"),
        ("hadolint ignore=", "silences hadolint's rules for the next instruction"),
        ("hadolint global ignore=", "silences hadolint's rules for the file"),
    ];
    const LEAST: usize = 3;
    let fitting = OPENINGS.iter().filter(|(opening, _)| body.len() >= LEAST && opening.starts_with(body));
    let span = place.span(body, &['=']);
    let found: Vec<Completion> = fitting
        .map(|(opening, about)| Completion::new(Kind::Value, *opening, span.clone()).detail(*about))
        .collect();
    (!found.is_empty()).then_some(found)
}
