//! Where an instruction reads variables, and who puts their values in: the builder, or a shell.
//! Source: BuildKit, the `Expand` methods of `frontend/dockerfile/instructions/commands*.go`.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Model;
use super::facts::Facts;
use super::variables::Variable;
use crate::knowledge::flags;
use crate::syntax::mount::Mount;
use crate::syntax::shell::Form;
use crate::syntax::word::{self, Reading, Value};
use crate::syntax::{Arguments, Ast, Instruction, Joined, Kind, Part};
use crate::text::Span;

/// A `$name` or `${name…}` in an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableUse {
    /// The variable's name.
    pub name: String,
    /// From the `$` to its end, in bytes of the instruction's source.
    pub span: Span,
    /// The name alone, in bytes of the instruction's source.
    pub name_span: Span,
    /// All of it, without continuations.
    pub written: String,
    /// Who puts the value in.
    pub reader: Reader,
}

impl VariableUse {
    /// Whether it is read once more inside another use: the second in `${A:+$A}`.
    pub fn is_inside(&self, outer: &VariableUse) -> bool {
        let is_within = outer.span.start <= self.span.start && self.span.end <= outer.span.end;
        self.name == outer.name && self.span != outer.span && is_within
    }

    /// Whether the builder gets as far as asking for the value: it reads no `${name:unheard-of}`.
    pub fn is_asked_for(&self) -> bool {
        let reading = Reading::arguments('\\');
        !self.written.contains(':')
            || word::expand(&self.written, reading, &|_| Value::Unknown).error.is_none()
    }
}

/// Who puts the value of a variable in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The builder.
    Builder,
    /// The shell of a RUN: it has every variable that the builder has.
    Shell,
    /// A shell in the container that is started: it has what ENV set, and no ARG.
    Container,
}

/// The variables that an instruction reads, or the one that an ONBUILD keeps; outer before inner. `has_shell` says
/// whether a POSIX shell reads its shell text: no other is understood.
pub fn variable_uses(instruction: &Instruction, has_shell: bool) -> Vec<VariableUse> {
    let ast = instruction.ast().innermost();
    let mut uses = builder_uses(instruction, ast);
    if has_shell {
        uses.extend(shell_uses(instruction, ast));
    }
    uses
}

fn builder_uses(instruction: &Instruction, ast: &Ast) -> Vec<VariableUse> {
    let mut uses = Vec::new();
    let arguments = Reading::arguments(instruction.escape());
    for part in builder_parts(instruction, ast) {
        read(&instruction.line().piece(part), arguments, &mut uses);
    }
    if matches!(ast.kind, Kind::Add | Kind::Copy) {
        // Whatever the escape character of the file is.
        let lines = Reading { plain_quotes: true, ..Reading::arguments('\\') };
        for heredoc in instruction.heredocs().iter().filter(|heredoc| heredoc.expand) {
            let mut text = Joined::default();
            let body = instruction.source().get(heredoc.body.clone()).unwrap_or_default();
            text.push(body, heredoc.body.start);
            read(&text, lines, &mut uses);
        }
    }
    uses
}

/// What an ENV reads of the variables that its other pairs set.
pub fn own_uses(instruction: &Instruction) -> Vec<VariableUse> {
    let ast = instruction.ast();
    let (Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
        return Vec::new();
    };
    if pairs.len() < 2 || !instruction.line().text().contains('$') {
        return Vec::new();
    }
    let mut setters: HashMap<&str, Vec<Span>> = HashMap::new();
    for pair in pairs {
        setters.entry(instruction.str(pair.key)).or_default().push(instruction.place(pair.part()));
    }
    let is_own = |found: &VariableUse| {
        let mut sets = setters.get(&*found.name).into_iter().flatten();
        sets.any(|place| found.span.start < place.start || place.end < found.span.end)
    };
    kept_variable_uses(instruction, false).filter(|found| is_own(found)).cloned().collect()
}

