//! `unpinned-package`

use crate::knowledge::package_managers::PackageManager;
use crate::rules::prelude::*;
use crate::semantic::own_variables;
use crate::syntax::shell::{Nesting, Word};

declare_rule! {
    /// ## What it does
    /// Finds packages that are installed without a version: with apt-get, apk, dnf, yum, microdnf, zypper, pip, npm, gem
    /// and go. One finding for each command; it stands on the first such package and names them.
    ///
    /// ## Why is this bad?
    /// The same file installs something else next month, and what worked may not work any more.
    ///
    /// There is another side: distributions take old versions away, so that a build with a fixed one fails one day. Who
    /// wants the fixes of a distribution leaves the versions to it, and fixes the base image instead. That is why the rule
    /// is off by default.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM python:3.13-slim
    /// RUN pip install --no-cache-dir flask gunicorn
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM python:3.13-slim
    /// RUN pip install --no-cache-dir flask==3.1.0 gunicorn==23.0.0
    /// ```
    ///
    /// ## Silent
    /// At files, addresses, folders, groups of packages, the name behind `apk add --virtual`, `pip install` with `-r` or
    /// `-c`, and words with a variable, unless the RUN itself sets it before. At a word that is a range, such as `flask>=3`, and at
    /// npm's tags, such as `npm@latest`, which say what is wanted; Go's `@latest` is found.
    ///
    /// hadolint reports some of these: an address with a commit (`npm install https://example.com/a#b`), the value of an
    /// option (`zypper install --from x`), a group (`dnf install @x`), a package of Go itself (`go install std`), `pip
    /// install $PACKAGE`, and the file of `go run main.go`. The codes stand for what hadolint finds: a finding of `apt
    /// install`, `npm i` or `tdnf install` has none.
    ///
    /// ## hadolint
    /// A command behind `sudo`, `xargs`, or in `bash -c` or `su -c` is found, and so is a pip that is called by its path, or with an
    /// option before `install`. What PowerShell and cmd run is not read.
    ///
    /// ## References
    /// - <https://docs.docker.com/build/building/best-practices/#version-pinning>
    pub(crate) static UNPINNED_PACKAGE = {
        id: "unpinned-package", group: Style, severity: Info, since: "0.1.0",
        also: ["DL3008", "DL3013", "DL3016", "DL3018", "DL3028", "DL3033", "DL3037", "DL3041", "DL3062"],
        default_on: false,
        check: Run(check),
    }
}

/// How many packages a message names.
const NAMED: usize = 8;

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for package in &facts.packages {
        let unpinned = unpinned(package, facts);
        let Some((first, _)) = unpinned.first() else {
            continue;
        };
        let names: Vec<String> =
            unpinned.iter().take(NAMED).map(|(_, name)| format!("`{}`", shown(name))).collect();
        let message = match (names.as_slice(), unpinned.len().saturating_sub(NAMED)) {
            ([name], _) => format!("{name} is installed without a version"),
            (names, 0) => format!("{} are installed without a version", names.join(", ")),
            (names, more) => format!("{} and {more} more are installed without a version", names.join(", ")),
        };
        out.push(facts.script.place(*first), message).also(codes(package, facts));
    }
}

/// The packages of a command that leave their version open, each with the word that brings it.
fn unpinned<'a>(package: &PackageCommand, facts: &'a Facts) -> Vec<(Part, &'a str)> {
    let manager: &PackageManager = package.manager;
    let words = package.words(&facts.script);
    let verb = verb(package, facts);
    let is_broken = facts
        .script
        .commands()
        .get(package.command)
        .is_none_or(|command| command.nesting.any(Nesting::BROKEN));
    let is_said = package.has_flag(&facts.script, manager.version_options());
    if is_broken || is_said || !manager.names_packages(&verb) {
        return Vec::new();
    }
    // What follows `--` goes to the compiler of a gem.
    let end = words.iter().position(|word| word.is("--")).filter(|_| manager.family == Family::Gem);
    let operands = package.operands.iter().filter(|index| end.is_none_or(|end| **index < end));
    let operands = operands.filter_map(|index| words.get(*index));
    let named = operands.flat_map(|word| names(facts, word).into_iter().map(|name| (word.part, name)));
    named.filter(|(_, name)| manager.is_unpinned(name)).collect()
}

