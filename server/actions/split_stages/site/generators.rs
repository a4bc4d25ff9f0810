//! Where the tools that build a site put it: what their options and their own settings say, or else their default.
//! Source: the documentation of each: "Building for Production" (Vite, Astro), "Advanced Configuration" (Create React App),
//! "Configuration Reference" (Vue CLI), "Workspace configuration" (Angular), "Targets" (Parcel), "Static Exports" (Next.js),
//! "Static site generation" (SvelteKit), "Configuration" (Docusaurus, Eleventy).

use serde_json::Value;

use super::super::scripts::{Line, package};
use super::super::subject::Subject;
use super::super::words::Words;
use crate::path;

/// What the text of a settings file says of a setting.
#[derive(Debug, PartialEq, Eq)]
enum Setting {
    /// It is not mentioned.
    Absent,
    /// It is a text that is written out, wherever it is mentioned.
    Is(String),
    /// It is something else.
    Unknown,
}

/// Endings of settings files that are code.
const CODE: [&str; 6] = ["js", "mjs", "cjs", "ts", "mts", "cts"];

/// Words of the settings of Vite by which another tool takes over what is built and where.
const FRAMEWORKS: [&str; 15] = [
    "analog",
    "electron",
    "environments",
    "nitro",
    "qwik",
    "qwikCity",
    "reactRouter",
    "redwood",
    "remix",
    "root",
    "singleSpa",
    "solid-start",
    "ssr",
    "tanstackStart",
    "vike",
];

/// The absolute folder into which a command builds a site from the project in `folder`; `None` where it builds none, or
/// it is not known where.
pub(super) fn output(subject: &Subject<'_>, folder: &str, line: &Line<'_>) -> Option<String> {
    let (tool, rest) = line.words.split_first()?;
    let project = Project { subject, folder };
    let name = match (*tool, rest) {
        ("vite", ["build", rest @ ..]) => project.vite(rest),
        ("vite", rest) if rest.contains(&"build") => None,
        ("react-scripts", ["build", rest @ ..]) => project.create_react_app(line, rest),
        ("vue-cli-service", ["build", rest @ ..]) => project.vue_cli(rest),
        ("ng", ["build", rest @ ..]) => project.angular(rest),
        ("astro", ["build", rest @ ..]) => project.astro(rest),
        ("gatsby", ["build", rest @ ..]) => rest
            .iter()
            .all(|word| matches!(*word, "--prefix-paths" | "--no-color" | "--verbose"))
            .then(|| "public".to_owned()),
        ("next", ["build", rest @ ..]) => project.next(rest),
        ("next", ["export", rest @ ..]) => {
            let words = Words::read(rest, &["o", "outdir"])?;
            let is_here = words.operands.is_empty();
            is_here.then(|| words.value(&["o", "outdir"]).unwrap_or("out").to_owned())
        }
        ("docusaurus", ["build", rest @ ..]) => {
            let words = Words::read(rest, &["out-dir", "config", "locale"])?;
            let is_here = words.operands.is_empty();
            is_here.then(|| words.value(&["out-dir"]).unwrap_or("build").to_owned())
        }
        ("eleventy" | "@11ty/eleventy", rest) => project.eleventy(rest),
        ("parcel", ["build", rest @ ..]) => project.parcel(rest),
        _ => None,
    }?;
    let is_plain = !name.contains(['$', '%', '{']);
    let place = path::absolute(folder, &name);
    (is_plain && place != folder).then_some(place)
}

/// A project, and the absolute folder that it lies in.
struct Project<'a> {
    subject: &'a Subject<'a>,
    folder: &'a str,
}

