//! YAML as a tree with places. Bounded: what nests or repeats too much is refused like any other broken text.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::text::Span;

/// A value and where it stands, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// What a value is. Scalars are kept as they are written: who reads them knows what they ought to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Scalar(String),
    List(Vec<Node>),
    Table(Vec<(Node, Node)>),
}

/// The most levels and the most values of a document. A settings file has three and some dozen.
const MOST_DEPTH: usize = 32;
const MOST_NODES: usize = 20_000;

/// The first document of a text, `None` where there is none; or what is wrong with it, and where.
pub(crate) fn parse(source: &str) -> Result<Option<Node>, Failure> {
    Reader::new(source).document()
}

/// All documents of a text, or what is wrong with one of them, and where.
pub(crate) fn documents(source: &str) -> Result<Vec<Node>, Failure> {
    let (mut reader, mut documents) = (Reader::new(source), Vec::new());
    while let Some(document) = reader.document()? {
        documents.push(document);
    }
    Ok(documents)
}

/// What is wrong, and where.
type Failure = (String, Span);

struct Reader<'a> {
    source: &'a str,
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// The byte at which each character begins.
    offsets: Vec<usize>,
    length: usize,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Reader<'a> {
        Reader {
            source,
            parser: Parser::new_from_str(source),
            offsets: source.char_indices().map(|(offset, _)| offset).collect(),
            length: source.len(),
            anchors: HashMap::new(),
            nodes: 0,
        }
    }

    /// The next document; `None` after the last.
    fn document(&mut self) -> Result<Option<Node>, Failure> {
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(None),
                event => return self.node(event, span, 0).map(Some),
            }
        }
        Ok(None)
    }

    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Failure> {
        match self.parser.next() {
            None => Ok(None),
            Some(Ok((event, span))) => {
                let (start, end) = (self.byte(span.start.index()), self.byte(span.end.index()));
                Ok(Some((event, start..end.max(start))))
            }
            Some(Err(error)) => Err(self.failure(&error)),
        }
    }

    fn failure(&self, error: &ScanError) -> Failure {
        let place = self.byte(error.marker().index());
        (error.info().to_owned(), place..place)
    }

    fn byte(&self, character: usize) -> usize {
        self.offsets.get(character).copied().unwrap_or(self.length)
    }

    /// The place of a scalar: the parser takes a tag before it for a part of it, and a comment behind a quoted one. One with
    /// an anchor keeps what is before it, for its letters stand for other values too.
    fn place(&self, mut span: Span, style: ScalarStyle, anchor: usize) -> Span {
        let mut text = self.source.get(span.clone()).unwrap_or_default();
        if anchor == 0 && text.starts_with('!') {
            text = text.trim_start_matches(|char: char| !char.is_whitespace()).trim_start();
            span.start = span.end - text.len();
        }
        // What is escaped ends nothing; what stands in its place here is as long.
        let end = match style {
            ScalarStyle::SingleQuoted => {
                text.strip_prefix('\'').and_then(|rest| rest.replace("''", "__").find('\''))
            }
            ScalarStyle::DoubleQuoted => text
                .strip_prefix('"')
                .and_then(|rest| rest.replace(r"\\", "__").replace(r#"\""#, "__").find('"')),
            _ => None,
        };
        end.map_or(span.clone(), |end| span.start..span.start + end + 2)
    }

    /// The value that an event begins.
    fn node(&mut self, event: Event<'a>, mut span: Span, depth: usize) -> Result<Node, Failure> {
        self.nodes += 1;
        if depth > MOST_DEPTH || self.nodes > MOST_NODES {
            return Err(("this is nested too deeply, or too much".to_owned(), span));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, _) => {
                span = self.place(span, style, anchor);
                let is_plain = style == ScalarStyle::Plain;
                let is_null = is_plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                (anchor, if is_null { Value::Null } else { Value::Scalar(text.into_owned()) })
            }
            Event::SequenceStart(anchor, _) => {
                let mut items = Vec::new();
                while let Some((event, span)) = self.next()?.filter(|(event, _)| *event != Event::SequenceEnd)
                {
                    items.push(self.node(event, span, depth + 1)?);
                }
                (anchor, Value::List(items))
            }
            Event::MappingStart(anchor, _) => {
                let mut pairs = Vec::new();
                while let Some((event, span)) = self.next()?.filter(|(event, _)| *event != Event::MappingEnd)
                {
                    let key = self.node(event, span, depth + 1)?;
                    let Some((event, span)) = self.next()? else { break };
                    pairs.push((key, self.node(event, span, depth + 1)?));
                }
                (anchor, Value::Table(pairs))
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).map(|node| node.value.clone()).unwrap_or(Value::Null);
                self.nodes += count(&value);
                (0, value)
            }
            _ => (0, Value::Null),
        };
        let node = Node { span, value };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }
}

