//! `ownership-in-later-layer`

use std::collections::{BTreeMap, BTreeSet};

use crate::context::view::View;
use crate::rules::copied_weight::{TRIVIAL, copied_weight};
use crate::rules::edits::remove_words;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::semantic::dependencies::place;
use crate::semantic::ownership::{self, Change};

declare_rule! {
    /// ## What it does
    /// Finds `chown -R` and `chmod -R` of what a COPY or ADD of the same stage has brought.
    ///
    /// ## Why is this bad?
    /// A layer holds whole files. One whose owner or mode changes lies in the image twice: as it was copied, and as it is
    /// now. `COPY --chown` and `--chmod` give it both at once.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM eclipse-temurin:21-jre
    /// RUN useradd --system app
    /// WORKDIR /app
    /// COPY target/app.jar app.jar
    /// RUN chown -R app:app /app
    /// USER app
    /// CMD ["java", "-jar", "app.jar"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM eclipse-temurin:21-jre
    /// RUN useradd --system app
    /// WORKDIR /app
    /// COPY --chown=app:app target/app.jar app.jar
    /// RUN chown app:app /app
    /// USER app
    /// CMD ["java", "-jar", "app.jar"]
    /// ```
    ///
    /// ## Fix
    /// Gives the owner to each COPY, and keeps the command for the folder alone, since `COPY --chown` leaves a folder that is
    /// already there as it is. It is offered where all that lies in the folder surely came from a COPY, and where the user
    /// surely is there before the first of them.
    ///
    /// ## Never reported
    /// Changes of single files, of part of what was copied, of files of the build context that weigh next to nothing together,
    /// and in a stage that no image is built on.
    ///
    /// ## Fix safety
    /// Steps between the COPY and the command see files of another owner. A mode is left to you: what is right for a program is
    /// not right for every file of a folder.
    ///
    /// ## References
    /// - [COPY --chown --chmod](https://docs.docker.com/reference/dockerfile/#copy---chown---chmod)
    pub(crate) static OWNERSHIP_IN_LATER_LAYER = {
        id: "ownership-in-later-layer", group: Size, severity: Info, since: "0.1.0",
        also: [],
        check: ContextSteps(brings_or_changes, check),
        fix: Suggested(fix),
    }
}

fn brings_or_changes(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Copy | Kind::Add => true,
        Kind::Run => Facts::of(instruction).is_some_and(|facts| ownership::changes(facts).next().is_some()),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_run = |index: &usize| file.item(*index).is_some_and(|item| item.kind == Kind::Run);
    let Some(last) = steps.iter().rposition(is_run) else {
        return;
    };
    let view = View::new(cx.context);
    // To where something was brought, in the stage that is looked at, and by which instructions.
    let mut brought: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut stage = None;
    for index in steps.iter().take(last + 1).copied().filter(|index| ships(cx, *index)) {
        let (Some(item), Some(environment)) = (file.item(index), model.environment_at(index)) else {
            continue;
        };
        let current = model.stage_at(index).map(|stage| stage.index);
        if current != stage {
            brought.clear();
            stage = current;
        }
        if item.kind != Kind::Run {
            let written = CopyStep::of(file, model, index).and_then(CopyStep::target);
            let destination = written.and_then(|written| place(&environment.workdir, written));
            if let Some(destination) = destination {
                brought.entry(destination).or_default().push(index);
            }
            continue;
        }
        let Some(facts) = Facts::of(&item.instruction).filter(|_| environment.shell.is_posix()) else {
            continue;
        };
        // What two commands of a step change is once more in its layer, not twice.
        let mut told = Vec::new();
        for change in ownership::changes(facts) {
            let places = change.places(facts, model, index);
            let owner = change.owner_text(facts, model, index);
            let makers = places.iter().flat_map(|place| within(&brought, place));
            let makers: BTreeSet<usize> = makers
                .filter(|maker| owner.as_deref().is_none_or(|owner| !has_owner(cx, *maker, owner)))
                .collect();
            let heavy = heavy(cx, &view, makers);
            let Some(first) = heavy.first().filter(|first| !told.contains(*first)) else { continue };
            told.push(*first);
            if let Some(command) = facts.script.commands().get(change.command) {
                let message = format!("this puts what {} copied into a layer once more", lines(cx, &heavy));
                out.push_at(index, facts.script.place(command.part), message);
            }
        }
    }
}

