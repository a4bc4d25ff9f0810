//! `build-tools-in-final-image`

mod needs;

use crate::knowledge::package_uses::{PackageUse, use_of};
use std::collections::BTreeSet;

use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::semantic::packages::PackageCommand;
use crate::semantic::stages::Stage;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds compilers, headers, build systems and JDKs in an image that is there to run a program: packages that are installed
    /// and stay, and a base image for building in which something is built.
    ///
    /// ## Why is this bad?
    /// They take hundreds of megabytes and are of no use to a program that is already built; to somebody who breaks in they
    /// are. A stage of its own can build, and the last one copies what came of it: the refactoring "Split into build and runtime
    /// stages" (`layerwise fix --action split-stages`) does that where it is known what the program needs to run. Where Node.js
    /// builds a site and a program of a package serves it, `split-site` has nginx serve the same files at the same port.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM golang:1.23
    /// WORKDIR /src
    /// COPY . .
    /// RUN go build -o /usr/local/bin/app .
    /// CMD ["app"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM golang:1.23 AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN go build -o /usr/local/bin/app .
    /// FROM debian:12-slim
    /// COPY --from=build /usr/local/bin/app /usr/local/bin/
    /// CMD ["app"]
    /// ```
    /// ```dockerfile,bad
    /// FROM python:3.12-slim
    /// RUN apt-get update && apt-get install -y gcc libpq-dev && rm -rf /var/lib/apt/lists/*
    /// RUN pip install --no-cache-dir psycopg2
    /// CMD ["python", "app.py"]
    /// ```
    ///
    /// ## Never reported
    /// In a stage that no image is built on; where CMD and ENTRYPOINT are not in the file, or start a shell or something else to
    /// sit in, or a tool for builds such as `make`, `cargo` or `tar`; in development containers, with a server for development, and
    /// in a stage called after development or tests that nothing is built on; where a step removes packages of the same manager
    /// afterwards; where the program is itself the tool, as in `CMD ["go", "run", "."]`, or is a script of the build context that
    /// calls one or installs packages of a language; where it is likely to compile what it runs, as PyTorch, Triton and vLLM do,
    /// and on images of CUDA for development; where a comment speaks of a toolchain, a sandbox, agents and the like.
    ///
    /// A compiler is no remains of a build where no step behind it can use it, as a JDK in an image in which nothing builds Java and
    /// no packed program of Java comes: it is there for what runs. Headers are none of what runs in any case. What the base image has already, as `node:22` has
    /// `gcc`, is not told of.
    pub(crate) static BUILD_TOOLS_IN_FINAL_IMAGE = {
        id: "build-tools-in-final-image", group: Size, severity: Info, since: "0.1.0",
        also: [],
        check: Steps(may_bring, check),
    }
}

/// Images for building, the programs that build in them, and those that a container of such an image is started for as well.
const IMAGES: [(&str, &[&str], &[&str]); 7] = [
    ("gcc", &["gcc", "g++", "cc", "c++", "make", "cmake"], &["gcc", "g++", "make"]),
    ("golang", &["go"], &["go", "air", "dlv"]),
    ("gradle", &["gradle", "gradlew"], &["gradle", "gradlew"]),
    ("haskell", &["cabal", "stack", "ghc"], &["cabal", "stack", "ghc"]),
    ("maven", &["mvn", "mvnw"], &["mvn", "mvnw"]),
    ("rust", &["cargo", "rustc"], &["cargo", "rustc"]),
    ("swift", &["swift", "swiftc"], &["swift"]),
];

fn may_bring(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::From => true,
        Kind::Run => Facts::of(instruction).is_some_and(|facts| {
            let builds = |name: &str| IMAGES.iter().any(|(_, builders, _)| builders.contains(&name));
            facts
                .packages
                .iter()
                .any(|package| !tools(package, facts).is_empty() || package.action == Action::Remove)
                || facts.invocations.iter().any(|invocation| builds(&invocation.name))
        }),
        _ => false,
    }
}

/// The packages for building that a command installs: the words, as indexes of the command's, and the names.
fn tools<'a>(package: &PackageCommand, facts: &'a Facts) -> Vec<(usize, &'a str)> {
    if !package.manager.family.is_of_distribution() || package.action != Action::Install {
        return Vec::new();
    }
    let words = package.words(&facts.script);
    let name = |index: &usize| {
        let name = words.get(*index)?.value.as_deref()?.split(['=', '<', '>', '~', ':']).next()?;
        (use_of(name) == Some(PackageUse::Building)).then_some((*index, name))
    };
    let mut seen = BTreeSet::new();
    package.operands.iter().filter_map(name).filter(|(_, name)| seen.insert(*name)).collect()
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut told = BTreeSet::new();
    let is_to_run = |stage: &&Stage| {
        let stage = stage.index;
        model.runs_program(file, stage)
            && !model.is_workplace(stage)
            && !model.runs_development_server(file, stage)
    };
    for built in model.built_stages().filter(is_to_run) {
        for (index, place, message) in found_in(cx, built, steps) {
            if told.insert((index, place.start)) {
                out.push_at(index, place, message);
            }
        }
    }
}

