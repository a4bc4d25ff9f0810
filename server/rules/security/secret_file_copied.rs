//! `secret-file-copied`

use crate::context::sources::Sources;
use crate::context::view::View;
use crate::path;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep, CopyWord, is_copy};
use crate::semantic::secrets;

declare_rule! {
    /// ## What it does
    /// Finds files with secrets that COPY and ADD bring into an image: private keys (`id_rsa`), `.netrc`, `.git-credentials`,
    /// `.env` and the like by their names; `.npmrc`, `.yarnrc.yml`, `pip.conf`, `*.pem` and `*.key` where they are seen to
    /// hold one. Also those that a folder brings along (`COPY . .`), where the build context is known and its ignore file
    /// leaves them in.
    ///
    /// ## Why is this bad?
    /// Whoever has the image has the file, also where a later step deletes it: the layer stays. A step reads a secret through
    /// `RUN --mount=type=secret`, a container through its environment or a mount.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// COPY .env server.js /srv/
    /// ```
    /// ```dockerfile,bad
    /// #- .npmrc
    /// //npm.corp.io/:_authToken=k3Vb9QzR7mXwT2cLp8
    /// #- package.json
    /// {}
    /// #- Dockerfile
    /// FROM node:22.11
    /// COPY . .
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// # syntax=docker/dockerfile:1
    /// FROM node:22.11
    /// COPY server.js package.json ./
    /// RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
    /// ```
    ///
    /// ## Never reported
    /// Examples (`.env.example`), what is called after `localhost` or lies in a folder of tests, fixtures or examples, an `.env` that is seen to hold nothing secret, an `.npmrc` whose token is a variable, and a
    /// stage that no image is made of.
    pub(crate) static SECRET_FILE_COPIED = {
        id: "secret-file-copied", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: ContextSteps(is_copy, check),
    }
}

/// So many files of a folder are looked at.
const MOST_FILES: usize = 5_000;

/// How a name shows that a file holds a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// By itself.
    Surely,
    /// Unless the content is seen and says otherwise.
    Likely,
    /// Only together with the content.
    Perhaps,
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let copies: Vec<(usize, &CopyStep)> = steps
        .iter()
        .filter_map(|index| Some((*index, CopyStep::of(file, model, *index)?)))
        .filter(|(_, copy)| copy.from == CopyFrom::Context)
        .collect();
    let sources = copies.iter().flat_map(|(_, copy)| &copy.sources).filter_map(|word| word.value.as_deref());
    let view = View::new(cx.context);
    let view = view.is_trustworthy(sources).then_some(view);
    for (index, copy) in copies.iter().filter(|(index, _)| ships(cx, *index)) {
        let Some(item) = file.item(*index) else {
            continue;
        };
        for word in &copy.sources {
            if let Some(message) = message(cx, view.as_ref(), word) {
                out.push_at(*index, item.instruction.place(word.part), message);
            }
        }
    }
}

/// What a source brings, if that is a secret.
fn message(cx: &Cx<'_>, view: Option<&View<'_>>, word: &CopyWord) -> Option<String> {
    let source = word.value.as_deref().filter(|source| !source.contains("://"))?;
    let tells = tells(source);
    let Some(view) = view else {
        let is_told = matches!(tells, Some(Tells::Surely | Tells::Likely));
        return is_told.then(|| {
            format!("`{}` is where secrets are kept: whoever has the image can read it", shown(source))
        });
    };
    let Sources::Found(paths) = view.resolve(source) else {
        return None;
    };
    let is_secret = |path: &str| match self::tells(path)? {
        Tells::Surely => Some(()),
        Tells::Likely => cx.context.read(path).is_none_or(|text| holds_secret(&text)).then_some(()),
        Tells::Perhaps => cx.context.read(path).is_some_and(|text| secrets::are_in(&text)).then_some(()),
    };
    let found = paths.iter().find_map(|path| {
        if is_secret(path).is_some() {
            return Some(path.clone());
        }
        let files = view.walk(path, MOST_FILES).files.into_iter().map(|(path, _)| path);
        { files }.find(|path| is_secret(path).is_some())
    })?;
    Some(match paths.contains(&found) {
        true => format!("`{}` holds secrets: whoever has the image can read it", shown(&found)),
        false => {
            format!("this brings `{}`, which holds secrets: whoever has the image can read it", shown(&found))
        }
    })
}

/// What the name of a file shows.
fn tells(path: &str) -> Option<Tells> {
    const KEYS: [&str; 4] = ["id_dsa", "id_ecdsa", "id_ed25519", "id_rsa"];
    const SURE: [&str; 4] = [".git-credentials", ".netrc", ".pgpass", "_netrc"];
    const SURE_ENDS: [&str; 2] = [".aws/credentials", ".docker/config.json"];
    const PERHAPS: [&str; 6] = [".npmrc", ".pypirc", ".yarnrc", ".yarnrc.yml", "pip.conf", "auth.json"];
    const HARMLESS: [&str; 10] =
        ["ci", "default", "defaults", "dist", "example", "sample", "schema", "template", "test", "tpl"];
    let path = path.trim_end_matches('/');
    let name = path::name(path);
    if is_for_tests(path) {
        return None;
    }
    if KEYS.contains(&name) || SURE.contains(&name) || SURE_ENDS.iter().any(|end| path.ends_with(end)) {
        return Some(Tells::Surely);
    }
    if let Some(rest) = name.strip_prefix(".env").filter(|rest| rest.is_empty() || rest.starts_with('.')) {
        let is_harmless = rest.split('.').any(|part| HARMLESS.contains(&part)) || rest.contains('*');
        return (!is_harmless).then_some(Tells::Likely);
    }
    let is_key = [".key", ".p8", ".pem"].iter().any(|end| name.ends_with(end));
    (is_key || PERHAPS.contains(&name)).then_some(Tells::Perhaps)
}

