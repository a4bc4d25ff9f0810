use super::{SPLIT_STAGES, but, check, check_none, none, runtime, with};

const FILES: [(&str, &str); 3] =
    [("go.mod", "module example.com/me/ping/v2\n"), ("go.sum", ""), ("main.go", "package main")];

const DEBIAN: &str = "debian:bookworm-slim\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends ca-certificates tzdata \\\n    && rm -rf /var/lib/apt/lists/*\n";

#[test]
fn what_is_built_runs_on_the_plain_release() {
    let before = "FROM golang:1.22-bookworm\n\nWORKDIR /app\nENV CGO_ENABLED=0 GOOS=linux\nENV PORT=8080\n\nCOPY go.mod go.sum ./\nRUN go mod download\n\nCOPY *.go ./\n# All in one.\nRUN$0 go build -o /ping\n\n# For people.\nEXPOSE 8080\n\nUSER 1000\nCMD [\"/ping\"]\n";
    let after = format!(
        "FROM golang:1.22-bookworm AS build\n\nWORKDIR /app\nENV CGO_ENABLED=0 GOOS=linux\nENV PORT=8080\n\nCOPY go.mod go.sum ./\nRUN go mod download\n\nCOPY *.go ./\n# All in one.\nRUN go build -o /ping\n\nFROM {DEBIAN}ENV PORT=8080\nWORKDIR /app\nCOPY --from=build /ping /ping\n\n# For people.\nEXPOSE 8080\n\nUSER 1000\nCMD [\"/ping\"]\n"
    );
    let title = check(&SPLIT_STAGES, &with(before, &FILES), &after);
    assert_eq!(title, "Split into build and runtime stages (final base debian:bookworm-slim)");
}

#[test]
fn the_settings_above_go_to_the_image_that_runs() {
    let before = "FROM --platform=linux/amd64 golang:1.22-alpine AS App\nARG VERSION=1\n# Who.\nLABEL version=$VERSION\nEXPOSE 80\nVOLUME /data\nHEALTHCHECK CMD wget -q -O- http://localhost/ || exit 1\nSTOPSIGNAL SIGINT\nENTRYPOINT [\"./ping\"]\nCMD [\"--data\", \"/data\"]\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build";
    let after = "FROM --platform=linux/amd64 golang:1.22-alpine AS build\nARG VERSION=1\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build\n\nFROM --platform=linux/amd64 alpine:3.21 AS App\nRUN apk add --no-cache ca-certificates tzdata\nARG VERSION=1\nWORKDIR /src\nCOPY --from=build /src/ping /src/ping\n# Who.\nLABEL version=$VERSION\nEXPOSE 80\nVOLUME /data\nHEALTHCHECK CMD wget -q -O- http://localhost/ || exit 1\nSTOPSIGNAL SIGINT\nENTRYPOINT [\"./ping\"]\nCMD [\"--data\", \"/data\"]";
    let mut fixture = with(&format!("{}\n", before.replace("COPY .", "COPY$0 .")), &FILES);
    check(&SPLIT_STAGES, &fixture, &format!("{after}\n"));
    fixture = fixture.replace("go build\n", "go build -o ping\n");
    check(&SPLIT_STAGES, &fixture, &format!("{}\n", after.replace("go build\n", "go build -o ping\n")));
}

#[test]
fn a_program_that_may_be_linked_keeps_its_release() {
    let file = "FROM golang:1.22\nWORKDIR /src\nCOPY . .\nRUN go build -o /bin/ping .\nCMD ping\n";
    let before = with(&file.replace("COPY", "COPY$0"), &FILES);
    let after = format!(
        "FROM golang:1.22-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /bin/ping .\n\nFROM {DEBIAN}WORKDIR /src\nCOPY --from=build /bin/ping /bin/ping\nCMD ping\n"
    );
    check(&SPLIT_STAGES, &before, &after);
    none(
        &file.replace(
            "golang:1.22",
            "golang:1.22@sha256:0123456789012345678901234567890123456789012345678901234567890123",
        ),
        &FILES,
    );
    none(&format!("ARG V=1.22\n{}", file.replace("golang:1.22", "golang:${V}")), &FILES);
    runtime(&format!("ARG V=1.22\n{}", file.replace("golang:1.22", "golang:${V}-bookworm")), &FILES);
}

