//! Python: the packages are installed into a virtual environment, which is taken over whole.
//! Source: Python, "venv"; pip, "Requirements File Format"; the Dockerfiles of docker-library/python and of buildpack-deps.

mod environment;
mod managers;
mod options;
mod own_places;
mod pip;
mod places;
mod project;
mod versions;

use super::deeds::Deeds;
use super::subject::{Subject, Task};
use super::{Artefact, Language, Runtime};
use crate::knowledge::images::{self, Libc};
use crate::knowledge::project_files::PYTHON as FILES;
use crate::semantic::runners::runner;
use crate::syntax::Kind;
use environment::PLACE;
use managers::{Install, Place, Step, Tool};
use pip::pip;
use project::{Project, base};

pub(super) static PYTHON: Language =
    Language { images: &["python"], files: &FILES, runs_source: true, builds, runtime: run_on, runs };

/// Packages that are linked to libraries, or call programs, which the full image has and the slim one has not.
const NEED_MORE: [&str; 34] = [
    "cairocffi",
    "cairosvg",
    "cx-oracle",
    "dbus-python",
    "django-auth-ldap",
    "evdev",
    "flask-mysqldb",
    "gdal",
    "gitpython",
    "gssapi",
    "kerberos",
    "m2crypto",
    "mercurial",
    "mysqlclient",
    "psycopg",
    "psycopg2",
    "pyaudio",
    "pycairo",
    "pycurl",
    "pygobject",
    "pygraphviz",
    "pylibmc",
    "pymssql",
    "pyodbc",
    "pysqlcipher3",
    "python-ldap",
    "python-magic",
    "python-snappy",
    "pyzbar",
    "systemd-python",
    "uwsgi",
    "wand",
    "weasyprint",
    "xmlsec",
];

/// Headers, and the package that brings the library alone: `None` where the image has that for Python itself.
const LIBRARIES: [(&str, Option<&str>, Option<&str>); 17] = [
    ("default-libmysqlclient-dev", Some("libmariadb3"), None),
    ("libbz2-dev", None, None),
    ("libffi-dev", None, None),
    ("liblzma-dev", None, None),
    ("libmariadb-dev", Some("libmariadb3"), None),
    ("libncurses-dev", None, None),
    ("libpq-dev", Some("libpq5"), Some("libpq")),
    ("libreadline-dev", None, None),
    ("libsqlite3-dev", None, None),
    ("libssl-dev", None, None),
    ("mariadb-dev", None, Some("mariadb-connector-c")),
    ("openssl-dev", None, None),
    ("postgresql-dev", None, Some("libpq")),
    ("python3-dev", None, None),
    ("sqlite-dev", None, None),
    ("zlib-dev", None, None),
    ("zlib1g-dev", None, None),
];

fn builds(subject: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    if let Some(words) = pip(task) {
        return match words.as_slice() {
            ["venv", place] => Some(vec![Artefact::at(pip::environment(subject, task, place)?)]),
            words => pip::is_plain(words).then(Vec::new),
        };
    }
    Some(match managers::step(subject, task)? {
        Step::Environment(place) => vec![Artefact::at(place)],
        Step::Install(Install { place: Place::Own(place), .. }) => vec![Artefact::at(place)],
        Step::Install(_) | Step::Passing => Vec::new(),
    })
}

/// What a stage installs.
struct Packages {
    /// What is asked for by name, with extras.
    names: Vec<String>,
    /// What comes with that, as far as a lock file tells.
    locked: Vec<String>,
    /// What other tools than pip install.
    installs: Vec<Install>,
    project: Project,
}

impl Packages {
    /// `None` where they cannot be read.
    fn of(subject: &Subject<'_>) -> Option<Packages> {
        let installs = managers::installs(subject);
        let mut names = Vec::new();
        let mut project = Project::default();
        if installs.iter().any(|install| install.tool != Tool::UvPip) {
            project = project::project(subject, &installs)?;
            names.clone_from(&project.names);
        }
        let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
        for task in runs.filter_map(|(index, _)| subject.tasks(index)).flatten() {
            let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
            match (pip(&task).as_deref(), words.as_slice()) {
                (Some(["install", rest @ ..]), _) | (None, ["uv", "pip", "install", rest @ ..]) => {
                    names.extend(pip::requirements(subject, &task, rest)?);
                    for own in pip::projects(subject, &task, rest)? {
                        names.extend(own.names);
                        project.scripts.extend(own.scripts);
                        project.is_installed = true;
                    }
                }
                (None, ["uv", "pip", "sync", rest @ ..]) => {
                    let files = rest.iter().flat_map(|word| {
                        let is_option = word.starts_with('-');
                        [if is_option { "" } else { "-r" }, *word].into_iter().filter(|word| !word.is_empty())
                    });
                    names.extend(pip::requirements(subject, &task, &files.collect::<Vec<_>>())?);
                }
                _ => {}
            }
        }
        let locked = project.locked.clone();
        Some(Packages { names, locked, installs, project })
    }

