//! How far a change of an argument or of an instruction reaches through variables, folder, user and shell.
//! Source: BuildKit, `dockerfile2llb/convert.go` (`dispatchArg`, `dispatchEnv`, `dispatchStages`): an ARG is in the
//! environment of what follows it like an ENV; a stage that is built on another inherits both, and the ENVs of its
//! image win.

use std::collections::BTreeMap;

use super::rerun::{Cause, Change, Doubt, Rerun};
use crate::knowledge::variables::is_global_name;
use crate::semantic::inputs::Inputs;
use crate::syntax::word::{self, Reading, Value};
use crate::syntax::{Arguments, Ast, Instruction, Kind};

/// What a change makes of the variables that a stage has, and of what surrounds its instructions.
#[derive(Clone, Debug, Default)]
pub(super) struct Influence {
    /// Of ENV and ARG, the last one of a name.
    variables: BTreeMap<String, Doubt>,
    /// Of ENV alone: what the image keeps.
    kept: BTreeMap<String, Doubt>,
    pub(super) folder: Doubt,
    pub(super) user: Doubt,
    pub(super) shell: Doubt,
}

/// What does not change while a file is walked through.
pub(super) struct Given<'a> {
    pub(super) change: &'a Change,
    pub(super) inputs: &'a Inputs,
    pub(super) escape: char,
}

impl Influence {
    /// At the start of a stage that is built on one which ended like this.
    pub(super) fn inherited(&self) -> Influence {
        let mut inherited = self.clone();
        inherited.variables.extend(self.kept.clone());
        inherited
    }

    /// What is known of a name.
    fn of(&self, name: &str) -> Doubt {
        self.variables.get(name).cloned().unwrap_or_default()
    }

    /// What the change makes of all variables taken together: the environment of a RUN.
    pub(super) fn of_all(&self) -> Doubt {
        self.variables.values().fold(Doubt::default(), |all, doubt| all.or(doubt.clone()))
    }

    /// What the change makes of a text that the builder expands.
    pub(super) fn of_text(&self, text: &str, reading: Reading) -> Doubt {
        if !text.contains('$') {
            return Doubt::default();
        }
        let uses = word::expand(text, reading, &|_| Value::Unset).uses;
        uses.into_iter().fold(Doubt::default(), |all, found| {
            let doubt = self.of(&found.name);
            // `${name:+text}`, patterns and the like may come to the same.
            let is_plain = matches!(found.modifier.as_str(), "" | ":-" | "-" | ":?" | "?");
            all.or(if is_plain { doubt } else { doubt.at_most(Rerun::Maybe) })
        })
    }

    /// After an instruction, which stands at `item`; `global` is what an ARG without a default takes over, `None` where
    /// this is the part before the first FROM.
    pub(super) fn hear(
        &mut self,
        item: usize,
        instruction: &Instruction,
        ast: &Ast,
        global: Option<&Influence>,
        given: &Given<'_>,
    ) {
        let own = given.change.of_instruction(item);
        let reading = Reading::arguments(given.escape);
        match (ast.kind, &ast.arguments) {
            (Kind::Arg, Arguments::KeyValues(pairs)) => {
                for pair in pairs {
                    let name = instruction.str(pair.key);
                    let default = pair.value.map(|value| instruction.str(value));
                    let doubt = self.of_argument(name, default, global, given);
                    let is_given = given.inputs.arguments.contains_key(name);
                    let own = if is_given { Doubt::default() } else { own.clone() };
                    self.variables.insert(name.to_owned(), doubt.or(own));
                }
            }
            (Kind::Env, Arguments::KeyValues(pairs)) => {
                let pair_doubts: Vec<(String, Doubt)> = pairs
                    .iter()
                    .map(|pair| {
                        let value = pair.value.map_or("", |value| instruction.str(value));
                        let doubt = self.of_text(value, reading).or(own.clone());
                        (instruction.str(pair.key).to_owned(), doubt)
                    })
                    .collect();
                self.kept.extend(pair_doubts.iter().cloned());
                self.variables.extend(pair_doubts);
            }
            (Kind::Workdir, Arguments::Text(part)) => {
                let text = instruction.str(*part);
                let said = self.of_text(text, reading).or(own);
                let before = std::mem::take(&mut self.folder);
                self.folder = if text.starts_with('/') { said } else { before.or(said) };
            }
            (Kind::User, Arguments::Text(part)) => {
                self.user = self.of_text(instruction.str(*part), reading).or(own);
            }
            (Kind::Shell, _) => self.shell = own,
            _ => {}
        }
    }

    fn of_argument(
        &self,
        name: &str,
        default: Option<&str>,
        global: Option<&Influence>,
        given: &Given<'_>,
    ) -> Doubt {
        let is_changed = given.change.arguments.iter().any(|changed| changed == name);
        match (default, global) {
            _ if is_changed => Doubt::new(Rerun::Yes, Cause::Argument(name.to_owned())),
            _ if given.inputs.arguments.contains_key(name) => Doubt::default(),
            (Some(default), _) => self.of_text(default, Reading::arguments(given.escape)),
            (None, Some(global)) => global.of(name),
            (None, None) => Doubt::default(),
        }
    }

    /// Before the first instruction: what the builder itself defines.
    pub(super) fn at_start(change: &Change) -> Influence {
        let predefined = change.arguments.iter().filter(|name| is_global_name(name));
        let doubt = |name: &String| (name.clone(), Doubt::new(Rerun::Yes, Cause::Argument(name.clone())));
        Influence { variables: predefined.map(doubt).collect(), ..Influence::default() }
    }
}
