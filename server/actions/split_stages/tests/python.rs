use super::{SPLIT_STAGES, but, check, none, runtime, with};

const FILES: [(&str, &str); 2] = [
    ("requirements.txt", "Flask==3.0 # web\ngunicorn>=21\n\n# tests\nuvicorn[standard]\n"),
    ("app.py", "import flask"),
];

const FILE: &str = "FROM python:3.12\nENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1\nWORKDIR /app\nCOPY requirements.txt .\n# What it needs.\nRUN pip install -r requirements.txt\nCOPY . .\nEXPOSE 80\nCMD [\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app:app\"]\n";

#[test]
fn packages_are_put_into_an_environment_that_is_taken_over() {
    let after = "FROM python:3.12 AS build\nENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1\nWORKDIR /app\nCOPY requirements.txt .\nRUN python -m venv /opt/venv\nENV PATH=/opt/venv/bin:$PATH\n# What it needs.\nRUN pip install -r requirements.txt\n\nFROM python:3.12-slim\nENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1\nENV PATH=/opt/venv/bin:$PATH\nWORKDIR /app\nCOPY requirements.txt .\nCOPY --from=build /opt/venv /opt/venv\nCOPY . .\nEXPOSE 80\nCMD [\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app:app\"]\n";
    check(&SPLIT_STAGES, &with(&FILE.replace("RUN pip", "RUN$0 pip"), &FILES), after);
}

#[test]
fn an_environment_that_is_there_is_taken_over_as_it_is() {
    let file = "FROM python:3.12-slim\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*\nENV VIRTUAL_ENV=/venv\nRUN python -m venv /venv\nENV PATH=\"/venv/bin:$PATH\"\nCOPY requirements.txt /\nRUN pip install -r /requirements.txt\nCOPY . /app\nWORKDIR /app\nCMD [\"python\", \"app.py\"]\n";
    let stage = runtime(file, &but(&FILES, &[("requirements.txt", "psycopg2\n")]));
    assert_eq!(
        stage,
        "python:3.12-slim\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends libpq5 \\\n    && rm -rf /var/lib/apt/lists/*\nENV VIRTUAL_ENV=/venv\nENV PATH=\"/venv/bin:$PATH\"\nCOPY requirements.txt /\nCOPY --from=build /venv /venv\nCOPY . /app\nWORKDIR /app\nCMD [\"python\", \"app.py\"]\n"
    );
    // Nothing is gained where nothing builds.
    none(&file.replace("gcc libpq-dev", "curl"), &FILES);
    none(&file.replace("libpq-dev", "libgdal-dev"), &FILES);
}

#[test]
fn where_anything_is_not_known_nothing_is_offered() {
    for (old, new) in [
        ("python:3.12", "python:3.12-slim"),
        ("python:3.12", "python:$V"),
        ("pip install -r", "pip install --user -r"),
        ("pip install -r", "pip install -e . -r"),
        ("pip install -r requirements.txt", "pip install git+https://a/b"),
        ("pip install -r requirements.txt", "pip install -r missing.txt"),
        ("pip install -r requirements.txt", "poetry install"),
        ("pip install -r", "pip install --no-binary :all: -r"),
        ("ENV PYTHON", "ENV PIP_NO_BINARY=:all: PYTHON"),
        ("ENV PYTHON", "ENV PYTHONHOME=/usr/local PYTHON"),
        ("RUN pip", "RUN PIP_USER=1 pip"),
        ("RUN pip", "RUN export PIP_TARGET=/srv && pip"),
        (
            "pip install -r requirements.txt",
            "pip install -r requirements.txt && python manage.py collectstatic",
        ),
        ("CMD [\"gunicorn\"", "CMD [\"/usr/local/bin/gunicorn\""),
        ("CMD [\"gunicorn\"", "CMD [\"celery\""),
        ("CMD [\"gunicorn\"", "CMD [\"./start.sh\""),
        ("ENV PYTHON", "ENV PATH=/x:$PATH\nENV PYTHON"),
        ("WORKDIR", "RUN curl -o /x http://a/b\nWORKDIR"),
        ("EXPOSE 80", "USER app\nEXPOSE 80"),
        ("EXPOSE 80", "HEALTHCHECK CMD curl localhost\nEXPOSE 80"),
    ] {
        let text = FILE.replace(old, new);
        assert_ne!(text, FILE, "{old}");
        none(&text, &FILES);
    }
    for (path, text) in [
        ("requirements.txt", "gunicorn\npsycopg2\n"),
        ("requirements.txt", "gunicorn\nmysqlclient==2\n"),
        ("requirements.txt", "gunicorn\n-e .\n"),
        ("requirements.txt", "gunicorn\n-r other.txt\n"),
        ("requirements.txt", "flask\n"),
        ("requirements.txt", "gunicorn\n--no-binary lxml\n"),
        ("app.py", "import subprocess"),
    ] {
        none(FILE, &but(&FILES, &[(path, text)]));
    }
    runtime(
        FILE,
        &but(
            &FILES,
            &[("requirements.txt", "gunicorn\npsycopg[binary]\n-r other.txt\n"), ("other.txt", "x")],
        ),
    );
}

