//! How an instruction, a flag or a directive is written, while it is being written.

mod active;
mod shapes;

use crate::document::Cx;
use crate::knowledge::{directives, flags, instructions, mounts};
use crate::syntax::flags::Flag;
use crate::syntax::mount::Mount;
use crate::syntax::{Arguments, Ast, Instruction, Kind, Zone};
use crate::text::Span;
use shapes::Shape;

/// What is shown while something is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// Every way to write it that still fits, the likeliest first; never empty.
    pub signatures: Vec<Signature>,
    /// The index of the parameter under the cursor, the same for all of them; `None` for none.
    pub active: Option<usize>,
}

/// One way to write something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// One line.
    pub label: String,
    /// Its parts, from left to right.
    pub parameters: Vec<Parameter>,
    /// Markdown.
    pub documentation: Option<&'static str>,
}

/// A part of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Bytes of the label.
    pub span: Span,
    /// Markdown.
    pub documentation: Option<&'static str>,
}

/// What is being written at a byte offset.
pub fn find(cx: &Cx<'_>, offset: usize) -> Option<Help> {
    let file = cx.document.file();
    let index = file.index_of_typing(offset).or_else(|| file.items().len().checked_sub(1));
    let item = index.and_then(|index| file.item(index)).filter(|item| offset <= item.end());
    let zone = item.map(|item| (item, item.instruction.zone_at(offset.saturating_sub(item.start))));
    match zone {
        Some((item, Zone::Line(offset))) => {
            let instruction = &item.instruction;
            of_instruction(instruction, instruction.line().text(), offset)
        }
        Some((item, Zone::Blank(place))) => {
            // The indentation of a line that is still to be written parts it from the words before.
            let text = item.instruction.line().text();
            let (before, after) =
                (text.get(..place).unwrap_or_default(), text.get(place..).unwrap_or_default());
            let indented = item.instruction.source().get(..offset - item.start).unwrap_or_default();
            let blank = if indented.ends_with([' ', '\t']) { " " } else { "" };
            let line = [before, blank, after].concat();
            of_instruction(&item.instruction, &line, place + blank.len())
        }
        Some((_, Zone::HeredocBody(_) | Zone::HeredocEnd(_))) => None,
        _ => of_directive(cx, offset),
    }
}

/// Whether a byte offset stands behind the first word of a command in shell form: what is written there are words of its own.
pub fn is_in_command(cx: &Cx<'_>, offset: usize) -> bool {
    let file = cx.document.file();
    let item = file.index_of_typing(offset).and_then(|index| file.item(index));
    let place = item.and_then(|item| Some((item, offset.checked_sub(item.start)?)));
    let Some((instruction, Zone::Line(joined) | Zone::Blank(joined))) =
        place.map(|(item, local)| (&item.instruction, item.instruction.zone_at(local)))
    else {
        return false;
    };
    let ast = instruction.ast().innermost();
    let before = instruction.line().text().get(ast.rest.start as usize..joined).unwrap_or_default();
    let is_begun = !ast.rest.is_empty() && !before.trim().is_empty() && !before.starts_with('[');
    matches!(ast.kind, Kind::Run | Kind::Cmd | Kind::Entrypoint) && is_begun
}

/// What is being written at `offset` of `line`, which is the joined line but for blanks between its words.
fn of_instruction(instruction: &Instruction, line: &str, offset: usize) -> Option<Help> {
    let mut ast = instruction.ast();
    while let Arguments::Trigger(inner) = &ast.arguments
        && offset > inner.keyword.end as usize
    {
        ast = inner;
    }
    if offset <= ast.keyword.end as usize {
        return None;
    }
    let flag = ast.flags.iter().find(|flag| offset <= flag.part.end as usize);
    if let Some(help) = flag.and_then(|flag| of_flag(instruction, ast, flag, offset)) {
        return Some(help);
    }
    let (shapes, active) = active::find(ast, line, offset)?;
    let signatures: Vec<Signature> = shapes.into_iter().map(|shape| of_shape(ast.kind, shape)).collect();
    (!signatures.is_empty()).then_some(Help { signatures, active: Some(active) })
}

