//! `unsigned-packages`

use crate::path;
use crate::rules::edits::remove_words;
use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::unsigned::unsigned_settings;

declare_rule! {
    /// ## What it does
    /// Finds installs that do not look at signatures: `--allow-unauthenticated`, `--force-yes`, `--nogpgcheck`, `--allow-untrusted`,
    /// `--no-gpg-checks`, `rpm --nosignature`; and settings that say so: `[trusted=yes]` in a line of sources,
    /// `APT::Get::AllowUnauthenticated`, `Acquire::AllowInsecureRepositories`, `gpgcheck=0`.
    ///
    /// ## Why is this bad?
    /// A signature is all that tells the packages of the distribution from those of anybody else on the way. The key of a
    /// foreign repository can be installed with it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM rockylinux:9
    /// RUN dnf install -y --nogpgcheck nginx && dnf clean all
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM rockylinux:9
    /// RUN dnf install -y nginx && dnf clean all
    /// ```
    ///
    /// ## Never reported
    /// Packages that are files of an earlier stage or of the build context: what a project builds itself has no key.
    ///
    /// ## Fix safety
    /// The install fails where the packages are in fact not signed, or the key is not there.
    pub(crate) static UNSIGNED_PACKAGES = {
        id: "unsigned-packages", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(installs_unsigned, check),
        fix: Suggested(fix),
    }
}

const MESSAGE: &str = "packages are installed whoever has signed them";

fn installs_unsigned(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| instruction.ast().innermost().kind == Kind::Run);
    facts.is_some_and(|facts| switches(facts).next().is_some() || !unsigned_settings(facts).is_empty())
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps.iter().copied() {
        let Some(facts) = cx.document.file().instruction(index).and_then(Facts::of) else { continue };
        let mut named: Vec<Part> = Vec::new();
        for (invocation, switch) in switches(facts) {
            let words = invocation.command(&facts.script).map(|command| command.words.as_slice());
            if let Some(word) = words.unwrap_or_default().get(switch) {
                named.push(word.part);
                if !is_of_own_packages(cx, index, facts, invocation) {
                    out.push_at(index, facts.script.place(word.part), MESSAGE);
                }
            }
        }
        let is_named = |part: &Part| named.iter().any(|word| word.holds(*part));
        for part in unsigned_settings(facts).into_iter().filter(|part| !is_named(part)) {
            out.push_at(index, facts.script.place(part), MESSAGE);
        }
    }
}

/// Whether a command installs nothing but files that an earlier stage or the build context has brought: what the project has built
/// itself has no key.
fn is_of_own_packages(cx: &Cx<'_>, index: usize, facts: &Facts, invocation: &Invocation) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_own = |from: &CopyFrom| matches!(from, CopyFrom::Context | CopyFrom::Stage(_));
    let mounts = model.bind_mounts(file, index).into_iter().filter(|(_, from)| is_own(from));
    let mut folders: Vec<String> =
        mounts.filter_map(|(mount, _)| mount.target().map(path::from_root)).collect();
    for stage in model.stage_at(index).into_iter().flat_map(|stage| model.chain(stage.index)) {
        let copies = stage.items.clone().take_while(|step| *step < index);
        let copies = copies.filter_map(|step| CopyStep::of(file, model, step));
        let targets = copies.filter(|copy| is_own(&copy.from)).filter_map(CopyStep::target);
        folders.extend(targets.filter(|target| target.starts_with('/')).map(path::from_root));
    }
    // A folder that everything lies in says nothing.
    folders.retain(|folder| folder != "/");
    let is_brought = |word: &str| {
        word.starts_with('/') && folders.iter().any(|folder| path::is_within(&path::from_root(word), folder))
    };
    facts.package_of(invocation.command).is_some_and(|package| {
        let words = package.words(&facts.script);
        let mut operands = package.operands.iter().filter_map(|operand| words.get(*operand)).peekable();
        operands.peek().is_some() && operands.all(|word| is_brought(facts.script.text_of(word)))
    })
}

/// The words that switch the look at signatures off, each as an index of its command's words.
fn switches(facts: &Facts) -> impl Iterator<Item = (&Invocation, usize)> {
    // What is removed needs no signature, nor does what is only listed, as by `apk index`.
    let is_spared = |invocation: &&Invocation| match facts.package_of(invocation.command) {
        Some(package) => matches!(package.action, Action::Remove | Action::Clean),
        None => &*invocation.name == "apk",
    };
    facts.invocations.iter().filter(move |invocation| !is_spared(invocation)).flat_map(|invocation| {
        let words = invocation.arguments(&facts.script).iter().enumerate();
        let is_switch = |word: &str| is_switch(&invocation.name, word);
        let found = words.filter(move |(_, word)| word.value.as_deref().is_some_and(is_switch));
        found.map(move |(index, _)| (invocation, invocation.program + 1 + index))
    })
}