/// What is found in the image of a stage: instructions, places in them and messages.
fn found_in(cx: &Cx<'_>, built: &Stage, steps: &[usize]) -> Vec<(usize, Span, String)> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut found = Vec::new();
    let program = model.run_of(file, built.index).map(|run| run.program).unwrap_or_default();
    // What runs such a program is there to build.
    if IMAGES.iter().any(|(_, builders, _)| builders.contains(&program.as_str())) || program == "mix" {
        return found;
    }
    if needs::compiles_while_running(cx, built) {
        return found;
    }
    let runs: Vec<(usize, &Facts)> = steps
        .iter()
        .filter(|index| model.stage_at(**index).is_some_and(|stage| model.has_base(built.index, stage.index)))
        .filter_map(|index| Some((*index, Facts::of(file.instruction(*index)?)?)))
        .filter(|(index, _)| model.has_posix_shell(*index))
        .collect();
    // Without names only what nobody asked for goes, unless it is marked so.
    let takes_named = |facts: &Facts, package: &PackageCommand| {
        let marks = |invocation: &Invocation| matches!(&*invocation.name, "apt-mark" | "dnf" | "aptitude");
        let is_named = !package.operands.is_empty() || package.has_unknown_words;
        is_named
            || facts
                .invocations
                .iter()
                .any(|invocation| marks(invocation) && speaks_of_marks(facts, invocation))
    };
    let removes = |family: Family, from: usize| {
        let mut later = runs.iter().filter(|(index, _)| *index >= from);
        later.any(|(_, facts)| {
            facts.packages.iter().any(|package| {
                let removes = package.action == Action::Remove && package.manager.family == family;
                removes && takes_named(facts, package)
            })
        })
    };
    for (index, facts) in &runs {
        for package in &facts.packages {
            let mut tools = tools(package, facts);
            let is_run = tools.iter().any(|(_, name)| *name == program) || needs::is_explained(cx, *index);
            let install = (*index, package.command);
            tools.retain(|(_, name)| {
                needs::is_new(cx, *index, name) && needs::is_for_build(cx, built, install, name)
            });
            let names: Vec<&str> = tools.iter().map(|(_, name)| *name).collect();
            let is_run = is_run || !names.is_empty() && needs::builds_when_started(cx, built, &names);
            let words = package.words(&facts.script);
            let place = tools
                .first()
                .and_then(|(word, _)| words.get(*word))
                .map(|word| facts.script.place(word.part));
            if let Some(place) = place.filter(|_| !is_run && !removes(package.manager.family, *index)) {
                found.push((*index, place, message(&tools)));
            }
        }
    }
    let Some((root, item)) =
        model.root_stage(built.from()).and_then(|root| Some((root, file.item(root.from())?)))
    else {
        return found;
    };
    let image =
        root.base_image().and_then(|image| IMAGES.iter().find(|(name, ..)| *name == image.repository));
    let builds = |builders: &[&str]| {
        let mut programs = runs.iter().flat_map(|(_, facts)| &facts.invocations);
        programs.any(|invocation| builders.contains(&&*invocation.name))
    };
    if let (Some((name, builders, runners)), Some(part)) = (image, root.base_part)
        && builds(builders)
        && !runners.contains(&program.as_str())
    {
        let message = format!("`{name}` is for building, and all of it ships with what is built");
        found.push((root.from(), item.instruction.place(part), message));
    }
    found
}

/// Whether a command says which packages nobody asked for.
fn speaks_of_marks(facts: &Facts, invocation: &Invocation) -> bool {
    let words = invocation.arguments(&facts.script);
    words.iter().any(|word| ["auto", "mark", "markauto", "minimize-manual"].iter().any(|verb| word.is(verb)))
}

