//! Which places of a file name the same variable: every declaration and every use of a name, grouped by the scopes
//! that [`super::variables`] keeps. Two of them are one variable where a value can go from the one to the other.

mod scopes;

use super::Model;
use super::variable_uses::{Reader, VariableUse, kept_variable_uses};
use crate::syntax::names::is_name_char;
use crate::syntax::{Arguments, File, Instruction, Kind};
use crate::text::Span;
use scopes::Scopes;

/// A place that names a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The instruction, as an index of the file's.
    pub item: usize,
    /// The name alone, in bytes of the instruction's source.
    pub span: Span,
    /// What the place does.
    pub role: Role,
    /// Mentions of one name and one group are one variable.
    pub group: Group,
    /// As an index of these mentions: the declaration that gives the value; for a declaration, the one before that it
    /// replaces or takes over.
    pub source: Option<usize>,
}

/// What a place does with a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An ENV sets it.
    Env,
    /// An ARG declares it; whether with a default.
    Arg(bool),
    /// Something reads it.
    Use(Reader),
}

/// The scopes that share a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What comes before the first FROM, with every FROM and the stages that take the ARG over.
    Global,
    /// The stage of this number, with those that are built on it.
    Stage(usize),
    /// What the ONBUILDs of a stage keep; `None` before the first FROM.
    Triggers(Option<usize>),
    /// Read in a stage (`None` before the first FROM) that nothing in the file gives it to.
    Unset(Option<usize>),
    /// Read in a FROM, which nothing in the file gives it to.
    UnsetInFrom,
}

impl Role {
    /// Whether the place says what the variable is.
    pub fn is_declaration(self) -> bool {
        !matches!(self, Role::Use(_))
    }
}

impl Model {
    /// Every place of the file that names the variable, in order.
    pub fn variable_mentions(&self, file: &File, name: &str) -> Vec<Mention> {
        let declarations = declarations(file, name);
        let scopes = Scopes::new(self, &declarations);
        let mut mentions: Vec<Mention> = declarations
            .iter()
            .enumerate()
            .map(|(index, declared)| Mention {
                item: declared.item,
                span: declared.span.clone(),
                role: declared.role,
                group: scopes.of_declaration(declared),
                source: scopes.replaced(index, declared),
            })
            .collect();
        for (item, found) in uses(self, file, name) {
            let source = scopes.source(file, item, found);
            let group = source.and_then(|index| declarations.get(index));
            let group = group.map_or_else(|| scopes.unset(item), |declared| scopes.of_declaration(declared));
            let (span, role) = (found.name_span.clone(), Role::Use(found.reader));
            mentions.push(Mention { item, span, role, group, source });
        }
        in_order(mentions)
    }
}

/// Whether a text has this name in it, as a word of its own.
pub fn word_stands_in(source: &str, name: &str) -> bool {
    let is_part = |char: Option<char>| char.is_some_and(is_name_char);
    source.match_indices(name).any(|(start, _)| {
        let before = source.get(..start).and_then(|before| before.chars().next_back());
        let after = source.get(start + name.len()..).and_then(|after| after.chars().next());
        !is_part(before) && !is_part(after)
    })
}

/// The same in the order of the file.
fn in_order(mentions: Vec<Mention>) -> Vec<Mention> {
    let mut order: Vec<usize> = (0..mentions.len()).collect();
    order.sort_by_key(|index| mentions.get(*index).map(|mention| (mention.item, mention.span.start)));
    let mut places = vec![0; order.len()];
    for (place, index) in order.iter().enumerate() {
        if let Some(entry) = places.get_mut(*index) {
            *entry = place;
        }
    }
    let moved = order.iter().filter_map(|index| mentions.get(*index));
    let source = |mention: &Mention| mention.source.and_then(|index| places.get(index).copied());
    moved.map(|mention| Mention { source: source(mention), ..mention.clone() }).collect()
}

struct Declaration {
    item: usize,
    span: Span,
    role: Role,
    is_trigger: bool,
}

fn declarations(file: &File, name: &str) -> Vec<Declaration> {
    let mut declarations = Vec::new();
    for (item, found) in file.items().iter().enumerate() {
        let instruction = &*found.instruction;
        let ast = instruction.ast().innermost();
        let (Kind::Arg | Kind::Env, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) else {
            continue;
        };
        let is_trigger = instruction.ast().kind == Kind::Onbuild;
        for pair in pairs.iter().filter(|pair| instruction.str(pair.key) == name) {
            let role = if ast.kind == Kind::Env { Role::Env } else { Role::Arg(pair.value.is_some()) };
            declarations.push(Declaration { item, span: instruction.place(pair.key), role, is_trigger });
        }
    }
    declarations
}

