//! Archives in the shell text of a RUN: what it extracts, and what it fetches for that and leaves behind.
//! Source: tar(1), unzip(1), gzip(1), curl(1), wget(1).

use std::borrow::Cow;

use super::caches::has_mount_like;
use super::commands::Invocation;
use super::facts::Facts;
use crate::path;
use crate::syntax::{Instruction, Script};

/// What the names of archives and packed files end in.
const ENDS: [&str; 17] = [
    ".7z", ".Z", ".bz2", ".gz", ".jar", ".lz", ".lzma", ".tar", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz",
    ".txz", ".xz", ".zip", ".zst",
];

/// A word of a command that extracts an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extraction<'a> {
    /// The command, as an index of the script's.
    pub command: usize,
    /// The archive, as written.
    pub archive: &'a str,
    /// Whether the archive is there afterwards.
    pub keeps: bool,
}

/// A command that fetches an archive which the RUN extracts and leaves in its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leftover<'a> {
    /// The command, as an index of the script's.
    pub command: usize,
    /// What extracts it.
    pub extraction: Extraction<'a>,
}

/// Whether something is called as archives are.
pub fn is_archive(name: &str) -> bool {
    let name = name.trim_matches(['"', '\'']);
    ENDS.iter().any(|end| name.ends_with(end))
}

/// The last part of a path, without quotes.
pub fn base_name(path: &str) -> &str {
    let path = path.trim_matches(['"', '\'']);
    path::name(path)
}

/// A name as it is without the quotes in it, with which `"$V".tgz`, `"$V.tgz"` and `$V.tgz` are the same.
pub fn unquoted(name: &str) -> Cow<'_, str> {
    if name.contains('"') { Cow::Owned(name.replace('"', "")) } else { Cow::Borrowed(name) }
}

/// What the commands of a RUN extract, in order.
pub fn extractions(facts: &Facts) -> impl Iterator<Item = Extraction<'_>> {
    facts.invocations.iter().filter(|invocation| is_extractor(&invocation.name)).flat_map(|invocation| {
        let words = invocation.written_arguments(&facts.script);
        let keeps = match &*invocation.name {
            "tar" | "bsdtar" => extracts(&words).then_some(!words.contains(&"--remove-files")),
            "unzip" | "zcat" | "gzcat" | "bzcat" | "xzcat" => Some(true),
            _ => Some(words.iter().any(|word| ["-c", "-k", "--keep", "--stdout"].contains(word))),
        };
        let archives = words.into_iter().filter(|word| !word.starts_with('-') && is_archive(word));
        let command = invocation.command;
        archives.filter_map(move |archive| Some(Extraction { command, archive, keeps: keeps? }))
    })
}

/// What `tar` with these words, of which its name is none, extracts as it is: the archive, and the folder where one is
/// named. `None` where it does anything else, such as to leave out a part of the paths.
pub fn extracted_whole<'a>(words: &[&'a str]) -> Option<(&'a str, Option<&'a str>)> {
    let (mut extracts, mut archive, mut folder) = (false, None, None);
    let mut rest = words.iter().enumerate();
    while let Some((index, word)) = rest.next() {
        if let Some(file) = word.strip_prefix("--file=") {
            archive = Some(file);
        } else if let Some(place) = word.strip_prefix("--directory=") {
            folder = Some(place);
        } else if matches!(*word, "-C" | "--directory") {
            folder = Some(*rest.next()?.1);
        } else if matches!(*word, "--extract" | "--get") {
            extracts = true;
        } else if !matches!(*word, "--gzip" | "--bzip2" | "--xz" | "--verbose") {
            let cluster = word.strip_prefix('-').or_else(|| (index == 0).then_some(*word))?;
            let letters = cluster.strip_suffix('f').unwrap_or(cluster);
            if !letters.chars().all(|letter| "xzjJvp".contains(letter)) {
                return None;
            }
            extracts |= letters.contains('x');
            if letters.len() < cluster.len() {
                archive = Some(*rest.next()?.1);
            }
        }
    }
    archive.filter(|_| extracts).map(|archive| (archive, folder))
}