fn is_switch(program: &str, word: &str) -> bool {
    match program {
        "apt" | "apt-get" | "aptitude" => {
            matches!(word, "--allow-unauthenticated" | "--allow-insecure-repositories" | "--force-yes")
        }
        "dnf" | "dnf5" | "microdnf" | "tdnf" | "yum" => {
            matches!(
                word,
                "--nogpgcheck" | "--no-gpgchecks" | "--setopt=gpgcheck=0" | "--setopt=gpgcheck=false"
            )
        }
        "zypper" => matches!(word, "--no-gpg-checks" | "--allow-unsigned-rpm"),
        "apk" => word == "--allow-untrusted",
        "rpm" => matches!(word, "--nosignature" | "--nodigest"),
        _ => false,
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let (invocation, index) = switches(facts).find(|(invocation, index)| {
            let word = invocation.command(&facts.script).and_then(|command| command.words.get(*index));
            word.is_some_and(|word| item.absolute(facts.script.place(word.part)) == finding.span)
        })?;
        // Without its key, a package that is a file is refused, and so may be one of a source that was added or has ended.
        let words = invocation.written_arguments(&facts.script);
        let is_file = words.iter().any(|word| [".apk", ".deb", ".rpm"].iter().any(|end| word.ends_with(end)));
        let stage = cx.document.model().stage_at(finding.item)?;
        let mut above = cx.document.file().items().get(stage.items.start..=finding.item)?.iter();
        if is_file || above.any(|item| changes_sources(item.instruction.source())) {
            return None;
        }
        remove_words(item, facts, invocation.command, index, 1)
    };
    let fix = |edit| Fix::new("Check the signatures", Safety::Suggested, vec![edit]);
    edit().map(fix).into_iter().collect()
}

/// Whether an instruction may change where packages come from.
fn changes_sources(source: &str) -> bool {
    const WORDS: [&str; 7] = [
        "/etc/apk/repositories",
        "/etc/apt/sources",
        ".repo",
        "add-apt-repository",
        "addrepo",
        "config-manager",
        "--repofrompath",
    ];
    WORDS.iter().any(|word| source.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNSIGNED_PACKAGES);

    #[test]
    fn switches_of_each_program_are_found() {
        check(
            "FROM a\nRUN apk add --allow-untrusted b.apk\n          # ^^^^^^^^^^^^^^^^^ packages are installed whoever has signed them\n",
        );
        check(
            "FROM a\nRUN apt-get -y --force-yes install b\n             # ^^^^^^^^^^^ packages are installed whoever has signed them\n",
        );
        check(
            "FROM a\nRUN echo 'deb [trusted=yes] http://b c d' > e && dnf install -y --setopt=gpgcheck=0 f\n             # ^^^^^^^^^^^ packages are installed whoever has signed them\n                                                              # ^^^^^^^^^^^^^^^^^^^ packages are installed whoever has signed them\n",
        );
        check_none(
            "FROM a\nRUN apt-get install -y b && dnf install --nobest c && echo --nogpgcheck\nRUN apt-get purge -y --force-yes b\nRUN apk index --allow-untrusted -o c d.apk\n",
        );
    }

    #[test]
    fn packages_of_the_project_have_no_key() {
        let stages = "FROM a AS b\nRUN make\nFROM a\n";
        let mount = "RUN --mount=type=bind,from=b,source=/p,target=/tmp/p apk add --allow-untrusted";
        check_none(&format!("{stages}{mount} /tmp/p/c*.apk\n"));
        check_none(&format!("{stages}COPY --from=b /p /p/\nRUN dnf install -y --nogpgcheck /p/c.rpm\n"));
        let found =
            |text: &str| crate::fixture::found(&UNSIGNED_PACKAGES, &format!("{stages}{text}\n")).len();
        assert_eq!(found(&format!("{mount} /tmp/p/c.apk d")), 1);
        assert_eq!(found("COPY --from=c:1 /p /p/\nRUN apk add --allow-untrusted /p/c.apk"), 1);
        assert_eq!(found("RUN wget https://d/c.apk -O /p/c.apk && apk add --allow-untrusted /p/c.apk"), 1);
    }

    #[test]
    fn the_switch_goes() {
        check_fix("FROM a\nRUN zypper --no-gpg-checks install -y b\n", "FROM a\nRUN zypper install -y b\n");
        check_no_fix("FROM a\nRUN apk add --allow-untrusted b.apk\n");
        check_no_fix("FROM a\nRUN echo b > /etc/apt/sources.list\nRUN apt-get install -y --force-yes c\n");
    }
}