/// The uses of a name, with the instructions they stand in.
fn uses<'a>(
    model: &'a Model,
    file: &'a File,
    name: &'a str,
) -> impl Iterator<Item = (usize, &'a VariableUse)> {
    // Taking shell text apart is dear, and most instructions do not name the variable at all.
    let may_name = move |instruction: &Instruction| {
        instruction.line().text().contains(name)
            || !instruction.heredocs().is_empty() && instruction.source().contains(name)
    };
    let items = file.items().iter().enumerate();
    items.filter(move |(_, item)| may_name(&item.instruction)).flat_map(move |(index, item)| {
        let uses = kept_variable_uses(&item.instruction, model.has_posix_shell(index));
        uses.filter(move |found| found.name == name).map(move |found| (index, found))
    })
}

#[cfg(test)]
mod tests {
    use crate::document::Document;

    /// The mentions of `v`: one letter for each group, in capitals for a declaration.
    fn groups(source: &str) -> String {
        let document = Document::new(source);
        let mut known = Vec::new();
        let mut letters = String::new();
        for mention in document.model().variable_mentions(document.file(), "v") {
            let index = known.iter().position(|group| *group == mention.group).unwrap_or_else(|| {
                known.push(mention.group);
                known.len() - 1
            });
            let letter = char::from(b'a' + u8::try_from(index).unwrap());
            letters.push(if mention.role.is_declaration() { letter.to_ascii_uppercase() } else { letter });
        }
        letters
    }

    #[test]
    fn a_stage_has_variables_of_its_own() {
        assert_eq!(groups("FROM x\nARG v\nRUN $v\nFROM y\nENV v=1\nENV v=$v\nRUN $v\n"), "AaBBbb");
        assert_eq!(groups("FROM x\nUSER $v\nENV v=1\nUSER $v\n"), "aBb");
    }

    #[test]
    fn an_arg_without_a_default_takes_the_global_one_over() {
        assert_eq!(groups("ARG v=1\nFROM x$v\nARG v\nRUN $v\nFROM x\nRUN $v\nFROM y\nARG v=2\n"), "AaAabC");
    }

    #[test]
    fn a_stage_hands_its_variables_down() {
        let base = "FROM x AS b\nENV v=1\nFROM b AS c\nUSER $v\nENV v=2\nFROM c\nUSER $v\n";
        assert_eq!(groups(base), "AaAa");
        // Two stages that are built on one that does not know the name have nothing in common.
        assert_eq!(groups("FROM x AS b\nFROM b\nENV v=1\nUSER $v\nFROM b\nENV v=2\nUSER $v\n"), "AaBb");
    }

    #[test]
    fn a_declaration_knows_the_one_before() {
        let source =
            "ARG v=1\nFROM x AS b\nARG v=2\nENV v=3\nFROM b\nONBUILD ENV v=4\nENV v=5\nFROM x\nARG v\n";
        let document = Document::new(source);
        let mentions = document.model().variable_mentions(document.file(), "v");
        let sources: Vec<Option<usize>> = mentions.iter().map(|mention| mention.source).collect();
        assert_eq!(sources, [None, None, Some(1), None, Some(2), Some(0)]);
    }

    #[test]
    fn a_container_has_no_arguments() {
        assert_eq!(groups("FROM x\nARG v=1\nCMD $v\n"), "Ab");
        assert_eq!(groups("FROM x\nCMD $v\nENV v=1\n"), "aA");
    }

    #[test]
    fn what_onbuild_keeps_sees_the_environment_and_what_it_declares_itself() {
        assert_eq!(groups("FROM x\nARG v=1\nONBUILD USER $v\nONBUILD ARG v\nONBUILD USER $v\n"), "AbCc");
        assert_eq!(groups("FROM x\nONBUILD USER $v\nENV v=1\n"), "aA");
    }

    #[test]
    fn a_file_without_from_has_one_scope() {
        assert_eq!(groups("ENV v=1\nUSER $v\n"), "Aa");
        assert_eq!(groups("ENV v=1\nFROM $v\nFROM $v\n"), "Abb");
        assert_eq!(groups("ARG v=1 a=$v\n"), "Aa");
    }
}
