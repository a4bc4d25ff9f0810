use super::*;
check_rule!(SOURCE_BEFORE_DEPENDENCIES);

/// A Dockerfile with files beside it.
fn with(files: &[(&str, &str)], dockerfile: &str) -> String {
    let files: String = files.iter().map(|(path, text)| format!("#- {path}\n{text}\n")).collect();
    format!("{files}#- Dockerfile\n{dockerfile}")
}

const NPM: [(&str, &str); 2] = [("package.json", "{}"), ("package-lock.json", "{}")];

#[test]
fn an_install_below_the_source_is_found() {
    check(
        "
FROM a:1
COPY . .
RUN set -e; npm ci --omit=dev && npm run build
          # ^^^^^^ every change of the source runs `npm ci` again: the COPY in line 3 comes before it
FROM a:1
WORKDIR /app
ADD --chown=a app/ .
RUN cd sub && python -m pip install -r ../requirements.txt
            # ^^^^^^^^^^^^^^^^^^^^^ every change of the source runs `python -m pip install` again: the ADD in line 7 comes before it
FROM a:1 AS base
COPY ./ /src/
WORKDIR /src/b
FROM base
RUN go mod download
  # ^^^^^^^^^^^^^^^ every change of the source runs `go mod download` again: the COPY in line 10 comes before it
",
    );
    check(
        "FROM a:1\nCOPY . .\nRUN yarn\n    ^^^^ every change of the source runs `yarn` again: the COPY in line 2 comes before it\n",
    );
    check(
        "FROM a:1\nCOPY . .\nRUN pip install -e .[dev]\n    ^^^^^^^^^^^ every change of the source runs `pip install` again: the COPY in line 2 comes before it\n",
    );
}

#[test]
fn an_install_of_something_else_is_not() {
    check_none(
        "FROM a:1\nCOPY . .\nRUN npm install -g a && npm install b && pip install c && go install d\n",
    );
    check_none("FROM a:1\nCOPY . /src\nWORKDIR /app\nRUN npm ci && pip install -r r.txt\n");
    check_none("FROM a:1\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n");
    check_none("FROM a:1\nCOPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm ci --omit=dev\n");
    check_none("FROM a:1\nCOPY --from=b . .\nRUN npm ci\n");
    check_none("FROM a:1\nCOPY . .\nWORKDIR $X\nRUN npm ci\n");
    check_none("FROM a:1\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n");
    check_none("FROM a:1\nCOPY docs/r.txt /tmp/d.txt\nRUN pip install -r /tmp/d.txt\n");
    check_none("FROM a:1\nCOPY package.json .\nCOPY prisma/ .\nRUN npm ci\n");
    check_none(
        "FROM a:1\nWORKDIR /app\nCOPY requirements ./requirements\nRUN pip install -r requirements/local.txt\nCOPY . .\n",
    );
    check_none("FROM a:1\nCOPY . .\nSHELL [\"pwsh\"]\nRUN npm ci\n");
    check_none("FROM a:1 AS b\nCOPY . .\nFROM a:1\nRUN npm ci\n");
    check_none("FROM a:1\nCOPY . .\nRUN npm --prefix $A ci && yarn --cwd $A && (cd web && npm ci)\n");
}

#[test]
fn an_install_is_found_once() {
    check(
        "FROM a:1\nCOPY . .\nRUN npm install\n    ^^^^^^^^^^^ every change of the source runs `npm install` again: the COPY in line 2 comes before it\nRUN npm run build && npm ci --omit=dev\n",
    );
}

