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
        ("--locked", "-p web-app"),
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
        ("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n"),
        ("Cargo.toml", "[package]\nname = \"other\"\n"),
        ("src/main.rs", "use std::process::Command;"),
        (".cargo/config.toml", "[build]\ntarget-dir = \"x\"\n"),
    ] {
        none(FILE, &but(&FILES, &[(path, text)]));
    }
    none(FILE, &[FILES[0], FILES[2]]);
}
