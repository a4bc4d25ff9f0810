//! Words that say something by where they stand: the markers of heredocs, `AS`, volumes, shells, programs of the exec form.

use super::Hover;
use super::markup::{code, facts};
use crate::document::cursor::Cursor;
use crate::path;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::syntax::git_address::GitAddress;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Kind, Part, Zone};

pub(super) fn find(cursor: &Cursor<'_>) -> Option<Hover> {
    if let Some(hover) = heredoc(cursor) {
        return Some(hover);
    }
    match (&cursor.ast().kind, &cursor.ast().arguments) {
        (Kind::From, Arguments::Words(words)) => words.iter().find_map(|part| naming(cursor, *part)),
        (Kind::Volume, Arguments::Words(words)) => words.iter().find_map(|part| volume(cursor, *part)),
        (Kind::Volume, Arguments::Json(strings)) => {
            strings.iter().find_map(|string| volume(cursor, string.part))
        }
        (Kind::Shell, Arguments::Json(strings)) => {
            strings.iter().enumerate().find_map(|(index, string)| shell(cursor, index, string.part))
        }
        (Kind::Run | Kind::Cmd | Kind::Entrypoint, Arguments::Json(strings)) => {
            strings.iter().enumerate().find_map(|(index, string)| program(cursor, index, string.part))
        }
        (Kind::Healthcheck, Arguments::Healthcheck(_, command)) => match &**command {
            Arguments::Json(strings) => {
                strings.iter().enumerate().find_map(|(index, string)| program(cursor, index, string.part))
            }
            _ => None,
        },
        (Kind::Copy | Kind::Add, _) => elsewhere(cursor),
        _ => None,
    }
}

/// The marker of a heredoc, at both ends.
fn heredoc(cursor: &Cursor<'_>) -> Option<Hover> {
    let instruction = cursor.instruction();
    let (index, span) = match cursor.zone {
        Zone::HeredocEnd(index) => (index, instruction.heredocs().get(index)?.end.clone()?),
        _ => {
            let mut all = instruction.heredocs().iter().enumerate();
            let (index, heredoc) = all.find(|(_, heredoc)| cursor.is_on(heredoc.marker))?;
            (index, instruction.place(heredoc.marker))
        }
    };
    let heredoc = instruction.heredocs().get(index)?;
    let body = instruction.source().get(heredoc.body.clone())?;
    let count = body.lines().count();
    let mut lines = vec![match (&heredoc.end, count) {
        (None, _) => format!("No line is {}: it goes on to the end of the file", code(&heredoc.name)),
        (Some(_), 1) => "One line of text".to_owned(),
        (Some(_), count) => format!("{count} lines of text"),
    }];
    let is_run = cursor.ast().kind == Kind::Run;
    lines.push(match (heredoc.expand, is_run) {
        (true, true) => "The shell puts in the values of variables".to_owned(),
        (true, false) => {
            "The builder puts in the values of variables; quotes around the marker stop it".to_owned()
        }
        (false, _) => "Taken as it is written: the marker is in quotes".to_owned(),
    });
    if heredoc.chomp {
        lines.push("Tabs at the beginning of its lines are left out".to_owned());
    }
    let heading = format!("**Heredoc** {}: the lines up to one that says only that", code(&heredoc.name));
    Some(Hover { span: cursor.item.absolute(span), markdown: facts(&heading, &lines) })
}

/// `AS` in a FROM.
fn naming(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    let is_it = cursor.is_on(part) && cursor.instruction().str(part).eq_ignore_ascii_case("as");
    let text = "**`AS`** gives the stage a name, for `FROM`, `COPY --from`, mounts and `--target`";
    is_it.then(|| cursor.hover(part, text.to_owned()))
}

fn volume(cursor: &Cursor<'_>, part: Part) -> Option<Hover> {
    if !cursor.is_on(part) {
        return None;
    }
    let written = cursor.instruction().str(part).trim_matches('"');
    let value = cursor.model().expand_at(cursor.index, written).value?;
    let folder = match cursor.model().environment_at(cursor.index).map(|environment| &environment.workdir) {
        _ if value.starts_with('/') => path::from_root(&value),
        Some(Value::Known(folder)) => path::absolute(folder, &value),
        _ => value,
    };
    let lines = [
        "A container gets a volume of its own there, filled with what the image has in the folder, unless it is started with another"
            .to_owned(),
        "What steps below change there is kept by BuildKit, and lost with the legacy builder".to_owned(),
    ];
    Some(cursor.hover(part, facts(&format!("**Volume** {}", code(&folder)), &lines)))
}

/// A word of a SHELL.
fn shell(cursor: &Cursor<'_>, index: usize, part: Part) -> Option<Hover> {
    if !cursor.is_on(part) {
        return None;
    }
    let word = code(cursor.instruction().str(part).trim_matches('"'));
    let markdown = match index {
        0 => format!(
            "**Shell** {word}: runs every `RUN`, `CMD` and `ENTRYPOINT` below in this stage that is written in shell form"
        ),
        _ => format!("**Argument** {word} of the shell; the text of the command is put behind the last one"),
    };
    Some(cursor.hover(part, markdown))
}