fn of_shape(kind: Kind, shape: &Shape) -> Signature {
    let known = instructions::instruction(kind.keyword());
    // Where the same part stands in several forms, what is said of it is the same.
    let documented = |label: &str| {
        let parameters = known.iter().flat_map(|known| known.forms).flat_map(|form| form.parameters);
        let name = name_of(label);
        let mut found = parameters.filter(|parameter| !name.is_empty() && name_of(parameter.label) == name);
        found.next().map(|parameter| parameter.documentation)
    };
    let mut end = shape.start(kind.keyword());
    let parameters = shape.parameters.iter().map(|label| {
        let start = end + shape.label.get(end..).and_then(|rest| rest.find(label)).unwrap_or_default();
        end = start + label.len();
        Parameter { span: start..end, documentation: documented(label) }
    });
    Signature {
        parameters: parameters.collect(),
        label: shape.label.to_owned(),
        documentation: known.map(|known| known.summary),
    }
}

/// The word that a part of a signature is about: `source` of `"source", ...`, `key` of `key2`.
fn name_of(label: &str) -> &str {
    let word = label.trim_start_matches(|char: char| !char.is_ascii_alphabetic());
    let end = word.find(|char: char| !char.is_ascii_alphabetic()).unwrap_or(word.len());
    match word.get(..end).unwrap_or_default() {
        "uid" => "user",
        "gid" => "group",
        name => name,
    }
}

/// A flag that ends behind the cursor: its value where the cursor is in that, else the place of flags in the instruction.
fn of_flag(instruction: &Instruction, ast: &Ast, flag: &Flag, offset: usize) -> Option<Help> {
    let name = flag.name_in(instruction.line().text());
    let Some(known) = flags::flag(ast.kind.keyword(), name)
        .filter(|_| flag.value_part.is_some_and(|value| value.start as usize <= offset))
    else {
        let (plain, json) = shapes::of(ast.kind);
        let shapes: Vec<&Shape> = plain.iter().chain(json).filter(|shape| shape.takes_flags()).collect();
        let is_parameter = shapes
            .first()
            .and_then(|shape| shape.parameters.first())
            .is_some_and(|first| first.starts_with("[--"));
        let signatures: Vec<Signature> = shapes.into_iter().map(|shape| of_shape(ast.kind, shape)).collect();
        return (!signatures.is_empty()).then_some(Help { signatures, active: is_parameter.then_some(0) });
    };
    if name == "mount" {
        let mounts = Mount::all(instruction);
        return of_mount(mounts.iter().find(|mount| mount.part == flag.part)?, offset);
    }
    let value = match (known.value, known.default) {
        (flags::ValueKind::Choice(choices), _) => choices.join("|"),
        (_, Some(default)) => default.to_owned(),
        (kind, None) => value_name(kind).to_owned(),
    };
    let start = format!("{} --{name}=", ast.kind.keyword());
    let span = start.len()..start.len() + value.len();
    let signature = Signature {
        label: format!("{start}{value}"),
        parameters: vec![Parameter { span, documentation: Some(known.documentation) }],
        documentation: None,
    };
    Some(Help { signatures: vec![signature], active: Some(0) })
}

fn value_name(kind: flags::ValueKind) -> &'static str {
    use flags::ValueKind;
    match kind {
        ValueKind::Bool => "true|false",
        ValueKind::Choice(_) => "value",
        ValueKind::Checksum => "digest",
        ValueKind::Device => "device",
        ValueKind::Duration => "duration",
        ValueKind::Mode => "permissions",
        ValueKind::Mount => "type=type,key=value,...",
        ValueKind::Number => "number",
        ValueKind::Owner => "user[:group]",
        ValueKind::Pattern => "pattern",
        ValueKind::Platform => "os/architecture",
        ValueKind::Stage => "stage",
    }
}