/// The instructions that brought something to a place, or into it.
fn within(brought: &BTreeMap<String, Vec<usize>>, place: &str) -> Vec<usize> {
    let inside = format!("{}/", place.trim_end_matches('/'));
    let inner = brought.range(inside.clone()..).take_while(|(path, _)| path.starts_with(&inside));
    brought.get(place).into_iter().chain(inner.map(|(_, makers)| makers)).flatten().copied().collect()
}

/// Whether what a COPY brings has an owner already: by its `--chown`, as it is written where it is not known, or without one root.
/// Such files do not become a part of the layer of a step that gives the owner once more. Source: BuildKit, `overlay.Changes`;
/// Docker reference, "COPY --chown".
fn has_owner(cx: &Cx<'_>, index: usize, owner: &str) -> bool {
    const ROOT: [&str; 7] = ["0", "0:0", "0:root", "root", "root:", "root:0", "root:root"];
    let Some(copy) = cx.document.file().instruction(index) else { return false };
    let Some(flag) = copy.flag("chown") else {
        // An archive that ADD unpacks has owners of its own.
        return copy.ast().kind == Kind::Copy && ROOT.contains(&owner);
    };
    let known = cx.document.model().expand_at(index, &flag.value).value;
    let given = known.as_deref().unwrap_or(&flag.value);
    given == owner || [given, owner].iter().all(|one| ROOT.contains(one))
}

/// Those of some instructions that brought what is worth a word: what is not known, or weighs something; all where only all
/// together do, and none where they do not.
fn heavy(cx: &Cx<'_>, view: &View<'_>, makers: BTreeSet<usize>) -> Vec<usize> {
    let weights: Vec<(usize, Option<u64>)> =
        makers.into_iter().map(|maker| (maker, copied_weight(cx, view, maker))).collect();
    let is_heavy = |weight: Option<u64>| weight.is_none_or(|weight| weight > TRIVIAL);
    let has_heavy = weights.iter().any(|(_, weight)| is_heavy(*weight));
    if !has_heavy && !is_heavy(weights.iter().map(|(_, weight)| *weight).sum()) {
        return Vec::new();
    }
    let heavy = weights.into_iter().filter(|(_, weight)| !has_heavy || is_heavy(*weight));
    heavy.map(|(maker, _)| maker).collect()
}

