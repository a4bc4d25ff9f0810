//! `apt-recommends`

use crate::context::sources::Sources;
use crate::context::view::View;
use crate::rules::edits::argument_after;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep};

declare_rule! {
    /// ## What it does
    /// Finds an `apt-get install` that also installs the packages that others merely recommend.
    ///
    /// ## Why is this bad?
    /// Recommended packages are often documentation, fonts or whole daemons: an image of half the size is not rare
    /// without them.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Fix
    /// Adds the option. Something that was only recommended can be needed, as `ca-certificates` is by `curl`:
    /// name it then. Not offered where a step, or a script that is copied, goes on to name an address with `https:` that one of
    /// them would speak to; nor for `gcc` without `libc6-dev`, whose headers it only recommends.
    ///
    /// ## Silent
    /// Where an earlier step says anything about `Install-Recommends` in apt's configuration.
    ///
    /// ## Documentation and locales
    /// Packages bring those along too. The slim variants of Debian leave them out; elsewhere `path-exclude=/usr/share/doc/*`,
    /// `path-include=/usr/share/doc/*/copyright` and the same for `/usr/share/man` and `/usr/share/locale`, in a file of
    /// `/etc/dpkg/dpkg.cfg.d` that is there before the install, keep them out. No rule asks for that: a few megabytes are
    /// seldom worth it.
    ///
    /// ## hadolint
    /// `apt-get install -f` without packages is left alone: it mends what `dpkg` has left, and takes the dependencies that
    /// this asks for. So is a command with a variable that the RUN does not set itself: it may hold options. A command behind `sudo` is found.
    pub(crate) static APT_RECOMMENDS = {
        id: "apt-recommends", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3015"],
        check: Run(check),
        only: is_not_configured,
        fix: Suggested(fix),
    }
}

const FLAG: &str = "--no-install-recommends";

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for package in facts.packages.iter().filter(|package| installs_recommended(package, facts)) {
        if let Some(verb) = package.words(&facts.script).get(package.verb) {
            let message =
                format!("`{} install` adds recommended packages without `{FLAG}`", package.manager.name);
            let codes: &[&str] = if package.manager.name == "apt-get" { &["DL3015"] } else { &[] };
            out.push(facts.script.place(verb.part), message).also(codes);
        }
    }
}

fn installs_recommended(package: &PackageCommand, facts: &Facts) -> bool {
    let words = package.words(&facts.script);
    // aptitude has an option of another name.
    matches!(package.manager.name, "apt-get" | "apt")
        && words.get(package.verb).is_some_and(|verb| verb.is("install"))
        && !package.has_unknown_options
        && !package.operands.is_empty()
        && !package.has_flag(&facts.script, &[FLAG, "--install-recommends"])
        && !facts.names_recommends
}

fn is_not_configured(cx: &Cx<'_>, item: usize) -> bool {
    let environment = cx.document.model().environment_at(item);
    environment.is_none_or(|environment| !environment.configures_recommends)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = package_at(cx, finding)
        .filter(|found| !needs_certificates(cx, finding.item, found.2) && !needs_headers(found.1, found.2))
        .and_then(|(item, facts, package)| {
            // Behind the flags that follow the verb: `install -y --no-install-recommends`.
            let after = (package.verb + 1..).take_while(|index| package.options.contains(index)).last();
            let after = after.filter(|index| !takes_value(package, facts, *index));
            argument_after(item, facts, package.command, after.unwrap_or(package.verb), FLAG)
        });
    let fix = |edit| Fix::new(format!("Add `{FLAG}`"), Safety::Suggested, vec![edit]);
    edit.map(fix).into_iter().collect()
}

/// Whether an install brings `ca-certificates` along as what is recommended alone, and something from it on speaks HTTPS.
fn needs_certificates(cx: &Cx<'_>, index: usize, package: &PackageCommand) -> bool {
    const NAME: &str = "ca-certificates";
    // Their libraries recommend it.
    const CLIENTS: [&str; 4] = ["aria2", "curl", "git", "wget"];
    let (file, model) = (cx.document.file(), cx.document.model());
    let Some(facts) = file.instruction(index).and_then(Facts::of) else { return false };
    let is_client = package.operand_values(&facts.script).any(|name| CLIENTS.contains(&name));
    let is_there = || model.base_image(index).and_then(|image| image.has(NAME)) == Some(true);
    let stages = model.stage_at(index).into_iter().flat_map(|stage| model.built_on(stage.index));
    let steps: Vec<usize> = stages.flat_map(|stage| stage.items.clone()).collect();
    let items: Vec<&Item> = steps.iter().filter_map(|item| file.item(*item)).collect();
    let speaks = |item: &Item| item.kind == Kind::Run && item.instruction.source().contains(HTTPS);
    is_client
        && !is_there()
        && !items.iter().any(|item| item.instruction.source().contains(NAME))
        && (items.into_iter().any(speaks) || copied_scripts_speak(cx, &steps))
}

