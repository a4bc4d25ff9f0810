//! Python's environments that uv, Poetry, Pipenv and PDM make.

use super::{SPLIT_STAGES, but, check, none, runtime, with};

const UV: [(&str, &str); 3] = [
    (
        "pyproject.toml",
        "[project]\nname = \"shop\"\nrequires-python = \">=3.11\"\ndependencies = [\n  \"flask>=3\",\n  \"gunicorn\",\n]\n",
    ),
    (
        "uv.lock",
        "[[package]]\nname = \"flask\"\nsource = { registry = \"https://packages.example.com/simple\" }\n\n[[package]]\nname = \"gunicorn\"\nsource = { registry = \"https://packages.example.com/simple\" }\n\n[[package]]\nname = \"shop\"\nsource = { virtual = \".\" }\n",
    ),
    ("app.py", "import flask"),
];

const UV_FILE: &str = "FROM python:3.12-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.9 /uv /uvx /bin/\nWORKDIR /app\nENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy\nCOPY . .\nRUN uv sync --locked --no-dev\nENV PATH=\"/app/.venv/bin:$PATH\"\nEXPOSE 80\nCMD [\"gunicorn\", \"app:app\"]\n";

/// Nothing is offered for a file in which one text is put for another.
fn none_with(file: &str, old: &str, new: &str, files: &[(&str, &str)]) {
    let text = file.replace(old, new);
    assert_ne!(text, file, "{old}");
    none(&text, files);
}

#[test]
fn the_environment_of_uv_is_taken_over_without_uv() {
    let expected = "python:3.12-slim\nWORKDIR /app\nCOPY . .\nCOPY --from=build /app/.venv /app/.venv\nENV PATH=\"/app/.venv/bin:$PATH\"\nEXPOSE 80\nCMD [\"gunicorn\", \"app:app\"]\n";
    assert_eq!(runtime(UV_FILE, &UV), expected);
    // In two steps, with mounts of what is copied later.
    let apart = UV_FILE.replace(
        "COPY . .\n",
        "RUN --mount=type=cache,target=/root/.cache/uv --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml uv sync --locked --no-install-project\nCOPY . .\n",
    );
    assert_eq!(runtime(&apart, &UV), expected);
    let elsewhere = apart
        .replace("UV_COMPILE_BYTECODE=1", "UV_PROJECT_ENVIRONMENT=/venv UV_PYTHON_DOWNLOADS=0")
        .replace("/app/.venv/bin", "/venv/bin");
    assert!(runtime(&elsewhere, &UV).contains("\nCOPY --from=build /venv /venv\n"));
    let full = UV_FILE
        .replace("3.12-slim", "3.12")
        .replace("COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /uvx /bin/", "RUN pip install uv");
    assert_eq!(runtime(&full, &UV), expected);
}

#[test]
fn what_uv_runs_is_run_without_it() {
    let file = UV_FILE.replace("ENV PATH=\"/app/.venv/bin:$PATH\"\n", "");
    none(&file, &UV);
    for (command, expected) in [
        ("[\"uv\", \"run\", \"--no-dev\", \"gunicorn\", \"app:app\"]", "[\"gunicorn\", \"app:app\"]"),
        ("uv run app.py", "python app.py"),
        ("[\"uv\", \"run\", \"-m\", \"app\"]", "[\"python\", \"-m\", \"app\"]"),
    ] {
        let stage = runtime(&file.replace("[\"gunicorn\", \"app:app\"]", command), &UV);
        let end = format!("COPY --from=build /app/.venv /app/.venv\nEXPOSE 80\nCMD {expected}\n");
        assert!(stage.ends_with(&end) && stage.contains("\nENV PATH=/app/.venv/bin:$PATH\n"), "{stage}");
    }
    let stage = runtime(&file.replace("[\"gunicorn\"", "[\"/app/.venv/bin/gunicorn\""), &UV);
    assert!(!stage.contains("PATH"), "{stage}");
    let run = file.replace("[\"gunicorn\"", "[\"uv\", \"run\", \"gunicorn\"");
    runtime(&run, &UV);
    // What it would install first is not there.
    let dev = format!("{}[dependency-groups]\ndev = [\"pytest\"]\n", UV[0].1);
    let dev = but(&UV, &[("pyproject.toml", &dev)]);
    none(&run, &dev);
    runtime(&run.replace("\"run\"", "\"run\", \"--no-sync\""), &dev);
    runtime(&run.replace("UV_LINK", "UV_NO_DEV=1 UV_LINK"), &dev);
    none_with(&run, "\"gunicorn\"", "\"--with\", \"rich\", \"gunicorn\"", &UV);
    none_with(&run, "\"gunicorn\"", "\"uvicorn\"", &UV);
    none_with(&run, "EXPOSE 80", "WORKDIR /srv", &UV);
    none_with(&run, "CMD", "ENTRYPOINT [\"uv\", \"run\"]\nCMD", &UV);
    none_with(&run, "\"uv\", \"run\"", "\"poetry\", \"run\"", &UV);
}

