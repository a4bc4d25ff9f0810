//! Python: the packages are installed into a virtual environment, which is taken over whole.
//! Source: Python, "venv"; pip, "Requirements File Format"; the Dockerfiles of docker-library/python and of buildpack-deps.

use super::deeds::Deeds;
use super::subject::{Subject, Task};
use super::words::Words;
use super::{Artefact, Language, Runtime};
use crate::knowledge::images::{self, Libc};
use crate::knowledge::project_files::PYTHON as FILES;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Kind};

pub(super) static PYTHON: Language =
    Language { images: &["python"], files: &FILES, runs_source: true, builds, runtime: run_on, runs };

/// Where the environment is put that a file does not have.
const PLACE: &str = "/opt/venv";

/// Options of pip that take the next word as their value.
const VALUE_OPTIONS: [&str; 10] = [
    "c",
    "constraint",
    "extra-index-url",
    "f",
    "find-links",
    "i",
    "index-url",
    "r",
    "requirement",
    "timeout",
];

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

fn builds(_: &Subject<'_>, task: &Task<'_>, _: &[Artefact]) -> Option<Vec<Artefact>> {
    match &pip(task)?[..] {
        ["install", rest @ ..] => {
            let words = Words::read(rest, &VALUE_OPTIONS)?;
            let moves = ["e", "editable", "prefix", "root", "t", "target", "user", "src", "python"];
            (!words.has(&moves) && !words.has_like(&["e."])).then(Vec::new)
        }
        ["check" | "list" | "freeze" | "--version" | "cache", ..] => Some(Vec::new()),
        ["venv", place] => Some(vec![Artefact::at(task.place(place)?)]),
        _ => None,
    }
}

/// The words behind `pip`, or those of `python -m venv` from `venv` on.
fn pip<'a>(task: &'a Task<'_>) -> Option<Vec<&'a str>> {
    let words: Vec<&str> = task.words.iter().map(String::as_str).collect();
    let is_python = |name: &str| matches!(name, "python" | "python3");
    match words.as_slice() {
        ["pip" | "pip3", rest @ ..] => Some(rest.to_vec()),
        [python, "-m", "pip", rest @ ..] if is_python(python) => Some(rest.to_vec()),
        [python, "-m", "venv", place] if is_python(python) => Some(vec!["venv", place]),
        _ => None,
    }
}

/// The tasks of pip above the end of what builds, in order.
fn tasks<'a>(subject: &Subject<'a>) -> Vec<Task<'a>> {
    let runs = subject.items().filter(|(_, item)| item.kind == Kind::Run);
    runs.filter_map(|(index, _)| subject.tasks(index)).flatten().filter(|task| pip(task).is_some()).collect()
}

/// The names of the packages that the file asks for, in lower case with `-`, with their extras; `None` where they cannot
/// be read.
fn requirements(subject: &Subject<'_>) -> Option<Vec<String>> {
    const MOST_FILES: usize = 16;
    let (mut names, mut pending, mut seen) = (Vec::new(), Vec::new(), 0);
    for task in tasks(subject) {
        let words = pip(&task)?;
        let ["install", rest @ ..] = words.as_slice() else { continue };
        let mut rest = rest.iter();
        while let Some(word) = rest.next() {
            match *word {
                // What is built from source uses libraries that only the larger image has.
                option if option.starts_with("--no-binary") => return None,
                "-r" | "--requirement" => pending.push(task.place(rest.next()?)?),
                option if option.starts_with("-r") && option.len() > 2 => {
                    pending.push(task.place(&option[2..])?)
                }
                option if option.starts_with("--requirement=") => {
                    pending.push(task.place(option.split_once('=')?.1)?)
                }
                option
                    if VALUE_OPTIONS.contains(&option.trim_start_matches('-')) && option.starts_with('-') =>
                {
                    rest.next();
                }
                option if option.starts_with('-') => {}
                name => names.push(plain(name)?),
            }
        }
    }
    while let Some(place) = pending.pop() {
        seen += 1;
        let text = subject.read(&place).filter(|_| seen <= MOST_FILES)?;
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        for line in text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim()) {
            if line.is_empty() || line.starts_with('#') || line.starts_with("--hash") {
                continue;
            }
            match line.strip_prefix("-r ").or_else(|| line.strip_prefix("--requirement ")) {
                Some(file) => pending.push(format!("{folder}/{}", file.trim())),
                None if line.starts_with("--no-binary") => return None,
                None if line.starts_with(['-', '.', '/']) && !line.starts_with("--") => return None,
                None if line.starts_with('-') => {}
                None => names.push(plain(line)?),
            }
        }
    }
    Some(names)
}

