//! What Maven builds: the jars of a project, or of the modules of one.
//! Source: Maven, "POM Reference", "Guide to Working with Multiple Modules" and "Introduction to the Build Lifecycle"; the
//! plugins named here.

use super::Artefact;
use super::poms::{Pom, poms};
use super::subject::{Subject, Task};
use super::words::Words;
use crate::path;

/// Options of Maven that take the next word as their value.
const VALUE_OPTIONS: [&str; 10] = ["D", "P", "T", "f", "file", "l", "pl", "projects", "s", "threads"];

/// What a pom says where the jar is put elsewhere, or is another one.
const OTHERWISE: [&str; 5] =
    ["<classifier>", "shadedArtifactAttached", "<outputDirectory>", "<directory>target", "<outputFile>"];

/// So many modules are looked at.
const MOST_MODULES: usize = 64;

/// What a command of Maven builds; `None` where that is not known.
pub(super) fn builds(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Artefact>> {
    let words = Words::read(words, &VALUE_OPTIONS)?;
    let moves = ["s", "settings", "amd", "also-make-dependents", "rf", "resume-from", "N", "non-recursive"];
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
    let folder = match words.value(&["f", "file"]) {
        None => task.folder.clone(),
        Some(file) => {
            let place = task.place(file)?;
            if place.ends_with(".xml") { place.strip_suffix("/pom.xml")?.to_owned() } else { place }
        }
    };
    let all = modules(subject, &folder)?;
    let chosen = match words.value(&["pl", "projects"]) {
        None => all,
        Some(names) => {
            let find = |name: &str| {
                (!name.starts_with(['!', '-', '+', '?'])).then_some(())?;
                let place = path::absolute(&folder, name);
                let is_it = |module: &&(String, Pom)| match name.rsplit_once(':') {
                    Some((_, artifact)) => module.1.text_at("project/artifactId") == Some(artifact),
                    None => module.0 == place,
                };
                all.iter().find(is_it).cloned()
            };
            names.split(',').map(find).collect::<Option<Vec<_>>>()?
        }
    };
    let place = |(folder, _): &(String, Pom)| {
        let name = jar(&poms(subject, folder)?)?;
        Some(Artefact::at(format!("{}/target/{name}", folder.trim_end_matches('/'))))
    };
    let built: Vec<Artefact> = chosen.iter().filter_map(place).collect();
    (!built.is_empty()).then_some(built)
}

/// The folders of a project and of its modules, with their poms.
fn modules(subject: &Subject<'_>, folder: &str) -> Option<Vec<(String, Pom)>> {
    let mut found: Vec<(String, Pom)> = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        let pom = Pom::read(subject, &folder)?;
        for module in pom.texts_at("project/modules/module") {
            (!module.ends_with(".xml") && !module.contains('$')).then_some(())?;
            pending.push(path::absolute(&folder, module));
        }
        found.push((folder, pom));
        (found.len() <= MOST_MODULES).then_some(())?;
    }
    Some(found)
}

/// The name of the jar, if that holds all that it needs. `poms` are that of the project and those above it.
fn jar(poms: &[Pom]) -> Option<String> {
    let own = poms.first()?;
    let inherited = |path: &str| poms.iter().find_map(|pom| pom.text_at(path));
    let artifact = own.text_at("project/artifactId")?;
    let version = own.text_at("project/version").or_else(|| own.text_at("project/parent/version"))?;
    let packaging = own.text_at("project/packaging").unwrap_or("jar");
    let has_word = |words: &[&str]| poms.iter().any(|pom| words.iter().any(|word| pom.text.contains(word)));
    let is_named_once = |pom: &Pom| {
        pom.text.matches("<finalName>").count() <= pom.texts_at("project/build/finalName").count()
    };
    let is_plain = matches!(packaging, "jar" | "war")
        && own.text_at("project/modules/module").is_none()
        && !has_word(&OTHERWISE)
        && poms.iter().all(is_named_once);
    is_plain.then_some(())?;
    let has = |plugin: &str| {
        let mut plugins = poms.iter().flat_map(|pom| pom.texts_at("project/build/plugins/plugin/artifactId"));
        plugins.any(|name| name == plugin)
    };
    // What is above the last one is not seen, but for this one, which brings no dependencies.
    let above = poms.last().and_then(|pom| pom.text_at("project/parent/artifactId"));
    let is_boot = has("spring-boot-maven-plugin")
        && (has_word(&["repackage"]) || above == Some("spring-boot-starter-parent"))
        && !has_word(&["<skip>"]);
    let is_shaded = has("maven-shade-plugin") && has_word(&["<goal>shade"]);
    let is_alone = inherited("project/dependencies/dependency/artifactId").is_none()
        && above.is_none_or(|name| name == "spring-boot-starter-parent");
    (is_boot || is_shaded || is_alone).then_some(())?;
    let value = |text: &str| {
        resolve(text, &|name| match name {
            "project.artifactId" | "artifactId" | "pom.artifactId" => Some(artifact.to_owned()),
            "project.version" | "version" | "pom.version" => Some(version.to_owned()),
            "project.parent.version" => own.text_at("project/parent/version").map(str::to_owned),
            "project.parent.artifactId" => own.text_at("project/parent/artifactId").map(str::to_owned),
            "project.name" => own.text_at("project/name").map(str::to_owned),
            _ => inherited(&format!("project/properties/{name}")).map(str::to_owned),
        })
    };
    let stem = match inherited("project/build/finalName") {
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
