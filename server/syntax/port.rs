//! The ports of EXPOSE: `8080`, `8000-8010/udp`, and the host mappings that BuildKit still takes.
//! Source: BuildKit, `frontend/dockerfile/dockerfile2llb/convert_expose.go`.

use std::net::IpAddr;

/// Why a port is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortProblem {
    /// A number beyond 65535 or below 0.
    OutOfRange(String),
    /// Anything else: the rest of a sentence that begins with the port.
    Other(String),
}

/// Why BuildKit refuses a port, as it is after expansion; `None` where it takes it.
pub fn problem(text: &str) -> Option<PortProblem> {
    let mut parts = text.rsplitn(3, ':');
    let (container, host, address) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let (ports, protocol) = container.split_once('/').unwrap_or((container, ""));
    if ports.is_empty() {
        return other("has no port");
    }
    if !["", "tcp", "udp", "sctp"].contains(&protocol.to_lowercase().as_str()) {
        return other(format!("has the protocol `{protocol}`: there are `tcp`, `udp` and `sctp`"));
    }
    if let Some(address) = address.filter(|address| !address.is_empty()) {
        let bare = match address.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']').unwrap_or_default(),
            None => address,
        };
        if bare.parse::<IpAddr>().is_err() {
            return other(format!("has the address `{address}`, which is no IP address"));
        }
    }
    let (first, last) = match range(ports) {
        Ok(range) => range,
        Err(problem) => return Some(problem),
    };
    let host = host.filter(|host| !host.is_empty())?;
    match range(host) {
        Err(problem) => Some(problem),
        Ok((from, to)) if to - from != last - first && first != last => {
            other(format!("maps `{host}` to `{ports}`, which are not as many"))
        }
        Ok(_) => None,
    }
}

fn other(what: impl Into<String>) -> Option<PortProblem> {
    Some(PortProblem::Other(what.into()))
}

/// `80` or `8000-8010`.
fn range(text: &str) -> Result<(i64, i64), PortProblem> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    if last < first {
        let what = format!("has the range `{text}`, which ends before it begins");
        return Err(PortProblem::Other(what));
    }
    Ok((first, last))
}

fn number(text: &str) -> Result<i64, PortProblem> {
    match text.parse::<i64>() {
        Ok(number @ 0..=65535) => Ok(number),
        Ok(_) => Err(PortProblem::OutOfRange(text.to_owned())),
        Err(_) if text.is_empty() => Err(PortProblem::Other("lacks a port".to_owned())),
        Err(_) => Err(PortProblem::Other(format!("has the port `{text}`, which is no number"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_ranges_and_mappings_are_taken() {
        for text in [
            "80",
            "0",
            "65535/UDP",
            "80/",
            "8000-8010/sctp",
            "80-80",
            "8080:80",
            ":80",
            "8000-8010:80",
            "127.0.0.1:80:80",
            "[::1]:80:80",
            "127.0.0.1::80",
            "+80",
            "::1:80:80",
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "/tcp",
            "http",
            "65536",
            "80/http",
            "80-",
            "-80",
            "9-8",
            "80.5",
            "a:80",
            "80:",
            "1.2.3:80:80",
            "[::1:80:80",
            "8000-8002:80-81",
            "#",
        ] {
            assert!(problem(text).is_some(), "{text}");
        }
    }
}
