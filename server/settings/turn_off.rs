//! The edit of a `layerwise.toml` that turns a rule off. What stands in the file stays as it is written: one value
//! is replaced, or one line is added.

use toml::de::{DeTable, DeValue};

use crate::settings::{Level, Settings};
use crate::text::{Edit, Span};

/// The edit after which `source` turns a rule off; `None` where the file is broken, says so already, or is written in
/// a way that one small edit cannot change.
pub(crate) fn turn_off(source: &str, rule: &str) -> Option<Edit> {
    let table = DeTable::parse(source).ok()?;
    let (before, _) = Settings::from_toml(source);
    let mut expected = before.clone();
    expected.rules.entry(rule.to_owned()).or_default().level = Some(Level::Off);
    // The form of a table is not told by its value: the first edit that does what is wanted, and nothing else, is made.
    let holds = |edit: &Edit| {
        let after = applied(source, edit).filter(|after| DeTable::parse(after).is_ok());
        expected != before && after.is_some_and(|after| Settings::from_toml(&after).0 == expected)
    };
    candidates(source, table.get_ref(), rule).into_iter().find(holds)
}

fn candidates(source: &str, table: &DeTable<'_>, rule: &str) -> Vec<Edit> {
    let newline = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let line = format!("{rule} = \"off\"{newline}");
    let rules = table.get("rules");
    let mut edits = Vec::new();
    if let Some((key, value)) = rules.and_then(|rules| rules.get_ref().as_table()?.get_key_value(rule)) {
        match value.get_ref() {
            DeValue::Table(options) => {
                if let Some(level) = options.get("level") {
                    return vec![Edit::replace(level.span(), "\"off\"")];
                }
                edits.extend(after_brace(source, value.span(), "level = \"off\""));
                edits.extend(below(source, key.span(), &format!("level = \"off\"{newline}")));
            }
            _ => return vec![Edit::replace(value.span(), "\"off\"")],
        }
    }
    if let Some((key, value)) = table.get_key_value("rules") {
        edits.extend(after_brace(source, value.span(), line.trim_end()));
        edits.extend(below(source, key.span(), &line));
        // `rules.other = "off"` among the keys of the whole file.
        let start = line_start(source, key.span().start);
        if source.get(start..).is_some_and(|rest| !rest.starts_with('[')) {
            edits.push(Edit::insert(start, format!("rules.{line}")));
        }
    }
    // A blank line before the new table.
    let gap = match source {
        "" => 0,
        _ if source.ends_with(&newline.repeat(2)) => 0,
        _ if source.ends_with('\n') => 1,
        _ => 2,
    };
    edits.push(Edit::insert(source.len(), format!("{}[rules]{newline}{line}", newline.repeat(gap))));
    edits
}

/// Adds an entry to a table that is written in braces.
fn after_brace(source: &str, span: Span, entry: &str) -> Option<Edit> {
    let inside = source.get(span.clone())?.strip_prefix('{')?;
    let comma = if inside.trim_start().starts_with('}') { " " } else { "," };
    Some(Edit::insert(span.start + 1, format!(" {entry}{comma}")))
}

/// Adds a line below the one of a key, which may be a header.
fn below(source: &str, key: Span, line: &str) -> Option<Edit> {
    let end = key.end + source.get(key.end..)?.find('\n')? + 1;
    Some(Edit::insert(end, line))
}

fn line_start(source: &str, place: usize) -> usize {
    source.get(..place).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

fn applied(source: &str, edit: &Edit) -> Option<String> {
    Some([source.get(..edit.span.start)?, &edit.new_text, source.get(edit.span.end..)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "floating-base-tag";

    #[track_caller]
    fn check(before: &str, after: &str) {
        let edit = turn_off(before, RULE);
        let found = edit.and_then(|edit| applied(before, &edit));
        assert_eq!(found.as_deref(), Some(after));
        let (settings, problems) = Settings::from_toml(after);
        assert_eq!(settings.rules[RULE].level, Some(Level::Off));
        assert_eq!(problems, Settings::from_toml(before).1);
    }

    #[test]
    fn a_level_that_is_there_is_replaced() {
        check(
            "[rules] # c\nfloating-base-tag = 'error' # d\n",
            "[rules] # c\nfloating-base-tag = \"off\" # d\n",
        );
        check("rules.floating-base-tag = \"hint\"\n", "rules.floating-base-tag = \"off\"\n");
        check(
            "[rules]\nfloating-base-tag = { allow = ['a'], level = 'info' }\n",
            "[rules]\nfloating-base-tag = { allow = ['a'], level = \"off\" }\n",
        );
        check("[rules.floating-base-tag]\nlevel = 'info'\n", "[rules.floating-base-tag]\nlevel = \"off\"\n");
    }

    #[test]
    fn options_stay() {
        check(
            "[rules]\nfloating-base-tag = { allow = ['a'] }\n",
            "[rules]\nfloating-base-tag = { level = \"off\", allow = ['a'] }\n",
        );
        check(
            "[rules.floating-base-tag]\nallow = ['a']\n",
            "[rules.floating-base-tag]\nlevel = \"off\"\nallow = ['a']\n",
        );
        check("[rules]\nfloating-base-tag = {}\n", "[rules]\nfloating-base-tag = { level = \"off\" }\n");
    }

    #[test]
    fn a_line_is_added_where_the_rules_are() {
        check("", "[rules]\nfloating-base-tag = \"off\"\n");
        check("# c\r\n", "# c\r\n\r\n[rules]\r\nfloating-base-tag = \"off\"\r\n");
        check("extend = ['style']", "extend = ['style']\n\n[rules]\nfloating-base-tag = \"off\"\n");
        check(
            "[rules]\nmaintainer = 'off'\n\n[check]\n",
            "[rules]\nfloating-base-tag = \"off\"\nmaintainer = 'off'\n\n[check]\n",
        );
        check(
            "rules = { maintainer = 'off' }\n",
            "rules = { floating-base-tag = \"off\", maintainer = 'off' }\n",
        );
        check(
            "rules.maintainer = 'off'\n[check]\n",
            "rules.floating-base-tag = \"off\"\nrules.maintainer = 'off'\n[check]\n",
        );
        check(
            "[rules.maintainer]\nlevel = 'off'\n",
            "[rules.maintainer]\nlevel = 'off'\n\n[rules]\nfloating-base-tag = \"off\"\n",
        );
    }

    #[test]
    fn what_is_broken_or_done_already_is_left_alone() {
        for source in ["[rules\n", "rules = 3\n", "[rules]\nfloating-base-tag = 'off'\n"] {
            assert_eq!(turn_off(source, RULE), None, "{source}");
        }
    }
}
