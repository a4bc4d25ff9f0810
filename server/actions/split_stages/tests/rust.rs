use super::{but, none, runtime};

const FILES: [(&str, &str); 3] = [
    ("Cargo.toml", "[package]\nname = \"web-app\"\nversion = \"0.1.0\"\n\n[dependencies]\naxum = \"0.7\"\n"),
    ("Cargo.lock", "[[package]]\nname = \"axum\"\n\n[[package]]\nname = \"windows-sys\"\n"),
    ("src/main.rs", "fn main() {}"),
];

const FILE: &str = "FROM rust:1.79-bookworm\nWORKDIR /app\nCOPY . .\nRUN cargo build --release --locked\nEXPOSE 80\nCMD [\"./target/release/web-app\"]\n";

const DEBIAN: &str = "debian:bookworm-slim\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends ca-certificates tzdata \\\n    && rm -rf /var/lib/apt/lists/*\n";

#[test]
fn the_program_of_the_manifest_is_taken_over() {
    let stage = runtime(FILE, &but(&FILES, &[("static/a.css", "")]));
    let expected = format!(
        "{DEBIAN}WORKDIR /app\nCOPY --from=build /app/static /app/static\nCOPY --from=build /app/target/release/web-app /app/target/release/web-app\nEXPOSE 80\nCMD [\"./target/release/web-app\"]\n"
    );
    assert_eq!(stage, expected);
}

#[test]
fn programs_are_found_by_their_names() {
    let installed = FILE
        .replace("cargo build --release --locked", "cargo install --path .")
        .replace("./target/release/web-app", "web-app");
    let stage = runtime(&installed, &FILES);
    assert!(
        stage.contains("COPY --from=build /usr/local/cargo/bin/web-app /usr/local/bin/web-app\n"),
        "{stage}"
    );
    let moved = FILE
        .replace("--locked", "--bin other && cp target/release/other /usr/local/bin/")
        .replace("./target/release/web-app", "other");
    none(&moved, &FILES);
    let stage = runtime(&moved.replace("/usr/local/bin/\n", "/usr/local/bin/other\n"), &FILES);
    assert!(stage.contains("COPY --from=build /usr/local/bin/other /usr/local/bin/other\n"), "{stage}");
    let alpine = FILE.replace("1.79-bookworm", "1.79-alpine3.20");
    assert!(
        runtime(&alpine, &FILES).starts_with("alpine:3.20\nRUN apk add --no-cache ca-certificates tzdata\n")
    );
    let bins = "[package]\nname = \"lib\"\n\n[[bin]]\nname = \"web-app\"\npath = \"src/main.rs\"\n";
    runtime(FILE, &but(&FILES, &[("Cargo.toml", bins)]));
}

#[test]
fn where_anything_is_not_known_nothing_is_offered() {
    for (old, new) in [
        ("--locked", "--target-dir /x"),
        ("--locked", "--profile fast"),
        ("--locked", "-p other"),
        ("--locked", "-pother"),
        ("--locked", "--example web-app"),
        ("--locked", "--config a.toml"),
        ("--locked", "--manifest-path a/Cargo.toml"),
        ("--release --locked", ""),
        ("COPY . .", "ENV CARGO_TARGET_DIR=/x\nCOPY . ."),
        ("COPY . .", "RUN apt-get update && apt-get install -y libssl-dev pkg-config\nCOPY . ."),
        ("RUN cargo", "RUN mkdir src && echo \"fn main() {}\" > src/main.rs && cargo"),
        ("CMD [\"./target/release/web-app\"]", "CMD [\"cargo\", \"run\"]"),
        ("./target/release/web-app", "./target/release/other"),
        ("./target/release/web-app", "web-app"),
    ] {
        let text = FILE.replace(old, new);
        assert_ne!(text, FILE, "{old}");
        none(&text, &FILES);
    }
    for (path, text) in [
        ("Cargo.lock", "[[package]]\nname = \"openssl-sys\"\n"),
        ("Cargo.lock", "[[package]]\nname = \"libxml\"\n"),
        ("Cargo.toml", "[package]\nname = \"web-app\"\nlinks = \"foo\"\n"),
        ("build.rs", "fn main() { println!(\"cargo:rustc-link-lib=foo\"); }"),
        ("src/foo.rs", "#[link(name = \"foo\")]\nextern \"C\" {}\n"),
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
        ("Cargo.toml", "[package]\nname = \"other\"\n"),
        ("src/main.rs", "use std::process::Command;"),
        (".cargo/config.toml", "[build]\ntarget-dir = \"x\"\n"),
    ] {
        none(FILE, &but(&FILES, &[(path, text)]));
    }
    none(FILE, &[FILES[0], FILES[2]]);
}

const WORKSPACE: [(&str, &str); 7] = [
    ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/old\"]\n"),
    ("Cargo.lock", "[[package]]\nname = \"axum\"\n"),
    ("crates/web/Cargo.toml", "[package]\nname = \"web\"\n[dependencies]\ncore = { path = \"../core\" }\n"),
    ("crates/web/src/main.rs", "fn main() {}"),
    ("crates/web/templates/a.html", ""),
    ("crates/core/Cargo.toml", "[package]\nname = \"core\"\n"),
    ("crates/core/src/lib.rs", ""),
];

const WORKSPACE_FILE: &str = "FROM rust:1.79-bookworm\nWORKDIR /app\nCOPY . .\nRUN cargo build --release -p web\nCMD [\"./target/release/web\"]\n";

