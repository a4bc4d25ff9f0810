//! What serves a site: the folder, the port and how an address becomes a file, as the command that the image runs says it.
//! Source: vercel/serve and serve-handler; http-server; Vite, "Preview Options" and `htmlFallback`.

use super::super::scripts::{Line, follow, lines, package};
use super::super::subject::Subject;
use super::super::words::Words;
use super::generators;
use crate::path;
use crate::semantic::facts::Facts;
use crate::semantic::variables::Origin;
use crate::syntax::shell::{Form, Joint, Nesting, Word};
use crate::syntax::word::Value as Known;
use crate::syntax::{Arguments, Item, Kind};

/// What serves a site.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) program: Program,
    /// The folder that it serves, absolute.
    pub(super) folder: String,
    pub(super) port: Port,
}

/// A program that serves files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// `serve`: with `--single` it answers whatever there is not with the first page.
    Serve { is_single: bool, compresses: bool },
    /// `http-server`: a browser keeps what it gets for so many seconds; fewer than none for not at all.
    HttpServer { cache: i64 },
    /// `vite preview`
    VitePreview,
}

/// The port that a server listens on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Port {
    Fixed(u16),
    /// Of a variable that the container may be given, with its value where it is not.
    Variable(String, u16),
}

/// Files with which `serve` is told in the folder that it serves how to do that.
const SETTINGS_OF_SERVE: [&str; 3] = ["serve.json", "now.json", "package.json"];

/// Words of Vite's settings by which its preview answers otherwise than by the files that are built.
const SETTINGS_OF_PREVIEW: [&str; 10] = [
    "appType",
    "base",
    "basicSsl",
    "configurePreviewServer",
    "headers",
    "https",
    "middlewares",
    "mkcert",
    "preview",
    "proxy",
];

/// What the image starts, if it serves a site and nothing else; `None` where that is not known.
pub(super) fn server(subject: &Subject<'_>) -> Option<Server> {
    let (words, is_shell) = started(subject)?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // Only a shell puts the values of variables in.
    (is_shell || !words.iter().any(|word| word.contains('$'))).then_some(())?;
    let folder = subject.folder_at(subject.stage.items.end - 1)?;
    let package = package(subject, &folder).unwrap_or_default();
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut is_plain = true;
    follow(&package, &Line { assignments: Vec::new(), words }, 0, &mut |line| {
        is_plain &= line.assignments.iter().all(|word| word.starts_with("NODE_ENV="));
        found.push(line.words.iter().map(|word| (*word).to_owned()).collect());
        Some(())
    })?;
    let [words] = found.as_slice() else { return None };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (program, rest) = words.split_first().filter(|_| is_plain)?;
    let name = path::name(program).split('@').next()?;
    let asked = Asked { subject, folder: &folder, rest };
    match name {
        "serve" => asked.serve(),
        "http-server" => asked.http_server(),
        "vite" => asked.vite_preview(),
        _ => None,
    }
}

/// The words of the one command that the image runs, and whether a shell reads them.
fn started(subject: &Subject<'_>) -> Option<(Vec<String>, bool)> {
    let (entrypoint, command) = (subject.last(Kind::Entrypoint), subject.last(Kind::Cmd));
    let json = |(_, item): (usize, &Item)| match &item.instruction.ast().arguments {
        Arguments::Json(words) => Some(words.iter().map(|word| word.value.clone()).collect::<Vec<String>>()),
        _ => None,
    };
    let words = match (entrypoint, command) {
        (Some(entrypoint), Some(command)) => [json(entrypoint)?, json(command)?].concat(),
        (Some(one), None) | (None, Some(one)) => match json(one) {
            Some(words) => words,
            None => return shell_words(subject, one.1).map(|words| (words, true)),
        },
        (None, None) => return None,
    };
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["sh" | "bash" | "/bin/sh" | "/bin/bash", "-c", text] => {
            let [line] = <[Line<'_>; 1]>::try_from(lines(text)?).ok()?;
            let is_plain = line.assignments.is_empty();
            is_plain.then(|| (line.words.iter().map(|word| (*word).to_owned()).collect(), true))
        }
        ["tini" | "/sbin/tini" | "/usr/bin/tini" | "dumb-init" | "/usr/bin/dumb-init", "--", ..] => {
            Some((words.get(2..)?.to_vec(), false))
        }
        _ => Some((words, false)),
    }
}

