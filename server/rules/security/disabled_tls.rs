//! `disabled-tls`

use crate::rules::edits::{remove_words, replace_word};
use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::syntax::shell::Word;

declare_rule! {
    /// ## What it does
    /// Finds downloads that do not look at the server's certificate: `curl -k`, `wget --no-check-certificate`,
    /// `pip --trusted-host`, `npm config set strict-ssl false`, `git -c http.sslVerify=false`, `NODE_TLS_REJECT_UNAUTHORIZED=0`
    /// and the like.
    ///
    /// ## Why is this bad?
    /// Anybody on the way can answer in the server's name, and what they send is built into the image. Where a certificate is
    /// not known, it belongs into the image's store of certificates (`ca-certificates`).
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN curl -fkO https://example.com/tool
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN curl -fO https://example.com/tool
    /// ```
    ///
    /// ## Silent
    /// In a HEALTHCHECK, and where a program talks to `localhost`.
    ///
    /// ## Fix safety
    /// The download fails where the server's certificate is in fact not known: that of every server, in an image without
    /// `ca-certificates`. The title says so where the image is not known to have them and no step before installs them.
    pub(crate) static DISABLED_TLS = {
        id: "disabled-tls", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: Instruction(check),
        only: is_posix,
        fix: Suggested(fix),
    }
}

/// How a switch is taken back.
#[derive(Clone, Copy)]
enum Mending {
    /// By taking away so many words.
    Words(usize),
    /// By taking this letter out of a cluster of options.
    Letter(char),
    /// It is not known.
    None,
}

/// A word of a command that switches the check off.
struct Switch {
    command: usize,
    word: usize,
    mending: Mending,
}

/// curl's short options that take a value: what follows in the word is that.
/// Source: curl(1).
const CURL_VALUES: &str = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";

/// Variables that switch the check off, and the values that do; none is any but those that say no.
const VARIABLES: [(&str, &[&str]); 6] = [
    ("GIT_SSL_NO_VERIFY", &[]),
    ("NODE_TLS_REJECT_UNAUTHORIZED", &["0"]),
    ("NPM_CONFIG_STRICT_SSL", &["false"]),
    ("PIP_TRUSTED_HOST", &[]),
    ("PYTHONHTTPSVERIFY", &["0"]),
    ("YARN_ENABLE_STRICT_SSL", &["0", "false"]),
];

/// curl's long options that take a value which may begin with a dash.
const CURL_LONG_VALUES: [&str; 14] = [
    "--config",
    "--cookie",
    "--data",
    "--data-binary",
    "--data-raw",
    "--data-urlencode",
    "--form",
    "--header",
    "--output",
    "--proxy-header",
    "--referer",
    "--user",
    "--user-agent",
    "--write-out",
];

const MESSAGE: &str = "this does not look at the server's certificate";

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    if let (Kind::Env | Kind::Arg, Arguments::KeyValues(pairs)) = (ast.kind, &ast.arguments) {
        for pair in pairs {
            let value = pair.value.map(|value| instruction.str(value).trim_matches(['"', '\'']));
            if value.is_some_and(|value| is_switch(instruction.str(pair.key), value)) {
                out.push(instruction.place(pair.part()), MESSAGE);
            }
        }
    }
    let facts = Facts::of(instruction).filter(|_| ast.kind == Kind::Run);
    let Some(facts) = facts else {
        return;
    };
    for command in facts.script.commands() {
        let exported = command.words.iter().skip(1);
        for word in command.assignments.iter().chain(exported) {
            let pair = word.value.as_deref().and_then(|value| value.split_once('='));
            if pair.is_some_and(|(name, value)| is_switch(name, value)) {
                out.push(facts.script.place(word.part), MESSAGE);
            }
        }
    }
    for switch in switches(facts) {
        let words = facts.script.commands().get(switch.command).map(|command| command.words.as_slice());
        if let Some(word) = words.unwrap_or_default().get(switch.word) {
            out.push(facts.script.place(word.part), MESSAGE);
        }
    }
}

fn is_posix(cx: &Cx<'_>, item: usize) -> bool {
    cx.document.model().has_posix_shell(item)
}

/// Whether a variable of this value switches the check off.
fn is_switch(name: &str, value: &str) -> bool {
    let found = VARIABLES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.is_some_and(|(_, values)| match values {
        [] => !matches!(value, "" | "0" | "false" | "no") && !value.contains('$'),
        values => values.contains(&value),
    })
}

