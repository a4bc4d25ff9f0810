//! `archive-kept`

use crate::rules::edits::behind::append_behind;
use crate::rules::edits::end::append_command;
use crate::rules::prelude::*;
use crate::semantic::archives::{base_name, extracted_whole, extractions, is_archive, leftovers, unquoted};
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::dependencies::place;
use crate::syntax::shell::{Command, Form, Joint, Shape};

declare_rule! {
    /// ## What it does
    /// Finds an archive that stays in a layer beside what is extracted from it.
    ///
    /// ## Why is this bad?
    /// The image holds the files twice, once packed. An archive that COPY has put into a layer of its own cannot be taken
    /// out of it by a later `rm`; `ADD` extracts a local tar archive and leaves nothing behind, and a RUN can read one
    /// through `--mount=type=bind`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN curl -fsSLo /tmp/tool.tar.gz https://example.org/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /opt
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN curl -fsSLo /tmp/tool.tar.gz https://example.org/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /opt && rm /tmp/tool.tar.gz
    /// ```
    /// ```dockerfile,bad
    /// FROM debian:12
    /// COPY tool.tar.gz /tmp/
    /// RUN tar -xzf /tmp/tool.tar.gz -C /opt
    /// ```
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// ADD tool.tar.gz /opt/
    /// ```
    ///
    /// ## Fix
    /// Removes what was fetched at the end of the same RUN, or right behind the extraction where the folder may be another one
    /// by then; not where a later step names the archive. What was copied is extracted by `ADD` instead, where the next step begins with a `tar` that
    /// takes everything as it is.
    ///
    /// ## Silent
    /// In a stage that no image is built on, where hadolint asks for `ADD` as well. Unlike it, this rule also sees
    /// `tar xf` without a dash, and does not ask for `ADD` where that extracts nothing, as with a zip.
    pub(crate) static ARCHIVE_KEPT = {
        id: "archive-kept", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3010"],
        check: Steps(is_about_archives, check),
        fix: Suggested(fix),
    }
}

/// What the names of archives end in that `ADD` extracts.
const TARS: [&str; 8] = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz"];

/// Whether it brings an archive, or extracts one.
fn is_about_archives(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => Facts::of(instruction).is_some_and(|facts| extractions(facts).next().is_some()),
        Kind::Copy | Kind::Add => match &instruction.ast().arguments {
            Arguments::Words(words) => words.iter().any(|word| is_archive(instruction.str(*word))),
            _ => false,
        },
        _ => false,
    }
}

/// A word of a COPY or ADD that brings an archive.
struct Brought<'a> {
    item: usize,
    part: Part,
    name: &'a str,
    is_copy: bool,
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut brought: Vec<Brought<'_>> = Vec::new();
    let mut stage = None;
    for index in steps.iter().copied().filter(|index| ships(cx, *index)) {
        let (Some(item), Some(environment)) = (file.item(index), model.environment_at(index)) else {
            continue;
        };
        let instruction = &item.instruction;
        let own = model.stage_at(index).map(|stage| stage.index);
        if stage.replace(own) != Some(own) {
            brought.clear();
        }
        if instruction.ast().kind != Kind::Run {
            brought.extend(archives_of(cx, index, instruction));
            continue;
        }
        let Some(facts) = Facts::of(instruction).filter(|_| environment.shell.is_posix()) else {
            continue;
        };
        for extraction in extractions(facts) {
            let name = &*unquoted(base_name(extraction.archive));
            let Some(at) = brought.iter().position(|archive| unquoted(archive.name) == name) else {
                continue;
            };
            let archive = brought.swap_remove(at);
            if let Some(copy) = file.item(archive.item) {
                let codes: &[&str] =
                    if archive.is_copy && !name.ends_with(".zip") { &["DL3010"] } else { &[] };
                out.push_at(archive.item, copy.instruction.place(archive.part), message(name)).also(codes);
            }
        }
        for leftover in leftovers(instruction, facts) {
            if let Some(command) = facts.script.commands().get(leftover.command) {
                let message = message(base_name(leftover.extraction.archive));
                out.push_at(index, facts.script.place(command.part), message).also(&[]);
            }
        }
    }
}

fn message(name: &str) -> String {
    format!("`{}` stays in this layer beside what is extracted from it", shown(&unquoted(name)))
}

