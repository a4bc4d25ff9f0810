//! `unneeded-package`

use crate::knowledge::package_uses::{PackageUse, use_of};
use crate::rules::prelude::*;
use crate::semantic::stages::Stage;

declare_rule! {
    /// ## What it does
    /// Finds editors, manuals and tools for the terminal that are installed in an image which is there to run a program.
    ///
    /// ## Why is this bad?
    /// Nobody edits or reads in such a container: what is changed in it is gone with it. The packages bring others along, and
    /// all of them have to be kept up to date.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y nginx vim && rm -rf /var/lib/apt/lists/*
    /// CMD ["nginx", "-g", "daemon off;"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
    /// CMD ["nginx", "-g", "daemon off;"]
    /// ```
    ///
    /// ## Never reported
    /// In a stage that no image is built on, such as one for building: what is handy there costs nobody anything. Where CMD and
    /// ENTRYPOINT start a shell, JupyterLab, code-server or something else to sit in, or a tool such as `tar` or `make`, or are not in the file and not
    /// known of the base image; where `tmux`, `screen` or the like is installed too, in development containers, and in a stage
    /// called after development or tests that nothing is built on: there somebody sits, or programs run in a terminal; where a
    /// comment on the line above says why; where another line of the file names the package, as `ENV EDITOR=nano` does.
    pub(crate) static UNNEEDED_PACKAGE = {
        id: "unneeded-package", group: Size, severity: Info, since: "0.1.0",
        also: [],
        check: Steps(installs_some, check),
    }
}

/// The words of packages that no program needs, with the name and the use of each.
fn unneeded(facts: &Facts) -> impl Iterator<Item = (Part, &str, PackageUse)> {
    let is_distribution = |package: &&PackageCommand| {
        package.action == Action::Install && package.manager.family.is_of_distribution()
    };
    facts.packages.iter().filter(is_distribution).flat_map(|package| {
        let words = package.words(&facts.script);
        package.operands.iter().filter_map(|index| {
            let word = words.get(*index)?;
            let name = word.value.as_deref()?.split(['=', '<', '>', '~', ':']).next()?;
            let package_use = use_of(name).filter(|found| *found != PackageUse::Building)?;
            Some((word.part, name, package_use))
        })
    })
}

fn installs_some(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Run
        && Facts::of(instruction).is_some_and(|facts| unneeded(facts).next().is_some())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let facts_of = |index: usize| file.item(index).and_then(|item| Facts::of(&item.instruction));
    // The stages with a terminal that somebody sits at.
    let has_seat = |index: &usize| {
        let mut found = facts_of(*index).into_iter().flat_map(unneeded);
        found.any(|(_, _, package_use)| package_use == PackageUse::Seat)
    };
    let seats: Vec<usize> = { steps.iter().copied().filter(has_seat) }
        .filter_map(|index| model.stage_at(index).map(|stage| stage.index))
        .collect();
    // For each stage: an image that somebody sits in may want them.
    let is_to_run = |image: &Stage| {
        model.runs_program(file, image.index)
            && !model.is_workplace(image.index)
            && !seats.iter().any(|seat| model.has_base(image.index, *seat))
    };
    let wants_none = |stage: usize| {
        let mut images = model.built_on(stage).peekable();
        images.peek().is_some() && images.all(is_to_run)
    };
    let wants_none: Vec<bool> = (0..model.stages().len()).map(wants_none).collect();
    let in_image = |index: &usize| {
        model.stage_at(*index).is_some_and(|stage| wants_none.get(stage.index) == Some(&true))
    };
    for index in steps.iter().copied().filter(in_image).filter(|index| model.has_posix_shell(*index)) {
        let facts = facts_of(index);
        for (part, name, package_use) in facts.into_iter().flat_map(unneeded) {
            let what = match package_use {
                PackageUse::Editor => "an editor",
                PackageUse::Manual => "for reading manuals",
                PackageUse::Terminal => "for working in a terminal",
                PackageUse::Seat | PackageUse::Building => continue,
            };
            let place = facts.map(|facts| facts.script.place(part)).unwrap_or_default();
            if !is_named_elsewhere(cx, index, name) && !is_explained(cx, index, place.start) {
                out.push_at(index, place, format!("`{name}` is {what}, and this image runs a program"));
            }
        }
    }
}

