//! A folder that is only guessed to be the build context, of which all is copied.

use crate::actions;
use crate::context::{Certainty, MemoryContext};
use crate::document::Cx;
use crate::fixture::Fixture;

/// The titles of what is offered for a file in a folder of these files.
fn offers(dockerfile: &str, files: &[(&str, &str)], certainty: Certainty) -> Vec<String> {
    let context =
        files.iter().fold(MemoryContext::new(certainty), |context, (path, text)| context.file(path, text));
    Fixture::new(dockerfile).look(|cx| {
        let cx = Cx { context: &context, ..*cx };
        let offers = actions::find(&cx, &(0..0), &|action| action.id == "split-stages");
        offers.into_iter().map(|offer| offer.fix.title).collect()
    })
}

const GO: &str =
    "FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\nRUN go build -o /app .\nCMD [\"/app\"]\n";

const POM: &str = "<project>\n<artifactId>a</artifactId>\n<version>1</version>\n</project>\n";

/// For each language a file that copies all, the base that it gets, its manifest, and what else lies beside it.
type Example =
    (&'static str, &'static str, (&'static str, &'static str), &'static [(&'static str, &'static str)]);

const EXAMPLES: [Example; 7] = [
    (GO, "debian:bookworm-slim", ("go.mod", "module a\n"), &[("main.go", "package main\n")]),
    (
        "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nCMD [\"node\", \"dist/main.js\"]\n",
        "node:20-slim",
        ("package.json", "{\"scripts\": {\"build\": \"tsc\"}}"),
        &[
            ("package-lock.json", "{\"packages\": {}}"),
            ("tsconfig.json", "{\"compilerOptions\": {\"outDir\": \"dist\"}}"),
            ("src/main.ts", ""),
        ],
    ),
    (
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [\"python\", \"app.py\"]\n",
        "python:3.12-slim",
        ("requirements.txt", "flask\n"),
        &[("app.py", "import flask\n")],
    ),
    (
        "FROM maven:3.9-eclipse-temurin-21\nWORKDIR /app\nCOPY . .\nRUN mvn package\nCMD [\"java\", \"-jar\", \"target/a-1.jar\"]\n",
        "eclipse-temurin:21-jre",
        ("pom.xml", POM),
        &[("src/main/java/A.java", "class A {}\n")],
    ),
    (
        "FROM gradle:8.5-jdk17\nWORKDIR /app\nCOPY . .\nRUN gradle bootJar\nCMD [\"java\", \"-jar\", \"build/libs/a-1.jar\"]\n",
        "eclipse-temurin:17-jre",
        ("build.gradle", "plugins {\n  id 'org.springframework.boot'\n}\nversion = '1'\n"),
        &[("settings.gradle", "rootProject.name = 'a'\n")],
    ),
    (
        "FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /src\nCOPY . .\nRUN dotnet publish -c Release -o /app\nENV ASPNETCORE_URLS=http://+:80\nWORKDIR /app\nENTRYPOINT [\"dotnet\", \"A.dll\"]\n",
        "mcr.microsoft.com/dotnet/aspnet:8.0",
        (
            "A.csproj",
            "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<TargetFramework>net8.0</TargetFramework>\n</Project>\n",
        ),
        &[("Program.cs", "app.Run();\n")],
    ),
    (
        "FROM rust:1.79-bookworm\nWORKDIR /app\nCOPY . .\nRUN cargo build --release\nCMD [\"./target/release/a\"]\n",
        "debian:bookworm-slim",
        ("Cargo.toml", "[package]\nname = \"a\"\n"),
        &[("Cargo.lock", ""), ("src/main.rs", "fn main() {}\n")],
    ),
];

#[test]
fn the_manifest_of_the_language_shows_that_the_folder_is_the_project() {
    for (dockerfile, base, manifest, others) in EXAMPLES {
        let files: Vec<(&str, &str)> = others.iter().copied().chain([manifest]).collect();
        let title = format!("Split into build and runtime stages (final base {base})");
        assert_eq!(offers(dockerfile, &files, Certainty::Guessed), [title], "{dockerfile}");
        assert!(offers(dockerfile, &files, Certainty::None).is_empty(), "{dockerfile}");
        // Without it, or where the build does not get it, the folder may be any.
        assert!(offers(dockerfile, others, Certainty::Guessed).is_empty(), "{dockerfile}");
        let ignored: Vec<(&str, &str)> =
            files.iter().copied().chain([(".dockerignore", manifest.0)]).collect();
        assert!(offers(dockerfile, &ignored, Certainty::Guessed).is_empty(), "{dockerfile}");
    }
}

#[test]
fn the_manifest_of_another_language_shows_nothing() {
    let sources = [("main.go", "package main\n"), ("package.json", "{}")];
    assert!(offers(GO, &sources, Certainty::Guessed).is_empty());
    assert_eq!(offers(GO, &sources, Certainty::Given).len(), 1);
    // Nor does it where something that is copied is missing.
    let project = [("main.go", "package main\n"), ("go.mod", "module a\n")];
    assert_eq!(offers(GO, &project, Certainty::Guessed).len(), 1);
    assert!(offers(&GO.replace(". .", ". missing ./"), &project, Certainty::Guessed).is_empty());
}
