//! `dependencies-not-separated`

use crate::context::sources::Sources;
use crate::context::view::View;
use crate::path;
use crate::rules::fetch_commands::fetch;
use crate::rules::ignore_lines::leaving_out;
use crate::rules::manifest_copies::{LateRun, head, manifest_copies, put_above};
use crate::rules::named_copies;
use crate::rules::prelude::*;
use crate::semantic::cache_mounts::home_of;
use crate::semantic::copies::is_copy;
use crate::semantic::dependencies::{DependencyInstall, Reads};
use crate::semantic::folder_copies::FolderCopy;
use crate::semantic::late_builds::{late_build, may_fetch, names_go_files};
use crate::semantic::late_installs::is_any_above;
use crate::semantic::manifests::{self, Manifests};
use crate::semantic::named_manifests::of_build;
use crate::semantic::stages::Base;
use crate::semantic::tables::Tables;

declare_rule! {
    /// ## What it does
    /// Finds a build with Go, Cargo, Maven, Gradle or .NET that fetches the dependencies itself, below a copy of the
    /// whole source, or, where the build context is known, below copies that name manifests and source: `COPY go.mod go.sum
    /// main.go ./`.
    ///
    /// ## Why is this bad?
    /// The build has to run again when the source has changed, but the downloads do not: in a step of their own, which
    /// sees the files that name the dependencies and no others, the cache keeps them.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- go.mod
    /// module example.com/app
    /// require github.com/google/uuid v1.6.0
    /// #- go.sum
    /// #- main.go
    /// package main
    /// #- Dockerfile
    /// FROM golang:1.25
    /// WORKDIR /app
    /// COPY . .
    /// RUN go build -o /server .
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM golang:1.25
    /// WORKDIR /app
    /// COPY go.mod go.sum ./
    /// RUN go mod download
    /// COPY . .
    /// RUN go build -o /server .
    /// ```
    ///
    /// ## Never reported
    /// A build below a step that may have fetched the dependencies, with a mount that keeps the downloads, or told to stay
    /// offline; one in an image of somebody's own, which may have fetched them; a project whose context shows a `vendor` folder,
    /// no manifest, or a manifest without dependencies. An install of its own below the source is for
    /// `source-before-dependencies`.
    ///
    /// ## Fix safety
    /// Offered for Go, .NET and Maven, where the build context shows every file that `go mod download`, `dotnet restore` or
    /// `mvn dependency:go-offline` reads. The Go module cache then holds all modules that `go.mod` names, also those that
    /// only tests need. For Maven that is one project whose `pom.xml` names no module, no file and no parent in a folder;
    /// what the goal does not know of, such as the test runner that a plugin chooses, is still fetched by the build.
    ///
    /// Cargo and Gradle have no fix. `cargo fetch` looks for the sources of every target and fails without them. The task
    /// `dependencies` of Gradle resolves names and versions and fetches no archives, and a `build.gradle` is a program that may
    /// read any file. There a cache mount keeps the downloads: see `missing-cache-mount`.
    ///
    /// ## References
    /// - [Maven: `dependency:go-offline`](https://maven.apache.org/plugins/maven-dependency-plugin/go-offline-mojo.html)
    /// - [Cargo: `cargo fetch`](https://doc.rust-lang.org/cargo/commands/cargo-fetch.html)
    /// - [Docker: optimize cache usage](https://docs.docker.com/build/cache/optimize/)
    pub(crate) static DEPENDENCIES_NOT_SEPARATED = {
        id: "dependencies-not-separated", group: Cache, severity: Info, since: "0.1.0",
        also: [],
        check: ContextSteps(builds_or_copies, check),
        fix: Suggested(fix),
    }
}