#[test]
fn the_project_itself_is_installed_where_it_is_built_of_python() {
    let manifest = "[project]\nname = \"shop\"\ndependencies = [\"flask\", \"gunicorn\"]\n[project.scripts]\nshop = \"shop:main\"\n[build-system]\nbuild-backend = \"hatchling.build\"\n";
    let files = [("pyproject.toml", manifest), ("src/shop/__init__.py", "import flask")];
    let file =
        "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir -e .\nCMD [\"shop\"]\n";
    let expected = "python:3.12-slim\nENV PATH=/opt/venv/bin:$PATH\nWORKDIR /app\nCOPY . .\nCOPY --from=build /opt/venv /opt/venv\nCMD [\"shop\"]\n";
    assert_eq!(runtime(file, &files), expected);
    assert_eq!(runtime(&file.replace("-e .", "."), &files), expected);
    runtime(&file.replace("[\"shop\"]", "[\"gunicorn\", \"shop:app\"]"), &files);
    for (old, new) in [
        ("-e .", "-e .[dev]"),
        ("-e .", "-e git+https://a/b"),
        ("-e .", "-e ./src"),
        ("-e .", "flask"),
        // Its folder is another one when it is run.
        ("COPY . .\n", "COPY . .\nWORKDIR /app/src\n"),
        ("[\"shop\"]", "[\"store\"]"),
    ] {
        let text = file.replace(old, new);
        assert_ne!(text, file, "{old}");
        none(&text, &files);
    }
    for text in [
        manifest.replace("hatchling.build", "maturin"),
        manifest.replace("[project]\n", "[project]\ndynamic = [\"dependencies\"]\n"),
        manifest.replace("\"flask\"", "\"psycopg2\""),
        manifest.replace("\"flask\"", "\"a @ file:///b\"") + "[tool.hatch.build.hooks.vcs]\n",
    ] {
        none(file, &but(&files, &[("pyproject.toml", &text)]));
    }
    none(file, &but(&files, &[("setup.py", "")]));
}

#[test]
fn an_environment_may_be_named_by_a_variable() {
    let file = "FROM python:3.12\nENV VIRTUAL_ENV=/venv\nRUN python3 -m venv $VIRTUAL_ENV\nENV PATH=\"$VIRTUAL_ENV/bin:$PATH\"\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD [\"gunicorn\", \"app:app\"]\n";
    let stage = runtime(file, &FILES);
    assert!(stage.contains("ENV VIRTUAL_ENV=/venv\nENV PATH=\"$VIRTUAL_ENV/bin:$PATH\"\nWORKDIR /app\nCOPY requirements.txt .\nCOPY --from=build /venv /venv\n"), "{stage}");
    none(&file.replace("venv $VIRTUAL_ENV", "venv $OTHER"), &FILES);
}

#[test]
fn what_names_the_python_of_the_image_finds_no_packages() {
    let job = "* * * * * root /usr/local/bin/python /app/job.py\n";
    none(&FILE.replace("COPY . .", "COPY cron /etc/cron.d/x\nCOPY . ."), &but(&FILES, &[("cron", job)]));
    none(FILE, &but(&FILES, &[("tasks/run.py", "#!/usr/local/bin/python3\n")]));
    let patch = "COPY patch.py /usr/local/lib/python3.12/site-packages/flask/patch.py\nCOPY . .";
    none(&FILE.replace("COPY . .", patch), &but(&FILES, &[("patch.py", "")]));
    none(
        &FILE.replace(
            "[\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app:app\"]",
            "[\"/usr/local/bin/python\", \"app.py\"]",
        ),
        &FILES,
    );
    runtime(FILE, &but(&FILES, &[("cron", "* * * * * root python /app/job.py\n")]));
}
