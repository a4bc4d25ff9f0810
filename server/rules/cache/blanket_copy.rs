//! `blanket-copy`

use crate::context::Lookup;
use crate::context::dockerfile_name::is_dockerfile_name;
use crate::context::view::View;
use crate::rules::ignore_lines::with_lines;
use crate::rules::manifest_copies::{folder_lines, is_plain_copy, manifest_copies};
use crate::rules::prelude::*;
use crate::semantic::folder_copies::{FolderCopy, may_copy_folder};
use crate::semantic::go_reads::{Unread, builds_go, go_build, unread};
use crate::semantic::ignore_entries::may_be_left_out;

declare_rule! {
    /// ## What it does
    /// Finds a copy of the whole build context into a stage that only builds Go programs, where the context holds files
    /// that no such build reads: documentation, workflows, descriptions of deployments.
    ///
    /// ## Why is this bad?
    /// The cache keeps a build as long as nothing has changed that was copied above it. A new word in the documentation
    /// then compiles the program again, although the compiler never sees it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- go.mod
    /// module example.com/app
    /// #- main.go
    /// package main
    /// #- README.md
    /// #- docs/install.md
    /// #- Dockerfile
    /// FROM golang:1.25 AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN CGO_ENABLED=0 go build -o /server .
    ///
    /// FROM scratch
    /// COPY --from=build /server /server
    /// ENTRYPOINT ["/server"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// #- go.mod
    /// module example.com/app
    /// #- main.go
    /// package main
    /// #- README.md
    /// #- docs/install.md
    /// #- .dockerignore
    /// README.md
    /// docs
    /// #- Dockerfile
    /// FROM golang:1.25 AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN CGO_ENABLED=0 go build -o /server .
    ///
    /// FROM scratch
    /// COPY --from=build /server /server
    /// ENTRYPOINT ["/server"]
    /// ```
    ///
    /// ## Never reported
    /// A stage that is in an image or that others are built on, that has a CMD, or whose steps below the copy run anything
    /// but `go build`, `go install`, `go mod` and what surely reads no project: tests, generators, `make`, scripts. A build
    /// that gets a `.git`, which Go writes into the program; one that embeds files from the top of the context
    /// (`//go:embed`). A folder with a single source in it, and whatever a step names. Licences, and what only `.git` and
    /// editors read.
    ///
    /// Builds with other tools: the files of a project do not say what these read. Scripts of npm, `setup.py`, `build.rs` and
    /// procedural macros, plugins of Maven and Gradle are programs that may open any file, and the targets of .NET projects take
    /// whatever lies below them.
    ///
    /// ## Fix
    /// A line for each of them in the ignore file, where no other step and no other Dockerfile in the context or its
    /// folders needs them; else the copy names what is read, if those are few lines.
    ///
    /// ## Fix safety
    /// A Dockerfile elsewhere that is built from the same folder may need what is ignored. A folder that is added later has to be
    /// named in a copy that names its sources.
    ///
    /// ## References
    /// - [Docker: optimize cache usage](https://docs.docker.com/build/cache/optimize/)
    pub(crate) static BLANKET_COPY = {
        id: "blanket-copy", group: Cache, severity: Hint, since: "0.1.0",
        also: [],
        check: ContextSteps(builds_or_copies, check),
        fix: Suggested(fix),
    }
}

/// So many lines are written for one copy at most.
const MOST_LINES: usize = 4;

/// So many names are told.
const MOST_NAMES: usize = 3;

