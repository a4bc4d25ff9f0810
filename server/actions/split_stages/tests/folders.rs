//! A project that is one folder of several: the Dockerfile is above it.

use super::{none, runtime};

/// For each language a file of a project in the folder `FOLDER`, and the project's files in it.
type Example = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const EXAMPLES: [Example; 7] = [
    (
        "FROM golang:1.22-bookworm\nWORKDIR /src/service\nCOPY FOLDER/ .\nRUN go build\nCMD [\"./a\", \"config.yaml\"]\n",
        &[("go.mod", "module a\n"), ("main.go", "package main\n"), ("config.yaml", "")],
        "COPY --from=build /src/service/config.yaml /src/service/config.yaml\nCOPY --from=build /src/service/a /src/service/a\n",
    ),
    (
        "FROM rust:1.79-bookworm\nWORKDIR /src/service\nCOPY FOLDER .\nRUN cargo build --release\nCMD [\"target/release/a\", \"config.yaml\"]\n",
        &[
            ("Cargo.toml", "[package]\nname = \"a\"\n"),
            ("Cargo.lock", ""),
            ("src/main.rs", ""),
            ("config.yaml", ""),
        ],
        "COPY --from=build /src/service/config.yaml /src/service/config.yaml\nCOPY --from=build /src/service/target/release/a /src/service/target/release/a\n",
    ),
    (
        "FROM maven:3.9-eclipse-temurin-21\nWORKDIR /src\nCOPY FOLDER service\nWORKDIR service\nRUN mvn package\nCMD [\"java\", \"-jar\", \"target/a-1.jar\"]\n",
        &[
            ("pom.xml", "<project>\n<artifactId>a</artifactId>\n<version>1</version>\n</project>\n"),
            ("src/main/java/A.java", ""),
            ("config.yaml", ""),
        ],
        "COPY --from=build /src/service/config.yaml /src/service/config.yaml\nCOPY --from=build /src/service/target/a-1.jar /src/service/target/a-1.jar\n",
    ),
    (
        "FROM gradle:8.5-jdk17\nWORKDIR /src/service\nCOPY FOLDER/ ./\nRUN gradle bootJar\nCMD [\"java\", \"-jar\", \"build/libs/a-1.jar\"]\n",
        &[
            ("build.gradle", "plugins {\n  id 'org.springframework.boot'\n}\nversion = '1'\n"),
            ("settings.gradle", "rootProject.name = 'a'\n"),
            ("config.yaml", ""),
        ],
        "COPY --from=build /src/service/config.yaml /src/service/config.yaml\nCOPY --from=build /src/service/build/libs/a-1.jar /src/service/build/libs/a-1.jar\n",
    ),
    (
        "FROM mcr.microsoft.com/dotnet/sdk:8.0\nWORKDIR /src/service\nCOPY FOLDER/ .\nRUN dotnet publish -c Release -o /app\nENV ASPNETCORE_URLS=http://+:80\nWORKDIR /app\nENTRYPOINT [\"dotnet\", \"A.dll\"]\n",
        &[
            (
                "A.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<TargetFramework>net8.0</TargetFramework>\n</Project>\n",
            ),
            ("Program.cs", "app.Run();\n"),
        ],
        "COPY --from=build /app /app\n",
    ),
    (
        "FROM python:3.12\nWORKDIR /src/service\nCOPY FOLDER/requirements.txt .\nRUN pip install -r requirements.txt\nCOPY FOLDER/ .\nCMD [\"python\", \"app.py\"]\n",
        &[("requirements.txt", "flask\n"), ("app.py", "import flask\n")],
        "COPY --from=build /opt/venv /opt/venv\nCOPY FOLDER/ .\n",
    ),
    (
        "FROM python:3.12\nRUN pip install uv\nWORKDIR /src/service\nCOPY FOLDER/ .\nRUN uv sync --frozen\nCMD [\"uv\", \"run\", \"app.py\"]\n",
        &[("pyproject.toml", "[project]\nname = \"a\"\n"), ("uv.lock", ""), ("app.py", "")],
        "COPY --from=build /src/service/.venv /src/service/.venv\n",
    ),
];

#[test]
fn a_project_in_a_folder_is_split_like_one_at_the_root() {
    // What the folder is called says nothing of what is in it.
    for folder in ["service", "services/build", "tests/target"] {
        for (dockerfile, files, copies) in EXAMPLES {
            let files: Vec<(String, &str)> =
                files.iter().map(|(path, text)| (format!("{folder}/{path}"), *text)).collect();
            let beside = ("other/go.mod", "module b\n");
            let files: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (path.as_str(), *text)).chain([beside]).collect();
            let stage = runtime(&dockerfile.replace("FOLDER", folder), &files);
            assert!(stage.contains(&copies.replace("FOLDER", folder)), "{dockerfile}{stage}");
        }
    }
}

#[test]
fn code_in_a_folder_that_is_called_like_one_of_tests_is_read() {
    let (dockerfile, ..) = EXAMPLES[1];
    let files = [
        ("tests/Cargo.toml", "[package]\nname = \"a\"\n"),
        ("tests/Cargo.lock", ""),
        ("tests/src/main.rs", "use std::process::Command;"),
        ("tests/config.yaml", ""),
    ];
    none(&dockerfile.replace("FOLDER", "tests"), &files);
}

#[test]
fn what_lies_in_another_folder_than_the_tool_looks_in_is_not_found() {
    for (dockerfile, files, _) in EXAMPLES {
        let files: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("service/{path}"), *text)).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let moved = dockerfile.replace("FOLDER", "service").replace("\nRUN", "\nWORKDIR /elsewhere\nRUN");
        assert_ne!(moved, dockerfile);
        none(&moved, &files);
        none(&dockerfile.replace("FOLDER", "missing"), &files);
    }
}
