//! Variables of the builder: what a name is worth at an instruction, and where that was said.
//! Source: BuildKit, `frontend/dockerfile/dockerfile2llb/convert.go` (`dispatchEnv`, `dispatchArg`,
//! `buildMetaArgs`, `defaultArgs`): within a stage the last ENV or ARG counts; a stage inherits only through
//! `FROM stage`, and what it inherits as ENV beats what it inherits as ARG; an ARG before the first FROM
//! reaches FROM, and a stage only where that declares it again. What ONBUILD keeps is said by the FROM that is
//! built on its stage.

use std::collections::{BTreeMap, BTreeSet};

use super::inputs::Inputs;
use super::stages::Base;
use crate::knowledge::variables::is_global_name;
use crate::syntax::word::Value;

/// What a variable is worth at some instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its value.
    pub value: Value,
    /// Where that was said; `None` where nothing in the file says so.
    pub origin: Option<Origin>,
}

/// What a name is worth at some instruction, before anything of it is copied.
#[derive(Clone, Copy)]
pub(super) enum Meaning<'a> {
    Bound(&'a Binding),
    /// The builder sets it; `None` where the value is not known.
    Predefined(Option<&'static str>),
    /// Nothing sets it.
    Unset,
    /// Nothing in the file sets it.
    Unknown,
}

impl Meaning<'_> {
    /// What a name is worth where nothing has said anything of it.
    fn on_scratch(name: &str) -> Meaning<'static> {
        match name {
            "PATH" => Meaning::Predefined(Some(DEFAULT_PATH)),
            _ => Meaning::Unset,
        }
    }

    /// Its value.
    pub(super) fn value(self) -> Value {
        match self {
            Meaning::Bound(binding) => binding.value.clone(),
            Meaning::Predefined(Some(value)) => Value::Known(value.to_owned()),
            Meaning::Predefined(None) | Meaning::Unknown => Value::Unknown,
            Meaning::Unset => Value::Unset,
        }
    }

    /// Where that was said; `None` where nothing in the file says so.
    pub(super) fn origin(self) -> Option<Origin> {
        match self {
            Meaning::Bound(binding) => Some(binding.origin),
            Meaning::Predefined(_) => Some(Origin::Predefined),
            Meaning::Unset | Meaning::Unknown => None,
        }
    }

    /// Both.
    pub(super) fn variable(self) -> Variable {
        Variable { value: self.value(), origin: self.origin() }
    }
}

/// Where a variable got its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The ENV that is this instruction of the file.
    Env(usize),
    /// The ARG that is this instruction of the file: its default.
    Arg(usize),
    /// The ARG at the second instruction, which takes over what the ARG at the first said before FROM.
    GlobalArg(usize, usize),
    /// The ARG that is this instruction of the file, and a build argument given from outside.
    BuildArgument(usize),
    /// Every builder sets it.
    Predefined,
}

/// Values longer than this many bytes count as unknown, so that a file cannot double one line by line.
const MAX_VALUE: usize = 16 * 1024;
/// Chains of stages longer than this end in unknown values.
const MAX_CHAIN: usize = 64;

/// What BuildKit gives a stage for PATH where neither it nor its base image says anything (not on Windows).
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

#[derive(Clone, Debug)]
pub(super) struct Binding {
    item: usize,
    is_env: bool,
    value: Value,
    origin: Origin,
}

#[derive(Clone, Debug, Default)]
struct Scope {
    bindings: BTreeMap<String, Vec<Binding>>,
}

impl Scope {
    /// The last binding of a name before an instruction.
    fn before(&self, name: &str, item: usize, only_env: bool) -> Option<&Binding> {
        let bindings = self.bindings.get(name)?;
        let end = bindings.partition_point(|binding| binding.item < item);
        bindings.get(..end)?.iter().rfind(|binding| binding.is_env || !only_env)
    }

    /// The names that are bound before an instruction.
    fn names(&self, item: usize) -> impl Iterator<Item = &str> {
        let is_before = move |bindings: &[Binding]| bindings.first().is_some_and(|first| first.item < item);
        let bound = self.bindings.iter().filter(move |(_, bindings)| is_before(bindings));
        bound.map(|(name, _)| name.as_str())
    }
}

/// The scopes of a file: that before the first FROM, and one for each stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Scopes {
    global: Scope,
    stages: Vec<(Scope, Inherited)>,
}

/// What a stage finds when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inherited {
    Nothing,
    Stage(usize),
    Unknown,
}

impl Scopes {
    /// Before the first FROM, with room for so many stages.
    pub(super) fn with_capacity(stages: usize) -> Scopes {
        Scopes { global: Scope::default(), stages: Vec::with_capacity(stages) }
    }

    /// Begins the scope of the next stage.
    pub(super) fn begin_stage(&mut self, base: &Base) {
        let inherited = match base {
            Base::Scratch => Inherited::Nothing,
            Base::Stage(stage) => Inherited::Stage(*stage),
            Base::Image(_) | Base::Unknown => Inherited::Unknown,
        };
        self.stages.push((Scope::default(), inherited));
    }

