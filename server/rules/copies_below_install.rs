//! What `source-before-dependencies` finds with the help of the build context: copies above an install that does not read
//! them, where its manifests are copied by name.

#[cfg(test)]
use super::cache::source_before_dependencies::SOURCE_BEFORE_DEPENDENCIES;
use super::cache::source_before_dependencies::say;
use super::manifest_copies::put_below;
use super::named_copies;
use super::prelude::*;
use crate::context::Lookup;
use crate::knowledge::package_managers::projects::project;
use crate::path;
use crate::semantic::copies::CopyStep;
use crate::semantic::dependencies::{DependencyInstall, Reads};
use crate::semantic::early_copies::EarlyCopies;
use crate::semantic::folder_copies::FolderCopy;
use crate::semantic::late_installs::{late_install, seen_late_install};
use crate::semantic::named_manifests::{self, NamedManifests};

/// Looks at the installs among some instructions, given by their indexes.
pub(super) fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = cx.document.file().items();
    let runs = steps.iter().filter_map(|index| Some((*index, items.get(*index)?)));
    for (index, item) in runs.filter(|(_, item)| item.kind == Kind::Run) {
        if let Some((install, copy, facts)) = late_install_seen(cx, index) {
            if let Some(source) = items.get(copy.item) {
                say(cx, out, (index, facts, &install), (source, "the source", "this brings the source"));
            }
            continue;
        }
        let Some((early, facts)) = early_copies(cx, index).zip(Facts::of(&item.instruction)) else {
            say_named(cx, index, out);
            continue;
        };
        let Some(first) = early.copies.first().and_then(|first| Some((*first, items.get(*first)?))) else {
            continue;
        };
        let brings = brings(cx, first.0);
        let related = "the install reads nothing of this";
        say(cx, out, (index, facts, &early.install), (first.1, &brings, related));
    }
}

/// The finding about source that is copied by name beside the manifests of an install.
fn say_named(cx: &Cx<'_>, index: usize, out: &mut Findings) {
    let items = cx.document.file().items();
    let Some(named) = named_manifests(cx, index) else { return };
    let facts = items.get(index).and_then(|item| Facts::of(&item.instruction));
    let step = CopyStep::of(cx.document.file(), cx.document.model(), named.project.item);
    let other = named.others.first().and_then(|other| step?.sources.get(*other)?.value.as_deref());
    if let (Some(facts), Some(other), Some(copy)) = (facts, other, items.get(named.project.item)) {
        let brings = format!("`{}`", shown(other));
        say(cx, out, (index, facts, &named.install), (copy, &brings, "the install reads nothing of this"));
    }
}

fn named_manifests(cx: &Cx<'_>, index: usize) -> Option<NamedManifests> {
    named_manifests::of_install(cx.document.file(), cx.document.model(), cx.context, index)
}

/// An install below a copy of what only the build context shows to be a folder.
fn late_install_seen<'a>(cx: &Cx<'a>, index: usize) -> Option<(DependencyInstall, FolderCopy, &'a Facts)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    if late_install(file, model, index).is_some() {
        return None;
    }
    let (install, copy) = seen_late_install(file, model, cx.context, index)?;
    let source = copy.source_of(install.place())?;
    let is_file = |path: &str| matches!(cx.context.entry(path), Lookup::File(_));
    let is_brought = match &install.reads {
        Reads::Files(_) => is_file(&source),
        Reads::Manifests | Reads::Everything => {
            let mut names = project(install.family)?.manifests.iter();
            names.any(|name| name.contains('*') || is_file(&path::join(&source, name)))
        }
    };
    is_brought.then_some(())?;
    Some((install, copy, Facts::of(file.instruction(index)?)?))
}

/// The copies below the install, where the build context shows that it does not read them.
pub(super) fn fix(cx: &Cx<'_>, finding: &Finding) -> Option<Fix> {
    let Some(early) = early_copies(cx, finding.item) else {
        return named_copies::copied_below(cx, &named_manifests(cx, finding.item)?, finding.item);
    };
    let early = Some(early).filter(|early| early.is_shown)?;
    let edits = put_below(cx, &early.copies, finding.item, early.split)?;
    Some(Fix::new("Copy what the install does not read below it", Safety::Suggested, edits))
}

fn early_copies(cx: &Cx<'_>, index: usize) -> Option<EarlyCopies> {
    EarlyCopies::of(cx.document.file(), cx.document.model(), cx.context, index)
}

