//! `unverified-download`

use std::collections::HashMap;

use crate::rules::prelude::*;
use crate::semantic::archives::{base_name, extractions, fetched};
use crate::semantic::commands::Invocation;
use crate::syntax::shell::Joint;

declare_rule! {
    /// ## What it does
    /// Finds a download that the same RUN unpacks, installs or makes executable, and that nothing there holds against a checksum
    /// or a signature.
    ///
    /// ## Why is this bad?
    /// The server, or whoever has taken it over, decides what is built into the image; so does a transfer that breaks off. With
    /// a checksum in the file the step fails instead.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN curl -fsSLo tool.tgz https://example.org/tool-1.2.tgz && tar -xzf tool.tgz -C /opt && rm tool.tgz
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// ARG TOOL_SHA256=24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d
    /// RUN curl -fsSLo tool.tgz https://example.org/tool-1.2.tgz && echo "$TOOL_SHA256  tool.tgz" | sha256sum -c - && tar -xzf tool.tgz -C /opt && rm tool.tgz
    /// ```
    ///
    /// ## Silent
    /// In a RUN that checks anything (`sha256sum`, `gpg --verify`, `cosign`, …) or speaks of checksums; at what is read and not
    /// run, such as an answer of a service; at keys. What goes straight to an interpreter is for `download-to-shell`, an ADD for
    /// `remote-add-without-checksum`.
    pub(crate) static UNVERIFIED_DOWNLOAD = {
        id: "unverified-download", group: Security, severity: Hint, since: "0.1.0",
        also: [],
        check: Run(check),
    }
}

/// Words of those who check.
const CHECKS: [&str; 15] = [
    "b2sum", "b3sum", "checksum", "cksum", "cosign", "gpg", "md5", "minisign", "openssl", "sha1", "sha256",
    "sha384", "sha512", "shasum", "verify",
];

/// Programs that unpack what a pipe brings.
const UNPACKERS: [&str; 6] = ["bsdtar", "cpio", "funzip", "gunzip", "tar", "unzip"];

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    let mut downloads =
        facts.invocations.iter().filter(|invocation| is_download(facts, invocation)).peekable();
    if downloads.peek().is_none() || speaks_of_checks(facts.script.text().text()) {
        return;
    }
    let uses = last_uses(facts);
    for download in downloads {
        let Some(command) = download.command(&facts.script) else {
            continue;
        };
        let what = match fetched(download, &facts.script) {
            Some(file) if uses.get(file).is_some_and(|last| *last > download.command) => {
                format!("`{}`", shown(file))
            }
            None if is_piped_to_unpacker(facts, download) => "this".to_owned(),
            _ => continue,
        };
        let message = format!(
            "{what} is used as it comes: no checksum or signature tells whether it is what was meant"
        );
        out.push(facts.script.place(command.part), message);
    }
}

fn speaks_of_checks(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    CHECKS.iter().any(|word| text.contains(word))
}

/// Whether a command fetches something from another machine: also from an address that a variable holds.
fn is_download(facts: &Facts, invocation: &Invocation) -> bool {
    let words = invocation.written_arguments(&facts.script);
    let is_remote = |word: &&str| {
        ["http://", "https://", "ftp://"].iter().any(|scheme| word.contains(scheme))
            && !word.contains("localhost")
            && !word.contains("127.0.0.1")
    };
    let is_open = |index: usize, word: &str| {
        word.starts_with('$')
            && index
                .checked_sub(1)
                .and_then(|before| words.get(before))
                .is_none_or(|before| !takes_value(&invocation.name, before))
    };
    matches!(&*invocation.name, "curl" | "wget")
        && (words.iter().any(is_remote)
            || !words.iter().any(|word| word.contains("://"))
                && words.iter().enumerate().any(|(index, word)| is_open(index, word)))
}

