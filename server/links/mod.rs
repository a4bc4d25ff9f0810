//! What a Dockerfile points to: the pages of images, URLs, and files of the build context.

mod registry;

use crate::context::Lookup;
use crate::document::Cx;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::image::Image;
use crate::syntax::directives::DirectiveKind;
use crate::syntax::{Item, Kind, Part};
use crate::text::Span;

/// A place that points to something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The place, in bytes of the document.
    pub span: Span,
    /// To what.
    pub target: Target,
}

/// What a link points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page on the web.
    Url(String),
    /// A file that is in the build context, by its path there.
    File(String),
}

/// Every link of a document, in order.
pub fn find(cx: &Cx<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    let file = cx.document.file();
    if let Some(syntax) = file.directives().get(DirectiveKind::Syntax) {
        image(&syntax.value, &syntax.value, syntax.value_span.start, &mut links);
    }
    for (index, item) in file.items().iter().enumerate() {
        let instruction = &item.instruction;
        let source = instruction.source();
        for comment in instruction.comments().iter().chain(instruction.inner_comments()) {
            urls(source.get(comment.clone()).unwrap_or_default(), item.start + comment.start, &mut links);
        }
        match instruction.ast().kind {
            Kind::From => images(cx, index, item, &mut links),
            Kind::Copy | Kind::Add => {
                images(cx, index, item, &mut links);
                sources(cx, index, item, &mut links);
            }
            Kind::Run => {
                images(cx, index, item, &mut links);
                mounts(cx, index, item, &mut links);
            }
            _ => {}
        }
    }
    let tail = file.tail();
    urls(&cx.document.text().slice(tail.clone()), tail.start, &mut links);
    links.sort_by_key(|link| (link.span.start, link.span.end));
    links
}

fn link(item: &Item, part: Part, target: Target) -> Link {
    Link { span: item.absolute(item.instruction.place(part)), target }
}

fn images(cx: &Cx<'_>, index: usize, item: &Item, links: &mut Vec<Link>) {
    for word in cx.document.model().source_words(cx.document.file(), index) {
        let CopyFrom::Image(name) = &word.source else { continue };
        let span = item.absolute(item.instruction.place(word.part));
        let written = item.instruction.str(word.part);
        if span.len() == written.len() {
            image(name, written, span.start, links);
        } else if let Some(url) = registry::page(&Image::new(name)) {
            links.push(Link { span, target: Target::Url(url) });
        }
    }
}

/// A link from the name of an image, written at `start`, without its tag and digest.
fn image(name: &str, written: &str, start: usize, links: &mut Vec<Link>) {
    if let Some(url) = registry::page(&Image::new(name)) {
        links.push(Link { span: start..start + name_length(written), target: Target::Url(url) });
    }
}

/// The length of a name as written; all of it where a variable may hide the end.
fn name_length(written: &str) -> usize {
    let plain = written.find('$').unwrap_or(written.len());
    let image = Image::new(written.get(..plain).unwrap_or_default());
    let ends = plain == written.len() || image.tag().is_some() || image.digest().is_some();
    if ends { image.name().len() } else { written.len() }
}

/// The files and URLs that a COPY or ADD reads.
fn sources(cx: &Cx<'_>, index: usize, item: &Item, links: &mut Vec<Link>) {
    let Some(step) = CopyStep::of(cx.document.file(), cx.document.model(), index) else { return };
    for word in &step.sources {
        let Some(value) = &word.value else { continue };
        let is_add = item.instruction.ast().kind == Kind::Add;
        if is_add && is_url(value) {
            links.push(link(item, word.part, Target::Url(value.clone())));
        } else if step.from == CopyFrom::Context {
            links.extend(context_file(cx, value).map(|target| link(item, word.part, target)));
        }
    }
}

/// The files that bind mounts show.
fn mounts(cx: &Cx<'_>, index: usize, item: &Item, links: &mut Vec<Link>) {
    for (mount, from) in cx.document.model().bind_mounts(cx.document.file(), index) {
        let Some(field) = mount.field(&["source", "src"]).filter(|_| from == CopyFrom::Context) else {
            continue;
        };
        let target = field.value.as_deref().and_then(|value| context_file(cx, value));
        links.extend(target.map(|target| link(item, field.value_part, target)));
    }
}

fn context_file(cx: &Cx<'_>, path: &str) -> Option<Target> {
    let path = path::in_context(path);
    matches!(cx.context.entry(&path), Lookup::File(_)).then_some(Target::File(path))
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|char: char| char.is_alphanumeric() || char == '['))
}