#[test]
fn where_uv_may_do_anything_else_nothing_is_offered() {
    for (old, new) in [
        ("uv sync", "uv sync --active"),
        ("uv sync", "uv sync --python 3.13"),
        ("uv sync", "uv sync --managed-python"),
        ("uv sync", "uv sync --only-group a"),
        ("uv sync", "uv sync --link-mode symlink"),
        ("uv sync", "uv --directory /srv sync"),
        ("UV_LINK_MODE=copy", "UV_LINK_MODE=symlink"),
        ("UV_LINK_MODE=copy", "UV_PYTHON=3.13"),
        ("UV_LINK_MODE=copy", "UV_PYTHON_PREFERENCE=only-managed"),
        ("RUN uv", "RUN uv python install 3.12 && uv"),
        ("RUN uv", "RUN cd /srv && uv"),
        ("RUN uv", "RUN --mount=type=bind,source=other,target=/srv uv"),
        ("RUN uv", "USER 1000\nRUN uv"),
        ("RUN uv", "RUN pip install gunicorn\nRUN uv"),
        ("--no-dev", "--no-dev && rm -rf /app/app.py"),
        ("EXPOSE 80", "USER app\nEXPOSE 80"),
        ("\"/app/.venv/bin:$PATH\"", "\"/venv/bin:$PATH\""),
        ("python:3.12-slim", "python:3-slim"),
        ("python:3.12-slim", "python:3.10-slim"),
    ] {
        none_with(UV_FILE, old, new, &UV);
    }
    // What is there already cannot be taken over by itself.
    let python = UV_FILE.replace("[\"gunicorn\", \"app:app\"]", "[\"python\", \"app.py\"]");
    for place in ["/usr/local", "/app", "/", "$HOME/venv"] {
        let variable = format!("UV_PROJECT_ENVIRONMENT={place}");
        none_with(&python, "UV_LINK_MODE=copy", &variable, &UV);
    }
    runtime(&python.replace("UV_LINK_MODE=copy", "UV_PROJECT_ENVIRONMENT=/srv/venv"), &UV);
    for said in [
        "UV_PROJECT_ENVIRONMENT=$HOME/venv",
        "export UV_PROJECT_ENVIRONMENT=$HOME/venv &&",
        "UV_PYTHON=3.13;",
    ] {
        none_with(&python, "RUN uv", &format!("RUN {said} uv"), &UV);
    }
    let exported = python.replace("RUN uv", "RUN export UV_PROJECT_ENVIRONMENT=/srv/venv && uv");
    assert!(runtime(&exported, &UV).contains("COPY --from=build /srv/venv /srv/venv\n"));
    let lock = |source: &str| UV[1].1.replace("{ virtual = \".\" }", source);
    for (path, text) in [
        (".python-version", "3.11\n"),
        (".venv/pyvenv.cfg", ""),
        ("uv.lock", ""),
        ("uv.lock", &lock("{ directory = \"lib\" }")),
        ("uv.lock", &lock("{ editable = \"lib\" }")),
        ("uv.lock", &UV[1].1.replace("\"gunicorn\"", "\"other\"")),
        ("uv.toml", "link-mode = \"symlink\"\n"),
        ("pyproject.toml", "[project]\ndynamic = [\"dependencies\"]\n"),
        ("app.py", "import subprocess"),
    ] {
        none(UV_FILE, &but(&UV, &[(path, text)]));
    }
    none(UV_FILE, &but(&UV, &[(".dockerignore", "uv.lock\n")]));
    runtime(
        UV_FILE,
        &but(&UV, &[(".dockerignore", ".venv\n"), (".venv/pyvenv.cfg", ""), (".python-version", "3.12\n")]),
    );
    // A project of a workspace has its environment above.
    let moved =
        UV_FILE.replace("COPY . .\n", "COPY . .\nWORKDIR /app/web\n").replace("/app/.venv", "/app/web/.venv");
    let web: Vec<(&str, &str)> =
        vec![("web/pyproject.toml", UV[0].1), ("web/uv.lock", UV[1].1), ("web/app.py", UV[2].1)];
    none(
        &moved,
        &[web.clone(), vec![("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"web\"]\n")]].concat(),
    );
}

