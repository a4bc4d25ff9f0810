//! What lies in build contexts and has no business in an image: history, what tools and editors leave behind, what was
//! installed or built on the developer's machine, secrets, and the files that describe the build itself.
//! Sources: the tools' own `.gitignore` templates; Docker docs, "Build context", ".dockerignore files".

use super::package_managers::Family;

/// One kind of what has no business in an image.
#[derive(Debug, PartialEq, Eq)]
pub struct Unneeded {
    /// The name of the file or folder.
    pub name: &'static str,
    /// The line of an ignore file that leaves it out wherever it is.
    pub pattern: &'static str,
    /// It is made anew in the image only where one of these is run; empty where nothing needs it.
    pub made_by: &'static [Family],
    /// Whether that only happens where they build, not where they install.
    pub is_built: bool,
    /// Next to it, or in it, lies one of these; empty where the name says enough.
    pub beside: &'static [&'static str],
    /// Where one of these lies in a folder, it is to be expected there, be it there now or not.
    pub expected_with: &'static [&'static str],
    /// Whether its arrival in an image is worth a finding.
    pub is_reported: bool,
}

/// What can be left out where it is met, and costs little where it is not.
const MET: Unneeded = Unneeded {
    name: "",
    pattern: "",
    made_by: &[],
    is_built: false,
    beside: &[],
    expected_with: &[],
    is_reported: false,
};

const PYTHON: &[Family] =
    &[Family::Pip, Family::Uv, Family::Poetry, Family::Pdm, Family::Pipenv, Family::Conda];

const PYTHON_PROJECT: &[&str] =
    &["requirements.txt", "pyproject.toml", "setup.py", "Pipfile", "environment.yml", "manage.py"];

/// All that is known.
pub static UNNEEDED: [Unneeded; 26] = [
    Unneeded {
        name: ".git",
        pattern: ".git",
        beside: &[".git/HEAD"],
        expected_with: &[".gitignore", ".gitattributes", ".github"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "node_modules",
        pattern: "**/node_modules",
        made_by: &[Family::Npm, Family::Yarn, Family::Pnpm, Family::Bun],
        expected_with: &["package.json"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "__pycache__",
        pattern: "**/__pycache__",
        expected_with: PYTHON_PROJECT,
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: ".venv",
        pattern: "**/.venv",
        made_by: PYTHON,
        beside: &[".venv/pyvenv.cfg"],
        expected_with: PYTHON_PROJECT,
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "venv",
        pattern: "**/venv",
        made_by: PYTHON,
        beside: &["venv/pyvenv.cfg"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "target",
        pattern: "**/target",
        made_by: &[Family::Cargo, Family::Maven],
        beside: &["Cargo.toml", "pom.xml"],
        expected_with: &["Cargo.toml", "pom.xml"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "vendor",
        pattern: "**/vendor",
        made_by: &[Family::Composer],
        beside: &["vendor/autoload.php"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "_build",
        pattern: "_build",
        made_by: &[Family::Mix],
        is_built: true,
        beside: &["mix.exs"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: ".next",
        pattern: "**/.next",
        made_by: &[Family::Npm, Family::Yarn, Family::Pnpm, Family::Bun],
        is_built: true,
        beside: &["next.config.js", "next.config.mjs", "next.config.ts", ".next/BUILD_ID"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: ".bundle",
        pattern: ".bundle",
        made_by: &[Family::Bundler],
        beside: &["Gemfile"],
        ..MET
    },
    Unneeded {
        name: ".gradle",
        pattern: "**/.gradle",
        made_by: &[Family::Gradle],
        expected_with: &["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "obj",
        pattern: "**/obj",
        made_by: &[Family::DotNet],
        beside: &["obj/project.assets.json"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: ".env",
        pattern: ".env",
        expected_with: &[".env.example", ".env.sample", ".env.template"],
        is_reported: true,
        ..MET
    },
    Unneeded {
        name: "bin",
        pattern: "**/bin",
        made_by: &[Family::DotNet],
        beside: &["obj/project.assets.json"],
        ..MET
    },
    Unneeded { name: ".DS_Store", pattern: "**/.DS_Store", ..MET },
    Unneeded { name: ".github", pattern: ".github", ..MET },
    Unneeded { name: ".idea", pattern: ".idea", ..MET },
    Unneeded { name: ".mypy_cache", pattern: "**/.mypy_cache", ..MET },
    Unneeded { name: ".pytest_cache", pattern: "**/.pytest_cache", ..MET },
    Unneeded { name: ".ruff_cache", pattern: "**/.ruff_cache", ..MET },
    Unneeded { name: ".vscode", pattern: ".vscode", ..MET },
    Unneeded { name: "Dockerfile", pattern: "Dockerfile*", ..MET },
    Unneeded { name: "compose.yaml", pattern: "compose*.yaml", ..MET },
    Unneeded { name: "compose.yml", pattern: "compose*.yml", ..MET },
    Unneeded { name: "docker-compose.yaml", pattern: "docker-compose*.yaml", ..MET },
    Unneeded { name: "docker-compose.yml", pattern: "docker-compose*.yml", ..MET },
];
