//! What our own lexers know of an instruction: it holds also where the grammar finds an error.

use super::paint::Layer;
use super::query::ABOVE;
use super::{Kind, Modifiers};
use crate::semantic::facts::Facts;
use crate::semantic::variable_uses::{VariableUse, variable_uses};
use crate::syntax::mount::Mount;
use crate::syntax::shell::pieces::{self, Piece};
use crate::syntax::shell::{Form, Interpreter};
use crate::syntax::{self, Arguments, Ast, Instruction, Joined, Part};
use crate::text::Span;

const BELOW: u16 = 0;
const NONE: Modifiers = Modifiers::NONE;

/// Keywords, flags, names and values, below what the query says; comments and variables above it.
pub(super) fn layers(instruction: &Instruction, layers: &mut Vec<Layer>) {
    let mut ast = instruction.ast();
    words(instruction, ast, layers);
    while let Arguments::Trigger(inner) = &ast.arguments {
        ast = inner;
        words(instruction, ast, layers);
    }
    mounts(instruction, layers);
    for heredoc in instruction.heredocs() {
        push(instruction, heredoc.marker, Kind::Namespace, NONE, BELOW, layers);
        layers.extend(heredoc.end.clone().map(|end| layer(end, Kind::Namespace, NONE, BELOW)));
    }
    let comments = instruction.comments().iter().chain(instruction.inner_comments());
    layers.extend(comments.map(|comment| layer(comment.clone(), Kind::Comment, NONE, ABOVE)));
    for found in variable_uses(instruction, false) {
        variable(&found, layers);
    }
}

fn words(instruction: &Instruction, ast: &Ast, layers: &mut Vec<Layer>) {
    let is_deprecated = ast.kind == syntax::Kind::Maintainer;
    let modifiers = if is_deprecated { Modifiers::DEPRECATED } else { NONE };
    let mut put = |part: Part, kind: Kind, modifiers: Modifiers, height: u16| {
        push(instruction, part, kind, modifiers, height, layers);
    };
    put(ast.keyword, Kind::Keyword, modifiers, ABOVE);
    for flag in &ast.flags {
        put(flag.name, Kind::Property, NONE, ABOVE);
        let kind =
            if flag.name_in(instruction.line().text()) == "from" { Kind::Namespace } else { Kind::String };
        let value = flag.value_part.filter(|_| flag.name_in(instruction.line().text()) != "mount");
        value.into_iter().for_each(|value| put(value, kind, NONE, ABOVE));
    }
    match &ast.arguments {
        Arguments::Words(words) if ast.kind == syntax::Kind::From => {
            let has_as = words.get(1).is_some_and(|part| instruction.str(*part).eq_ignore_ascii_case("as"));
            let looks = [
                (Kind::Type, NONE, BELOW),
                (Kind::Keyword, NONE, ABOVE),
                (Kind::Namespace, Modifiers::DECLARATION, ABOVE),
            ];
            for (part, (kind, modifiers, height)) in words.iter().zip(looks).take(if has_as { 3 } else { 1 })
            {
                put(*part, kind, modifiers, height);
            }
        }
        Arguments::Healthcheck(keyword, _) => put(*keyword, Kind::Keyword, NONE, ABOVE),
        Arguments::KeyValues(pairs) => {
            let (kind, modifiers) = match ast.kind {
                syntax::Kind::Label => (Kind::Property, NONE),
                _ => (Kind::Variable, Modifiers::DECLARATION),
            };
            for pair in pairs {
                put(pair.key, kind, modifiers, ABOVE);
                pair.value.into_iter().for_each(|value| put(value, Kind::String, NONE, BELOW));
            }
        }
        Arguments::Text(part) if !is_command(ast.kind) => put(*part, Kind::String, NONE, BELOW),
        _ => {}
    }
}

fn mounts(instruction: &Instruction, layers: &mut Vec<Layer>) {
    for mount in Mount::all(instruction) {
        // Where quotes hide the place of a field, there is nothing to show.
        for field in mount.fields.iter().filter(|field| field.key_part != mount.part) {
            push(instruction, field.key_part, Kind::Parameter, NONE, ABOVE, layers);
            let kind = match &*field.key {
                "type" => Kind::EnumMember,
                "from" => Kind::Namespace,
                _ => Kind::String,
            };
            push(instruction, field.value_part, kind, NONE, ABOVE, layers);
        }
    }
}