/// The lines of some instructions: `line 4`, `lines 4 and 5`, `lines 4, 5 and 2 more`.
fn lines(cx: &Cx<'_>, items: &[usize]) -> String {
    let items = items.iter().filter_map(|index| cx.document.file().item(*index));
    let lines: Vec<String> =
        items.map(|item| cx.document.line_number(item.span().start).to_string()).collect();
    match lines.as_slice() {
        [line] => format!("line {line}"),
        [lines @ .., last] if lines.len() < 3 => format!("lines {} and {last}", lines.join(", ")),
        [first, second, rest @ ..] => format!("lines {first}, {second} and {} more", rest.len()),
        [] => String::new(),
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edits = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let is_meant = |change: &Change<'_>| {
            let command = facts.script.commands().get(change.command);
            command.is_some_and(|command| item.absolute(facts.script.place(command.part)) == finding.span)
        };
        let change = ownership::changes(facts).find(is_meant)?;
        let plan = ownership::plan(cx.document.file(), cx.document.model(), finding.item, facts, &change)?;
        let recursive = change.recursive_word(facts)?;
        let mut edits = vec![remove_words(item, facts, change.command, recursive, 1)?];
        for index in plan.copies {
            let copy = cx.document.file().item(index)?;
            let keyword = copy.instruction.place(copy.instruction.ast().keyword);
            edits.push(Edit::insert(copy.absolute(keyword).end, format!(" --chown={}", plan.owner)));
        }
        Some(Fix::new(format!("Copy with `--chown={}`", plan.owner), Safety::Suggested, edits))
    };
    edits().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(OWNERSHIP_IN_LATER_LAYER);

    #[test]
    fn owners_and_folders_of_the_environment_are_known() {
        let stage = |copied: &str| {
            format!(
                "FROM a\nENV W=/app/ U=b\nWORKDIR ${{W}}\nCOPY --from=b:1 {copied} /x /app\nRUN chown -R ${{U}}:${{U}} ${{W}}\n"
            )
        };
        check(
            &(stage("")
                + "    ^^^^^^^^^^^^^^^^^^^^^^^ this puts what line 4 copied into a layer once more\n"),
        );
        check_none(&stage("--chown=$U:b"));
        check_none("FROM a\nCOPY --from=b:1 /x /app\nRUN W=/app && chown -R b:b ${W}\n");
    }

    #[test]
    fn files_that_have_the_owner_already_are_left_alone() {
        let stage = |copied: &str| {
            format!("FROM a\nCOPY --from=b:1 --chown={copied} /x /app/x\nRUN chown -R app:app /app\n")
        };
        check_none(&stage("app:app"));
        check(
            &(stage("app")
                + "    ^^^^^^^^^^^^^^^^^^^^^ this puts what line 2 copied into a layer once more\n"),
        );
    }

    #[test]
    fn what_was_copied_and_is_changed_is_found() {
        check(
            "
FROM a
WORKDIR /app
COPY b /app-b/
COPY . .
ADD c d/
RUN x && chown -R y:y /app && chmod -R g+w d
       # ^^^^^^^^^^^^^^^^^ this puts what lines 5 and 6 copied into a layer once more
                            # ^^^^^^^^^^^^^^ this puts what line 6 copied into a layer once more
RUN [\"chown\", \"--recursive\", \"1\", \"/\"]
   # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this puts what lines 4, 5 and 6 copied into a layer once more
",
        );
    }

    #[test]
    fn a_few_small_files_are_not_worth_a_word() {
        let file = "FROM a\nCOPY requirements.txt /app/\nCOPY run.sh /app/\nRUN chown -R y /app\n";
        check_none(&format!("#- requirements.txt\na\n#- run.sh\nb\n#- Dockerfile\n{file}"));
        let mark = |lines: &str| {
            format!("  # ^^^^^^^^^^^^^^^ this puts what {lines} copied into a layer once more\n")
        };
        let with = |first: usize, second: usize, mark: &str| {
            let [first, second] = [first, second].map(|length| "b".repeat(length));
            format!("#- requirements.txt\n{first}\n#- run.sh\n{second}\n#- Dockerfile\n{file}{mark}")
        };
        check(&with(1, 70_000, &mark("line 3")));
        check(&with(40_000, 40_000, &mark("lines 2 and 3")));
        check(&format!("#- requirements.txt\na\n#- Dockerfile\n{file}{}", mark("line 3")));
    }

    #[test]
    fn a_pattern_that_finds_nothing_weighs_nothing() {
        check_none(
            "#- requirements.txt\na\n#- Dockerfile\nFROM a\nCOPY requirements.txt* poetry.lock* /app/\nRUN chown -R y /app\n",
        );
    }

    #[test]
    fn what_is_copied_belongs_to_root_already() {
        check_none("FROM a\nCOPY --from=b:1 /x /app\nCOPY c /app/\nRUN chown -R root:root /app\n");
        check_none("FROM a\nCOPY --chown=0:0 c /app/\nRUN chown -R root:root /app\n");
        check(
            "FROM a\nCOPY c /app/\nRUN chown -R 0:0 /app && chmod -R 755 /app\n                       # ^^^^^^^^^^^^^^^^^ this puts what line 2 copied into a layer once more\n",
        );
        check(
            "FROM a\nADD c.tar /app/\nRUN chown -R 0:0 /app\n  # ^^^^^^^^^^^^^^^^^ this puts what line 2 copied into a layer once more\n",
        );
    }

    #[test]
    fn other_changes_are_silent() {
        check_none("FROM a\nWORKDIR /app\nCOPY . .\nRUN chown y:y /app && chmod -x b && chmod 755 /app/c\n");
        check_none("FROM a\nWORKDIR /app\nRUN chown -R y /app\nCOPY . .\n");
        check_none(
            "FROM a\nCOPY . /app\nRUN chown -R y /app/logs /ap && chown -R y $A && cd b && chown -R y .\n",
        );
        check_none("FROM a AS x\nCOPY . /app\nRUN chown -R y /app\nFROM b\nCOPY --from=x /app /app\n");
        check_none("FROM a AS x\nCOPY . /app\nFROM x\nRUN chown -R y /app\n");
        check_none("FROM a\nSHELL [\"pwsh\"]\nCOPY . /app\nRUN chown -R y /app\n");
    }

    #[test]
    fn each_copy_gives_the_owner_and_the_folder_gets_it_too() {
        check_fix(
            "FROM node:22\nWORKDIR /app\nCOPY a b ./\nCOPY --from=c --chmod=644 /d e/\nENV A=b\nRUN apt-get update && chown -R node:node /app && rm -rf /tmp/x\n",
            "FROM node:22\nWORKDIR /app\nCOPY --chown=node:node a b ./\nCOPY --chown=node:node --from=c --chmod=644 /d e/\nENV A=b\nRUN apt-get update && chown node:node /app && rm -rf /tmp/x\n",
        );
        // The group stays.
        check_fix(
            "FROM debian:12\nCOPY . /app\nRUN chown --recursive 1000 /app\n",
            "FROM debian:12\nCOPY --chown=1000:0 . /app\nRUN chown 1000 /app\n",
        );
        check_fix(
            "FROM alpine:3\nRUN addgroup g && adduser -D -G g u\nCOPY . /srv/a\nRUN chown -R u:g /srv/a\n",
            "FROM alpine:3\nRUN addgroup g && adduser -D -G g u\nCOPY --chown=u:g . /srv/a\nRUN chown u:g /srv/a\n",
        );
    }

    #[test]
    fn what_else_may_lie_there_is_left_to_the_user() {
        for (before, after) in [
            // Something else made files there.
            ("RUN npm ci\nCOPY . /app\n", ""),
            ("COPY . /app\nRUN npm ci\n", ""),
            ("COPY . /app\n", "make && "),
            ("COPY . /app\nWORKDIR /app/logs\n", ""),
            // The owner is not there, or not the same.
            ("ADD a.tar /app/\n", ""),
            ("COPY --chown=2 . /app\n", ""),
            ("COPY --link . /app\n", ""),
            ("COPY . /app\nUSER 7\n", ""),
            ("COPY . /app\n", "false || "),
            ("COPY . $A\nCOPY . /app\n", ""),
            ("COPY . /app\n", "chmod -R 700 /app && "),
        ] {
            check_no_fix(&format!("FROM debian:12\n{before}RUN {after}chown -R 1:1 /app\n"));
        }
        // The folder above would be made with that owner.
        check_no_fix("FROM debian:12\nCOPY b /b/c/d\nRUN chown -R 1:1 /b/c\n");
        check_no_fix("FROM debian:12\nCOPY . /app\nRUN useradd u && chown -R u:u /app\n");
        check_no_fix("FROM debian:12\nRUN useradd -g users u\nCOPY . /app\nRUN chown -R u:u /app\n");
        check_no_fix("FROM unknown/image\nCOPY . /app\nRUN chown -R 1:1 /app\n");
        check_no_fix(
            "FROM nginx:1\nCOPY . /usr/share/nginx/html\nRUN chown -R nginx:nginx /usr/share/nginx/html\n",
        );
        check_no_fix("FROM debian:12\nCOPY . /app\nRUN chown -R 1: /app\n");
        check_no_fix("FROM debian:12\nCOPY . /app\nRUN chown -hR 1:1 /app\n");
        check_no_fix("FROM debian:12\nCOPY . /app\nRUN chmod -R 755 /app\n");
        check_no_fix("FROM debian:12 AS x\nCOPY . /app\nFROM x\nCOPY b /app/b\nRUN chown -R 1:1 /app\n");
    }
}
