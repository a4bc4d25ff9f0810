//! How narrowly a rule looks at a file.

use super::{Findings, StepsCheck};
use crate::context::patterns::Patterns;
use crate::document::Cx;
use crate::semantic::facts::Facts;
use crate::syntax::Instruction;

/// What a rule looks at: the narrower, the less a keystroke costs.
pub(crate) enum Check {
    /// One instruction by itself. The findings are kept with it until it changes.
    Instruction(fn(&Instruction, &mut Findings)),
    /// The shell text of one RUN (also behind ONBUILD) by itself, where a POSIX shell reads it. Kept as above.
    Run(fn(&Instruction, &Facts, &mut Findings)),
    /// Some instructions of the file, seen together: the first function picks them, each by itself (the pick is kept
    /// as above); the second is given their indexes in the file, and finds nothing but in them.
    Steps(fn(&Instruction) -> bool, fn(&Cx<'_>, &[usize], &mut Findings)),
    /// As `Steps`, but looks at one after the other: it may be given some of them alone.
    Each(fn(&Instruction) -> bool, fn(&Cx<'_>, &[usize], &mut Findings)),
    /// As `Steps`, but finds something in other instructions too.
    StepsAnywhere(fn(&Instruction) -> bool, fn(&Cx<'_>, &[usize], &mut Findings)),
    /// As `Steps`, stage by stage, from [what a stage rests on](super::stage_memo) and the rule's own settings alone, and kept.
    StageSteps(fn(&Instruction) -> bool, fn(&Cx<'_>, &[usize], &mut Findings)),
    /// As `Steps`, where the build context is asked too.
    ContextSteps(fn(&Instruction) -> bool, fn(&Cx<'_>, &[usize], &mut Findings)),
    /// As `ContextSteps`, but looks at one after the other: it may be given some of them alone.
    ContextEach(fn(&Instruction) -> bool, fn(&Cx<'_>, &[usize], &mut Findings)),
    /// As `Steps`, and the third function as in `ContextEach`.
    StepsAndContext(fn(&Instruction) -> bool, StepsCheck, StepsCheck),
    /// The whole file, and nothing else.
    File(fn(&Cx<'_>, &mut Findings)),
    /// An ignore file, and nothing else.
    Patterns(fn(&Cx<'_>, &Patterns, &mut Findings)),
    /// An ignore file and the build context.
    ContextPatterns(fn(&Cx<'_>, &Patterns, &mut Findings)),
}
