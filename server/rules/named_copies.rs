//! Manifests that one COPY names together with source, or above it: what `source-before-dependencies` and
//! `dependencies-not-separated` find with the help of the build context where no whole folder is copied.

#[cfg(test)]
use super::cache::dependencies_not_separated::DEPENDENCIES_NOT_SEPARATED;
use super::manifest_copies::{copy_flags, head, is_plain_copy, lines_below};
use super::prelude::*;
use crate::context::view::View;
use crate::path;
use crate::semantic::arrivals::arrival;
use crate::semantic::commuting::{commute, copy_and_install};
use crate::semantic::copies::{CopyStep, brings_context};
use crate::semantic::folder_copies::FolderCopy;
use crate::semantic::independence::division;
use crate::semantic::install_variables::lead_into;
use crate::semantic::named_manifests::NamedManifests;

/// The first copy that brings source: that of the manifests, or another one of the stage, rather one of a folder.
pub(super) fn source<'a>(cx: &Cx<'a>, named: &NamedManifests, index: usize) -> Option<&'a Item> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let item = named.project.item;
    if !named.others.is_empty() {
        return file.item(item);
    }
    let mut below = item + 1..index;
    let folder = below.clone().find(|step| FolderCopy::seen(file, model, cx.context, *step).is_some());
    file.items().get(folder.or_else(|| below.find(|step| brings_context(file, model, *step)))?)
}

/// The source that is named beside the manifests copied below an install of dependencies.
pub(super) fn copied_below(cx: &Cx<'_>, named: &NamedManifests, index: usize) -> Option<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let item = named.project.item;
    let run = file.item(index)?;
    let facts = Facts::of(&run.instruction)?;
    let can_move = (item + 1..index).all(|between| commute(file, model, item, between));
    if !can_move || lead_into(model, index, facts, &named.project) {
        return None;
    }
    let split = division(&run.instruction, facts, &named.install, &named.project)?;
    let (kept, moved) = parted(cx, named)?;
    let edits = vec![kept, lines_below(run, split, "", &moved)];
    Some(Fix::new("Copy what the install does not read below it", Safety::Suggested, edits))
}

/// The dependencies fetched right below the manifests, by the command `fetch`, and the rest of their copy below that.
pub(super) fn fetched_between(cx: &Cx<'_>, named: &NamedManifests, index: usize, fetch: &str) -> Option<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let item = last_of_manifests(cx, named, index)?;
    let (run, copy) = (file.item(index)?, file.item(item)?);
    let facts = Facts::of(&run.instruction)?;
    let reads: Vec<String> = named.files.iter().filter_map(|file| named.project.place_of(file)).collect();
    let is_source = |step: usize| copy_and_install(file, model, step, index, &reads);
    if !(item + 1..index).all(is_source) || lead_into(model, index, facts, &named.project) {
        return None;
    }
    let newline = copy.instruction.newline();
    let line = format!("{newline}{} {fetch}", head(&run.instruction));
    let edits = if named.others.is_empty() {
        vec![Edit::insert(copy.span().end, line)]
    } else {
        let (kept, moved) = parted(cx, named)?;
        vec![kept, Edit::insert(copy.span().end, format!("{line}{newline}{moved}"))]
    };
    let title = format!("Fetch the dependencies first, with `{fetch}`, and copy the source below");
    Some(Fix::new(title, Safety::Suggested, edits))
}

/// The copy below which all manifests are there: the one that names them, or the last of those below it that bring
/// nothing else. `None` where one comes later or is not seen to be brought.
fn last_of_manifests(cx: &Cx<'_>, named: &NamedManifests, index: usize) -> Option<usize> {
    let (file, model, view) = (cx.document.file(), cx.document.model(), View::new(cx.context));
    let item = named.project.item;
    let first = model.stage_at(index)?.from() + 1;
    let bringing = |manifest: &String| {
        let place = named.project.place_of(manifest)?;
        (first..index).find(|step| arrival(file, model, &view, *step, &place).as_ref() == Some(manifest))
    };
    let steps: Vec<usize> = named.files.iter().map(bringing).collect::<Option<_>>()?;
    let last = steps.into_iter().max()?.max(item);
    let is_manifest = |path: &String| named.files.contains(path);
    let brings_manifests = |step: usize| {
        let copy = CopyStep::of(file, model, step)?;
        let mut sources = copy.sources.iter();
        let is_all = sources.all(|source| {
            let path = source.value.as_deref().map(path::in_context);
            path.is_some_and(|path| {
                let below = view.walk(&path, named.files.len() + 1);
                let mut files = below.files.iter().map(|(file, _)| file);
                is_manifest(&path) || below.is_complete && !below.files.is_empty() && files.all(is_manifest)
            })
        });
        is_all.then_some(())
    };
    let is_apart = last == item || named.others.is_empty() && last + 1 < index;
    (is_apart && (item + 1..=last).all(|step| brings_manifests(step).is_some())).then_some(last)
}

