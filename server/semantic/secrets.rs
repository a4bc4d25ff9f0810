//! Secrets that are written out in an instruction: keys of known services, and names with their passwords in addresses, in
//! the settings of package managers and for `chpasswd`.
//! Source: RFC 3986, "3.2.1 User Information"; npm, "npmrc"; curl(1), ".netrc".

use super::commands::Invocation;
use super::facts::Facts;
use crate::knowledge::secrets::{is_placeholder, keys};
use crate::syntax::shell::{Joint, Word};
use crate::syntax::{Instruction, Kind, Part};
use crate::text::Span;

/// A secret that is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// All of it, in bytes of the instruction's source.
    pub span: Span,
    /// What it is, with its article.
    pub what: &'static str,
    /// So much of it as can be shown.
    pub shown: String,
}

/// The keys of known services, and passwords of users, in an instruction that leaves its text in the image or its history, in
/// order.
pub fn known_keys(instruction: &Instruction) -> Vec<Secret> {
    let mut secrets = collect(instruction, |text| {
        let keys = keys(text).into_iter();
        keys.map(|key| (key.span, key.what, format!("{}…", key.prefix))).collect()
    });
    secrets.extend(passwords_of_users(instruction));
    secrets.sort_by_key(|secret| secret.span.start);
    secrets
}

/// The lines with passwords that a RUN gives to `chpasswd` through a pipe.
/// Source: chpasswd(8), of shadow and of BusyBox.
fn passwords_of_users(instruction: &Instruction) -> Vec<Secret> {
    let is_run = instruction.ast().innermost().kind == Kind::Run && instruction.source().contains("chpasswd");
    let Some(facts) = Facts::of(instruction).filter(|_| is_run) else {
        return Vec::new();
    };
    let script = &facts.script;
    let reads_plain = |invocation: &&Invocation| {
        &*invocation.name == "chpasswd"
            && invocation.command(script).is_some_and(|command| command.joint == Joint::Pipe)
            && !invocation.arguments(script).iter().any(|word| word.is("-e") || word.is("--encrypted"))
    };
    let writers = { facts.invocations.iter().filter(reads_plain) }
        .filter_map(|invocation| facts.invocation_of(invocation.command.checked_sub(1)?))
        .filter(|writer| matches!(&*writer.name, "echo" | "printf"));
    let password = |word: &Word| {
        let lines = word.value.as_deref()?.split("\\n").flat_map(str::lines);
        let (name, _) = { lines }
            .filter_map(|line| line.split_once(':'))
            .find(|(name, password)| !name.is_empty() && name != password && is_literal(password))?;
        let shown = format!("{}:…", shown_name(name));
        Some(Secret { span: script.place(word.part), what: "the password of a user", shown })
    };
    writers.flat_map(|writer| writer.arguments(script)).filter_map(password).collect()
}

/// The names with their passwords in an instruction, in order; what is a key of a known service is none of them.
pub fn credentials(instruction: &Instruction) -> Vec<Secret> {
    collect(instruction, |text| {
        let mut found = in_addresses(text);
        found.extend(in_npm_settings(text));
        found.extend(in_netrc(text));
        found
    })
}

/// Whether a text that is not an instruction's holds any of both.
pub fn are_in(text: &str) -> bool {
    !keys(text).is_empty()
        || !in_addresses(text).is_empty()
        || !in_npm_settings(text).is_empty()
        || !in_netrc(text).is_empty()
}

/// The words that make a name one of a secret, and those that take that back.
/// Source: BuildKit, `dockerfile2llb/validations.go` (`getSecretsRegex`).
const SECRET: [&str; 10] =
    ["apikey", "auth", "credential", "credentials", "key", "passwd", "password", "pword", "secret", "token"];
const HARMLESS: [&str; 3] = ["file", "public", "version"];

/// Whether a variable's name is one of a secret: by BuildKit's words, or by two of them that are written as one, as in
/// `DBPASSWORD`.
pub fn is_secret_name(name: &str) -> bool {
    is_checked_name(name) || name.split('_').any(is_compound) && !has_word(name, &HARMLESS)
}

/// Whether BuildKit takes a variable's name for one of a secret.
pub fn is_checked_name(name: &str) -> bool {
    has_word(name, &SECRET) && !has_word(name, &HARMLESS)
}

