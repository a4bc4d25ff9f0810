//! The lines that bring the manifests of a project into the image before its source.

#[cfg(test)]
use super::cache::source_before_dependencies::SOURCE_BEFORE_DEPENDENCIES;
use super::prelude::*;
use crate::context::view::View;
use crate::path;
use crate::semantic::arrivals::arrival;
use crate::semantic::commuting::commute;
use crate::semantic::copies::{CopyStep, CopyWord};
use crate::semantic::dependencies::DependencyInstall;
use crate::semantic::folder_copies::FolderCopy;
use crate::semantic::install_variables::lead_into;
use crate::text::Span;

/// A RUN that installs or builds below a copy of the source, and could come before it.
pub(super) struct LateRun<'a> {
    pub(super) run: &'a Item,
    /// What the run says.
    pub(super) facts: &'a Facts,
    /// The command that installs or builds.
    pub(super) package: &'a PackageCommand,
    /// The copy.
    pub(super) source: &'a Item,
}

impl<'a> LateRun<'a> {
    /// `None` where the copy is of another stage, does more than copy, cannot move below what stands between, or brings what
    /// a variable names for the install.
    pub(super) fn new(
        cx: &Cx<'a>,
        index: usize,
        install: &DependencyInstall,
        copy: &FolderCopy,
    ) -> Option<LateRun<'a>> {
        let (file, model) = (cx.document.file(), cx.document.model());
        let (run, source) = (file.item(index)?, file.item(copy.item)?);
        let is_here = model.stage_at(index)?.items.contains(&copy.item);
        let can_move = (copy.item + 1..index).all(|between| commute(file, model, copy.item, between));
        // Another build may have another source there.
        let is_named = |word: &CopyWord| !source.instruction.str(word.part).contains('$');
        let is_fixed = CopyStep::of(file, model, copy.item)?.sources.iter().all(is_named);
        if !is_here || !can_move || !is_fixed || !is_plain_copy(&source.instruction) {
            return None;
        }
        let facts = Facts::of(&run.instruction).filter(|facts| !lead_into(model, index, facts, copy))?;
        Some(LateRun { run, facts, package: facts.packages.get(install.package)?, source })
    }
}

/// A RUN that installs the dependencies without the project: its install with a switch.
pub(super) fn without_project(
    instruction: &Instruction,
    facts: &Facts,
    package: &PackageCommand,
    switch: &str,
) -> Option<String> {
    let script = &facts.script;
    let command = script.commands().get(package.command)?;
    let first = script.elements().first().filter(|_| command.element == 0)?;
    let span = script.place(first.part);
    let verb_end = script.place(package.words(script).get(package.verb)?.part).end;
    let before = instruction.source().get(span.start..verb_end)?;
    let after = instruction.source().get(verb_end..span.end)?;
    let is_plain = !before.contains('#') && !after.contains('#');
    is_plain.then(|| format!("{} {before} {switch}{after}", head(instruction)))
}

/// The edits that put whole lines above both a copy of the source and the step `index` below it; the copy moves down
/// to that step where others stand between.
pub(super) fn put_above(cx: &Cx<'_>, copy: &FolderCopy, index: usize, lines: String) -> Option<Vec<Edit>> {
    let items = cx.document.file().items();
    let (source, next, step) = (items.get(copy.item)?, items.get(copy.item + 1)?, items.get(index)?);
    let is_next = copy.item + 1 == index;
    let start = source.start + comments_start(&source.instruction, is_next);
    if is_next {
        return Some(vec![Edit::insert(start, lines)]);
    }
    let moved = cx.document.text().slice(start..source.span().end);
    let newline = source.instruction.newline();
    let next_start = next.start
        + next.instruction.comments().first().map_or(next.instruction.span().start, |comment| comment.start);
    let place = step.start + comments_start(&step.instruction, false);
    Some(vec![Edit::delete(start..next_start), Edit::insert(place, format!("{lines}{moved}{newline}"))])
}

