//! Tools and plugins that ask git about a project while they build it, and the files in which a project says so.
//! Sources: the documentation of each of them; Microsoft, "Source Link included in the .NET SDK" (8.0).

use super::package_managers::Family;
use crate::path;

/// Names of plugins and libraries, as the files of a project write them, whose builds ask git. Those with `git` in their
/// names as a word need no mention.
pub const PLUGINS: &[&str] = &[
    // Cargo.
    "built",
    "git2",
    "gix",
    "shadow-rs",
    "shadow_rs",
    "vergen",
    // Python.
    "dunamai",
    "hatch-vcs",
    "pbr",
    "poetry-dynamic-versioning",
    "source = \"scm\"",
    "setuptools-scm",
    "setuptools_scm",
    "uv-dynamic-versioning",
    "versioneer",
    "versioningit",
    // Gradle and Maven.
    "axion-release",
    "buildnumber-maven-plugin",
    "gorylenko",
    "grgit",
    "jgit",
    "jgitver",
    "nebula",
    "palantir",
    "reckon",
    "scmVersion",
    // .NET.
    "GitInfo",
    "GitVersion",
    "GitVersioning",
    "LibGit2Sharp",
    "MinVer",
    "Nerdbank",
    "SourceLink",
    // Names of their own.
    "goreleaser",
];

/// Packages of Node that ask git when the project is built.
pub const NODE_PACKAGES: &[&str] = &[
    "@11ty/eleventy",
    "@antora/cli",
    "@astrojs/starlight",
    "@docusaurus/core",
    "@sentry/astro",
    "@sentry/cli",
    "@sentry/gatsby",
    "@sentry/nextjs",
    "@sentry/nuxt",
    "@sentry/sveltekit",
    "@sentry/vite-plugin",
    "@sentry/webpack-plugin",
    "gitlog",
    "nextra",
    "nodegit",
    "vitepress",
    "vuepress",
];

/// Words of a script that have git asked.
pub const SCRIPT_WORDS: &[&str] = &[
    "--affected",
    "HEAD",
    "affected",
    "auto-changelog",
    "lerna",
    "release-it",
    "semantic-release",
    "sentry-cli",
    "standard-version",
];

/// Whether a file of a project, by its path, may say what a tool of this family does beside the usual.
pub fn is_told_by(family: Family, path: &str) -> bool {
    let name = path::name(path);
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    match family {
        Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun => {
            const STARTS: [&str; 5] = ["Gruntfile", "config-overrides", "gulpfile", "rollup", "webpack"];
            let is_script = ends(&[".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"]);
            is_script && (name.contains(".config.") || STARTS.iter().any(|start| name.starts_with(start)))
        }
        Family::Pip | Family::Uv | Family::Pipenv | Family::Poetry | Family::Pdm => {
            matches!(name, "pyproject.toml" | "setup.cfg" | "setup.py")
        }
        Family::Cargo => matches!(name, "Cargo.toml" | "build.rs"),
        Family::Gem | Family::Bundler => ends(&[".gemspec"]),
        Family::Maven => matches!(name, "pom.xml" | "extensions.xml"),
        Family::Gradle => {
            ends(&[".gradle", ".gradle.kts", ".versions.toml"])
                || path.contains("buildSrc/")
                || path.contains("build-logic/")
        }
        Family::DotNet => ends(&["proj", ".props", ".targets"]),
        Family::Mix => matches!(name, "mix.exs" | "rebar.config"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_has_its_files() {
        assert!(is_told_by(Family::Npm, "web/vite.config.ts") && is_told_by(Family::Yarn, "gulpfile.js"));
        assert!(!is_told_by(Family::Npm, "src/main.js") && !is_told_by(Family::Npm, "a.config.json"));
        assert!(is_told_by(Family::Gradle, "buildSrc/src/A.kt") && !is_told_by(Family::Gradle, "src/A.kt"));
        assert!(is_told_by(Family::DotNet, "a/A.csproj") && is_told_by(Family::Cargo, "a/build.rs"));
    }
}
