//! The arrows of the architecture: text → syntax → semantic → features → lsp and cli.

use crate::assert_none;
use crate::sources::{Source, sources};

/// Every module below the crate's root, and the modules it may name beside itself. Who is not listed fails.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("path", &[]),
    ("knowledge", &["path", "text"]),
    ("syntax", &["path", "text"]),
    ("context", &["path", "syntax", "text"]),
    // A document carries its model, and a model is asked together with its document; see the test about `Cx`.
    ("semantic", &["context", "document", "knowledge", "path", "syntax", "text"]),
    ("document", &["context", "semantic", "settings", "syntax", "text"]),
    // Settings are about rules, and rules obey them.
    ("settings", &["rules", "text"]),
    ("rules", FEATURE),
    ("fix", FEATURE),
    ("actions", FEATURE),
    ("hover", FEATURE),
    ("completion", FEATURE),
    ("tokens", FEATURE),
    ("links", FEATURE),
    ("hints", FEATURE),
    ("lenses", FEATURE),
    ("signature", FEATURE),
    ("navigation", FEATURE),
    ("dockerignore", &["completion", "context", "document", "hover", "navigation", "path", "text"]),
    ("silence", FEATURE),
    ("symbols", FEATURE),
    ("folding", FEATURE),
    ("format", FEATURE),
    ("selection", FEATURE),
    // The edge: these touch the disk.
    ("disk", &["context", "text"]),
    ("discovery", &["context", "disk", "document", "semantic", "settings", "text"]),
    ("shellcheck", &["context", "settings", "syntax"]),
    ("lsp", EDGE),
    ("cli", EDGE),
    ("main", &["cli", "lsp"]),
];

const FEATURE: &[&str] = &[
    "completion",
    "context",
    "document",
    "fix",
    "hover",
    "knowledge",
    "path",
    "rules",
    "semantic",
    "settings",
    "syntax",
    "text",
];

const EDGE: &[&str] = &[
    "actions",
    "completion",
    "context",
    "discovery",
    "disk",
    "dockerignore",
    "document",
    "fix",
    "folding",
    "format",
    "hints",
    "hover",
    "knowledge",
    "lenses",
    "links",
    "navigation",
    "path",
    "rules",
    "selection",
    "semantic",
    "settings",
    "shellcheck",
    "signature",
    "silence",
    "symbols",
    "syntax",
    "text",
    "tokens",
];

/// The parts that may reach out of the process.
const OUTSIDE: [&str; 6] = ["cli", "discovery", "disk", "lsp", "main", "shellcheck"];

/// The part of the program a file belongs to: its module below the crate's root.
fn part(source: &Source) -> &str {
    match source.path.as_str() {
        "server/lib.rs" => "lib",
        "server/main.rs" => "main",
        _ => source.module()[0],
    }
}

/// Every path in a part that `is_wrong` rejects, with where it stands.
fn wrong(is_wrong: impl Fn(&str, &[&str]) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources("server") {
        for path in source.paths() {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            if is_wrong(part(&source), &path) {
                problems.push(format!("{} names {}", source.path, path.join("::")));
            }
        }
    }
    problems
}

#[test]
fn no_arrow_points_back() {
    let named = |path: &[&str]| match path {
        ["crate" | "layerwise", name, ..] => ARROWS.iter().map(|(name, _)| *name).find(|known| known == name),
        _ => None,
    };
    assert_none(&wrong(|part, path| {
        let Some(target) = named(path) else { return false };
        let allowed = ARROWS.iter().find(|(name, _)| *name == part).map(|(_, allowed)| *allowed);
        target != part && !allowed.unwrap_or_default().contains(&target)
    }));
}

/// `Cx` stands beside the document, for the features: it also has the settings in it.
#[test]
fn nothing_below_the_features_knows_what_an_analysis_is_given() {
    const BELOW: [&str; 6] = ["context", "knowledge", "path", "semantic", "syntax", "text"];
    assert_none(&wrong(|part, path| BELOW.contains(&part) && path.contains(&"Cx")));
}

#[test]
fn every_part_has_its_arrows() {
    let sources = sources("server");
    let product = sources.iter().filter(|source| !source.only_tests);
    let mut unknown: Vec<String> =
        product.map(part).filter(|part| *part != "lib").map(str::to_owned).collect();
    unknown.retain(|part| !ARROWS.iter().any(|(name, _)| name == part));
    assert_none(&unknown);
}

#[test]
fn only_the_server_knows_the_protocol() {
    const PROTOCOL: [&str; 5] = ["ls_types", "lsp_types", "tower", "tower_lsp", "tower_lsp_server"];
    assert_none(&wrong(|part, path| part != "lsp" && path.len() > 1 && PROTOCOL.contains(&path[0])));
}

#[test]
fn only_the_command_line_prints() {
    const MACROS: [&str; 6] = ["anstream", "dbg!", "eprint!", "eprintln!", "print!", "println!"];
    assert_none(&wrong(|part, path| {
        let streams = matches!(path, ["std", "io", "stdout" | "stdin", ..] | ["io", "stdout" | "stdin", ..]);
        let prints = path.iter().any(|name| MACROS.contains(name));
        !["cli", "main"].contains(&part) && (prints || (streams && part != "lsp"))
    }));
}

#[test]
fn nothing_below_the_edge_reaches_out_of_the_process() {
    const MODULES: [&str; 7] = ["env", "fs", "io", "net", "process", "thread", "time"];
    const CRATES: [&str; 5] = ["ignore", "rayon", "tempfile", "tokio", "tracing_subscriber"];
    assert_none(&wrong(|part, path| {
        let reaches = match path {
            // An address is a value like any other.
            ["std", "net", "IpAddr", ..] => false,
            ["std", name, ..] => MODULES.contains(name) || *name == "os",
            // What matches the lines of a `.gitignore` is given their text.
            ["ignore", "Match", ..] | ["ignore", "gitignore", "Gitignore" | "GitignoreBuilder", ..] => {
                part != "context"
            }
            // `context::ignore` and the like are ours: those paths begin with `crate`.
            [name, _, ..] => CRATES.contains(name),
            _ => false,
        };
        reaches && !OUTSIDE.contains(&part)
    }));
}

#[test]
fn only_one_part_starts_programs() {
    assert_none(&wrong(|part, path| {
        let starts = match path {
            ["std" | "tokio", "process", name, ..] => *name != "ExitCode",
            _ => false,
        };
        starts && part != "shellcheck"
    }));
}

#[test]
fn below_the_edge_nothing_logs_above_trace() {
    assert_none(&wrong(|part, path| {
        let loud = matches!(
            path,
            ["tracing", "debug!" | "error!" | "info!" | "warn!" | "debug" | "error" | "info" | "warn"]
        );
        loud && !OUTSIDE.contains(&part)
    }));
}
