//! The files of a project, and the variables of a build: which of them only the tool that builds reads, and no program that
//! runs. What is not named here may be read while the program runs.
//! Source: the documentation of the tools; github/gitignore.

use crate::path;

/// What the files of a project are to what builds it.
#[derive(Debug)]
pub struct ProjectFiles {
    /// The files by which a folder shows that it is such a project, if one of them is there; `*` stands for anything.
    pub manifests: &'static [&'static str],
    /// The endings of those that it compiles, without the dot.
    pub extensions: &'static [&'static str],
    /// The names of others that only it reads; `*` stands at the beginning or the end.
    pub names: &'static [&'static str],
    /// Folders in which all is its own.
    pub folders: &'static [&'static str],
    /// Words of the code by which it starts other programs.
    pub starters: &'static [&'static str],
}

/// Go.
pub static GO: ProjectFiles = ProjectFiles {
    manifests: &["go.mod"],
    extensions: &["go", "templ", "proto", "s"],
    names: &["go.mod", "go.sum", "go.work", "go.work.sum", ".golangci.*", ".air.toml", "sqlc.y*", "buf.*"],
    folders: &["vendor"],
    starters: &["\"os/exec\"", "\"plugin\"", "syscall.Exec", "os.StartProcess"],
};

/// Java: what lies in `src` is compiled or packed.
pub static JAVA: ProjectFiles = ProjectFiles {
    manifests: &["pom.xml", "build.gradle", "build.gradle.kts"],
    extensions: &["java", "kt", "kts", "gradle", "groovy"],
    names: &["pom.xml", "mvnw*", "gradlew*", "gradle.properties", "lombok.config", "checkstyle*"],
    folders: &["src", "target", "build", "gradle", ".mvn", ".gradle"],
    starters: &["ProcessBuilder", "getRuntime().exec"],
};

/// .NET: `dotnet publish` puts beside the program what it reads.
pub static DOTNET: ProjectFiles = ProjectFiles {
    manifests: &["*.csproj", "*.fsproj", "*.sln", "*.slnx"],
    extensions: &["cs", "csproj", "sln", "slnx", "razor", "cshtml", "props", "targets", "resx", "user"],
    names: &["*.json", "nuget.config", "NuGet.Config", "NuGet.config", "*.http"],
    folders: &["bin", "obj", "wwwroot", "Properties", "Migrations"],
    starters: &["Process.Start", "ProcessStartInfo"],
};

/// Node.js, compiled from TypeScript.
pub static NODE: ProjectFiles = ProjectFiles {
    manifests: &["package.json"],
    extensions: &["ts", "tsx", "mts", "cts"],
    names: &[
        "package-lock.json",
        "npm-shrinkwrap.json",
        "tsconfig*.json",
        ".eslintrc*",
        ".eslintignore",
        "eslint.config.*",
        ".prettier*",
        "prettier.config.*",
        "jest.config.*",
        "vitest.config.*",
        "nest-cli.json",
        "nodemon.json",
        ".nvmrc",
        ".node-version",
        ".npmrc",
        ".npmignore",
        ".pnp.*",
        ".pnpmfile.cjs",
        ".yarnrc",
        ".yarnrc.yml",
        "bun.lock*",
        "pnpm-lock.yaml",
        "pnpm-workspace.yaml",
        "yarn.lock",
    ],
    folders: &[".yarn", "coverage", "test", "tests", "__tests__"],
    starters: &["child_process", "execa", "shelljs", "\"zx\""],
};

/// Python, which is run as it is written.
pub static PYTHON: ProjectFiles = ProjectFiles {
    manifests: &["requirements.txt", "pyproject.toml", "Pipfile"],
    extensions: &["py"],
    names: &[],
    folders: &[],
    starters: &["subprocess", "os.system", "os.popen", "os.exec", "os.spawn", "pty.spawn"],
};

/// Rust.
pub static RUST: ProjectFiles = ProjectFiles {
    manifests: &["Cargo.toml"],
    extensions: &["rs"],
    names: &["Cargo.toml", "Cargo.lock", "rust-toolchain*", "*rustfmt.toml", "*clippy.toml", "deny.toml"],
    folders: &["src", "target", "vendor", "benches", "examples", "tests", ".cargo"],
    starters: &["process::Command", "process::{", "Command::new", "libloading"],
};