#[test]
fn a_project_that_is_a_package_is_built_of_python_alone() {
    let project = |end: &str| format!("{}[build-system]\nrequires = [\"x\"]\n{end}", UV[0].1);
    let plain = project("build-backend = \"hatchling.build\"\n[project.scripts]\nshop = \"shop:main\"\n");
    let with = |text: &str| -> Vec<(String, String)> {
        let files = but(&UV, &[("pyproject.toml", text)]);
        files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
    };
    let file = UV_FILE.replace("[\"gunicorn\", \"app:app\"]", "[\"shop\"]");
    let offered = |file: &str, text: &str| {
        let files = with(text);
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let fixture = super::with(&super::marked(file), &files);
        !crate::actions::tests::rewritten(&SPLIT_STAGES, &fixture).is_empty()
    };
    assert!(offered(&file, &plain));
    assert!(!offered(&file.replace("--no-dev", "--no-install-project"), &plain));
    for end in [
        "build-backend = \"maturin\"\n",
        "build-backend = \"hatchling.build\"\n[tool.hatch.build.hooks.vcs]\nversion-file = \"a.py\"\n",
        "build-backend = \"setuptools.build_meta\"\n[tool.setuptools]\next-modules = []\n",
        "",
    ] {
        assert!(!offered(UV_FILE, &project(end)), "{end}");
        assert!(offered(&UV_FILE.replace("--no-dev", "--no-install-project"), &project(end)), "{end}");
    }
}

#[test]
fn packages_of_uv_pip_are_put_into_an_environment() {
    let before = "FROM python:3.12\nWORKDIR /app\nRUN pip install uv\nCOPY requirements.txt .\nRUN$0 uv pip install --system --no-cache -r requirements.txt\nCOPY . .\nCMD [\"gunicorn\", \"app:app\"]\n";
    let after = "FROM python:3.12 AS build\nWORKDIR /app\nRUN pip install uv\nCOPY requirements.txt .\nRUN python -m venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH\nRUN uv pip install --no-cache -r requirements.txt\n\nFROM python:3.12-slim\nENV PATH=/opt/venv/bin:$PATH\nWORKDIR /app\nCOPY requirements.txt .\nCOPY --from=build /opt/venv /opt/venv\nCOPY . .\nCMD [\"gunicorn\", \"app:app\"]\n";
    let files = [("requirements.txt", "gunicorn\n"), ("app.py", "import flask")];
    check(&SPLIT_STAGES, &with(before, &files), after);
    let own = before.replace("$0", "").replace("--system ", "").replace("uv pip", "uv venv && uv pip");
    let stage = runtime(&own.replace("[\"gun", "[\"/app/.venv/bin/gun"), &files);
    assert!(stage.contains("COPY --from=build /app/.venv /app/.venv\n"), "{stage}");
    none(&own, &files);
    none_with(&own, "uv venv", "uv venv --python 3.11", &files);
    none_with(&own, "uv pip install", "uv pip install -e .", &files);
}

const POETRY: [(&str, &str); 3] = [
    (
        "pyproject.toml",
        "[tool.poetry]\nname = \"shop\"\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = \"^3.11\"\nflask = \"*\"\ngunicorn = { version = \"21\", extras = [\"a\"] }\nuvicorn = { version = \"1\", optional = true }\n",
    ),
    (
        "poetry.lock",
        "[[package]]\nname = \"flask\"\nversion = \"1\"\n\n[[package]]\nname = \"gunicorn\"\nversion = \"21\"\n",
    ),
    ("app.py", "import flask"),
];

const POETRY_FILE: &str = "FROM python:3.12\nENV POETRY_VIRTUALENVS_CREATE=false\nRUN pip install poetry==1.8.3\nWORKDIR /app\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --no-root --only main --no-interaction\nCOPY . .\nCMD [\"gunicorn\", \"app:app\"]\n";