/// The URLs in a text that begins at `start`.
fn urls(text: &str, start: usize, links: &mut Vec<Link>) {
    let mut position = 0;
    while let Some(offset) = text.get(position..).and_then(|rest| rest.find("http")) {
        let begin = position + offset;
        let rest = text.get(begin..).unwrap_or_default();
        let is_end = |char: char| char.is_whitespace() || matches!(char, '<' | '>' | '"' | '\'' | '`' | '|');
        let mut url = rest.get(..rest.find(is_end).unwrap_or(rest.len())).unwrap_or_default();
        // What ends a sentence or closes a bracket that was opened before is no part of it.
        while let Some(shorter) = url.strip_suffix(['.', ',', ';', ':', '!', '?', ')', ']', '}', '*']) {
            let is_closing =
                url.ends_with(')') && shorter.matches('(').count() > shorter.matches(')').count();
            if is_closing {
                break;
            }
            url = shorter;
        }
        if is_url(url) {
            let span = start + begin..start + begin + url.len();
            links.push(Link { span, target: Target::Url(url.to_owned()) });
        }
        position = begin + url.len().max("http".len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;
    use proptest::prelude::*;

    fn check(fixture: &str, expected: &[(&str, &str)]) {
        let found = Fixture::new(fixture).look(|cx| {
            let text = cx.document.text();
            let show = |link: Link| match link.target {
                Target::Url(url) => (text.slice(link.span), url),
                Target::File(path) => (text.slice(link.span), format!("file {path}")),
            };
            find(cx).into_iter().map(show).collect::<Vec<_>>()
        });
        let found: Vec<(&str, &str)> =
            found.iter().map(|(text, url)| (text.as_str(), url.as_str())).collect();
        assert_eq!(found, expected, "{fixture}");
    }

    #[test]
    fn images_are_linked_wherever_they_stand() {
        check(
            "# syntax=docker/dockerfile:1\nARG V=22\nFROM node:${V:-20} AS a\nFROM a\nFROM scratch\n\
             COPY --from=golang:1.24 a b\nRUN --mount=from=quay.io/a/b,target=/c d\n",
            &[
                ("docker/dockerfile", "https://hub.docker.com/r/docker/dockerfile"),
                ("node", "https://hub.docker.com/_/node"),
                ("golang", "https://hub.docker.com/_/golang"),
                ("quay.io/a/b", "https://quay.io/repository/a/b"),
            ],
        );
    }

    #[test]
    fn an_image_behind_variables_is_linked_as_a_whole() {
        check("ARG R=quay.io/a\nFROM $R/b:1\n", &[("$R/b:1", "https://quay.io/repository/a/b")]);
        check("FROM $UNKNOWN/b\n", &[]);
        check("FROM no\\\nde:1\n", &[("no\\\nde:1", "https://hub.docker.com/_/node")]);
    }

    #[test]
    fn urls_of_add_and_of_comments_are_linked() {
        check(
            "# See https://a.b/c_(d), (http://e.f).\nFROM scratch\nARG V=1\nADD https://a.b/$V.tar.gz /x/\n\
             RUN a \\\n # <https://g.h/?i=j>\n b\n# https://\n# xhttp://k.l\n",
            &[
                ("https://a.b/c_(d)", "https://a.b/c_(d)"),
                ("http://e.f", "http://e.f"),
                ("https://a.b/$V.tar.gz", "https://a.b/1.tar.gz"),
                ("https://g.h/?i=j", "https://g.h/?i=j"),
                ("http://k.l", "http://k.l"),
            ],
        );
    }

    #[test]
    fn files_of_the_build_context_are_linked() {
        check(
            "#- src/a.txt\na\n#- Dockerfile\nFROM scratch\nARG D=src\nCOPY ./$D/a.txt src missing *.txt /x/\n\
             COPY --from=b src/a.txt /x/\nRUN --mount=type=bind,source=src/a.txt,target=/a b\n",
            &[
                ("./$D/a.txt", "file src/a.txt"),
                ("b", "https://hub.docker.com/_/b"),
                ("src/a.txt", "file src/a.txt"),
            ],
        );
    }

    proptest! {
        #[test]
        fn any_text_has_links_with_places_in_it(
            words in prop::collection::vec(prop::sample::select(&[
                "FROM ", "ADD ", "COPY --from=", "# ", "http://a.b", "https://", "é", ")", "\\\n", "\n", "$a", "${a:-b}",
                "node:1", "@", "/", "RUN --mount=", "from=", "source=x", ",", "# syntax=", "🐳",
            ][..]), 0..30)
        ) {
            let source = words.concat();
            Fixture::new(&source.replace("#-", "#")).look(|cx| {
                for link in find(cx) {
                    let text = cx.document.text().slice(link.span.clone());
                    assert!(!text.is_empty() && text.len() == link.span.len(), "{link:?}");
                }
            });
        }
    }
}