/// Whether the word behind this one may be the value of an option.
fn takes_value(program: &str, word: &str) -> bool {
    const FLAGS: [&str; 9] = [
        "--compressed",
        "--fail",
        "--insecure",
        "--location",
        "--no-check-certificate",
        "--quiet",
        "--remote-name",
        "--show-error",
        "--silent",
    ];
    let letters = if program == "curl" { "fgiIjkLnNOpqRsSvZ0123456#" } else { "bcdFkKmnNqrSvVxE46" };
    match word.strip_prefix('-') {
        None => false,
        Some(_) if word.starts_with("--") => !word.contains('=') && !FLAGS.contains(&word),
        Some(cluster) => !cluster.chars().all(|letter| letters.contains(letter)),
    }
}

fn is_piped_to_unpacker(facts: &Facts, download: &Invocation) -> bool {
    let next = facts.script.commands().get(download.command + 1);
    next.is_some_and(|next| next.joint == Joint::Pipe)
        && facts
            .invocation_of(download.command + 1)
            .is_some_and(|program| UNPACKERS.contains(&&*program.name))
}

/// The names of the files that commands unpack, install or run, or make executable, each with the last of these commands.
fn last_uses(facts: &Facts) -> HashMap<&str, usize> {
    let mut uses: HashMap<&str, usize> = HashMap::new();
    let mut note = |name, command: usize| {
        let last = uses.entry(name).or_default();
        *last = command.max(*last);
    };
    for extraction in extractions(facts) {
        note(base_name(extraction.archive), extraction.command);
    }
    for invocation in &facts.invocations {
        let words = invocation.arguments(&facts.script).iter().map(|word| facts.script.str(word.part));
        let takes_options = match &*invocation.name {
            "chmod" if words.clone().any(|mode| mode.contains(['x', '5', '7'])) => true,
            "chmod" => continue,
            "dpkg" | "rpm" | "apt" | "apt-get" | "yum" | "dnf" | "apk" => true,
            "sh" | "bash" | "dash" | "ash" | "python" | "python3" | "perl" | "php" | "java" => false,
            name => {
                note(name, invocation.command);
                continue;
            }
        };
        let named = words.filter(|word| takes_options || !word.starts_with('-'));
        named.for_each(|word| note(base_name(word), invocation.command));
    }
    uses
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNVERIFIED_DOWNLOAD);

    fn count(run: &str) -> usize {
        crate::fixture::found(&UNVERIFIED_DOWNLOAD, &format!("FROM a\nRUN {run}\n")).len()
    }

    #[test]
    fn what_is_used_unseen_is_found() {
        check(
            "FROM a\nRUN curl -Lo /b/t https://c/d && chmod +x /b/t\n  # ^^^^^^^^^^^^^^^^^^^^^^^^^ `t` is used as it comes: no checksum or signature tells whether it is what was meant\n",
        );
        for run in [
            "wget https://b/c.tgz && tar xf c.tgz",
            "curl -L https://b/c | tar xz -C /d",
            "curl -LO https://b/c.deb && dpkg -i c.deb",
            "wget -qO- https://b/c.tar | tar -C / -xzf -",
            "wget -qO - https://b/c.tar | tar xz",
            "curl -fLo a.zip \"$URL\" && unzip a.zip",
            "curl -fL $URL -o a.zip && unzip a.zip",
            "wget ${BASE}/a.zip -O a.zip && unzip a.zip",
            "wget -O i.sh https://b/c && sh i.sh",
            "curl -Lo i https://b/c; ./i --yes",
        ] {
            assert_eq!(count(run), 1, "{run}");
        }
    }

    #[test]
    fn what_is_checked_or_only_read_is_silent() {
        for run in [
            "wget https://b/c.tgz && echo \"$A  c.tgz\" | sha256sum -c && tar xf c.tgz",
            "curl -LO https://b/c.tgz && curl -LO https://b/c.tgz.asc && gpg --verify c.tgz.asc && tar xf c.tgz",
            "curl -s https://b/c | grep d",
            "curl -Lo a https://b/c",
            "curl -L https://b/c | sh",
            "curl -L http://localhost/c | tar xz",
            "curl -Lo $A http://localhost/c && chmod +x $A",
            "curl -H \"$A\" -o a b && sh a",
            "curl -L https://b/c.gpg | apt-key add -",
        ] {
            assert_eq!(count(run), 0, "{run}");
        }
    }
}