/// The edit that leaves the manifests in their copy, and the line that copies the rest.
fn parted(cx: &Cx<'_>, named: &NamedManifests) -> Option<(Edit, String)> {
    let item = cx.document.file().item(named.project.item)?;
    let instruction = &item.instruction;
    let Arguments::Words(words) = &instruction.ast().arguments else {
        return None;
    };
    let (destination, sources) = words.split_last()?;
    let is_other = |index: &usize| named.others.contains(index);
    let text = |wanted: bool| {
        let chosen = sources.iter().enumerate().filter(|(index, _)| is_other(index) == wanted);
        let chosen: Vec<&str> = chosen.map(|(_, part)| instruction.str(*part)).collect();
        chosen.join(" ")
    };
    let (kept, moved) = (text(false), text(true));
    let span = instruction.place(*sources.first()?).start..instruction.place(*sources.last()?).end;
    let is_written_plainly =
        instruction.source().get(span.clone())?.split_whitespace().count() == sources.len();
    if kept.is_empty() || !is_plain_copy(instruction) || !is_written_plainly {
        return None;
    }
    let moved = format!("{}{moved} {}", copy_flags(instruction), instruction.str(*destination));
    Some((Edit::replace(item.absolute(span), kept), moved))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DEPENDENCIES_NOT_SEPARATED);

    const GO: &str = "#- go.mod\nmodule a\nrequire b v1.0.0\n#- go.sum\n\n#- main.go\npackage main\n#- cmd/a.go\npackage a\n#- Dockerfile\nFROM golang:1\nWORKDIR /s\n";

    #[test]
    fn source_beside_the_manifests_is_copied_below_the_download() {
        check(&format!(
            "{GO}COPY go.mod go.sum main.go ./\nRUN go build\n  # ^^^^^^^^ every change of the source has `go build` fetch the dependencies again: no step before the COPY in line 3 does\n"
        ));
        for (before, after) in [
            (
                "COPY --chown=1:1 main.go go.mod go.sum ./\nCOPY cmd cmd\nRUN go build -o /a .\n",
                "COPY --chown=1:1 go.mod go.sum ./\nRUN go mod download\nCOPY --chown=1:1 main.go ./\nCOPY cmd cmd\nRUN go build -o /a .\n",
            ),
            (
                "COPY go.mod go.sum ./\nCOPY cmd cmd\nRUN go build -o /a ./cmd\n",
                "COPY go.mod go.sum ./\nRUN go mod download\nCOPY cmd cmd\nRUN go build -o /a ./cmd\n",
            ),
        ] {
            check_fix(&format!("{GO}{before}"), &format!("FROM golang:1\nWORKDIR /s\n{after}"));
        }
    }

    #[test]
    fn no_fix_where_the_download_would_see_something_else() {
        for steps in [
            "COPY go.mod main.go ./\nRUN go build\n",
            "COPY go.mod go.sum main.go ./\nENV GOPROXY=https://a\nRUN go build\n",
            "COPY go.mod go.sum main.go ./\nCOPY cmd /root/\nRUN go build\n",
            "COPY go.mod go.sum \\\n  main.go ./\nRUN go build\n",
            "COPY [\"go.mod\", \"go.sum\", \"main.go\", \"./\"]\nRUN go build\n",
        ] {
            check_no_fix(&format!("{GO}{steps}"));
        }
        check(&format!(
            "{GO}COPY go.mod go.sum ./\nCOPY main.go ./\nCOPY cmd cmd\nRUN go build\n  # ^^^^^^^^ every change of the source has `go build` fetch the dependencies again: no step before the COPY in line 5 does\n"
        ));
        check_none(&format!("{GO}COPY go.mod go.sum ./\nRUN go build\n"));
        check_none(&format!("{GO}COPY main.go .\nRUN go build main.go\n"));
    }
}