    /// Whether one of them needs what the full image has and the slim one has not.
    fn need_more(&self) -> bool {
        let is_binary =
            |name: &str| matches!(name, "psycopg[binary]" | "psycopg[binary,pool]" | "psycopg[pool,binary]");
        let is_asked_for = |name: &str| self.names.iter().any(|asked| base(asked) == name);
        self.names.iter().any(|name| NEED_MORE.contains(&base(name)) && !is_binary(name))
            || self.locked.iter().any(|name| NEED_MORE.contains(&name.as_str()) && !is_asked_for(name))
    }

    /// Whether a program comes with Python, or is that of a package which the file asks for by that name.
    fn have(&self, program: &str) -> bool {
        let is_of = |name: &str| match program {
            "django-admin" => name == "django",
            "flask" | "gunicorn" | "uvicorn" | "celery" | "streamlit" | "daphne" | "hypercorn"
            | "fastapi" => name == program,
            "waitress-serve" => name == "waitress",
            _ => false,
        };
        matches!(program, "python" | "python3")
            || self.names.iter().any(|name| is_of(base(name)))
            || self.project.is_installed && self.project.scripts.iter().any(|script| script == program)
    }
}

/// Whether a program is there in the environment that is taken over, or in the image.
fn runs(subject: &Subject<'_>, words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (Some(program), Some(packages)) = (words.first(), Packages::of(subject)) else {
        return words.first().is_some_and(|program| matches!(*program, "python" | "python3"));
    };
    if let Some(runner) = runner(&words) {
        let program = words.get(runner.skipped);
        return environment::starts(subject, &runner, &packages.installs, &packages.project)
            && program.is_some_and(|program| runner.is_python || packages.have(program));
    }
    let is_found = packages.installs.iter().all(|install| match &install.place {
        Place::Own(place) => environment::is_in_path(subject, place),
        Place::System => true,
        Place::Unnamed => false,
    });
    matches!(*program, "python" | "python3") || is_found && packages.have(program)
}

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let tag = subject.tag()?;
    let moves = ["PIP_NO_BINARY", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PIP_USER", "PYTHONHOME"];
    let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
    let mut tasks = runs.filter_map(|(index, _)| subject.tasks(index)).flatten();
    let is_moved = |task: Task<'_>| moves.iter().any(|name| subject.variable(&task, name).is_some());
    if tasks.any(is_moved) || moves.iter().any(|name| environment::sets(subject, name)) {
        return None;
    }
    let packages = Packages::of(subject)?;
    let environment = match packages.installs.as_slice() {
        [] => environment::of_pip(subject, deeds)?,
        installs => environment::of_managers(subject, deeds, installs)?,
    };
    let slim = images::slim(subject.image.name(), Some(tag));
    let leaves_tools = !packages.installs.is_empty() && !environment.has_tools;
    match &slim {
        Some(_) => (!packages.need_more()).then_some(())?,
        None => (leaves_tools || deeds.has_tools && !deeds.removes).then_some(())?,
    }
    let is_musl = subject.base.libc == Some(Libc::Musl);
    let mut needed = Vec::new();
    for header in &deeds.headers {
        let (_, debian, alpine) = LIBRARIES.iter().find(|(name, ..)| name == header)?;
        needed.extend(if is_musl { alpine } else { debian });
    }
    // Alpine's images for Python have what Python needs; what C++ needs comes with the compiler.
    needed.extend(is_musl.then_some("libstdc++"));
    let image = format!("{}:{}", subject.image.name(), slim.as_deref().unwrap_or(tag));
    let mut runtime = Runtime { leaves_tools, ..Runtime::new(image, &needed) };
    if let Some(first) = environment.inserted {
        let active =
            if packages.installs.is_empty() { String::new() } else { format!("VIRTUAL_ENV={PLACE} ") };
        runtime.steps.push((first, format!("RUN python -m venv {PLACE}")));
        runtime.steps.push((first, format!("ENV {active}PATH={PLACE}/bin:$PATH")));
        runtime.more.push(Artefact::at(PLACE.to_owned()));
    }
    runtime.settings.extend(environment.path.map(|place| format!("ENV PATH={place}/bin:$PATH")));
    runtime.edits = environment.edits;
    Some(runtime)
}