#[test]
fn what_poetry_puts_into_the_system_is_put_into_an_environment() {
    let after = "FROM python:3.12 AS build\nENV POETRY_VIRTUALENVS_CREATE=false\nRUN pip install poetry==1.8.3\nWORKDIR /app\nCOPY pyproject.toml poetry.lock ./\nRUN python -m venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH\nRUN poetry install --no-root --only main --no-interaction\n\nFROM python:3.12-slim\nENV PATH=/opt/venv/bin:$PATH\nWORKDIR /app\nCOPY pyproject.toml poetry.lock ./\nCOPY --from=build /opt/venv /opt/venv\nCOPY . .\nCMD [\"gunicorn\", \"app:app\"]\n";
    check(&SPLIT_STAGES, &with(&POETRY_FILE.replace("RUN poetry", "RUN$0 poetry"), &POETRY), after);
    let configured = POETRY_FILE
        .replace("ENV POETRY_VIRTUALENVS_CREATE=false\n", "")
        .replace("RUN poetry", "RUN poetry config virtualenvs.create false && poetry");
    assert_eq!(runtime(&configured, &POETRY), after.rsplit_once("FROM ").expect("a stage").1);
    // Where it is made by Poetry, nobody has named its folder, and what runs in it is run by Poetry.
    let unnamed = POETRY_FILE.replace("ENV POETRY_VIRTUALENVS_CREATE=false\n", "");
    none(&unnamed, &POETRY);
    let run = unnamed.replace("[\"gunicorn\"", "[\"poetry\", \"run\", \"gunicorn\"");
    assert_eq!(runtime(&run, &POETRY), after.rsplit_once("FROM ").expect("a stage").1);
    none_with(&run, "CMD", "HEALTHCHECK CMD python -c 'print(1)'\nCMD", &POETRY);
    let twice = run.replace(
        "[\"poetry\", \"run\", \"gunicorn\", \"app:app\"]",
        "poetry run python app.py && poetry run gunicorn app:app",
    );
    runtime(&twice, &POETRY);
    none_with(&twice, "&& poetry run", "&&", &POETRY);
    none_with(&twice, "poetry run python", "python", &POETRY);
    let own = run.replace("RUN pip", "ENV POETRY_VIRTUALENVS_IN_PROJECT=1\nRUN pip");
    let stage = runtime(&own, &POETRY);
    assert!(
        stage.contains("ENV PATH=/app/.venv/bin:$PATH\n")
            && stage.contains("COPY --from=build /app/.venv /app/.venv\nCOPY . .\nCMD [\"gunicorn\""),
        "{stage}"
    );
    // Together with Poetry, where that is installed by the same instruction.
    let together = POETRY_FILE
        .replace("RUN pip install poetry==1.8.3\n", "")
        .replace("RUN poetry", "RUN pip install poetry && poetry");
    let stage = runtime(&together, &POETRY);
    assert!(stage.contains("COPY --from=build /opt/venv /opt/venv\n"), "{stage}");
    none_with(&together, "python:3.12", "python:3.12-slim", &POETRY);
}

#[test]
fn where_poetry_may_do_anything_else_nothing_is_offered() {
    for (old, new) in [
        ("--only main", "--only dev"),
        ("--only main", "--without main"),
        ("--only main", "-C /srv"),
        ("RUN poetry", "RUN poetry config virtualenvs.path /srv && poetry"),
        ("RUN poetry", "RUN poetry config virtualenvs.options.system-site-packages true && poetry"),
        ("RUN poetry", "RUN poetry lock && poetry"),
        ("RUN poetry", "RUN poetry export -o requirements.txt && poetry"),
        ("RUN poetry", "ENV PATH=/srv:$PATH VIRTUAL_ENV=/srv\nRUN poetry"),
        ("COPY . .", "ENV PATH=/srv:$PATH\nCOPY . ."),
        ("pip install poetry", "pip install flask poetry"),
        ("\"gunicorn\"", "\"uvicorn\""),
        ("\"gunicorn\"", "\"poetry\""),
        ("python:3.12", "python:3.10"),
    ] {
        none_with(POETRY_FILE, old, new, &POETRY);
    }
    let manifest = |old: &str, new: &str| POETRY[0].1.replace(old, new);
    for (path, text) in [
        ("poetry.lock", ""),
        ("poetry.lock", &format!("{}[package.source]\ntype = \"directory\"\n", POETRY[1].1)),
        ("poetry.lock", &POETRY[1].1.replace("flask", "psycopg2")),
        ("pyproject.toml", &manifest("flask = \"*\"", "flask = \"*\"\nother = \"*\"")),
        ("pyproject.toml", &manifest("^3.11", "^3.13")),
        ("poetry.toml", "[virtualenvs.options]\nsystem-site-packages = true\n"),
        // What only Poetry has brought.
        ("app.py", "import os\nfrom requests.auth import Auth"),
        ("app.py", "import os, tomlkit"),
    ] {
        none(POETRY_FILE, &but(&POETRY, &[(path, text)]));
    }
}