/// The packages that a word names; those of a variable where the script itself sets it, and sets it once.
fn names<'a>(facts: &'a Facts, word: &'a Word) -> Vec<&'a str> {
    match own_variables::values(&facts.script, word).as_deref() {
        Some([value]) => value.split_whitespace().filter(|name| !name.starts_with('-')).collect(),
        _ => Some(text(facts, word)).filter(|name| !name.is_empty()).into_iter().collect(),
    }
}

/// What a word says; nothing where only the shell knows it. The `b[c]` of `pip install b[c]` is a glob that finds no file.
fn text<'a>(facts: &'a Facts, word: &'a Word) -> &'a str {
    facts.script.unmatched(word).unwrap_or_default()
}

/// The words of the verb.
fn verb<'a>(package: &PackageCommand, facts: &'a Facts) -> Vec<&'a str> {
    let words = package.words(&facts.script);
    let end = package.verb + 1;
    let first = end.saturating_sub(package.verb_words);
    words.get(first..end).unwrap_or_default().iter().map(|word| text(facts, word)).collect()
}

/// hadolint's code for what it reads too.
fn codes(package: &PackageCommand, facts: &Facts) -> &'static [&'static str] {
    match (package.manager.name, verb(package, facts).last().copied().unwrap_or_default()) {
        ("apt-get", "install") => &["DL3008"],
        ("pip", "install") => &["DL3013"],
        ("npm", "install") => &["DL3016"],
        ("apk", "add") => &["DL3018"],
        ("gem", _) => &["DL3028"],
        ("yum", "install") => &["DL3033"],
        ("zypper", _) => &["DL3037"],
        ("dnf" | "microdnf", "install") => &["DL3041"],
        ("go", _) => &["DL3062"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNPINNED_PACKAGE);

    #[test]
    fn a_command_has_one_finding_that_names_its_packages() {
        check(
            "
FROM a
RUN apt-get update && apt-get install -y b c=1 d && apt install e
                                       # ^ `b`, `d` are installed without a version
                                                              # ^ `e` is installed without a version
RUN python3 -m pip install a b c d e f g h i j
                         # ^ `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 2 more are installed without a version
RUN pip install b[c] 'd[e]' f[g]==1 *.whl
              # ^^^^ `b[c]`, `d[e]` are installed without a version
RUN go install a.b/c@latest
             # ^^^^^^^^^^^^ `a.b/c@latest` is installed without a version
RUN dnf module install a:1 b
                         # ^ `b` is installed without a version
RUN deps='a b=1 c' && apk add --virtual .deps $deps d
                                            # ^^^^^ `a`, `c`, `d` are installed without a version
",
        );
    }

    #[test]
    fn what_has_a_version_or_none_to_give_is_left_alone() {
        for command in [
            "apt-get install -y -t sid b=1 $C ./d.deb e=$F && apt-get remove g",
            "apk add --no-cache --virtual .b -X c d=1 && apk fix e",
            "pip install -r b && pip install -c d e && pip install --requirement=f . && pip install $G",
            "npm install && npm ci && npm install --prefix b",
            "gem install b -v 1 && gem install --version=1 c && gem install d:1 -- e",
            "dnf group install b && yum update c && yum install d-1.0",
            "zypper --non-interactive in --from b c=1",
            "go install ./... && go mod download b && go build c.d/e",
            "cargo install b && composer require c",
        ] {
            check_none(&format!("FROM a\nRUN {command}\n"));
        }
    }

    #[test]
    fn a_code_stands_for_what_hadolint_finds() {
        let comment = "FROM a\n# hadolint ignore=DL3008,DL3016\n";
        check_none(&format!("{comment}RUN apt-get install b && npm install c\n"));
        check(&format!("{comment}RUN npm i c\n        # ^ `c` is installed without a version\n"));
    }
}
