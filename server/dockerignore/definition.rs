//! The files that a pattern names.

use crate::context::listing::Listing;
use crate::document::Cx;
use crate::navigation::{Link, Target};

/// So many places are worth choosing from.
const MOST_FILES: usize = 100;

/// The files that the pattern at a byte offset matches in the build context, the first ones where there are many; `None` where it
/// matches none.
pub fn definition(cx: &Cx<'_>, offset: usize) -> Option<Link> {
    let patterns = cx.document.patterns()?;
    let (index, pattern) = patterns.at(offset)?;
    let listing = Listing::new(cx.context, patterns.file(), std::iter::once(pattern));
    let matched = listing.matches(cx.context, patterns.file(), index).matched.into_iter();
    // A folder is nothing that an editor opens.
    let files = matched.filter(|path| !path.ends_with('/')).take(MOST_FILES);
    let targets: Vec<Target> = files.map(Target::File).collect();
    (!targets.is_empty()).then(|| Link { origin: patterns.span(pattern.line()), targets })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;
    use crate::dockerignore::tests::look;

    #[test]
    fn a_pattern_leads_to_the_files_that_it_matches() {
        let context = MemoryContext::of_files(&[("d/a", ""), ("e/a", ""), ("e/b.md", ""), ("f.md/c", "")]);
        let source = "!/d/a\nd\n*/a\n**/*.md\n*.log\n";
        let target = |offset| look(source, &context, |cx| definition(cx, offset));
        let link = |origin, paths: &[&str]| {
            let targets = paths.iter().map(|path| Target::File((*path).to_owned())).collect();
            Some(Link { origin, targets })
        };
        assert_eq!(target(3), link(0..5, &["d/a"]));
        assert_eq!(target(6), None);
        assert_eq!(target(8), link(8..11, &["d/a", "e/a"]));
        assert_eq!(target(12), link(12..19, &["e/b.md"]));
        assert_eq!(target(20), None);
    }

    #[test]
    fn not_more_files_are_named_than_anyone_chooses_from() {
        let names: Vec<String> = (0..300).map(|number| format!("{number}.md")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        let context = MemoryContext::of_files(&files);
        let link = look("*.md\n", &context, |cx| definition(cx, 0)).unwrap();
        assert_eq!(link.targets.len(), MOST_FILES);
    }
}