/// Whether it is a RUN whose build may fetch dependencies, or a copy.
fn builds_or_copies(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => Facts::of(instruction).is_some_and(|facts| may_fetch(instruction, facts)),
        _ => is_copy(instruction),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let items = file.items();
    let is_build = |index: &usize| items.get(*index).is_some_and(|item| item.kind == Kind::Run);
    let (builds, copies): (Vec<usize>, Vec<usize>) = steps.iter().partition(|index| is_build(index));
    if copies.is_empty() || builds.is_empty() {
        return;
    }
    let view = View::new(cx.context);
    for index in builds.into_iter().filter(|index| is_any_above(model, &copies, *index)) {
        let Some((build, copy, source)) = build_below(cx, index) else {
            continue;
        };
        let Some(facts) = items.get(index).and_then(|item| Facts::of(&item.instruction)) else {
            continue;
        };
        let Some(package) = facts.packages.get(build.package) else {
            continue;
        };
        let names_files = names_go_files(package, &facts.script);
        let is_settled =
            needs_nothing(cx, &view, &copy, &build) || names_files && !is_module(&view, &copy, &build);
        if may_be_prepared(cx, index) {
            continue;
        }
        let Some(part) = package.part(&facts.script).filter(|_| !is_settled) else {
            continue;
        };
        let line = cx.document.line_number(source.span().start);
        let message = format!(
            "every change of the source has `{}` fetch the dependencies again: no step before the {} in line {line} does",
            facts.script.str(part),
            source.instruction.ast().kind.keyword()
        );
        out.push_at(index, facts.script.place(part), message)
            .related(source.span(), "this brings the source");
    }
}

/// A build that fetches the dependencies, with what copies its project and what brings the source.
fn build_below<'a>(cx: &Cx<'a>, index: usize) -> Option<(DependencyInstall, FolderCopy, &'a Item)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    if let Some((build, copy)) = late_build(file, model, cx.context, index) {
        let source = file.item(copy.item)?;
        return Some((build, copy, source));
    }
    let named = of_build(file, model, cx.context, index)?;
    let source = named_copies::source(cx, &named, index)?;
    Some((named.install, named.project, source))
}

/// Whether the image that a build begins with may have downloaded what it needs: somebody's own, neither one of Docker's
/// official images nor another that is known.
fn may_be_prepared(cx: &Cx<'_>, index: usize) -> bool {
    let Some(stage) = cx.document.model().root_stage(index) else {
        return true;
    };
    let is_own = match &stage.base {
        Base::Image(image) => image.name().contains('/'),
        Base::Unknown => true,
        Base::Scratch | Base::Stage(_) => false,
    };
    is_own && stage.base_image().is_none()
}

/// Whether the build context shows that a build of Go runs in a module.
fn is_module(view: &View<'_>, copy: &FolderCopy, build: &DependencyInstall) -> bool {
    let manifest = copy.source_of(&build.folder).map(|folder| path::join(&folder, "go.mod"));
    manifest.is_some_and(|manifest| matches!(view.resolve(&manifest), Sources::Found(_)))
}

/// Whether the build context shows that a build has nothing to fetch, or that its project lies elsewhere.
fn needs_nothing(cx: &Cx<'_>, view: &View<'_>, copy: &FolderCopy, build: &DependencyInstall) -> bool {
    let (Some(folder), Reads::Manifests) = (copy.source_of(&build.folder), &build.reads) else {
        return false;
    };
    let names: &[&str] = match build.family {
        Family::Go => &["go.mod", "go.work"],
        Family::Cargo => &["Cargo.toml"],
        Family::Maven => &["pom.xml"],
        Family::Gradle => &["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"],
        _ => &["*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx"],
    };
    let found: Vec<Sources> = names.iter().map(|name| view.resolve(&path::join(&folder, name))).collect();
    let is_absent = |sources: &Sources| matches!(sources, Sources::Missing | Sources::IgnoredAll);
    let is_vendored = || matches!(view.resolve(&path::join(&folder, "vendor")), Sources::Found(_));
    // What builds with the others is fetched in any case: their plugins.
    let asks_for_none: fn(&str) -> bool = match build.family {
        Family::Go => is_module_alone,
        Family::Cargo => is_crate_alone,
        _ => return found.iter().all(is_absent),
    };
    let has_no_dependency = |sources: &Sources| match sources {
        Sources::Found(paths) => {
            let mut texts = paths.iter().map(|path| cx.context.read(path));
            texts.all(|text| text.is_some_and(|text| asks_for_none(&text)))
        }
        other => is_absent(other),
    };
    is_vendored() || found.iter().all(has_no_dependency)
}