/// How many values there are in a value.
fn count(value: &Value) -> usize {
    match value {
        Value::Null | Value::Scalar(_) => 0,
        Value::List(items) => items.iter().map(|item| 1 + count(&item.value)).sum(),
        Value::Table(pairs) => {
            pairs.iter().map(|(key, item)| 2 + count(&key.value) + count(&item.value)).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in one line; scalars with the text that they stand on.
    fn shown(source: &str, node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Scalar(text) => format!("{text}={}", &source[node.span.clone()]),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| shown(source, item)).collect();
                format!("[{}]", items.join(" "))
            }
            Value::Table(pairs) => {
                let pair =
                    |(key, value): &(Node, Node)| format!("{}: {}", shown(source, key), shown(source, value));
                format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(" "))
            }
        }
    }

    fn tree(source: &str) -> String {
        parse(source).unwrap().map_or_else(|| "nothing".to_owned(), |node| shown(source, &node))
    }

    #[test]
    fn values_know_their_places_in_bytes() {
        assert_eq!(tree("é: [ü, \"a b\"]\nx: 'y' # c\n"), "{é=é: [ü=ü a b=\"a b\"] x=x: y='y'}");
        assert_eq!(tree("a: 'b''c' # d'e\n"), "{a=a: b'c='b''c'}");
        assert_eq!(tree("a: \"b'\\\"\" # \"d\nc: \"e\\\\\" # f\"\n"), r#"{a=a: b'"="b'\"" c=c: e\="e\\"}"#);
        assert_eq!(tree("\r\na:\r\n  - b\r\n"), "{a=a: [b=b]}");
        assert_eq!(
            (tree(""), tree("# c\n"), tree("a:\n")),
            ("nothing".into(), "nothing".into(), "{a=a: null}".into())
        );
        assert_eq!(tree("a: &x [b]\nc: *x\n"), "{a=a: [b=b] c=c: [b=b]}");
    }

    #[test]
    fn a_tag_is_no_part_of_a_value_and_an_anchor_is() {
        assert_eq!(tree("a: !!str b # c\nd: !x\n  'e' # f\n"), "{a=a: b=b d=d: e='e'}");
        assert_eq!(
            tree("a: &x b\nc: !!str &y \"d\"\ne: *y\n"),
            "{a=a: b=&x b c=c: d=!!str &y \"d\" e=e: d=*y}"
        );
    }

    #[test]
    fn a_text_has_one_document_after_the_other() {
        let all = |source: &str| -> Vec<String> {
            documents(source).unwrap().iter().map(|node| shown(source, node)).collect()
        };
        assert_eq!(all("a: é\n---\n- ü\n"), ["{a=a: é=é}", "[ü=ü]"]);
        assert_eq!((all(""), all("# c\n")), (vec![], vec![]));
        assert!(documents("a: b\n---\n[\n").is_err());
        assert_eq!(tree("a: b\n---\n[\n"), "{a=a: b=b}");
    }

    #[test]
    fn what_is_broken_or_endless_is_refused() {
        assert!(parse("a: [b\n").is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        let doubled = (1..40).fold("- &a0 [x, x]\n".to_owned(), |text, level| {
            let before = level - 1;
            text + &format!("- &a{level} [*a{before}, *a{before}]\n")
        });
        assert!(parse(&doubled).is_err());
    }
}