/// Whether a path says that who reads the file gains nothing: it is made for tests, or for the machine itself.
fn is_for_tests(path: &str) -> bool {
    const FOLDERS: [&str; 16] = [
        "__tests__",
        "demo",
        "e2e",
        "example",
        "examples",
        "fixture",
        "fixtures",
        "mock",
        "mocks",
        "sample",
        "samples",
        "spec",
        "test",
        "test-data",
        "testdata",
        "tests",
    ];
    const WORDS: [&str; 9] =
        ["demo", "dummy", "example", "fake", "localhost", "sample", "selfsigned", "snakeoil", "test"];
    let name = path::name(path).to_ascii_lowercase();
    let folders = path.split('/').rev().skip(1);
    { folders }.any(|folder| FOLDERS.contains(&&*folder.to_ascii_lowercase()))
        || name.contains("self-signed")
        || name.contains("self_signed")
        || name.split(['.', '-', '_']).any(|word| WORDS.contains(&word))
}

/// Whether the lines of an environment file give a secret its value.
fn holds_secret(text: &str) -> bool {
    secrets::are_in(text)
        || text.lines().any(|line| {
            let pair = line.trim().trim_start_matches("export ").split_once('=');
            pair.is_some_and(|(name, value)| {
                let value = value.trim().trim_matches(['"', '\'']);
                !name.starts_with('#') && secrets::is_secret_name(name.trim()) && secrets::is_literal(value)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SECRET_FILE_COPIED);

    #[test]
    fn names_tell() {
        check(
            "FROM a\nCOPY b/.env ssh/id_rsa /c/\n   # ^^^^^^ `b/.env` is where secrets are kept: whoever has the image can read it\n          # ^^^^^^^^^^ `ssh/id_rsa` is where secrets are kept: whoever has the image can read it\n",
        );
        check_none(
            "FROM a\nCOPY .env.example .env.* id_rsa.pub .npmrc a.pem env /c/\nCOPY --from=b .env /c/\n",
        );
        check_none("FROM a AS b\nCOPY .env .\nFROM c\n");
    }

    #[test]
    fn what_is_seen_counts() {
        let secret = "#- .env\nDB_PASSWORD=hunter22\n#- .env.local\nPORT=80\n";
        check(&format!(
            "{secret}#- Dockerfile\nFROM a\nCOPY .env .env.local ./\n   # ^^^^ `.env` holds secrets: whoever has the image can read it\n"
        ));
        check(&format!(
            "{secret}#- Dockerfile\nFROM a\nADD . /b\n  # ^ this brings `.env`, which holds secrets: whoever has the image can read it\n"
        ));
        check_none(&format!("{secret}#- .dockerignore\n.env\n#- Dockerfile\nFROM a\nCOPY . .\n"));
        check_none("#- .env\nDB_PASSWORD=\nAPI_KEY=$KEY\n#- Dockerfile\nFROM a\nCOPY . .\n");
        check_none(
            "#- .npmrc\n//a.io/:_authToken=${NPM_TOKEN}\n#- b.pem\nx\n#- Dockerfile\nFROM a\nCOPY . .\n",
        );
        check_none("#- b\n#- Dockerfile\nFROM a\nCOPY .env .\n");
    }

    #[test]
    fn what_is_made_for_tests_is_no_secret() {
        let key = format!(
            "-----BEGIN PRIVATE{}\n{}\n",
            " KEY-----", "k3Vb9QzR7mXwT2cLp8JdY5hNfG6sAeU4k3Vb9QzR7mXwT2cL"
        );
        for path in [
            "config/ssl/localhost.key",
            "tests/tls/a.pem",
            "b/fixtures/id_rsa",
            "examples/b.key",
            "self-signed.key",
        ] {
            check_none(&format!("#- {path}\n{key}#- Dockerfile\nFROM a\nCOPY . /b\n"));
        }
        check(&format!(
            "#- latest/local.key\n{key}#- Dockerfile\nFROM a\nCOPY . /b\n   # ^ this brings `latest/local.key`, which holds secrets: whoever has the image can read it\n"
        ));
        check_none("FROM a\nCOPY test/id_rsa /b/\n");
    }

    #[test]
    fn keys_are_known_by_what_they_hold() {
        let key = format!(
            "-----BEGIN PRIVATE{}\n{}\n",
            " KEY-----", "k3Vb9QzR7mXwT2cLp8JdY5hNfG6sAeU4k3Vb9QzR7mXwT2cL"
        );
        check(&format!(
            "#- tls/server.key\n{key}#- Dockerfile\nFROM a\nCOPY tls/* /etc/tls/\n   # ^^^^^ `tls/server.key` holds secrets: whoever has the image can read it\n"
        ));
    }
}
