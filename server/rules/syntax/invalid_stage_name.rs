//! `invalid-stage-name`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a stage name that does not begin with a letter, or holds anything but letters, digits, `-`, `_` and `.`.
    ///
    /// ## Why is this bad?
    /// Docker refuses the file. A number already names a stage by its place, and variables are not expanded in a name.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23 AS 1st
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS first
    /// ```
    pub(crate) static INVALID_STAGE_NAME = {
        id: "invalid-stage-name", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    let Arguments::Words(words) = &ast.arguments else {
        return;
    };
    if let (Kind::From, [_, keyword, word]) = (ast.kind, words.as_slice())
        && instruction.str(*keyword).eq_ignore_ascii_case("AS")
    {
        let name = instruction.str(*word);
        let begins_well = name.starts_with(|char: char| char.is_ascii_alphabetic());
        let is_symbol = |char: &char| !char.is_ascii_alphanumeric() && !"-_.".contains(*char);
        let symbol = name.chars().find(is_symbol);
        let message = match symbol {
            Some(symbol) if !name.starts_with('#') => format!("a stage name cannot hold `{symbol}`"),
            None if !begins_well => "a stage name begins with a letter".to_owned(),
            _ => return,
        };
        out.push(instruction.place(*word), message);
    }
}

#[cfg(test)]
mod tests {
    check_rule!(INVALID_STAGE_NAME);
    use super::*;

    #[test]
    fn names_begin_with_a_letter_and_hold_no_symbols() {
        check(
            "
FROM a AS 1b
          ^^ a stage name begins with a letter
FROM a as _b
          ^^ a stage name begins with a letter
FROM a AS b$C
          ^^^ a stage name cannot hold `$`
FROM a AS b/c
          ^^^ a stage name cannot hold `/`
",
        );
        check_none("FROM a AS B-c_d.e1\nFROM a\nFROM a AS\nFROM a # 1\n");
    }
}
