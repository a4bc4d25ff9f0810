//! How the stages of a file share one name: which declaration counts where.

use super::{Declaration, Group, Role};
use crate::semantic::Model;
use crate::semantic::stages::Base;
use crate::semantic::variable_uses::{Reader, VariableUse};
use crate::semantic::variables::Origin;
use crate::syntax::{File, Kind};

/// How the stages of a file share one name.
pub(super) struct Scopes<'a> {
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
    pub(super) fn new(model: &'a Model, declarations: &'a [Declaration]) -> Scopes<'a> {
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

    pub(super) fn of_declaration(&self, declared: &Declaration) -> Group {
        let scope = self.scope(declared.item);
        if declared.is_trigger && scope.is_none_or(|scope| scope.env.is_none()) {
            return Group::Triggers(self.stage(declared.item));
        }
        let Some(Scope { owner, .. }) = scope else { return Group::Global };
        let is_global = self.scopes.get(owner).is_some_and(|owner| owner.is_global);
        if is_global { Group::Global } else { Group::Stage(owner) }
    }

    pub(super) fn unset(&self, item: usize) -> Group {
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
    pub(super) fn replaced(&self, index: usize, declared: &Declaration) -> Option<usize> {
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
    pub(super) fn source(&self, file: &File, item: usize, found: &VariableUse) -> Option<usize> {
        let instruction = file.instruction(item)?;
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
