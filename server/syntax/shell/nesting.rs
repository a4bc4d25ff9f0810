//! What a command of a script stands inside of.

/// What a command stands inside of: a set of the constants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nesting(u16);

impl Nesting {
    /// A subshell `( )`.
    pub const SUBSHELL: Nesting = Nesting(1);
    /// A group `{ }`.
    pub const GROUP: Nesting = Nesting(2);
    /// The condition of `if`, `while` or `until`.
    pub const CONDITION: Nesting = Nesting(4);
    /// A branch of `if` or `case`.
    pub const BRANCH: Nesting = Nesting(8);
    /// The body of a loop.
    pub const LOOP: Nesting = Nesting(16);
    /// The body of a function.
    pub const FUNCTION: Nesting = Nesting(32);
    /// `$( )`, backticks, `<( )`.
    pub const SUBSTITUTION: Nesting = Nesting(64);
    /// A pipeline of several commands.
    pub const PIPELINE: Nesting = Nesting(128);
    /// `!`
    pub const NEGATED: Nesting = Nesting(256);
    /// What the grammar could not read.
    pub const BROKEN: Nesting = Nesting(512);
    /// The script of a shell of its own: `sh -c '…'`.
    pub const SCRIPT: Nesting = Nesting(1024);

    /// What a process of its own runs: it leaves neither variables nor the shell's folder behind.
    pub const OWN_PROCESS: Nesting =
        Nesting::SUBSHELL.and(Nesting::SUBSTITUTION).and(Nesting::PIPELINE).and(Nesting::SCRIPT);
    /// The compound commands that the shell runs itself, and their conditions.
    pub const COMPOUND: Nesting =
        Nesting::GROUP.and(Nesting::CONDITION).and(Nesting::BRANCH).and(Nesting::LOOP).and(Nesting::FUNCTION);

    /// Whether it stands inside any of `others`.
    pub fn any(self, others: Nesting) -> bool {
        self.0 & others.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Nesting) -> Nesting {
        Nesting(self.0 | other.0)
    }

    /// The set without what is in the other.
    #[must_use]
    pub const fn without(self, other: Nesting) -> Nesting {
        Nesting(self.0 & !other.0)
    }

    /// Whether it stands inside of nothing at all.
    pub fn is_top(self) -> bool {
        self.0 == 0
    }
}