#[test]
fn flags_comments_and_folders_are_kept() {
    check_fix(
        &with(
            &[("web/package.json", "{}"), ("web/.npmrc", "a=b"), ("web/package-lock.json", "{}")],
            "FROM a:1\nWORKDIR /app\n\n# The source.\nCOPY --chown=1:1 --link . \\\n  /app\n# The packages.\nRUN cd web && npm ci\nRUN b\n",
        ),
        "FROM a:1\nWORKDIR /app\n\nCOPY --chown=1:1 --link web/package.json web/.npmrc web/package-lock.json /app/web/\n\
         # The packages.\nRUN cd web && npm ci\n# The source.\nCOPY --chown=1:1 --link . \\\n  /app\nRUN b\n",
    );
    check_fix(
        &with(&NPM, "FROM a:1\r\nCOPY . .\r\n\r\n# The packages.\r\nRUN npm ci\r\n\r\nRUN b\r\n"),
        "FROM a:1\r\nCOPY package.json package-lock.json ./\r\n\r\n# The packages.\r\nRUN npm ci\r\n\r\nCOPY . .\r\n\r\nRUN b\r\n",
    );
    check_fix(
        &with(
            &[("app/requirements.txt", "-r more/base.txt\na==1"), ("app/more/base.txt", "b")],
            "FROM a:1\n# Install it.\n# All of it.\nADD app/ $X\nRUN pip install -r $X/requirements.txt",
        )
        .replace("$X", "/x"),
        "FROM a:1\n# Install it.\n# All of it.\nCOPY app/requirements.txt /x/\nCOPY app/more/base.txt /x/more/\n\
         RUN pip install -r /x/requirements.txt\nADD app/ /x",
    );
}

#[test]
fn the_constraints_of_the_command_line_come_along() {
    check_fix(
        &with(
            &[("c.txt", "a==1"), ("requirements.txt", "-f https://b/c\na")],
            "FROM a:1\nCOPY . .\nRUN pip install -c c.txt -r requirements.txt\n",
        ),
        "FROM a:1\nCOPY c.txt requirements.txt ./\nRUN pip install -c c.txt -r requirements.txt\nCOPY . .\n",
    );
}

#[test]
fn the_source_sinks_below_what_it_does_not_touch() {
    check_fix(
        &with(
            &[("go.mod", "module a"), ("go.sum", "")],
            "FROM golang:1.25\nCOPY . /src\n\nWORKDIR /src\nENV A=b\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n# modules\nRUN go mod download\n",
        ),
        "FROM golang:1.25\nWORKDIR /src\nENV A=b\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n\
         COPY go.mod go.sum /src/\n# modules\nRUN go mod download\nCOPY . /src\n",
    );
    for step in [
        "RUN ./setup",
        "COPY a b",
        "ARG D",
        "WORKDIR b",
        "VOLUME /app",
        "RUN pip install -r other.txt",
        "ADD a.tgz /",
        "RUN npm install ./a",
        "RUN apt-get install ./a.deb",
        "RUN echo a > b",
    ] {
        check_no_fix(&with(
            &NPM,
            &format!("FROM a:1\nWORKDIR /app\nARG D=.\nCOPY . $D\n{step}\nRUN npm ci\n"),
        ));
    }
}

#[test]
fn what_is_copied_already_is_not_copied_again() {
    check_fix(
        &with(&NPM, "FROM a:1\nWORKDIR /app\nCOPY package*.json ./\nCOPY . .\nRUN npm ci\n"),
        "FROM a:1\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n",
    );
}

#[test]
fn a_build_behind_the_install_gets_a_step_of_its_own() {
    check_fix(
        &with(
            &NPM,
            "FROM a:1\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci \\\n && npm cache verify \\\n && npm run build \\\n && npm test\n",
        ),
        "FROM a:1\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci \\\n && npm cache verify\n\
         COPY . .\nRUN --mount=type=cache,target=/root/.npm npm run build \\\n && npm test\n",
    );
    check_fix(
        &with(&NPM, "FROM a:1\nWORKDIR /a\nCOPY . .\nRUN npm ci && rm -rf /tmp/* /root/.npm\n"),
        "FROM a:1\nWORKDIR /a\nCOPY package.json package-lock.json ./\nRUN npm ci && rm -rf /tmp/* /root/.npm\nCOPY . .\n",
    );
    for run in [
        "npm ci; npm run build",
        "npm ci && npm run build || true",
        "set -x && npm ci && npm run build",
        "cd a && npm ci && npm run build",
        "A=b && npm ci && npm run build",
        "npm run lint && npm ci",
        "npm ci && npm run build && npm cache clean --force",
        "npm ci && npm run build && rm -rf node_modules",
        "npm ci && # why\\\n npm run build",
        "npm ci \\\n # why\n && npm run build",
        "npm ci $(cat flags)",
        "npm ci < a",
        "npm ci && rm -rf /tmp/*",
        "if true; then npm ci; fi",
    ] {
        check_no_fix_or_finding(&with(&NPM, &format!("FROM a:1\nWORKDIR /tmp/a\nCOPY . .\nRUN {run}\n")));
    }
}