/// Whether a program of this name can extract archives.
fn is_extractor(name: &str) -> bool {
    matches!(
        name,
        "tar"
            | "bsdtar"
            | "unzip"
            | "zcat"
            | "gzcat"
            | "bzcat"
            | "xzcat"
            | "gunzip"
            | "bunzip2"
            | "unlzma"
            | "unxz"
            | "uncompress"
            | "unzstd"
    )
}

/// The archives that a RUN fetches, extracts and is not seen to remove.
pub fn leftovers<'a>(instruction: &Instruction, facts: &'a Facts) -> Vec<Leftover<'a>> {
    // A mount may be where they are.
    if has_mount_like(instruction, &[""]) {
        return Vec::new();
    }
    let script = &facts.script;
    let fetches = facts
        .invocations
        .iter()
        .filter_map(|invocation| Some((invocation.command, fetched(invocation, script)?)));
    let fetches: Vec<(usize, &str)> = fetches.collect();
    let removals = facts.invocations.iter().filter(|invocation| REMOVERS.contains(&&*invocation.name));
    let removals: Vec<(usize, Vec<&str>)> =
        removals.map(|invocation| (invocation.command, invocation.written_arguments(script))).collect();
    let mut found: Vec<Leftover<'a>> = Vec::new();
    for extraction in extractions(facts).filter(|extraction| extraction.keeps) {
        let name = unquoted(base_name(extraction.archive));
        let is_its =
            |(command, file): &&(usize, &str)| *command < extraction.command && unquoted(file) == name;
        let Some((command, _)) = fetches.iter().rfind(is_its) else {
            continue;
        };
        let later = removals.iter().filter(|(removal, _)| *removal > extraction.command);
        let is_removed = { later }.any(|(_, words)| may_remove(words, &extraction));
        if !is_removed && !found.iter().any(|leftover| leftover.command == *command) {
            found.push(Leftover { command: *command, extraction });
        }
    }
    found
}

/// Whether the words of a tar say that it extracts.
fn extracts(words: &[&str]) -> bool {
    let is_long = |word: &&str| matches!(*word, "--extract" | "--get");
    let is_short = |word: &&str| word.starts_with('-') && !word.starts_with("--") && word.contains('x');
    // The first word may be a cluster without its dash.
    let is_old = words.first().is_some_and(|word| {
        word.contains('x') && word.chars().all(|char| char.is_ascii_alphabetic()) && word.len() < 8
    });
    is_old || words.iter().any(|word| is_long(word) || is_short(word))
}

/// The name of the file that a command fetches; `None` where it writes to its standard output.
pub fn fetched<'a>(invocation: &Invocation, script: &'a Script) -> Option<&'a str> {
    let words = invocation.written_arguments(script);
    let (letter, long, others) = match &*invocation.name {
        "curl" => ('o', "--output", "ACDEFHKPQTUXYbcdehmrtuwxyz"),
        "wget" => ('O', "--output-document", "ABDIPQRTUaeiltwXo"),
        _ => return None,
    };
    let is_file = |file: &&str| *file != "-";
    let names_next = |word: &str| {
        word == long || word.starts_with('-') && !word.starts_with("--") && word.ends_with(letter)
    };
    if let Some(pair) = words.windows(2).find(|pair| pair.first().is_some_and(|word| names_next(word))) {
        return pair.get(1).map(|file| base_name(file)).filter(is_file);
    }
    // `-qO-`, `-ofile`: what stands behind the letter, unless that belongs to another one before it.
    let glued = |word: &&'a str| {
        let cluster = word.strip_prefix('-').filter(|cluster| !cluster.starts_with('-'))?;
        let (before, file) = cluster.split_once(letter)?;
        (!before.contains(|char| others.contains(char))).then_some(file)
    };
    let long_value = |word: &&'a str| word.strip_prefix(long)?.strip_prefix('=');
    if let Some(file) = words.iter().find_map(|word| long_value(word).or_else(|| glued(word))) {
        return Some(base_name(file)).filter(is_file);
    }
    let keeps_name = &*invocation.name == "wget"
        || words.iter().any(|word| {
            *word == "--remote-name" || word.starts_with('-') && !word.starts_with("--") && word.contains('O')
        }) && &*invocation.name == "curl";
    let mut addresses = words.iter().filter(|word| word.contains("://"));
    addresses.next().filter(|_| keeps_name).map(|address| base_name(address))
}

/// Programs that take files away.
const REMOVERS: [&str; 6] = ["rm", "find", "unlink", "mv", "shred", "trap"];

