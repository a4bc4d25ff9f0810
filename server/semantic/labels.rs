//! The labels that a LABEL sets, by itself: a variable is not looked up, for a build can give another value to what an
//! ARG says.

use crate::syntax::key_values::KeyValue;
use crate::syntax::word::{self, Reading, Value};
use crate::syntax::{Arguments, Instruction, Kind, Part};

/// One `key=value` of a LABEL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The key as written.
    pub key_part: Part,
    /// The value as written, or the key where no value is.
    pub value_part: Part,
    /// The key; `None` where it has a variable.
    pub key: Option<String>,
    /// The value, empty where there is none; `None` where it has a variable.
    pub value: Option<String>,
}

/// The labels of a LABEL, in order; none for another instruction.
pub fn labels(instruction: &Instruction) -> Vec<Label> {
    let (Kind::Label, Arguments::KeyValues(pairs)) = (instruction.ast().kind, &instruction.ast().arguments)
    else {
        return Vec::new();
    };
    let reading = Reading::arguments(instruction.escape());
    let expand = |part: Part| word::expand(instruction.str(part), reading, &|_| Value::Unknown).value;
    let label = |pair: &KeyValue| Label {
        key_part: pair.key,
        value_part: pair.value.filter(|part| part.start < part.end).unwrap_or(pair.key),
        key: expand(pair.key),
        value: pair.value.map_or_else(|| Some(String::new()), expand),
    };
    pairs.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    #[test]
    fn quotes_are_taken_away_and_variables_are_not_known() {
        let file = File::new("LABEL \"a.b\"='c d' e=$F $G=h i=\n");
        let labels = labels(&file.items()[0].instruction);
        let shown: Vec<_> =
            labels.iter().map(|label| (label.key.as_deref(), label.value.as_deref())).collect();
        let expected =
            [(Some("a.b"), Some("c d")), (Some("e"), None), (None, Some("h")), (Some("i"), Some(""))];
        assert_eq!(shown, expected);
    }
}
