use super::*;
check_rule!(MISSING_DOCKERIGNORE);

/// A Dockerfile with empty files beside it.
fn with(files: &[&str], dockerfile: &str) -> String {
    let files: String = files.iter().map(|path| format!("#- {path}\n")).collect();
    format!("{files}#- Dockerfile\n{dockerfile}")
}

#[test]
fn what_nobody_needs_is_found() {
    check(&with(
        &[".git/HEAD", "web/node_modules/a", "src/__pycache__/a.pyc", ".env", ".env.example", "src/main.js"],
        "FROM a:1\nCOPY . /app\n   # ^ `.git`, `web/node_modules`, `src/__pycache__` and `.env` reach the image, and a change of them runs all that follows again: there is no `.dockerignore`\nRUN npm ci\n",
    ));
    check(&with(
        &["app/target/a", "app/Cargo.toml"],
        "FROM a:1\nCOPY app/ /app\n   # ^^^^ `app/target` reaches the build, and a change of it runs all that follows again: there is no `.dockerignore`\nRUN cargo build\nFROM b:1\n",
    ));
}

#[test]
fn each_copy_has_a_finding_for_what_it_brings() {
    let message = |path: &str, costs: &str| {
        format!("{path} reaches the image, and a change of it {costs}: there is no `.dockerignore`")
    };
    check(&with(
        &["docs/a", "web/package.json", "web/node_modules/a", "api/package.json", ".git/HEAD"],
        &format!(
            "FROM a:1\nCOPY docs/ /docs\nCOPY web/ /web\n   # ^^^^ {}\nRUN npm ci\nCOPY . /all\n   # ^ {}\n",
            message("`web/node_modules`", "runs all that follows again"),
            message("`.git`", "makes the layer anew")
        ),
    ));
}

#[test]
fn a_manifest_shows_that_a_folder_is_the_context() {
    let has = |file: &str| {
        let document = crate::document::Document::new("FROM a:1\nCOPY . /app\n");
        let context = crate::context::MemoryContext::new(crate::context::Certainty::Guessed);
        let context = context.file("Dockerfile", "").file(".git/HEAD", "").file(file, "");
        let (file, model) = (document.file(), document.model());
        ignorable(file, model, &context, &View::new(&context)).is_some_and(|found| found.len() == 1)
    };
    assert!(has("Cargo.toml") && has("requirements.txt") && has("package.json"));
    assert!(!has("notes.txt"));
}

#[test]
fn what_is_needed_or_named_or_does_not_reach_the_image_is_not() {
    check_none(&with(&["node_modules/a"], "FROM a:1\nCOPY . /app\n"));
    check_none(&with(&["node_modules/a"], "FROM a:1\nCOPY . /app\nCOPY node_modules/a /b\nRUN npm ci\n"));
    check_none(&with(&["node_modules/a", "b"], "FROM a:1\nCOPY src/ /app\nRUN npm ci\n"));
    check_none(&with(
        &["target/a.jar", "pom.xml"],
        "FROM a:1\nCOPY . /app\nCOPY target/*.jar /\nRUN mvn package\n",
    ));
    check_none(&with(&["target/a"], "FROM a:1\nCOPY . /app\nRUN cargo build\n"));
    check_none(&with(&[".git/HEAD"], "FROM a:1\nCOPY . /app\nRUN git describe > version\n"));
    check_none(&with(&[".env"], "FROM a:1\nCOPY . /app\nRUN . ./.env && b\n"));
    check_none(&with(&["venv/a"], "FROM a:1\nCOPY . /app\nRUN pip install b\n"));
    check_none(&with(&[".env"], "FROM a:1\nARG A\nCOPY . /app\nCOPY $A /b\n"));
    check_none(&with(&[".env"], "FROM a:1\nCOPY a .env.example /app/\n"));
    check_none(&with(&[".env", ".dockerignore"], "FROM a:1\nCOPY . /app\n"));
    check_none("FROM a:1\nCOPY . /app\n");
}

