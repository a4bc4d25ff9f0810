//! Outlines, folds and growing selections, in the protocol's words.

use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolResponse, FoldingRange, FoldingRangeKind, Location, Position,
    SelectionRange, SymbolInformation, SymbolKind as Kind,
};

use super::convert::{self, Positions};
use super::state::Snapshot;
use crate::folding::{self, FoldKind};
use crate::selection;
use crate::symbols::{self, Symbol, SymbolKind};

/// The outline: a tree, or a list where the client takes no tree.
pub(crate) fn outline(snapshot: &Snapshot) -> DocumentSymbolResponse {
    let outline = symbols::outline(&snapshot.document);
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    if snapshot.support.symbol_tree {
        return DocumentSymbolResponse::Nested(tree(outline, &mut positions));
    }
    let mut list = Vec::new();
    flatten(&mut list, snapshot, outline, None, &mut positions, &|_| true);
    DocumentSymbolResponse::Flat(list)
}

fn tree(symbols: Vec<Symbol>, positions: &mut Positions<'_>) -> Vec<DocumentSymbol> {
    let symbol = |symbol: Symbol| {
        #[expect(deprecated, reason = "the field has to be given")]
        DocumentSymbol {
            name: symbol.name,
            detail: symbol.detail,
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            range: positions.range(&symbol.span),
            selection_range: positions.range(&symbol.name_span),
            children: (!symbol.children.is_empty()).then(|| tree(symbol.children, positions)),
        }
    };
    symbols.into_iter().map(symbol).collect()
}

/// Pushes the symbols that are wanted, with all that is inside of them.
fn flatten(
    list: &mut Vec<SymbolInformation>,
    snapshot: &Snapshot,
    symbols: Vec<Symbol>,
    container: Option<&str>,
    positions: &mut Positions<'_>,
    is_wanted: &dyn Fn(&Symbol) -> bool,
) {
    for symbol in symbols {
        if is_wanted(&symbol) {
            #[expect(deprecated, reason = "the field has to be given")]
            list.push(SymbolInformation {
                name: symbol.name.clone(),
                kind: kind(symbol.kind),
                tags: None,
                deprecated: None,
                location: Location::new(snapshot.uri.clone(), positions.range(&symbol.span)),
                container_name: container.map(str::to_owned),
            });
        }
        flatten(list, snapshot, symbol.children, Some(&symbol.name), positions, is_wanted);
    }
}

fn kind(kind: SymbolKind) -> Kind {
    match kind {
        SymbolKind::Directive => Kind::PROPERTY,
        SymbolKind::Stage => Kind::MODULE,
        SymbolKind::Instruction => Kind::FUNCTION,
        SymbolKind::Variable => Kind::VARIABLE,
    }
}

/// The stages and variables of a document, in a list.
pub(crate) fn named(snapshot: &Snapshot) -> Vec<SymbolInformation> {
    let is_wanted = |symbol: &Symbol| matches!(symbol.kind, SymbolKind::Stage | SymbolKind::Variable);
    let mut list = Vec::new();
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let outline = symbols::outline(&snapshot.document);
    flatten(&mut list, snapshot, outline, None, &mut positions, &is_wanted);
    list
}

/// What can be folded; of two folds of the same lines, one.
pub(crate) fn folds(snapshot: &Snapshot) -> Vec<FoldingRange> {
    let mut positions = Positions::new(snapshot.document.text(), snapshot.support.encoding);
    let fold = |fold: folding::Fold| {
        let range = positions.range(&fold.span);
        FoldingRange {
            start_line: range.start.line,
            end_line: range.end.line,
            kind: match fold.kind {
                FoldKind::Comment => Some(FoldingRangeKind::Comment),
                FoldKind::Region => Some(FoldingRangeKind::Region),
                FoldKind::Stage | FoldKind::Instruction | FoldKind::Heredoc => None,
            },
            ..FoldingRange::default()
        }
    };
    let mut folds: Vec<FoldingRange> = folding::folds(&snapshot.document).into_iter().map(fold).collect();
    folds.dedup_by_key(|fold| (fold.start_line, fold.end_line));
    folds
}

/// What the selections at some places grow to, one for each.
pub(crate) fn selections(snapshot: &Snapshot, positions: &[Position]) -> Vec<SelectionRange> {
    let (text, encoding) = (snapshot.document.text(), snapshot.support.encoding);
    let selection = |position: &Position| {
        let offset = convert::offset(text, *position, encoding);
        let spans = selection::spans(&snapshot.document, offset);
        let grown = spans.iter().rev().fold(None, |parent, span| {
            let range = convert::range(text, span, encoding);
            Some(Box::new(SelectionRange { range, parent }))
        });
        grown.map(|selection| *selection).unwrap_or_default()
    };
    positions.iter().map(selection).collect()
}
