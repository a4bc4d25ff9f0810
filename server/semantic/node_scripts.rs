//! What the scripts of Node projects run: those that a command of npm, Yarn, pnpm or Bun starts, and those that these start.
//! Sources: npm Docs, "scripts"; the command references of Yarn, pnpm and Bun.

use crate::path;
use serde_json::Value;

/// What a command comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// The texts that are run, each with the folder of its project.
    pub texts: Vec<(String, String)>,
    /// Whether more is run than the scripts of an install.
    pub builds: bool,
}

/// Scripts that an install runs.
const OF_INSTALL: [&str; 6] =
    ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"];

/// Programs that run scripts of all projects, by settings of their own.
const RUNNERS: [&str; 9] =
    ["concurrently", "lage", "lerna", "npm-run-all", "nx", "run-p", "run-s", "rush", "turbo"];

/// What the words of a command, without the program, start in projects: paths of `package.json` with their texts.
pub fn started(words: &[&str], projects: &[(String, String)]) -> Started {
    let read = |(path, text): &(String, String)| {
        let scripts = serde_json::from_str::<Value>(text).ok()?.get("scripts")?.as_object()?.clone();
        Some((path.strip_suffix("package.json")?.trim_end_matches('/').to_owned(), scripts))
    };
    let projects: Vec<_> = projects.iter().filter_map(read).collect();
    let mut operands = words.iter().copied().filter(|word| !word.starts_with('-'));
    let mut found = Started::default();
    let mut names: Vec<String> = Vec::new();
    match operands.next() {
        None | Some("install" | "i" | "ci" | "add" | "clean-install" | "rebuild") => {
            if !words.contains(&"--ignore-scripts") {
                names.extend(OF_INSTALL.map(str::to_owned));
            }
        }
        Some("cache" | "config" | "set" | "prune" | "global" | "remove" | "uninstall") => {}
        Some("run" | "run-script" | "exec" | "dlx" | "x") => {
            found.builds = true;
            names.extend(operands.next().map(str::to_owned));
            found.texts.push((String::new(), words.join(" ")));
        }
        Some(name) => {
            found.builds = true;
            names.push(name.to_owned());
            found.texts.push((String::new(), words.join(" ")));
        }
    }
    let is_script = |name: &str| projects.iter().any(|(_, scripts)| scripts.contains_key(name));
    let all = || projects.iter().flat_map(|(_, scripts)| scripts.keys().cloned());
    let mut done = 0;
    while let Some(name) = names.get(done).cloned() {
        done += 1;
        let family = [format!("pre{name}"), name.clone(), format!("post{name}")];
        for (folder, scripts) in &projects {
            for text in family.iter().filter_map(|name| scripts.get(name)?.as_str()) {
                found.texts.push((folder.clone(), text.to_owned()));
                let is_name = |char: char| char.is_ascii_alphanumeric() || "_-:./".contains(char);
                let mut tokens = text.split(|char| !is_name(char));
                let starts: Vec<String> = match tokens.clone().any(|token| RUNNERS.contains(&token)) {
                    true => all().collect(),
                    false => tokens.by_ref().filter(|token| is_script(token)).map(str::to_owned).collect(),
                };
                for start in starts {
                    if !names.contains(&start) {
                        names.push(start);
                    }
                }
            }
        }
    }
    found
}

/// What a command of a script runs of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// Nothing, judging by its name.
    Nothing,
    /// A file, as a path of the context.
    File(String),
    /// Anything.
    Unknown,
}

/// What a command of a script, written in the project `folder` of the context, runs of it.
pub fn ran(command: &str, folder: &str) -> Ran {
    const INTERPRETERS: [&str; 14] = [
        "babel-node",
        "bash",
        "bun",
        "deno",
        "esno",
        "node",
        "perl",
        "php",
        "python",
        "python3",
        "ruby",
        "sh",
        "ts-node",
        "tsx",
    ];
    const BUILDERS: [&str; 8] = ["cargo", "cmake", "docker", "go", "just", "make", "rake", "task"];
    const WRAPPERS: [&str; 9] =
        ["cross-env", "cross-env-shell", "dotenv", "env", "exec", "npx", "run", "time", "x"];
    let is_skipped = |word: &&str| {
        word.contains('=') || word.starts_with('-') || WRAPPERS.contains(word) || word.is_empty()
    };
    let mut words = command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '(', ')']))
        .skip_while(is_skipped);
    let Some(program) = words.next() else {
        return Ran::Nothing;
    };
    let is_file = |word: &&str| {
        [".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".sh", ".py"].iter().any(|end| word.ends_with(end))
    };
    let is_package = program.starts_with("node_modules/") || program.starts_with("./node_modules/");
    if BUILDERS.contains(&program) || program.contains(['$', '/']) && !is_package && !program.starts_with('@')
    {
        return Ran::Unknown;
    }
    let file = match is_file(&program) {
        true => Some(program),
        false if INTERPRETERS.contains(&program) => words.find(is_file),
        false => return Ran::Nothing,
    };
    match file {
        Some(file) => Ran::File(path::in_context(&path::join(folder, file))),
        None => Ran::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &str, package: &str) -> Vec<String> {
        let words: Vec<&str> = words.split(' ').collect();
        let started = started(&words, &[("a/package.json".to_owned(), package.to_owned())]);
        started.texts.into_iter().filter(|(folder, _)| folder == "a").map(|(_, text)| text).collect()
    }

    #[test]
    fn a_script_starts_those_that_it_names() {
        let package =
            r#"{"scripts":{"prebuild":"p","build":"npm run c && d","c":"e","f":"g","prepare":"h"}}"#;
        assert_eq!(texts("run build", package), ["p", "npm run c && d", "e"]);
        assert_eq!(texts("ci", package), ["h"]);
        assert!(texts("ci --ignore-scripts", package).is_empty());
        assert_eq!(texts("run t", r#"{"scripts":{"t":"run-s b*","b1":"c"}}"#), ["run-s b*", "c"]);
        assert!(texts("run build", "{").is_empty());
    }

    #[test]
    fn a_file_that_is_run_is_named_or_not_known() {
        let file = |path: &str| Ran::File(path.to_owned());
        assert_eq!(ran("NODE_ENV=a cross-env B=c node --x ./s/b.js", "w"), file("w/s/b.js"));
        assert_eq!(ran("vite build", "w"), Ran::Nothing);
        assert_eq!(ran("run b.ts", ""), file("b.ts"));
        for command in ["./b.sh", "make", "node .", "$A"] {
            assert_eq!(ran(command, ""), Ran::Unknown, "{command}");
        }
    }
}
