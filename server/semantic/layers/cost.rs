//! What it costs to run a step again: seconds for most, minutes for what installs, compiles or fetches.

use crate::knowledge::package_managers::Action;
use crate::semantic::facts::Facts;
use crate::semantic::packages::PackageCommand;
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
    let is_cheap =
        has_posix_shell && Facts::of(instruction).is_some() && costly_commands(instruction).is_empty();
    if is_cheap { Cost::Low } else { Cost::High }
}

/// The costly commands of a RUN, each by its program and what that is told to do: `npm ci`, `npm run build`, `make`.
/// Without those that are said twice; none where no POSIX shell reads it.
pub fn costly_commands(instruction: &Instruction) -> Vec<String> {
    let Some(facts) = Facts::of(instruction) else {
        return Vec::new();
    };
    let mut commands: Vec<String> = Vec::new();
    for invocation in &facts.invocations {
        let name = match facts.package_of(invocation.command) {
            Some(package) => of_package(package, facts),
            None => COSTLY.binary_search(&&*invocation.name).is_ok().then(|| invocation.name.to_string()),
        };
        commands.extend(name.filter(|name| !commands.contains(name)));
    }
    commands
}

fn of_package(package: &PackageCommand, facts: &Facts) -> Option<String> {
    let words = package.words(&facts.script);
    let name = package.manager.name;
    match package.action {
        Action::Install | Action::UpdateLists | Action::Upgrade | Action::Build => {
            let told = words.get(package.program + 1..=package.verb).unwrap_or_default();
            let told =
                told.iter().filter_map(|word| word.value.as_deref()).filter(|word| !word.starts_with('-'));
            let mut verb: Vec<&str> = told.rev().take(package.verb_words).collect();
            verb.reverse();
            Some(format!("{name} {}", verb.join(" ")).trim_end().to_owned())
        }
        Action::Remove | Action::Clean | Action::Other => None,
    }
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
    fn costly_commands_are_named_by_what_they_do() {
        let named = |source: &str| costly_commands(&File::new(source).items()[0].instruction);
        assert_eq!(named("RUN npm ci --omit=dev && npm run build && mkdir a"), ["npm ci", "npm run build"]);
        assert_eq!(
            named("RUN go mod download && python3 -m pip install -r r && yarn"),
            ["go mod download", "pip install", "yarn"]
        );
        assert_eq!(named("RUN make && make install; curl -O x"), ["make", "curl"]);
    }

    #[test]
    fn what_cannot_be_read_counts_as_costly() {
        assert_eq!(of_run(&File::new("RUN Get-Item").items()[0].instruction, false), Cost::High);
        assert!(COSTLY.is_sorted());
    }
}
