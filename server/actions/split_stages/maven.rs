//! What Maven builds.
//! Source: Maven, "POM Reference" and "Introduction to the Build Lifecycle"; the plugins named here.

use super::Artefact;
use super::subject::{Subject, Task};
use super::words::Words;

/// Options of Maven that take the next word as their value.
const VALUE_OPTIONS: [&str; 9] = ["D", "P", "T", "f", "file", "l", "pl", "s", "threads"];

/// What a command of Maven builds; `None` where that is not known.
pub(super) fn builds(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Artefact>> {
    let words = Words::read(words, &VALUE_OPTIONS)?;
    let moves = ["f", "file", "pl", "projects", "am", "s", "settings"];
    let is_plain =
        !words.has(&moves) && !words.has_like(&["Djar.", "DfinalName", "DbuildDirectory", "Drevision"]);
    is_plain.then_some(())?;
    let is_quiet = |goal: &&str| {
        matches!(*goal, "clean" | "validate" | "compile" | "test" | "test-compile" | "spotless:apply")
            || goal.starts_with("dependency:")
            || goal.contains("maven-dependency-plugin")
    };
    let is_packing = |goal: &&str| matches!(*goal, "package" | "verify" | "install");
    words.operands.iter().all(|goal| is_quiet(goal) || is_packing(goal)).then_some(())?;
    if !words.operands.iter().any(is_packing) {
        return Some(Vec::new());
    }
    let pom = subject.read(&format!("{}/pom.xml", task.folder.trim_end_matches('/')))?;
    let name = jar(&elements(&pom), &pom)?;
    Some(vec![Artefact::at(format!("{}/target/{name}", task.folder.trim_end_matches('/')))])
}

/// The name of the jar, if that holds all that it needs.
fn jar(elements: &[(String, String)], pom: &str) -> Option<String> {
    let count = |path: &str| elements.iter().filter(|(found, _)| found == path).count();
    let one = |path: &str| elements.iter().find(|(found, _)| found == path).map(|(_, text)| text.as_str());
    let artifact = one("project/artifactId")?;
    let version = one("project/version").or_else(|| one("project/parent/version"))?;
    let packaging = one("project/packaging").unwrap_or("jar");
    let moves =
        ["<classifier>", "shadedArtifactAttached", "<outputDirectory>", "<directory>target", "<outputFile>"];
    let is_plain = matches!(packaging, "jar" | "war")
        && one("project/modules/module").is_none()
        && !moves.iter().any(|word| pom.contains(word))
        && pom.matches("<finalName>").count() <= count("project/build/finalName");
    is_plain.then_some(())?;
    let has = |plugin: &str| {
        elements
            .iter()
            .any(|(path, text)| path == "project/build/plugins/plugin/artifactId" && text == plugin)
    };
    let is_boot = has("spring-boot-maven-plugin")
        && (pom.contains("repackage")
            || one("project/parent/artifactId") == Some("spring-boot-starter-parent"))
        && !pom.contains("<skip>");
    let is_alone = one("project/dependencies/dependency/artifactId").is_none();
    (is_boot || has("maven-shade-plugin") || is_alone).then_some(())?;
    let value = |text: &str| {
        resolve(text, &|name| match name {
            "project.artifactId" | "artifactId" | "pom.artifactId" => Some(artifact.to_owned()),
            "project.version" | "version" | "pom.version" => Some(version.to_owned()),
            "project.name" => one("project/name").map(str::to_owned),
            _ => one(&format!("project/properties/{name}")).map(str::to_owned),
        })
    };
    let stem = match one("project/build/finalName") {
        Some(name) => value(name)?,
        None => format!("{}-{}", value(artifact)?, value(version)?),
    };
    Some(format!("{stem}.{packaging}"))
}

/// A text with the values of its `${…}`, which may hold others.
fn resolve(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    const MOST_ROUNDS: usize = 8;
    let mut text = text.to_owned();
    for _ in 0..MOST_ROUNDS {
        let Some((before, rest)) = text.split_once("${") else { return Some(text) };
        let (name, after) = rest.split_once('}')?;
        text = format!("{before}{}{after}", lookup(name)?);
    }
    None
}

/// The texts of a document with the names of the elements that they stand in, from the outside.
fn elements(xml: &str) -> Vec<(String, String)> {
    let (mut path, mut found): (Vec<&str>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let mut rest = xml;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = after.split_once('>') else { break };
        rest = after;
        if tag.starts_with(['?', '!']) || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            path.pop();
            continue;
        }
        path.push(tag.split_whitespace().next().unwrap_or_default());
        let text = after.split('<').next().unwrap_or_default().trim();
        if !text.is_empty() {
            found.push((path.join("/"), text.to_owned()));
        }
    }
    found
}
