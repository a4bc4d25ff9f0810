//! Names that are given: of arguments in ARG, of variables in ENV, of labels in LABEL.

use super::cursor::Cursor;
use super::{Completion, Kind};
use crate::knowledge::variables::{Scope, variable};
use crate::knowledge::{environment_names, label_keys, licenses, markdown, variables};
use crate::semantic::variables::Origin;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Kind as Instruction, Part};
use crate::text::Span;

/// What a known name of an ENV usually has for a value.
fn usual_value(cursor: &Cursor<'_>, name: &str, part: Part) -> Option<Vec<Completion>> {
    let known = environment_names::environment_name(name).filter(|_| cursor.ast.kind == Instruction::Env)?;
    let span = cursor.place(part)?;
    Some(vec![
        Completion::new(Kind::Value, known.value, span).documentation(Some(known.documentation.to_owned())),
    ])
}

/// The licences that most have, for the label that names one.
fn label_value(cursor: &Cursor<'_>, name: &str, part: Part) -> Option<Vec<Completion>> {
    if cursor.ast.kind != Instruction::Label || name != label_keys::LICENSES {
        return None;
    }
    let written = cursor.instruction().str(part);
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inner = written.trim_start_matches(['"', '\'']).trim_end_matches(['"', '\'']);
    let start = part.start as usize + usize::from(quote.is_some());
    let span = cursor.place(Part::new(start, start + inner.len()))?;
    let is_inside = (start..=start + inner.len()).contains(&cursor.joined);
    let named = |license: &&str| Completion::new(Kind::Value, *license, span.clone());
    is_inside.then(|| licenses::USUAL.iter().map(named).collect())
}

pub(super) fn complete(cursor: &Cursor<'_>) -> Option<Vec<Completion>> {
    let written = cursor.instruction().str(cursor.word);
    let name = written.find('=').unwrap_or(written.len());
    let value = cursor.word.start as usize + name + 1;
    if name < written.len() && cursor.joined >= value {
        let (name, part) = (written.get(..name)?, Part::new(value, cursor.word.end as usize));
        return usual_value(cursor, name, part).or_else(|| label_value(cursor, name, part));
    }
    let part = Part::new(cursor.word.start as usize, cursor.word.start as usize + name);
    if cursor.joined > part.end as usize || !cursor.instruction().str(part).chars().all(is_plain) {
        return None;
    }
    // Behind the first pair, whoever typed a blank goes on with names of their own, or with the next line.
    if cursor.argument() > 0 && cursor.is_behind_blank() {
        return None;
    }
    let has_value = name < written.len() || has_old_value(cursor);
    let names = match cursor.ast.kind {
        Instruction::Arg => arguments(cursor, cursor.place(part)?),
        Instruction::Env => environment(cursor, &cursor.place(part)?, has_value),
        Instruction::Label => labels(&cursor.place(part)?, has_value),
        _ => return None,
    };
    // The old form `ENV name value` has one name.
    let is_old = cursor.argument() > 0 && is_old_form(cursor);
    let is_given =
        |completion: &Completion| is_given(cursor, completion.label.split('=').next().unwrap_or_default());
    Some(names.into_iter().filter(|completion| !is_old && !is_given(completion)).collect())
}

fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || "_.-".contains(char)
}

/// Whether what follows a first word without `=` is its value.
fn has_old_value(cursor: &Cursor<'_>) -> bool {
    let rest = cursor.line().get(cursor.word.end as usize..).unwrap_or_default();
    let next = rest.split_whitespace().next();
    let is_pair = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(is_plain))
    };
    !cursor.word.is_empty() && cursor.argument() == 0 && next.is_some_and(|next| !is_pair(next))
}

fn is_old_form(cursor: &Cursor<'_>) -> bool {
    let first = cursor.instruction().str(cursor.ast.rest).split_whitespace().next();
    cursor.ast.kind != Instruction::Arg && first.is_some_and(|first| !first.contains('='))
}

