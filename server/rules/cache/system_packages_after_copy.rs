//! `system-packages-after-copy`

use crate::rules::manifest_copies::comments_start;
use crate::rules::prelude::*;
use crate::semantic::commuting::commute;
use crate::semantic::context_stages::{is_address, is_made_of_context};
use crate::semantic::copies::{CopyFrom, CopyStep, CopyWord};
use crate::semantic::folder_copies::FolderCopy;
use crate::semantic::independence::reads_nothing;
use crate::semantic::list_updates::run_facts;

declare_rule! {
    /// ## What it does
    /// Finds an install of packages of the system below a copy that it does not read: from the build context, or from a
    /// stage that is made of it.
    ///
    /// ## Why is this bad?
    /// A step runs again when anything above it has changed: every edit of the copied files downloads and installs the
    /// same packages again. Above the copy, the cache keeps them.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:13
    /// COPY main.go /src/main.go
    /// RUN apt-get update && apt-get install -y --no-install-recommends golang && rm -rf /var/lib/apt/lists/*
    /// RUN go build -o /app /src/main.go
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:13
    /// RUN apt-get update && apt-get install -y --no-install-recommends golang && rm -rf /var/lib/apt/lists/*
    /// COPY main.go /src/main.go
    /// RUN go build -o /app /src/main.go
    /// ```
    ///
    /// ## Never reported
    /// An install below a copy to where the system keeps its configuration and keys, below a step that may configure the
    /// package manager, and one whose RUN does anything else with the project.
    ///
    /// ## Fix safety
    /// The step is moved as it is, with its comments, and past no definition that a package manager or a package's script
    /// could read.
    pub(crate) static SYSTEM_PACKAGES_AFTER_COPY = {
        id: "system-packages-after-copy", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(installs_or_copies, check),
        fix: Suggested(fix),
    }
}

/// Whether it is a RUN that installs packages of the system and reads nothing, or a copy.
fn installs_or_copies(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => Facts::of(instruction)
            .is_some_and(|facts| install(facts).is_some() && reads_nothing(instruction, facts, "?")),
        Kind::Copy | Kind::Add => true,
        _ => false,
    }
}

/// The first command that installs named packages of the system.
fn install(facts: &Facts) -> Option<&PackageCommand> {
    facts.packages.iter().find(|package| {
        package.action == Action::Install
            && package.manager.family.is_of_distribution()
            && !package.operands.is_empty()
    })
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = cx.document.file().items();
    let is_install = |index: &usize| items.get(*index).is_some_and(|item| item.kind == Kind::Run);
    let mut last_copy = None;
    for index in steps.iter().copied() {
        if !is_install(&index) {
            last_copy = Some(index);
            continue;
        }
        let stage = cx.document.model().stage_at(index);
        if stage.is_none_or(|stage| last_copy.is_none_or(|copy| copy < stage.from())) {
            continue;
        }
        let Some(facts) = run_facts(cx.document.file(), cx.document.model(), index) else {
            continue;
        };
        let Some(copy) =
            first_copy(cx, index, true).and_then(|copy| items.get(copy).map(|item| (copy, item)))
        else {
            continue;
        };
        let Some((package, part)) =
            install(facts).and_then(|package| Some((package, package.part(&facts.script)?)))
        else {
            continue;
        };
        let line = cx.document.line_number(copy.1.span().start);
        let message = format!(
            "every change of {} runs `{}` again: the {} in line {line} comes before it",
            source(cx, copy.0),
            package.name(&facts.script),
            copy.1.kind.keyword()
        );
        let related = "the install needs nothing of this";
        out.push_at(index, facts.script.place(part), message).related(copy.1.span(), related);
    }
}

