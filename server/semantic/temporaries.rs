//! Files that a RUN makes for its own use and leaves behind: installers that it has run, source trees that it has built and
//! installed from, and what it has put into the folders for temporary files.
//! Source: the manual pages of the programs named here; the Filesystem Hierarchy Standard, "/tmp".

use std::collections::HashMap;

use super::archives::{base_name, fetched, leftovers};
use super::caches::{has_mount_like, is_deleted_after};
use super::commands::Invocation;
use super::dependencies::{folders, within};
use super::facts::Facts;
use crate::knowledge::package_managers::Action;
use crate::syntax::Instruction;
use crate::syntax::word::Value;

/// What a RUN leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Temporary {
    /// The command that makes it, as an index of the script's.
    pub command: usize,
    /// How it is called: a path, or the last part of one.
    pub name: String,
    /// Where it lies, absolute and clean; `None` where that is not known.
    pub path: Option<String>,
    /// What it is.
    pub kind: TemporaryKind,
}

/// What is left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemporaryKind {
    /// A package or a script that was fetched and run.
    Installer,
    /// The sources of what was built and installed.
    Sources,
    /// Something in a folder for temporary files.
    Scratch,
}

/// What a RUN leaves behind that starts in the folder `workdir`, in order. Archives beside what they held are none of it.
pub fn temporaries(instruction: &Instruction, facts: &Facts, workdir: &Value) -> Vec<Temporary> {
    // A mount may be where they are, and a trap may remove them.
    let is_unsure = has_mount_like(instruction, &[""])
        || facts.invocations.iter().any(|invocation| matches!(&*invocation.name, "trap" | "eval"));
    if is_unsure {
        return Vec::new();
    }
    let archives: Vec<usize> =
        leftovers(instruction, facts).iter().map(|leftover| leftover.command).collect();
    let folders = folders(facts, workdir);
    let users = Users::of(facts);
    let made = facts.invocations.iter().filter(|invocation| !archives.contains(&invocation.command));
    let found = made.filter_map(|invocation| {
        let written = invocation.written_arguments(&facts.script);
        let target = target(invocation, facts, &written)?;
        let folder = folders.get(invocation.command).cloned().flatten();
        let path = folder.and_then(|folder| within(&folder, target)).filter(|path| path.starts_with('/'));
        let kind = kind(invocation, &users, target, path.as_deref())?;
        Some(Temporary { command: invocation.command, name: target.to_owned(), path, kind })
    });
    found.filter(|temporary| !may_be_gone(facts, temporary)).collect()
}

/// What a command makes: the file that it fetches, or the folder that it fills.
fn target<'a>(invocation: &Invocation, facts: &'a Facts, words: &[&'a str]) -> Option<&'a str> {
    let is_plain = |target: &&str| !target.contains(['$', '`', '*', '?', '~', '{']) && !target.is_empty();
    let after = |names: &[&str]| {
        let index = words.iter().position(|word| names.contains(word))?;
        words.get(index + 1).copied()
    };
    let target = match &*invocation.name {
        "git" => cloned(words),
        "tar" | "bsdtar" => after(&["-C", "--directory"]),
        "unzip" => after(&["-d"]),
        "curl" | "wget" => {
            let folder = after(&["-P", "--directory-prefix"]);
            // The letter may stand at the end of a cluster.
            let is_cluster =
                |word: &&str| word.starts_with('-') && !word.starts_with("--") && word.ends_with(['o', 'O']);
            let cluster = words.iter().position(is_cluster);
            let named = cluster
                .and_then(|index| words.get(index + 1).copied())
                .or_else(|| after(&["--output", "--output-document"]))
                .filter(|word| !word.contains("://"));
            folder.or(named).or_else(|| fetched(invocation, &facts.script))
        }
        _ => None,
    };
    target.filter(is_plain).filter(|target| *target != "-" && !target.starts_with("/dev/"))
}

/// The folder that `git clone` fills, by its arguments.
pub(super) fn cloned<'a>(words: &[&'a str]) -> Option<&'a str> {
    let mut operands = words.iter().filter(|word| !word.starts_with('-'));
    let is_clone = operands.next() == Some(&"clone");
    let address = words.iter().position(|word| word.contains("://") || word.starts_with("git@"))?;
    let behind = words.get(address + 1).filter(|word| !word.starts_with('-')).copied();
    let name = base_name(words.get(address)?).trim_end_matches(".git");
    behind.or(Some(name)).filter(|_| is_clone)
}

/// The last commands that use what others have made, by the names of files and folders.
struct Users<'a> {
    /// Those that install from a package, or run a script.
    installs: HashMap<&'a str, usize>,
    /// Those that go into a folder.
    enters: HashMap<&'a str, usize>,
    /// The one that installs what was built in the folder it runs in.
    installs_built: Option<usize>,
}

