//! What a package manager of Node.js is told to do, and what the scripts of a package.json say.
//! Source: the command lines of npm, Yarn (classic and 4), pnpm and Bun; npm, "scripts" (`pre` and `post`).

use crate::syntax::names::is_name;
use serde_json::Value;

use super::subject::Subject;

/// Scripts that run scripts are followed so far.
const MOST_DEPTH: usize = 5;

/// What a command of a package manager does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// The packages of the project are installed.
    Install,
    /// Packages are installed for the whole image: their names as written.
    Tools(Vec<&'a str>),
    /// A script of package.json is run, with these words at its end.
    Script(&'a str, &'a [&'a str]),
    /// A program of a package is run.
    Program(&'a [&'a str]),
    /// Nothing that lies in the project.
    Passing,
}

/// A command of a script: what is set for it, as `NAME=value`, and its words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) assignments: Vec<&'a str>,
    pub(super) words: Vec<&'a str>,
}

/// What the words of a command have a package manager do in a project of these scripts; `None` where that is nothing that is
/// known, or the command is none of a package manager.
pub(super) fn step<'a>(words: &'a [&'a str], package: &Value) -> Option<Step<'a>> {
    let has_script = |name: &str| package.get("scripts").is_some_and(|scripts| scripts.get(name).is_some());
    let (manager, rest) = words.split_first()?;
    match (*manager, rest) {
        ("npx" | "bunx", rest) => program(rest),
        ("npm", ["exec", rest @ ..]) | ("pnpm", ["exec" | "dlx", rest @ ..]) => program(rest),
        ("yarn", ["exec" | "dlx", rest @ ..]) | ("bun", ["x", rest @ ..]) => program(rest),
        ("corepack", ["enable" | "prepare" | "install" | "use", ..]) => Some(Step::Passing),
        ("npm" | "yarn" | "pnpm" | "bun", ["--version" | "-v" | "cache" | "config" | "audit", ..])
        | ("npm", ["set" | "version", ..])
        | ("pnpm", ["store", ..])
        | ("yarn", ["set", "version", ..]) => Some(Step::Passing),
        ("npm", ["ci" | "clean-install" | "install" | "i", rest @ ..])
        | ("pnpm", ["install" | "i", rest @ ..])
        | ("bun", ["install" | "i", rest @ ..]) => install(rest),
        ("pnpm" | "bun", ["add", rest @ ..]) if is_global(rest) => install(rest),
        ("yarn", ["global", "add", rest @ ..]) => Some(Step::Tools(operands(rest))),
        ("yarn", ["install", rest @ ..]) => install(rest).filter(|step| *step == Step::Install),
        ("yarn", rest) if rest.iter().all(|word| is_flag_of_install(word)) => Some(Step::Install),
        ("npm" | "yarn" | "pnpm" | "bun", ["run" | "run-script", rest @ ..]) => script(manager, rest),
        ("npm" | "yarn" | "pnpm", ["start" | "test", ..]) => script(manager, rest),
        ("yarn" | "pnpm", [name, arguments @ ..]) if !name.starts_with('-') => match has_script(name) {
            true => Some(Step::Script(name, arguments)),
            false => Some(Step::Program(rest)).filter(|_| !is_command(name)),
        },
        _ => None,
    }
}

/// What comes behind `npx`.
fn program<'a>(words: &'a [&'a str]) -> Option<Step<'a>> {
    let is_flag = |word: &&str| matches!(*word, "-y" | "--yes" | "--no" | "--no-install" | "--");
    let start = words.iter().position(|word| !is_flag(word))?;
    let rest = words.get(start..)?;
    (!rest.first()?.starts_with('-')).then_some(Step::Program(rest))
}

/// What comes behind `npm run`.
fn script<'a>(manager: &str, words: &'a [&'a str]) -> Option<Step<'a>> {
    let is_flag = |word: &&str| matches!(*word, "--silent" | "-s" | "--if-present" | "--quiet");
    let start = words.iter().position(|word| !is_flag(word))?;
    let (name, arguments) = words.get(start..)?.split_first()?;
    // npm keeps to itself what stands before `--`.
    let arguments = match arguments {
        ["--", arguments @ ..] if manager == "npm" => arguments,
        [] => arguments,
        _ if manager == "npm" => return None,
        _ => arguments,
    };
    (!name.starts_with('-')).then_some(Step::Script(name, arguments))
}

fn install<'a>(words: &'a [&'a str]) -> Option<Step<'a>> {
    if is_global(words) {
        return Some(Step::Tools(operands(words)));
    }
    words.iter().all(|word| is_flag_of_install(word)).then_some(Step::Install)
}

/// Whether a word changes how the packages of the project here are installed, and not which project that is.
fn is_flag_of_install(word: &str) -> bool {
    const MOVE: [&str; 10] = [
        "--prefix",
        "--cwd",
        "--dir",
        "--filter",
        "--workspace",
        "--workspaces",
        "--modules-folder",
        "--modules-dir",
        "--virtual-store-dir",
        "--global",
    ];
    // `--network-timeout 600000`, `--registry https://…`
    let is_value = word.contains("://") || word.bytes().all(|byte| byte.is_ascii_digit());
    is_value || word.starts_with("--") && !MOVE.contains(&word.split('=').next().unwrap_or_default())
}

fn is_global(words: &[&str]) -> bool {
    words.iter().any(|word| matches!(*word, "-g" | "--global"))
}

fn operands<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words.iter().copied().filter(|word| !word.starts_with('-')).collect()
}

/// Whether a word behind `yarn` or `pnpm` is a command of those, which no program of a package is called by.
fn is_command(name: &str) -> bool {
    const COMMANDS: [&str; 22] = [
        "add",
        "create",
        "deploy",
        "fetch",
        "global",
        "import",
        "info",
        "init",
        "link",
        "node",
        "pack",
        "patch",
        "plugin",
        "prune",
        "publish",
        "rebuild",
        "remove",
        "unlink",
        "up",
        "update",
        "workspace",
        "workspaces",
    ];
    COMMANDS.contains(&name)
}

/// The package.json of a folder; `None` where the copies bring none that can be read.
pub(super) fn package(subject: &Subject<'_>, folder: &str) -> Option<Value> {
    let text = subject.read(&format!("{}/package.json", folder.trim_end_matches('/')))?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// The texts that a script runs: itself, what is run before it and after it. `None` where there is no such script.
pub(super) fn texts<'a>(package: &'a Value, name: &str) -> Option<Vec<&'a str>> {
    let scripts = package.get("scripts")?;
    let text = |name: String| scripts.get(name).and_then(Value::as_str);
    let own = text(name.to_owned())?;
    let around = [text(format!("pre{name}")), Some(own), text(format!("post{name}"))];
    Some(around.into_iter().flatten().collect())
}

/// The commands that a script joins by `&&`; `None` where a shell does more with it than to take it apart at blanks.
pub(super) fn lines(text: &str) -> Option<Vec<Line<'_>>> {
    let is_plain = !text
        .contains(['|', ';', '<', '>', '`', '"', '\'', '(', ')', '*', '?', '\\', '#', '~', '\n'])
        && !text.replace("&&", "").contains('&');
    is_plain.then_some(())?;
    text.split("&&").map(line).collect()
}

fn line(text: &str) -> Option<Line<'_>> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let mut assignments = Vec::new();
    while let Some(first) = words.first() {
        let is_assignment = first.split_once('=').is_some_and(|(name, _)| is_name(name));
        match *first {
            "cross-env" | "cross-env-shell" | "exec" => {}
            first if is_assignment => assignments.push(first),
            _ => break,
        }
        words.remove(0);
    }
    (!words.is_empty()).then_some(Line { assignments, words })
}