fn has_word(name: &str, words: &[&str]) -> bool {
    name.split('_').any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// Whether a part of a name is the word for a secret with one before it that says whose.
fn is_compound(part: &str) -> bool {
    const WHOSE: [&str; 24] = [
        "access",
        "admin",
        "api",
        "auth",
        "bearer",
        "client",
        "database",
        "db",
        "deploy",
        "encryption",
        "git",
        "github",
        "gitlab",
        "jwt",
        "mysql",
        "npm",
        "oauth",
        "postgres",
        "private",
        "redis",
        "refresh",
        "root",
        "secret",
        "user",
    ];
    let part = part.to_ascii_lowercase();
    let ends = ["key", "passwd", "password", "secret", "token"];
    ends.iter().any(|end| part.strip_suffix(end).is_some_and(|whose| WHOSE.contains(&whose)))
}

type Found = (Span, &'static str, String);

fn collect(instruction: &Instruction, find: impl Fn(&str) -> Vec<Found>) -> Vec<Secret> {
    let keeps = matches!(
        instruction.ast().innermost().kind,
        Kind::Add
            | Kind::Arg
            | Kind::Cmd
            | Kind::Copy
            | Kind::Entrypoint
            | Kind::Env
            | Kind::Healthcheck
            | Kind::Label
            | Kind::Run
    );
    if !keeps {
        return Vec::new();
    }
    let mut secrets = Vec::new();
    for (span, what, shown) in find(instruction.line().text()) {
        let span = instruction.place(Part::new(span.start, span.end));
        secrets.push(Secret { span, what, shown });
    }
    for heredoc in instruction.heredocs() {
        let body = instruction.source().get(heredoc.body.clone()).unwrap_or_default();
        for (span, what, shown) in find(body) {
            let span = heredoc.body.start + span.start..heredoc.body.start + span.end;
            secrets.push(Secret { span, what, shown });
        }
    }
    secrets
}

/// The users with their passwords in addresses: `https://user:password@host/`.
fn in_addresses(text: &str) -> Vec<Found> {
    const ENDS: [char; 15] = ['/', '?', '#', '"', '\'', '\\', '|', '<', '>', '(', ')', ',', '`', '{', '}'];
    let credential = |colon: usize| {
        let start = colon + 3;
        let rest = text.get(start..)?;
        let end = rest.find(|char: char| char.is_whitespace() || ENDS.contains(&char)).unwrap_or(rest.len());
        let (user, host) = rest.get(..end)?.rsplit_once('@')?;
        let (name, password) = user.split_once(':').unwrap_or(("", user));
        let is_alone = !user.contains(':');
        // Without a name before it, only what is long and mixed is no name itself.
        let is_secret = is_literal(password) && (!is_alone || looks_drawn(password)) && name != password;
        let shown = if is_alone { "…@".to_owned() } else { format!("{}:…@", shown_name(name)) };
        (is_secret && is_elsewhere(host) && keys(user).is_empty())
            .then(|| (start..start + user.len(), "a password in an address", shown))
    };
    text.match_indices("://").filter_map(|(colon, _)| credential(colon)).collect()
}

/// The tokens in settings of npm: `//registry/:_authToken=…`, also behind `npm config set`.
fn in_npm_settings(text: &str) -> Vec<Found> {
    let names = [":_authToken", ":_password", ":_auth"].into_iter();
    let value = |key: &str, at: usize| {
        let after = at + key.len();
        let rest = text.get(after..)?;
        let value = rest.trim_start_matches(['=', ' ', '"', '\'']);
        let start = after + rest.len() - value.len();
        let end = value.find(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '\\' | ';'));
        let value = value.get(..end.unwrap_or(value.len()))?;
        let is_secret = start > after && is_literal(value) && value.len() >= 16 && keys(value).is_empty();
        is_secret.then(|| (start..start + value.len(), "a token of npm", format!("{key}=…")))
    };
    let found = names.flat_map(|key| text.match_indices(key).filter_map(move |(at, _)| value(key, at)));
    found.collect()
}

/// The passwords in lines of a `.netrc`: `machine host login name password …`.
fn in_netrc(text: &str) -> Vec<Found> {
    const REACH: usize = 200;
    let password = |machine: usize| {
        let line = text.get(machine..)?;
        let line = line.get(..line.len().min(REACH)).unwrap_or(line);
        let start = line.find("password ")? + "password ".len();
        let rest = line.get(start..)?.trim_start();
        let end = rest.find(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '\\'));
        let value = rest.get(..end.unwrap_or(rest.len()))?;
        let start = machine + start + line.get(start..)?.len() - rest.len();
        let is_secret = line.contains("login ") && is_literal(value) && keys(value).is_empty();
        is_secret.then(|| (start..start + value.len(), "a password of `.netrc`", "password …".to_owned()))
    };
    text.match_indices("machine ").filter_map(|(machine, _)| password(machine)).collect()
}

/// Whether a word says the secret itself, and is neither a variable nor a word that stands for one.
pub fn is_literal(word: &str) -> bool {
    const STAND_INS: [&str; 16] = [
        "admin",
        "anonymous",
        "bar",
        "foo",
        "guest",
        "pass",
        "passwd",
        "password",
        "postgres",
        "pw",
        "pwd",
        "root",
        "token",
        "user",
        "username",
        "x-oauth-basic",
    ];
    let lower = word.to_ascii_lowercase();
    word.len() >= 5
        && !word.contains(['$', '{', '<', '*', '%', '`', '['])
        && !STAND_INS.contains(&lower.as_str())
        && !["changeme", "dummy", "example", "placeholder", "redacted", "your", "xxx", "password", "secret"]
            .iter()
            .any(|part| lower.contains(part))
        && !lower.split(['_', '-', '.']).any(is_for_development)
}

/// Whether a word of a value says that it is for development or tests.
fn is_for_development(word: &str) -> bool {
    matches!(word, "dev" | "development" | "fake" | "local" | "sample" | "test" | "testing")
}