/// The programs that a build of the workspace leaves in the new stage.
fn programs(build: &str, program: &str, files: &[(&str, &str)]) -> Vec<String> {
    let file = WORKSPACE_FILE
        .replace("cargo build --release -p web", build)
        .replace("./target/release/web", program);
    let stage = runtime(&file, files);
    let copies = stage.lines().filter_map(|line| line.strip_prefix("COPY --from=build ")?.split_once(' '));
    copies.map(|(from, _)| from.to_owned()).filter(|place| !place.contains("templates")).collect()
}

#[test]
fn the_programs_of_a_workspace_are_built_in_its_folder() {
    let stage = runtime(WORKSPACE_FILE, &WORKSPACE);
    let expected = format!(
        "{DEBIAN}WORKDIR /app\nCOPY --from=build /app/crates/web/templates /app/crates/web/templates\nCOPY --from=build /app/target/release/web /app/target/release/web\nCMD [\"./target/release/web\"]\n"
    );
    assert_eq!(stage, expected);
    let web = "/app/target/release/web";
    let all = but(
        &WORKSPACE,
        &[
            (
                "crates/job/Cargo.toml",
                "[package]\nname = \"job\"\n[[bin]]\nname = \"extra\"\npath = \"src/extra.rs\"\nrequired-features = [\"x\"]\n",
            ),
            ("crates/job/src/bin/run.rs", ""),
            ("crates/job/src/bin/walk/main.rs", ""),
            ("crates/job/src/bin/walk/step.rs", ""),
            ("crates/job/src/extra.rs", ""),
            ("crates/old/Cargo.toml", "[package]\nname = \"old\"\n"),
            ("crates/old/src/main.rs", ""),
        ],
    );
    let every = [web, "/app/target/release/run", "/app/target/release/walk"];
    for (build, expected) in [
        ("cargo build --release", &every[..]),
        ("cargo build --release --workspace", &every),
        ("cargo build -r --package=web", &every[..1]),
        ("cargo build -r --bin web --bin run", &every[..2]),
        ("cargo build --release --manifest-path crates/web/Cargo.toml", &every[..1]),
        ("cd crates/web && cargo build --release", &every[..1]),
    ] {
        let mut found = programs(build, web, &all);
        found.sort_unstable_by_key(|place| every.iter().position(|other| other == place));
        assert_eq!(found, expected, "{build}");
    }
    let listed = but(
        &all,
        &[(
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/web\", \"./crates/job/\"]\ndefault-members = [\"crates/web\"]\n",
        )],
    );
    assert_eq!(programs("cargo build --release", web, &listed), [web]);
    // A member that another one names by its path.
    let named = but(
        &WORKSPACE,
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/web\"]\n"),
            ("crates/core/src/main.rs", "fn main() {}"),
        ],
    );
    assert_eq!(programs("cargo build --release", web, &named).len(), 2);
}

#[test]
fn programs_are_where_their_profile_and_folder_say() {
    let profile = format!("{}[profile.fast]\ninherits = \"release\"\n", WORKSPACE[0].1);
    let files = but(
        &WORKSPACE,
        &[
            ("Cargo.toml", &profile),
            (".cargo/config.toml", "[build]\ntarget-dir = \"out\"\njobs = 2\n[net]\nretry = 3\n"),
        ],
    );
    for (build, place) in [
        ("cargo build --profile fast -p web", "/app/out/fast/web"),
        ("cargo build -p web", "/app/out/debug/web"),
        (
            "cargo build -p web --target x86_64-unknown-linux-gnu",
            "/app/out/x86_64-unknown-linux-gnu/debug/web",
        ),
        ("cargo build -p web --target-dir /x", "/x/debug/web"),
        ("CARGO_TARGET_DIR=/y cargo build -p web", "/y/debug/web"),
        ("cargo install --path crates/web --root /usr/local", "/usr/local/bin/web"),
        ("cargo install --path crates/web --bin web", "/usr/local/cargo/bin/web"),
    ] {
        let program = if place.contains("/usr/local/") { "web" } else { place };
        assert_eq!(programs(build, program, &files), [place], "{build}");
    }
    for (path, text) in [
        (".cargo/config.toml", "[build]\ntarget = \"x86_64-unknown-linux-musl\"\n"),
        (".cargo/config.toml", "[target.x86_64-unknown-linux-gnu]\nlinker = \"a\"\n"),
        ("crates/web/Cargo.toml", "[package]\nname = \"web\"\nautobins = false\n"),
        ("crates/web/Cargo.toml", "[package]\nname = \"site\"\n"),
        ("crates/web/src/main.rs", "use std::process::Command;"),
        ("crates/core/src/lib.rs", "use std::process::Command;"),
        ("Cargo.lock", "[[package]]\nname = \"openssl-sys\"\n"),
    ] {
        none(WORKSPACE_FILE, &but(&WORKSPACE, &[(path, text)]));
    }
    for (old, new) in [
        ("-p web", "-p core"),
        ("-p web", "-p web --lib"),
        ("-p web", "--workspace --exclude core"),
        ("-p web", "-p web --target $TARGET"),
        ("-p web", "--profile slow"),
        ("RUN", "RUN --mount=type=cache,target=/app/target"),
        ("RUN", "ENV CARGO_BUILD_TARGET=x\nRUN"),
        ("RUN", "ARG CARGO_TARGET_DIR\nRUN"),
        ("RUN", "RUN export CARGO_TARGET_DIR=/x &&"),
        ("RUN", "RUN CARGO_TARGET_DIR=/x;"),
        ("COPY . .", "COPY . .\nWORKDIR /app/crates"),
    ] {
        let text = WORKSPACE_FILE.replace(old, new);
        assert_ne!(text, WORKSPACE_FILE, "{old}");
        none(&text, &WORKSPACE);
    }
}
