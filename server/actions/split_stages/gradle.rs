//! What Gradle builds.
//! Source: Gradle, "The Java Plugin", "Configuring the Build Environment"; Spring Boot's and Shadow's plugins.

use super::Artefact;
use super::subject::{Subject, Task};
use super::words::Words;

/// Options of Gradle that take the next word as their value.
const VALUE_OPTIONS: [&str; 9] = ["I", "b", "c", "console", "g", "max-workers", "p", "project-dir", "x"];

/// What a build file says where the name of the jar is not the usual one.
const NAMINGS: [&str; 10] = [
    "archiveBaseName",
    "archiveClassifier",
    "archiveFileName",
    "archiveVersion",
    "archivesBaseName",
    "archivesName",
    "baseName",
    "buildDir",
    "buildDirectory",
    "libsDir",
];

/// What a command of Gradle builds; `None` where that is not known.
pub(super) fn builds(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Artefact>> {
    let words = Words::read(words, &VALUE_OPTIONS)?;
    let moves = ["b", "c", "p", "project-dir", "I", "build-file"];
    (!words.has(&moves) && !words.has_like(&["Pversion"])).then_some(())?;
    let is_quiet =
        |goal: &&str| matches!(*goal, "clean" | "classes" | "dependencies" | "test" | "wrapper" | "tasks");
    let is_packing = |goal: &&str| matches!(*goal, "assemble" | "bootJar" | "build" | "shadowJar");
    words.operands.iter().all(|goal| is_quiet(goal) || is_packing(goal)).then_some(())?;
    if !words.operands.iter().any(is_packing) {
        return Some(Vec::new());
    }
    let folder = task.folder.trim_end_matches('/');
    let read = |name: &str| subject.read(&format!("{folder}/{name}"));
    let build = read("build.gradle").or_else(|| read("build.gradle.kts"))?;
    let settings = read("settings.gradle").or_else(|| read("settings.gradle.kts"));
    let properties = read("gradle.properties").unwrap_or_default();
    let name = jar(folder, &build, settings.as_deref(), &properties)?;
    Some(vec![Artefact::at(format!("{folder}/build/libs/{name}"))])
}

/// The name of the jar, if that holds all that it needs.
fn jar(folder: &str, build: &str, settings: Option<&str>, properties: &str) -> Option<String> {
    let is_plain = !NAMINGS.iter().any(|word| build.contains(word))
        && !settings.is_some_and(|text| text.lines().any(|line| line.trim_start().starts_with("include")));
    is_plain.then_some(())?;
    let assigned = |text: &str, key: &str| -> Option<String> {
        text.lines().find_map(|line| {
            let rest = line.strip_prefix(key)?.trim_start();
            let value = rest.strip_prefix('=').unwrap_or(rest).trim();
            let value = value.split("//").next()?.trim();
            rest.starts_with(['=', '\'', '"']).then(|| value.trim_matches(['"', '\'']).to_owned())
        })
    };
    let name = match settings.and_then(|text| assigned(text, "rootProject.name")) {
        Some(name) => name,
        None if settings.is_none_or(|text| !text.contains("rootProject")) => {
            folder.rsplit('/').next().filter(|name| !name.is_empty())?.to_owned()
        }
        None => return None,
    };
    let version = assigned(build, "version").or_else(|| assigned(properties, "version"));
    let is_unread = version.is_none() && build.lines().any(|line| line.trim_start().starts_with("version"));
    (!is_unread && !name.contains('$')).then_some(())?;
    let version =
        version.filter(|version| !version.is_empty()).map_or_else(String::new, |text| format!("-{text}"));
    (!version.contains(['$', '(', ' '])).then_some(())?;
    let end = if build.contains("org.springframework.boot") {
        ""
    } else if build.contains("com.github.johnrengelman.shadow") || build.contains("com.gradleup.shadow") {
        "-all"
    } else {
        return None;
    };
    Some(format!("{name}{version}{end}.jar"))
}