/// Whether a `go.mod` or `go.work` requires nothing.
fn is_module_alone(text: &str) -> bool {
    let mut is_block = false;
    text.lines().map(|line| line.split("//").next().unwrap_or_default().trim()).all(|line| match line {
        ")" => {
            is_block = false;
            true
        }
        line if is_block => line.is_empty(),
        line => match line.strip_prefix("require") {
            Some(rest) if rest.trim() == "(" => {
                is_block = true;
                true
            }
            Some(rest) => !rest.starts_with([' ', '\t']) || rest.trim() == "()",
            None => true,
        },
    })
}

/// Whether a `Cargo.toml` names no crate in any of its tables, and no members.
fn is_crate_alone(text: &str) -> bool {
    let tables = Tables::read(text);
    let is_table = |part: &str| part == "dependencies" || part.ends_with("-dependencies");
    let names_one = tables.entries().any(|(path, value)| {
        let below = path.split('.').skip_while(|part| !is_table(part)).count();
        below > 1 || below == 1 && value.contains('=')
    });
    !names_one && !tables.has("workspace")
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    fetched_first(cx, finding).or_else(|| fetched_between(cx, finding.item)).into_iter().collect()
}

/// The dependencies fetched below the manifests that are copied by name.
fn fetched_between(cx: &Cx<'_>, index: usize) -> Option<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let named = of_build(file, model, cx.context, index)?;
    let run = file.item(index)?;
    let facts = Facts::of(&run.instruction)?;
    let fetch = fetch(&run.instruction, facts, facts.packages.get(named.install.package)?)?;
    let is_locked =
        named.install.family != Family::Go || named.files.iter().any(|file| file.ends_with("go.sum"));
    if !is_locked {
        return None;
    }
    named_copies::fetched_between(cx, &named, index, &fetch)
}