impl Project<'_> {
    fn read(&self, name: &str) -> Option<String> {
        self.subject.read(&path::absolute(self.folder, name))
    }

    /// The text of the settings file of one of these names and an ending of code, empty where there is none; `None` where
    /// there are several, or it cannot be read.
    fn settings(&self, names: &[&str]) -> Option<String> {
        let names = names.iter().flat_map(|name| CODE.map(|ending| format!("{name}.{ending}")));
        let place = |name: String| path::absolute(self.folder, &name);
        let is_there = |place: &String| self.subject.brought.iter().any(|brought| brought.place == *place);
        let found: Vec<String> = names.map(place).filter(is_there).collect();
        match found.as_slice() {
            [] => Some(String::new()),
            [one] => self.subject.read(one),
            _ => None,
        }
    }

    fn vite(&self, words: &[&str]) -> Option<String> {
        let words =
            Words::read(words, &["outDir", "mode", "m", "base", "logLevel", "l", "assetsDir", "target"])?;
        let moves = ["c", "config", "ssr", "w", "watch", "app"];
        (words.operands.is_empty() && !words.has(&moves)).then_some(())?;
        let text = self.settings(&["vite.config"])?;
        if setting(&text, "sveltekit") != Setting::Absent {
            return self.svelte_kit();
        }
        (!FRAMEWORKS.iter().any(|word| setting(&text, word) != Setting::Absent)).then_some(())?;
        let written = setting(&text, "outDir");
        match words.value(&["outDir"]) {
            Some(place) => Some(place.to_owned()),
            None => written.or("dist"),
        }
    }

    /// A site as `adapter-static` of SvelteKit leaves it.
    fn svelte_kit(&self) -> Option<String> {
        let text = self.settings(&["svelte.config"])?;
        text.contains("@sveltejs/adapter-static").then_some(())?;
        setting(&text, "pages").or("build")
    }

    fn create_react_app(&self, line: &Line<'_>, words: &[&str]) -> Option<String> {
        words.iter().all(|word| matches!(*word, "--profile" | "--stats")).then_some(())?;
        let files = [".env", ".env.local", ".env.production", ".env.production.local"];
        let is_silent = |name: &&str| self.read(name).is_none_or(|text| !text.contains("BUILD_PATH"));
        files.iter().all(is_silent).then_some(())?;
        let assigned = line.assignments.iter().find_map(|word| word.strip_prefix("BUILD_PATH="));
        Some(assigned.unwrap_or("build").to_owned())
    }

    fn vue_cli(&self, words: &[&str]) -> Option<String> {
        let words = Words::read(words, &["dest", "mode"])?;
        let is_site = words.operands.is_empty() && !words.has(&["target", "t", "watch"]);
        is_site.then_some(())?;
        let is_in_package = package(self.subject, self.folder)?.get("vue").is_some();
        let written = setting(&self.settings(&["vue.config"])?, "outputDir");
        match words.value(&["dest"]) {
            Some(place) => Some(place.to_owned()),
            None if is_in_package => None,
            None => written.or("dist"),
        }
    }

    fn angular(&self, words: &[&str]) -> Option<String> {
        let words = Words::read(words, &["c", "configuration", "project"])?;
        let others = ["output-path", "outputPath", "output-mode", "watch", "localize", "server", "ssr"];
        (!words.has(&others)).then_some(())?;
        let workspace: Value = serde_json::from_str(&self.read("angular.json")?).ok()?;
        let projects = workspace.get("projects")?.as_object()?;
        let named = words.operands.first().copied().or_else(|| words.value(&["project"]));
        let project = match (named, projects.len()) {
            (Some(name), _) => projects.get(name)?,
            (None, 1) => projects.values().next()?,
            (None, _) => projects.get(workspace.get("defaultProject")?.as_str()?)?,
        };
        let build = project.get("architect").or_else(|| project.get("targets"))?.get("build")?;
        let options = build.get("options")?;
        let configurations = build.get("configurations").and_then(Value::as_object);
        let mut all = configurations.into_iter().flat_map(serde_json::Map::values).chain([options]);
        let is_client = |options: &Value| {
            let says = |name: &str| options.get(name).is_some_and(|value| *value != Value::Bool(false));
            !["ssr", "server", "localize", "outputMode"].into_iter().any(says)
        };
        let places: Vec<&Value> = all.clone().filter_map(|options| options.get("outputPath")).collect();
        all.all(is_client).then_some(())?;
        let [place] = places.as_slice() else { return None };
        match (build.get("builder")?.as_str()?, place) {
            (
                "@angular-devkit/build-angular:application" | "@angular/build:application",
                Value::String(place),
            ) => Some(format!("{place}/browser")),
            ("@angular-devkit/build-angular:application" | "@angular/build:application", place) => {
                let part = |name: &str| place.get(name).and_then(Value::as_str);
                Some(format!("{}/{}", part("base")?, part("browser").unwrap_or("browser")))
            }
            (
                "@angular-devkit/build-angular:browser" | "@angular-devkit/build-angular:browser-esbuild",
                Value::String(place),
            ) => Some(place.clone()),
            _ => None,
        }
    }

    fn astro(&self, words: &[&str]) -> Option<String> {
        let words = Words::read(words, &["outDir", "site", "base", "mode"])?;
        let moves = ["root", "config", "watch"];
        (words.operands.is_empty() && !words.has(&moves)).then_some(())?;
        let text = self.settings(&["astro.config"])?;
        let is_server = ["adapter", "root"].iter().any(|word| setting(&text, word) != Setting::Absent);
        let is_static = matches!(setting(&text, "output").or("static").as_deref(), Some("static"));
        (!is_server && is_static).then_some(())?;
        match words.value(&["outDir"]) {
            Some(place) => Some(place.to_owned()),
            None => setting(&text, "outDir").or("dist"),
        }
    }

    fn next(&self, words: &[&str]) -> Option<String> {
        let is_plain = words.iter().all(|word| matches!(*word, "--no-lint" | "--turbopack" | "--turbo"));
        let text = self.settings(&["next.config"])?;
        let is_export = setting(&text, "output") == Setting::Is("export".to_owned());
        let is_here = setting(&text, "distDir") == Setting::Absent;
        (is_plain && is_export && is_here).then(|| "out".to_owned())
    }

    fn eleventy(&self, words: &[&str]) -> Option<String> {
        let words = Words::read(words, &[])?;
        (words.operands.is_empty() && !words.has(&["config", "serve", "watch", "to"])).then_some(())?;
        let text = self.settings(&[".eleventy", "eleventy.config"])?;
        (!text.contains("setOutputDirectory")).then_some(())?;
        match words.value(&["output"]) {
            Some("") => None,
            Some(place) => Some(place.to_owned()),
            None => setting(&text, "output").or("_site"),
        }
    }

    fn parcel(&self, words: &[&str]) -> Option<String> {
        let options = ["dist-dir", "d", "out-dir", "public-url", "cache-dir", "log-level"];
        let words = Words::read(words, &options)?;
        let package = package(self.subject, self.folder)?;
        let says = |name: &str| package.get(name).is_some();
        let is_plain = !says("targets") && !words.has(&["target", "watch"]) && words.operands.len() <= 1;
        let is_page = match words.operands.first() {
            Some(entry) => entry.ends_with(".html"),
            None => package.get("source")?.as_str()?.ends_with(".html"),
        };
        (is_plain && is_page).then(|| words.value(&["dist-dir", "d", "out-dir"]).unwrap_or("dist").to_owned())
    }
}

