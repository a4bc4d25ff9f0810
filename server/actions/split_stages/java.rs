//! Java: a jar that holds all that it needs, run by a JRE of the same version.
//! Source: the images eclipse-temurin, maven and gradle and their tags.

use super::deeds::Deeds;
use super::subject::{Subject, Task};
use super::{Artefact, Language, Runtime, gradle, maven};
use crate::knowledge::images::runtime;
use crate::knowledge::project_files::JAVA as FILES;
use crate::path;

pub(super) static JAVA: Language = Language {
    images: &["eclipse-temurin", "gradle", "maven", "openjdk"],
    files: &FILES,
    runs_source: false,
    builds,
    runtime: run_on,
    // Classes and their path are not looked for.
    runs: |_, words| {
        let is_class_path =
            |word: &String| matches!(word.as_str(), "-cp" | "-classpath" | "--class-path" | "-m");
        words.first().is_some_and(|name| name == "java") && !words.iter().any(is_class_path)
    },
};

fn builds(subject: &Subject<'_>, task: &Task<'_>, before: &[Artefact]) -> Option<Vec<Artefact>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["mvn" | "mvnw", rest @ ..] => maven::builds(subject, task, rest),
        ["gradle" | "gradlew", rest @ ..] => gradle::builds(subject, task, rest),
        ["cp" | "mv", rest @ ..] => {
            // `target/*.jar`: with several the command would have failed.
            let [from, to] = rest else { return None };
            let folder = task.place(from.strip_suffix("/*.jar")?)?;
            let mut jars = before.iter().filter(|jar| path::is_within(&jar.from, &folder));
            (jars.next().is_some() && jars.next().is_none() && to.ends_with(".jar")).then_some(())?;
            Some(vec![Artefact::at(task.place(to)?)])
        }
        ["chmod", "+x" | "755" | "a+x" | "u+x", script]
            if matches!(script.trim_start_matches("./"), "mvnw" | "gradlew") =>
        {
            Some(Vec::new())
        }
        ["dos2unix", script] if script.ends_with("mvnw") || script.ends_with("gradlew") => Some(Vec::new()),
        _ => None,
    }
}

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    deeds.headers.is_empty().then_some(())?;
    let tag = jre(subject.base.repository, subject.tag()?)?;
    runtime::exists("eclipse-temurin", &tag).then_some(())?;
    Some(Runtime::new(format!("eclipse-temurin:{tag}"), &[]))
}

/// The tag of the JRE of the same version and kind of distribution as the JDK in an image.
fn jre(repository: &str, tag: &str) -> Option<String> {
    let parts: Vec<&str> = tag.split('-').collect();
    let is_number = |text: &str| text.starts_with(|char: char| char.is_ascii_digit());
    let (version, rest): (&str, &[&str]) = match (repository, parts.as_slice()) {
        ("eclipse-temurin", [version, "jdk", rest @ ..]) => (version, rest),
        ("eclipse-temurin" | "openjdk", [version]) => (version, &[]),
        ("openjdk", [version, "jdk", "slim" | "buster" | "bullseye"] | [version, "slim" | "jdk"]) => {
            (version, &[])
        }
        ("openjdk", [version, "alpine"] | [version, "jdk", "alpine"]) => (version, &["alpine"]),
        ("maven", [_, "eclipse", "temurin", version, rest @ ..]) => (version, rest),
        ("maven", [_, "openjdk" | "jdk", version]) => (version, &[]),
        ("maven", [_, "openjdk" | "jdk", version, "slim"]) => (version, &[]),
        ("gradle", [_, jdk]) => (jdk.strip_prefix("jdk")?, &[]),
        ("gradle", [_, jdk, rest @ ..]) => (jdk.strip_prefix("jdk")?, rest),
        ("gradle", [jdk]) => (jdk.strip_prefix("jdk")?, &[]),
        _ => return None,
    };
    let is_plain = is_number(version) && matches!(rest, [] | ["alpine" | "jammy" | "noble" | "focal"]);
    let end: String = rest.iter().map(|part| format!("-{part}")).collect();
    is_plain.then(|| format!("{version}-jre{end}"))
}
