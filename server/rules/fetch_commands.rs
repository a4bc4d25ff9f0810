//! The commands that fetch the dependencies of a project and do nothing else, for `dependencies-not-separated`.
//! Source: Go Modules Reference, "go mod download"; Microsoft, "dotnet restore"; the Maven dependency plugin, "go-offline".

#[cfg(test)]
use super::cache::dependencies_not_separated::DEPENDENCIES_NOT_SEPARATED;
use super::prelude::*;
use crate::syntax::Script;
use crate::syntax::mount::Mount;

/// The command that fetches what a build needs; `None` where there is none, or where the build is told something that
/// this would have to be told as well.
pub(super) fn fetch(instruction: &Instruction, facts: &Facts, package: &PackageCommand) -> Option<String> {
    let script = &facts.script;
    let command = script.commands().get(package.command)?;
    // Those say what is built, not where the modules come from.
    let is_known =
        |text: &str| ["CGO_ENABLED=", "GOOS=", "GOARCH="].iter().any(|name| text.starts_with(name));
    let is_plain = command.element == 0
        && command.nesting.is_top()
        && instruction.heredocs().is_empty()
        && Mount::all(instruction).iter().all(|mount| matches!(mount.kind(), "secret" | "ssh"))
        && package.program == 0
        && command.assignments.iter().all(|word| is_known(script.str(word.part)));
    if !is_plain {
        return None;
    }
    match package.manager.family {
        Family::Go => Some(format!("go{} mod download", go_folder(package, script)?)),
        Family::DotNet => {
            // With these a restore fetches something else.
            let fetched = ["-r", "--runtime", "-a", "--arch", "--os", "-f", "--framework", "-p", "/p", "-s"];
            let words = package.words(script);
            let mut options = package.options.iter().filter_map(|index| words.get(*index)?.value.as_deref());
            if options.any(|option| fetched.iter().any(|start| option.starts_with(start))) {
                return None;
            }
            let operand = package.operands.first().and_then(|index| words.get(*index));
            let operand = operand.map(|word| format!(" {}", script.str(word.part))).unwrap_or_default();
            Some(format!("dotnet restore{operand}"))
        }
        Family::Maven => {
            let program = script.str(package.words(script).get(package.program)?.part);
            let options = maven_options(package, script)?;
            Some(format!("{program}{options} dependency:go-offline"))
        }
        _ => None,
    }
}

/// The option of a build with Go that names the folder of the module, behind a space; empty where it has none. Source: `go help
/// build`, "-C".
fn go_folder(package: &PackageCommand, script: &Script) -> Option<String> {
    let words = package.words(script);
    let is_folder = |index: &&usize| words.get(**index).is_some_and(|word| script.str(word.part) == "-C");
    match package.options.iter().find(is_folder) {
        Some(index) => Some(format!(" -C {}", script.str(words.get(index + 1)?.part))),
        None => Some(String::new()),
    }
}

