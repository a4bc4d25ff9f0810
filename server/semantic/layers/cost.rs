//! What it costs to run a step again: seconds for most, minutes for what installs, compiles or fetches.

use crate::knowledge::package_managers::Action;
use crate::semantic::facts::Facts;
use crate::syntax::Instruction;

/// What a step costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// It copies, or does little.
    Low,
    /// It installs, compiles or fetches.
    High,
}

/// Programs that compile, or that fetch what is not small.
const COSTLY: [&str; 34] = [
    "ansible-playbook",
    "bazel",
    "bundle",
    "cargo",
    "clang",
    "cmake",
    "composer",
    "conda",
    "configure",
    "curl",
    "dotnet",
    "g++",
    "gcc",
    "git",
    "gradle",
    "gradlew",
    "make",
    "mamba",
    "meson",
    "mix",
    "msbuild",
    "mvn",
    "mvnw",
    "ninja",
    "poetry",
    "rustup",
    "sbt",
    "swift",
    "tsc",
    "uv",
    "vite",
    "webpack",
    "wget",
    "xcodebuild",
];

/// What a RUN costs, as far as a POSIX shell reads it; one that another shell reads counts as costly.
pub(super) fn of_run(instruction: &Instruction, has_posix_shell: bool) -> Cost {
    let Some(facts) = Facts::of(instruction).filter(|_| has_posix_shell) else {
        return Cost::High;
    };
    let installs = facts.packages.iter().any(|package| {
        matches!(package.action, Action::Install | Action::UpdateLists | Action::Upgrade | Action::Build)
    });
    let is_costly = |name: &str| COSTLY.binary_search(&name).is_ok();
    let runs_costly = facts.invocations.iter().any(|invocation| {
        let manager = facts.package_of(invocation.command);
        let verb_is_known = manager.is_some_and(|package| package.action != Action::Other);
        // `npm run build` compiles, as far as anybody can tell; `npm config set` does not.
        let runs_script = manager.is_some_and(|package| {
            package.words(&facts.script).iter().any(|word| word.is("run") || word.is("exec"))
        });
        runs_script || !verb_is_known && manager.is_none() && is_costly(&invocation.name)
    });
    if installs || runs_costly { Cost::High } else { Cost::Low }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn cost(source: &str) -> Cost {
        of_run(&File::new(source).items()[0].instruction, true)
    }

    #[test]
    fn installs_builds_and_downloads_are_costly() {
        for run in [
            "npm ci",
            "apt-get update",
            "go build ./...",
            "npm run build",
            "make -j4",
            "cd x && curl -O https://a.b/c",
            "./gradlew assemble",
        ] {
            assert_eq!(cost(&format!("RUN {run}")), Cost::High, "{run}");
        }
        for run in
            ["mkdir -p /a", "npm config set a b", "rm -rf /x && chown -R a b", "adduser a", "npm cache clean"]
        {
            assert_eq!(cost(&format!("RUN {run}")), Cost::Low, "{run}");
        }
    }

    #[test]
    fn what_cannot_be_read_counts_as_costly() {
        assert_eq!(of_run(&File::new("RUN Get-Item").items()[0].instruction, false), Cost::High);
        assert!(COSTLY.is_sorted());
    }
}