/// Whether the instruction names it elsewhere.
fn is_given(cursor: &Cursor<'_>, name: &str) -> bool {
    let Arguments::KeyValues(pairs) = &cursor.ast.arguments else {
        return false;
    };
    pairs.iter().any(|pair| pair.key.start != cursor.word.start && cursor.instruction().str(pair.key) == name)
}

/// The arguments that a stage has to declare before it can read them.
fn arguments(cursor: &Cursor<'_>, span: Span) -> Vec<Completion> {
    let model = cursor.cx.document.model();
    let Some(stage) = model.stage_at(cursor.index) else {
        let declared = variables::all().iter().filter(|known| known.scope == Scope::Declared);
        return declared.map(|known| predefined(known.name, span.clone())).collect();
    };
    let global = model.variable_names(stage.from());
    let own = |name: &&str| !variables::is_global_name(name);
    let mut completions: Vec<Completion> = Vec::new();
    for name in global.into_iter().filter(own).filter(|name| !model.is_set(name, cursor.index)) {
        let value = match model.variable(name, stage.from()).value {
            Value::Known(value) => format!("declared above the first FROM, {value}"),
            Value::Unset | Value::Unknown => "declared above the first FROM".to_owned(),
        };
        completions.push(Completion::new(Kind::Variable, name, span.clone()).detail(value));
    }
    completions
        .extend(variables::usual_first().into_iter().map(|known| predefined(known.name, span.clone())));
    completions
}

fn predefined(name: &str, span: Span) -> Completion {
    let completion = Completion::new(Kind::Variable, name, span).documentation(markdown::variable(name));
    match variable(name).map(|known| known.example).filter(|example| !example.is_empty()) {
        Some(example) => completion.detail(format!("set by the builder, such as {example}")),
        None => completion.detail("set by the builder"),
    }
}

/// What images commonly set, and the arguments that a container would not see otherwise.
fn environment(cursor: &Cursor<'_>, span: &Span, has_value: bool) -> Vec<Completion> {
    let model = cursor.cx.document.model();
    let names = model.variable_names(cursor.index).into_iter();
    let is_argument = |name: &&str| {
        let origin = model.variable(name, cursor.index).origin;
        matches!(origin, Some(Origin::Arg(_) | Origin::GlobalArg(..) | Origin::BuildArgument(_)))
    };
    let kept = names.filter(is_argument).map(|name| {
        let completion =
            Completion::new(Kind::Variable, name, span.clone()).detail("keeps the argument of this name");
        if has_value {
            return completion;
        }
        // Beside the usual value of a name it says which of the two it is.
        let is_usual = environment_names::environment_name(name).is_some();
        let pair = format!("{name}=${name}");
        let label = if is_usual { pair.clone() } else { name.to_owned() };
        Completion { label, ..completion.writing(pair) }
    });
    let image = model.base_image(cursor.index).map(|image| image.repository);
    let known = environment_names::likeliest_first(image).into_iter().map(|known| {
        let completion = Completion::new(Kind::Variable, known.name, span.clone())
            .detail(known.value)
            .documentation(Some(known.documentation.to_owned()));
        if has_value {
            return completion;
        }
        let shown = known.value.replace('$', "\\$");
        completion
            .writing(format!("{}={}", known.name, known.value))
            .snippet(format!("{}=${{1:{shown}}}", known.name))
    });
    kept.chain(known).collect()
}

fn labels(span: &Span, has_value: bool) -> Vec<Completion> {
    let label = |key: &label_keys::LabelKey| {
        let completion = Completion::new(Kind::Value, key.name, span.clone())
            .detail(key.example)
            .documentation(Some(key.documentation.to_owned()));
        if has_value {
            return completion;
        }
        completion
            .writing(format!("{}=\"\"", key.name))
            .snippet(format!("{}=\"${{1:{}}}\"", key.name, key.example))
    };
    label_keys::all().iter().map(label).collect()
}