/// A requirement without its version: `uvicorn[standard]`. `None` for a path or an address.
fn plain(requirement: &str) -> Option<String> {
    let end = requirement.find(['=', '<', '>', '~', '!', ';', ' ', '@']).unwrap_or(requirement.len());
    let name = requirement.get(..end)?;
    (!name.is_empty() && !name.contains(['/', '$']) && !name.starts_with('.'))
        .then(|| name.to_lowercase().replace('_', "-"))
}

/// Whether a program comes with Python, or is that of a package which the file asks for by that name.
fn runs(subject: &Subject<'_>, words: &[String]) -> bool {
    let Some(program) = words.first().map(String::as_str) else {
        return false;
    };
    let of_others = |name: &str| match program {
        "django-admin" => name == "django",
        "flask" | "gunicorn" | "uvicorn" | "celery" | "streamlit" | "daphne" | "hypercorn" | "fastapi"
        | "waitress-serve" => name == program || program == "waitress-serve" && name == "waitress",
        _ => false,
    };
    let is_required = |requirement: &String| of_others(requirement.split('[').next().unwrap_or_default());
    matches!(program, "python" | "python3")
        || requirements(subject).is_some_and(|all| all.iter().any(is_required))
}

fn run_on(subject: &Subject<'_>, deeds: &Deeds) -> Option<Runtime> {
    let tag = subject.tag()?;
    if ["PIP_NO_BINARY", "PYTHONHOME"].iter().any(|name| sets(subject, name)) {
        return None;
    }
    let names = requirements(subject)?;
    let slim = images::slim(subject.image.name(), Some(tag));
    let has_tools = deeds.has_tools && !deeds.removes;
    let needs_more = |name: &String| {
        let plain = name.split('[').next().unwrap_or_default();
        let is_binary =
            matches!(name.as_str(), "psycopg[binary]" | "psycopg[binary,pool]" | "psycopg[pool,binary]");
        NEED_MORE.contains(&plain) && !is_binary
    };
    match &slim {
        Some(_) => (!names.iter().any(needs_more)).then_some(())?,
        None => has_tools.then_some(())?,
    }
    let is_musl = subject.base.libc == Some(Libc::Musl);
    let mut packages = Vec::new();
    for header in &deeds.headers {
        let (_, debian, alpine) = LIBRARIES.iter().find(|(name, ..)| name == header)?;
        packages.extend(if is_musl { alpine } else { debian });
    }
    // Alpine's images for Python have what Python needs; what C++ needs comes with the compiler.
    packages.extend(is_musl.then_some("libstdc++"));
    let image = format!("{}:{}", subject.image.name(), slim.as_deref().unwrap_or(tag));
    let mut runtime = Runtime::new(image, &packages);
    if has_environment(subject, deeds) {
        return Some(runtime);
    }
    // Without a virtual environment the packages lie beside those of the image.
    let is_unnamed = deeds.artefacts.is_empty() && !sets(subject, "VIRTUAL_ENV") && !sets(subject, "PATH");
    let is_free = !subject.cx.document.text().to_string().contains(PLACE);
    let first = tasks(subject).first().map(|task| task.item)?;
    (is_unnamed && is_free).then_some(())?;
    let setting = format!("ENV PATH={PLACE}/bin:$PATH");
    runtime.steps.push((first, format!("RUN python -m venv {PLACE}")));
    runtime.steps.push((first, setting.clone()));
    runtime.settings.push(setting);
    runtime.more.push(Artefact::at(PLACE.to_owned()));
    Some(runtime)
}

/// Whether the file makes one virtual environment, and puts it into PATH before anything is installed.
fn has_environment(subject: &Subject<'_>, deeds: &Deeds) -> bool {
    let [environment] = deeds.artefacts.as_slice() else { return false };
    let folder = format!("{}/bin", environment.from);
    let first = tasks(subject)
        .into_iter()
        .find(|task| pip(task).is_some_and(|words| words.first() == Some(&"install")));
    let names_it = |text: &str| {
        let root = environment.from.as_str();
        text.contains(&folder)
            || text.contains("$VIRTUAL_ENV/bin") && text_of(subject, "VIRTUAL_ENV") == Some(root.to_owned())
    };
    first.is_some_and(|first| {
        let settings = subject.items().filter(|(index, item)| item.kind == Kind::Env && *index < first.item);
        settings.into_iter().any(|(_, item)| {
            let line = item.instruction.line().text();
            line.contains("PATH") && names_it(line)
        })
    })
}

fn sets(subject: &Subject<'_>, name: &str) -> bool {
    let envs = subject.items().filter(|(_, item)| item.kind == Kind::Env);
    envs.into_iter().any(|(_, item)| match &item.instruction.ast().arguments {
        Arguments::KeyValues(pairs) => pairs.iter().any(|pair| item.instruction.str(pair.key) == name),
        _ => false,
    })
}

fn text_of(subject: &Subject<'_>, name: &str) -> Option<String> {
    match subject.cx.document.model().variable(name, subject.stage.items.end - 1).value {
        Value::Known(value) => Some(value),
        _ => None,
    }
}
