//! The outline of a document: its directives, its stages with their instructions, and the variables that these say.

use crate::document::Document;
use crate::semantic::stages::Stage;
use crate::syntax::directives::DirectiveKind;
use crate::syntax::{Arguments, Item, Kind, Part};
use crate::text::Span;

/// Details longer than this many characters are cut.
const LONGEST: usize = 80;

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// How it is called; never empty.
    pub name: String,
    /// What else is to be said of it, in one line.
    pub detail: Option<String>,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// The name in it, or what stands for the name.
    pub name_span: Span,
    /// What is inside of it, in order.
    pub children: Vec<Symbol>,
}

/// What an entry of the outline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A parser directive.
    Directive,
    /// A build stage.
    Stage,
    /// An instruction.
    Instruction,
    /// A variable that an ARG declares or an ENV sets.
    Variable,
}

/// The outline, in the order of the document.
pub fn outline(document: &Document) -> Vec<Symbol> {
    let file = document.file();
    let mut outline: Vec<Symbol> = file
        .directives()
        .all
        .iter()
        .map(|directive| Symbol {
            name: directive_name(directive.kind).to_owned(),
            detail: Some(directive.value.clone()),
            kind: SymbolKind::Directive,
            span: directive.span.clone(),
            name_span: directive.span.clone(),
            children: Vec::new(),
        })
        .collect();
    let stages = document.model().stages();
    let first = stages.first().map_or(file.items().len(), Stage::from);
    outline.extend(file.items().iter().take(first).filter_map(instruction));
    for stage in stages {
        let items = file.items().get(stage.items.clone()).unwrap_or_default();
        outline.extend(symbol_of(stage, items));
    }
    outline
}

fn directive_name(kind: DirectiveKind) -> &'static str {
    match kind {
        DirectiveKind::Syntax => "syntax",
        DirectiveKind::Escape => "escape",
        DirectiveKind::Check => "check",
    }
}

fn symbol_of(stage: &Stage, items: &[Item]) -> Option<Symbol> {
    let (from, rest) = items.split_first()?;
    let written = |part: Part| from.instruction.str(part).to_owned();
    let base = stage.base_part.map(written);
    let number = format!("stage {}", stage.index);
    let (name, detail) = match (stage.name_part.map(written), base) {
        (Some(name), Some(base)) => (name, format!("{number}, from {base}")),
        (Some(name), None) | (None, Some(name)) => (name, number),
        (None, None) => (from.instruction.ast().kind.keyword().to_owned(), number),
    };
    let name_part = stage.name_part.or(stage.base_part).unwrap_or(from.instruction.ast().keyword);
    let end = items.last().map_or(from.span().end, |last| last.span().end);
    Some(Symbol {
        name,
        detail: Some(detail),
        kind: SymbolKind::Stage,
        span: from.span().start..end,
        name_span: from.absolute(from.instruction.place(name_part)),
        children: rest.iter().filter_map(instruction).collect(),
    })
}

/// `None` where nothing is written but the escape character at the end of the file.
fn instruction(item: &Item) -> Option<Symbol> {
    let instruction = &*item.instruction;
    let ast = instruction.ast();
    let keyword = match ast.kind {
        Kind::Unknown => instruction.str(ast.keyword),
        known => known.keyword(),
    };
    if keyword.is_empty() {
        return None;
    }
    let detail = in_one_line(instruction.str(Part { start: ast.keyword.end, ..ast.part() }));
    Some(Symbol {
        name: keyword.to_owned(),
        detail: Some(detail).filter(|detail| !detail.is_empty()),
        kind: SymbolKind::Instruction,
        span: item.span(),
        name_span: item.absolute(instruction.place(ast.keyword)),
        children: variables(item),
    })
}

