//! Which places of a file name the same variable: every declaration and every use of a name, grouped by the scopes
//! that [`super::variables`] keeps. Two of them are one variable where a value can go from the one to the other.

use super::Model;
use super::stages::Base;
use super::variable_uses::{Reader, VariableUse, kept_variable_uses};
use super::variables::Origin;
use crate::syntax::{Arguments, File, Instruction, Kind};
use crate::text::Span;

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

/// How the stages of a file share one name.
struct Scopes<'a> {
    model: &'a Model,
    /// In the order of the file.
    declarations: &'a [Declaration],
    /// The last ARG before the first FROM, as an index of the declarations.
    global: Option<usize>,
    /// One for each stage.
    scopes: Vec<Scope>,
}

/// What a stage has of the name.
#[derive(Clone, Copy)]
struct Scope {
    /// The first of the stages it is built on that declares the name; itself where none does.
    owner: usize,
    /// The last declaration of it or of those it is built on, as an index of the declarations.
    last: Option<usize>,
    /// The last declaration of those it is built on.
    inherited: Option<usize>,
    /// The last ENV of it or of those it is built on, as an index of the declarations.
    env: Option<usize>,
    /// Of an owner: whether one of its stages takes the global ARG over.
    is_global: bool,
}

impl<'a> Scopes<'a> {
    fn new(model: &'a Model, declarations: &'a [Declaration]) -> Scopes<'a> {
        let own = |owner| Scope { owner, last: None, inherited: None, env: None, is_global: false };
        let mut scopes = Scopes {
            model,
            declarations,
            global: None,
            scopes: (0..model.stages().len()).map(own).collect(),
        };
        scopes.global = declarations.iter().rposition(|declared| {
            let is_arg = matches!(declared.role, Role::Arg(_)) && !declared.is_trigger;
            is_arg && scopes.stage(declared.item).is_none()
        });
        for (index, declared) in declarations.iter().enumerate().filter(|(_, declared)| !declared.is_trigger)
        {
            let stage = scopes.stage(declared.item);
            let Some(scope) = stage.and_then(|stage| scopes.scopes.get_mut(stage)) else { continue };
            scope.last = Some(index);
            if declared.role == Role::Env {
                scope.env = Some(index);
            }
        }
        for stage in model.stages() {
            let Base::Stage(base) = stage.base else { continue };
            let Some(base) = scopes.scopes.get(base).copied().filter(|base| base.last.is_some()) else {
                continue;
            };
            if let Some(scope) = scopes.scopes.get_mut(stage.index) {
                (scope.owner, scope.inherited) = (base.owner, base.last);
                (scope.last, scope.env) = (scope.last.or(base.last), scope.env.or(base.env));
            }
        }
        let takers = declarations.iter().filter(|declared| scopes.taken_over(declared).is_some());
        let owners: Vec<usize> =
            takers.filter_map(|declared| Some(scopes.scope(declared.item)?.owner)).collect();
        for owner in owners {
            if let Some(owner) = scopes.scopes.get_mut(owner) {
                owner.is_global = true;
            }
        }
        scopes
    }

    fn stage(&self, item: usize) -> Option<usize> {
        self.model.stage_at(item).map(|stage| stage.index)
    }

    fn scope(&self, item: usize) -> Option<Scope> {
        self.scopes.get(self.stage(item)?).copied()
    }

    fn of_declaration(&self, declared: &Declaration) -> Group {
        let scope = self.scope(declared.item);
        if declared.is_trigger && scope.is_none_or(|scope| scope.env.is_none()) {
            return Group::Triggers(self.stage(declared.item));
        }
        let Some(Scope { owner, .. }) = scope else { return Group::Global };
        let is_global = self.scopes.get(owner).is_some_and(|owner| owner.is_global);
        if is_global { Group::Global } else { Group::Stage(owner) }
    }

    fn unset(&self, item: usize) -> Group {
        match self.model.stage_at(item) {
            Some(stage) if stage.from() == item => Group::UnsetInFrom,
            stage => Group::Unset(stage.map(|stage| stage.index)),
        }
    }

    /// The last declaration up to the instruction `item` that is as wanted.
    fn last(&self, item: usize, is_wanted: impl Fn(&Declaration) -> bool) -> Option<usize> {
        let end = self.declarations.partition_point(|declared| declared.item <= item);
        self.declarations.get(..end)?.iter().rposition(is_wanted)
    }

    /// The global ARG that an ARG without a default takes over.
    fn taken_over(&self, declared: &Declaration) -> Option<usize> {
        let is_in_stage = self.stage(declared.item).is_some();
        self.global.filter(|_| declared.role == Role::Arg(false) && !declared.is_trigger && is_in_stage)
    }

    /// The declaration before the one of an index that it replaces or takes over.
    fn replaced(&self, index: usize, declared: &Declaration) -> Option<usize> {
        let stage = self.stage(declared.item);
        let mut before = self.declarations.get(..index)?.iter().enumerate().rev();
        // Those of a stage stand together.
        let own = before
            .by_ref()
            .take_while(|(_, other)| self.stage(other.item) == stage)
            .find(|(_, other)| other.is_trigger == declared.is_trigger);
        let inherited = || self.scope(declared.item).filter(|_| !declared.is_trigger)?.inherited;
        own.map(|(own, _)| own).or_else(inherited).or_else(|| self.taken_over(declared))
    }

    /// The declaration that gives a use its value, as an index.
    fn source(&self, file: &File, item: usize, found: &VariableUse) -> Option<usize> {
        let instruction = &file.items().get(item)?.instruction;
        let stage = self.stage(item);
        let is_started = found.reader == Reader::Container;
        if instruction.ast().kind == Kind::Onbuild {
            let trigger = self.last(item, |declared| {
                let is_seen =
                    declared.is_trigger && declared.item < item && self.stage(declared.item) == stage;
                is_seen && (declared.role == Role::Env || !is_started)
            });
            return trigger.or_else(|| self.scope(item)?.env);
        }
        let is_before = |declared: &Declaration| {
            let is_arg = matches!(declared.role, Role::Arg(_));
            let is_earlier = is_arg && declared.item == item && declared.span.end <= found.span.start;
            !declared.is_trigger && (declared.item < item || is_earlier)
        };
        if stage.is_none() {
            // No builder takes an ENV here, but in a part of a file, or before its FROM is typed, it counts.
            return self
                .last(item, |declared| is_before(declared) && (declared.role == Role::Env || !is_started));
        }
        if is_started {
            // What is started has what the whole stage sets.
            return self.scope(item)?.env;
        }
        match self.model.variable_used(item, instruction, found).origin? {
            Origin::Env(source)
            | Origin::Arg(source)
            | Origin::GlobalArg(_, source)
            | Origin::BuildArgument(source) => {
                self.last(source, |other| other.item == source && (other.item < item || is_before(other)))
            }
            Origin::Predefined => {
                self.last(item, |other| is_before(other) && self.stage(other.item) == stage)
            }
        }
    }
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