#[test]
fn what_the_program_may_read_goes_with_it() {
    let files = but(
        &FILES,
        &[
            ("main.go", "package main\n//go:embed web/dist\nvar f embed.FS\n"),
            ("web/dist/app.js", ""),
            ("templates/a.html", ""),
            ("templates/b/c.html", ""),
            ("internal/db/db.go", ""),
            ("internal/db/schema.sql", ""),
            ("config.yaml", ""),
            ("README.md", ""),
            (".github/ci.yml", ""),
            ("vendor/a/b.txt", ""),
        ],
    );
    let stage = runtime(
        "FROM golang:1.22-bookworm\nWORKDIR /src\nRUN apt-get update && apt-get install -y --no-install-recommends git ffmpeg gcc && rm -rf /var/lib/apt/lists/*\nRUN groupadd -r app && useradd -r -g app app && mkdir -p /data && chown app:app /data\nCOPY . .\nRUN go build -o /bin/ping ./cmd && go test ./...\nUSER app\nCMD [\"ping\", \"-c\", \"config.yaml\"]\n",
        &files,
    );
    let expected = format!(
        "{}RUN groupadd -r app && useradd -r -g app app && mkdir -p /data && chown app:app /data\nWORKDIR /src\nCOPY --from=build /src/config.yaml /src/config.yaml\nCOPY --from=build /src/internal/db/schema.sql /src/internal/db/schema.sql\nCOPY --from=build /src/templates /src/templates\nCOPY --from=build /bin/ping /bin/ping\nUSER app\nCMD [\"ping\", \"-c\", \"config.yaml\"]\n",
        DEBIAN.replace("ca-certificates", "ca-certificates ffmpeg")
    );
    assert_eq!(stage, expected);
}

#[test]
fn steps_below_the_build_stay_where_they_are() {
    let stage = runtime(
        "FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\nRUN go install .\nRUN mkdir /data && chmod 700 /data\nCOPY go.mod /etc/app.mod\nCMD [\"ping\", \"/etc/app.mod\"]\n",
        &FILES,
    );
    let expected = format!(
        "{DEBIAN}WORKDIR /src\nCOPY --from=build /go/bin/ping /usr/local/bin/ping\nRUN mkdir /data && chmod 700 /data\nCOPY go.mod /etc/app.mod\nCMD [\"ping\", \"/etc/app.mod\"]\n"
    );
    assert_eq!(stage, expected);
}

#[test]
fn where_anything_is_not_known_nothing_is_offered() {
    let file =
        "FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\nRUN go build -o /bin/ping .\nCMD [\"ping\"]\n";
    runtime(file, &FILES);
    for (old, new) in [
        // What is built, and where.
        ("go build -o /bin/ping .", "make"),
        ("go build -o /bin/ping .", "go build -o /bin ./..."),
        ("go build -o /bin/ping .", "go build -o $OUT ."),
        ("go build -o /bin/ping .", "go build -buildmode=plugin -o /bin/ping ."),
        ("go build -o /bin/ping .", "go build -o /bin/ping . && echo a > /etc/b"),
        ("go build -o /bin/ping .", "go build -o /bin/ping . || true"),
        ("go build -o /bin/ping .", "go build -o /bin/ping . && curl -o /etc/b http://b/c"),
        ("go build -o /bin/ping .", "go generate ./... && go build -o /bin/ping ."),
        ("RUN go", "RUN --mount=type=bind,target=/x go"),
        ("RUN go", "RUN --mount=type=cache,target=/bin go"),
        // What is run.
        ("CMD [\"ping\"]", "CMD [\"go\", \"run\", \".\"]"),
        ("CMD [\"ping\"]", "CMD [\"pong\"]"),
        ("CMD [\"ping\"]", "CMD [\"sh\", \"-c\", \"ping\"]"),
        ("CMD [\"ping\"]", "CMD ./start.sh"),
        ("CMD [\"ping\"]", "CMD $PROGRAM"),
        ("CMD [\"ping\"]", "CMD [\"ping\", \"main.go\"]"),
        ("CMD [\"ping\"]", "CMD [\"ping\", \"/usr/share/a\"]"),
        ("CMD [\"ping\"]", "CMD [\"ping\", \"out/a\"]"),
        ("CMD [\"ping\"]", "CMD ping $GOPATH"),
        ("CMD [\"ping\"]\n", ""),
        ("CMD [\"ping\"]", "HEALTHCHECK CMD curl -f http://localhost/\nCMD [\"ping\"]"),
        ("CMD [\"ping\"]", "SHELL [\"/bin/bash\", \"-c\"]\nCMD ping"),
        // Who runs it.
        ("CMD [\"ping\"]", "USER app\nCMD [\"ping\"]"),
        ("COPY", "USER 1000\nCOPY"),
        // What it needs.
        ("COPY", "RUN apt-get update && apt-get install -y libpq-dev\nCOPY"),
        ("COPY", "RUN sed -i s/a/b/ /etc/apt/sources.list\nCOPY"),
        ("COPY", "ADD http://a/b /c\nCOPY"),
        ("COPY", "ONBUILD RUN a\nCOPY"),
        ("COPY", "ENV A=$GOPATH/x\nCOPY"),
        ("COPY . .", "COPY main.go missing ./"),
        // The image.
        ("golang:1.22-bookworm", "golang:1.99"),
        ("golang:1.22-bookworm", "me/golang:1.22"),
        ("golang:1.22-bookworm", "golang:1.22-windowsservercore"),
        ("golang:1.22-bookworm", "--platform=$TARGETPLATFORM golang:1.22-bookworm"),
    ] {
        let text = file.replace(old, new);
        assert_ne!(text, file, "{old}");
        none(&text, &FILES);
    }
}

