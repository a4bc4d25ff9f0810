//! What bash reads in a shell text and POSIX does not know. Which shells know what, the rules say.

use tree_sitter::Node;

use super::Part;

/// A place where a shell text is written for bash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bashism {
    /// What is written there.
    pub kind: BashismKind,
    /// Where.
    pub part: Part,
}

/// What is written for bash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BashismKind {
    /// `[[ … ]]`; the place is that of `[[`.
    DoubleBracket,
    /// `[ a == b ]`; the place is that of `==`.
    DoubleEqual,
    /// `a=(b c)`
    Array,
    /// `<<<`
    HereString,
    /// `&>` and `&>>`; the place is that of the operator.
    BothOutputs,
    /// `function`
    Function,
    /// `$'…'`
    AnsiString,
    /// `<(…)`
    ProcessSubstitution,
    /// `${a/b/c}`
    Replacement,
    /// `${a:1:2}`
    Slice,
    /// `${a^^}`
    CaseChange,
}

/// What a node of the grammar's tree is written for bash.
pub(super) fn bashism(node: Node<'_>) -> Option<Bashism> {
    let of = |kind: BashismKind, node: Node<'_>| {
        Some(Bashism { kind, part: Part::new(node.start_byte(), node.end_byte()) })
    };
    let child = |wanted: &[&str]| {
        let mut cursor = node.walk();
        node.children(&mut cursor).find(|child| wanted.contains(&child.kind()))
    };
    match node.kind() {
        "test_command" => match child(&["[", "[["])?.kind() {
            "[[" => child(&["[["]).and_then(|bracket| of(BashismKind::DoubleBracket, bracket)),
            _ => {
                let comparison = child(&["binary_expression"])?;
                let mut cursor = comparison.walk();
                let mut parts = comparison.children(&mut cursor);
                parts.find(|part| part.kind() == "==").and_then(|equal| of(BashismKind::DoubleEqual, equal))
            }
        },
        "array" => of(BashismKind::Array, node),
        "herestring_redirect" => of(BashismKind::HereString, node),
        "file_redirect" => child(&["&>", "&>>"]).and_then(|both| of(BashismKind::BothOutputs, both)),
        "function_definition" => child(&["function"]).and_then(|word| of(BashismKind::Function, word)),
        "ansi_c_string" => of(BashismKind::AnsiString, node),
        "process_substitution" => of(BashismKind::ProcessSubstitution, node),
        "expansion" => {
            let operator = child(&["/", "//", "/#", "/%", ":", "^", "^^", ",", ",,"])?;
            match operator.kind() {
                ":" => of(BashismKind::Slice, node),
                "^" | "^^" | "," | ",," => of(BashismKind::CaseChange, node),
                _ => of(BashismKind::Replacement, node),
            }
        }
        _ => None,
    }
}