#[test]
fn what_builds_of_several_languages_make_anew_is_found() {
    let found = |files: &[&str], run: &str| {
        let text = with(files, &format!("FROM a:1\nCOPY . /app\nRUN {run}\n"));
        crate::fixture::found(&MISSING_DOCKERIGNORE, &text).len()
    };
    let php = ["vendor/autoload.php", "composer.json"];
    assert_eq!(found(&php, "composer install --no-dev"), 1);
    assert_eq!(found(&php, "composer dump-autoload"), 0);
    assert_eq!(found(&["vendor/a.go", "composer.json"], "composer install"), 0);
    let mix = ["_build/dev/a", "mix.exs"];
    assert_eq!(found(&mix, "mix release"), 1);
    assert_eq!(found(&mix, "mix deps.get"), 0);
    let next = [".next/BUILD_ID", "package.json"];
    assert_eq!(found(&next, "npm run build"), 1);
    assert_eq!(found(&next, "npm ci"), 0);
}

#[test]
fn a_copy_of_what_is_not_known_stops_the_fix_alone() {
    let files = ["node_modules/a", "target/a", "Cargo.toml"];
    let steps = "RUN npm ci && cargo build\nCOPY $A /b\n";
    check(&with(
        &files,
        &format!(
            "FROM a:1\nARG A\nCOPY . /app\n   # ^ `node_modules` reaches the image, and a change of it runs all that follows again: there is no `.dockerignore`\n{steps}"
        ),
    ));
    check_no_fix(&with(&files, &format!("FROM a:1\nARG A\nCOPY . /app\n{steps}")));
}

#[test]
fn a_history_stays_where_git_was_installed_for_a_build() {
    let with = |base: &str, run: &str| {
        format!(
            "#- .git/HEAD\n#- package.json\n{{}}\n#- pom.xml\n\n#- Dockerfile\n{base} AS b\nCOPY . /app\n{run}\nFROM a:1\nCOPY --from=b /app/o /o\n"
        )
    };
    let message = "   # ^ `.git` reaches the build, and a change of it runs all that follows again: there is no `.dockerignore`";
    let node = "FROM node:22-alpine";
    for (base, run) in [
        (node, "RUN npm ci && npx next build"),
        (node, "RUN apk add --no-cache git && npm ci"),
        ("FROM maven:3", "RUN mvn package"),
    ] {
        check(&with(base, run).replace("COPY . /app\n", &format!("COPY . /app\n{message}\n")));
    }
    for (base, run) in [
        (node, "RUN apk add --no-cache git=2.40 && npm ci && npx next build"),
        ("FROM node:22-slim\nRUN apt-get update && apt-get install -y git", "RUN yarn build"),
        ("FROM maven:3\nRUN apt-get install -y git", "RUN mvn -B clean package"),
    ] {
        let dockerfile = match base.split_once('\n') {
            Some((from, step)) => with(from, run).replace("COPY . /app", &format!("{step}\nCOPY . /app")),
            None => with(base, run),
        };
        check_none(&dockerfile);
    }
}

#[test]
fn the_new_file_names_what_is_there() {
    let dockerfile = "FROM a:1\nCOPY . /app\nRUN uv sync\n";
    let files = "#- .git/HEAD\n#- .venv/pyvenv.cfg\n";
    let fix = check_fix(
        &format!("{files}#- Dockerfile\n{dockerfile}"),
        &format!("{files}#- .dockerignore\n.git\n**/.venv\n#- Dockerfile\n{dockerfile}"),
    );
    assert!(fix.files.iter().all(|file| file.create) && fix.safety == Safety::Suggested);
}

