//! BuildKit's own directive, `# check=skip=…`, which `docker build` obeys too.

use super::{Silence, place};
use crate::document::Document;
use crate::rules::Finding;
use crate::rules::check_options::{is_check_name, options_of};
use crate::syntax::directives::DirectiveKind;
use crate::text::Edit;

/// The checks of BuildKit that a finding stands for, if they can be skipped: an experimental one is not.
pub(super) fn names(finding: &Finding) -> impl Iterator<Item = &'static str> {
    let names = finding.also.iter().copied().filter(|code| is_check_name(code));
    names.filter(|_| finding.rule.default_on)
}

/// Skips a check in the whole file; `None` where the directive that is there cannot hold it.
pub(super) fn skip(document: &Document, name: &str) -> Option<Silence> {
    let edit = match document.file().directives().get(DirectiveKind::Check) {
        None if !document.file().directives().can_grow() => return None,
        None => place::at_head(document, &format!("# check=skip={name}"))?,
        Some(directive) => {
            let options = options_of(&directive.value);
            let start = directive.value_span.start;
            let text = |span: &crate::text::Span| directive.value.get(span.clone()).unwrap_or_default();
            // The last one counts.
            match options.iter().rev().find(|option| text(&option.key) == "skip") {
                Some(skip) => {
                    let is_open = matches!(text(&skip.setting).chars().last(), None | Some(','));
                    let comma = if is_open { "" } else { "," };
                    Edit::insert(start + skip.setting.end, format!("{comma}{name}"))
                }
                None if options.len() < 3 => {
                    let length = directive.value.split(' ').next().unwrap_or_default().len();
                    Edit::insert(start + length, format!(";skip={name}"))
                }
                None => return None,
            }
        }
    };
    Some(Silence { title: format!("Ignore BuildKit's check `{name}` in this file"), edit })
}