/// The archives that a COPY or ADD leaves packed.
fn archives_of<'a>(cx: &Cx<'_>, index: usize, instruction: &'a Instruction) -> Vec<Brought<'a>> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_copy = instruction.ast().kind == Kind::Copy;
    let Some(copy) = CopyStep::of(file, model, index).filter(|copy| copy.from == CopyFrom::Context) else {
        return Vec::new();
    };
    let target =
        copy.destination.as_ref().map(|word| word.part).filter(|part| is_archive(instruction.str(*part)));
    // `ADD` extracts a local tar archive.
    let stays = |part: &Part| {
        let text = instruction.str(*part);
        is_archive(text) && (is_copy || text.contains("://") || text.ends_with(".zip"))
    };
    let sources = copy.sources.iter().map(|word| word.part).filter(stays);
    let brought = |part: Part, name: Part| Brought {
        item: index,
        part,
        name: base_name(instruction.str(name)),
        is_copy,
    };
    match target {
        Some(target) => sources.take(1).map(|part| brought(part, target)).collect(),
        None => sources.map(|part| brought(part, part)).collect(),
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let item = cx.document.file().item(finding.item);
    match item.map(|item| item.instruction.ast().kind) {
        Some(Kind::Run) => remove_fetched(cx, finding),
        _ => extract_by_add(cx, finding).into_iter().collect(),
    }
}

/// An archive that COPY brings and the next step extracts, extracted by ADD.
fn extract_by_add(cx: &Cx<'_>, finding: &Finding) -> Option<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let (copied, run) = (file.item(finding.item)?, file.item(finding.item + 1)?);
    // What another user extracts belongs to that user.
    if !is_plain(&copied.instruction, Kind::Copy)
        || !is_plain(&run.instruction, Kind::Run)
        || !run.instruction.comments().is_empty()
        || !model.is_root(finding.item + 1)
    {
        return None;
    }
    let copy = CopyStep::of(file, model, finding.item)?;
    let ([source], Some(destination)) = (&*copy.sources, &copy.destination) else {
        return None;
    };
    let written = copied.instruction.str(source.part);
    let name = base_name(written);
    if !TARS.iter().any(|end| name.ends_with(end)) || written.contains(['$', '*', '?', '[', '"', '\\']) {
        return None;
    }
    let workdir = &model.folder_at(finding.item);
    let target = destination.value.as_deref().map(|path| if path == "." { "./" } else { path })?;
    let into_folder = if target.ends_with('/') { name } else { "" };
    let facts = Facts::of(&run.instruction)?;
    let extraction = first_extraction(facts)?;
    let folder = place(workdir, extraction.folder).filter(|folder| folder.starts_with('/'))?;
    if place(workdir, extraction.archive)? != place(workdir, &format!("{target}{into_folder}"))? {
        return None;
    }
    let script = &facts.script;
    let start_of = |index: usize| Some(script.place(script.elements().get(index)?.part).start);
    let rest = start_of(extraction.commands);
    let rest_of_run = rest.map_or(Some(""), |start| run.instruction.source().get(start..))?;
    let is_named_later = { file.items().get(finding.item + 2..)?.iter() }
        .map(|item| item.instruction.source())
        .any(|source| source.contains(name));
    if is_named_later || rest_of_run.contains(name) {
        return None;
    }
    let removed = match rest {
        Some(start) => run.absolute(start_of(0)?..start),
        None => copied.span().end..run.span().end,
    };
    let keyword = copied.instruction.place(copied.instruction.ast().keyword);
    let destination = copied.instruction.place(destination.part);
    let edits = vec![
        Edit::replace(copied.absolute(keyword), "ADD"),
        Edit::replace(copied.absolute(destination), format!("{}/", folder.trim_end_matches('/'))),
        Edit::delete(removed),
    ];
    Some(Fix::new(format!("Extract `{}` with `ADD`", shown(name)), Safety::Suggested, edits))
}

/// Whether an instruction is of a kind and has no flags, no heredocs and no JSON form.
fn is_plain(instruction: &Instruction, kind: Kind) -> bool {
    let ast = instruction.ast();
    ast.kind == kind
        && ast.flags.is_empty()
        && instruction.heredocs().is_empty()
        && !matches!(ast.arguments, Arguments::Json(_))
}

/// What a script begins with: all of an archive is extracted, and perhaps the archive removed.
struct FirstExtraction<'a> {
    archive: &'a str,
    folder: &'a str,
    /// How many commands that takes.
    commands: usize,
}