/// Whether it is a RUN that builds Go programs, or a copy that may bring the whole context.
fn builds_or_copies(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => builds_go(instruction),
        _ => may_copy_folder(instruction),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = cx.document.file().items();
    let has_build = steps.iter().any(|index| items.get(*index).is_some_and(|item| item.kind == Kind::Run));
    // The cheapest question first: a keystroke asks it too.
    if !has_build || !matches!(cx.context.entry("go.mod"), Lookup::File(_)) {
        return;
    }
    let view = View::new(cx.context);
    for index in steps {
        let (Some((_, unread)), Some(item)) = (blanket(cx, &view, *index), items.get(*index)) else {
            continue;
        };
        let Some(run) = items.get(unread.build) else {
            continue;
        };
        let part = Facts::of(&run.instruction)
            .and_then(|facts| Some(facts.script.str(go_build(facts)?.part(&facts.script)?)));
        let (Some(part), Some(source)) = (part, source(&item.instruction)) else {
            continue;
        };
        let what = if unread.names.len() == 1 { "it" } else { "them" };
        let message = format!(
            "a change of {} runs `{part}` again: nothing in this stage reads {what}",
            list(&unread.names)
        );
        let related = "this reads Go sources alone";
        out.push_at(*index, item.instruction.place(source), message).related(run.span(), related);
    }
}

/// A copy of the whole context, with what only it brings and that is not read; `None` where that is nothing worth a word.
fn blanket(cx: &Cx<'_>, view: &View<'_>, index: usize) -> Option<(FolderCopy, Unread)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let copy = FolderCopy::of(file, model, index).filter(|copy| copy.source.is_empty())?;
    let is_plain = is_plain_copy(file.instruction(index)?);
    let mut unread = unread(file, model, cx.context, view, &copy).filter(|_| is_plain)?;
    // Whoever changes the Dockerfile is not surprised.
    unread.names.retain(|name| !is_dockerfile_name(name));
    (!unread.names.is_empty()).then_some((copy, unread))
}

/// The word that names the context.
fn source(instruction: &Instruction) -> Option<Part> {
    match &instruction.ast().arguments {
        Arguments::Words(words) => words.first().copied(),
        Arguments::Json(strings) => strings.first().map(|string| string.part),
        _ => None,
    }
}

