//! What users can set about formatting.

/// What is set about formatting; `None` leaves it to the editor's request, or to the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormatSettings {
    /// One step of indentation.
    pub indent: Option<Indent>,
    /// Where the operators between commands stand.
    pub operators: Option<Operators>,
    /// The most blank lines in a row between instructions.
    pub max_blank_lines: Option<usize>,
    /// Whether a document is formatted before an editor saves it; `None` is off.
    pub on_save: Option<bool>,
}

/// One step of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// A tab.
    Tab,
    /// So many spaces, at least one.
    Spaces(usize),
}

/// Where `&&`, `||` and `|` stand that join the commands of two lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operators {
    /// Where the author put them.
    #[default]
    Keep,
    /// At the start of the second line.
    Leading,
    /// At the end of the first line.
    Trailing,
}

impl FormatSettings {
    /// One layer of settings over another: what `higher` says beats this.
    pub(super) fn merge(&mut self, higher: FormatSettings) {
        self.indent = higher.indent.or(self.indent);
        self.operators = higher.operators.or(self.operators);
        self.max_blank_lines = higher.max_blank_lines.or(self.max_blank_lines);
        self.on_save = higher.on_save.or(self.on_save);
    }
}
