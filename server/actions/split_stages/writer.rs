//! Writes the two stages: the first gets a name, the second stands where the last step that builds ends, so that what
//! follows that stays where it is.

use super::Runtime;
use super::deeds::Deeds;
use super::program::{Runs, known};
use super::subject::Subject;
use super::variables::{is_moved, is_only_for_building};
use crate::actions::place::free_stage_name;
use crate::path;
use crate::semantic::copy_words::copy_words;
use crate::syntax::{Item, Kind};
use crate::text::Edit;

/// The edits; `None` where the file cannot be divided there.
pub(super) fn edits(
    subject: &Subject<'_>,
    deeds: &Deeds,
    runtime: &Runtime,
    needed: &[String],
    runs: &Runs,
) -> Option<Vec<Edit>> {
    let file = subject.cx.document.file();
    let items = file.items();
    let from = items.get(subject.stage.from())?;
    let line = &from.instruction;
    let name = free_stage_name(subject.cx, "build");
    let is_lower = line.str(line.ast().keyword).chars().all(|char| char.is_lowercase());
    let word = |text: &str| if is_lower { text.to_lowercase() } else { text.to_owned() };
    let mut edits = Vec::new();
    let base = from.absolute(line.place(subject.stage.base_part?));
    match subject.stage.name_part {
        Some(part) => edits.push(Edit::replace(from.absolute(line.place(part)), name.as_str())),
        None => edits.push(Edit::insert(base.end, format!(" {} {name}", word("AS")))),
    }
    if let Some(image) = &runtime.build_image {
        (line.str(subject.stage.base_part?) == subject.image.text()).then_some(())?;
        edits.push(Edit::replace(base, image.as_str()));
    }
    let own_name = subject.stage.name_part.map(|part| format!(" {} {}", word("AS"), line.str(part)));
    let flags: String = line.ast().flags.iter().map(|flag| format!("{} ", line.str(flag.part))).collect();
    let is_constant = !flags.contains('$');
    is_constant.then_some(())?;
    let mut lines = vec![
        String::new(),
        format!("{} {flags}{}{}", word("FROM"), runtime.image, own_name.unwrap_or_default()),
    ];
    lines.extend(packages(runtime, deeds, &runs.packages, &word)?);
    let text = |item: &Item| item.instruction.source().get(item.instruction.span()).map(str::to_owned);
    for index in &deeds.set_ups {
        lines.push(text(items.get(*index)?)?);
    }
    let above = || subject.items().filter(|(index, _)| *index < deeds.end);
    for (index, item) in above() {
        let is_env = item.kind == Kind::Env && !is_only_for_building(subject, index);
        if is_env || runs.arguments.contains(&index) {
            lines.push(text(item)?);
        }
    }
    lines.extend(runtime.settings.iter().cloned());
    let folder = subject.folder_at(deeds.end - 1)?;
    if known(runtime)?.workdir != Some(folder.as_str()) {
        lines.push(format!("{} {folder}", word("WORKDIR")));
    }
    for index in &runs.copies {
        lines.push(text(items.get(*index)?)?);
    }
    let copy = |from: &str, to: &str| {
        let words = copy_words(&[from], to, line.escape())?;
        Some(format!("{} --from={name} {words}", word("COPY")))
    };
    for place in needed {
        lines.push(copy(place, place)?);
    }
    let is_there = |place: &str| needed.iter().any(|other| path::is_within(place, other));
    let built =
        runs.artefacts.iter().filter(|artefact| artefact.from != artefact.to || !is_there(&artefact.to));
    for artefact in built {
        lines.push(copy(&artefact.from, &artefact.to)?);
    }
    for (_, item) in above().filter(|(_, item)| is_moved(item.kind)) {
        lines.push(item.instruction.source().trim_start_matches(['\r', '\n']).trim_end().to_owned());
        edits.push(Edit::delete(item.start..item.end()));
    }
    let newline = line.newline();
    for (index, step) in &runtime.steps {
        match items.get(*index).filter(|_| *index < deeds.end) {
            Some(item) => {
                // Comments stay with what they stand above.
                let before =
                    item.instruction.comments().first().map_or(item.instruction.span().start, |it| it.start);
                edits.push(Edit::insert(item.start + before, format!("{step}{newline}")));
            }
            None => lines.insert(0, step.clone()),
        }
    }
    let body: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
    edits.push(match items.get(deeds.end) {
        Some(next) => Edit::insert(next.start, body),
        None => {
            let last = items.last()?;
            let is_ended = last.instruction.source().ends_with('\n');
            let text = if is_ended { body } else { format!("{newline}{}", body.trim_end()) };
            Edit::insert(last.end(), text)
        }
    });
    Some(edits)
}

/// The step that installs what the program needs of the distribution.
fn packages(
    runtime: &Runtime,
    deeds: &Deeds,
    names: &[String],
    word: &dyn Fn(&str) -> String,
) -> Option<Vec<String>> {
    use crate::knowledge::images::Manager;
    if names.is_empty() {
        return Some(Vec::new());
    }
    let (run, names) = (word("RUN"), names.join(" "));
    let recommends = if deeds.has_recommends { "" } else { "--no-install-recommends " };
    match known(runtime)?.manager? {
        Manager::Apk => Some(vec![format!("{run} apk add --no-cache {names}")]),
        Manager::Apt => Some(vec![
            format!("{run} apt-get update \\"),
            format!("    && apt-get install -y {recommends}{names} \\"),
            "    && rm -rf /var/lib/apt/lists/*".to_owned(),
        ]),
        _ => None,
    }
}
