//! Writes the two stages: all that builds stays in the first, and what describes the image moves into the second.

use super::super::scripts::{Step, package, step};
use super::super::subject::Subject;
use super::super::variables::mentioned;
use super::serving::{Port, Server};
use crate::actions::place::free_stage_name;
use crate::rules::frontend;
use crate::semantic::copy_words::copy_words;
use crate::semantic::variables::Origin;
use crate::syntax::{Item, Kind};
use crate::text::Edit;

/// The frontend that first reads heredocs, after the dot.
const FRONTEND: u32 = 4;
const MARKER: &str = "EOF";

/// The edits; `None` where the file cannot be written so.
pub(super) fn edits(subject: &Subject<'_>, server: &Server, image: &str) -> Option<Vec<Edit>> {
    let items = subject.cx.document.file().items();
    let from = items.get(subject.stage.from())?;
    let line = &from.instruction;
    (line.newline() == "\n").then_some(())?;
    let is_lower = line.str(line.ast().keyword).chars().all(|char| char.is_lowercase());
    let word = |text: &str| if is_lower { text.to_lowercase() } else { text.to_owned() };
    let has_heredocs = items.iter().any(|item| !item.instruction.heredocs().is_empty());
    let mut edits = match has_heredocs {
        true => Vec::new(),
        false => frontend::at_least(subject.cx.document, FRONTEND)?,
    };
    let name = free_stage_name(subject.cx, "build");
    let base = from.absolute(line.place(subject.stage.base_part?));
    match subject.stage.name_part {
        Some(part) => edits.push(Edit::replace(from.absolute(line.place(part)), name.as_str())),
        None => edits.push(Edit::insert(base.end, format!(" {} {name}", word("AS")))),
    }
    let own_name = subject.stage.name_part.map(|part| format!(" {} {}", word("AS"), line.str(part)));
    let flags: String = line.ast().flags.iter().map(|flag| format!("{} ", line.str(flag.part))).collect();
    (!flags.contains('$')).then_some(())?;
    // Its name stands in the server's settings too, which read it otherwise.
    let folder = copy_words(&[&server.folder], &server.folder, line.escape())?;
    (folder == format!("{0} {0}", server.folder)).then_some(())?;
    let mut lines =
        vec![String::new(), format!("{} {flags}{image}{}", word("FROM"), own_name.unwrap_or_default())];
    let moved: Vec<(usize, &Item)> = subject.items().filter(|(_, item)| item.kind.is_description()).collect();
    let is_program = |item: &Item| item.kind.starts_container();
    lines.extend(definitions(subject, server, &moved, &word)?);
    let programs = || moved.iter().filter(|(_, item)| is_program(item));
    lines.extend(programs().flat_map(|(_, item)| comments(item)));
    lines.push(format!("{} <<'{MARKER}' {}", word("COPY"), server.place()));
    lines.extend(server.configuration());
    lines.push(MARKER.to_owned());
    lines.push(format!("{} --from={name} {folder}", word("COPY")));
    let others = moved.iter().filter(|(_, item)| !is_program(item));
    lines.extend(
        others.map(|(_, item)| item.instruction.source().trim_start_matches('\n').trim_end().to_owned()),
    );
    let mut gone: Vec<usize> = moved.iter().map(|(index, _)| *index).collect();
    gone.extend(idle(subject, server));
    for item in gone.iter().filter_map(|index| items.get(*index)) {
        edits.push(Edit::delete(item.start..item.end()));
    }
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let last = items.last()?;
    let is_gone = gone.contains(&(items.len() - 1));
    edits.push(Edit::insert(
        last.end(),
        match (last.instruction.source().ends_with('\n'), is_gone) {
            (true, _) => body,
            (false, true) => body.trim_end().to_owned(),
            (false, false) => format!("\n{}", body.trim_end()),
        },
    ));
    Some(edits)
}

fn comments(item: &Item) -> Vec<String> {
    let comments = item.instruction.comments().iter().chain(item.instruction.inner_comments());
    comments.filter_map(|span| Some(item.instruction.source().get(span.clone())?.trim().to_owned())).collect()
}

/// The instructions that define what those that are moved mention, and the port; `None` where that cannot be said again.
fn definitions(
    subject: &Subject<'_>,
    server: &Server,
    moved: &[(usize, &Item)],
    word: &dyn Fn(&str) -> String,
) -> Option<Vec<String>> {
    let document = subject.cx.document;
    let (mut lines, mut own) = (Vec::new(), "");
    if let Port::Variable(name, port) = &server.port {
        own = name;
        lines.push(format!("{} {name}={port}", word("ENV")));
    }
    for (index, item) in moved {
        let is_program = item.kind.starts_container();
        let text = item.instruction.source().get(item.instruction.span())?;
        for name in mentioned(text).into_iter().filter(|name| !is_program && *name != own) {
            let origin = match document.model().variable(name, *index).origin? {
                // What runs in the container knows no arguments.
                _ if item.kind == Kind::Healthcheck => return None,
                Origin::Env(origin) | Origin::Arg(origin) => origin,
                Origin::GlobalArg(_, origin) | Origin::BuildArgument(origin) => origin,
                Origin::Predefined => continue,
            };
            let defined = document.file().instruction(origin)?;
            let text = defined.source().get(defined.span())?.to_owned();
            (subject.stage.items.contains(&origin) && mentioned(&text).is_empty()).then_some(())?;
            if !lines.contains(&text) {
                lines.push(text);
            }
        }
    }
    Some(lines)
}

/// The instructions of the first stage that have nothing to do there: those which install the server alone, and those which
/// say what user it runs as. What has a comment stays.
fn idle(subject: &Subject<'_>, server: &Server) -> Vec<usize> {
    let works = |item: &Item| matches!(item.kind, Kind::Run | Kind::Copy | Kind::Add);
    let end = subject.items().rfind(|(_, item)| works(item)).map(|(index, _)| index).unwrap_or_default();
    let installs_server = |index: usize, item: &Item| {
        let tasks = subject.tasks(index).unwrap_or_default();
        let [task] = tasks.as_slice() else { return false };
        let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
        let is_server = |name: &&str| name.split('@').next() == Some(server.program.name());
        let step = step(&words, &package(subject, &task.folder).unwrap_or_default());
        item.instruction.ast().flags.is_empty()
            && matches!(step, Some(Step::Tools(names)) if !names.is_empty() && names.iter().all(is_server))
    };
    let is_idle = |(index, item): &(usize, &Item)| match item.kind {
        Kind::Run => installs_server(*index, item),
        Kind::User => *index > end,
        _ => false,
    };
    let free = subject.items().filter(|(_, item)| comments(item).is_empty());
    free.filter(is_idle).map(|(index, _)| index).collect()
}