fn switches(facts: &Facts) -> Vec<Switch> {
    let mut switches = Vec::new();
    for invocation in &facts.invocations {
        let arguments = invocation.arguments(&facts.script);
        let is_local = |word: &Word| {
            let written = facts.script.str(word.part);
            written.contains("localhost") || written.contains("127.0.0.1")
        };
        if arguments.iter().any(is_local) {
            continue;
        }
        let is_value = |index: usize| {
            let before = index.checked_sub(1).and_then(|before| arguments.get(before));
            &*invocation.name == "curl" && before.is_some_and(curl_takes_next)
        };
        for (index, word) in arguments.iter().enumerate().filter(|(index, _)| !is_value(*index)) {
            let next = arguments.get(index + 1).and_then(|word| word.value.as_deref());
            let mending = word.value.as_deref().and_then(|value| mending(invocation, value, next));
            let word = invocation.program + 1 + index;
            switches.extend(mending.map(|mending| Switch { command: invocation.command, word, mending }));
        }
    }
    switches
}

/// Whether the word behind one of curl's is its value.
fn curl_takes_next(word: &Word) -> bool {
    let Some(text) = word.value.as_deref() else {
        return false;
    };
    let cluster = text.strip_prefix('-').filter(|cluster| !cluster.starts_with('-'));
    // The first letter that takes a value has it in the rest of the word.
    let first =
        cluster.and_then(|cluster| Some((cluster.find(|letter| CURL_VALUES.contains(letter))?, cluster)));
    CURL_LONG_VALUES.contains(&text) || first.is_some_and(|(first, cluster)| first + 1 == cluster.len())
}

/// How the switch is taken back that a word is, if it is one; `next` is the word behind it.
fn mending(invocation: &Invocation, word: &str, next: Option<&str>) -> Option<Mending> {
    let name = &*invocation.name;
    let lower = word.to_ascii_lowercase();
    let is_off = |value: &str| matches!(value, "0" | "false" | "no" | "off");
    let sets = |key: &str| lower == key && next.is_some_and(is_off);
    let is_glued =
        |key: &str| lower.strip_prefix(key).and_then(|rest| rest.strip_prefix('=')).is_some_and(is_off);
    match name {
        "curl" if word == "--insecure" || word == "-k" => Some(Mending::Words(1)),
        "curl" if word.starts_with('-') && !word.starts_with("--") => {
            let letters = word.chars().skip(1).take_while(|letter| !CURL_VALUES.contains(*letter));
            letters.into_iter().any(|letter| letter == 'k').then_some(Mending::Letter('k'))
        }
        "wget" | "apk" if word == "--no-check-certificate" => Some(Mending::Words(1)),
        _ if name.starts_with("pip") || name == "uv" || name.starts_with("python") => match word {
            "--trusted-host" | "--allow-insecure-host" => Some(Mending::Words(2)),
            // `pip config set global.trusted-host a`
            _ if lower.ends_with(".trusted-host") && next.is_some_and(|next| !next.is_empty()) => {
                Some(Mending::None)
            }
            _ => word.starts_with("--trusted-host=").then_some(Mending::Words(1)),
        },
        "npm" | "pnpm" | "yarn" if is_glued("--strict-ssl") => Some(Mending::Words(1)),
        "npm" | "pnpm" | "yarn" if sets("strict-ssl") || is_glued("strict-ssl") => Some(Mending::None),
        "git" if sets("http.sslverify") || is_glued("http.sslverify") => Some(Mending::None),
        // For one server: `http.https://a.sslVerify`.
        "git" if lower.starts_with("http.") && lower.ends_with(".sslverify") && next.is_some_and(is_off) => {
            Some(Mending::None)
        }
        "conda" | "mamba" if sets("ssl_verify") => Some(Mending::None),
        "composer" if sets("secure-http") || lower == "disable-tls" && next == Some("true") => {
            Some(Mending::None)
        }
        "dnf" | "microdnf" | "tdnf" | "yum" if lower.starts_with("--setopt=") => {
            let is_verify = lower.split_once("sslverify=").is_some_and(|(_, value)| is_off(value));
            is_verify.then_some(Mending::Words(1))
        }
        "apt" | "apt-get" => {
            let is_verify = ["verify-peer=", "verify-host="]
                .iter()
                .any(|key| lower.split_once(key).is_some_and(|(_, value)| is_off(value)));
            is_verify.then_some(Mending::None)
        }
        _ => None,
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let word_of = |switch: &Switch| facts.script.commands().get(switch.command)?.words.get(switch.word);
        let is_here = |switch: &Switch| {
            word_of(switch).is_some_and(|word| item.absolute(facts.script.place(word.part)) == finding.span)
        };
        let switch = switches(facts).into_iter().find(is_here)?;
        match switch.mending {
            Mending::Words(count) => remove_words(item, facts, switch.command, switch.word, count),
            Mending::Letter(letter) => {
                let text = word_of(&switch)?.value.as_deref()?.replacen(letter, "", 1);
                replace_word(item, facts, switch.command, switch.word, &text)
            }
            Mending::None => None,
        }
    };
    let title = match has_certificates(cx, finding.item) {
        true => "Look at the certificate",
        false => "Look at the certificate, for which the image needs `ca-certificates`",
    };
    let image = cx.document.model().base_image(finding.item);
    let is_without = image.is_some_and(|image| image.has(PACKAGE) == Some(false));
    let safety = match is_without && !has_certificates(cx, finding.item) {
        true => Safety::Unsafe,
        false => Safety::Suggested,
    };
    let fix = |edit| Fix::new(title, safety, vec![edit]);
    edit().map(fix).into_iter().collect()
}

