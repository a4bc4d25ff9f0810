//! What one instruction says by itself, derived once and kept as long as the instruction is unchanged.

use super::changes::Changes;
use super::commands::Invocation;
use super::packages::PackageCommand;
use crate::syntax::{Instruction, Part, Script};

/// What the shell text of an instruction does, if a POSIX shell reads it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The shell text.
    pub script: Script,
    /// The programs it runs, in the order they are written.
    pub invocations: Vec<Invocation>,
    /// The commands of package managers among them.
    pub packages: Vec<PackageCommand>,
    /// What it makes and deletes.
    pub changes: Changes,
    /// Whether it goes into another folder: what a relative path names behind that is another question.
    pub moves: bool,
    /// Whether it says something about recommended packages in apt's configuration.
    pub names_recommends: bool,
    /// Whether it says something about answering with "yes" in the configuration of a package manager.
    pub names_yes: bool,
}

impl Facts {
    /// The facts of a RUN, CMD, ENTRYPOINT or HEALTHCHECK, or of the one that ONBUILD keeps; `None` for
    /// others. Whether a POSIX shell reads it is for the model to say.
    pub fn of(instruction: &Instruction) -> Option<&Facts> {
        instruction.facts().get_or_init(|| Facts::read(instruction))?.as_ref()
    }

    /// The program that a command of the script runs; not what a `find` runs behind it.
    pub fn invocation_of(&self, command: usize) -> Option<&Invocation> {
        let index = self.invocations.partition_point(|invocation| invocation.command < command);
        self.invocations.get(index).filter(|invocation| invocation.command == command)
    }

    /// What a command of the script has a package manager do.
    pub fn package_of(&self, command: usize) -> Option<&PackageCommand> {
        let index = self.packages.binary_search_by_key(&command, |package| package.command).ok()?;
        self.packages.get(index)
    }

    fn read(instruction: &Instruction) -> Option<Facts> {
        Script::of(instruction).map(|script| Facts::of_script(instruction, script))
    }

    /// The same without some of the commands, by their place in the script: those that do not run.
    pub fn without(&self, instruction: &Instruction, is_left_out: &dyn Fn(Part) -> bool) -> Facts {
        Facts::of_script(instruction, self.script.without(&|command| is_left_out(command.part)))
    }

    fn of_script(instruction: &Instruction, script: Script) -> Facts {
        let invocations = Invocation::all(&script);
        let packages: Vec<PackageCommand> =
            invocations.iter().filter_map(|invocation| PackageCommand::of(invocation, &script)).collect();
        let names_recommends = instruction.source().contains(super::apt::RECOMMENDS);
        let names_yes = super::packages::names_yes(instruction.source());
        let moves = invocations.iter().any(|invocation| matches!(&*invocation.name, "cd" | "pushd"));
        let changes = Changes::of(instruction, &script, &invocations, &packages);
        Facts { script, invocations, packages, changes, moves, names_recommends, names_yes }
    }
}
