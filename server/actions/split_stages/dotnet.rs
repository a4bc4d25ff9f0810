//! .NET: what `dotnet publish` puts into a folder, on the runtime of the same version.
//! Source: .NET documentation, "dotnet publish" and "Framework references"; dotnet/dotnet-docker, README.md.

use super::deeds::Deeds;
use super::subject::{Subject, Task};
use super::words::Words;
use super::{Artefact, Language, Runtime};
use crate::knowledge::project_files::DOTNET as FILES;
use crate::path;
use crate::semantic::manifests::dotnet_references;
use crate::syntax::Kind;

pub(super) static DOTNET: Language = Language {
    images: &["mcr.microsoft.com/dotnet/sdk"],
    files: &FILES,
    runs_source: false,
    builds,
    runtime: run_on,
    runs: |_, words| match words {
        [program, library, ..] => program == "dotnet" && library.ends_with(".dll"),
        _ => false,
    },
};

/// Options of `dotnet` that take the next word as their value.
const VALUE_OPTIONS: [&str; 10] =
    ["a", "arch", "c", "configuration", "f", "framework", "o", "output", "v", "verbosity"];

/// What a project says where it is not run by `dotnet` and the runtime of its version.
const OTHERWISE: [&str; 6] = [
    "BlazorWebAssembly",
    "<PublishAot>true",
    "<PublishSingleFile>true",
    "<RuntimeIdentifier",
    "<SelfContained>true",
    "<AssemblyName>",
];

fn builds(_: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["dotnet", "restore" | "build" | "test" | "clean" | "--version" | "--info", ..] => Some(Vec::new()),
        ["dotnet", "publish", rest @ ..] => {
            let words = Words::read(rest, &VALUE_OPTIONS)?;
            let is_plain = !words.has(&["r", "runtime", "self-contained", "sc", "os", "a", "arch"])
                && !words.has_like(&["p:Publish", "property:Publish", "p:SelfContained", "p:Assembly"]);
            (is_plain && words.operands.len() <= 1).then_some(())?;
            Some(vec![Artefact::at(task.place(words.value(&["o", "output"])?)?)])
        }
        _ => None,
    }
}

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let tag = subject.tag()?;
    let (version, variant) = tag.split_once('-').unwrap_or((tag, ""));
    let is_told = matches!(version.split('.').collect::<Vec<_>>()[..], [major, "0"] if major.parse::<u32>().is_ok_and(|major| major >= 5));
    let has_runtime = matches!(variant, "" | "bookworm-slim" | "bullseye-slim" | "jammy" | "noble");
    // Settings and pages are looked for in the folder that the program is started in.
    let folder = subject.folder_at(subject.stage.items.end - 1)?;
    let is_apart = deeds.artefacts.iter().all(|it| subject.is_absent(&it.from) && it.from == folder);
    (is_told && has_runtime && is_apart && deeds.headers.is_empty()).then_some(())?;
    let projects = projects(subject)?;
    let is_version = |text: &&String| text.contains(&format!("<TargetFramework>net{version}<"));
    let is_plain = |text: &&String| !OTHERWISE.iter().any(|word| text.contains(word));
    (projects.first().is_some_and(|text| is_version(&text)) && projects.iter().all(|text| is_plain(&text)))
        .then_some(())?;
    let is_web =
        projects.iter().any(|text| text.contains("Microsoft.NET.Sdk.Web") || text.contains("AspNetCore"));
    // What a package refers to is not seen; the larger image runs all that the smaller one runs.
    let packages = projects.iter().flat_map(|text| text.split("<PackageReference").skip(1));
    let is_plain = |package: &str| {
        package.contains("\"Microsoft.Extensions.")
            || package.contains("\"System.")
            || package.contains("\"Newtonsoft.")
    };
    let image = if is_web || !{ packages }.all(is_plain) { "aspnet" } else { "runtime" };
    (!is_web || says_where_it_listens(subject)).then_some(())?;
    Some(Runtime::new(format!("mcr.microsoft.com/dotnet/{image}:{tag}"), &[]))
}

/// The project that is published, then those that it refers to, and the settings around them.
fn projects(subject: &Subject<'_>) -> Option<Vec<String>> {
    let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
    let tasks: Vec<Task<'_>> = runs.filter_map(|(index, _)| subject.tasks(index)).flatten().collect();
    let is_publish = |task: &&Task<'_>| task.words.get(1).is_some_and(|word| word == "publish");
    let mut published = tasks.iter().filter(is_publish);
    let task = published.next().filter(|_| published.next().is_none())?;
    let words: Vec<&str> = task.words.iter().skip(2).map(String::as_str).collect();
    let words = Words::read(&words, &VALUE_OPTIONS)?;
    let operand = words.operands.first().copied().unwrap_or(".");
    let place = task.place(operand)?;
    let start = if operand.ends_with("proj") {
        place
    } else {
        let is_of_folder = |name: &str| {
            name.rsplit_once('/').is_some_and(|(folder, _)| folder == place.trim_end_matches('/'))
        };
        let mut found =
            subject.brought.iter().filter(|file| file.place.ends_with("proj") && is_of_folder(&file.place));
        let first = found.next().map(|file| file.place.clone());
        first.filter(|first| found.all(|other| other.place == *first))?
    };
    let (mut pending, mut seen, mut texts) = (vec![start], Vec::new(), Vec::new());
    while let Some(place) = pending.pop() {
        if seen.contains(&place) {
            continue;
        }
        let text = subject.read(&place)?;
        let folder = path::parent(&place).to_owned();
        pending.extend(dotnet_references(&text)?.iter().map(|reference| path::absolute(&folder, reference)));
        seen.push(place);
        texts.push(text);
    }
    let is_setting = |name: &str| name.ends_with(".props") || name.ends_with(".targets");
    for file in subject.brought.iter().filter(|file| is_setting(&file.name)) {
        texts.push(subject.cx.context.read(&file.path)?);
    }
    Some(texts)
}

/// Whether the file says on which port the program listens: the images that build and run do not agree in it.
fn says_where_it_listens(subject: &Subject<'_>) -> bool {
    let names = ["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS"];
    let is_set =
        names.iter().any(|name| subject.cx.document.model().is_set(name, subject.stage.items.end - 1));
    let is_run = |kind: Kind| kind.starts_container();
    let runs = subject.items().filter(|(_, item)| is_run(item.kind));
    is_set || runs.into_iter().any(|(_, item)| item.instruction.line().text().contains("--urls"))
}