/// What a copy brings, for a message.
fn brings(cx: &Cx<'_>, copy: usize) -> String {
    let step = CopyStep::of(cx.document.file(), cx.document.model(), copy);
    let source = step.and_then(|step| step.sources.first()).and_then(|source| source.value.as_deref());
    match source.filter(|source| !path::in_context(source).is_empty()) {
        Some(source) => format!("`{}`", shown(source)),
        None => "the source".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SOURCE_BEFORE_DEPENDENCIES);

    /// A Go module.
    const GO: &str = "#- go.mod\nmodule a\nrequire b v1\n#- go.sum\n\n#- cmd/main.go\npackage main\n#- lib/go.mod\nmodule b\n";

    /// A stage above which stand these files of the context.
    fn stage(files: &str, steps: &str) -> String {
        let stage = format!("FROM a:1\nWORKDIR /src\n{steps}\n");
        if files.is_empty() { stage } else { format!("{files}#- Dockerfile\n{stage}") }
    }

    #[test]
    fn a_copy_that_the_download_does_not_read_is_found() {
        for files in [GO, ""] {
            check(&stage(
                files,
                "COPY go.mod go.sum ./
COPY ./cmd ./cmd
COPY --chown=1:1 *.go ./
RUN go mod download
  # ^^^^^^^^^^^^^^^ every change of `./cmd` runs `go mod download` again: the COPY in line 4 comes before it
RUN go build -o /app ./cmd",
            ));
        }
        check(&stage(
            GO,
            "ADD lib lib/
COPY go.mod go.sum ./
RUN go mod download && go build ./...
  # ^^^^^^^^^^^^^^^ every change of `lib` runs `go mod download` again: the ADD in line 3 comes before it",
        ));
    }

    #[test]
    fn source_that_is_named_beside_the_manifests_is_copied_below() {
        let npm = "#- package.json\n{}\n#- package-lock.json\n{}\n#- index.js\n\n#- lib/a.js\n\n";
        check(&stage(
            npm,
            "COPY package.json package-lock.json index.js ./\nRUN npm ci\n  # ^^^^^^ every change of `index.js` runs `npm ci` again: the COPY in line 3 comes before it",
        ));
        for (files, before, after) in [
            (
                npm,
                "COPY package.json package-lock.json index.js ./\nENV A=b\nRUN npm ci\nCMD [\"node\", \"index.js\"]",
                "COPY package.json package-lock.json ./\nENV A=b\nRUN npm ci\nCOPY index.js ./\nCMD [\"node\", \"index.js\"]",
            ),
            (
                "#- requirements.txt\nflask\n#- app.py\n\n",
                "COPY app.py requirements.txt ./\nRUN pip install -r requirements.txt",
                "COPY requirements.txt ./\nRUN pip install -r requirements.txt\nCOPY app.py ./",
            ),
            (
                GO,
                "COPY go.mod go.sum cmd ./\nRUN go mod download && go build .",
                "COPY go.mod go.sum ./\nRUN go mod download\nCOPY cmd ./\nRUN go build .",
            ),
        ] {
            check_fix(&stage(files, before), &format!("FROM a:1\nWORKDIR /src\n{after}\n"));
        }
        let hook = npm.replace("{}", "{\"scripts\":{\"prepare\":\"node index.js\"}}");
        check_none(&stage(&hook, "COPY package.json package-lock.json index.js ./\nRUN npm ci"));
        check_none(&stage(
            "#- requirements.txt\n-e .\n#- setup.py\n\n",
            "COPY setup.py requirements.txt ./\nRUN pip install -r requirements.txt",
        ));
    }

    #[test]
    fn what_the_manifests_name_is_not() {
        let replaced = GO.replace("require b v1", "require b v1\nreplace b => ./lib");
        for folder in ["lib", "cmd"] {
            let steps = format!("COPY go.mod go.sum ./\nCOPY {folder} {folder}\nRUN go mod download");
            check_none(&stage(&replaced, &steps));
            check_none(&stage(&format!("{GO}#- go.work\nuse ./lib\n"), &steps));
        }
        let pip = "#- requirements.txt\na\n-r more/b.txt\n#- more/b.txt\nb\n#- app/a.py\n\n";
        let steps = |folder| {
            format!("COPY requirements.txt .\nCOPY {folder} {folder}\nRUN pip install -r requirements.txt")
        };
        check_none(&stage(pip, &steps("more")));
        check(&stage(
            pip,
            &(steps("app")
                + "\n    ^^^^^^^^^^^ every change of `app` runs `pip install` again: the COPY in line 4 comes before it"),
        ));
        check_none(&stage(&pip.replace("-r more", "-e ./app\n-r more"), &steps("app")));
        let dotnet = "#- App/App.csproj\n<ProjectReference Include=\"..\\Lib\\Lib.csproj\" />\n#- Lib/Lib.csproj\n\n#- docs/a\n\n";
        let steps = |folder| {
            format!("COPY App/App.csproj App/\nCOPY {folder} {folder}\nRUN dotnet restore App/App.csproj")
        };
        check_none(&stage(dotnet, &steps("Lib")));
        check(&stage(
            dotnet,
            &(steps("docs")
                + "\n    ^^^^^^^^^^^^^^ every change of `docs` runs `dotnet restore` again: the COPY in line 4 comes before it"),
        ));
    }

    #[test]
    fn what_the_system_was_told_of_is_not() {
        let files = "#- requirements.txt\na\n#- wheels/a.whl\n\n";
        let steps = |told: &str| {
            format!(
                "COPY requirements.txt .\nCOPY wheels wheels\n{told}RUN pip install -r requirements.txt{}",
                if told.is_empty() {
                    "\n    ^^^^^^^^^^^ every change of `wheels` runs `pip install` again: the COPY in line 4 comes before it"
                } else {
                    ""
                }
            )
        };
        check(&stage(files, &steps("")));
        check_none(&stage(files, &steps("RUN echo find-links = /src/wheels >/etc/pip.conf\n")));
        check_none(&stage(files, &steps("ENV PIP_FIND_LINKS=./\n")));
    }

    #[test]
    fn without_a_context_names_have_to_tell() {
        for steps in [
            "COPY go.mod go.sum ./\nCOPY lib lib\nRUN go mod download",
            "COPY go.mod go.sum ./\nCOPY cmd/go.mod cmd/\nCOPY cmd cmd\nRUN go mod download",
            "COPY go.mod go.sum go.work ./\nCOPY cmd cmd\nRUN go mod download",
            "COPY go.mod go.sum go.work ./\nCOPY go.work cmd ./\nRUN go mod download",
            "COPY requirements.txt .\nCOPY app app\nRUN pip install -r requirements.txt",
        ] {
            check_none(&stage("", steps));
        }
        check_no_fix(&stage("", "COPY go.mod go.sum ./\nCOPY cmd cmd\nRUN go mod download"));
    }

    #[test]
    fn an_install_that_may_read_more_is_left() {
        let npm = "#- package.json\n{}\n#- package-lock.json\n{}\n#- prisma/a\n\n";
        let steps =
            |run: &str| format!("COPY package.json package-lock.json ./\nCOPY prisma prisma\nRUN {run}\n");
        check_none(&stage(npm, &steps("npm ci")));
        check_fix(
            &stage(npm, &steps("npm ci --ignore-scripts")),
            "FROM a:1\nWORKDIR /src\nCOPY package.json package-lock.json ./\nRUN npm ci --ignore-scripts\nCOPY prisma prisma\n\n",
        );
        let manifests = "COPY go.mod go.sum ./";
        for steps in [
            // The install or the steps between need it.
            "COPY cmd cmd\nRUN ./cmd/setup && go mod download",
            "COPY cmd cmd\nRUN cat cmd/a > b\nRUN go mod download",
            "COPY cmd cmd\nENV GOPROXY=file:///src/cmd/proxy\nRUN go mod download",
            "ENV GOFLAGS=-modfile=x\nCOPY cmd cmd\nRUN go mod download",
            "COPY cmd cmd\nRUN --mount=type=bind,target=/b go mod download",
            // Settings of the system and of users.
            "COPY cmd /etc/ssl/certs\nRUN go mod download",
            "COPY cmd /root/cmd\nRUN go mod download",
            "COPY .netrc ./\nRUN go mod download",
            // Not from the build context, or not above.
            "COPY --from=b cmd cmd\nRUN go mod download",
            "ADD https://a/cmd cmd\nRUN go mod download",
            "RUN go mod download\nCOPY cmd cmd",
            "RUN go mod download\nCOPY cmd cmd\nRUN go mod download",
            // It may bring manifests, or what stands for the downloads.
            "COPY cmd ./\nRUN go mod download",
            "COPY cmd vendor\nRUN go mod download",
            "COPY cmd $UNKNOWN\nRUN go mod download",
        ] {
            check_none(&stage(GO, &format!("{manifests}\n{steps}")));
        }
        check_none(&stage(GO, "COPY cmd cmd\nRUN go mod download"));
        check_none(&stage(GO, "COPY cmd cmd\nCOPY go.* ./\nRUN go mod download"));
        check_none(&format!(
            "{GO}#- Dockerfile\nFROM a:1\nCOPY go.mod ./\nCOPY cmd cmd\nRUN go mod download\n"
        ));
    }

    #[test]
    fn copies_sink_with_their_comments() {
        check_fix(
            &stage(
                GO,
                "# Programs.\nCOPY ./cmd ./cmd\n\n# The manifests.\nCOPY go.mod go.sum ./\n# The library.\nCOPY --chown=1 lib lib\n# Install the modules.\nCOPY a.go ./\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\n\n# All.\nRUN go build ./...",
            ),
            "FROM a:1\nWORKDIR /src\n# The manifests.\nCOPY go.mod go.sum ./\n# Install the modules.\nRUN --mount=type=cache,target=/go/pkg/mod go mod download\n# Programs.\nCOPY ./cmd ./cmd\n# The library.\nCOPY --chown=1 lib lib\nCOPY a.go ./\n\n# All.\nRUN go build ./...\n",
        );
        check_fix(
            &stage(
                GO,
                "COPY go.mod go.sum ./\r\nCOPY cmd cmd\r\n\r\nRUN go mod download && go build ./cmd\r",
            )
            .replace("a:1\n", "a:1\r\n")
            .replace("/src\n", "/src\r\n"),
            "FROM a:1\r\nWORKDIR /src\r\nCOPY go.mod go.sum ./\r\nRUN go mod download\r\nCOPY cmd cmd\r\nRUN go build ./cmd\r\n",
        );
    }

    #[test]
    fn a_project_below_the_context_is_known() {
        let files = "#- api/go.mod\nmodule a\n#- api/go.sum\n\n#- api/cmd/a.go\n\n";
        check_fix(
            &stage(files, "COPY api/go.mod api/go.sum /src/\nCOPY api/cmd cmd\nRUN go mod download"),
            "FROM a:1\nWORKDIR /src\nCOPY api/go.mod api/go.sum /src/\nRUN go mod download\nCOPY api/cmd cmd\n",
        );
        let other = files.replace("module a", "module a\nreplace b => ../b");
        check_none(&stage(&other, "COPY api/go.mod api/go.sum /src/\nCOPY api/cmd cmd\nRUN go mod download"));
    }

    #[test]
    fn another_late_install_keeps_no_fix_away() {
        let late = "FROM a:1\nCOPY . .\nRUN pip install -r r.txt\n";
        let steps = "COPY go.mod go.sum ./\nCOPY cmd cmd\nRUN go mod download\n";
        let fixed = "COPY go.mod go.sum ./\nRUN go mod download\nCOPY cmd cmd\n";
        check_fix(&stage(GO, &format!("{steps}{late}")), &format!("FROM a:1\nWORKDIR /src\n{fixed}{late}\n"));
    }

    #[test]
    fn a_folder_that_the_context_shows_is_the_source() {
        let with =
            |files: &str, steps: &str| format!("{files}#- Dockerfile\nFROM node:22\nWORKDIR /app\n{steps}\n");
        let files = "#- web/package.json\n{}\n#- web/package-lock.json\n{}\n";
        let install = "RUN npm ci\n  # ^^^^^^ every change of the source runs `npm ci` again: the COPY in line 3 comes before it";
        check(&with(files, &format!("COPY ./web .\n{install}")));
        check_fix(
            &with(files, "COPY web ./\nRUN npm ci"),
            &with(files, "COPY web/package.json web/package-lock.json ./\nRUN npm ci\nCOPY web ./"),
        );
        check_none("FROM node:22\nWORKDIR /app\nCOPY web .\nRUN npm ci\n");
        check_none(&with("#- package.json\n{}\n", "COPY package.json .\nRUN npm ci"));
        // The manifests come from elsewhere.
        check_none(&with("#- web/a.js\n", "COPY web .\nRUN npm ci"));
    }
}
