//! `layerwise layers`: what the steps of a build depend on, and what a change runs again.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{MAIN_SEPARATOR, Path};

use anyhow::{Context, bail};
use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::arguments::{LayersArguments, ListFormat, SelectionArguments};
use crate::cli::inputs;
use crate::cli::session::{Session, settings_problems};
use crate::cli::warn;
use crate::context::Lookup;
use crate::context::view::View;
use crate::discovery::ignore_files::is_ignore_file;
use crate::document::{Cx, Document};
use crate::path;
use crate::rules::{Pass, run_pass};
use crate::semantic::layers::rerun::{Cause, Change, Doubt, Rerun};
use crate::semantic::layers::sources::ContextSource;
use crate::semantic::layers::{Cost, Layers, Step};
use crate::syntax::{Kind, names};
use crate::text::Encoding;

/// What is printed as JSON.
#[derive(Serialize)]
struct Report {
    context: Option<String>,
    /// Why this context was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    builders: Vec<BuilderReport>,
    stages: Vec<StageReport>,
}

/// Somebody who builds the file.
#[derive(Serialize)]
struct BuilderReport {
    file: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
}

#[derive(Serialize)]
struct StageReport {
    #[serde(skip)]
    number: usize,
    name: Option<String>,
    steps: Vec<StepReport>,
}