/// A variable that the builder reads: the name looks like a variable, and a default after it like a text.
fn variable(found: &VariableUse, layers: &mut Vec<Layer>) {
    let Span { start, end } = found.span;
    let name_end = found.name_span.end;
    layers.push(layer(start..end, Kind::Variable, NONE, ABOVE));
    // What follows the name in `${name…}`.
    let rest = found.written.strip_prefix("${").and_then(|rest| rest.get(found.name.len()..));
    let is_operator = |char: char| matches!(char, ':' | '-' | '+' | '?' | '#' | '%' | '/' | '=');
    let operator = rest.map_or(0, |rest| rest.len() - rest.trim_start_matches(is_operator).len());
    if operator > 0 {
        let operator_end = (name_end + operator).min(end);
        layers.push(layer(name_end..operator_end, Kind::Operator, NONE, ABOVE));
        layers.push(layer(operator_end..end.saturating_sub(1).max(operator_end), Kind::String, NONE, ABOVE));
    }
}

/// Where the shell text of an instruction stands, heredocs left out.
pub(super) fn shell_text(instruction: &Instruction) -> Option<Span> {
    let ast = instruction.ast().innermost();
    let arguments = match &ast.arguments {
        Arguments::Healthcheck(_, command) => command,
        other => other,
    };
    match (ast.kind, arguments) {
        (kind, Arguments::Text(part)) if is_command(kind) => Some(instruction.place(*part)),
        _ => None,
    }
}

fn is_command(kind: syntax::Kind) -> bool {
    use syntax::Kind::{Cmd, Entrypoint, Healthcheck, Run};
    matches!(kind, Run | Cmd | Entrypoint | Healthcheck)
}

/// The pieces of the shell text and of the heredocs that a shell reads.
pub(super) fn shell_layers(instruction: &Instruction, layers: &mut Vec<Layer>) {
    let Some(Facts { script, .. }) = Facts::of(instruction) else { return };
    if script.form() == Form::Exec {
        return;
    }
    let call = script.interpreter().map(Interpreter::call);
    for text in call.into_iter().chain([script.text()]) {
        text_layers(text, layers);
    }
}

fn text_layers(text: &Joined, layers: &mut Vec<Layer>) {
    for (part, piece) in pieces::pieces(text.text()) {
        let look = match piece {
            Piece::Command => Some((Kind::Function, command_modifiers(text.str(part)))),
            Piece::Function => Some((Kind::Function, Modifiers::DECLARATION)),
            Piece::Option => Some((Kind::Parameter, NONE)),
            Piece::String => Some((Kind::String, NONE)),
            Piece::Variable => Some((Kind::Variable, NONE)),
            Piece::Assigned => Some((Kind::Variable, Modifiers::DECLARATION)),
            Piece::Keyword => Some((Kind::Keyword, NONE)),
            Piece::Operator => Some((Kind::Operator, NONE)),
            Piece::Number => Some((Kind::Number, NONE)),
            Piece::Comment => Some((Kind::Comment, NONE)),
            Piece::Label => Some((Kind::Namespace, NONE)),
            Piece::Script => None,
        };
        let spans = text.spans(part);
        layers.extend(spans.into_iter().map(|span| Layer { span, look, height: ABOVE }));
    }
}

/// Commands that are part of the shell are told apart.
/// Source: POSIX, "Shell Command Language", special and intrinsic built-in utilities; dash(1).
fn command_modifiers(name: &str) -> Modifiers {
    const BUILTINS: [&str; 27] = [
        ".", ":", "[", "alias", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit",
        "false", "hash", "printf", "pwd", "read", "return", "set", "shift", "source", "test", "times",
        "trap", "true", "umask", "wait",
    ];
    if BUILTINS.binary_search(&name).is_ok() { Modifiers::DEFAULT_LIBRARY } else { NONE }
}

fn push(
    instruction: &Instruction,
    part: Part,
    kind: Kind,
    modifiers: Modifiers,
    height: u16,
    layers: &mut Vec<Layer>,
) {
    let spans = instruction.line().spans(part);
    layers.extend(spans.into_iter().map(|span| layer(span, kind, modifiers, height)));
}

fn layer(span: Span, kind: Kind, modifiers: Modifiers, height: u16) -> Layer {
    Layer { span, look: Some((kind, modifiers)), height }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_shell_does_itself_is_told_apart() {
        assert_eq!(command_modifiers("cd"), Modifiers::DEFAULT_LIBRARY);
        assert_eq!(command_modifiers("wait"), Modifiers::DEFAULT_LIBRARY);
        assert_eq!(command_modifiers("."), Modifiers::DEFAULT_LIBRARY);
        assert_eq!(command_modifiers("apt-get"), NONE);
    }
}