/// `a`, `b` or `c`; `a`, `b`, `c` or 4 more.
fn list(names: &[String]) -> String {
    let quote = |names: &[String]| {
        let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", shown(name))).collect();
        quoted.join(", ")
    };
    match (names.split_at_checked(MOST_NAMES), names.split_last()) {
        (Some((first, more @ [_, ..])), _) => format!("{} or {} more", quote(first), more.len()),
        (_, Some((last, others @ [_, ..]))) => format!("{} or `{}`", quote(others), shown(last)),
        _ => quote(names),
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let view = View::new(cx.context);
    let Some((copy, unread)) = blanket(cx, &view, finding.item) else {
        return Vec::new();
    };
    left_out(cx, &unread).or_else(|| named(cx, &view, &copy, &unread)).into_iter().collect()
}

/// What is not read left out by the ignore file.
fn left_out(cx: &Cx<'_>, unread: &Unread) -> Option<Fix> {
    let is_plain =
        |name: &String| name.chars().all(|char| char.is_ascii_alphanumeric() || "._-+@".contains(char));
    if !unread.names.iter().all(is_plain) || !may_be_left_out(cx.document, cx.context, &unread.names) {
        return None;
    }
    let lines: Vec<&str> = unread.names.iter().map(String::as_str).collect();
    let file = with_lines(cx.context, &lines)?;
    let title = match file.create {
        true => format!("Create `{}` that leaves out what is not read", file.path),
        false => format!("Leave out in `{}` what is not read", file.path),
    };
    Some(Fix { files: vec![file], ..Fix::new(title, Safety::Suggested, Vec::new()) })
}

/// The copy with the names of what is read.
fn named(cx: &Cx<'_>, view: &View<'_>, copy: &FolderCopy, unread: &Unread) -> Option<Fix> {
    let item = cx.document.file().item(copy.item)?;
    let mut lines = manifest_copies(cx, view, copy, &unread.files)?;
    lines.extend(folder_lines(cx, copy, &unread.folders)?);
    if lines.is_empty() || lines.len() > MOST_LINES || item.instruction.is_multiline() {
        return None;
    }
    let edit = Edit::replace(item.span(), lines.join(item.instruction.newline()));
    Some(Fix::new("Copy what is read", Safety::Suggested, vec![edit]))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(BLANKET_COPY);

    const GO: &str =
        "#- go.mod\nmodule a\n#- go.sum\n\n#- main.go\npackage main\n#- internal/a.go\npackage internal\n";
    const OUT: &str = "FROM scratch\nCOPY --from=b /out /out\n";

    /// A project with a README, and a stage with these steps.
    fn with(files: &str, steps: &str) -> String {
        format!(
            "{GO}#- README.md\nText.\n{files}#- Dockerfile\nFROM golang:1 AS b\nWORKDIR /src\n{steps}{OUT}"
        )
    }

    #[test]
    fn what_no_build_reads_is_found() {
        check(
            "
#- go.mod
module a
#- cmd/app/main.go
package main
#- README.md
Text.
#- Dockerfile
FROM golang:1 AS b
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY --chown=1:1 . .
               # ^ a change of `README.md` runs `go build` again: nothing in this stage reads it
ENV A=b
RUN --mount=type=cache,target=/root/.cache/go-build mkdir -p /out && CGO_ENABLED=0 GOOS=linux go build -trimpath -ldflags='-s -w' -o /out/app ./cmd/app
FROM scratch
COPY --from=b /out/app /app
",
        );
        check(&with(
            "#- docs/a.md\n\n#- deploy/a.yaml\n\n#- .github/workflows/a.yml\n\n#- LICENSE\n\n",
            "COPY ./ /src/\n   # ^^ a change of `.github`, `README.md`, `deploy` or 1 more runs `go build` again: nothing in this stage reads them\nRUN apk add --no-cache git && go mod download && go build -o /out -ldflags \"-X main.v=1\" .\n",
        ));
    }

    #[test]
    fn what_may_be_read_is_not() {
        for steps in [
            "COPY . .\nRUN make\n",
            "COPY . .\nRUN go build -o /out . && ./check\n",
            "COPY . .\nRUN go test ./... && go build -o /out .\n",
            "COPY . .\nRUN go generate ./... && go build -o /out .\n",
            "COPY . .\nRUN go run ./gen\nRUN go build -o /out .\n",
            "COPY . .\nRUN cat README.md && go build -o /out .\n",
            "COPY . .\nRUN go build -o /out -ldflags \"-X main.v=$(cat VERSION)\" .\n",
            "COPY . .\nRUN go build $FLAGS -o /out .\n",
            "COPY . .\nRUN go build -overlay=o.json -o /out .\n",
            "COPY . .\nRUN go build -pgo=a -o /out .\n",
            "COPY . .\nRUN go build -toolexec ./t -o /out .\n",
            "COPY . .\nRUN go build -ldflags '-extldflags -Tlayout' -o /out .\n",
            "COPY . .\nRUN CC=./cc go build -o /out .\n",
            "ENV GOFLAGS=-overlay=o.json\nCOPY . .\nRUN go build -o /out .\n",
            "ENV CGO_LDFLAGS=-Tlayout\nCOPY . .\nRUN go build -o /out .\n",
            "ENV GOPATH=/src\nCOPY . .\nRUN go build -o /out .\n",
            "ENV HOME=/src\nCOPY . .\nRUN go build -o /out .\n",
            "ENV GO111MODULE=off\nCOPY . .\nRUN go build -o /out .\n",
            "COPY . .\nRUN <<EOF\ngo build -o /out .\nEOF\n",
            "COPY . .\nRUN go build -o /out . < answers\n",
            "COPY . .\nRUN --mount=type=bind,target=/c go build -o /out .\n",
            "COPY . .\nRUN if true; then sh build.sh; fi\nRUN go build -o /out .\n",
            "SHELL [\"pwsh\"]\nCOPY . .\nRUN go build -o /out .\n",
            "COPY . .\nRUN go build -o /out .\nCMD [\"go\", \"run\", \".\"]\n",
            "COPY . .\nCOPY . .\nRUN go build -o /out .\n",
            "COPY . /root\nRUN go build -o /out .\n",
            "COPY . /\nRUN go build -o /out .\n",
            "COPY --exclude=README.md . .\nRUN go build -o /out .\n",
            "COPY go.mod go.sum main.go ./\nCOPY internal internal/\nRUN go build -o /out .\n",
            "RUN go build -o /out example.com/a\nCOPY . .\n",
        ] {
            check_none(&with("", steps));
        }
    }

    #[test]
    fn what_leaves_the_stage_another_way_is_not() {
        let project = format!("{GO}#- README.md\n\n#- Dockerfile\n");
        let build = "FROM golang:1 AS b\nWORKDIR /src\nCOPY . .\nRUN go build -o /src/out .\n";
        for rest in [
            "",
            "FROM b\nRUN go vet\n",
            "FROM scratch\nCOPY --from=b /src /src\n",
            "FROM scratch\nCOPY --from=b / /\n",
            "FROM scratch\nCOPY --from=b /src/* /\n",
            "FROM scratch\nCOPY --from=b /src/README.md /\n",
            "FROM alpine:3\nRUN --mount=type=bind,from=b,target=/b cp /b/src/out /\n",
            "ARG A\nFROM scratch\nCOPY --from=b /src/$A /\n",
            "ARG A\nFROM scratch\nARG A\nCOPY --from=$A /src/out /\n",
            "FROM $A\nCOPY --from=b /src/out /\n",
        ] {
            check_none(&format!("{project}{build}{rest}"));
        }
    }

    #[test]
    fn the_context_tells_what_is_read() {
        let build = "COPY . .\nRUN go build -o /out .\n";
        check_none(&with("#- .git/HEAD\n\n", build));
        check_none(&with("#- assets.go\npackage main\n//go:embed README.md\nvar a string\n", build));
        check_none(&with("#- .dockerignore\n*.md\nDockerfile\n", build));
        let rest = format!("#- Dockerfile\nFROM golang:1 AS b\nWORKDIR /src\n{build}{OUT}");
        check_none(&format!("{GO}{rest}"));
        check_none(&format!("{GO}#- LICENSE\n\n#- .gitignore\n\n{rest}"));
        check_none(&format!("{GO}#- web/a.html\n\n#- web/embed.go\npackage web\n{rest}"));
        check_none(&format!("{GO}#- vendor/modules.txt\n\n#- go.work.sum\n\n#- default.pgo\n\n{rest}"));
        check_none(&format!("#- README.md\n\n#- src/main.go\npackage main\n{rest}"));
    }

    #[test]
    fn the_ignore_file_leaves_it_out() {
        let build = "COPY . .\nRUN go build -o /out .\n";
        check_fix(
            &with("#- .dockerignore\n.git\nDockerfile\n#- docs/a.md\n\n", build),
            &with("#- .dockerignore\n.git\nDockerfile\nREADME.md\ndocs\n#- docs/a.md\n\n", build),
        );
    }

    #[test]
    fn where_another_build_needs_it_the_copy_names_what_is_read() {
        let build = "COPY go.mod go.sum ./\nRUN go mod download\n# All of it.\nCOPY --chown=1 . .\nRUN go build -o /out .\n";
        let narrow = "FROM golang:1 AS b\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\n# All of it.\nCOPY --chown=1 main.go ./\nCOPY --chown=1 internal ./internal/\nRUN go build -o /out .\nFROM scratch\nCOPY --from=b /out /out\n";
        for other in [
            "#- web.Dockerfile\nFROM nginx\nCOPY . /web\n",
            "#- web/Dockerfile\nFROM nginx\nCOPY READ* /web\n",
            "#- web/Dockerfile\nFROM nginx\nONBUILD COPY a /web\n",
            "#- a/b/Dockerfile\nFROM nginx\n",
        ] {
            check_fix(&with(other, build), narrow);
        }
    }

    #[test]
    fn many_lines_are_not_written() {
        let folders: String = (0..5).map(|number| format!("#- p{number}/a.go\npackage a\n")).collect();
        let other = "#- web.Dockerfile\nFROM nginx\nCOPY . /web\n";
        check_no_fix(&with(&format!("{folders}{other}"), "COPY . .\nRUN go build -o /out .\n"));
    }
}