/// Nothing is offered, be there a finding or not.
fn check_no_fix_or_finding(fixture: &str) {
    if !crate::fixture::found(&SOURCE_BEFORE_DEPENDENCIES, fixture).is_empty() {
        check_no_fix(fixture);
    }
}

#[test]
fn without_all_that_the_install_reads_nothing_is_offered() {
    let npm = |files: &[(&str, &str)], run: &str| {
        check_no_fix(&with(files, &format!("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN {run}\n")));
    };
    npm(&[("package.json", "{}")], "npm ci");
    npm(&[("package-lock.json", "{}")], "npm ci");
    let and = |path: &'static str, text: &'static str| [NPM[0], NPM[1], (path, text)];
    npm(&and("node_modules/a/package.json", "{}"), "npm ci");
    npm(&and("binding.gyp", "{}"), "npm ci");
    npm(&and(".npmrc", "cafile=cert.pem"), "npm ci");
    npm(&and(".dockerignore", "package-lock.json"), "npm ci");
    npm(&and("a", ""), "--mount=type=cache,target=/app/node_modules npm ci");
    npm(&and("a", ""), "--mount=type=bind,target=/b npm ci");
    npm(&[("package.json", r#"{"scripts": {"postinstall": "a"}}"#), NPM[1]], "npm ci");
    npm(&[NPM[0], ("yarn.lock", ""), (".yarn/cache/a.zip", "")], "yarn install");
    npm(&[NPM[0], ("pnpm-workspace.yaml", "packages: [a]")], "pnpm install");
    npm(&[("go.mod", "replace a => ./b")], "go mod download");
    npm(&[("go.mod", ""), ("vendor/a", "")], "go mod download");
    npm(&[("r.txt", "-e .")], "pip install -r r.txt");
    npm(&[("r.txt", "-r missing.txt")], "pip install -r r.txt");
    npm(&[("r.txt", "a")], "pip install -r r.txt -t .");
    npm(&[("r.txt", "a")], "pip install -r r.txt ./local");
    npm(&[("setup.py", "")], "pip install .");
    check_no_fix("FROM a:1\nCOPY . .\nRUN npm ci\n");
    check_no_fix(&with(&NPM, "FROM a:1\nCOPY --parents . .\nRUN npm ci\n"));
    check_no_fix(&with(&NPM, "FROM a:1\nCOPY [\".\", \".\"]\nRUN npm ci\n"));
    check_no_fix(&with(&NPM, "FROM a:1 AS b\nCOPY . .\nFROM b\nRUN npm ci\n"));
}

#[test]
fn an_install_that_only_takes_out_what_developers_need_is_not() {
    let of = |copy: &str, run: &str| {
        format!(
            "FROM node:22 AS deps\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn\nFROM node:22\nWORKDIR /app\n{copy}\nCOPY . .\nRUN yarn build && {run}\n"
        )
    };
    check_none(&of("COPY --from=deps /app/node_modules ./node_modules", "yarn install --production"));
    check_none(&of("COPY --from=deps /app/node_modules/ node_modules/", "npm ci --omit=dev"));
    let found = |text: &str| crate::fixture::found(&SOURCE_BEFORE_DEPENDENCIES, text).len();
    assert_eq!(found(&of("COPY --from=deps /app/yarn.lock .", "yarn install --production")), 1);
    assert_eq!(found(&of("COPY --from=deps /app/node_modules ./node_modules", "bundle install")), 1);
}

#[test]
fn each_tool_has_its_manifests() {
    let fixed = |files: &[(&str, &str)], copied: &str, run: &str| {
        let before = with(files, &format!("FROM a:1\nCOPY . .\nRUN {run}\n"));
        check_fix(&before, &format!("FROM a:1\nCOPY {copied} ./\nRUN {run}\nCOPY . .\n"));
    };
    fixed(&[NPM[0], ("yarn.lock", ""), ("b", "")], "package.json yarn.lock", "yarn --frozen-lockfile");
    fixed(&[NPM[0], ("pnpm-lock.yaml", "")], "package.json pnpm-lock.yaml", "corepack enable && pnpm i");
    fixed(&[("go.mod", "module a")], "go.mod", "go mod download");
    fixed(
        &[("r.txt", "a\n-c c.txt"), ("c.txt", "b")],
        "c.txt r.txt",
        "pip install -U pip && pip install -r r.txt d",
    );
}

#[test]
fn every_tool_of_the_table_has_its_manifests() {
    let fixed = |files: &[(&str, &str)], copied: &str, run: &str| {
        let before = with(files, &format!("FROM a:1\nCOPY . .\nRUN {run}\n"));
        check_fix(&before, &format!("FROM a:1\n{copied}\nRUN {run}\nCOPY . .\n"));
    };
    // It takes over the lock files of others, if it has none.
    for lock in ["package-lock.json", "pnpm-lock.yaml", "yarn.lock"] {
        fixed(&[NPM[0], (lock, "{}")], &format!("COPY package.json {lock} ./"), "bun install");
    }
    fixed(&[NPM[0], ("bun.lock", "{}"), NPM[1]], "COPY package.json bun.lock ./", "bun install");
    fixed(&[NPM[0], ("yarn.lock", "")], "COPY package.json yarn.lock ./", "npm install");
    fixed(&[NPM[0], NPM[1], ("yarn.lock", "")], "COPY package.json package-lock.json ./", "npm ci");
    fixed(&[NPM[0], ("bun.lock", "{}")], "COPY package.json bun.lock ./", "bun install --frozen-lockfile");
    let project = ("pyproject.toml", "[project]\nname = 'a'\n");
    fixed(&[project, ("uv.lock", "")], "COPY pyproject.toml uv.lock ./", "uv sync --locked");
    fixed(&[project, ("poetry.lock", "")], "COPY poetry.lock pyproject.toml ./", "poetry install --no-root");
    fixed(&[project, ("pdm.lock", "")], "COPY pdm.lock pyproject.toml ./", "pdm sync --no-self");
    fixed(&[("Pipfile", ""), ("Pipfile.lock", "")], "COPY Pipfile Pipfile.lock ./", "pipenv sync --system");
    fixed(&[("r.txt", "a")], "COPY r.txt ./", "uv pip install --system -r r.txt");
    fixed(&[("r.txt", "a")], "COPY r.txt ./", "uv pip sync r.txt");
    fixed(&[("e.yml", "name: a")], "COPY e.yml ./", "conda env create -f e.yml");
    fixed(&[("e.yml", "name: a")], "COPY e.yml ./", "mamba env update --file=e.yml");
    fixed(&[("Gemfile", "gem 'a'"), ("Gemfile.lock", "")], "COPY Gemfile Gemfile.lock ./", "bundle install");
    fixed(
        &[("composer.json", "{}"), ("composer.lock", "")],
        "COPY composer.json composer.lock ./",
        "composer install --no-dev",
    );
    fixed(&[("pom.xml", "<project/>")], "COPY pom.xml ./", "mvn -B dependency:go-offline");
    fixed(
        &[("pom.xml", "<project/>"), ("mvnw", ""), (".mvn/wrapper/a.properties", "")],
        "COPY mvnw pom.xml ./\nCOPY .mvn/wrapper/a.properties ./.mvn/wrapper/",
        "./mvnw dependency:go-offline",
    );
    fixed(
        &[("build.gradle", ""), ("settings.gradle", ""), ("gradle/libs.versions.toml", "")],
        "COPY build.gradle settings.gradle ./\nCOPY gradle/libs.versions.toml ./gradle/",
        "gradle dependencies --no-daemon",
    );
    fixed(
        &[
            ("App/App.csproj", r#"<ProjectReference Include="..\Lib\Lib.csproj" />"#),
            ("Lib/Lib.csproj", ""),
            ("Directory.Build.props", ""),
            ("Directory.Build.targets", ""),
            ("App/Program.cs", ""),
        ],
        "COPY Directory.Build.props Directory.Build.targets ./\nCOPY App/App.csproj ./App/\nCOPY Lib/Lib.csproj ./Lib/",
        "dotnet restore App/App.csproj",
    );
    fixed(&[("A.csproj", ""), ("a.cs", "")], "COPY A.csproj ./", "dotnet restore");
    fixed(
        &[("mix.exs", "{:a, \"~> 1\"}"), ("mix.lock", "")],
        "COPY mix.exs mix.lock ./",
        "mix deps.get --only prod",
    );
    let workspaces = [
        ("package.json", r#"{"workspaces": ["packages/*"]}"#),
        NPM[1],
        ("packages/a/package.json", r#"{"dependencies": {"b": "workspace:*"}}"#),
        ("packages/b/package.json", "{}"),
        ("packages/README.md", ""),
    ];
    let copied = "COPY package.json package-lock.json ./\nCOPY packages/a/package.json ./packages/a/\nCOPY packages/b/package.json ./packages/b/";
    fixed(&workspaces, copied, "npm ci");
    let workspaces = [
        NPM[0],
        ("pnpm-workspace.yaml", "packages:\n  - 'a'\n"),
        ("pnpm-lock.yaml", ""),
        ("a/package.json", "{}"),
    ];
    let copied = "COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./\nCOPY a/package.json ./a/";
    fixed(&workspaces, copied, "pnpm install --frozen-lockfile");
    let berry = [NPM[0], (".yarnrc.yml", "yarnPath: .yarn/releases/y.cjs"), (".yarn/releases/y.cjs", "")];
    fixed(
        &berry,
        "COPY package.json .yarnrc.yml ./\nCOPY .yarn/releases/y.cjs ./.yarn/releases/",
        "yarn install",
    );
}

#[test]
fn the_project_itself_is_installed_below_its_dependencies() {
    let package = ("pyproject.toml", "[project]\n[build-system]\n");
    check_fix(
        &with(
            &[package, ("poetry.lock", "")],
            "FROM python:3.13\nCOPY . /app\nWORKDIR /app\nRUN poetry install --only main && ./b\n",
        ),
        "FROM python:3.13\nWORKDIR /app\nCOPY poetry.lock pyproject.toml /app/\nRUN poetry install --no-root --only main\nCOPY . /app\nRUN poetry install --only main && ./b\n",
    );
    check_fix(
        &with(&[package, ("uv.lock", "")], "FROM a:1\nCOPY . .\nRUN uv sync --locked\n"),
        "FROM a:1\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --no-install-project --locked\nCOPY . .\nRUN uv sync --locked\n",
    );
    check_no_fix(&with(&[package], "FROM a:1\nCOPY . .\nRUN uv sync\n"));
    check_no_fix(&with(&[package], "FROM a:1\nCOPY . .\nRUN pip install poetry && poetry install\n"));
}

#[test]
fn what_reads_more_than_its_manifests_is_left() {
    let left = |files: &[(&str, &str)], run: &str| {
        check_no_fix(&with(files, &format!("FROM a:1\nCOPY . .\nRUN {run}\n")));
    };
    left(&[("Gemfile", "gemspec")], "bundle install");
    left(&[("composer.json", r#"{"scripts": {"a": "b"}}"#)], "composer install");
    left(&[("composer.json", "{}"), ("vendor/a", "")], "composer install");
    left(&[("pom.xml", "<modules><module>a</module></modules>")], "mvn dependency:go-offline");
    left(&[("build.gradle", ""), ("settings.gradle", "include 'a'")], "gradle dependencies");
    left(&[("A.csproj", r#"<Import Project="b" />"#)], "dotnet restore");
    left(&[("A.csproj", ""), ("obj/project.assets.json", "")], "dotnet restore");
    for reference in [r"$(Root)..\Lib\Lib.csproj", r"..\Lib\*.csproj"] {
        let project = format!(r#"<ProjectReference Include="{reference}" />"#);
        left(&[("App/App.csproj", &project), ("Lib/Lib.csproj", "")], "dotnet restore App/App.csproj");
    }
    let everywhere = r#"<ProjectReference Include="Lib.csproj" />"#;
    for settings in ["Directory.Build.props", "Directory.Build.targets"] {
        left(&[("App/App.csproj", ""), (settings, everywhere)], "dotnet restore App/App.csproj");
    }
    left(&[("A.csproj", ""), ("B.csproj", "")], "dotnet restore");
    left(&[("Cargo.toml", ""), ("Cargo.lock", ""), ("src/main.rs", "")], "cargo fetch");
    left(&[("mix.exs", "{:a, path: \"b\"}")], "mix deps.get");
    left(&[("Pipfile", "a = {path = \".\"}")], "pipenv install");
    left(&[("pyproject.toml", "[project]\na = {path = \"b\"}")], "uv sync");
    left(&[("pyproject.toml", "[project]\na = {\"path\"  = \"b\"}")], "uv sync");
    left(&[("e.yml", "- pip:\n  - -e .")], "conda env create -f e.yml");
    for line in ["--find-links wheels", "-f wheels", "--index-url wheels"] {
        left(&[("r.txt", &format!("{line}\na==1")), ("wheels/a.whl", "")], "pip install -r r.txt");
    }
    left(&[("r.txt", "a"), ("wheels/a.whl", "")], "pip install --find-links wheels -r r.txt");
    left(&[("r.txt", "a")], "pip install -c c.txt -r r.txt");
    left(
        &[("package.json", r#"{"workspaces": ["a"]}"#), NPM[1], ("a/package.json", r#"{"bin": "b.js"}"#)],
        "npm ci",
    );
}

#[test]
fn only_the_files_which_the_next_step_needs_are_copied_before_it() {
    check_fix(
        &with(
            &[("code/requirements.txt", "flask"), ("code/app.py", "")],
            "FROM python:3.13\nRUN mkdir /code\nCOPY code /code/\nRUN pip install -r /code/requirements.txt\n",
        ),
        "FROM python:3.13\nRUN mkdir /code\nCOPY code/requirements.txt /code/\nRUN pip install -r /code/requirements.txt\nCOPY code /code/\n",
    );
}

#[test]
fn dependencies_are_cached_before_the_build() {
    check_fix(
        &with(&NPM, "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\n"),
        "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm install\nCOPY . .\nRUN npm run build\n",
    );
}

#[test]
fn modules_of_go_are_downloaded_before_the_commands_are_copied() {
    check_fix(
        &with(
            &[("go.mod", "module a"), ("go.sum", ""), ("cmd/main.go", "")],
            "FROM golang:1.25\nWORKDIR /app\nCOPY . .\nRUN go mod download\nRUN go build -o /server ./cmd\n",
        ),
        "FROM golang:1.25\nWORKDIR /app\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build -o /server ./cmd\n",
    );
}

#[test]
fn ignored_modules_do_not_overwrite_what_is_installed() {
    check_fix(
        &with(
            &[NPM[0], NPM[1], ("node_modules/a/b", ""), (".dockerignore", "node_modules")],
            "FROM a:1\nCOPY . .\nRUN npm install\n",
        ),
        "FROM a:1\nCOPY package.json package-lock.json ./\nRUN npm install\nCOPY . .\n",
    );
}

#[test]
fn a_word_that_is_not_known_stops_the_fix_alone() {
    let files = "#- package.json\n{}\n#- package-lock.json\n{}\n#- requirements.txt\na\n#- Dockerfile\n";
    let late = |run: &str| format!("{files}FROM a:1\nARG MORE\nWORKDIR /app\nCOPY . .\nRUN {run}\n");
    for (run, marks) in
        [("npm ci $MORE", "^^^^^^"), ("pip install -r requirements.txt ${MORE}", "^^^^^^^^^^^")]
    {
        let name = run.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        check(&format!(
            "{}  # {marks} every change of the source runs `{name}` again: the COPY in line 4 comes before it\n",
            late(run)
        ));
        check_no_fix(&late(run));
    }
    // Packages may be named, or something else be done.
    for run in ["npm install $MORE", "yarn $MORE", "bundle $MORE", "echo a | xargs npm ci"] {
        check_none(&late(run));
    }
}

#[test]
fn a_project_in_a_folder_that_an_option_names_is_known() {
    let project = "#- web/package.json\n{}\n#- web/package-lock.json\n{}\n#- web/a.js\n\n";
    let with = |steps: &str| format!("{project}#- Dockerfile\nFROM a:1\nWORKDIR /app\n{steps}\n");
    for run in ["npm --prefix web ci", "npm ci --prefix=./web", "npm -C web ci"] {
        check_fix(
            &with(&format!("COPY . .\nRUN {run}")),
            &with(&format!("COPY web/package.json web/package-lock.json ./web/\nRUN {run}\nCOPY . .")),
        );
    }
    for run in ["npm --prefix /web ci", "npm --prefix $A ci", "npm --prefix web -C b ci"] {
        check_none(&with(&format!("COPY . .\nRUN {run}")));
    }
}

#[test]
fn manifests_that_are_copied_by_name_from_the_same_folder_leave_its_source_below() {
    let files = "#- web/package.json\n{}\n#- web/package-lock.json\n{}\n#- package.json\n{}\n";
    let with = |steps: &str| format!("{files}#- Dockerfile\nFROM a:1\nWORKDIR /app\n{steps}\n");
    for copy in ["COPY web/ .", "COPY web ."] {
        check_fix(
            &with(&format!("COPY web/package*.json ./\n{copy}\nRUN npm ci")),
            &with(&format!("COPY web/package*.json ./\nRUN npm ci\n{copy}")),
        );
    }
    check_none(&with("COPY package.json ./\nCOPY web/ .\nRUN npm ci"));
}

/// Nothing is offered for an install below a copy of these files to the folder `/app`, after some steps.
fn is_left_in_app(files: &[(&str, &str)], steps: &str, run: &str) {
    check_no_fix(&with(files, &format!("FROM python:3.13\n{steps}WORKDIR /app\nCOPY . .\nRUN {run}\n")));
}

/// A step of its own comes for the manifests of an install in the folder `/app`.
fn is_divided_in_app(files: &[(&str, &str)], steps: &str, copied: &str, run: &str) {
    let start = format!("FROM python:3.13\n{steps}WORKDIR /app\n");
    check_fix(
        &with(files, &format!("{start}COPY . .\nRUN {run}\n")),
        &format!("{start}COPY {copied} ./\nRUN {run}\nCOPY . .\n"),
    );
}

#[test]
fn an_option_that_names_a_file_of_the_project_is_read() {
    let npm = "package.json package-lock.json";
    for option in ["--userconfig ci/rc", "--cafile=certs/ca.pem", "--globalconfig /app/rc"] {
        is_left_in_app(&NPM, "", &format!("npm ci {option}"));
    }
    is_divided_in_app(&NPM, "", npm, "npm ci --cafile /etc/ssl/ca.pem --registry https://a/b");
    let pip = [("r.txt", "a")];
    for option in ["--cert certs/ca.pem", "--client-cert=c.pem", "-i file:///app/index", "--group dev"] {
        is_left_in_app(&pip, "", &format!("pip install -r r.txt {option}"));
    }
    is_divided_in_app(&pip, "", "r.txt", "pip install -r r.txt -i https://a/b --cert /etc/ssl/ca.pem");
    is_left_in_app(&pip, "", "uv pip install --system --config-file ci/uv.toml -r r.txt");
    is_left_in_app(&pip, "", "uv pip install --system --overrides o.txt -r r.txt");
    is_left_in_app(&[NPM[0], ("yarn.lock", "")], "", "yarn install --use-yarnrc ci/yarnrc");
    is_left_in_app(&[("pom.xml", "<project/>")], "", "mvn -s ci/settings.xml dependency:go-offline");
    is_left_in_app(&[("A.csproj", "")], "", "dotnet restore --configfile ci/nuget.config");
    is_left_in_app(&[("A.csproj", "")], "", "dotnet restore -s ./packages");
    is_divided_in_app(&[("A.csproj", "")], "", "A.csproj", "dotnet restore -s https://a/v3/index.json");
}

#[test]
fn packages_of_dotnet_that_lie_in_the_project_are_read() {
    let source = |value: &str| {
        format!(
            "<configuration><packageSources><add key=\"a\" value=\"{value}\" /></packageSources></configuration>"
        )
    };
    for value in ["./pk", "/app/pk", "pk\\local", "file:///app/pk", "%FEED%"] {
        is_left_in_app(&[("A.csproj", ""), ("nuget.config", &source(value))], "", "dotnet restore");
    }
    let own = "<configuration><packageSources><clear /><add key=\"a\" value=\"https://a/v3/index.json\" protocolVersion=\"3\" /></packageSources><config><add key=\"x\" value=\"y\" /></config></configuration>";
    is_divided_in_app(
        &[("A.csproj", ""), ("nuget.config", own)],
        "",
        "A.csproj nuget.config",
        "dotnet restore",
    );
    let more =
        "<RestoreAdditionalProjectSources>$(MSBuildThisFileDirectory)/pk</RestoreAdditionalProjectSources>";
    is_left_in_app(&[("A.csproj", ""), ("Directory.Build.props", more)], "", "dotnet restore");
    is_divided_in_app(
        &[("A.csproj", ""), ("Directory.Build.rsp", "-p:A=b")],
        "",
        "A.csproj Directory.Build.rsp",
        "dotnet restore",
    );
    is_left_in_app(&[("A.csproj", ""), ("Directory.Build.rsp", "@ci/more.rsp")], "", "dotnet restore");
}

#[test]
fn settings_in_the_project_are_read_where_the_home_is() {
    let pip = |file| [("r.txt", "a"), (file, "")];
    for file in [".netrc", ".pip/pip.conf", ".config/pip/pip.conf", ".gitconfig", ".ssh/config"] {
        is_left_in_app(&pip(file), "ENV HOME=/app\n", "pip install -r r.txt");
        is_left_in_app(&pip(file), "RUN useradd -d /app a\nUSER a\n", "pip install -r r.txt");
        is_divided_in_app(&pip(file), "", "r.txt", "pip install -r r.txt");
    }
    let file = with(&pip(".netrc"), "FROM python:3.13\nWORKDIR /root\nCOPY . .\nRUN pip install -r r.txt\n");
    check_no_fix(&file);
    is_left_in_app(&[("go.mod", ""), (".config/go/env", "")], "ENV HOME=/app\n", "go mod download");
    // What is beside the manifests is copied with them.
    is_divided_in_app(
        &[NPM[0], NPM[1], (".npmrc", "a=b")],
        "ENV HOME=/app\n",
        "package.json .npmrc package-lock.json",
        "npm ci",
    );
}

#[test]
fn a_source_that_a_build_argument_names_stays_as_it_is() {
    check_no_fix_or_finding(&with(&NPM, "FROM a:1\nARG SRC=.\nWORKDIR /app\nCOPY $SRC /app/\nRUN npm ci\n"));
}

#[test]
fn a_folder_that_git_leaves_out_may_be_there() {
    let files = "#- .gitignore\nnode_modules/\n#- package.json\n{}\n#- package-lock.json\n{}\n#- a.js\n\n";
    let before = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
    let after = "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";
    let fix = check_fix(
        &format!("{files}#- Dockerfile\n{before}"),
        &format!("{files}#- .dockerignore\n**/node_modules\n#- Dockerfile\n{after}"),
    );
    assert_eq!(fix.files.len(), 1);
    // In bulk both are changed as well.
    let fixture = crate::fixture::Fixture::new(&format!("{files}#- Dockerfile\n{before}"));
    let is_wanted = |finding: &Finding| finding.rule.id == SOURCE_BEFORE_DEPENDENCIES.id;
    let all = fixture.look(|cx| crate::fix::fix_all(cx, Safety::Suggested, &is_wanted)).expect("a fix");
    assert!(all.files.len() == 1 && !all.edits.is_empty());
    let ignored = format!("#- .dockerignore\nnode_modules\n{files}#- Dockerfile\n");
    assert!(check_fix(&format!("{ignored}{before}"), &format!("{ignored}{after}")).files.is_empty());
    // Another Dockerfile needs it.
    check_no_fix(&format!("{files}#- b.Dockerfile\nFROM a:1\nCOPY node_modules /n\n#- Dockerfile\n{before}"));
}

#[test]
fn an_install_that_only_links_is_left_alone() {
    let with = |fetch: &str, flag: &str| {
        format!(
            "FROM node:22\nWORKDIR /app\nCOPY pnpm-lock.yaml ./\nRUN pnpm {fetch}\nADD . ./\nRUN pnpm install {flag}\n"
        )
    };
    check_none(&with("fetch --prod", "-r --offline --prod"));
    assert!(crate::fixture::finds(&SOURCE_BEFORE_DEPENDENCIES, &with("--version", "--offline")));
    assert!(crate::fixture::finds(&SOURCE_BEFORE_DEPENDENCIES, &with("fetch", "--prod")));
}