impl Setting {
    /// The text that it is, or the default where it is not mentioned.
    fn or(self, default: &str) -> Option<String> {
        match self {
            Setting::Absent => Some(default.to_owned()),
            Setting::Is(text) => Some(text),
            Setting::Unknown => None,
        }
    }
}

/// What a settings file that is code says of a setting, wherever in it. Lines that are comments say nothing.
fn setting(text: &str, name: &str) -> Setting {
    let is_code = |line: &&str| !["//", "/*", "*"].iter().any(|start| line.trim_start().starts_with(start));
    let text: String = text.lines().filter(is_code).flat_map(|line| [line, "\n"]).collect();
    let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '$');
    let mut found = Setting::Absent;
    for (start, _) in text.match_indices(name) {
        let (before, after) =
            (text.get(..start).unwrap_or_default(), text.get(start + name.len()..).unwrap_or_default());
        if before.ends_with(is_part) || after.starts_with(is_part) {
            continue;
        }
        let value = value(after);
        found = match (found, value) {
            (Setting::Absent, Some(value)) => Setting::Is(value),
            (Setting::Is(old), Some(value)) if old == value => Setting::Is(value),
            _ => return Setting::Unknown,
        };
    }
    found
}

/// The text that stands behind the name of a setting, if it is written out and nothing is done with it.
fn value(after: &str) -> Option<String> {
    let after = after.strip_prefix(['"', '\'']).unwrap_or(after).trim_start().strip_prefix(':')?.trim_start();
    let quote = after.chars().next().filter(|char| matches!(char, '"' | '\'' | '`'))?;
    let (value, rest) = after.get(1..)?.split_once(quote)?;
    let is_whole = rest.trim_start().starts_with([',', '}']) || rest.trim_start().is_empty();
    (is_whole && !value.contains(['$', '\\', '\n'])).then(|| value.to_owned())
}
