//! The entries of a TOML file, as far as manifests and lock files need them: strings, lists of strings and the text of
//! other values. Broken text gives fewer entries.
//! Source: TOML 1.0, "Table", "Array of Tables", "Keys".

/// The entries of a TOML file, in order. Each has its path, `tool.uv.package` or `bin[].name`, and its value as written;
/// the header of a table of an array is an entry without value.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    entries: Vec<(String, String)>,
}

impl Tables {
    pub(crate) fn read(text: &str) -> Tables {
        let mut tables = Tables::default();
        let mut section = String::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let line = without_comment(line).trim();
            if let Some(header) = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
                section = format!("{}[]", key(header));
                tables.entries.push((section.clone(), String::new()));
            } else if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                section = key(header);
                tables.entries.push((section.clone(), String::new()));
            } else if let Some((name, start)) = line.split_once('=') {
                let mut value = start.trim().to_owned();
                while !is_whole(&value) {
                    let Some(more) = lines.next() else { break };
                    value.push('\n');
                    value.push_str(without_comment(more).trim());
                }
                let name = key(name);
                let path = if section.is_empty() { name } else { format!("{section}.{name}") };
                tables.entries.push((path, value));
            }
        }
        tables
    }

    /// The value of a path as written.
    pub(crate) fn value(&self, path: &str) -> Option<&str> {
        self.entries.iter().find(|(found, _)| found == path).map(|(_, value)| value.as_str())
    }

    /// The string at a path.
    pub(crate) fn string(&self, path: &str) -> Option<&str> {
        unquoted(self.value(path)?)
    }

    /// The strings of a list at a path; none where there is no list.
    pub(crate) fn strings(&self, path: &str) -> Vec<&str> {
        self.value(path).map(strings).unwrap_or_default()
    }

    /// All entries: their paths, and their values as written.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(path, value)| (path.as_str(), value.as_str()))
    }

    /// The paths of all entries.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(path, _)| path.as_str())
    }

    /// Whether there is anything at a path or below it.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.entries.iter().any(|(found, _)| {
            found.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// The names of what is directly in a table, with their values.
    pub(crate) fn of(&self, table: &str) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter_map(move |(path, value)| {
            let name = path.strip_prefix(table)?.strip_prefix('.')?;
            Some((name.split('.').next()?, value.as_str()))
        })
    }

    /// The tables of an array, each with what is directly in it.
    pub(crate) fn array(&self, name: &str) -> Vec<Vec<(&str, &str)>> {
        let header = format!("{name}[]");
        let mut tables: Vec<Vec<(&str, &str)>> = Vec::new();
        for (path, value) in &self.entries {
            match path.strip_prefix(header.as_str()) {
                Some("") => tables.push(Vec::new()),
                Some(rest) => {
                    if let (Some(table), Some(name)) = (tables.last_mut(), rest.strip_prefix('.')) {
                        table.push((name, value));
                    }
                }
                None => {}
            }
        }
        tables
    }
}

/// The text of a quoted value; `None` for any other.
pub(crate) fn unquoted(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.strip_prefix(quote)?.strip_suffix(quote)
}

/// The strings in the text of a value.
fn strings(value: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), value);
    while let Some(start) = rest.find(['"', '\'']) {
        let quote = rest.get(start..start + 1).unwrap_or_default();
        let Some((text, after)) = rest.get(start + 1..).and_then(|rest| rest.split_once(quote)) else {
            break;
        };
        found.push(text);
        rest = after;
    }
    found
}

/// A key without blanks and quotes around its parts.
fn key(text: &str) -> String {
    let parts: Vec<&str> = text.trim().split('.').map(|part| part.trim().trim_matches(['"', '\''])).collect();
    parts.join(".")
}

/// Whether nothing of a value is left for the next line.
fn is_whole(value: &str) -> bool {
    for quote in ["\"\"\"", "'''"] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.contains(quote);
        }
    }
    let (mut depth, mut open) = (0_usize, None);
    for char in value.chars() {
        match (open, char) {
            (Some(quote), _) if quote == char => open = None,
            (None, '"' | '\'') => open = Some(char),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth == 0
}

/// A line up to its comment.
fn without_comment(line: &str) -> &str {
    let mut open = None;
    for (offset, char) in line.char_indices() {
        match (open, char) {
            (Some(quote), _) if quote == char => open = None,
            (None, '"' | '\'') => open = Some(char),
            (None, '#') => return line.get(..offset).unwrap_or_default(),
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_their_paths() {
        let tables = Tables::read(
            "a = 'x' # y = 1\n[project]\nname = \"b#c\"\ndependencies = [\n  \"d[e]>=1\", # f\n  'g',\n]\n[tool.\"uv\"]\npackage=false\nsources.h = { path = \"i\" }\n[[bin]]\nname = \"j\"\n[[bin]]\npath = \"k\"\n",
        );
        assert_eq!((tables.string("a"), tables.string("project.name")), (Some("x"), Some("b#c")));
        assert_eq!(tables.strings("project.dependencies"), ["d[e]>=1", "g"]);
        assert_eq!(tables.value("tool.uv.package"), Some("false"));
        assert!(tables.has("tool.uv") && tables.has("tool.uv.sources") && !tables.has("tool.u"));
        assert_eq!(tables.of("tool.uv").map(|(name, _)| name).collect::<Vec<_>>(), ["package", "sources"]);
        assert_eq!(tables.array("bin"), [vec![("name", "\"j\"")], vec![("path", "\"k\"")]]);
    }

    #[test]
    fn broken_text_gives_fewer_entries() {
        for text in ["[", "=", "a = [\n", "a = \"\"\"\nb = 1", "[[a", "a = \"b"] {
            assert!(Tables::read(text).strings("b").is_empty(), "{text}");
        }
    }
}