fn variables(item: &Item) -> Vec<Symbol> {
    let instruction = &*item.instruction;
    let ast = instruction.ast().innermost();
    let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
        return Vec::new();
    };
    let named = pairs.iter().filter(|pair| !pair.key.is_empty());
    let symbol = |(name, value, span, name_span)| Symbol {
        name,
        detail: value,
        kind: SymbolKind::Variable,
        span,
        name_span,
        children: Vec::new(),
    };
    let parts = named.map(|pair| {
        let value = pair.value.map(|value| in_one_line(instruction.str(value)));
        let place = |part| item.absolute(instruction.place(part));
        (instruction.str(pair.key).to_owned(), value, place(pair.part()), place(pair.key))
    });
    parts.map(symbol).collect()
}

fn in_one_line(text: &str) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if count > 0 {
            line.push(' ');
        }
        for char in word.chars() {
            count += 1;
            if count > LONGEST {
                line.push('…');
                return line;
            }
            line.push(char);
        }
        count += 1;
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::half_typed;

    /// The outline, a line for each entry, and inside `[]` what its name stands on.
    fn check(source: &str, expected: &[&str]) {
        fn push(lines: &mut Vec<String>, source: &str, symbols: &[Symbol], depth: usize) {
            for symbol in symbols {
                let detail = symbol.detail.as_deref().unwrap_or("-");
                let name = &source[symbol.name_span.clone()];
                let last = source[symbol.span.clone()].lines().last().unwrap_or_default();
                lines.push(format!("{:depth$}{} [{name}] {detail} | {last}", "", symbol.name));
                push(lines, source, &symbol.children, depth + 1);
            }
        }
        let mut lines = Vec::new();
        push(&mut lines, source, &outline(&Document::new(source)), 0);
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_stage_has_its_instructions_and_these_their_variables() {
        check(
            "# syntax=a\nARG V=1\nFROM x:$V AS Build\nrun a \\\n  b\n# c\nFROM build\nENV A=\"b  c\" D\n",
            &[
                "syntax [# syntax=a] a | # syntax=a",
                "ARG [ARG] V=1 | ARG V=1",
                " V [V] 1 | V=1",
                "Build [Build] stage 0, from x:$V |   b",
                " RUN [run] a b |   b",
                "build [build] stage 1 | ENV A=\"b  c\" D",
                " ENV [ENV] A=\"b c\" D | ENV A=\"b  c\" D",
                "  A [A] \"b c\" | A=\"b  c\"",
                "  D [D] - | D",
            ],
        );
    }

    #[test]
    fn broken_instructions_have_names_too() {
        check(
            "FROM\nRNU x\nONBUILD ENV a=b\n",
            &[
                "FROM [FROM] stage 0 | ONBUILD ENV a=b",
                " RNU [RNU] x | RNU x",
                " ONBUILD [ONBUILD] ENV a=b | ONBUILD ENV a=b",
                "  a [a] b | a=b",
            ],
        );
    }

    #[test]
    fn what_has_no_name_is_no_entry() {
        check("RUN a\n \\\n", &["RUN [RUN] a | RUN a"]);
    }

    #[test]
    fn a_long_detail_is_cut() {
        let symbols = outline(&Document::new(&format!("RUN {}", "é ".repeat(LONGEST))));
        let detail = symbols[0].detail.as_deref().unwrap();
        assert_eq!((detail.chars().count(), detail.ends_with('…')), (LONGEST + 1, true));
    }

    proptest! {
        #[test]
        fn the_outline_is_nested(source in half_typed()) {
            fn check(source: &str, symbols: &[Symbol], around: &Span) -> Result<(), TestCaseError> {
                for symbol in symbols {
                    let Symbol { span, name_span, .. } = symbol;
                    prop_assert!(!symbol.name.is_empty() && source.get(span.clone()).is_some());
                    prop_assert!(around.start <= span.start && span.end <= around.end, "{symbol:?}");
                    prop_assert!(span.start <= name_span.start && name_span.end <= span.end, "{symbol:?}");
                    check(source, &symbol.children, span)?;
                }
                Ok(())
            }
            check(&source, &outline(&Document::new(&source)), &(0..source.len()))?;
        }
    }
}