/// Files for people, for version control and for what tests and publishes: no program reads them.
const FOR_PEOPLE: [&str; 34] = [
    "*.md",
    "*.rst",
    ".circleci",
    ".devcontainer",
    ".dockerignore",
    ".drone.yml",
    ".editorconfig",
    ".git",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".gitkeep",
    ".gitlab-ci.yml",
    ".gitmodules",
    ".idea",
    ".keep",
    ".pre-commit-config.yaml",
    ".tool-versions",
    ".travis.yml",
    ".vscode",
    "AUTHORS*",
    "CODEOWNERS",
    "COPYING*",
    "Containerfile*",
    "Dockerfile*",
    "Jenkinsfile*",
    "LICENCE*",
    "LICENSE*",
    "Makefile",
    "README*",
    "compose*.y*",
    "docker-compose*",
    "renovate.json",
    "skaffold.y*",
];

/// Variables that only tools for building read; `*` stands at the end.
const FOR_BUILDING: [&str; 58] = [
    "AR",
    "CARGO_*",
    "CC",
    "CFLAGS",
    "CGO_*",
    "CPPFLAGS",
    "CXX",
    "CXXFLAGS",
    "DEBIAN_FRONTEND",
    "GO111MODULE",
    "GOAMD64",
    "GOARCH",
    "GOARM",
    "GOBIN",
    "GOCACHE",
    "GOEXPERIMENT",
    "GOFLAGS",
    "GOINSECURE",
    "GOMODCACHE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOOS",
    "GOPATH",
    "GOPRIVATE",
    "GOPROXY",
    "GOROOT",
    "GOSUMDB",
    "GOTOOLCHAIN",
    "GRADLE_*",
    "LDFLAGS",
    "MAKEFLAGS",
    "MAVEN_*",
    "NUGET_*",
    "PDM_*",
    "PIPENV_*",
    "PIP_*",
    "POETRY_*",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
    "RUSTUP_*",
    "UV_CACHE_DIR",
    "UV_COMPILE_BYTECODE",
    "UV_CONCURRENT_*",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FROZEN",
    "UV_HTTP_TIMEOUT",
    "UV_INDEX*",
    "UV_LINK_MODE",
    "UV_LOCKED",
    "UV_NO_CACHE",
    "UV_NO_DEV",
    "UV_NO_MANAGED_PYTHON",
    "UV_NO_PROGRESS",
    "UV_NO_SYNC",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON*",
    "UV_TOOL_BIN_DIR",
];

impl ProjectFiles {
    /// Whether a file of this name shows that its folder is such a project.
    pub fn is_manifest(&self, name: &str) -> bool {
        self.manifests.iter().any(|pattern| matches(pattern, name))
    }

    /// Whether only the build reads a file, or only people; `path` is relative to the project.
    pub fn is_source(&self, path: &str) -> bool {
        let is_own = |part: &str| {
            FOR_PEOPLE.iter().any(|pattern| matches(pattern, part)) || self.folders.contains(&part)
        };
        let name = path::name(path);
        path.split('/').any(is_own)
            || name.rsplit_once('.').is_some_and(|(_, ending)| self.extensions.contains(&ending))
            || self.names.iter().any(|pattern| matches(pattern, name))
    }

    /// Whether a file is code, in which a starter can stand.
    pub fn is_code(&self, path: &str) -> bool {
        let ending = path::name(path).rsplit_once('.');
        ending.is_some_and(|(_, ending)| self.extensions.contains(&ending))
    }
}

/// Whether only tools for building read a variable.
pub fn is_for_building(variable: &str) -> bool {
    FOR_BUILDING.iter().any(|pattern| matches(pattern, variable))
}

/// Whether a name is what a pattern says, in which one `*` stands for anything.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end.trim_end_matches('*')))
        }
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(FOR_PEOPLE.is_sorted() && FOR_BUILDING.is_sorted());
    }

    #[test]
    fn what_a_program_may_read_is_no_source() {
        for path in
            ["main.go", "a/b.go", "go.mod", ".github/a.yml", "vendor/a/b.html", "README.md", "LICENSE"]
        {
            assert!(GO.is_source(path), "{path}");
        }
        for path in
            ["static/app.css", "config.yaml", ".env", "docs/swagger.json", "a/gox", "migrations/1.sql"]
        {
            assert!(!GO.is_source(path), "{path}");
        }
        assert!(is_for_building("CGO_ENABLED") && is_for_building("GOPROXY") && !is_for_building("PORT"));
    }
}