const PIPENV: [(&str, &str); 3] = [
    ("Pipfile", "[packages]\nflask = \"*\"\ngunicorn = \"*\"\n\n[requires]\npython_version = \"3.12\"\n"),
    (
        "Pipfile.lock",
        "{\"_meta\": {}, \"default\": {\"flask\": {\"version\": \"==3\"}, \"gunicorn\": {}}, \"develop\": {\"psycopg2\": {}}}",
    ),
    ("app.py", "import flask"),
];

#[test]
fn what_pipenv_installs_is_taken_over() {
    let file = "FROM python:3.12\nRUN pip install pipenv\nWORKDIR /app\nCOPY Pipfile Pipfile.lock ./\nRUN pipenv install --system --deploy\nCOPY . .\nCMD [\"gunicorn\", \"app:app\"]\n";
    let system = runtime(file, &PIPENV);
    assert!(
        system.contains("COPY --from=build /opt/venv /opt/venv\nCOPY . .\nCMD [\"gunicorn\""),
        "{system}"
    );
    let own = file
        .replace("WORKDIR", "ENV PIPENV_VENV_IN_PROJECT=1\nWORKDIR")
        .replace("install --system --deploy", "sync")
        .replace("[\"gun", "[\"pipenv\", \"run\", \"gun");
    let stage = runtime(&own, &PIPENV);
    assert!(
        stage.contains("COPY --from=build /app/.venv /app/.venv\nCOPY . .\nCMD [\"gunicorn\""),
        "{stage}"
    );
    let unnamed = own.replace("ENV PIPENV_VENV_IN_PROJECT=1\n", "");
    assert_eq!(runtime(&unnamed, &PIPENV), system);
    for (old, new) in [
        ("--system", "--system --dev"),
        ("--system", "--system requests"),
        ("--system", "--system --python 3.12"),
        ("--system ", ""),
        ("WORKDIR", "ENV PIPENV_PIPFILE=/srv/Pipfile\nWORKDIR"),
    ] {
        none_with(file, old, new, &PIPENV);
    }
    // It gives the program what it finds in this file.
    none(&own, &but(&PIPENV, &[(".env", "A=1")]));
    none(&own, &but(&PIPENV, &[("Pipfile", &format!("{}[scripts]\ngunicorn = \"a\"\n", PIPENV[0].1))]));
    none(&own, &but(&PIPENV, &[("Pipfile", &PIPENV[0].1.replace("3.12", "3.11"))]));
    none(file, &but(&PIPENV, &[("Pipfile.lock", "{\"default\": {\"flask\": {\"path\": \"./a\"}}}")]));
}

#[test]
fn what_pdm_installs_is_taken_over() {
    let files = [
        (
            "pyproject.toml",
            "[project]\nname = \"shop\"\nrequires-python = \">=3.10\"\ndependencies = [\"gunicorn\"]\n[tool.pdm]\ndistribution = false\n",
        ),
        ("pdm.lock", "[metadata]\ngroups = [\"default\"]\n\n[[package]]\nname = \"gunicorn\"\n"),
        ("app.py", "import flask"),
    ];
    let file = "FROM python:3.12\nRUN pip install -U pdm\nENV PDM_CHECK_UPDATE=false\nWORKDIR /app\nCOPY pyproject.toml pdm.lock ./\nRUN pdm install --check --prod --no-editable\nCOPY . .\nENV PATH=\"/app/.venv/bin:$PATH\"\nCMD [\"gunicorn\", \"app:app\"]\n";
    let stage = runtime(file, &files);
    assert!(stage.starts_with("python:3.12-slim\nWORKDIR /app\nCOPY pyproject.toml pdm.lock ./\nCOPY --from=build /app/.venv /app/.venv\nCOPY . .\nENV PATH"), "{stage}");
    none_with(file, "--prod", "-p /srv", &files);
    none_with(file, "PDM_CHECK_UPDATE=false", "PDM_USE_VENV=false", &files);
    none_with(file, "RUN pdm", "RUN pdm config python.use_venv false && pdm", &files);
    let run = file.replace("[\"gun", "[\"pdm\", \"run\", \"gun");
    runtime(&run, &files);
    let scripts = format!("{}[tool.pdm.scripts]\ngunicorn = \"a\"\n", files[0].1);
    none(&run, &but(&files, &[("pyproject.toml", &scripts)]));
    none(file, &but(&files, &[("pdm.lock", &format!("{}path = \"./a\"\n", files[1].1))]));
}