fn message(tools: &[(usize, &str)]) -> String {
    let names: Vec<String> = tools.iter().take(3).map(|(_, name)| format!("`{}`", shown(name))).collect();
    match (names.as_slice(), tools.len()) {
        ([name], _) => format!("{name} is for building, and ships with the program"),
        ([first, second], _) => format!("{first} and {second} are for building, and ship with the program"),
        (_, count) if count > 3 => {
            format!("{} and {} more are for building, and ship with the program", names.join(", "), count - 3)
        }
        _ => format!("{} are for building, and ship with the program", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(BUILD_TOOLS_IN_FINAL_IMAGE);

    #[test]
    fn what_compiles_while_it_runs_keeps_its_compiler() {
        let with = |image: &str, pip: &str| {
            format!(
                "FROM {image}\nRUN apt-get update && apt-get install -y gcc ninja-build\nRUN pip install {pip}\nCMD [\"python\", \"a.py\"]\n"
            )
        };
        check_none(&with("python:3.12-slim", "'vllm>=0.6' requests"));
        check_none(&with("nvidia/cuda:12.4.1-devel-ubuntu22.04", "requests"));
        check_none(&format!(
            "#- requirements.txt\ntorch==2.5\n#- Dockerfile\n{}",
            with("python:3.12-slim", "-r b")
        ));
        assert!(crate::fixture::finds(
            &BUILD_TOOLS_IN_FINAL_IMAGE,
            &with("python:3.12-slim", "pytorch-tools")
        ));
    }

    #[test]
    fn packages_that_stay_are_found() {
        check(
            "
FROM a AS base
RUN apk add --no-cache curl g++=1 make
                          # ^^^^^ `g++` and `make` are for building, and ship with the program
FROM base
RUN apt-get install -y openjdk-17-jdk libx-dev gcc-12 make
                     # ^^^^^^^^^^^^^^ `openjdk-17-jdk`, `libx-dev`, `gcc-12` and 1 more are for building, and ship with the program
RUN make
ENTRYPOINT [\"/app\"]
",
        );
        check(
            "
FROM archlinux
RUN pacman -Syu --noconfirm base-devel
                          # ^^^^^^^^^^ `base-devel` is for building, and ships with the program
RUN ./configure
CMD [\"/app\"]
",
        );
    }

    #[test]
    fn a_package_is_counted_once() {
        check(
            "FROM a\nRUN apk add gcc make make=1\n          # ^^^ `gcc` and `make` are for building, and ship with the program\nRUN make\nCMD [\"d\"]\n",
        );
    }

    #[test]
    fn what_is_asked_for_outlives_a_removal_without_names() {
        check(
            "
FROM a
RUN apt-get install -y gcc && apt-get purge -y --auto-remove && apt-get autoremove -y
                     # ^^^ `gcc` is for building, and ships with the program
RUN make
CMD [\"d\"]
",
        );
    }

    #[test]
    fn a_base_image_that_builds_is_found() {
        check(
            "
FROM rust:1.82-slim
   # ^^^^^^^^^^^^^^ `rust` is for building, and all of it ships with what is built
RUN cargo build --release
CMD [\"/app/target/release/app\"]
",
        );
        check_none("FROM rust:1.82\nCMD [\"app\"]\n");
        check_none("FROM golang:1.23\nRUN go build\nCMD [\"go\", \"run\", \".\"]\n");
        check_none("FROM golang:1.23 AS b\nRUN go build\nFROM scratch\nCOPY --from=b /a /a\nCMD [\"/a\"]\n");
    }

    #[test]
    fn what_runs_a_tool_for_building_is_there_to_build() {
        check_none("FROM a\nRUN microdnf install -y golang\nCMD [\"/usr/local/go/bin/go\", \"version\"]\n");
        check_none(
            "FROM a\nRUN apk add build-base elixir\nENTRYPOINT [\"/usr/bin/mix\"]\nCMD [\"compile\"]\n",
        );
    }

    #[test]
    fn what_is_removed_or_worked_with_is_silent() {
        check_none("FROM a\nRUN apk add --no-cache --virtual .b gcc && c && apk del .b\nCMD [\"d\"]\n");
        check_none("FROM a\nRUN apt-get install -y gcc\nRUN make\nRUN apt-get purge -y gcc\nCMD [\"d\"]\n");
        check_none("FROM a\nRUN apt-get install -y gcc\nRUN make\nRUN apt-get purge -y $B\nCMD [\"d\"]\n");
        check_none(
            "FROM a\nRUN apt-get install -y gcc && apt-mark auto '.*' && apt-get purge -y --auto-remove\nCMD [\"d\"]\n",
        );
        check_none("FROM a\nRUN apt-get install -y gcc && make\nCMD [\"bash\"]\n");
        check_none("FROM a\nRUN apt-get install -y gcc && make\n");
        check_none("FROM a\nRUN apt-get install -y make\nCMD make run\n");
        check_none("FROM a AS b\nRUN apt-get install -y gcc && make\nFROM a\nCMD [\"d\"]\n");
    }

    const GCC: &str = "`gcc` is for building, and ships with the program";

    #[test]
    fn what_no_step_can_build_with_is_there_to_run() {
        check_none("FROM a\nRUN apt-get install -y golang-go gcc g++\nCOPY b /b\nCMD [\"/b\"]\n");
        check_none("FROM a\nRUN apk add openjdk17-jdk && npm install -g b\nCMD [\"c\"]\n");
        check_none("FROM a\nRUN apt-get install -y golang-go\nRUN cargo build && cp b /c\nCMD [\"/c\"]\n");
        check(
            "FROM a\nRUN apt-get install -y gcc libb-dev\n                     # ^^^ `libb-dev` is for building, and ships with the program\nCMD [\"c\"]\n"
                .replace("# ^^^ `libb", "    # ^^^^^^^^ `libb")
                .as_str(),
        );
        for builder in ["pip install c", "./install.sh", "$B c", "sh b", "docker-php-ext-install c"] {
            check(&format!(
                "FROM a\nRUN apt-get install -y gcc\n                     # ^^^ {GCC}\nRUN {builder}\nCMD [\"c\"]\n"
            ));
        }
    }

    #[test]
    fn a_jdk_for_what_is_packed_is_more_than_it_needs() {
        check(
            "FROM a\nRUN apk add openjdk17-jdk\n          # ^^^^^^^^^^^^^ `openjdk17-jdk` is for building, and ships with the program\nCOPY --from=b /b.jar /\nENTRYPOINT [\"/c\"]\n",
        );
    }

    #[test]
    fn what_the_base_image_has_is_not_told_of() {
        let with = |image: &str| {
            format!(
                "FROM {image}\nRUN apt-get install -y build-essential libpq-dev\nRUN pip install b\nCMD [\"c\"]\n"
            )
        };
        for image in ["python:3.12", "node:22", "ruby:3.3", "buildpack-deps:bookworm"] {
            check_none(&with(image));
        }
        for image in ["python:3.12-slim", "node:22-slim", "debian:12"] {
            assert!(crate::fixture::finds(&BUILD_TOOLS_IN_FINAL_IMAGE, &with(image)), "{image}");
        }
    }

    #[test]
    fn what_starts_may_build() {
        let with = |files: &str, command: &str| {
            format!(
                "{files}#- Dockerfile\nFROM a\nRUN apt-get install -y gcc make && pip install b\nWORKDIR /c\nCOPY . .\n{command}\n"
            )
        };
        for (files, command) in [
            ("#- s.sh\nset -e\nmake migrate\nexec ./c\n", "ENTRYPOINT [\"./s.sh\"]"),
            ("#- s.sh\nset -e\nmake migrate\nexec ./c\n", "CMD bash s.sh"),
            ("#- s.sh\npip install d\nexec python c.py\n", "CMD [\"sh\", \"/c/s.sh\"]"),
            ("#- c.py\nrun(['gcc', path])\n", "CMD [\"python\", \"c.py\"]"),
            ("#- d\n", "CMD npm install && npm start"),
            ("#- d\n", "CMD php -S 0.0.0.0:80"),
        ] {
            assert!(!crate::fixture::finds(&BUILD_TOOLS_IN_FINAL_IMAGE, &with(files, command)), "{command}");
        }
        for (files, command) in [
            ("#- s.sh\nset -e\nexec ./c\n", "ENTRYPOINT [\"./s.sh\"]"),
            ("#- c.py\nprint('gccs')\n", "CMD [\"python\", \"c.py\"]"),
        ] {
            assert!(crate::fixture::finds(&BUILD_TOOLS_IN_FINAL_IMAGE, &with(files, command)), "{command}");
        }
    }

    #[test]
    fn a_comment_says_what_they_are_for() {
        let with = |head: &str, comment: &str| {
            format!("{head}FROM a\n{comment}RUN apt-get install -y gcc && pip install b\nCMD [\"c\"]\n")
        };
        check_none(&with("# Toolchain, NOT a runtime image.\n", ""));
        check_none(&with("", "# Packages are compiled on first start.\n"));
        assert!(crate::fixture::finds(&BUILD_TOOLS_IN_FINAL_IMAGE, &with("# The API.\n", "# Packages.\n")));
    }

    #[test]
    fn images_of_programs_that_compile_keep_the_compiler() {
        check_none(
            "FROM vllm/vllm-openai:v0.11.0\nRUN apt-get install -y gcc && pip install b\nCMD [\"c\"]\n",
        );
        check_none(
            "#- b/requirements-all.txt\nvllm\n#- Dockerfile\nFROM a\nRUN apt-get install -y gcc\nCOPY b/requirements-all.txt .\nRUN pip install -r requirements-all.txt\nCMD [\"c\"]\n",
        );
    }
}