/// The options of a build with Maven, each behind a space: profiles and properties may choose dependencies. `None` where one
/// may name a file or a part of the project.
fn maven_options(package: &PackageCommand, script: &Script) -> Option<String> {
    const ALONE: [&str; 16] = [
        "-B",
        "--batch-mode",
        "-e",
        "--errors",
        "-ntp",
        "--no-transfer-progress",
        "-q",
        "--quiet",
        "-U",
        "--update-snapshots",
        "-V",
        "--show-version",
        "-X",
        "--debug",
        "-C",
        "--strict-checksums",
    ];
    const WITH_VALUE: [&str; 6] = ["-D", "--define", "-P", "--activate-profiles", "-f", "--file"];
    let words = package.words(script);
    let mut text = String::new();
    for index in &package.options {
        let option = script.str(words.get(*index)?.part);
        text.extend([" ", option]);
        if WITH_VALUE.contains(&option) {
            text.extend([" ", script.str(words.get(index + 1)?.part)]);
        } else if !ALONE.contains(&option) && !WITH_VALUE.iter().any(|known| option.starts_with(known)) {
            return None;
        }
    }
    (!text.contains("file:")).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(DEPENDENCIES_NOT_SEPARATED);

    const POM: &str = "<project><parent><version>3</version></parent><packaging>jar</packaging></project>";

    /// The files of a project of Maven, and a stage that copies and builds it.
    fn maven(pom: &str, steps: &str) -> String {
        format!("#- pom.xml\n{pom}\n#- src/A.java\n\n#- Dockerfile\nFROM maven:3\nWORKDIR /app\n{steps}\n")
    }

    #[test]
    fn maven_goes_offline_above_the_source() {
        for (before, after) in [
            (
                "COPY pom.xml .\nCOPY src ./src\nRUN mvn package",
                "COPY pom.xml .\nRUN mvn dependency:go-offline\nCOPY src ./src\nRUN mvn package",
            ),
            (
                "COPY . .\nRUN mvn -B clean package -Pprod -P more -DskipTests && java -version",
                "COPY pom.xml ./\nRUN mvn -B -Pprod -P more -DskipTests dependency:go-offline\nCOPY . .\nRUN mvn -B clean package -Pprod -P more -DskipTests && java -version",
            ),
        ] {
            check_fix(&maven(POM, before), &maven(POM, after));
        }
        let wrapper = |steps: &str| format!("#- mvnw\n\n#- .mvn/maven.config\n\n{}", maven(POM, steps));
        let (above, below) = ("COPY mvnw pom.xml ./\nCOPY .mvn .mvn\n", "COPY src src\nRUN ./mvnw package");
        check_fix(
            &wrapper(&format!("{above}{below}")),
            &wrapper(&format!("{above}RUN ./mvnw dependency:go-offline\n{below}")),
        );
        check_no_fix(&wrapper(&format!("{}{below}", "COPY mvnw pom.xml ./\nCOPY src src\nCOPY .mvn .mvn\n")));
    }

    #[test]
    fn a_project_in_another_folder_is_fetched_there() {
        let maven = |steps: &str| {
            format!("#- srv/pom.xml\n<project/>\n#- Dockerfile\nFROM maven:3\nWORKDIR /app\nCOPY {steps}\n")
        };
        check_fix(
            &maven(". .\nRUN mvn -f srv/pom.xml package"),
            &maven(
                "srv/pom.xml ./srv/\nRUN mvn -f srv/pom.xml dependency:go-offline\nCOPY . .\nRUN mvn -f srv/pom.xml package",
            ),
        );
        for build in ["go -C srv build", "go build -C srv"] {
            let go = |steps: &str| {
                format!(
                    "#- srv/go.mod\nmodule a\nrequire b v1\n#- srv/go.sum\n\n#- Dockerfile\nFROM golang:1\nWORKDIR /app\nCOPY {steps}\nRUN {build}\n"
                )
            };
            check_fix(&go(". ."), &go("srv/go.mod srv/go.sum ./srv/\nRUN go -C srv mod download\nCOPY . ."));
        }
        check(
            "FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo build --manifest-path srv/Cargo.toml\n  # ^^^^^^^^^^^ every change of the source has `cargo build` fetch the dependencies again: no step before the COPY in line 3 does\n",
        );
        check_none("FROM rust:1\nWORKDIR /app\nCOPY . .\nRUN cargo build --manifest-path /srv/Cargo.toml\n");
        check_none("FROM maven:3\nWORKDIR /app\nCOPY . .\nRUN mvn -f $A package\n");
        check_none("FROM maven:3\nWORKDIR /app\nCOPY . .\nRUN mvn -f other.xml package\n");
    }

    #[test]
    fn maven_stays_where_the_manifest_may_need_more() {
        let steps = "COPY . .\nRUN mvn package";
        for more in [
            "<modules><module>a</module></modules>",
            "<parent><relativePath>../a</relativePath></parent>",
            "<systemPath>/a.jar</systemPath>",
            "<url>file:${project.basedir}/repo</url>",
            "<activation><file><exists>src/a</exists></file></activation>",
            "<activation><file><missing>src/a</missing></file></activation>",
            "<goal>install-file</goal>",
            "<packaging>eclipse-plugin</packaging>",
        ] {
            check_no_fix(&maven(&format!("<project>{more}</project>"), steps));
        }
        for run in [
            "mvn -Drepo=file:/app/repo package",
            "mvn -T 4 package",
            "MAVEN_OPTS=-Xmx1g mvn package",
            "chmod +x a && mvn package",
        ] {
            check_no_fix(&maven(POM, &format!("COPY . .\nRUN {run}")));
        }
        check_no_fix(&maven(
            POM,
            "COPY pom.xml .\nCOPY src src\nCOPY settings.xml /root/.m2/\nRUN mvn package",
        ));
    }
}
