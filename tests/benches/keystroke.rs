//! What a keystroke costs at several lengths of a file, and what a whole file costs: `cargo bench`. Each figure is the
//! median of many, and stands beside its budget. Nothing fails here: machines differ.

#![allow(clippy::print_stdout, reason = "a bench reports to the terminal")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use layerwise::context::NoContext;
use layerwise::context::shell_check::NoShellCheck;
use layerwise::document::{Cx, Document};
use layerwise::rules::{self, Pass};
use layerwise::settings::Settings;
use layerwise::text::Edit;

/// That of the program.
#[cfg(feature = "lsp")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The lengths, in lines; what a keystroke may take there, what a whole file may.
const SIZES: [(usize, Duration, Duration); 3] = [
    (50, Duration::from_micros(200), Duration::from_millis(2)),
    (1_000, Duration::from_micros(500), Duration::from_millis(40)),
    (20_000, Duration::from_millis(5), Duration::from_millis(800)),
];

/// A stage as people write them.
const STAGE: &str = "\
# Stage of the service
FROM node:22.11-slim AS build@
ARG VERSION=1.0
ENV APP_HOME=/srv/app \\
    NODE_ENV=production
WORKDIR $APP_HOME
RUN apt-get update \\
    && apt-get install -y --no-install-recommends \\
        ca-certificates \\
        curl \\
        git \\
    && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY src ./src
RUN --mount=type=cache,target=/root/.npm npm run build -- --version \"$VERSION\"
RUN useradd --create-home app
USER app
EXPOSE 8080
HEALTHCHECK --interval=30s CMD curl -f http://localhost:8080/health || exit 1
ENTRYPOINT [\"node\", \"dist/main.js\"]

";

fn main() {
    println!("{:<34}{:>12}{:>12}", "", "median", "budget");
    for (lines, keystroke, whole) in SIZES {
        let source = source(lines);
        let typing = typing(&source);
        let total = typing.edit + typing.model + typing.rules;
        report(&format!("keystroke, {lines} lines"), total, Some(keystroke));
        report("  the edit", typing.edit, None);
        report("  the model", typing.model, None);
        report("  the rules", typing.rules, None);
        report(&format!("whole file, {lines} lines"), opening(&source), Some(whole));
    }
    run_of_many_commands();
}

/// What one RUN with many commands costs: twice as many should cost twice as much.
fn run_of_many_commands() {
    const COMMANDS: [&str; 4] = ["pip install p@ && ", "V@=$W@ && ", "cat f@ | ", "[ a@ == b ] && "];
    for command in COMMANDS {
        let source = |commands: usize| {
            let commands: String =
                (0..commands).map(|index| command.replace('@', &index.to_string())).collect();
            format!("FROM debian:12\nRUN {commands}true\n")
        };
        for commands in [2_000, 4_000] {
            report(&format!("{commands} times `{}`", command.trim()), opening(&source(commands)), None);
        }
    }
}

fn source(lines: usize) -> String {
    let mut source = String::new();
    let mut stage = 0;
    while source.lines().count() < lines {
        source.push_str(&STAGE.replace('@', &stage.to_string()));
        stage += 1;
    }
    source.lines().take(lines).map(|line| format!("{line}\n")).collect()
}

/// What the parts of a keystroke take.
struct Typing {
    edit: Duration,
    model: Duration,
    rules: Duration,
}

/// Types in a RUN in the middle of the file, a character at a time.
fn typing(source: &str) -> Typing {
    let settings = Settings::default();
    let middle = source.len() / 2;
    let place = middle + source[middle..].find("useradd").unwrap_or(0);
    let mut document = Document::new(source);
    let look = |document: &Document| {
        let cx = Cx { document, context: &NoContext, shell_check: &NoShellCheck, settings: &settings };
        black_box(rules::run_pass(&cx, Pass::Text).len());
    };
    look(&document);
    let (mut edits, mut models, mut passes) = (Vec::new(), Vec::new(), Vec::new());
    for index in 0..200 {
        let character = char::from(b'a' + (index % 26) as u8).to_string();
        edits.push(time(|| document = document.edited(&Edit::insert(place, character))));
        models.push(time(|| {
            black_box(document.model());
        }));
        passes.push(time(|| look(&document)));
    }
    Typing { edit: median(edits), model: median(models), rules: median(passes) }
}

fn opening(source: &str) -> Duration {
    let settings = Settings::default();
    let once = || {
        let document = Arc::new(Document::new(source));
        let cx =
            Cx { document: &document, context: &NoContext, shell_check: &NoShellCheck, settings: &settings };
        black_box(rules::run_pass(&cx, Pass::Text).len());
    };
    median((0..10).map(|_| time(once)).collect())
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn report(what: &str, taken: Duration, budget: Option<Duration>) {
    let shown = |time: Duration| format!("{:.1} µs", time.as_secs_f64() * 1e6);
    println!("{what:<34}{:>12}{:>12}", shown(taken), budget.map(shown).unwrap_or_default());
}
