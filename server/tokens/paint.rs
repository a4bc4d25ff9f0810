//! From layers that lie over each other to tokens side by side.

use super::{Kind, Modifiers, Token};
use crate::text::Span;

/// A place and how it looks, over whatever it lies on.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    pub(super) span: Span,
    /// `None` takes away what is below.
    pub(super) look: Option<(Kind, Modifiers)>,
    /// Of two layers of the same place the higher one is seen.
    pub(super) height: u16,
}

/// What is seen of the layers from above: an inner layer hides the outer one. Tokens are sorted, do not overlap,
/// stand on one line each and neither begin nor end with a blank, so that any client can show them.
pub(super) fn flatten(mut layers: Vec<Layer>, source: &str) -> Vec<Token> {
    layers.retain(|layer| !layer.span.is_empty());
    layers.sort_by_key(|layer| (layer.span.start, std::cmp::Reverse(layer.span.end), layer.height));
    let mut canvas = Canvas { source, position: 0, tokens: Vec::new() };
    let mut below: Vec<Layer> = Vec::new();
    for layer in layers {
        while let Some(top) = below.pop_if(|top| top.span.end <= layer.span.start) {
            canvas.paint(top.span.end, top.look);
        }
        canvas.paint(layer.span.start, below.last().and_then(|top| top.look));
        below.push(layer);
    }
    while let Some(top) = below.pop() {
        canvas.paint(top.span.end, top.look);
    }
    canvas.tokens
}

struct Canvas<'a> {
    source: &'a str,
    position: usize,
    tokens: Vec<Token>,
}

impl Canvas<'_> {
    /// Paints from where it is up to `end`.
    fn paint(&mut self, end: usize, look: Option<(Kind, Modifiers)>) {
        if end <= self.position {
            return;
        }
        let start = std::mem::replace(&mut self.position, end);
        let (Some((kind, modifiers)), Some(text)) = (look, self.source.get(start..end)) else { return };
        let mut line_start = start;
        for line in text.split(['\n', '\r']) {
            let trimmed = line.trim();
            if !trimmed.is_empty() {
                let offset = line_start + line.len() - line.trim_start().len();
                self.push(Token { start: offset, end: offset + trimmed.len(), kind, modifiers });
            }
            line_start += line.len() + 1;
        }
    }

    /// Adds a token, or lets the last one go on where it looks the same. Each operator stays by itself.
    fn push(&mut self, token: Token) {
        let goes_on = |last: &&mut Token| {
            let looks = |token: &Token| (token.kind, token.modifiers);
            last.end == token.start && looks(last) == looks(&token) && token.kind != Kind::Operator
        };
        match self.tokens.last_mut().filter(goes_on) {
            Some(last) => last.end = token.end,
            None => self.tokens.push(token),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layer(span: Span, kind: Option<Kind>, height: u16) -> Layer {
        Layer { span, look: kind.map(|kind| (kind, Modifiers::default())), height }
    }

    fn shown(source: &str, layers: Vec<Layer>) -> Vec<(Kind, &str)> {
        let tokens = flatten(layers, source);
        tokens.into_iter().map(|token| (token.kind, &source[token.start..token.end])).collect()
    }

    #[test]
    fn an_inner_layer_hides_the_outer_one_and_the_higher_the_lower() {
        let layers = vec![
            layer(0..9, Some(Kind::String), 0),
            layer(2..4, Some(Kind::Variable), 0),
            layer(2..4, Some(Kind::Operator), 1),
            layer(6..7, None, 0),
        ];
        let expected =
            [(Kind::String, "ab"), (Kind::Operator, "cd"), (Kind::String, "ef"), (Kind::String, "hi")];
        assert_eq!(shown("abcdefghi", layers), expected);
    }

    #[test]
    fn a_token_stands_on_one_line_without_blanks_around_it() {
        let layers = vec![layer(0..14, Some(Kind::String), 0)];
        assert_eq!(
            shown("ab \r\n  c\n \rd e", layers),
            [(Kind::String, "ab"), (Kind::String, "c"), (Kind::String, "d e"),]
        );
    }

    proptest! {
        #[test]
        fn any_layers_give_tokens_side_by_side(
            source in "[ab\n\r é]{0,20}",
            spans in prop::collection::vec((0..24usize, 0..24usize, 0..3u16), 0..12),
        ) {
            let layers = spans.iter().map(|(start, length, height)| {
                layer(*start..start + length, (*height > 0).then_some(Kind::String), *height)
            });
            let tokens = flatten(layers.collect(), &source);
            for token in &tokens {
                let text = source.get(token.start..token.end).expect("a place between characters");
                prop_assert!(!text.is_empty() && !text.contains(['\n', '\r']));
            }
            prop_assert!(tokens.is_sorted_by(|one, two| one.end <= two.start));
        }
    }
}