/// Goes through the commands that a script comes to, in order, those of the scripts that it runs among them, as long as
/// `each` accepts them; `None` where it does not, or one cannot be read.
pub(super) fn follow(
    package: &Value,
    line: &Line<'_>,
    depth: usize,
    each: &mut dyn FnMut(&Line<'_>) -> Option<()>,
) -> Option<()> {
    match step(&line.words, package) {
        Some(Step::Passing) => Some(()),
        Some(Step::Script(name, arguments)) => {
            let own = package.get("scripts")?.get(name)?.as_str()?;
            for text in texts(package, name)? {
                let lines = self::lines(text)?;
                let last = lines.len().checked_sub(1)?;
                for (index, mut inner) in lines.into_iter().enumerate() {
                    if index == last && text == own {
                        inner.words.extend(arguments);
                    }
                    inner.assignments.extend(&line.assignments);
                    (depth < MOST_DEPTH).then_some(())?;
                    follow(package, &inner, depth + 1, each)?;
                }
            }
            Some(())
        }
        Some(Step::Program(words)) => {
            each(&Line { assignments: line.assignments.clone(), words: words.to_vec() })
        }
        Some(Step::Install | Step::Tools(_)) => None,
        None => each(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_manager_is_told_is_known() {
        let package = serde_json::json!({"scripts": {"build": "vite build", "serve": "serve -s dist"}});
        let is = |text: &str, expected: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(format!("{:?}", step(&words, &package)), expected, "{text}");
        };
        for install in
            ["npm ci", "npm i --omit=dev", "yarn", "yarn --frozen-lockfile", "pnpm i", "bun install"]
        {
            is(install, "Some(Install)");
        }
        for script in [
            "npm run build",
            "yarn build",
            "yarn run build",
            "pnpm build",
            "pnpm run -s build",
            "bun run build",
        ] {
            is(script, "Some(Script(\"build\", []))");
        }
        is("npm run build -- --mode a", "Some(Script(\"build\", [\"--mode\", \"a\"]))");
        is("yarn build --mode a", "Some(Script(\"build\", [\"--mode\", \"a\"]))");
        is("yarn serve", "Some(Script(\"serve\", []))");
        is("npx serve -s a", "Some(Program([\"serve\", \"-s\", \"a\"]))");
        is("npx --yes serve", "Some(Program([\"serve\"]))");
        is("pnpm vite build", "Some(Program([\"vite\", \"build\"]))");
        is("npm install -g serve", "Some(Tools([\"serve\"]))");
        is("yarn global add serve@14", "Some(Tools([\"serve@14\"]))");
        is("corepack enable", "Some(Passing)");
        for unknown in [
            "npm install left-pad",
            "npm ci --prefix a",
            "npm run build --mode",
            "yarn workspace a build",
            "npx -p a b",
            "pnpm --filter a build",
            "make",
        ] {
            is(unknown, "None");
        }
    }

    #[test]
    fn a_script_is_followed_to_its_commands() {
        let package = serde_json::json!({"scripts": {
            "build": "npm run types && CI=false vite build", "types": "tsc", "postbuild": "cross-env A=b c",
            "circle": "npm run circle", "quoted": "vite build --base \"/\"",
        }});
        let followed = |text: &str| {
            let mut seen = Vec::new();
            let line = super::line(text)?;
            follow(&package, &line, 0, &mut |line| {
                seen.push(format!("{}|{}", line.assignments.join(" "), line.words.join(" ")));
                Some(())
            })?;
            Some(seen)
        };
        let all = ["D=e|tsc", "CI=false D=e|vite build --mode a", "A=b D=e|c"].map(str::to_owned);
        assert_eq!(followed("D=e npm run build -- --mode a"), Some(all.to_vec()));
        assert_eq!(followed("npm run circle"), None);
        assert_eq!(followed("npm run quoted"), None);
        assert_eq!(followed("npm run missing"), None);
        assert_eq!(followed("npm ci"), None);
    }
}
