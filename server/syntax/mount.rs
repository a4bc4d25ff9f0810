//! The value of `--mount`: comma-separated `key=value` fields.
//! Source: BuildKit, `frontend/dockerfile/instructions/commands_runmount.go` (`parseMount`), which reads them
//! with Go's CSV reader; Docker reference, "RUN --mount".

use super::flags::Flag;
use super::instruction::Instruction;
use super::joined::Part;

/// One `--mount`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The whole flag, in the joined line.
    pub part: Part,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

/// One field of a mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The key in lower case.
    pub key: String,
    /// The key as written, in the joined line; the whole flag where quotes or escapes hide the place.
    pub key_part: Part,
    /// What follows `=`; `None` for a key alone.
    pub value: Option<String>,
    /// The value as written, in the joined line; empty for a key alone; the whole flag where quotes or
    /// escapes hide the place.
    pub value_part: Part,
}

impl Mount {
    /// The mounts of a RUN, or of the RUN that an ONBUILD keeps.
    pub fn all(instruction: &Instruction) -> Vec<Mount> {
        let line = instruction.line().text();
        let flags = instruction.ast().innermost().flags_named(line, "mount");
        flags.filter_map(|flag| Mount::read(flag, line)).collect()
    }

    fn read(flag: &Flag, line: &str) -> Option<Mount> {
        let value_part = flag.value_part?;
        let raw = line.get(value_part.start as usize..value_part.end as usize).unwrap_or_default();
        let is_plain = raw == flag.value;
        let place =
            |start: usize, end: usize| if is_plain { value_part.within(start..end) } else { flag.part };
        let mut fields = Vec::new();
        for (start, text) in split(&flag.value) {
            let key_end = text.find('=').unwrap_or(text.len());
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key, Some(value.to_owned())),
                None => (text.as_str(), None),
            };
            let length = text.len();
            fields.push(Field {
                key: key.to_lowercase(),
                key_part: place(start, start + key_end),
                value,
                value_part: place(start + (key_end + 1).min(length), start + length),
            });
        }
        Some(Mount { part: flag.part, fields })
    }

    /// The first field that has one of these keys.
    pub fn field(&self, keys: &[&str]) -> Option<&Field> {
        self.fields.iter().find(|field| keys.contains(&field.key.as_str()))
    }

    /// The value of the first field that has one of these keys.
    pub fn value(&self, keys: &[&str]) -> Option<&str> {
        self.field(keys)?.value.as_deref()
    }

    /// Its type; `bind` where none is written.
    pub fn kind(&self) -> &str {
        self.value(&["type"]).unwrap_or("bind")
    }

    /// Where it appears, as written.
    pub fn target(&self) -> Option<&str> {
        self.value(&["target", "dst", "destination"])
    }

    /// Whether a variable of which the value is not known says where it appears: in a mount whose values are expanded.
    pub fn has_unknown_target(&self) -> bool {
        self.target().is_some_and(|target| target.contains('$'))
    }

    /// What it shows, as written.
    pub fn source(&self) -> Option<&str> {
        self.value(&["source", "src"])
    }
}

/// The fields of a CSV record with their offsets. A quoted field loses its quotes; its offset is then that
/// of its first quote.
fn split(value: &str) -> Vec<(usize, String)> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut start = 0;
    let mut quoted = false;
    for (offset, char) in value.char_indices() {
        match char {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                fields.push((start, std::mem::take(&mut field)));
                start = offset + 1;
            }
            char => field.push(char),
        }
    }
    fields.push((start, field));
    fields
}

/// The fields of a CSV record with their offsets, as Go's strict reader takes them; `None` where it refuses the text: it is
/// empty, or a quote stands where none may.
pub fn csv_fields(value: &str) -> Option<Vec<(usize, String)>> {
    if value.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    let mut start = 0;
    loop {
        let rest = value.get(start..)?;
        let Some(quoted) = rest.strip_prefix('"') else {
            let length = rest.find(',').unwrap_or(rest.len());
            let field = rest.get(..length).filter(|field| !field.contains('"'))?;
            fields.push((start, field.to_owned()));
            if length == rest.len() {
                return Some(fields);
            }
            start += length + 1;
            continue;
        };
        let mut field = String::new();
        let mut position = 0;
        loop {
            let close = position + quoted.get(position..)?.find('"')?;
            field.push_str(quoted.get(position..close)?);
            position = close + 1;
            if !quoted.get(position..)?.starts_with('"') {
                break;
            }
            field.push('"');
            position += 1;
        }
        fields.push((start, field));
        match quoted.get(position..)?.chars().next() {
            None => return Some(fields),
            Some(',') => start += 1 + position + 1,
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    #[test]
    fn fields_have_their_places() {
        let source = "RUN --mount=type=cache,Target=/x,ro --mount=\"type=bind,from=a\" b";
        let file = File::new(source);
        let instruction = &file.items()[0].instruction;
        let mounts = Mount::all(instruction);
        assert_eq!(mounts.len(), 2);
        assert_eq!((mounts[0].kind(), mounts[0].target()), ("cache", Some("/x")));
        let field = mounts[0].field(&["target"]).unwrap();
        assert_eq!((instruction.str(field.key_part), instruction.str(field.value_part)), ("Target", "/x"));
        assert_eq!(mounts[0].fields[2].value, None);
        assert_eq!(mounts[1].value(&["from"]), Some("a"));
        assert_eq!(mounts[1].field(&["from"]).unwrap().value_part, mounts[1].part);
    }

    #[test]
    fn quotes_stand_round_a_whole_field_or_nowhere() {
        let fields = |text: &str| {
            let fields = csv_fields(text)?;
            Some(fields.into_iter().map(|(start, field)| format!("{start} {field}")).collect::<Vec<_>>())
        };
        assert_eq!(fields("a=b,\"c=\"\"d,e\",f").unwrap(), ["0 a=b", "4 c=\"d,e", "14 f"]);
        assert_eq!(fields("a,").unwrap(), ["0 a", "2 "]);
        for text in ["", "a\"b", "\"a", "\"a\"b", "a,\"b\"\""] {
            assert_eq!(fields(text), None, "{text}");
        }
    }
}