/// Whether a word is long, and mixed as no name is.
fn looks_drawn(word: &str) -> bool {
    word.len() >= 20
        && word.contains(|char: char| char.is_ascii_digit())
        && word.contains(|char: char| char.is_ascii_alphabetic())
        && !is_placeholder(word)
}

/// Whether a host is one that others can reach, and no example.
fn is_elsewhere(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_example = ["example", "test", "invalid", "local", "localhost"]
        .iter()
        .any(|end| name.rsplit('.').next() == Some(end));
    name.contains('.')
        && !name.contains('$')
        && !is_example
        && !name.contains("example.")
        && !["127.", "0.0.0.0", "localhost"].iter().any(|start| name.starts_with(start))
}

fn shown_name(name: &str) -> String {
    name.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn shown(source: &str) -> Vec<String> {
        let file = File::new(source);
        let found = credentials(&file.items()[0].instruction);
        found.into_iter().map(|secret| format!("{} {}", &source[secret.span], secret.shown)).collect()
    }

    #[test]
    fn a_user_has_a_password_in_an_address() {
        assert_eq!(shown("RUN git clone https://bob:s3cr8tX@git.corp.io/a"), ["bob:s3cr8tX bob:…@"]);
        assert_eq!(shown("ENV A=postgres://app:hunter22@db.corp.io:5432/x"), ["app:hunter22 app:…@"]);
        assert_eq!(
            shown("RUN pip install -i https://k3Vb9QzR7mXwT2cLp8JdY5hN@pypi.corp.io/simple a"),
            ["k3Vb9QzR7mXwT2cLp8JdY5hN …@"]
        );
        assert_eq!(
            shown("COPY <<E /b\nurl = https://bob:s3cr8tX@git.corp.io/a\nE\n"),
            ["bob:s3cr8tX bob:…@"]
        );
    }

    #[test]
    fn what_stands_for_a_password_is_none() {
        for url in [
            "https://bob:$TOKEN@git.corp.io/a",
            "https://${TOKEN}@git.corp.io/a",
            "https://git@git.corp.io/a",
            "https://user:password@git.corp.io/a",
            "https://bob:bobbb@localhost/a",
            "postgres://app:hunter22@db/x",
            "https://bob:hunter22@git.example.com/a",
            "https://app:app-app@127.0.0.1/a",
            "https://a.corp.io/x@1.2.3",
            "https://a.corp.io:443/@scope/b",
            "ssh://git@git.corp.io:22/a",
        ] {
            assert_eq!(shown(&format!("RUN b {url}")), [""; 0], "{url}");
        }
        assert_eq!(shown("FROM https://bob:s3cr8tX@git.corp.io/a"), [""; 0]);
    }

    #[test]
    fn passwords_of_users_are_known_by_who_reads_them() {
        let shown = |run: &str| {
            let file = File::new(&format!("RUN {run}\n"));
            let found = known_keys(&file.items()[0].instruction);
            found.into_iter().map(|secret| secret.shown).collect::<Vec<String>>()
        };
        assert_eq!(shown("a && echo \"bob:hunter22\" | chpasswd"), ["bob:…"]);
        assert_eq!(shown("printf 'a:$A\\nbob:hunter22\\n' | sudo chpasswd -c SHA512"), ["bob:…"]);
        for run in [
            "echo \"bob:$A\" | chpasswd",
            "echo bob:bobby | tee a",
            "echo root:root | chpasswd",
            "echo user:password | chpasswd",
            "echo 'bob:hunter22' | chpasswd -e",
            "chpasswd < a:hunter22",
        ] {
            assert_eq!(shown(run), [""; 0], "{run}");
        }
    }

    #[test]
    fn what_says_that_it_is_for_development_is_no_secret() {
        for value in
            ["dev_primary_key", "redacted", "local-token", "key.for.testing", "dummykey", "changeme1"]
        {
            assert!(!is_literal(value), "{value}");
        }
        for value in ["devoted22", "hunter22", "latest-key9"] {
            assert!(is_literal(value), "{value}");
        }
    }

    #[test]
    fn settings_of_npm_and_netrc_have_tokens() {
        assert_eq!(
            shown("RUN echo \"//npm.corp.io/:_authToken=k3Vb9QzR7mXwT2cLp8\" > .npmrc"),
            ["k3Vb9QzR7mXwT2cLp8 :_authToken=…"]
        );
        assert_eq!(
            shown("RUN npm config set //npm.corp.io/:_authToken k3Vb9QzR7mXwT2cLp8"),
            ["k3Vb9QzR7mXwT2cLp8 :_authToken=…"]
        );
        assert_eq!(
            shown("RUN echo 'machine git.corp.io login bob password hunter22' > ~/.netrc"),
            ["hunter22 password …"]
        );
        assert_eq!(shown("RUN echo \"//npm.corp.io/:_authToken=${NPM_TOKEN}\" > .npmrc"), [""; 0]);
        assert_eq!(shown("RUN echo \"machine a.io login b password $P\" > .netrc"), [""; 0]);
    }
}