/// Whether one of these, with its words, may take the archive of an extraction away.
fn may_remove(words: &[&str], extraction: &Extraction<'_>) -> bool {
    const ELSEWHERE: [&str; 4] = ["/var/lib/apt", "/var/cache/", "/root/.cache", "/usr/share/"];
    let is_other = |word: &&str| {
        word.starts_with('-')
            || ELSEWHERE.iter().any(|folder| word.starts_with(folder))
            || is_archive(word)
                && !word.contains(['*', '?', '[', '{'])
                && unquoted(base_name(word)) != unquoted(base_name(extraction.archive))
    };
    !words.iter().all(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn shown(run: &str) -> Vec<String> {
        let file = File::new(&format!("RUN {run}\n"));
        let instruction = &file.items()[0].instruction;
        let facts = Facts::of(instruction).expect("facts");
        leftovers(instruction, facts).iter().map(|leftover| leftover.extraction.archive.to_owned()).collect()
    }

    #[test]
    fn a_plain_tar_extracts_all_that_is_in_it() {
        assert_eq!(extracted_whole(&["xzf", "a.tgz"]), Some(("a.tgz", None)));
        assert_eq!(extracted_whole(&["-C", "/b", "-xvf", "a.tar"]), Some(("a.tar", Some("/b"))));
        assert_eq!(
            extracted_whole(&["--extract", "--file=a.tar", "--directory=/b"]),
            Some(("a.tar", Some("/b")))
        );
        for words in [
            &["czf", "a.tgz"][..],
            &["xzf"],
            &["xzf", "a.tgz", "only/this"],
            &["xzf", "a.tgz", "--strip-components=1"],
            &["xOf", "a.tgz"],
            &["-zf", "a.tgz"],
        ] {
            assert_eq!(extracted_whole(words), None, "{words:?}");
        }
    }

    #[test]
    fn what_is_fetched_and_extracted_stays() {
        assert_eq!(shown("curl -fsSLo /tmp/a.tgz b && tar xzf /tmp/a.tgz -C /opt"), ["/tmp/a.tgz"]);
        assert_eq!(shown("curl -LO http://b/a-$V.zip && unzip \"a-$V.zip\""), ["a-$V.zip"]);
        assert_eq!(
            shown("wget -q http://b/a.tar.gz; tar -xf a.tar.gz; rm -rf /var/lib/apt/lists/*"),
            ["a.tar.gz"]
        );
        assert_eq!(shown("wget -O a.tar http://b && tar --extract --file a.tar && rm c.tar"), ["a.tar"]);
    }

    #[test]
    fn quotes_inside_of_a_name_change_nothing() {
        for (fetched, extracted) in [
            ("\"$V\".tar.gz", "\"$V\".tar.gz"),
            ("a-\"$V\".tgz", "\"a-$V.tgz\""),
            ("\"/b/a-$V\".tgz", "/b/a-$V.tgz"),
        ] {
            let run = format!("curl -fLo {fetched} c && tar xzf {extracted}");
            assert_eq!(shown(&run), [extracted.trim_matches('"')], "{run}");
            assert_eq!(shown(&format!("{run} && rm \"a-${{V}}\".tgz {fetched}")), [""; 0], "{run}");
        }
        assert_eq!(shown("curl -LO https://b/\"$V\".tar.gz && tar xf \"$V\".tar.gz").len(), 1);
        assert_eq!(shown("curl -fLo a-\"$V\".tgz c && tar xzf b-\"$V\".tgz"), [""; 0]);
    }

    #[test]
    fn what_is_or_may_be_removed_does_not() {
        for run in [
            "curl -o a.tgz b && tar xzf a.tgz && rm a.tgz",
            "curl -o a.tgz b && tar xzf a.tgz && rm -rf /tmp/*",
            "curl -o a.gz b && gunzip a.gz",
            "curl b | tar xz",
            "curl -o a.tgz b && tar czf a.tgz c",
            "tar xzf a.tgz",
            "--mount=type=cache,target=/c curl -o a.tgz b && tar xzf a.tgz",
            "curl -o a.tgz b && tar xzf a.tgz && mv a.tgz /x",
        ] {
            assert_eq!(shown(run), [""; 0], "{run}");
        }
    }
}
