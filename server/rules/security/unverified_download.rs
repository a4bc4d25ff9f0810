//! `unverified-download`

use std::borrow::Cow;
use std::collections::HashMap;

use crate::rules::prelude::*;
use crate::rules::suppress::is_silenced;
use crate::semantic::archives::{base_name, extractions, fetched, unquoted};
use crate::semantic::commands::Invocation;
use crate::syntax::shell::Joint;
use crate::text::Span;

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
    /// `remote-add-without-checksum`. Of several such downloads of a stage the first is told, once, and points to the others;
    /// what a comment above its RUN silences is not among them.
    pub(crate) static UNVERIFIED_DOWNLOAD = {
        id: "unverified-download", group: Security, severity: Hint, since: "0.1.0",
        also: [],
        check: Steps(uses_unseen, check),
    }
}

/// Words of those who check.
const CHECKS: [&str; 15] = [
    "b2sum", "b3sum", "checksum", "cksum", "cosign", "gpg", "md5", "minisign", "openssl", "sha1", "sha256",
    "sha384", "sha512", "shasum", "verify",
];

/// Programs that unpack what a pipe brings.
const UNPACKERS: [&str; 6] = ["bsdtar", "cpio", "funzip", "gunzip", "tar", "unzip"];

fn uses_unseen(instruction: &Instruction) -> bool {
    Facts::of(instruction).is_some_and(|facts| !downloads(facts).is_empty())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (items, model) = (cx.document.file().items(), cx.document.model());
    let is_told = |index: usize, item: &Item| {
        model.has_posix_shell(index) && !is_silenced(cx, &item.instruction, &UNVERIFIED_DOWNLOAD)
    };
    let stage_of = |index: &usize| model.stage_at(*index).map(|stage| stage.index);
    for steps in steps.chunk_by(|first, second| stage_of(first) == stage_of(second)) {
        let told = steps.iter().filter_map(|index| Some((*index, items.get(*index)?)));
        let told = told
            .filter(|(index, item)| is_told(*index, item))
            .filter_map(|(index, item)| Some((index, item, Facts::of(&item.instruction)?)));
        let mut found = told.flat_map(|(index, item, facts)| {
            downloads(facts).into_iter().map(move |download| (index, item, download))
        });
        let Some((first, _, download)) = found.next() else { continue };
        let others: Vec<_> = found.collect();
        let message = match others.len() {
            0 => format!("{}: no checksum or signature tells whether it is what was meant", download.told()),
            1 => format!(
                "{}, and so is another download of this stage: no checksum or signature tells whether they are what was meant",
                download.told()
            ),
            count => format!(
                "{}, and so are {count} other downloads of this stage: no checksum or signature tells whether they are what was meant",
                download.told()
            ),
        };
        let pushed = out.push_at(first, download.span, message);
        others.into_iter().fold(pushed, |pushed, (_, item, other)| {
            let told = other.told();
            pushed.related(item.absolute(other.span), told)
        });
    }
}

/// A download that is used unseen.
struct Download {
    /// The command, in bytes of the instruction's source.
    span: Span,
    /// The file, as shown; `None` where it is unpacked from a pipe.
    file: Option<String>,
}

impl Download {
    fn told(&self) -> String {
        let what = self.file.as_ref().map_or_else(|| "this".to_owned(), |file| format!("`{file}`"));
        format!("{what} is used as it comes")
    }
}

/// The downloads of a RUN that are used unseen, in order.
fn downloads(facts: &Facts) -> Vec<Download> {
    let mut downloads =
        facts.invocations.iter().filter(|invocation| is_download(facts, invocation)).peekable();
    if downloads.peek().is_none() || speaks_of_checks(facts.script.text().text()) {
        return Vec::new();
    }
    let uses = last_uses(facts);
    let unseen = |download: &Invocation| {
        let span = facts.script.place(download.command(&facts.script)?.part);
        match fetched(download, &facts.script) {
            Some(file) => {
                let file = unquoted(file);
                let is_used = uses.get(&file).is_some_and(|last| *last > download.command);
                is_used.then(|| Download { span, file: Some(shown(&file)) })
            }
            None => is_piped_to_unpacker(facts, download).then_some(Download { span, file: None }),
        }
    };
    let mut found: Vec<Download> = downloads.filter_map(unseen).collect();
    // A function that is called twice is read twice.
    found.dedup_by(|left, right| left.span == right.span);
    found
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
fn last_uses(facts: &Facts) -> HashMap<Cow<'_, str>, usize> {
    let mut uses: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let mut note = |name, command: usize| {
        let last = uses.entry(unquoted(name)).or_default();
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
            "curl -fLO https://b/\"$V\".tar.gz && tar xzf \"$V\".tar.gz",
            "curl -fLo c-\"$V\".sh https://b && sh \"c-$V.sh\"",
        ] {
            assert_eq!(count(run), 1, "{run}");
        }
    }

    #[test]
    fn those_of_one_stage_are_told_once_and_what_is_silenced_is_not_among_them() {
        let text = "FROM a
# layerwise: ignore=unverified-download
RUN wget https://b/0.tgz && tar xf 0.tgz
RUN wget https://b/1.tgz && tar xf 1.tgz && curl https://b/2 | tar xz
RUN echo
# layerwise: ignore=unverified-download
RUN wget https://b/3.tgz && tar xf 3.tgz
RUN wget https://b/4.tgz && tar xf 4.tgz
FROM a
RUN wget https://b/5.tgz && tar xf 5.tgz
RUN wget https://b/6.tgz && tar xf 6.tgz
";
        let found = crate::fixture::Fixture::new(text).look(|cx| {
            let own =
                crate::rules::run(cx).into_iter().filter(|found| found.rule.id == UNVERIFIED_DOWNLOAD.id);
            let shown = own.map(|found| {
                let line = |span: &Span| cx.document.line_number(span.start);
                let message = found.message.split(':').next().unwrap_or_default().to_owned();
                let related =
                    found.related.iter().map(|place| (line(&place.span), place.message.to_string()));
                (line(&found.span), message, related.collect::<Vec<_>>())
            });
            shown.collect::<Vec<_>>()
        });
        let expected = [
            (
                4,
                "`1.tgz` is used as it comes, and so are 2 other downloads of this stage",
                vec![(4, "this is used as it comes"), (8, "`4.tgz` is used as it comes")],
            ),
            (
                10,
                "`5.tgz` is used as it comes, and so is another download of this stage",
                vec![(11, "`6.tgz` is used as it comes")],
            ),
        ];
        let owned = |text: &str| text.to_owned();
        let expected = expected.map(|(line, message, related)| {
            (
                line,
                owned(message),
                related.into_iter().map(|(line, told)| (line, owned(told))).collect::<Vec<_>>(),
            )
        });
        assert_eq!(found, expected);
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