impl<'a> Users<'a> {
    fn of(facts: &'a Facts) -> Users<'a> {
        let mut users = Users { installs: HashMap::new(), enters: HashMap::new(), installs_built: None };
        for invocation in &facts.invocations {
            let command = invocation.command;
            let words = invocation.written_arguments(&facts.script);
            let names = words.iter().map(|word| base_name(word));
            users.installs.extend(
                names
                    .chain([&*invocation.name])
                    .filter(|name| installs(invocation, facts, &words, name))
                    .map(|name| (name, command)),
            );
            if &*invocation.name == "cd" {
                let names = words.iter().map(|word| base_name(word.trim_end_matches('/')));
                users.enters.extend(names.map(|name| (name, command)));
            }
            if installs_built(invocation, &words) {
                users.installs_built = Some(command);
            }
        }
        users
    }
}

fn kind(
    invocation: &Invocation,
    users: &Users<'_>,
    target: &str,
    path: Option<&str>,
) -> Option<TemporaryKind> {
    let is_later = |command: Option<&usize>| command.is_some_and(|command| *command > invocation.command);
    let is_fetched = matches!(&*invocation.name, "curl" | "wget");
    let name = base_name(target);
    if is_fetched && is_later(users.installs.get(name)) {
        return Some(TemporaryKind::Installer);
    }
    let is_built = is_later(users.enters.get(name)) && is_later(users.installs_built.as_ref());
    if &*invocation.name == "git" && is_built {
        return Some(TemporaryKind::Sources);
    }
    let is_scratch =
        path.is_some_and(|path| ["/tmp/", "/var/tmp/"].iter().any(|folder| path.starts_with(folder)));
    is_scratch.then_some(TemporaryKind::Scratch)
}

/// Whether a command with these words installs from a package, or runs a script, that one of them or the program itself
/// names.
fn installs(invocation: &Invocation, facts: &Facts, words: &[&str], name: &str) -> bool {
    let has = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let is_install =
        || facts.package_of(invocation.command).is_some_and(|package| package.action == Action::Install);
    match &*invocation.name {
        "dpkg" => has(&[".deb"]) && words.iter().any(|word| matches!(*word, "-i" | "--install")),
        "rpm" => has(&[".rpm"]),
        "sh" | "bash" | "dash" | "ash" => has(&[".sh", ".run", ".bin"]),
        own if own == name => has(&[".sh", ".run", ".bin"]),
        _ => is_install() && has(&[".deb", ".rpm", ".apk"]),
    }
}

/// Whether a command installs what was built in the folder it runs in.
fn installs_built(invocation: &Invocation, words: &[&str]) -> bool {
    match &*invocation.name {
        "make" | "ninja" | "gmake" => words.contains(&"install"),
        "cmake" => words.contains(&"--install"),
        _ => false,
    }
}

/// Whether a command may have what is built installed in the folder that it is built in, at `path`: where it is told of another
/// place, and that is not surely elsewhere.
fn installs_inside(facts: &Facts, invocation: &Invocation, path: Option<&str>) -> bool {
    let script = &facts.script;
    let assigned =
        invocation.command(script).map(|command| command.assignments.as_slice()).unwrap_or_default();
    let mut words = invocation.written_arguments(script);
    words.extend(assigned.iter().map(|word| script.str(word.part)));
    let values = words.iter().zip(words.iter().skip(1).map(Some).chain([None])).filter_map(|(word, next)| {
        let (name, value) = word.split_once('=').or_else(|| next.map(|next| (*word, *next)))?;
        let name = name.to_ascii_lowercase();
        ["prefix", "destdir", "install_root", "--root"].iter().any(|end| name.ends_with(end)).then_some(value)
    });
    let is_elsewhere = |value: &str| {
        let value = value.trim_matches(['"', '\'']);
        value.starts_with('/') && path.is_some_and(|path| !value.starts_with(path.trim_end_matches('/')))
    };
    values.into_iter().any(|value| !is_elsewhere(value)) || words.contains(&"develop")
}

/// Whether a command behind it may take away what was made, or make something else of it.
fn may_be_gone(facts: &Facts, temporary: &Temporary) -> bool {
    let name = base_name(temporary.name.trim_end_matches('/'));
    let folders: Vec<&str> = temporary.path.as_deref().into_iter().collect();
    let later = facts.invocations.iter().filter(|invocation| invocation.command > temporary.command);
    let path = temporary.path.as_deref();
    is_deleted_after(facts, temporary.command, &folders) || { later }.any(|invocation| {
        let words = || invocation.written_arguments(&facts.script);
        if temporary.kind == TemporaryKind::Sources && installs_inside(facts, invocation, path) {
            return true;
        }
        match &*invocation.name {
            "rm" | "find" => words().iter().any(|word| {
                base_name(word.trim_end_matches('/')) == name
                    || word.contains(['$', '*', '`']) && !word.starts_with("/var/")
                    || !word.starts_with(['/', '-'])
            }),
            "mv" | "ln" | "install" => {
                words().iter().any(|word| word.contains(name) || word.contains(['$', '*']))
            }
            "bunzip2" | "bzip2" | "gunzip" | "gzip" | "uncompress" | "unlzma" | "unxz" | "unzstd" | "xz"
            | "zstd" => {
                let words = words();
                let names = words.iter().any(|word| base_name(word) == name || word.contains(['$', '*']));
                names && replaces(&invocation.name, &words)
            }
            "pip" | "pip3" | "npm" | "yarn" => words().iter().any(|word| matches!(*word, "-e" | "link")),
            // A script of the image or of the build context.
            "ash" | "bash" | "dash" | "sh" => words().iter().any(|word| base_name(word).contains("clean")),
            name => name.contains("clean"),
        }
    })
}

/// Whether a program that packs or unpacks single files puts what it makes in the place of what it was given.
/// Source: gzip(1), bzip2(1), xz(1), zstd(1).
fn replaces(program: &str, words: &[&str]) -> bool {
    let has = |letter: char, long: &str| {
        words.iter().any(|word| {
            *word == long || word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
        })
    };
    let keeps = has('k', "--keep") || has('c', "--stdout") || has('t', "--test");
    if program.contains("zst") { words.contains(&"--rm") } else { !keeps }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn shown(run: &str) -> Vec<String> {
        let file = File::new(&format!("RUN {run}\n"));
        let instruction = &file.items()[0].instruction;
        let facts = Facts::of(instruction).expect("facts");
        let found = temporaries(instruction, facts, &Value::Known("/w".to_owned()));
        found.iter().map(|one| format!("{:?} {}", one.kind, one.path.as_deref().unwrap_or("?"))).collect()
    }

    #[test]
    fn installers_sources_and_scratch_files_are_told_apart() {
        assert_eq!(shown("curl -fLo b.deb http://c && dpkg -i b.deb"), ["Installer /w/b.deb"]);
        assert_eq!(shown("wget http://c/d.rpm && yum install -y ./d.rpm"), ["Installer /w/d.rpm"]);
        assert_eq!(shown("cd /x && curl -O http://c/e.sh && bash ./e.sh -b"), ["Installer /x/e.sh"]);
        assert_eq!(
            shown("git clone -b v1 https://c/d.git && cd d && make && make install"),
            ["Sources /w/d"]
        );
        assert_eq!(
            shown("git clone https://c/d /y && cd /y && ./configure --prefix=/usr && make install"),
            ["Sources /y"]
        );
        assert_eq!(shown("git clone https://c/d /tmp/e && cd /tmp/e && ./x"), ["Scratch /tmp/e"]);
        assert_eq!(shown("tar xz -C /tmp/b < c && /tmp/b/run"), ["Scratch /tmp/b"]);
        assert_eq!(
            shown("wget -qO /tmp/b http://c && d /tmp/b && rm -rf /var/lib/apt/lists/*"),
            ["Scratch /tmp/b"]
        );
    }

    #[test]
    fn what_is_unpacked_beside_itself_stays() {
        for run in [
            "curl -o /tmp/a b && gzip -k /tmp/a",
            "curl -o /tmp/a b && gzip -c /tmp/a | c",
            "curl -o /tmp/a b && zstd /tmp/a",
        ] {
            assert_eq!(shown(run).len(), 1, "{run}");
        }
    }

    #[test]
    fn what_is_or_may_be_removed_is_none() {
        for run in [
            "curl -o b.deb http://c && dpkg -i b.deb && rm b.deb",
            "curl -o /tmp/b http://c && d && rm -rf /tmp/*",
            "curl -o /tmp/b http://c && mv /tmp/b /usr/bin/b",
            "git clone https://c/d && cd d && make install && cd .. && rm -rf d",
            "git clone https://c/d && cd d && make install && cd .. && rm -rf $D",
            "git clone https://c/d && cd d && make",
            "git clone https://c/d /y && cd /y && ./configure --prefix=/y/out && make install",
            "git clone https://c/d /y && cd /y && make install PREFIX=$PWD/out",
            "git clone https://c/d /y && cd /y && DESTDIR=out make install",
            "git clone https://c/d /y && cd /y && ./configure --prefix out && make install",
            "git clone https://c/d /opt/d",
            "curl -o /usr/bin/b http://c && chmod +x /usr/bin/b",
            "curl http://c | sh",
            "curl -o /tmp/b http://c && d /tmp/b && /usr/local/bin/clean.sh",
            "curl -o b.deb http://c && dpkg -i b.deb && sh ./docker-cleanup",
            "curl -o $B http://c && dpkg -i $B",
            "wget -O - http://c | tar xz",
            "--mount=type=tmpfs,target=/tmp curl -o /tmp/b http://c",
            "trap 'rm -rf /tmp' EXIT; curl -o /tmp/b http://c",
            "curl -o /tmp/a.tgz b && tar xzf /tmp/a.tgz -C /opt",
            "curl -o /tmp/a.tsv.gz b && gunzip -f /tmp/a.tsv.gz",
            "curl -o /tmp/a.xz b && xz -d /tmp/a.xz",
            "curl -o /tmp/a.zst b && unzstd --rm /tmp/a.zst",
        ] {
            assert_eq!(shown(run), [""; 0], "{run}");
        }
    }
}
