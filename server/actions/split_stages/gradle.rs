//! What Gradle builds: the jar of a project, or of one of several, or a folder with all that starts it.
//! Source: Gradle, "The Java Plugin", "The Distribution Plugin", "The Application Plugin", "Multi-Project Builds" and
//! "Configuring the Build Environment"; Spring Boot's and Shadow's plugins.

use super::Artefact;
use super::subject::{Subject, Task};
use super::words::Words;
use crate::path;

/// Options of Gradle that take the next word as their value.
const VALUE_OPTIONS: [&str; 9] = ["I", "b", "c", "console", "g", "max-workers", "p", "project-dir", "x"];

/// What a build file says where the name of the jar or of the folder is not the usual one.
const NAMINGS: [&str; 12] = [
    "applicationName",
    "archiveBaseName",
    "archiveClassifier",
    "archiveFileName",
    "archiveVersion",
    "archivesBaseName",
    "archivesName",
    "baseName",
    "buildDir",
    "buildDirectory",
    "distributionBaseName",
    "libsDir",
];

/// A build: the texts of its files.
struct Build {
    /// The folder of the root, absolute.
    folder: String,
    settings: Option<String>,
    properties: String,
    root: Option<String>,
}

/// One of the projects of a build.
struct Project {
    /// Its path, `:app`; empty for the root.
    path: String,
    text: String,
}

/// What a command of Gradle builds; `None` where that is not known.
pub(super) fn builds(subject: &Subject<'_>, task: &Task<'_>, words: &[&str]) -> Option<Vec<Artefact>> {
    let words = Words::read(words, &VALUE_OPTIONS)?;
    let moves = ["b", "c", "p", "project-dir", "I", "build-file"];
    (!words.has(&moves) && !words.has_like(&["Pversion"])).then_some(())?;
    let is_quiet =
        |goal: &str| matches!(goal, "clean" | "classes" | "dependencies" | "test" | "wrapper" | "tasks");
    let is_packing =
        |goal: &str| matches!(goal, "assemble" | "bootJar" | "build" | "installDist" | "shadowJar");
    // A task may stand behind the path of its project.
    let goals: Vec<(&str, &str)> =
        words.operands.iter().map(|goal| goal.rsplit_once(':').unwrap_or(("*", goal))).collect();
    goals.iter().all(|(_, goal)| is_quiet(goal) || is_packing(goal)).then_some(())?;
    if !goals.iter().any(|(_, goal)| is_packing(goal)) {
        return Some(Vec::new());
    }
    let build = Build::read(subject, task.folder.trim_end_matches('/'))?;
    let projects = build.projects(subject)?;
    let mut built = Vec::new();
    for (path, goal) in goals.iter().filter(|(_, goal)| is_packing(goal)) {
        let path = if path.is_empty() || path.starts_with([':', '*']) {
            (*path).to_owned()
        } else {
            format!(":{path}")
        };
        let chosen = projects.iter().filter(|project| path == "*" || project.path == path);
        built.extend(chosen.filter_map(|project| build.artefact(project, goal)));
    }
    (!built.is_empty()).then_some(built)
}

impl Build {
    fn read(subject: &Subject<'_>, folder: &str) -> Option<Build> {
        let read = |name: &str| subject.read(&format!("{folder}/{name}"));
        let root = read("build.gradle").or_else(|| read("build.gradle.kts"));
        let settings = read("settings.gradle").or_else(|| read("settings.gradle.kts"));
        let properties = read("gradle.properties").unwrap_or_default();
        // Plugins of its own may name things in another way.
        let is_plain = subject.is_absent(&format!("{folder}/buildSrc"))
            && !settings
                .as_ref()
                .is_some_and(|text| text.contains("includeBuild") || text.contains("projectDir"));
        (is_plain && (root.is_some() || settings.is_some())).then_some(())?;
        Some(Build { folder: folder.to_owned(), settings, properties, root })
    }

    /// The root and the projects that the settings include; `None` where those cannot be read.
    fn projects(&self, subject: &Subject<'_>) -> Option<Vec<Project>> {
        let mut projects = Vec::new();
        projects.extend(self.root.iter().map(|text| Project { path: String::new(), text: text.clone() }));
        let lines = self.settings.iter().flat_map(|text| text.lines()).map(str::trim);
        for line in lines.filter(|line| line.starts_with("include")) {
            let list = line.strip_prefix("include")?.trim().trim_start_matches('(').trim_end_matches(')');
            for name in list.split(',').map(str::trim) {
                let name = name.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
                let path = format!(":{}", name.trim_start_matches(':'));
                let folder = format!("{}{}", self.folder, path.replace(':', "/"));
                let read = |name: &str| subject.read(&format!("{folder}/{name}"));
                let Some(text) = read("build.gradle").or_else(|| read("build.gradle.kts")) else { continue };
                projects.push(Project { path, text });
            }
        }
        Some(projects)
    }