#[derive(Serialize)]
struct StepReport {
    instruction: usize,
    line: u32,
    kind: &'static str,
    inputs: InputsReport,
    cost: &'static str,
    rerun: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
struct InputsReport {
    context: Vec<String>,
    stages: Vec<String>,
    images: Vec<String>,
    args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remotes: Vec<String>,
}

pub(super) fn run(arguments: &LayersArguments) -> anyhow::Result<Outcome> {
    let session = Session::new(&arguments.build, &SelectionArguments::default())?;
    if is_ignore_file(&arguments.path) {
        bail!("`{}` is an ignore file, which has no layers", arguments.path.display());
    }
    let input = inputs::one(&arguments.path)?;
    let subject = session.subject(&input).with_context(|| format!("`{}` cannot be read", input.name()))?;
    write!(anstream::stderr(), "{}", settings_problems(subject.discovered.iter()))?;
    if let Some(missing) = subject.missing_target() {
        bail!("`{}` has {missing}", input.name());
    }
    // Which stages are built depends on it.
    let findings = run_pass(&subject.cx(), Pass::Text).into_iter();
    findings.filter(|finding| finding.rule.id == "unknown-target").for_each(|finding| warn(&finding.message));
    let cx = subject.cx();
    if cx.document.model().stages().is_empty() {
        warn(&format!("`{}` has no stage", input.name()));
    }
    let layers = Layers::of(cx.document.file(), cx.document.model());
    let depends = |name: &String| {
        let mut steps = layers.stages.iter().flat_map(|stage| &stage.steps);
        steps.any(|step| step.inputs.arguments.contains(name)) || declares(cx.document, name)
    };
    for name in arguments.arg.iter().filter(|name| !depends(name)) {
        warn(&format!("no step depends on an argument `{name}`"));
    }
    let view = View::new(cx.context);
    let mut files = Vec::new();
    for file in &arguments.changed {
        match path_in_context(file, cx.context.root().as_deref()) {
            Some(path) => {
                match (cx.context.entry(&path), cx.context.root()) {
                    (Lookup::Absent, Some(root)) => warn(&format!(
                        "`{file}` is not in the build context `{root}`, where paths begin: what copied it would run again"
                    )),
                    _ if view.is_ignored(&path) => warn(&format!(
                        "`{file}` is left out of the build by `{}`: no step reads it",
                        view.ignore_path()
                    )),
                    _ => {}
                }
                files.push(path);
            }
            None => warn(&format!("`{file}` is not in the build context: no step reads it")),
        }
    }
    let change = Change { files, arguments: arguments.arg.clone(), instructions: Vec::new() };
    let report = report(&cx, &layers, &change);
    let output = match arguments.format {
        ListFormat::Json => serde_json::to_string(&report)? + "\n",
        ListFormat::Text => text(&report, change != Change::default()),
    };
    std::io::stdout().write_all(output.as_bytes())?;
    Ok(Outcome::Clean)
}

/// Whether an ARG of the file may declare an argument.
fn declares(document: &Document, name: &str) -> bool {
    let is_other = |char: char| !names::is_name_char(char);
    let mut arguments = document.file().items().iter().filter(|item| item.kind == Kind::Arg);
    arguments.any(|item| document.text().slice(item.span()).split(is_other).any(|word| word == name))
}

/// The path of a file as the context, at `root`, has it; `None` for one that lies outside.
fn path_in_context(file: &str, root: Option<&str>) -> Option<String> {
    let file = Path::new(file);
    let relative = match root {
        Some(root) if file.is_absolute() => file.strip_prefix(root).ok()?,
        _ => file,
    };
    let relative = path::clean(&relative.to_string_lossy().replace(MAIN_SEPARATOR, "/"));
    let is_outside = relative.starts_with('/') || relative == ".." || relative.starts_with("../");
    (!is_outside).then(|| path::in_context(&relative))
}

fn report(cx: &Cx<'_>, layers: &Layers, change: &Change) -> Report {
    let reruns = layers.reruns(cx.document, &View::new(cx.context), change);
    let stages = layers.stages.iter().zip(reruns).map(|(stage, doubts)| StageReport {
        number: stage.stage,
        name: cx.document.model().stages().get(stage.stage).and_then(|stage| stage.name.clone()),
        steps: stage.steps.iter().zip(doubts).map(|(step, doubt)| step_report(cx, step, doubt)).collect(),
    });
    let builders = cx.document.inputs().builds.iter().map(|build| BuilderReport {
        file: build.shown.clone(),
        name: build.name.clone(),
        target: build.target.clone(),
    });
    Report {
        context: cx.context.root(),
        origin: cx.context.origin(),
        builders: builders.collect(),
        stages: stages.collect(),
    }
}

fn step_report(cx: &Cx<'_>, step: &Step, doubt: Doubt) -> StepReport {
    let stage_name = |stage: &usize| stage_name(cx.document, *stage);
    let source = |source: &ContextSource| match source.path.as_deref() {
        None => "?".to_owned(),
        Some("") => ".".to_owned(),
        Some(path) => path.to_owned(),
    };
    StepReport {
        instruction: step.item,
        line: line(cx.document, step.item),
        kind: step.kind.keyword(),
        inputs: InputsReport {
            context: step.inputs.context.iter().map(source).collect(),
            stages: step.inputs.stages.iter().map(stage_name).collect(),
            images: step.inputs.images.iter().cloned().collect(),
            args: step.inputs.arguments.iter().cloned().collect(),
            remotes: step.inputs.remotes.clone(),
        },
        cost: match step.cost {
            Cost::Low => "low",
            Cost::High => "high",
        },
        rerun: match doubt.rerun {
            Rerun::No => "no",
            Rerun::Maybe => "maybe",
            Rerun::Yes => "yes",
        },
        why: doubt.cause.map(|cause| why(cx.document, step, doubt.rerun, &cause)),
        text: first_line(cx.document, step),
    }
}

fn why(document: &Document, step: &Step, rerun: Rerun, cause: &Cause) -> String {
    match cause {
        Cause::File(file) if rerun == Rerun::Maybe => format!("it may read `{file}`"),
        Cause::File(file) => format!("it reads `{file}`"),
        Cause::Argument(name) => format!("it depends on the argument `{name}`"),
        Cause::Instruction(item) => format!("line {} is another", line(document, *item) + 1),
        Cause::Below(item) => format!("it follows line {}", line(document, *item) + 1),
        Cause::Stage(stage) if step.kind == Kind::From => {
            format!("it is built on `{}`", stage_name(document, *stage))
        }
        Cause::Stage(stage) => format!("it reads what `{}` makes", stage_name(document, *stage)),
    }
}

/// The name of a stage, else its number.
fn stage_name(document: &Document, stage: usize) -> String {
    let found = document.model().stages().get(stage);
    found.and_then(|stage| stage.name.clone()).unwrap_or_else(|| stage.to_string())
}

fn line(document: &Document, item: usize) -> u32 {
    let start = document.file().item(item).map_or(0, |item| item.span().start);
    document.text().position(start, Encoding::Utf16).line
}

/// The text of a step, as far as its first line goes.
fn first_line(document: &Document, step: &Step) -> String {
    let Some(item) = document.file().item(step.trigger.unwrap_or(step.item)) else {
        return String::new();
    };
    let text = document.text().slice(item.span());
    let first = text.lines().next().unwrap_or_default();
    let shown: String = first.chars().take(MOST_SHOWN).collect();
    if shown.len() < text.trim_end().len() {
        format!("{} …", shown.trim_end_matches(['\\', ' ']))
    } else {
        shown
    }
}

/// So many characters of a step are shown.
const MOST_SHOWN: usize = 60;

fn text(report: &Report, is_changed: bool) -> String {
    let mut output = String::new();
    let context = report.context.as_deref().unwrap_or("unknown");
    let origin = report.origin.as_ref().map(|origin| format!(" ({origin})")).unwrap_or_default();
    let _ = writeln!(output, "build context: {context}{origin}");
    for builder in &report.builders {
        let name = if builder.name.is_empty() { String::new() } else { format!(" as {}", builder.name) };
        let target = builder.target.as_ref().map(|target| format!(", target {target}")).unwrap_or_default();
        let _ = writeln!(output, "built by: {}{name}{target}", builder.file);
    }
    for stage in &report.stages {
        let name = stage.name.clone().unwrap_or_else(|| format!("stage {}", stage.number));
        let _ = writeln!(output, "\n{name}");
        for step in &stage.steps {
            let mark = match (is_changed, step.rerun) {
                (false, _) => String::new(),
                (true, "no") => "cached  ".to_owned(),
                (true, "maybe") => "maybe   ".to_owned(),
                (true, _) => "re-runs ".to_owned(),
            };
            let cost = if step.cost == "high" { " (costly)" } else { "" };
            let _ = writeln!(output, "  {:>4}  {mark}{}{cost}", step.line + 1, step.text);
            let notes = if is_changed { step.why.clone() } else { inputs_text(&step.inputs) };
            if let Some(note) = notes {
                let _ = writeln!(output, "        {note}");
            }
        }
    }
    annotate_snippets::normalize_untrusted_str(&output)
}

/// What a step depends on, in words.
fn inputs_text(inputs: &InputsReport) -> Option<String> {
    let parts = [
        ("context", &inputs.context),
        ("stages", &inputs.stages),
        ("images", &inputs.images),
        ("fetched", &inputs.remotes),
        ("arguments", &inputs.args),
    ];
    let told = parts.into_iter().filter(|(_, names)| !names.is_empty());
    let told: Vec<String> = told.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect();
    (!told.is_empty()).then(|| told.join("; "))
}