#[test]
fn a_history_that_a_build_asks_for_is_left_in() {
    let copied = |head: &str, run: &str| format!("{head}\nCOPY . /app\nRUN {run}\n");
    let history = |files: &str, dockerfile: &str| format!("#- .git/HEAD\n{files}#- Dockerfile\n{dockerfile}");
    for (files, head, run) in [
        ("", "FROM a:1", "make"),
        ("#- v.sh\ngit describe\n", "FROM a:1", "./v.sh"),
        ("", "FROM golang:1.24", "go build -o /o"),
        ("", "FROM golang:1.24-alpine\nRUN apk add git", "go install ./..."),
        ("", "FROM mcr.microsoft.com/dotnet/sdk:8.0", "dotnet publish -o /o"),
        (
            "#- Directory.Build.props\n<PackageReference Include=\"MinVer\" />\n",
            "FROM mcr.microsoft.com/dotnet/sdk:6.0",
            "dotnet pack",
        ),
        ("#- Cargo.toml\n[build-dependencies]\nvergen = \"9\"\n", "FROM rust:1", "cargo build"),
        ("#- build.rs\nCommand::new(\"git\").arg(\"describe\")\n", "FROM rust:1", "cargo build"),
        ("#- pyproject.toml\nrequires = [\"setuptools-scm>=8\"]\n", "FROM python:3", "pip install ."),
        ("#- setup.py\nuse_scm_version=True, pbr=True\n", "FROM python:3", "python -m pip install -e ."),
        ("#- pom.xml\n<artifactId>git-commit-id-maven-plugin</artifactId>\n", "FROM maven:3", "mvn package"),
        ("#- a/build.gradle\nid 'com.palantir.git-version'\n", "FROM gradle:8", "./gradlew build"),
        ("#- a.gemspec\ns.files = `git ls-files`.split\n", "FROM ruby:3", "bundle install"),
        ("#- mix.exs\nSystem.cmd(\"git\", [\"describe\"])\n", "FROM elixir:1", "mix release"),
        ("#- composer.json\n{}\n", "FROM composer:2", "composer install"),
        (
            "#- package.json\n{\"scripts\":{\"build\":\"V=$(git describe) vite build\"}}\n",
            "FROM node:22",
            "npm run build",
        ),
        (
            "#- package.json\n{\"scripts\":{\"b\":\"node s/v\",\"v\":\"npm run b\"}}\n",
            "FROM node:22",
            "npm run v",
        ),
        (
            "#- package.json\n{\"scripts\":{\"build\":\"node v.js\"}}\n#- v.js\nexec('git describe')\n",
            "FROM node:22",
            "yarn build",
        ),
        (
            "#- package.json\n{}\n#- next.config.js\nexecSync(\"git rev-parse HEAD\")\n",
            "FROM node:22",
            "npx next build",
        ),
        (
            "#- package.json\n{\"devDependencies\":{\"git-rev-sync\":\"3\"}}\n",
            "FROM node:22",
            "npm run build",
        ),
        ("#- package.json\n{\"scripts\":{\"prepare\":\"git config a b\"}}\n", "FROM node:22", "npm ci"),
    ] {
        let built = format!("{}\nFROM b:1\nCOPY --from=0 /o /o\n", copied(head, run));
        check_none(&history(files, &built));
    }
    // What a stage above does sees nothing of it.
    let message = "`.git` reaches the image, and a change of it runs all that follows again: there is no `.dockerignore`";
    for (files, head, run) in [
        ("", "FROM a:1\nRUN make", "apt-get install -y git && rm -rf /app/.git"),
        ("", "FROM golang:1.24-alpine", "go build -o /o"),
        ("", "FROM golang:1.16", "go build -o /o"),
        ("", "FROM golang:1.24", "go build -buildvcs=false -o /o"),
        ("", "FROM golang:1.24", "go mod download"),
        ("#- a/a.csproj\n<Project />\n", "FROM mcr.microsoft.com/dotnet/sdk:6.0", "dotnet publish -o /o"),
        ("#- Cargo.toml\na = { git = \"https://github.com/a/b.git\" }\n", "FROM rust:1", "cargo build"),
        ("#- setup.py\nsetup()\n", "FROM python:3", "pip install -r requirements.txt ."),
        ("#- pom.xml\n<url>scm:git:git@github.com:a/b.git</url>\n", "FROM maven:3", "mvn package"),
        ("#- composer.json\n{\"version\":\"1\"}\n", "FROM composer:2", "composer install"),
        (
            "#- package.json\n{\"repository\":{\"type\":\"git\"},\"scripts\":{\"build\":\"tsc\",\"r\":\"git tag\"}}\n",
            "FROM node:22",
            "npm ci && npm run build",
        ),
    ] {
        let copy = copied(head, run).replace("COPY . /app\n", &format!("COPY . /app\n   # ^ {message}\n"));
        check(&history(files, &copy));
    }
}

