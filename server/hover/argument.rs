//! Arguments that are one of the values everybody knows: ports, label keys, users, programs that install.

use super::Hover;
use super::markup::{code, facts};
use crate::document::cursor::Cursor;
use crate::knowledge::package_managers::{Action, Cache};
use crate::knowledge::{label_keys, ports};
use crate::semantic::caches;
use crate::semantic::facts::Facts;
use crate::semantic::users::{UserOrigin, users_before};
use crate::syntax::{Arguments, Kind, Part};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    match (&cursor.ast().kind, &cursor.ast().arguments) {
        (Kind::Expose, Arguments::Words(words)) => words.iter().find_map(|part| port(cursor, *part)),
        (Kind::Label, Arguments::KeyValues(pairs)) => pairs.iter().find_map(|pair| label(cursor, pair.key)),
        (Kind::User, Arguments::Text(part)) => user(cursor, *part),
        (Kind::Run, _) => package(cursor),
        _ => None,
    }
}

const PORT_NOTE: &str = "It is written in the image's configuration; `docker run -p` or `-P` opens it";

fn port(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    if !cursor.is_on(part) {
        return None;
    }
    let value = cursor.model().expand_at(cursor.index, cursor.instruction().str(part)).value?;
    let (number, protocol) = value.split_once('/').unwrap_or((&value, "tcp"));
    if let Some((first, last)) = number.split_once('-') {
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        let heading = format!("**Ports {first} to {last}**, {}", protocol.to_ascii_lowercase());
        return Some(cursor.hover(part, facts(&heading, &[PORT_NOTE.to_owned()])));
    }
    let number: u16 = number.parse().ok()?;
    let known = ports::about(number).map(|about| format!("Known for {about}"));
    let lines: Vec<String> = known.into_iter().chain([PORT_NOTE.to_owned()]).collect();
    Some(cursor.hover(part, facts(&format!("**Port {number}**, {}", protocol.to_ascii_lowercase()), &lines)))
}

fn label(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    if !cursor.is_on(part) {
        return None;
    }
    let known = label_keys::label_key(cursor.instruction().str(part).trim_matches(['"', '\'']))?;
    let lines = [format!("Such as {}", code(known.example))];
    Some(cursor.hover(part, facts(&format!("**`{}`**: {}", known.name, known.documentation), &lines)))
}

fn user(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    if !cursor.is_on(part) {
        return None;
    }
    let value = cursor.model().expand_at(cursor.index, cursor.instruction().str(part)).value?;
    let name = value.split(':').next()?;
    let line = match name {
        "root" | "0" => "Number 0: it may do everything in the container".to_owned(),
        _ => known_user(cursor, name).or_else(|| numbered_user(cursor, name))?,
    };
    Some(cursor.hover(part, facts(&format!("**User {}**", code(name)), &[line])))
}

/// The user of the base image that has a number.
fn numbered_user(cursor: &Cursor<'_>, number: &str) -> Option<String> {
    let users = users_before(cursor.cx.document.file(), cursor.model(), cursor.index);
    let has_number = |origin: &UserOrigin| match origin {
        UserOrigin::Created(_, created) => created.is_some_and(|created| created.to_string() == number),
        UserOrigin::Image(id, _) => *id == number,
    };
    let name = users.into_iter().find(|user| has_number(&user.origin))?.name;
    Some(format!("The number of {}. {}", code(&name), known_user(cursor, &name)?))
}

/// Where a user comes from, through the stages that this one is built on.
fn known_user(cursor: &Cursor<'_>, name: &str) -> Option<String> {
    let users = users_before(cursor.cx.document.file(), cursor.model(), cursor.index);
    Some(match users.into_iter().find(|user| user.name == name)?.origin {
        UserOrigin::Created(item, number) => {
            let number = number.map(|number| format!(" with the number {number}")).unwrap_or_default();
            format!("Created in line {}{number}", cursor.line_of(item, |_| None))
        }
        UserOrigin::Image(number, group) => {
            format!("The base image has it: number {number}, group {group}")
        }
    })
}

