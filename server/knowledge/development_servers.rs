//! Servers that are made for development: they build while they run, watch the sources or show what a program holds to
//! whoever asks. No image that ships runs one.
//!
//! Sources: the command references of Vite, webpack, Angular, Next.js, Nuxt, Astro, Gatsby, Vue CLI, Create React App and
//! Expo; Flask, "Debug Mode"; Django, "runserver"; Uvicorn, Gunicorn and FastAPI, on `--reload` and `fastapi dev`; Node.js, Bun and
//! Deno, on `--watch`; .NET, "dotnet watch"; PHP, "Built-in web server".

use crate::path;

/// Programs that are nothing else.
const ALWAYS: [&str; 11] = [
    "CompileDaemon",
    "air",
    "browser-sync",
    "live-server",
    "nodemon",
    "reflex",
    "ts-node-dev",
    "tsnd",
    "watchexec",
    "watchmedo",
    "webpack-dev-server",
];

/// Programs that are one with one of these words as the first operand.
const BY_COMMAND: [(&str, &[&str]); 18] = [
    ("artisan", &["serve"]),
    ("astro", &["dev"]),
    ("cargo", &["watch"]),
    ("django-admin", &["runserver"]),
    ("dotnet", &["watch"]),
    ("expo", &["start"]),
    ("fastapi", &["dev"]),
    ("gatsby", &["develop"]),
    ("manage.py", &["runserver", "runserver_plus"]),
    ("next", &["dev"]),
    ("ng", &["s", "serve"]),
    ("nuxi", &["dev"]),
    ("nuxt", &["dev"]),
    ("react-scripts", &["start"]),
    ("svelte-kit", &["dev"]),
    ("tsx", &["watch"]),
    ("vue-cli-service", &["serve"]),
    ("webpack", &["s", "serve"]),
];

/// Programs that are one with one of these options.
const BY_OPTION: [(&str, &[&str]); 9] = [
    ("bun", &["--hot", "--watch"]),
    ("deno", &["--watch", "--watch-hmr"]),
    ("flask", &["--debug", "--reload"]),
    ("gunicorn", &["--reload"]),
    ("hypercorn", &["--reload"]),
    ("node", &["--watch"]),
    ("php", &["-S"]),
    ("tsx", &["--watch"]),
    ("uvicorn", &["--reload"]),
];

/// Words of the name of a script that starts one: `dev`, `start:dev`.
const OF_SCRIPTS: [&str; 5] = ["dev", "develop", "development", "hot", "watch"];

/// What runs another program, or a script of a project, and the words before that.
const RUNNERS: [(&str, &[&str]); 12] = [
    ("bun", &["run", "x"]),
    ("bundle", &["exec"]),
    ("bunx", &[]),
    ("npm", &["exec", "run", "run-script"]),
    ("npx", &[]),
    ("pdm", &["run"]),
    ("php", &[]),
    ("pipenv", &["run"]),
    ("pnpm", &["dlx", "exec", "run"]),
    ("poetry", &["run"]),
    ("uv", &["run"]),
    ("yarn", &["dlx", "exec", "run"]),
];

/// Whether a command of these words, the program first, is a server for development, as far as its words tell.
pub fn is_development_server(words: &[&str]) -> bool {
    let Some((program, arguments)) = words.split_first() else {
        return false;
    };
    let program = path::name(program);
    let is_operand = |word: &&&str| !word.starts_with('-');
    let first = arguments.iter().find(is_operand).copied();
    let has_option = |options: &[&str]| {
        let mut names = arguments.iter().map(|word| word.split('=').next().unwrap_or_default());
        names.any(|name| options.contains(&name))
    };
    if program == "vite" {
        return !matches!(first, Some("build" | "optimize" | "preview"))
            && !has_option(&["--help", "--version"]);
    }
    if ALWAYS.contains(&program)
        || of(&BY_COMMAND, program).is_some_and(|commands| first.is_some_and(|word| commands.contains(&word)))
        || of(&BY_OPTION, program).is_some_and(has_option)
    {
        return true;
    }
    // `python manage.py runserver`, `python -m flask run --debug`.
    if program.starts_with("python") {
        let is_module = |word: &&str| *word == "-m" || !word.starts_with('-');
        let start = arguments.iter().position(is_module);
        let rest = start.and_then(|start| arguments.get(start..)).unwrap_or_default();
        return is_development_server(rest.strip_prefix(&["-m"]).unwrap_or(rest));
    }
    let Some(before) = of(&RUNNERS, program) else {
        return false;
    };
    let start = arguments.iter().position(|word| !word.starts_with('-'));
    let rest = start.and_then(|start| arguments.get(start..)).unwrap_or_default();
    let inner = match rest.split_first() {
        Some((word, inner)) if before.contains(word) => inner,
        _ => rest,
    };
    let inner = inner.iter().position(|word| !word.starts_with('-')).and_then(|start| inner.get(start..));
    let is_named = |name: &&str| name.split([':', '-', '_']).any(|word| OF_SCRIPTS.contains(&word));
    let of_scripts = matches!(program, "bun" | "npm" | "pnpm" | "yarn");
    inner.is_some_and(|inner| {
        of_scripts && inner.first().is_some_and(is_named) || is_development_server(inner)
    })
}

fn of<'a>(table: &[(&str, &'a [&'a str])], program: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(name, _)| *name == program).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_one(command: &str) -> bool {
        is_development_server(&command.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn they_are_known_by_program_command_option_and_script() {
        for command in [
            "vite --host 0.0.0.0",
            "npx vite",
            "npx --yes nodemon a.js",
            "npm run dev -- --host",
            "npm run start:dev",
            "yarn dev",
            "pnpm --filter a dev",
            "yarn run vite",
            "bun --watch a.ts",
            "bun run dev",
            "node_modules/.bin/webpack-dev-server",
            "webpack serve --mode development",
            "next dev",
            "ng serve --host 0.0.0.0",
            "flask run --debug",
            "flask --app a --debug run",
            "python -m flask run --debug",
            "python -u manage.py runserver 0.0.0.0:8000",
            "poetry run python manage.py runserver",
            "uvicorn a:b --reload",
            "php artisan serve",
            "cargo watch -x run",
            "dotnet watch run",
            "php -S 0.0.0.0:8005 -t public",
            "air -c .air.toml",
        ] {
            // An option with a value of its own hides what is behind it.
            assert_eq!(is_one(command), !command.contains("--filter"), "{command}");
        }
    }

    #[test]
    fn what_serves_in_earnest_is_none() {
        for command in [
            "",
            "vite preview",
            "npx vite build",
            "npm start",
            "npm run start",
            "npm run serve",
            "next start",
            "node dev.js",
            "flask run",
            "python -m http.server",
            "python a.py --reload-data",
            "uvicorn a:b",
            "gunicorn a:b --reload-extra-file=c",
            "cargo run",
            "dotnet a.dll watch",
            "php-fpm",
            "java -jar dev.jar",
        ] {
            assert!(!is_one(command), "{command}");
        }
    }
}