#[test]
fn scripts_of_the_project_are_read() {
    let message = "`.git` reaches the build, and a change of it runs all that follows again: there is no `.dockerignore`";
    let with = |files: &str, run: &str, finding: &str| {
        format!(
            "#- .git/HEAD\n{files}#- Dockerfile\nFROM golang:1.24-alpine\nWORKDIR /s\nCOPY . .\n{finding}RUN {run}\nFROM b:1\n"
        )
    };
    let found = format!("   # ^ {message}\n");
    for (files, run) in [
        ("#- b/s.sh\n#!/bin/sh\nset -e\ngo build .\n", "sh b/s.sh"),
        (
            "#- s.sh\n#!/bin/bash\nt() { mkdir a; }\nt\n. ./c.sh\n#- c.sh\nexport A=1\n",
            "chmod +x s.sh && ./s.sh",
        ),
        ("#- Makefile\nGO = go\nall: b\nb:\n\t@$(GO) build\nv:\n\tgit describe\n", "make b"),
        ("#- Makefile\nb:\n\t$(MAKE) -C w\n#- w/Makefile\nc:\n\tmkdir d\n", "make -j2 b"),
    ] {
        check(&with(files, run, &found));
    }
    for (files, run) in [
        ("#- b/s.sh\n#!/bin/sh\nV=$(git describe)\n", "sh b/s.sh"),
        ("#- s.sh\n#!/bin/bash\n./c.sh\n#- c.sh\ncat .git/HEAD\n", "./s.sh"),
        ("#- s.sh\n./s.sh\n", "./s.sh"),
        ("#- s.sh\nsome-program\n", "./s.sh"),
        ("#- s.sh\ncd a && ./c.sh\n#- c.sh\nls\n", "./s.sh"),
        ("#- s.sh\nls\n", "cd a && ./s.sh"),
        ("#- s.py\n#!/usr/bin/python3\nls\n", "./s.py"),
        ("#- Makefile\nV := $(shell git describe)\nb:\n\tgo build\n", "make b"),
        ("#- Makefile\nV = $(shell ./v.sh)\nb:\n\tgo build\n#- v.sh\ngit describe\n", "make b"),
        ("#- Makefile\ninclude a.mk\nb:\n\tgo build\n", "make b"),
        ("#- Makefile\nb:\n\t$(MAKE) -C w\n#- w/Makefile\nc:\n\tgit tag\n", "make b"),
    ] {
        check_none(&with(files, run, ""));
    }
}

