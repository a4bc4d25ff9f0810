//! Whether the commands of a RUN may change what lies at a path. Only programs that surely write elsewhere do not: a program
//! that is not named here may change anything.
//! Source: the manual pages of the programs named here; the Filesystem Hierarchy Standard.

use super::commands::Invocation;
use super::facts::Facts;
use super::writes::{all_writes, output_path};
use crate::path;
use crate::syntax::shell::Word;
use crate::syntax::word::Value;

/// Programs that write nothing but their output and the state of the shell.
const QUIET: [&str; 22] = [
    ":", "[", "cat", "command", "date", "echo", "env", "export", "false", "grep", "id", "ls", "printf",
    "pwd", "set", "sleep", "test", "true", "type", "umask", "uname", "which",
];

/// Programs that write users and groups, in `/etc` and in their home folders.
const USERS: [&str; 8] =
    ["addgroup", "adduser", "chpasswd", "groupadd", "groupmod", "passwd", "useradd", "usermod"];

/// Where the packages of a distribution are installed, and where the system keeps its own.
const SYSTEM: [&str; 16] = [
    "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/lib64", "/media", "/mnt", "/proc", "/root", "/run",
    "/sbin", "/sys", "/usr", "/var",
];

/// Whether a path lies where the system, its packages and its users have theirs. The folder for local sources is none of it.
pub fn is_of_system(path: &str) -> bool {
    let is_of_one = || SYSTEM.iter().any(|folder| path::is_within(path, folder));
    matches!(path, "/" | "/opt" | "/srv") || !path::is_inside(path, "/usr/src") && is_of_one()
}

/// Whether the commands of a RUN, those before the command `end` of the script, surely change nothing that lies in the folder
/// `path`, which is absolute and clean, nor what is above it. They may make that folder. `workdir` is where the RUN starts.
pub fn leaves_alone(facts: &Facts, end: usize, workdir: &Value, path: &str) -> bool {
    let script = &facts.script;
    let commands = script.commands().iter().enumerate().take(end);
    let is_elsewhere = |written: &str| !path::overlap(written, path);
    let outputs_are_elsewhere = script
        .outputs()
        .iter()
        .all(|output| output_path(facts, output, workdir).is_some_and(|path| is_elsewhere(&path)));
    !script.has_error() && outputs_are_elsewhere && { commands }.all(|(index, command)| {
        match facts.invocation_of(index) {
            None => command.words.is_empty(),
            Some(invocation) if &*invocation.name == "mkdir" => {
                let writes = all_writes(facts, invocation, workdir);
                writes
                    .is_some_and(|paths| paths.iter().all(|written| written == path || is_elsewhere(written)))
            }
            Some(invocation) => leaves_one_alone(facts, invocation, workdir, path, &is_elsewhere),
        }
    })
}

fn leaves_one_alone(
    facts: &Facts,
    invocation: &Invocation,
    workdir: &Value,
    path: &str,
    is_elsewhere: &dyn Fn(&str) -> bool,
) -> bool {
    if let Some(package) = facts.package_of(invocation.command) {
        let is_optional = path::is_inside(path, "/opt") || path::is_inside(path, "/srv");
        return package.manager.family.is_of_distribution() && !is_of_system(path) && !is_optional;
    }
    let name = &*invocation.name;
    if USERS.contains(&name) {
        let names_it = |word: &Word| word.value.as_deref().is_none_or(|value| value.contains(path));
        return !is_of_system(path) && !invocation.arguments(&facts.script).iter().any(names_it);
    }
    QUIET.contains(&name)
        || all_writes(facts, invocation, workdir)
            .is_some_and(|paths| paths.iter().all(|path| is_elsewhere(path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn leaves(run: &str, path: &str) -> bool {
        let file = File::new(&format!("RUN {run}\n"));
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        leaves_alone(facts, usize::MAX, &Value::Known("/w".to_owned()), path)
    }

    #[test]
    fn what_surely_happens_elsewhere_changes_nothing() {
        for run in [
            "apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*",
            "set -e; useradd -u 1 app; mkdir -p /app /x/y; A=b; echo c > d",
            "mv /x /y && cp -r a b /z && touch e",
        ] {
            assert!(leaves(run, "/app"), "{run}");
        }
    }

    #[test]
    fn what_may_happen_there_changes_it() {
        for run in [
            "npm ci",
            "make",
            "$A",
            "./b.sh",
            "useradd -d /app b",
            "mkdir /app/b",
            "rm -rf /",
            "echo b > /app/c",
            "echo b > $C",
            "cd /app && touch b",
            "cat b | xargs touch",
            "tar xzf b",
            "curl -O http://b/c",
            "cp b $C",
            "if",
        ] {
            assert!(!leaves(run, "/app"), "{run}");
        }
        assert!(!leaves("apt-get install -y b", "/usr/share/b"));
        assert!(!leaves("apt-get install -y b", "/opt/b"));
        assert!(!leaves("adduser b", "/home/b"));
        assert!(leaves("apt-get install -y b", "/usr/src/b"));
    }
}