#[test]
fn what_add_may_unpack_is_not_where_it_was_put() {
    let file = "FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY *.go go.mod ./\nADD data /srv/\nRUN go build -o /bin/ping .\nCMD [\"ping\"]\n";
    let split =
        |name: &'static str, text: &'static str| (file.replace("data", name), but(&FILES, &[(name, text)]));
    for name in ["a.tar", "a.tbz2", "a.txz", "a.tzst", "a.tar.lz4", "data"] {
        let (text, files) = split(name, "BZh91AY");
        none(&text, &files);
    }
    for (name, content) in [("a.json", "BZh91AY"), ("data", "a text"), ("a.tbz2", "a text")] {
        let (text, files) = split(name, content);
        let expected = format!("COPY --from=build /srv/{name} /srv/{name}\n");
        assert!(runtime(&text, &files).contains(&expected), "{name}");
    }
}

#[test]
fn code_that_starts_programs_or_is_not_seen_stays() {
    let file =
        "FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\nRUN go build -o /bin/ping .\nCMD [\"ping\"]\n";
    none(file, &but(&FILES, &[("main.go", "import (\n\t\"os/exec\"\n)\n")]));
    runtime(file, &but(&FILES, &[("main_test.go", "import \"os/exec\"\n")]));
    check_none(&SPLIT_STAGES, &file.replace("COPY", "COPY$0"));
    // What is split already, and what is built for another.
    let rest = "FROM debian:12\nCOPY --from=0 /bin/ping /bin/ping\nCMD [\"ping\"]\n";
    none(&format!("{file}{rest}"), &FILES);
    check_none(
        &SPLIT_STAGES,
        &with(&format!("{file}{rest}").replace("COPY --from", "COPY$0 --from"), &FILES),
    );
}

#[test]
fn files_of_any_name_are_copied_as_they_are_called() {
    let file = "FROM golang:1.22-bookworm\nWORKDIR /s\nCOPY . .\nRUN go build -o /ping .\nCMD [\"/ping\"]\n";
    let fixture = |name: &str| with(&file.replace("RUN go", "RUN$0 go"), &but(&FILES, &[(name, "")]));
    for (name, words) in [
        ("web ui/i.html", "[\"/s/web ui\", \"/s/web ui\"]"),
        ("[id].txt", "/s/[[]id].txt /s/[id].txt"),
        ("a$b.txt", "/s/a\\$b.txt /s/a\\$b.txt"),
    ] {
        let after = format!(
            "FROM golang:1.22-bookworm AS build\nWORKDIR /s\nCOPY . .\nRUN go build -o /ping .\n\nFROM {DEBIAN}WORKDIR /s\nCOPY --from=build {words}\nCOPY --from=build /ping /ping\nCMD [\"/ping\"]\n"
        );
        check(&SPLIT_STAGES, &fixture(name), &after);
    }
    check_none(&SPLIT_STAGES, &fixture("back\\slash"));
}