fn shell_words(subject: &Subject<'_>, item: &Item) -> Option<Vec<String>> {
    let facts = Facts::of(&item.instruction)?;
    let script = &facts.script;
    let [command] = script.commands() else { return None };
    let is_plain = script.form() == Form::Shell
        && !script.has_error()
        && script.outputs().is_empty()
        && command.assignments.is_empty()
        && command.joint == Joint::Start
        && !command.nesting.any(Nesting::BROKEN.and(Nesting::FUNCTION))
        && command.nesting.is_top()
        && subject.last(Kind::Shell).is_none();
    let text = |word: &Word| script.text_of(word).to_owned();
    let mut words: Vec<String> = command.words.iter().map(text).collect();
    if words.first().is_some_and(|word| word == "exec") {
        words.remove(0);
    }
    is_plain.then_some(words)
}

/// A server with the words behind its name.
struct Asked<'a> {
    subject: &'a Subject<'a>,
    folder: &'a str,
    rest: &'a [&'a str],
}

impl Asked<'_> {
    fn serve(&self) -> Option<Server> {
        let (mut port, mut folder) = (None, None);
        let (mut is_single, mut compresses) = (false, true);
        let mut rest = self.rest.iter();
        while let Some(word) = rest.next() {
            let (name, value) =
                word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
            match name {
                "-s" | "--single" => is_single = true,
                "-u" | "--no-compression" => compresses = false,
                "-n" | "--no-clipboard" | "-L" | "--no-request-logging" | "-d" | "--debug" => {}
                "--no-port-switching" | "--no-etag" => {}
                "-l" | "--listen" | "-p" if port.is_none() => {
                    port = Some(self.port(match value {
                        Some(value) => value,
                        None => rest.next()?,
                    })?);
                }
                _ if word.starts_with('-') || folder.is_some() => return None,
                _ => folder = Some(self.place(word)?),
            }
        }
        let port = port.or_else(|| self.port_of_variable("PORT", 3000))?;
        let is_setting = |name: &str| SETTINGS_OF_SERVE.contains(&name);
        // What is copied into the folder that is served may come from any folder of the project, but its own.
        let mut settings = self.subject.brought.iter().filter(|file| {
            let (above, name) = file.place.rsplit_once('/').unwrap_or_default();
            is_setting(name) && (name != "package.json" || matches!(path::name(above), "public" | "static"))
        });
        settings.next().is_none().then_some(())?;
        Some(Server { program: Program::Serve { is_single, compresses }, folder: folder?, port })
    }

    fn http_server(&self) -> Option<Server> {
        let (mut port, mut folder, mut cache) = (None, None, 3600);
        let mut rest = self.rest.iter();
        while let Some(word) = rest.next() {
            match *word {
                "-s" | "--silent" | "-U" | "--utc" | "--log-ip" => {}
                "-d" | "-i" if rest.next() == Some(&"false") => {}
                "-p" | "--port" => port = Some(self.port(rest.next()?)?),
                "-a" => (*rest.next()? == "0.0.0.0").then_some(())?,
                "-a0.0.0.0" | "-dfalse" => {}
                "-c" => cache = rest.next()?.parse().ok()?,
                word if word.starts_with("-c") && !word.starts_with("--") => {
                    cache = word.get(2..)?.parse().ok()?;
                }
                word if word.starts_with("-p") && !word.starts_with("--") => {
                    port = Some(self.port(word.get(2..)?)?);
                }
                word if word.starts_with("--port=") => port = Some(self.port(word.get(7..)?)?),
                word if word.starts_with('-') || folder.is_some() => return None,
                word => folder = Some(self.place(word)?),
            }
        }
        let port = port.or_else(|| self.port_of_variable("PORT", 8080))?;
        let is_open = !self.subject.cx.document.text().to_string().contains("NODE_HTTP_SERVER_");
        is_open.then_some(Server { program: Program::HttpServer { cache }, folder: folder?, port })
    }

    fn vite_preview(&self) -> Option<Server> {
        let rest = self.rest.split_first().filter(|(word, _)| **word == "preview")?.1;
        // Without a value `--host` is for all addresses.
        let host = rest.iter().position(|word| word.starts_with("--host"))?;
        let mut others: Vec<&str> = rest.to_vec();
        others.remove(host);
        let is_everywhere = match (*rest.get(host)?, others.get(host)) {
            ("--host", Some(&"0.0.0.0")) => {
                others.remove(host);
                true
            }
            ("--host", next) => next.is_none_or(|next| next.starts_with('-')),
            (word, _) => word == "--host=0.0.0.0",
        };
        let words = Words::read(&others, &["port"])?;
        let options = ["port", "strictPort"];
        let is_known = others.iter().filter(|word| word.starts_with('-')).all(|word| {
            let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
            options.contains(&name)
        });
        let port = match words.value(&["port"]) {
            Some(port) => self.port(port)?,
            None => Port::Fixed(4173),
        };
        let mut settings = self.subject.brought.iter().filter(|file| file.name.starts_with("vite.config."));
        let is_silent = settings.all(|file| {
            let text = self.subject.cx.context.read(&file.path);
            let part = |char: char| !char.is_ascii_alphanumeric() && char != '_';
            text.is_some_and(|text| !text.split(part).any(|word| SETTINGS_OF_PREVIEW.contains(&word)))
        });
        (is_everywhere && is_known && is_silent && words.operands.is_empty()).then_some(())?;
        let line = Line { assignments: Vec::new(), words: vec!["vite", "build"] };
        let folder = generators::output(self.subject, self.folder, &line)?;
        Some(Server { program: Program::VitePreview, folder, port })
    }

    fn place(&self, word: &str) -> Option<String> {
        let is_plain = !word.starts_with('~') && !word.contains(['$', '*', '?', '[', '`']);
        is_plain.then(|| path::absolute(self.folder, word))
    }

    /// The port that a word says: a number, an address that stands for all, or a variable.
    fn port(&self, word: &str) -> Option<Port> {
        let word = word.trim_matches('"');
        let number =
            word.strip_prefix("tcp://0.0.0.0:").or_else(|| word.strip_prefix("tcp://:::")).unwrap_or(word);
        if let Some(name) = number.strip_prefix('$') {
            let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
            let (name, default) = match name.split_once(":-") {
                Some((name, default)) => (name, default.parse().ok()?),
                None => (name, 0),
            };
            let is_name = name.chars().all(|char| char.is_ascii_uppercase() || char == '_');
            return self.port_of_variable(name, default).filter(|_| is_name && number != name);
        }
        number.parse().ok().filter(|port| *port > 0).map(Port::Fixed)
    }

    /// The port that a variable holds when the container is started; `default` where nothing sets it, 0 for none.
    fn port_of_variable(&self, name: &str, default: u16) -> Option<Port> {
        let document = self.subject.cx.document;
        let variable = document.model().variable_after(name, self.subject.stage.items.end - 1);
        let port = match (variable.origin, variable.value) {
            (Some(Origin::Env(item)), Known::Known(value)) => {
                // What a build argument puts there may be another one.
                let text = document.file().instruction(item)?.line().text();
                value.parse().ok().filter(|_| !text.contains('$'))?
            }
            (Some(Origin::Env(_)), _) => return None,
            _ => default,
        };
        (port > 0).then(|| Port::Variable(name.to_owned(), port))
    }
}