/// The manifests copied and the dependencies fetched above the source.
fn fetched_first(cx: &Cx<'_>, finding: &Finding) -> Option<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let (build, copy) = late_build(file, model, cx.context, finding.item)?;
    let LateRun { run, facts, package, source } = LateRun::new(cx, finding.item, &build, &copy)?;
    let fetch = fetch(&run.instruction, facts, package)?;
    let home = home_of(file, model, finding.item, package);
    let view = View::new(cx.context);
    let Manifests { files, strays, .. } =
        manifests::files(cx.context, &view, &copy, &build, package, &facts.script, home.as_deref())?;
    let ignored = leaving_out(cx, &strays)?;
    let is_locked = build.family != Family::Go || files.iter().any(|file| file.ends_with("go.sum"));
    if !is_locked || !view.is_trustworthy(files.iter().map(String::as_str)) {
        return None;
    }
    let newline = source.instruction.newline();
    let mut lines = manifest_copies(cx, &view, &copy, &files)?;
    lines.push(format!("{} {fetch}", head(&run.instruction)));
    let lines = lines.iter().map(|line| format!("{line}{newline}")).collect();
    let edits = put_above(cx, &copy, finding.item, lines)?;
    let title = format!("Fetch the dependencies first, with `{fetch}`, and copy the source below");
    Some(Fix { files: ignored, ..Fix::new(title, Safety::Suggested, edits) })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DEPENDENCIES_NOT_SEPARATED);

    const GO: &str = "#- go.mod\nmodule a\nrequire b v1.0.0\n#- go.sum\n\n#- main.go\npackage main\n";
    const CARGO: &str = "#- Cargo.toml\n[dependencies]\na = \"1\"\n#- Cargo.lock\n\n#- src/main.rs\n\n";

    #[test]
    fn a_build_that_fetches_below_the_source_is_found() {
        check(
            "
FROM golang:1.21 as builder
WORKDIR /app
COPY . .
RUN go build -o app
  # ^^^^^^^^ every change of the source has `go build` fetch the dependencies again: no step before the COPY in line 4 does
RUN go build -o other ./other
FROM maven:3
COPY . /src
WORKDIR /src
RUN java -version && ./mvnw -B clean package -DskipTests
                   # ^^^^^^^^^^^^^^^^^^^^^^^ every change of the source has `./mvnw -B clean package` fetch the dependencies again: no step before the COPY in line 8 does
FROM rust:1
COPY . .
RUN cargo install just
RUN cargo build --release
  # ^^^^^^^^^^^ every change of the source has `cargo build` fetch the dependencies again: no step before the COPY in line 12 does
FROM gradle:8
WORKDIR /a
ADD . /a
RUN gradle build
  # ^^^^^^^^^^^^ every change of the source has `gradle build` fetch the dependencies again: no step before the ADD in line 17 does
FROM mcr.microsoft.com/dotnet/sdk:9.0
COPY . /src
RUN cd /src/app && dotnet publish -c Release -o /out App.csproj
                 # ^^^^^^^^^^^^^^ every change of the source has `dotnet publish` fetch the dependencies again: no step before the COPY in line 20 does
",
        );
    }

    #[test]
    fn what_was_fetched_or_need_not_be_is_not() {
        for steps in [
            "COPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build",
            "COPY . .\nRUN go mod download\nRUN go build",
            "COPY . .\nRUN go mod download && go build",
            "COPY go.mod ./\nRUN make modules\nCOPY . .\nRUN go build",
            "COPY . .\nRUN --mount=type=cache,target=/go/pkg/mod go build",
            "COPY . .\nRUN --network=none go build",
            "COPY . .\nRUN go build -mod=vendor",
            "ENV GOFLAGS=-mod=vendor\nCOPY . .\nRUN go build",
            "COPY . .\nRUN GO111MODULE=off go build",
            "COPY --from=modules /go/pkg/mod /go/pkg/mod\nCOPY . .\nRUN go build",
            "COPY . /elsewhere\nRUN go build",
            "COPY . .\nRUN go build main.go",
            "COPY . .\nRUN go run example.com/tool@v1",
            "COPY . .\nRUN go build $FLAGS",
            "COPY . .\nRUN mvn -o package",
            "COPY . .\nRUN mvn dependency:go-offline && mvn package",
            "COPY . .\nRUN dotnet publish --no-restore",
            "COPY . .\nRUN cargo build --frozen",
            "COPY Cargo.toml .\nRUN cargo build\nCOPY . .\nRUN cargo build",
            "COPY . .\nRUN cargo chef cook\nRUN cargo build",
            "COPY . .\nRUN gradle --offline build",
        ] {
            check_none(&format!("FROM a:1\nWORKDIR /app\n{steps}\n"));
        }
    }

    #[test]
    fn the_context_tells_what_needs_nothing() {
        let rest = "#- Dockerfile\nFROM golang:1\nWORKDIR /app\nCOPY . .\nRUN go build\n";
        check_none(&format!("{GO}#- vendor/modules.txt\n\n{rest}"));
        check_none(&format!("#- go.mod\nmodule a\n#- main.go\n\n{rest}"));
        check_none(&format!("#- src/go.mod\nmodule a\nrequire b v1\n#- main.go\n\n{rest}"));
        let cargo = "#- Dockerfile\nFROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo build\n";
        let crates = |manifest: &str| {
            let text = format!("#- Cargo.toml\n[package]\nname = \"a\"\n{manifest}\n{cargo}");
            crate::fixture::found(&DEPENDENCIES_NOT_SEPARATED, &text).len()
        };
        for none in
            ["", "[dependencies]", "[dependencies]\n# serde = \"1\"\n[dev-dependencies]", "dependencies = {}"]
        {
            assert_eq!(crates(none), 0, "{none}");
        }
        for some in [
            "[dependencies]\nb = \"1\"",
            "[dependencies.b]\nversion = \"1\"",
            "[build-dependencies]\nb = \"1\"",
            "[target.'cfg(unix)'.dependencies]\nb = \"1\"",
            "dependencies = { b = \"1\" }",
            "[workspace]\nmembers = [\"b\"]",
        ] {
            assert_eq!(crates(some), 1, "{some}");
        }
        let modules = |manifest: &str| {
            let text =
                format!("#- go.mod\nmodule example.com/requirements\n{manifest}\n#- main.go\n\n{rest}");
            crate::fixture::found(&DEPENDENCIES_NOT_SEPARATED, &text).len()
        };
        for none in ["", "require ()", "require (\n\t// b v1\n)", "// require b v1"] {
            assert_eq!(modules(none), 0, "{none}");
        }
        for some in ["require b v1", "require (\n\tb v1\n)"] {
            assert_eq!(modules(some), 1, "{some}");
        }
    }

    #[test]
    fn an_image_of_somebody_may_have_fetched_them() {
        let steps = "WORKDIR /app\nCOPY . .\nRUN go build -o /a .\n";
        for base in ["myorg/go-base:1", "ghcr.io/myorg/build", "$BASE"] {
            check_none(&format!("FROM {base}\n{steps}"));
            check_none(&format!("FROM {base} AS b\nFROM b\n{steps}"));
        }
        for base in ["golang:1.25", "docker.io/library/golang", "mcr.microsoft.com/dotnet/sdk:9.0"] {
            let text = format!("FROM {base}\n{steps}");
            assert_eq!(crate::fixture::found(&DEPENDENCIES_NOT_SEPARATED, &text).len(), 1, "{base}");
        }
    }

    #[test]
    fn the_source_sinks_below_what_it_does_not_touch() {
        check_fix(
            &format!(
                "{GO}#- Dockerfile\nFROM golang:1\n# All of it.\nCOPY . /src\nWORKDIR /src\nRUN CGO_ENABLED=0 go build -o /a .\n"
            ),
            "FROM golang:1\nWORKDIR /src\nCOPY go.mod go.sum /src/\nRUN go mod download\n# All of it.\nCOPY . /src\nRUN CGO_ENABLED=0 go build -o /a .\n",
        );
    }

    #[test]
    fn projects_of_dotnet_are_restored_first() {
        check_fix(
            "#- app/App.csproj\n<Project><PackageReference Include=\"a\" /></Project>\n#- app/Program.cs\n\n#- Dockerfile\nFROM sdk:1\nWORKDIR /src\nCOPY . .\nRUN dotnet publish app/App.csproj -c Release -o /out\n",
            "FROM sdk:1\nWORKDIR /src\nCOPY app/App.csproj ./app/\nRUN dotnet restore app/App.csproj\nCOPY . .\nRUN dotnet publish app/App.csproj -c Release -o /out\n",
        );
    }

    #[test]
    fn no_fix_where_the_download_would_need_more() {
        for (files, steps) in [
            (GO, "COPY . .\nRUN apk add git && go build"),
            (GO, "COPY . .\nRUN GOPRIVATE=a go build"),
            (GO, "COPY . .\nRUN ./configure\nRUN go build"),
            ("#- go.mod\nmodule a\nrequire b v1\nreplace b => ./b\n#- go.sum\n\n", "COPY . .\nRUN go build"),
            ("#- go.mod\nmodule a\nrequire b v1\n", "COPY . .\nRUN go build"),
            ("#- build.gradle\n\n", "COPY . .\nRUN gradle build"),
            (CARGO, "COPY . .\nRUN cargo build"),
        ] {
            check_no_fix(&format!("{files}#- Dockerfile\nFROM a:1\nWORKDIR /app\n{steps}\n"));
        }
    }

    #[test]
    fn a_folder_that_the_context_shows_is_one() {
        let files = GO.replace("#- ", "#- web/");
        let docker = |copy: &str| format!("FROM golang:1.25\nWORKDIR /app\n{copy}\nRUN go build -o /o .\n");
        for copy in ["COPY web .", "COPY ./web ./", "COPY web/. ."] {
            check_fix(
                &format!("{files}#- Dockerfile\n{}", docker(copy)),
                &docker(&format!("COPY web/go.mod web/go.sum ./\nRUN go mod download\n{copy}")),
            );
        }
        check_none(&docker("COPY web ."));
    }

    #[test]
    fn a_file_of_a_module_and_the_project_itself_are_built_like_others() {
        let go = "FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN go build -o /o ./main.go\n";
        check(&format!(
            "{GO}#- Dockerfile\n{go}  # ^^^^^^^^ every change of the source has `go build` fetch the dependencies again: no step before the COPY in line 3 does\n"
        ));
        check_fix(
            &format!("{GO}#- Dockerfile\n{go}"),
            &format!(
                "{GO}#- Dockerfile\n{}",
                go.replace("COPY . .\n", "COPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n")
            ),
        );
        // One by itself need not belong to a module.
        check_none(go);
        check(
            "FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo install --locked --path .\n  # ^^^^^^^^^^^^^ every change of the source has `cargo install` fetch the dependencies again: no step before the COPY in line 3 does\n",
        );
        check_none("FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo install --path /other\n");
    }
}
