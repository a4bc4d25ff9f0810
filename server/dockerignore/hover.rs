//! What a pattern comes to in the folder.

use crate::context::listing::Listing;
use crate::document::Cx;
use crate::hover::{Hover, markup};

/// So many names are shown.
const MOST_NAMES: usize = 8;

/// What the pattern at a byte offset matches in the build context, or takes back; `None` where there is no pattern, or
/// nothing of the build context is known.
pub fn hover(cx: &Cx<'_>, offset: usize) -> Option<Hover> {
    let patterns = cx.document.patterns()?;
    let (index, pattern) = patterns.at(offset)?;
    let root = cx.context.root()?;
    let listing = Listing::new(cx.context, patterns.file(), std::iter::once(pattern));
    let matches = listing.matches(cx.context, patterns.file(), index);
    let (verb, names) = match pattern.is_exception() {
        true => ("Takes back", &matches.changed),
        false => ("Matches", &matches.matched),
    };
    let (some, root) = (if matches.is_complete { "" } else { "at least " }, markup::code(&root));
    let markdown = match names.len() {
        0 if matches.is_complete => format!("**{verb}** nothing in {root}"),
        0 => format!("What it matches in {root} is not known: there is too much, or not all can be read"),
        count => {
            let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| markup::code(name)).collect();
            let rest = count.saturating_sub(MOST_NAMES);
            let more = if rest > 0 { format!(", and {rest} more") } else { String::new() };
            format!("**{verb}** {some}{count} in {root}: {}{more}", shown.join(", "))
        }
    };
    Some(Hover { span: patterns.span(pattern.line()), markdown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;
    use crate::dockerignore::tests::look;

    fn shown(source: &str, line: usize, context: &MemoryContext) -> String {
        let offset = source.split('\n').take(line).map(|line| line.len() + 1).sum();
        look(source, context, |cx| hover(cx, offset)).map_or_else(String::new, |hover| hover.markdown)
    }

    #[test]
    fn a_pattern_says_what_it_matches() {
        let context = MemoryContext::of_files(&[("a.md", ""), ("d/b.md", ""), ("d/c", "")]);
        let source = "**/*.md\nd\n*.log\n# a\n!d/c\n!a.md\n";
        let says = |line| shown(source, line, &context);
        assert_eq!(says(0), "**Matches** 2 in `context`: `a.md`, `d/b.md`");
        assert_eq!(says(1), "**Matches** 1 in `context`: `d/`");
        assert_eq!(says(2), "**Matches** nothing in `context`");
        assert_eq!(says(3), "");
        assert_eq!(says(4), "**Takes back** 1 in `context`: `d/c`");
        assert_eq!(shown("a.md\n!d/c\n", 1, &context), "**Takes back** nothing in `context`");
    }

    #[test]
    fn many_names_are_counted_and_what_was_not_seen_is_said() {
        let files: Vec<String> = (0..12).map(|number| format!("{number}.md")).collect();
        let context = files.iter().fold(MemoryContext::of_files(&[]), |all, path| all.file(path, ""));
        assert!(
            shown("*.md\n", 0, &context).ends_with("`5.md`, and 4 more"),
            "{}",
            shown("*.md\n", 0, &context)
        );
        let context = context.file("d/a", "").unknown("d/link");
        assert!(shown("**/*.md\n", 0, &context).starts_with("**Matches** at least 12 in"));
        assert!(shown("**/*.log\n", 0, &context).contains("is not known"));
    }
}