/// Whether a comment in an instruction stands on the line above a place.
fn is_explained(cx: &Cx<'_>, index: usize, place: usize) -> bool {
    let item = cx.document.file().item(index);
    let before = item.and_then(|item| item.instruction.source().get(..place)).unwrap_or_default();
    let mut lines = before.rsplit('\n').skip(1);
    // The line of the keyword is none of a list.
    lines.next().is_some_and(|line| line.trim_start().starts_with('#')) && lines.next().is_some()
}

/// Whether a text beside one word of an instruction has a name in it.
fn is_named_elsewhere(cx: &Cx<'_>, index: usize, name: &str) -> bool {
    let count = |text: &str| {
        let words = text.split(|char: char| !(char.is_ascii_alphanumeric() || "-_+.".contains(char)));
        words.filter(|word| *word == name).count()
    };
    let items = cx.document.file().items().iter().enumerate();
    { items }.any(|(other, item)| count(item.instruction.source()) > usize::from(other == index))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNNEEDED_PACKAGE);

    #[test]
    fn editors_and_the_like_are_found() {
        check(
            "
FROM a
RUN apt-get install -y vim=2 curl man-db && apk add htop
                     # ^^^^^ `vim` is an editor, and this image runs a program
                                # ^^^^^^ `man-db` is for reading manuals, and this image runs a program
                                                  # ^^^^ `htop` is for working in a terminal, and this image runs a program
CMD [\"b\"]
",
        );
    }

    #[test]
    fn what_the_base_image_runs_counts() {
        check(
            "FROM nginx:1.29\nRUN apt-get install -y vim\n                     # ^^^ `vim` is an editor, and this image runs a program\n",
        );
    }

    #[test]
    fn where_somebody_uses_them_they_are_silent() {
        check_none("FROM a\nRUN apt-get install -y vim\nCMD [\"bash\"]\n");
        check_none("FROM a\nRUN apt-get install -y vim\n");
        check_none(
            "FROM debian:12\nRUN apt-get install -y vim\nFROM python:3.13\nRUN apt-get install -y vim\n",
        );
        check_none("FROM a\nRUN apt-get install -y nano\nENV EDITOR=/usr/bin/nano\nCMD [\"b\"]\n");
        check_none("FROM a\nRUN apt-get install -y vim && vim +PluginInstall\nCMD [\"b\"]\n");
        check_none("FROM a AS x\nRUN apt-get install -y vim\nFROM a\nCMD [\"b\"]\n");
        check_none("FROM a\nRUN apt-get install -y byobu vim\nCMD [\"b\"]\n");
        check_none("FROM a AS x\nRUN apk add tmux\nFROM x\nRUN apk add nano\nCMD [\"b\"]\n");
        check_none("FROM a AS dev\nRUN apt-get install -y vim\nCMD [\"b\"]\n");
        check_none(
            "FROM a\nRUN apt-get install -y vim\nENTRYPOINT [\"conda\", \"run\", \"-n\", \"b\", \"jupyter\", \"lab\"]\n",
        );
        check_none("FROM jupyter/scipy-notebook:2024-01-01\nRUN apt-get install -y vim\nCMD [\"b\"]\n");
        check_none("FROM a\nRUN apt-get install -y vim\nENTRYPOINT [\"tar\", \"c\", \"/b\"]\n");
        check_none("FROM a\nRUN apt-get install -y \\\n  b \\\n# for messages\n  vim\nCMD [\"b\"]\n");
        check_none("FROM a\nRUN pip install vim && apt-get install -y less\nCMD [\"b\"]\n");
    }
}