    /// What a task makes of a project, if that is all that it needs.
    fn artefact(&self, project: &Project, goal: &str) -> Option<Artefact> {
        let texts = [Some(&project.text), self.root.as_ref()];
        let has =
            |words: &[&str]| texts.iter().flatten().any(|text| words.iter().any(|word| text.contains(word)));
        (!has(&NAMINGS)).then_some(())?;
        let name = self.name(project)?;
        let folder = format!("{}{}/build", self.folder, project.path.replace(':', "/"));
        let applies = |plugin: &str| {
            let quoted = [format!("'{plugin}'"), format!("\"{plugin}\"")];
            let mut lines = project.text.lines().filter(|line| quoted.iter().any(|name| line.contains(name)));
            lines.any(|line| !line.contains("apply false") && !line.trim_start().starts_with("//"))
        };
        if goal == "installDist" {
            let is_application = applies("application")
                || project.text.lines().any(|line| matches!(line.trim(), "application" | "`application`"));
            return is_application.then(|| Artefact::at(format!("{folder}/install/{name}")));
        }
        let version = self.version(project)?;
        let is_boot = applies("org.springframework.boot");
        let is_shadow = ["com.github.johnrengelman.shadow", "com.gradleup.shadow"].into_iter().any(applies);
        let end = match goal {
            "bootJar" if is_boot => "",
            "shadowJar" if is_shadow => "-all",
            "assemble" | "build" if is_boot => "",
            "assemble" | "build" if is_shadow => "-all",
            _ => return None,
        };
        Some(Artefact::at(format!("{folder}/libs/{name}{version}{end}.jar")))
    }

    fn name(&self, project: &Project) -> Option<String> {
        let settings = self.settings.as_deref();
        let name = match project.path.rsplit_once(':') {
            Some((_, name)) => (!settings?.contains(").name")).then(|| name.to_owned())?,
            None => match settings
                .and_then(|text| text.lines().find_map(|line| assigned(line, "rootProject.name")))
            {
                Some(name) => name,
                None if settings.is_none_or(|text| !text.contains("rootProject")) => {
                    path::name(&self.folder).to_owned()
                }
                None => return None,
            },
        };
        (!name.is_empty() && !name.contains('$')).then_some(name)
    }

    /// The version with a dash before it; empty where there is none.
    fn version(&self, project: &Project) -> Option<String> {
        // What the root says for all stands further in than what it says for itself.
        let is_root = project.path.is_empty();
        let root = self.root.as_deref().unwrap_or_default();
        let is_version = |line: &&str| line.trim_start().starts_with("version");
        let is_for_all = |line: &&str| line.starts_with([' ', '\t']);
        let own = project.text.lines().filter(is_version);
        let shared = root.lines().filter(|line| !is_root && is_version(line) && is_for_all(line));
        let versions: Vec<Option<String>> =
            own.chain(shared).map(|line| assigned(line.trim_start(), "version")).collect();
        let of_properties = || self.properties.lines().find_map(|line| assigned_bare(line, "version"));
        let version = match versions.as_slice() {
            [] => of_properties().unwrap_or_default(),
            [version] => version.clone()?,
            _ => return None,
        };
        (!version.contains(['$', '(', ' '])).then_some(())?;
        Some(if version.is_empty() { version } else { format!("-{version}") })
    }
}

/// What a line of a script assigns to a name, if that is a text.
fn assigned(line: &str, key: &str) -> Option<String> {
    let rest = line.strip_prefix(key)?.trim_start();
    let value = rest.strip_prefix('=').unwrap_or(rest).trim();
    let value = value.split("//").next()?.trim();
    let is_text = value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']);
    is_text.then(|| value.trim_matches(['"', '\'']).to_owned())
}

/// What a line of properties assigns to a name.
fn assigned_bare(line: &str, key: &str) -> Option<String> {
    let rest = line.strip_prefix(key)?.trim_start();
    Some(rest.strip_prefix('=')?.trim().to_owned())
}