/// The type of a mount, and its keys; every type while none is written.
fn of_mount(mount: &Mount, offset: usize) -> Option<Help> {
    let field = mount.fields.iter().find(|field| {
        let end = field.key_part.end.max(field.value_part.end) as usize;
        field.key_part != mount.part && (field.key_part.start as usize..=end).contains(&offset)
    });
    let written = mount.fields.iter().find(|field| field.key == "type");
    let is_at_type = field.zip(written).is_some_and(|(field, written)| std::ptr::eq(field, written));
    let chosen = written.and_then(|field| mounts::mount_type(field.value.as_deref()?));
    let is_new = mount.fields.iter().all(|field| field.key.is_empty());
    let begun = written.filter(|_| is_at_type).and_then(|field| field.value.as_deref()).unwrap_or_default();
    let mut kinds: Vec<&mounts::MountType> = match chosen {
        Some(chosen) => vec![chosen],
        None if is_at_type || is_new => mounts::all().iter().collect(),
        None => mounts::mount_type(mount.kind()).into_iter().collect(),
    };
    // The type that is being typed stands at the head.
    kinds.sort_by_key(|kind| !kind.name.starts_with(begun));
    let active = match (field, kinds.first()) {
        _ if is_at_type || is_new => Some(0),
        (Some(field), Some(kind)) if !field.key.is_empty() => {
            let is_key =
                |key: &mounts::Key| key.name == field.key || key.aliases.contains(&field.key.as_str());
            kind.keys.iter().position(is_key).map(|index| index + 1)
        }
        // Where a key is still to be chosen, the one that is mostly written next.
        (_, Some(kind)) => {
            let is_given =
                |key: &&mounts::Key| mount.field(&[key.name]).is_some() || mount.field(key.aliases).is_some();
            let next = kind.usual_first().into_iter().find(|key| !is_given(key));
            kind.keys.iter().position(|key| Some(key) == next).map(|index| index + 1)
        }
        _ => None,
    };
    let signatures: Vec<Signature> = kinds.into_iter().map(mount_signature).collect();
    (!signatures.is_empty()).then_some(Help { signatures, active })
}

fn mount_signature(kind: &mounts::MountType) -> Signature {
    let mut label = String::from("RUN --mount=");
    let mut parameters = Vec::new();
    let mut push = |label: &mut String, text: &str, documentation: &'static str| {
        let start = label.len();
        label.push_str(text);
        parameters.push(Parameter { span: start..label.len(), documentation: Some(documentation) });
    };
    push(&mut label, &format!("type={}", kind.name), mounts::TYPE_DOCUMENTATION);
    for key in kind.keys {
        label.push(',');
        push(&mut label, &format!("{}={}", key.name, mount_value(key.value)), key.documentation);
    }
    Signature { label, parameters, documentation: Some(kind.summary) }
}

fn mount_value(value: mounts::KeyValue) -> String {
    use mounts::KeyValue;
    match value {
        KeyValue::Bool => "true|false".to_owned(),
        KeyValue::Choice(choices) => choices.join("|"),
        KeyValue::Name => "name".to_owned(),
        KeyValue::Number => "number".to_owned(),
        KeyValue::Octal => "0755".to_owned(),
        KeyValue::Path => "path".to_owned(),
        KeyValue::Size => "64m".to_owned(),
        KeyValue::Stage => "stage".to_owned(),
        KeyValue::Variable => "variable".to_owned(),
    }
}

/// A parser directive: one stands above everything else, and above it are only others.
fn of_directive(cx: &Cx<'_>, offset: usize) -> Option<Help> {
    let text = cx.document.text();
    let head = text.slice(0..offset);
    let (above, line) = head.rsplit_once('\n').unwrap_or(("", &head));
    let is_directive =
        |line: &str| line.trim_start_matches('\u{feff}').trim_start().starts_with('#') && line.contains('=');
    if above.lines().any(|line| !is_directive(line)) {
        return None;
    }
    let comment = line.trim_start_matches('\u{feff}').trim_start().strip_prefix('#')?;
    let (name, _) = comment.split_once('=')?;
    let known = directives::directive(name.trim())?;
    let value = match known.name {
        "escape" => "\\",
        "syntax" => "docker/dockerfile:1",
        _ => "skip=check,...;error=true",
    };
    let start = format!("# {}=", known.name);
    let span = start.len()..start.len() + value.len();
    let signature = Signature {
        label: format!("{start}{value}"),
        parameters: vec![Parameter { span, documentation: Some(known.documentation) }],
        documentation: Some(known.summary),
    };
    Some(Help { signatures: vec![signature], active: Some(0) })
}

#[cfg(test)]
mod tests;