/// What is kept of [`variable_uses`]: shell text is dear, and read only where it is asked for.
struct Kept {
    builder: Vec<VariableUse>,
    shell: OnceLock<Vec<VariableUse>>,
}

/// As [`variable_uses`], read once and kept as long as the instruction is unchanged.
pub fn kept_variable_uses(instruction: &Instruction, has_shell: bool) -> impl Iterator<Item = &VariableUse> {
    let ast = instruction.ast().innermost();
    let kept = instruction
        .variables()
        .get_or_init(|| Kept { builder: builder_uses(instruction, ast), shell: OnceLock::new() });
    kept.into_iter().flat_map(move |kept| {
        let shell = has_shell.then(|| kept.shell.get_or_init(|| shell_uses(instruction, ast)));
        kept.builder.iter().chain(shell.into_iter().flatten())
    })
}

impl Model {
    /// Whether a POSIX shell reads the shell text of the instruction `item`.
    pub fn has_posix_shell(&self, item: usize) -> bool {
        self.environment_at(item).is_none_or(|environment| environment.shell.is_posix())
    }

    /// What the variable of a use in the instruction `item` is worth there.
    pub fn variable_used(&self, item: usize, instruction: &Instruction, found: &VariableUse) -> Variable {
        if is_of_same_argument(instruction, found) {
            self.variable_after(&found.name, item)
        } else {
            self.variable(&found.name, item)
        }
    }
}