/// What a copy brings, for a message.
fn source(cx: &Cx<'_>, copy: usize) -> String {
    let (file, model) = (cx.document.file(), cx.document.model());
    let step = CopyStep::of(file, model, copy);
    let source = step.and_then(|step| step.sources.first()).and_then(|source| source.value.as_deref());
    let stage = match step.map(|step| &step.from) {
        Some(CopyFrom::Stage(stage)) => model.stages().get(*stage),
        _ => None,
    };
    match source {
        Some(source) if stage.is_some() => {
            let stage = stage.map(|stage| stage.name.clone().unwrap_or_else(|| stage.index.to_string()));
            format!("`{}` of the stage `{}`", shown(source), shown(&stage.unwrap_or_default()))
        }
        Some(source) if FolderCopy::of(file, model, copy).is_none() => format!("`{}`", shown(source)),
        _ => "the source".to_owned(),
    }
}

/// The first copy of what is made of the build context that an install could come before: between them stands nothing that it may
/// depend on. `past_installs` says whether further installs that could be moved themselves may stand there.
fn first_copy(cx: &Cx<'_>, index: usize, past_installs: bool) -> Option<usize> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let start = model.stage_at(index)?.from() + 1;
    let mut first = None;
    for step in (start..index).rev() {
        let instruction = file.instruction(step)?;
        let can_cross = match instruction.ast().kind {
            Kind::Run => past_installs && installs_or_copies(instruction),
            _ => commute(file, model, step, index),
        };
        if !can_cross {
            break;
        }
        let is_local = |source: &CopyWord| source.value.as_deref().is_none_or(|source| !is_address(source));
        let is_from_context = CopyStep::of(file, model, step).is_some_and(|copy| match copy.from {
            CopyFrom::Context => !copy.has_heredocs && copy.sources.iter().all(is_local),
            CopyFrom::Stage(stage) => is_made_of_context(file, model, stage),
            CopyFrom::Image(_) | CopyFrom::Unknown => false,
        });
        if is_from_context {
            first = Some(step);
        }
    }
    first
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let items = cx.document.file().items();
        let (run, copy) = (items.get(finding.item)?, items.get(first_copy(cx, finding.item, false)?)?);
        let facts = Facts::of(&run.instruction)?;
        let start = run.start + comments_start(&run.instruction, false);
        let end = run.span().end;
        let text = cx.document.text().slice(start..end);
        let above = items.get(finding.item.checked_sub(1)?)?.span().end;
        // Steps that were set apart stay so.
        let gap = cx.document.text().slice(above..start);
        let before = copy.start + comments_start(&copy.instruction, false);
        let title = format!("Move `{}` above the copy", install(facts)?.name(&facts.script));
        let edits = vec![Edit::insert(before, format!("{text}{gap}")), Edit::delete(above..end)];
        Some(Fix::new(title, Safety::Suggested, edits))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SYSTEM_PACKAGES_AFTER_COPY);

    #[test]
    fn an_install_below_the_source_is_found() {
        check(
            "
FROM a:1
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y b
                    # ^^^^^^^^^^^^^^^ every change of the source runs `apt-get install` again: the COPY in line 4 comes before it
RUN apk add --no-cache c
  # ^^^^^^^ every change of the source runs `apk add` again: the COPY in line 4 comes before it
FROM a:1
ADD --chown=1 b.conf c.conf /srv/
ENV NODE_ENV=production
RUN dnf install -y d && dnf clean all
  # ^^^^^^^^^^^ every change of `b.conf` runs `dnf install` again: the ADD in line 8 comes before it
",
        );
    }

    #[test]
    fn an_install_that_may_depend_on_what_is_above_is_not() {
        let between =
            |text: &str| check_none(&format!("FROM a:1\nCOPY . /app\n{text}\nRUN apt-get install -y b\n"));
        between("RUN /app/setup");
        between("USER root");
        between("ENV ACCEPT_EULA=Y");
        between("ENV DEBIAN_FRONTEND=noninteractive");
        between("SHELL [\"bash\", \"-c\"]");
        between("COPY sources.list /etc/apt/");
        between("VOLUME /a");
        check_none("FROM a:1\nCOPY . /\nRUN apt-get install -y b\n");
        check_none("FROM a:1\nCOPY . .\nRUN apt-get install -y b\n");
        check_none("FROM a:1\nCOPY key.gpg /usr/share/keyrings/\nRUN apt-get install -y b\n");
        check_none("FROM a:1\nCOPY . /app\nRUN apt-get install -y /app/b.deb\n");
        check_none("FROM a:1\nCOPY . /app\nRUN apt-get install -y $(cat /app/packages)\n");
        check_none("FROM a:1\nCOPY . /app\nRUN xargs apt-get install -y < /app/packages\n");
        check_none("FROM a:1\nCOPY . /app\nRUN apt-get install -y make && make -C /app\n");
        check_none("FROM a:1\nCOPY --from=b /app /app\nRUN apt-get install -y b\n");
        check_none("FROM a:1\nADD https://a/b.git#v1 /app\nRUN apt-get install -y b\n");
        check_none("FROM a:1\nRUN apt-get install -y b\nCOPY . /app\n");
    }

    #[test]
    fn a_language_installed_below_the_program_that_it_compiles_comes_first() {
        check_fix(
            "FROM ubuntu:latest\nCOPY ./main.go ./main.go\nRUN apt-get update && apt-get install -y golang\nRUN go build -o helloworld main.go\nENTRYPOINT [\"./helloworld\"]\n",
            "FROM ubuntu:latest\nRUN apt-get update && apt-get install -y golang\nCOPY ./main.go ./main.go\nRUN go build -o helloworld main.go\nENTRYPOINT [\"./helloworld\"]\n",
        );
        check(
            "FROM a:1\nCOPY go.mod /tmp/go.mod\nRUN apk add git\n  # ^^^^^^^ every change of `go.mod` runs `apk add` again: the COPY in line 2 comes before it\n",
        );
    }

    #[test]
    fn it_moves_with_its_comments() {
        check_fix(
            "FROM a:1\n\n# The source.\nCOPY . /app\nENV NODE_ENV=b\nWORKDIR /app\n\n# Tools.\nRUN apk add --no-cache \\\n  # why\n  b\nCMD c",
            "FROM a:1\n\n# Tools.\nRUN apk add --no-cache \\\n  # why\n  b\n\n# The source.\nCOPY . /app\nENV NODE_ENV=b\nWORKDIR /app\nCMD c",
        );
        check_fix(
            "FROM a:1\nCOPY a.sh /a\nRUN apk add --no-cache b",
            "FROM a:1\nRUN apk add --no-cache b\nCOPY a.sh /a",
        );
        // The second waits for the first.
        check_fix(
            "FROM a:1\r\nCOPY a b /a/\r\nRUN apk add --no-cache b\r\nRUN apk add --no-cache c\r\n",
            "FROM a:1\r\nRUN apk add --no-cache b\r\nCOPY a b /a/\r\nRUN apk add --no-cache c\r\n",
        );
    }

    #[test]
    fn an_install_below_what_a_stage_makes_of_the_source_is_found() {
        let built = |head: &str| format!("FROM a:1 AS b\n{head}\nRUN make\nFROM debian:13\n");
        check(&format!(
            "{}COPY --from=b /src/app /app\nRUN apt-get install -y c\n  # ^^^^^^^^^^^^^^^ every change of `/src/app` of the stage `b` runs `apt-get install` again: the COPY in line 5 comes before it\n",
            built("COPY . /src")
        ));
        check_fix(
            &format!("{}COPY --from=0 /src/app /app\nRUN apt-get install -y c\n", built("COPY . /src")),
            &format!("{}RUN apt-get install -y c\nCOPY --from=0 /src/app /app\n", built("COPY . /src")),
        );
        check_none(&format!(
            "{}COPY --from=b /src/app /app\nRUN apt-get install -y c\n",
            built("ADD https://a/b.tgz /src/")
        ));
    }
}