/// A word of an exec form.
fn program(cursor: &Cursor<'_>, index: usize, part: Part) -> Option<Hover> {
    if !cursor.is_on(part) {
        return None;
    }
    let word = code(cursor.instruction().str(part).trim_matches('"'));
    let markdown = match (index, cursor.ast().kind) {
        (0, Kind::Cmd) if has_entrypoint(cursor) => {
            format!(
                "**Argument** {word} of the `ENTRYPOINT`: a `CMD` that is a list is put behind one that is a list"
            )
        }
        (0, _) => format!(
            "**Program** {word}: started without a shell, so that nothing puts in the values of variables or splits words"
        ),
        _ => format!("**Argument** {word}: given to the program as it is written"),
    };
    Some(cursor.hover(part, markdown))
}

/// Whether the stage has an ENTRYPOINT of its own that is a list.
fn has_entrypoint(cursor: &Cursor<'_>) -> bool {
    let items = cursor.file().items();
    let own = cursor.model().stage_at(cursor.index).and_then(|stage| items.get(stage.items.clone()));
    let last = own.unwrap_or_default().iter().rfind(|item| item.kind == Kind::Entrypoint);
    last.is_some_and(|item| matches!(item.instruction.ast().arguments, Arguments::Json(_)))
}

/// A source that is not in the build context: in a stage, an image, a git repository or on the web.
fn elsewhere(cursor: &Cursor<'_>) -> Option<Hover> {
    let step = CopyStep::of(cursor.file(), cursor.model(), cursor.index)?;
    let word = step.sources.iter().find(|word| cursor.is_on(word.part))?;
    let source = word.value.as_deref()?;
    let inside = |what: String| format!("{} {what}", code(&path::from_root(source)));
    let markdown = match &step.from {
        CopyFrom::Stage(stage) => {
            let stage = cursor.model().stages().get(*stage)?;
            let name = stage.name.clone().unwrap_or_else(|| stage.index.to_string());
            inside(format!("of stage {}, as that is at its end", code(&name)))
        }
        CopyFrom::Image(image) => inside(format!("of the image {}", code(image))),
        CopyFrom::Unknown => return None,
        CopyFrom::Context => match GitAddress::new(source) {
            Some(address) => {
                let mut lines = vec![match address.reference() {
                    Some(reference) => format!("Branch, tag or commit: {}", code(reference)),
                    None => "The default branch, as it is when it is built".to_owned(),
                }];
                lines.extend(address.folder().map(|folder| format!("Folder: {}", code(folder))));
                facts("**Git repository**, fetched by the builder", &lines)
            }
            None if source.contains("://") => {
                let is_archive = "An archive is not unpacked unless `--unpack` says so".to_owned();
                facts("**Address**, fetched by the builder", &[is_archive])
            }
            None => return None,
        },
    };
    Some(cursor.hover(word.part, markdown))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_says;

    #[test]
    fn words_say_what_they_are_by_where_they_stand() {
        check_says("FROM a A$0S b", "AS", "gives the stage a name");
        check_says("FROM a\nRUN <<E$0OF\na\nb\nEOF", "<<EOF", "- 2 lines of text\n- The shell puts in");
        check_says(
            "FROM a\nCOPY <<-'EOF' /x\n\ta\nE$0OF",
            "EOF",
            "One line of text\n- Taken as it is written",
        );
        check_says("FROM a\nCOPY <<EOF /x\na\nEOF$0", "EOF", "The builder puts in the values");
        check_says("FROM a AS b\nFROM c\nCOPY --from=b /srv/$0x /y", "/srv/x", "`/srv/x` of stage `b`");
        check_says("FROM c\nCOPY --from=nginx x$0 /y", "x", "`/x` of the image `nginx`");
        check_says("FROM a\nWORKDIR /d\nVOLUME e$0 f", "e", "**Volume** `/d/e`");
        check_says("FROM a\nVOLUME [\"/e$0\"]", "\"/e\"", "**Volume** `/e`");
        check_says("FROM a\nSHELL [\"/bin/b$0ash\", \"-c\"]", "\"/bin/bash\"", "**Shell** `/bin/bash`");
        check_says("FROM a\nCMD [\"no$0de\", \"x.js\"]", "\"node\"", "**Program** `node`");
        check_says("FROM a\nENTRYPOINT [\"a\"]\nCMD [\"-$0-b\"]", "\"--b\"", "of the `ENTRYPOINT`");
        check_says("FROM a\nHEALTHCHECK CMD [\"cu$0rl\"]", "\"curl\"", "**Program** `curl`");
        check_says("FROM a\nHEALTHCHECK C$0MD b", "CMD", "**`HEALTHCHECK CMD`**: the command that is run");
        check_says("FROM a\nHEALTHCHECK NO$0NE", "NONE", "takes away the check");
        check_says("FROM a\nEXPOSE 8000-8$0010/udp", "8000-8010/udp", "**Ports 8000 to 8010**, udp");
        let git = "https://github.com/a/b.git#v1:docs";
        check_says(
            &format!("FROM a\nADD {} /x", git.replace("a/b", "a$0/b")),
            git,
            "**Git repository**, fetched by the builder\n\n- Branch, tag or commit: `v1`\n- Folder: `docs`",
        );
        check_says("FROM a\nADD https://b.c/$0d.tgz /x", "https://b.c/d.tgz", "An archive is not unpacked");
        check_says(
            "FROM a\n# hadolint ignore=SC20$086\nRUN b $c",
            "SC2086",
            "https://www.shellcheck.net/wiki/SC2086",
        );
    }
}