/// Whether a pair before it in the same ARG declares the variable: ARG sees what stands before it.
fn is_of_same_argument(instruction: &Instruction, found: &VariableUse) -> bool {
    let (Kind::Arg, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
    else {
        return false;
    };
    let mut before = pairs.iter().filter(|pair| instruction.place(pair.part()).end <= found.span.start);
    before.any(|pair| instruction.str(pair.key) == found.name)
}

/// The parts of the joined line in which the builder puts values.
fn builder_parts(instruction: &Instruction, ast: &Ast) -> Vec<Part> {
    let mut parts = Vec::new();
    for flag in &ast.flags {
        let name = flag.name_in(instruction.line().text());
        let known = flags::flag(ast.kind.keyword(), name);
        if name != "mount" && known.is_some_and(|known| known.expands) {
            parts.extend(flag.value_part);
        }
    }
    let mounts = if ast.kind == Kind::Run { Mount::all(instruction) } else { Vec::new() };
    let fields = mounts.iter().flat_map(|mount| &mount.fields);
    // BuildKit takes no variable for a stage here, and needs the type before it knows any value.
    parts
        .extend(fields.filter(|field| !matches!(&*field.key, "from" | "type")).map(|field| field.value_part));
    match (ast.kind, &ast.arguments) {
        (Kind::From, Arguments::Words(words)) => parts.extend(words.first()),
        (Kind::Add | Kind::Copy | Kind::Expose | Kind::Volume, Arguments::Words(words)) => {
            parts.extend(words);
        }
        (Kind::Add | Kind::Copy | Kind::Volume, Arguments::Json(strings)) => {
            parts.extend(strings.iter().map(|string| string.part));
        }
        // BuildKit takes the names of ARG as they are.
        (Kind::Arg, Arguments::KeyValues(pairs)) => parts.extend(pairs.iter().filter_map(|pair| pair.value)),
        (Kind::Env | Kind::Label, Arguments::KeyValues(pairs)) => {
            parts.extend(pairs.iter().flat_map(|pair| [Some(pair.key), pair.value]).flatten());
        }
        (Kind::Stopsignal | Kind::User | Kind::Workdir, Arguments::Text(part)) => parts.push(*part),
        _ => {}
    }
    parts
}

fn read(text: &Joined, reading: Reading, uses: &mut Vec<VariableUse>) {
    for found in word::expand(text.text(), reading, &|_| Value::Unset).uses {
        let part = Part::new(found.span.start, found.span.end);
        uses.push(VariableUse {
            name: found.name,
            span: text.span(part),
            name_span: text.span(Part::new(found.name_span.start, found.name_span.end)),
            written: text.str(part).to_owned(),
            reader: Reader::Builder,
        });
    }
}

fn shell_uses(instruction: &Instruction, ast: &Ast) -> Vec<VariableUse> {
    let Some(facts) = Facts::of(instruction) else {
        return Vec::new();
    };
    let script = &facts.script;
    let reader = if ast.kind == Kind::Run { Reader::Shell } else { Reader::Container };
    let found = script.variables().into_iter();
    // What stands in a quoted heredoc is given to a program as it is.
    let is_kept = |part: Part| {
        let place = script.place(part);
        let mut bodies =
            instruction.heredocs().iter().filter(|heredoc| !heredoc.expand).map(|heredoc| &heredoc.body);
        script.form() == Form::Shell && bodies.any(|body| body.start <= place.start && place.end <= body.end)
    };
    let own = found.filter(|variable| !variable.is_assigned && !is_kept(variable.part));
    own.map(|variable| VariableUse {
        span: script.place(variable.part),
        name_span: script.place(variable.name_part),
        written: script.str(variable.part).to_owned(),
        name: variable.name,
        reader,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn shown(source: &str) -> Vec<String> {
        let file = File::new(source);
        let uses = variable_uses(&file.items()[0].instruction, true);
        uses.iter().map(|found| format!("{:?} {}", found.reader, &source[found.span.clone()])).collect()
    }

    #[test]
    fn the_builder_reads_what_it_expands() {
        assert_eq!(
            shown("COPY --chown=$a --from=$b $c \"$d\" '$e' \\$f ${g:-$h}"),
            ["Builder $a", "Builder $c", "Builder $d", "Builder ${g:-$h}", "Builder $h"]
        );
        assert_eq!(shown("FROM --platform=$a $b AS $c"), ["Builder $a", "Builder $b"]);
        assert_eq!(shown("COPY [\"$a\", \"b\"]"), ["Builder $a"]);
        assert_eq!(shown("COPY <<E <<'F' /x\n'$a'\nE\n$b\nF\n"), ["Builder $a"]);
        assert_eq!(shown("MAINTAINER $a"), [""; 0]);
        assert_eq!(shown("ENV a$b=$c"), ["Builder $b", "Builder $c"]);
        assert_eq!(shown("ARG a$b=$c"), ["Builder $c"]);
        assert_eq!(shown("# escape=`\nCOPY <<E /x\n\\$a `$b\nE\n"), ["Builder $b"]);
    }

    #[test]
    fn a_shell_reads_the_rest() {
        assert_eq!(
            shown("RUN --mount=target=$a,from=$b c=$d && echo $c '$e' \"$f\""),
            ["Builder $a", "Shell $d", "Shell $f"]
        );
        assert_eq!(shown("CMD a $b"), ["Container $b"]);
        assert_eq!(shown("HEALTHCHECK CMD a $b"), ["Container $b"]);
        assert_eq!(shown("CMD [\"$b\"]"), [""; 0]);
        assert_eq!(
            shown("CMD [\"sh\", \"-c\", \"a \\\"$b\\\" '$c' ${d}\"]"),
            ["Container $b", "Container ${d}"]
        );
        assert_eq!(shown("RUN [\"bash\", \"-ec\", \"a=1; b $a $c\"]"), ["Shell $c"]);
        assert_eq!(shown("RUN [\"a\", \"-c\", \"$b\"]"), [""; 0]);
        assert_eq!(shown("RUN <<E\n$a\nE\n"), ["Shell $a"]);
    }

    #[test]
    fn a_use_over_a_continuation_is_one() {
        let file = File::new("USER ${a\\\nb}");
        let uses = variable_uses(&file.items()[0].instruction, true);
        assert_eq!((uses[0].name.as_str(), uses[0].written.as_str()), ("ab", "${ab}"));
        assert_eq!(uses[0].span, 5..12);
    }
}
