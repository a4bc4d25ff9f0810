//! The stages and variables of all Dockerfiles in the client's folders: `workspace/symbol`.

use std::sync::Arc;

use tower_lsp::ls_types::SymbolInformation;

use super::state::Shared;
use super::structure::named;
use super::workspace_files::{hears_of_changes, unopened, unopened_paths};

/// So many are told at most: who looks for something types more of it.
const MOST_SYMBOLS: usize = 2_000;

/// The stages and variables whose names have the letters of `query`, in its order; those of open documents first.
pub(crate) fn find(shared: &Shared, query: &str) -> Vec<SymbolInformation> {
    let query = query.to_lowercase();
    let open = shared.snapshots();
    let is_wanted = |symbol: &SymbolInformation| is_match(&symbol.name, &query);
    let of_open = open.iter().filter(|snapshot| snapshot.is_dockerfile()).flat_map(named);
    let mut found: Vec<SymbolInformation> = of_open.filter(is_wanted).collect();
    for path in unopened_paths(shared, &open) {
        if found.len() >= MOST_SYMBOLS {
            break;
        }
        let changes = *shared.changes().borrow();
        let known = shared.known_symbols(&path).filter(|_| hears_of_changes(shared));
        let symbols = known.or_else(|| {
            let symbols = Arc::new(named(&unopened(shared, &path)?));
            shared.keep_symbols(&path, &symbols, changes);
            Some(symbols)
        });
        found.extend(
            symbols.iter().flat_map(|symbols| symbols.iter()).filter(|symbol| is_wanted(symbol)).cloned(),
        );
    }
    found.truncate(MOST_SYMBOLS);
    found
}

fn is_match(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().all(|wanted| letters.any(|letter| letter == wanted))
}
