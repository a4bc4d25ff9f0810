//! Builder flags: the `--name=value` words before an instruction's arguments.
//! Source: BuildKit, `frontend/dockerfile/parser/split_command.go` (`extractBuilderFlags`).

use super::joined::Part;

/// One flag as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The whole word.
    pub part: Part,
    /// Its name, with the dashes.
    pub name: Part,
    /// What follows `=`; `None` for a flag without one.
    pub value_part: Option<Part>,
    /// The value with quotes and escapes taken away; empty where there is none.
    pub value: String,
}

impl Flag {
    /// The name without its dashes, in `line`, the joined line.
    pub fn name_in<'a>(&self, line: &'a str) -> &'a str {
        line.get(self.name.start as usize + 2..self.name.end as usize).unwrap_or_default()
    }

    /// The name without its dashes as BuildKit reads it in `line`, the joined line: quotes and escapes are gone.
    pub fn read_name(&self, line: &str, escape: char) -> String {
        let raw = line.get(self.part.start as usize..self.part.end as usize).unwrap_or_default();
        let (_, word) = read_word(raw, escape);
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        name.strip_prefix("--").unwrap_or(name).to_owned()
    }
}

/// The flags at `start` in a joined line, and where the arguments begin.
pub(super) fn read(line: &str, start: usize, escape: char) -> (Vec<Flag>, usize) {
    let mut flags = Vec::new();
    let mut position = start;
    loop {
        let rest = line.get(position..).unwrap_or_default();
        position += rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        if !rest.starts_with("--") {
            return (flags, position);
        }
        let (length, word) = read_word(rest, escape);
        let end = position + length;
        if word == "--" {
            return (flags, end);
        }
        flags.push(flag(line, position, end, &word));
        position = end;
    }
}

/// The length of the word at the head of `rest` as written, and what it says.
fn read_word(rest: &str, escape: char) -> (usize, String) {
    let mut word = String::new();
    let mut quote = None;
    let mut chars = rest.char_indices();
    while let Some((offset, char)) = chars.next() {
        match quote {
            None if char.is_whitespace() => return (offset, word),
            None if char == '\'' || char == '"' => quote = Some(char),
            Some(open) if char == open => quote = None,
            _ if char == escape => word.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => word.push(char),
        }
    }
    (rest.len(), word)
}

fn flag(line: &str, start: usize, end: usize, word: &str) -> Flag {
    let raw = line.get(start..end).unwrap_or_default();
    let equals = raw.find('=').map(|offset| start + offset);
    Flag {
        part: Part::new(start, end),
        name: Part::new(start, equals.unwrap_or(end)),
        value_part: equals.map(|equals| Part::new(equals + 1, end)),
        value: word.split_once('=').map(|(_, value)| value.to_owned()).unwrap_or_default(),
    }
}