/// Whether an install brings the headers of the C library along as what `gcc` recommends: without them nothing compiles.
/// `g++` and `build-essential` depend on them.
fn needs_headers(facts: &Facts, package: &PackageCommand) -> bool {
    const BRINGERS: [&str; 4] = ["build-essential", "g++", "libc-dev", "libc6-dev"];
    let operands = || package.operand_values(&facts.script);
    operands().any(|name| name == "gcc") && !operands().any(|name| BRINGERS.contains(&name))
}

/// What an address begins with that is spoken to with certificates.
const HTTPS: &str = "https:";

/// So many files of a folder are looked at, and so many scripts are read.
const MOST_FILES: usize = 1_000;
const MOST_SCRIPTS: usize = 50;

/// Whether a script of the build context that one of the steps copies names such an address: a step or the container runs it.
fn copied_scripts_speak(cx: &Cx<'_>, steps: &[usize]) -> bool {
    let (file, model, view) = (cx.document.file(), cx.document.model(), View::new(cx.context));
    let copies = steps.iter().filter_map(|step| CopyStep::of(file, model, *step));
    let sources = copies.filter(|copy| copy.from == CopyFrom::Context).flat_map(|copy| &copy.sources);
    let found = sources.filter_map(|source| match view.resolve(source.value.as_deref()?) {
        Sources::Found(paths) => Some(paths),
        _ => None,
    });
    let files = found.flatten().flat_map(|path| view.walk(&path, MOST_FILES).files);
    let mut scripts = files.map(|(path, _)| path).filter(|path| path.ends_with(".sh")).take(MOST_SCRIPTS);
    scripts.any(|path| cx.context.read(&path).is_some_and(|text| text.contains(HTTPS)))
}

/// Whether the next word is the value of this option.
fn takes_value(package: &PackageCommand, facts: &Facts, option: usize) -> bool {
    let word = package.words(&facts.script).get(option).map(|word| facts.script.str(word.part));
    word.is_none_or(|word| package.manager.value_options.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(APT_RECOMMENDS);

    #[test]
    fn a_compiler_keeps_the_headers_that_it_only_recommends() {
        check_no_fix("FROM debian:12\nRUN apt-get update && apt-get install -y gcc make\n");
        check_fix(
            "FROM debian:12\nRUN apt-get update && apt-get install -y gcc libc6-dev\n",
            "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev\n",
        );
    }

    #[test]
    fn an_install_of_packages_is_found() {
        check(
            "
FROM a
RUN apt-get -y install a b
             # ^^^^^^^ `apt-get install` adds recommended packages without `--no-install-recommends`
",
        );
    }

    #[test]
    fn whatever_says_something_about_it_is_silent() {
        check_none("FROM a\nRUN apt-get install --no-install-recommends a && apt-get install -y $X\n");
        check_none("FROM a\nRUN apt-get install -y -o APT::Install-Recommends=0 a\n");
        check_none("FROM a\nRUN apt-get install -f && apt-get update && apt-get build-dep a\n");
        check_none(
            "FROM a AS b\nRUN echo 'APT::Install-Recommends \"0\";' > /etc/apt/apt.conf.d/x\nFROM b\nRUN apt-get install a\n",
        );
        check_none("FROM a\nRUN echo 'APT::Install-Recommends \"0\";' > /etc/x && apt-get install a\n");
        check_none(
            "FROM a\nCOPY <<E /etc/apt/apt.conf.d/x\nAPT::Install-Recommends \"0\";\nE\nRUN apt-get install a\n",
        );
    }

    #[test]
    fn certificates_that_something_needs_stay() {
        let run = "RUN apt-get install -y git\n";
        check_no_fix(&format!("FROM debian:13\n{run}RUN git clone https://example.org/a\n"));
        check_no_fix(&format!("FROM debian:13 AS a\n{run}FROM a\nRUN git clone https://example.org/a\n"));
        check_no_fix(&format!(
            "#- b/c/d.sh\ngit clone https://a\n#- Dockerfile\nFROM debian:13\n{run}COPY b /b\nRUN /b/all\n"
        ));
        let fixed = run.replace("-y", "-y --no-install-recommends");
        for more in [
            "RUN git init\n",
            "RUN apt-get install -y --no-install-recommends ca-certificates && git clone https://b\n",
        ] {
            check_fix(&format!("FROM debian:13\n{run}{more}"), &format!("FROM debian:13\n{fixed}{more}"));
        }
    }

    #[test]
    fn the_option_goes_behind_the_short_ones() {
        check_fix(
            "FROM a\nRUN apt-get install -y -q \\\n  a\n",
            "FROM a\nRUN apt-get install -y -q --no-install-recommends \\\n  a\n",
        );
        check_fix(
            "FROM a\nRUN apt-get install -y -t b a\n",
            "FROM a\nRUN apt-get install --no-install-recommends -y -t b a\n",
        );
    }
}
