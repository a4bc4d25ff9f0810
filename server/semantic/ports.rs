//! The ports that EXPOSE names.
//! Source: BuildKit, `dockerfile2llb/convert_expose.go` (`parsePort`).

use super::Model;
use crate::syntax::{Arguments, Instruction, Part};

/// A port, or a range of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The protocol as written; `tcp` where none is.
    pub protocol: String,
    /// What is said of the host: an address, a port, or both; `None` where nothing is.
    pub host: Option<String>,
}

/// The ports of the EXPOSE that is the instruction `item`, each with the word that names it. A word with an unknown
/// value, and one that names no port of a known protocol, gives none.
pub fn exposed(model: &Model, item: usize, instruction: &Instruction) -> Vec<(Part, Port)> {
    let Arguments::Words(words) = &instruction.ast().arguments else {
        return Vec::new();
    };
    let ports = |part: &Part| {
        let expanded = model.split_at(item, instruction.str(*part));
        let words = if expanded.value.is_some() { expanded.words } else { Vec::new() };
        let part = *part;
        words.into_iter().filter_map(move |(word, _)| Some((part, Port::read(&word)?)))
    };
    words.iter().flat_map(ports).collect()
}

impl Port {
    /// Reads `[[address:]host-port:]port[/protocol]`.
    fn read(word: &str) -> Option<Port> {
        let (host, port) = match word.rsplit_once(':') {
            Some((host, port)) => (host.trim_end_matches(':'), port),
            None => ("", word),
        };
        let (number, protocol) = port.split_once('/').unwrap_or((port, ""));
        let protocol = if protocol.is_empty() { "tcp" } else { protocol };
        let is_known = ["tcp", "udp", "sctp"].iter().any(|known| known.eq_ignore_ascii_case(protocol));
        (!number.is_empty() && is_known).then(|| Port {
            protocol: protocol.to_owned(),
            host: (!host.is_empty()).then(|| host.to_owned()),
        })
    }
}