#[test]
fn a_history_that_is_deleted_or_elsewhere_is_not_asked_for() {
    let message = "`.git` reaches the build, and a change of it runs all that follows again: there is no `.dockerignore`";
    check(&format!(
        "#- .git/HEAD\n#- Dockerfile\nFROM a:1 AS b\nCOPY . /s\n   # ^ {message}\nRUN rm -rf /s/.git && ls\nFROM a:1\nCOPY --from=b /s /s\nRUN some-program\n"
    ));
    check(&format!(
        "#- .git/HEAD\n#- Dockerfile\nFROM alpine:3.22 AS b\nCOPY . /s\n   # ^ {message}\nWORKDIR /o\nRUN git clone https://a/b .\nRUN ./gradlew build\nFROM a:1\nCOPY --from=b /o /o\n"
    ));
    for steps in [
        "RUN some-program\nRUN rm -rf /s/.git",
        "RUN a || rm -rf /s/.git\nRUN some-program",
        "RUN rm -rf /s/.git\nCOPY . /t\nRUN some-program",
        "RUN rm /s/.git\nRUN some-program",
        "RUN cp -r /s /o\nWORKDIR /o\nRUN ./gradlew build",
        "WORKDIR /s/o\nRUN ./gradlew build",
        "WORKDIR /o\nRUN ./gradlew -p /s build",
    ] {
        check_none(&format!(
            "#- .git/HEAD\n#- build.gradle\ngit describe\n#- Dockerfile\nFROM alpine:3.22 AS b\nCOPY . /s\n{steps}\nFROM a:1\nCOPY --from=b /o /o\n"
        ));
    }
}

#[test]
fn a_history_in_the_image_is_found_without_a_fix() {
    let files = "#- .git/HEAD\n#- Dockerfile\nFROM a:1\nWORKDIR /s\nCOPY . .\n";
    let message = "`.git` reaches the image, and a change of it runs all that follows again: there is no `.dockerignore`; ";
    let asks = "a step that may ask git can run in a stage that is not shipped";
    let deletes = "deleting it in a later step leaves it in the layer";
    for (steps, note) in [
        ("RUN some-program\nCMD [\"b\"]", asks),
        (
            "RUN apt-get install -y git && some-program && find . -name \".git\" | xargs rm -rf\nCMD [\"b\"]",
            deletes,
        ),
        ("RUN some-program\nRUN rm -rf .git\nENTRYPOINT [\"b\"]", deletes),
    ] {
        let fixture = format!("{files}   # ^ {message}{note}\n{steps}\n");
        check(&fixture);
        check_no_fix(&format!("{files}{steps}\n"));
    }
    for steps in [
        "RUN apt-get install -y git && some-program\nCMD [\"b\"]",
        "RUN some-program\nCMD [\"sh\", \"-c\", \"git pull && b\"]",
        "RUN some-program\nCMD [\"bash\"]",
        "RUN some-program\nFROM b:1",
    ] {
        check_none(&format!("{files}{steps}\n"));
    }
}

#[test]
fn what_is_certain_is_found_beside_a_history_that_is_asked_for() {
    let dockerfile = "FROM a:1 AS b\nCOPY . /s\nRUN npm ci && some-program\nFROM a:1\nCOPY --from=b /s /s\n";
    let files = "#- .git/HEAD\n#- package.json\n{}\n#- node_modules/a\n";
    check_fix(
        &format!("{files}#- Dockerfile\n{dockerfile}"),
        &format!("{files}#- .dockerignore\n**/node_modules\n#- Dockerfile\n{dockerfile}"),
    );
}

#[test]
fn what_compose_reads_is_nothing_to_a_build_of_dotnet() {
    let with = |project: &str, last: &str| {
        format!(
            "#- .env\nTAG=1\n#- compose.yml\nimage: a:${{TAG}}\n#- a.csproj\n{project}\n#- Dockerfile\nFROM mcr.microsoft.com/dotnet/sdk:9.0\nCOPY . /app\nRUN dotnet publish -o /o\n{last}"
        )
    };
    let message = "   # ^ `.env` reaches the build, and a change of it runs all that follows again: there is no `.dockerignore`\n";
    let fixture = with("<Project />", "FROM a:1\nCOPY --from=0 /o /o\n");
    check(&fixture.replace("COPY . /app\n", &format!("COPY . /app\n{message}")));
    check_none(&with("<Project />", ""));
    check_none(&with("<PackageReference Include=\"DotNetEnv\" />", "FROM a:1\nCOPY --from=0 /o /o\n"));
    check_none(&fixture.replace("${TAG}", "b"));
}