/// The edits that put copies (their indexes, in order) below the RUN `index` of their stage, or below its first part where
/// that is divided at `split`, a place of its source; their comments go along.
pub(super) fn put_below(
    cx: &Cx<'_>,
    copies: &[usize],
    index: usize,
    split: Option<Span>,
) -> Option<Vec<Edit>> {
    let items = cx.document.file().items();
    let run = items.get(index)?;
    let newline = items.get(*copies.first()?)?.instruction.newline();
    let mut edits = Vec::new();
    let mut moved = String::new();
    let mut apart = "";
    for copy in copies {
        let (source, next) = (items.get(*copy)?, items.get(copy + 1)?);
        let is_next = (copy + 1..index).all(|between| copies.contains(&between));
        let start = source.start + comments_start(&source.instruction, is_next);
        let first = next.instruction.comments().first();
        let next_start = next.start + first.map_or(next.instruction.span().start, |comment| comment.start);
        edits.push(Edit::delete(start..next_start));
        let text = cx.document.text().slice(start..source.span().end);
        moved.push_str(&if moved.is_empty() { text } else { format!("{newline}{text}") });
        // Steps that were set apart stay so.
        let gap = cx.document.text().slice(source.span().end..next_start);
        apart = if copy + 1 == index && gap.matches('\n').count() > 1 { newline } else { "" };
    }
    edits.push(lines_below(run, split, apart, &moved));
    Some(edits)
}

/// The edit that puts lines below a RUN, `apart` from it by a further line break where that is one, or between its parts
/// where it is divided at `split`, a place of its source.
pub(super) fn lines_below(run: &Item, split: Option<Span>, apart: &str, lines: &str) -> Edit {
    let newline = run.instruction.newline();
    match split {
        None => Edit::insert(run.span().end, format!("{newline}{apart}{lines}")),
        Some(gap) => {
            let head = head(&run.instruction);
            Edit::replace(run.absolute(gap), format!("{newline}{lines}{newline}{head} "))
        }
    }
}

/// Keyword and flags of a RUN.
pub(super) fn head(instruction: &Instruction) -> String {
    let ast = instruction.ast();
    let words = std::iter::once(ast.keyword).chain(ast.flags.iter().map(|flag| flag.part));
    words.map(|part| instruction.str(part)).collect::<Vec<_>>().join(" ")
}

/// Whether a COPY or ADD has only flags that mean the same for some of its files.
pub(super) fn is_plain_copy(instruction: &Instruction) -> bool {
    let line = instruction.line().text();
    let mut flags = instruction.ast().flags.iter();
    flags.all(|flag| matches!(flag.name_in(line), "chown" | "chmod" | "link"))
}

/// Where the block of comments directly above an instruction begins; the instruction itself where there is none, or, if
/// `keeps_install`, where the block is about the install.
pub(super) fn comments_start(instruction: &Instruction, keeps_install: bool) -> usize {
    let own = instruction.span().start;
    let mut start = own;
    for comment in instruction.comments().iter().rev() {
        let between = instruction.source().get(comment.end..start).unwrap_or_default();
        if between.matches('\n').count() != 1 {
            break;
        }
        start = comment.start;
    }
    let block = instruction.source().get(start..own).unwrap_or_default().to_lowercase();
    let is_about_install = ["install", "dependenc", "package"].iter().any(|word| block.contains(word));
    if keeps_install && is_about_install { own } else { start }
}

/// The lines that copy the manifests, one for each of their folders, without those that earlier steps have copied.
pub(super) fn manifest_copies(
    cx: &Cx<'_>,
    view: &View<'_>,
    copy: &FolderCopy,
    files: &[String],
) -> Option<Vec<String>> {
    let (head, destination) = copy_words(cx, copy)?;
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for file in files.iter().filter(|file| !is_copied_above(cx, view, copy, file)) {
        let rest = match copy.source.as_str() {
            "" => file,
            source => file.strip_prefix(source)?.strip_prefix('/')?,
        };
        let folder = path::parent(rest);
        if !is_plain(file, "") || file.starts_with('-') {
            return None;
        }
        match groups.iter_mut().find(|(other, _)| *other == folder) {
            Some((_, files)) => files.push(file),
            None => groups.push((folder, vec![file])),
        }
    }
    groups.sort_unstable();
    let line = |(folder, files): &(&str, Vec<&str>)| {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut files = files.clone();
        // The manifest before its lock file.
        files.sort_by_key(|file| (!file.ends_with("package.json"), *file));
        format!("{head}{} {destination}{below}", files.join(" "))
    };
    Some(groups.iter().map(line).collect())
}

