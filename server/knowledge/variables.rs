//! The variables that BuildKit defines or obeys without the Dockerfile's doing.
//!
//! Source: `dockerfile2llb/platform.go` and `convert.go` of moby/buildkit, and the Dockerfile reference.

mod table;

/// Who sees a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Set for every RUN once it is passed with `--build-arg`; an `ARG` for it only adds it to history and cache key.
    Run,
    /// Known before the first FROM and in FROM lines; a stage sees it after `ARG NAME` without a value.
    Global,
    /// Obeyed by the builder when passed with `--build-arg`; needs no `ARG`, and a RUN sees it only with one.
    Builder,
    /// Obeyed by the builder where the Dockerfile itself sets it with `ARG`; never in a RUN's environment.
    Declared,
}

/// A predefined variable.
#[derive(Debug, PartialEq, Eq)]
pub struct Variable {
    /// Case matters.
    pub name: &'static str,
    /// Who sees it.
    pub scope: Scope,
    /// A value as it may look; empty where there is none on common machines.
    pub example: &'static str,
    /// Markdown.
    pub documentation: &'static str,
}

/// Every predefined variable, sorted by name.
pub fn all() -> &'static [Variable] {
    table::ALL
}

/// A predefined variable by its exact name.
pub fn variable(name: &str) -> Option<&'static Variable> {
    let index = all().binary_search_by(|variable| variable.name.cmp(name)).ok()?;
    all().get(index)
}

/// The names of those that are known before the first FROM, sorted.
pub fn global_names<'a>() -> impl Iterator<Item = &'a str> {
    let global = all().iter().filter(|variable| variable.scope == Scope::Global);
    global.map(|variable| -> &'a str { variable.name })
}

/// Those that are known before the first FROM, in the order in which files have use for them: the parts that a compiler for
/// the platform of the image is told, then that of the machine that builds. Source: Docker's documentation, "Multi-platform
/// builds", "Cross-compilation".
pub fn usual_first() -> Vec<&'static Variable> {
    const USUAL: [&str; 6] =
        ["TARGETARCH", "TARGETOS", "TARGETPLATFORM", "BUILDPLATFORM", "TARGETVARIANT", "BUILDARCH"];
    let mut global: Vec<&Variable> = all().iter().filter(|known| known.scope == Scope::Global).collect();
    global.sort_by_key(|known| USUAL.iter().position(|name| *name == known.name).unwrap_or(USUAL.len()));
    global
}

/// Whether a name is one of those that are known before the first FROM.
pub fn is_global_name(name: &str) -> bool {
    variable(name).is_some_and(|variable| variable.scope == Scope::Global)
}

/// Ends of names whose values differ from build to build.
const OF_BUILDS: [&str; 22] = [
    "BUILD_DATE",
    "BUILD_DATETIME",
    "BUILD_ID",
    "BUILD_NUMBER",
    "BUILD_SHA",
    "BUILD_TIME",
    "BUILD_TIMESTAMP",
    "BUILDDATE",
    "BUILDTIME",
    "CI_COMMIT_SHA",
    "CI_COMMIT_SHORT_SHA",
    "COMMIT",
    "COMMIT_HASH",
    "COMMIT_SHA",
    "GITHUB_RUN_ID",
    "GITHUB_SHA",
    "GIT_HASH",
    "GIT_REF",
    "GIT_REV",
    "GIT_REVISION",
    "GIT_SHA",
    "VCS_REF",
];

/// Whether a variable of this name has another value at every build, such as a commit or a date.
pub fn differs_with_builds(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_end =
        |end: &&str| name.strip_suffix(*end).is_some_and(|start| start.is_empty() || start.ends_with('_'));
    OF_BUILDS.iter().any(is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(scope: Scope) -> Vec<&'static str> {
        let variables = all().iter().filter(|variable| variable.scope == scope);
        variables.map(|variable| variable.name).collect()
    }

    #[test]
    fn global_arguments_are_those_of_buildkit() {
        let expected = [
            "BUILDARCH",
            "BUILDOS",
            "BUILDOSVERSION",
            "BUILDPLATFORM",
            "BUILDVARIANT",
            "TARGETARCH",
            "TARGETOS",
            "TARGETOSVERSION",
            "TARGETPLATFORM",
            "TARGETSTAGE",
            "TARGETVARIANT",
        ];
        assert_eq!(with(Scope::Global), expected);
    }

    #[test]
    fn proxies_are_known_in_both_cases() {
        let mut expected = Vec::new();
        for name in ["ALL_PROXY", "FTP_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
            expected.push(name.to_owned());
            expected.push(name.to_ascii_lowercase());
        }
        expected.sort_unstable();
        assert_eq!(with(Scope::Run), expected);
        assert_eq!(variable("Http_Proxy"), None);
    }

    #[test]
    fn the_table_is_sorted_unique_and_documented() {
        assert!(all().is_sorted_by(|left, right| left.name < right.name));
        for variable in all() {
            assert!(variable.documentation.len() > 30, "{}", variable.name);
        }
    }

    #[test]
    fn lookups_are_exact() {
        assert_eq!(variable("TARGETARCH").map(|variable| variable.example), Some("arm64"));
        assert_eq!(variable("TARGET"), None);
        assert_eq!(variable(""), None);
    }
}