#[test]
fn what_the_program_may_load_is_left_in_by_other_fixes() {
    let dockerfile = "FROM golang:1.24 AS b\nCOPY . /app\nCMD [\"/app/main\"]\n";
    let with = |files: &str, manifest: &str| {
        format!(
            "{files}#- .env\nA=1\n#- .gitignore\n.env\n#- go.mod\n{manifest}\n#- Dockerfile\n{dockerfile}"
        )
    };
    let loads = "require github.com/joho/godotenv v1.5.1";
    let safety = |manifest: &str| {
        let fixed = format!("#- .dockerignore\n.env\n#- Dockerfile\n{dockerfile}");
        check_fix(&with("", manifest), &fixed).safety
    };
    assert_eq!((safety("module a"), safety(loads)), (Safety::Suggested, Safety::Unsafe));
    let fixed = format!("#- .dockerignore\n.git\n#- Dockerfile\n{dockerfile}");
    assert_eq!(check_fix(&with("#- .git/HEAD\n", loads), &fixed).safety, Safety::Suggested);
    let message = "   # ^ `.env` reaches the image, and a change of it makes the layer anew: there is no `.dockerignore`; the program may load `.env` from there\n";
    check(&with("", loads).replace("COPY . /app\n", &format!("COPY . /app\n{message}")));
}

#[test]
fn a_copy_that_ships_is_named_before_one_that_does_not() {
    let message = "   # ^ `.git` reaches the image, and a change of it makes the layer anew: there is no `.dockerignore`";
    let with = |run: &str, end: &str| {
        format!(
            "#- .git/HEAD\n#- package.json\n{{}}\n#- Dockerfile\nFROM a:1 AS b\nCOPY . /s\nRUN {run}\nFROM a:1\nCOPY . /s\n{message}{end}\nCMD [\"c\"]\n"
        )
    };
    check(&with("ls", ""));
    check(&with("git describe > v", "; a step that may ask git can run in a stage that is not shipped"));
}

#[test]
fn where_people_work_it_is_a_hint() {
    let with = |stage: &str| {
        severities(&format!(
            "#- .git/HEAD\n#- package.json\n{{}}\n#- Dockerfile\nFROM a:1{stage}\nCOPY . /s\n"
        ))
    };
    assert_eq!(with(" AS dev"), [crate::rules::Severity::Hint]);
    assert_eq!(with(""), [crate::rules::Severity::Warning]);
}

#[test]
fn settings_of_the_project_are_left_in() {
    let with = |files: &str, run: &str| {
        format!("#- .env\nA=1\n{files}#- Dockerfile\nFROM a:1\nCOPY . /app\nRUN {run}\n")
    };
    // It is committed, or that is not known.
    check_none(&with("#- .gitignore\nnode_modules\n", "a2enmod b"));
    check_none(&with("", "a2enmod b"));
    for run in [
        "php artisan optimize",
        "php bin/hyperf.php di:init-proxy",
        "npx expo export",
        "npm run build",
        "bundle exec rake assets:precompile",
        "composer install",
        "cargo build",
    ] {
        check_none(&with("#- .gitignore\n.env\n", run));
    }
    check_none(&with(
        "#- package.json\n{\"scripts\":{\"postinstall\":\"prisma generate\"}}\n#- .gitignore\n.env\n",
        "npm ci",
    ));
    let message = "`.env` reaches the image, and a change of it runs all that follows again: there is no `.dockerignore`";
    for run in ["pip install -r requirements.txt", "npm ci", "composer install --no-scripts", "go build"] {
        let fixture = with("#- .gitignore\n.env\n", run);
        check(&fixture.replace("COPY . /app\n", &format!("COPY . /app\n   # ^ {message}\n")));
    }
}