/// The lines that copy folders at the top of what a copy of a folder brings, each to where that brings it.
pub(super) fn folder_lines(cx: &Cx<'_>, copy: &FolderCopy, folders: &[String]) -> Option<Vec<String>> {
    let (head, destination) = copy_words(cx, copy)?;
    let line = |folder: &String| {
        let source =
            if copy.source.is_empty() { folder.clone() } else { format!("{}/{folder}", copy.source) };
        let is_free = is_plain(&source, "") && !source.starts_with('-');
        is_free.then(|| format!("{head}{source} {destination}{folder}/"))
    };
    folders.iter().map(line).collect()
}

/// Keyword and flags of a copy, with a space behind them, and its destination, with a slash.
fn copy_words(cx: &Cx<'_>, copy: &FolderCopy) -> Option<(String, String)> {
    let instruction = cx.document.file().instruction(copy.item)?;
    let ast = instruction.ast();
    let Arguments::Words(words) = &ast.arguments else {
        return None;
    };
    let destination = instruction.str(*words.last()?);
    let slash = if destination.ends_with('/') { "" } else { "/" };
    is_plain(destination, "${}").then(|| (copy_flags(instruction), format!("{destination}{slash}")))
}

/// A COPY as far as its flags, which are those of an instruction, with a space behind.
pub(super) fn copy_flags(instruction: &Instruction) -> String {
    let ast = instruction.ast();
    let flags: String = ast.flags.iter().map(|flag| format!("{} ", instruction.str(flag.part))).collect();
    let keyword = if instruction.str(ast.keyword) == "copy" { "copy" } else { "COPY" };
    format!("{keyword} {flags}")
}

/// Whether a path has only letters, digits and marks that mean nothing to a Dockerfile, or one of `more`.
fn is_plain(text: &str, more: &str) -> bool {
    text.chars().all(|char| char.is_ascii_alphanumeric() || "._-/@+".contains(char) || more.contains(char))
}

/// Whether a step of the stage above a copy has brought a file of the context to the same place.
fn is_copied_above(cx: &Cx<'_>, view: &View<'_>, copy: &FolderCopy, file: &str) -> bool {
    let model = cx.document.model();
    let Some(start) = model.stage_at(copy.item).map(|stage| stage.from() + 1) else {
        return false;
    };
    let rest = if copy.source.is_empty() { Some(file) } else { path::below(file, &copy.source) };
    let Some(rest) = rest.filter(|_| !copy.destination.starts_with('?')) else {
        return false;
    };
    let target = format!("{}/{rest}", copy.destination.trim_end_matches('/'));
    let mut found =
        (start..copy.item).filter_map(|step| arrival(cx.document.file(), model, view, step, &target));
    found.any(|found| found == file)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SOURCE_BEFORE_DEPENDENCIES);

    #[test]
    fn an_install_that_a_variable_leads_to_the_source_stays() {
        let pip = |variable: &str| {
            let steps = "COPY . .\nRUN pip install -r requirements.txt\n";
            format!(
                "#- requirements.txt\na\n#- c.txt\nb<2\n#- Dockerfile\nFROM a:1\nWORKDIR /app\n{variable}{steps}"
            )
        };
        for variable in [
            "ENV PIP_CONSTRAINT=c.txt\n",
            "ENV PIP_CONFIG_FILE=/app/pip.conf\n",
            "ARG CONF\nENV PIP_CONFIG_FILE=$CONF\n",
            "ENV NODE_OPTIONS=\"--max-old-space-size=1 --require /app/hook.js\"\n",
        ] {
            check_no_fix(&pip(variable));
        }
        check_no_fix(&pip("").replace("RUN pip", "RUN PIP_CONSTRAINT=c.txt pip"));
        for variable in ["", "ENV PIP_CONSTRAINT=/etc/c.txt\n", "ENV PYTHONPATH=/app PIP_NO_CACHE_DIR=1\n"] {
            check_fix(
                &pip(variable),
                &format!(
                    "FROM a:1\nWORKDIR /app\n{variable}COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY . .\n"
                ),
            );
        }
    }
}