    /// What the ENV `origin` says of a name from the instruction `item` on: itself, or the FROM that runs it.
    pub(super) fn set_env(&mut self, item: usize, origin: usize, name: &str, value: Value) {
        self.bind(name, Binding { item, is_env: true, value, origin: Origin::Env(origin) });
    }

    /// What the ARG `argument` says of a name from the instruction `item` on: its expanded default, if it has one.
    pub(super) fn declare(
        &mut self,
        item: usize,
        argument: usize,
        name: &str,
        default: Option<Value>,
        inputs: &Inputs,
    ) {
        let is_global = self.stages.is_empty();
        let binding = |value, origin| Binding { item, is_env: false, value, origin };
        if inputs.unknown_arguments.contains(name) {
            return self.bind(name, binding(Value::Unknown, Origin::BuildArgument(argument)));
        }
        if let Some(given) = inputs.arguments.get(name) {
            let value = Value::Known(given.clone());
            return self.bind(name, binding(value, Origin::BuildArgument(argument)));
        }
        if let Some(value) = default {
            return self.bind(name, binding(value, Origin::Arg(argument)));
        }
        if !is_global && let Some(global) = self.global.before(name, usize::MAX, false) {
            let origin = match global.origin {
                Origin::Arg(first) => Origin::GlobalArg(first, argument),
                Origin::BuildArgument(_) => Origin::BuildArgument(argument),
                other => other,
            };
            let value = global.value.clone();
            return self.bind(name, binding(value, origin));
        }
        let origin = if is_global_name(name) { Origin::Predefined } else { Origin::Arg(argument) };
        self.bind(name, binding(Value::Unknown, origin));
    }

    fn bind(&mut self, name: &str, mut binding: Binding) {
        if matches!(&binding.value, Value::Known(text) if text.len() > MAX_VALUE) {
            binding.value = Value::Unknown;
        }
        let scope = self.stages.last_mut().map_or(&mut self.global, |(scope, _)| scope);
        match scope.bindings.get_mut(name) {
            Some(bindings) => bindings.push(binding),
            None => drop(scope.bindings.insert(name.to_owned(), vec![binding])),
        }
    }

    /// What a name is worth in a FROM.
    pub(super) fn in_from(&self, name: &str) -> Meaning<'_> {
        self.in_global(name, usize::MAX)
    }

    /// What a name is worth before the first FROM, at the instruction `item`.
    pub(super) fn in_global(&self, name: &str, item: usize) -> Meaning<'_> {
        match self.global.before(name, item, false) {
            Some(binding) => Meaning::Bound(binding),
            None if is_global_name(name) => Meaning::Predefined(None),
            None => Meaning::Unset,
        }
    }

    /// What a name is worth in a stage, at the instruction `item`.
    pub(super) fn in_stage(&self, stage: usize, name: &str, item: usize) -> Meaning<'_> {
        let Some((scope, inherited)) = self.stages.get(stage) else {
            return Meaning::Unset;
        };
        if let Some(binding) = scope.before(name, item, false) {
            return Meaning::Bound(binding);
        }
        match self.inherited(*inherited, name, true) {
            Ok(binding) => Meaning::Bound(binding),
            Err(end) => match self.inherited(*inherited, name, false) {
                Ok(binding) => Meaning::Bound(binding),
                Err(_) if end == Inherited::Nothing => Meaning::on_scratch(name),
                Err(_) => Meaning::Unknown,
            },
        }
    }

    /// What a stage leaves those that are built on it as ENV.
    pub(super) fn left_by(&self, stage: usize, name: &str) -> Option<Variable> {
        let binding = self.inherited(Inherited::Stage(stage), name, true).ok()?;
        Some(Meaning::Bound(binding).variable())
    }

    /// The names said before the first FROM, before the instruction `item`.
    pub(super) fn names_in_global(&self, item: usize) -> BTreeSet<&str> {
        self.global.names(item).collect()
    }

    /// The names that a stage has at the instruction `item`, with those it inherits.
    pub(super) fn names_in_stage(&self, stage: usize, item: usize) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let (mut next, mut before) = (Inherited::Stage(stage), item);
        for _ in 0..MAX_CHAIN {
            let Inherited::Stage(stage) = next else { break };
            let Some((scope, inherited)) = self.stages.get(stage) else { break };
            names.extend(scope.names(before));
            (next, before) = (*inherited, usize::MAX);
        }
        names
    }

    /// The binding that a chain of stages hands down, or how the chain ends.
    fn inherited(&self, mut from: Inherited, name: &str, only_env: bool) -> Result<&Binding, Inherited> {
        for _ in 0..MAX_CHAIN {
            let Inherited::Stage(stage) = from else {
                return Err(from);
            };
            let Some((scope, next)) = self.stages.get(stage) else {
                return Err(Inherited::Unknown);
            };
            if let Some(binding) = scope.before(name, usize::MAX, only_env) {
                return Ok(binding);
            }
            from = *next;
        }
        Err(Inherited::Unknown)
    }
}