/// The sub-command of a package manager, and what it leaves behind.
fn package(cursor: &Cursor<'_>) -> Option<Hover> {
    if !cursor.model().has_posix_shell(cursor.index) {
        return None;
    }
    let found = Facts::of(cursor.instruction())?;
    for package in &found.packages {
        let words = package.words(&found.script);
        let first = words.get(package.program)?;
        let last = words.get(package.verb)?;
        let part = Part { start: first.part.start, end: last.part.end };
        let span = found.script.place(part);
        if !(span.start <= cursor.local && cursor.local <= span.end) {
            continue;
        }
        let what = match package.action {
            Action::Install => "fetches and installs",
            Action::UpdateLists => "fetches the lists of packages",
            Action::Upgrade => "brings packages to newer versions",
            Action::Remove => "takes packages away; they stay in the layers below",
            Action::Clean => "deletes caches; what other layers hold stays there",
            Action::Build => "builds the project",
            Action::Other => return None,
        };
        let mut lines = Vec::new();
        // A pattern such as `curl=7.*` is one name, too.
        let operands = package.operands.iter().filter_map(|index| words.get(*index));
        let names = operands.filter_map(|word| match &word.value {
            Some(value) => Some(code(value)),
            None => {
                let written = found.script.str(word.part);
                (!written.contains(['$', '`', '"', '\''])).then(|| code(written))
            }
        });
        let names: Vec<String> = names.collect();
        if !names.is_empty() && package.action == Action::Install {
            lines.push(format!("{} named: {}", names.len(), names.join(", ")));
        }
        let cache = |cache: &Cache| format!("Leaves {} in {}", cache.what, code(cache.path));
        let kept = package.manager.caches.iter();
        let kept =
            kept.filter(|cache| caches::is_kept(cursor.file(), cursor.model(), cursor.index, package, cache));
        lines.extend(kept.map(cache));
        let heading = format!("**{}** {what}", code(&package.name(&found.script)));
        return Some(Hover { span: cursor.item.absolute(span), markdown: facts(&heading, &lines) });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::super::tests::subject;
    use crate::fixture::Fixture;

    fn says(fixture: &str, wanted: &str) {
        let (fixture, offset) = Fixture::cursor(fixture);
        let markdown = fixture.look(|cx| find(cx, offset)).map(|hover| hover.markdown).unwrap_or_default();
        assert!(markdown.contains(wanted), "{markdown}");
    }

    #[test]
    fn ports_labels_users_and_packages_are_known() {
        says("FROM a\nEXPOSE 54$032/TCP\n", "**Port 5432**, tcp\n\n- Known for PostgreSQL");
        says("FROM a\nLABEL org.opencontainers.image.so$0urce=b\n", "The URL of the source");
        says(
            "FROM a\nRUN useradd -u 7 app\nUSER a$0pp\n",
            "**User `app`**\n\n- Created in line 2 with the number 7",
        );
        says("FROM node:22\nUSER no$0de\n", "The base image has it: number 1000");
        says(
            "FROM a\nRUN apt-get in$0stall -y b c\n",
            "**`apt-get install`** fetches and installs\n\n- 2 named: `b`, `c`",
        );
        says("FROM a\nENV LA$0NG=C.UTF-8\n", "no locale package");
    }

    #[test]
    fn a_number_is_that_of_a_user_and_a_pattern_is_a_name() {
        says("FROM node:22\nUSER 10$000\n", "The number of `node`");
        says("FROM a\nRUN useradd -u 5 b\nUSER $05\n", "The number of `b`. Created in line 2");
        says("FROM a\nRUN apt-get ins$0tall -y curl=7.* git\n", "2 named: `curl=7.*`, `git`");
    }

    #[test]
    fn a_file_without_a_stage_knows_what_stands_above() {
        says("ENV port=80\nEXPOSE $po$0rt\n", "**`port`** = `80`");
        says("ENV var=value var2=$var\nRUN echo $va$0r\n", "**`var`** = `value`");
        says("EXPOSE $po$0rt\nENV port=80\n", "is not set");
    }

    #[test]
    fn a_package_command_tells_of_caches_that_stay() {
        let leaves = |line: &str| subject(&format!("FROM node:22-alpine\n{line}\n")).contains("Leaves");
        for kept in [
            "RUN apk a$0dd curl",
            "RUN pip ins$0tall x",
            "RUN npm c$0i",
            "RUN apt-get up$0date",
            "RUN go b$0uild",
        ] {
            assert!(leaves(kept), "{kept}");
        }
        for clean in [
            "RUN apk a$0dd --no-cache curl",
            "RUN pip ins$0tall --no-cache-dir x",
            "ENV PIP_NO_CACHE_DIR=1\nRUN pip ins$0tall x",
            "RUN PIP_NO_CACHE_DIR=1 pip ins$0tall x",
            "RUN apt-get up$0date && apt-get install -y b && rm -rf /var/lib/apt/lists/*",
            "RUN --mount=type=cache,target=/root/.npm npm c$0i",
            "RUN npm c$0i && npm cache clean --force",
            "RUN npm ci$0 && rm -rf ~/.npm",
            "RUN npm ru$0n build",
            "RUN --mount=type=cache,target=/var/lib/apt apt-get up$0date",
        ] {
            assert!(!leaves(clean), "{clean}");
        }
        let debian = subject("FROM debian:12\nRUN apt-get ins$0tall -y b");
        assert!(debian.contains("**`apt-get install`**") && !debian.contains("Leaves"), "{debian}");
    }
}