/// The package that brings the certificates of servers.
const PACKAGE: &str = "ca-certificates";

/// Whether the base image is known to know the certificates of servers, or a step speaks of them.
fn has_certificates(cx: &Cx<'_>, item: usize) -> bool {
    let image = cx.document.model().base_image(item);
    let mut before = cx.document.file().items().iter().take(item + 1);
    image.is_some_and(|image| image.has(PACKAGE) == Some(true))
        || before.any(|item| item.kind == Kind::Run && item.instruction.source().contains(PACKAGE))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DISABLED_TLS);

    #[test]
    fn the_title_says_what_the_image_may_lack() {
        let title = |head: &str| {
            let fix = check_fix(&format!("{head}RUN curl -k b\n"), &format!("{head}RUN curl b\n"));
            fix.title.contains("ca-certificates")
        };
        assert!(title("FROM alpine:3.4\n"));
        assert!(!title("FROM alpine:3.4\nRUN apk add --no-cache ca-certificates\n"));
        assert!(!title("FROM node:22\n"));
    }

    #[test]
    fn what_an_image_surely_lacks_has_to_be_put_there_first() {
        let install = "RUN apt-get update && apt-get install -y --no-install-recommends curl";
        let safety =
            |head: &str| check_fix(&format!("{head} && curl -k b\n"), &format!("{head} && curl b\n")).safety;
        assert_eq!(safety(&format!("FROM debian:12-slim\n{install}")), Safety::Unsafe);
        assert_eq!(safety(&format!("FROM debian:12-slim\n{install} ca-certificates")), Safety::Suggested);
    }

    #[test]
    fn switches_are_found_however_they_are_given() {
        for run in [
            "RUN curl -sSLk b",
            "RUN sudo wget --no-check-certificate b",
            "RUN pip install --trusted-host b c",
            "RUN npm config set strict-ssl false",
            "RUN git config --global http.sslVerify false",
            "RUN git -c http.sslVerify=false clone b",
            "RUN git config --global http.https://a.b.sslVerify false",
            "RUN pip config set global.trusted-host b",
            "RUN npm set strict-ssl false",
            "RUN curl -fskL b",
            "RUN curl -o c -k b",
            "ENV PIP_TRUSTED_HOST=b",
            "RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci",
            "RUN export GIT_SSL_NO_VERIFY=1 && b",
            "RUN yum install -y --setopt=sslverify=0 b",
            "ENV A=b NODE_TLS_REJECT_UNAUTHORIZED=0",
            "ARG PYTHONHTTPSVERIFY=0",
        ] {
            assert_eq!(crate::fixture::found(&DISABLED_TLS, &format!("FROM a\n{run}\n")).len(), 1, "{run}");
        }
    }

    #[test]
    fn options_that_look_like_it_are_silent() {
        check_none("FROM a\nRUN curl -fo k b && curl -Hk b && tar -k b && npm config set strict-ssl true\n");
        check_none("FROM a\nRUN curl -H -k b && curl --header -k b && curl -fsSLo -k b && curl -fsSLok b\n");
        check_none(
            "FROM a\nRUN pip config unset global.trusted-host && git config --unset http.a.sslVerify\n",
        );
        check_none("FROM a\nRUN curl -k https://localhost:8443\nHEALTHCHECK CMD curl -k https://b\n");
        check_none(
            "FROM a\nENV NODE_TLS_REJECT_UNAUTHORIZED=1 GIT_SSL_NO_VERIFY=false\nARG GIT_SSL_NO_VERIFY\n",
        );
    }

    #[test]
    fn the_switch_goes() {
        check_fix("FROM a\nRUN curl -sSLk b\n", "FROM a\nRUN curl -sSL b\n");
        check_fix("FROM a\nRUN curl -L \\\n  -k \\\n  b\n", "FROM a\nRUN curl -L \\\n  b\n");
        check_fix("FROM a\nRUN pip install --trusted-host b c\n", "FROM a\nRUN pip install c\n");
        check_fix(
            "FROM a\nRUN [\"wget\", \"--no-check-certificate\", \"b\"]\n",
            "FROM a\nRUN [\"wget\", \"b\"]\n",
        );
        check_no_fix("FROM a\nRUN npm config set strict-ssl false\n");
        check_no_fix("FROM a\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\n");
    }
}
