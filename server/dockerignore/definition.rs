//! The file that a plain pattern names.

use crate::context::Lookup;
use crate::context::patterns::is_plain;
use crate::document::Cx;
use crate::navigation::{Link, Target};

/// The file that the pattern at a byte offset names; `None` where it names none, or many.
pub fn definition(cx: &Cx<'_>, offset: usize) -> Option<Link> {
    let patterns = cx.document.patterns()?;
    let (_, pattern) = patterns.at(offset)?;
    let path = pattern.text();
    // A folder is nothing that an editor opens.
    let is_file = is_plain(path) && matches!(cx.context.entry(path), Lookup::File(_));
    let link =
        || Link { origin: patterns.span(pattern.line()), targets: vec![Target::File(path.to_owned())] };
    is_file.then(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::MemoryContext;
    use crate::dockerignore::tests::look;

    #[test]
    fn only_a_plain_pattern_leads_to_a_file() {
        let context = MemoryContext::of_files(&[("d/a", "")]);
        let source = "!/d/a\nd\n*/a\n";
        let target = |offset| look(source, &context, |cx| definition(cx, offset));
        let link = Link { origin: 0..5, targets: vec![Target::File("d/a".to_owned())] };
        assert_eq!(target(3), Some(link));
        assert_eq!((target(6), target(8)), (None, None));
    }
}