fn first_extraction(facts: &Facts) -> Option<FirstExtraction<'_>> {
    let words = |index: usize, name: &str| {
        let invocation = facts.invocation_of(index).filter(|found| &*found.name == name)?;
        Some(invocation.written_arguments(&facts.script))
    };
    let (archive, folder) = extracted_whole(&words(0, "tar")?)?;
    let is_removed = words(1, "rm")
        .is_some_and(|words| matches!(&*words, [file] | ["-f" | "-rf", file] if *file == archive));
    let commands = if is_removed { 2 } else { 1 };
    // What comes behind has to go on where this ends well.
    let mut first = facts.script.elements().iter().take(commands + 1).enumerate();
    let is_chain = first.all(|(index, element)| {
        element.shape == Shape::Simple && (index == 0 || element.joint == Joint::And)
    });
    (is_chain && facts.script.form() == Form::Shell).then_some(FirstExtraction {
        archive,
        folder: folder.unwrap_or("."),
        commands,
    })
}

const MOST_COMMANDS: usize = 500;

/// An archive that a RUN fetches, removed at its end.
fn remove_fetched(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let items = cx.document.file().items();
    let edit = || {
        let item = items.get(finding.item).filter(|item| item.instruction.ast().kind == Kind::Run)?;
        let facts = Facts::of(&item.instruction)?;
        let script = &facts.script;
        // Each fix looks at the whole script: in a longer one than anybody writes there is none.
        if script.commands().len() > MOST_COMMANDS {
            return None;
        }
        let is_meant = |command: &Command| item.absolute(script.place(command.part)) == finding.span;
        let leftovers = leftovers(&item.instruction, facts);
        let leftover = { leftovers }
            .into_iter()
            .find(|leftover| script.commands().get(leftover.command).is_some_and(is_meant))?;
        let extraction = script.commands().get(leftover.extraction.command)?;
        let archive = leftover.extraction.archive;
        let word = extraction
            .words
            .iter()
            .map(|word| script.str(word.part))
            .find(|word| word.trim_matches(['"', '\'']) == archive)?;
        let name = &*unquoted(base_name(archive));
        let names = |text: &str| unquoted(text).contains(name);
        let moves = script.commands().get(leftover.extraction.command..)?.iter().any(|command| {
            command.words.first().is_some_and(|word| ["cd", "pushd", "popd"].iter().any(|name| word.is(name)))
        });
        let is_named_later =
            items.get(finding.item + 1..)?.iter().any(|item| names(item.instruction.source()));
        if is_named_later {
            return None;
        }
        let removal = format!("rm {word}");
        let is_certain = extraction.nesting.is_top() && (archive.starts_with('/') || !moves);
        let at_end = is_certain.then(|| append_command(cx, finding.item, &removal)).flatten();
        let edit = at_end.or_else(|| {
            let after = script.text().text().get(extraction.part.end as usize..)?;
            let edit = append_behind(cx, finding.item, leftover.extraction.command, &removal);
            edit.filter(|_| !names(after))
        })?;
        Some(Fix::new(format!("Remove `{}` in this layer", shown(name)), Safety::Suggested, vec![edit]))
    };
    edit().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(ARCHIVE_KEPT);

    #[test]
    fn an_archive_that_is_brought_and_extracted_is_found_where_it_is_brought() {
        check(
            "
FROM a
COPY x/a.tar.gz b.zip /tmp/
   # ^^^^^^^^^^ `a.tar.gz` stays in this layer beside what is extracted from it
              # ^^^^^ `b.zip` stays in this layer beside what is extracted from it
ADD https://b/c.tgz /tmp/d.tgz
  # ^^^^^^^^^^^^^^^ `d.tgz` stays in this layer beside what is extracted from it
RUN tar xf /tmp/a.tar.gz && unzip b.zip && tar -C / -xzf \"$T/d.tgz\" && rm /tmp/a.tar.gz
RUN wget http://b/e.tar && tar -xf e.tar
  # ^^^^^^^^^^^^^^^^^^^ `e.tar` stays in this layer beside what is extracted from it
",
        );
    }

    #[test]
    fn quotes_inside_of_a_name_change_nothing() {
        let fetch = "curl -fLo b-\"$V\".tgz c && tar xzf b-\"$V\".tgz";
        check(&format!(
            "FROM a\nRUN {fetch}\n  # ^^^^^^^^^^^^^^^^^^^^^^ `b-$V.tgz` stays in this layer beside what is extracted from it\n"
        ));
        check_fix(&format!("FROM a\nRUN {fetch}\n"), &format!("FROM a\nRUN {fetch} && rm b-\"$V\".tgz\n"));
        check_no_fix(&format!("FROM a\nRUN {fetch}\nRUN cp \"b-$V\".tgz d\n"));
    }

    #[test]
    fn what_is_not_kept_twice_is_silent() {
        check_none(
            "FROM a\nADD a.tar /x\nCOPY b.tar /\nCOPY --from=c d.tar /\nRUN tar xf d.tar && tar cf a.tar x\n",
        );
        check_none("FROM a\nCOPY a.tar /\nRUN tar xf /a.tar\nFROM b\nCOPY --from=0 /x /x\n");
        check_none("FROM a AS x\nCOPY a.tar /\nFROM x\nRUN tar xf b.tar\n");
        check_none("FROM a\nRUN curl -O http://b/a.zip && unzip a.zip && rm a.zip\n");
        check_none("FROM a\nSHELL [\"pwsh\"]\nCOPY a.zip /\nRUN unzip a.zip\n");
    }

    #[test]
    fn what_was_fetched_is_removed_at_the_end() {
        check_fix(
            "FROM a\nRUN wget http://b/a-$V.tar \\\n && tar xf \"a-$V.tar\"\n",
            "FROM a\nRUN wget http://b/a-$V.tar \\\n && tar xf \"a-$V.tar\" \\\n && rm \"a-$V.tar\"\n",
        );
        for (before, after) in [
            ("RUN wget http://b/a.tar && tar xf a.tar", " && rm a.tar && cd b && make"),
            ("RUN set -e; \\\n wget http://b/a.tar; \\\n tar xf a.tar", "; rm a.tar; \\\n cd b"),
            ("RUN if c; then wget http://b/a.tar && tar xf a.tar", " && rm a.tar; fi"),
        ] {
            let removal = if before.contains("set -e") { "; rm a.tar" } else { " && rm a.tar" };
            let plain = after.replacen(removal, "", 1);
            check_fix(&format!("FROM a\n{before}{plain}\n"), &format!("FROM a\n{before}{after}\n"));
        }
        check_no_fix("FROM a\nRUN wget http://b/a.tar && tar xf a.tar && cd b && cp ../a.tar .\n");
        check_no_fix("FROM a\nRUN wget http://b/a.tar && (tar xf a.tar)\n");
        check_no_fix("FROM a\nRUN wget http://b/a.tar && tar xf a.tar\nRUN sha256sum a.tar\n");
    }

    #[test]
    fn what_was_copied_is_extracted_by_add() {
        check_fix(
            "FROM a\nCOPY b/a.tgz /tmp/\nRUN tar xzf /tmp/a.tgz -C /opt/c && rm -f /tmp/a.tgz\nCMD d\n",
            "FROM a\nADD b/a.tgz /opt/c/\nCMD d\n",
        );
        check_fix("FROM debian:12\nCOPY a.tar .\nRUN tar xf a.tar\n", "FROM debian:12\nADD a.tar /\n");
        check_fix(
            "FROM a\nWORKDIR /w\nCOPY a.tar x.tar\nRUN tar -xf x.tar \\\n && make\n",
            "FROM a\nWORKDIR /w\nADD a.tar /w/\nRUN make\n",
        );
        for (copy, run) in [
            ("a.tar /", "tar xf /a.tar --strip-components=1"),
            ("--chown=b a.tar /", "tar xf /a.tar"),
            ("a.tar /", "cd /b && tar xf /a.tar"),
            ("a.tar /b/", "tar xf /a.tar"),
            ("a.tar /", "tar xf /a.tar && sha256sum a.tar"),
            ("a.tar b.tar /", "tar xf /a.tar"),
            ("$A.tar /", "tar xf /$A.tar"),
            ("a.zip /", "unzip /a.zip"),
            ("a.tar /", "tar xf /a.tar || true"),
            ("a.tar /", "--mount=type=cache,target=/c tar xf /a.tar"),
        ] {
            check_no_fix(&format!("FROM a\nCOPY {copy}\nRUN {run}\n"));
        }
        check_no_fix("FROM a\nUSER b\nCOPY a.tar /\nRUN tar xf /a.tar\n");
        check_no_fix("FROM a\nCOPY a.tar /\nRUN tar xf /a.tar\nRUN sha256sum /a.tar\n");
        check_no_fix("FROM a\nCOPY a.tar /\nENV B=c\nRUN tar xf /a.tar\n");
    }
}
