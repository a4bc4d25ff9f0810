//! `apt-recommends`

mod earlier;

use std::collections::BTreeMap;

use crate::context::sources::Sources;
use crate::context::view::View;
use crate::knowledge::recommends::{self, COMPILING, RECOMMENDED, Recommended};
use crate::path;
use crate::rules::edits::argument_after;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::syntax::shell::Form;

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
    /// Adds the option. Something that was only recommended can be needed, as `ca-certificates` is by `curl`. Where it is seen
    /// that it is, the fix names it as well: `ca-certificates` where a step, or a script that is copied, goes on to name an
    /// address with `https:`, `libc6-dev` beside `gcc`, and what is called from there on, as `patch` beside `git` or `automake`
    /// beside `autoconf`: such a fix is unsafe, as no package is added in bulk. So is one where `pip` goes on to install packages, or
    /// `cmake` to build, and no compiler and headers are named: some of them may have to be compiled.
    ///
    /// ## Silent
    /// Where an earlier step says anything about `Install-Recommends` in apt's configuration, and for packages that are known to
    /// recommend nothing, and to need nothing that does, such as `tzdata`, or to be in the base image already, or to have come with
    /// an earlier install. Some do so in one
    /// release of the distribution alone, as `pkg-config` since Debian 12: these are silent where the base image is of it.
    /// Source: the package lists of Debian and Ubuntu.
    ///
    /// ## Documentation and locales
    /// Packages bring those along too. The slim variants of Debian leave them out; elsewhere `path-exclude=/usr/share/doc/*`,
    /// `path-include=/usr/share/doc/*/copyright` and the same for `/usr/share/man` and `/usr/share/locale`, in a file of
    /// `/etc/dpkg/dpkg.cfg.d` that is there before the install, keep them out. No rule asks for that: a few megabytes are
    /// seldom worth it.
    ///
    /// ## hadolint
    /// `apt-get install -f` without packages is left alone: it mends what `dpkg` has left, and takes the dependencies that
    /// this asks for. So is a command with a variable that the RUN does not set itself: it may hold options; and one of packages
    /// that recommend nothing, which hadolint does not know. A command behind `sudo` is found.
    pub(crate) static APT_RECOMMENDS = {
        id: "apt-recommends", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3015"],
        check: Run(check),
        only: may_bring,
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
        && !brings_none(package, facts)
}

fn brings_none(package: &PackageCommand, facts: &Facts) -> bool {
    let mut names = names(package, facts);
    !package.has_unknown_words
        && names.all(|(_, name)| name.is_some_and(|name| recommends::brings_none(name, None)))
}

/// The packages that are installed: where each is named, and its name without version and architecture.
fn names<'a>(
    package: &'a PackageCommand,
    facts: &'a Facts,
) -> impl Iterator<Item = (usize, Option<&'a str>)> + Clone {
    let words = package.words(&facts.script);
    package.operands.iter().map(|index| {
        let value = words.get(*index).and_then(|word| word.value.as_deref());
        (*index, value.and_then(|value| value.split(['=', ':']).next()))
    })
}

/// Whether apt is not told otherwise before, and a RUN installs something that is not in the base image anyway.
fn may_bring(cx: &Cx<'_>, item: usize) -> bool {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_configured =
        model.environment_at(item).is_some_and(|environment| environment.configures_recommends);
    let image = model.base_image(item);
    let is_there = |name: &str| image.and_then(|image| image.has(name)) == Some(true);
    let codename = image.and_then(|image| image.release.as_ref()?.codename());
    let facts = file.instruction(item).and_then(Facts::of);
    let mut installs = facts.into_iter().flat_map(|facts| {
        let packages = facts.packages.iter().filter(|package| installs_recommended(package, facts));
        packages.flat_map(|package| names(package, facts).map(|(_, name)| (package.command, name)))
    });
    let is_new = |command: usize, name: Option<&str>| {
        !name.is_some_and(|name| {
            recommends::brings_none(name, codename)
                || is_there(name)
                || earlier::is_installed_before(cx, (item, command), name)
        })
    };
    !is_configured && installs.any(|(command, name)| is_new(command, name))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (item, facts, package) = package_at(cx, finding)?;
        // Behind the flags that follow the verb: `install -y --no-install-recommends`.
        let after = (package.verb + 1..).take_while(|index| package.options.contains(index)).last();
        let after = after.filter(|index| !takes_value(package, facts, *index)).unwrap_or(package.verb);
        let mut edits = vec![argument_after(item, facts, package.command, after, FLAG)?];
        let rest = Rest { cx, index: finding.item, facts, package };
        let needed = rest.needed();
        for (word, names) in &needed {
            // The exec form has a string for each.
            let name = names.join(" ");
            let is_one = names.len() == 1 || facts.script.form() != Form::Exec;
            edits.push(argument_after(item, facts, package.command, *word, &name).filter(|_| is_one)?);
        }
        let names = needed.values().flatten();
        let title = names.fold(format!("Add `{FLAG}`"), |title, name| format!("{title} and `{name}`"));
        // In bulk no package comes or goes by name.
        let is_alone = needed.is_empty() && !rest.may_compile();
        let safety = if is_alone { Safety::Suggested } else { Safety::Unsafe };
        Some(Fix::new(title, safety, edits))
    };
    fix().into_iter().collect()
}

/// An install, and what runs from it on.
struct Rest<'a> {
    cx: &'a Cx<'a>,
    index: usize,
    facts: &'a Facts,
    package: &'a PackageCommand,
}

impl Rest<'_> {
    /// What it brings as recommended alone, and what is needed from there on, by the word that brings it.
    fn needed(&self) -> BTreeMap<usize, Vec<&'static str>> {
        let certificates = self.certificates().map(|word| (word, "ca-certificates"));
        let headers = self.compiler().map(|word| (word, "libc6-dev"));
        let wanted = RECOMMENDED.iter().filter_map(|recommended| {
            let word = self.brings(recommended)?;
            self.runs(recommended.programs).then_some((word, recommended.name))
        });
        let mut needed: BTreeMap<usize, Vec<&'static str>> = BTreeMap::new();
        for (word, name) in certificates.into_iter().chain(headers).chain(wanted) {
            if !needed.values().flatten().any(|known| *known == name) {
                needed.entry(word).or_default().push(name);
            }
        }
        needed
    }

    /// Whether something is fetched from there on that may have to be compiled with what is recommended alone.
    fn may_compile(&self) -> bool {
        { COMPILING.iter() }
            .any(|recommended| self.brings(recommended).is_some() && self.runs(recommended.programs))
    }

    /// The word of the package that brings another one as recommended, where nothing else does.
    fn brings(&self, recommended: &Recommended) -> Option<usize> {
        let names = names(self.package, self.facts);
        let mut same = recommended.same.iter().chain([&recommended.name]);
        let word = names.clone().find(|(_, name)| *name == Some(recommended.by))?.0;
        (!same.any(|same| self.is_named(same))).then_some(word)
    }

    /// Where `gcc` is installed without the headers of the C library, which it recommends: without them nothing compiles. `g++`
    /// and `build-essential` depend on them.
    fn compiler(&self) -> Option<usize> {
        const BRINGERS: [&str; 4] = ["build-essential", "g++", "libc-dev", "libc6-dev"];
        let is_version = |rest: &str| rest.strip_prefix('-').is_some_and(|rest| rest.parse::<u32>().is_ok());
        let is_gcc =
            |name: &str| name.strip_prefix("gcc").is_some_and(|rest| rest.is_empty() || is_version(rest));
        let (word, _) = names(self.package, self.facts).find(|(_, name)| name.is_some_and(is_gcc))?;
        (!BRINGERS.iter().any(|name| self.is_named(name))).then_some(word)
    }

    /// Where a client of HTTPS is installed without the certificates, and something from there on speaks it.
    fn certificates(&self) -> Option<usize> {
        const NAME: &str = "ca-certificates";
        // They, or their libraries, recommend it.
        const CLIENTS: [&str; 4] = ["aria2", "curl", "git", "wget"];
        let (file, model) = (self.cx.document.file(), self.cx.document.model());
        let is_client = |name: &str| CLIENTS.contains(&name);
        let (word, _) = names(self.package, self.facts).find(|(_, name)| name.is_some_and(is_client))?;
        let is_there = || model.base_image(self.index).and_then(|image| image.has(NAME)) == Some(true);
        let steps = self.steps();
        let items: Vec<&Item> = steps.iter().filter_map(|item| file.item(*item)).collect();
        let speaks = |item: &Item| item.kind == Kind::Run && item.instruction.source().contains(HTTPS);
        let is_needed = !is_there()
            && !items.iter().any(|item| item.instruction.source().contains(NAME))
            && (items.into_iter().any(speaks) || copied_scripts_speak(self.cx, &steps));
        is_needed.then_some(word)
    }

    /// Whether the install itself, or another one of the stage and of those built on it, names a package.
    fn is_named(&self, name: &str) -> bool {
        let installs = |facts: &Facts| {
            let mut operands = facts.packages.iter().flat_map(|package| names(package, facts));
            operands.any(|(_, operand)| operand == Some(name))
        };
        self.all_facts().any(installs)
    }

    /// Whether one of these programs is called in the stage, or in one that is built on it.
    fn runs(&self, programs: &[&str]) -> bool {
        let calls = |facts: &Facts| {
            let commands = facts.script.commands().iter();
            let commands = commands.filter_map(|command| command.words.first()?.value.as_deref());
            let names = commands.chain(facts.invocations.iter().map(|invocation| &*invocation.name));
            let mut all = names.chain(facts.packages.iter().map(|package| package.manager.name));
            all.any(|name| programs.contains(&path::name(name)))
        };
        self.all_facts().any(calls)
    }

    fn all_facts(&self) -> impl Iterator<Item = &Facts> {
        let file = self.cx.document.file();
        self.steps().into_iter().filter_map(|item| Facts::of(file.instruction(item)?))
    }

    /// The instructions of the stage, and of those that are built on it, whether an image is made of them or not.
    fn steps(&self) -> Vec<usize> {
        let model = self.cx.document.model();
        let Some(own) = model.stage_at(self.index) else { return Vec::new() };
        let stages = model.stages().iter().filter(|stage| model.has_base(stage.index, own.index));
        stages.flat_map(|stage| stage.items.clone()).collect()
    }
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
    fn packages_that_recommend_nothing_are_silent() {
        check_none("FROM a\nRUN apt-get install -y tzdata make=4.3-4 libssl-dev:amd64\n");
        check_none("FROM buildpack-deps:bookworm\nRUN apt-get install -y git tzdata\n");
        check(
            "FROM a\nRUN apt-get install tzdata git\n          # ^^^^^^^ `apt-get install` adds recommended packages without `--no-install-recommends`\n",
        );
        check(
            "FROM a\nRUN apt-get install tzdata ./b.deb\n          # ^^^^^^^ `apt-get install` adds recommended packages without `--no-install-recommends`\n",
        );
    }

    #[test]
    fn what_came_earlier_brings_nothing() {
        let with = |earlier: &str| {
            format!(
                "FROM debian:12 AS a\nRUN apt-get install -y --no-install-recommends {earlier}\nFROM a\nRUN apt-get install -y git python3-pip\n"
            )
        };
        check_none(&with("git python3-pip"));
        check_none(
            "FROM debian:12\nRUN apt-get install -y --no-install-recommends git && apt-get install -y git\n",
        );
        for earlier in ["git", "python3-pip", "git python3-pip && apt-get purge -y git"] {
            assert_eq!(crate::fixture::found(&APT_RECOMMENDS, &with(earlier)).len(), 1, "{earlier}");
        }
    }

    #[test]
    fn images_have_packages() {
        let with = |image: &str| format!("FROM {image}\nRUN apt-get install -y git ca-certificates\n");
        for image in ["continuumio/miniconda3:24.9.2-0", "node:22", "python:3.12-bookworm", "rust:1"] {
            check_none(&with(image));
        }
        assert_eq!(crate::fixture::found(&APT_RECOMMENDS, &with("node:22-slim")).len(), 1);
    }

    #[test]
    fn stages_that_no_image_is_built_on_need_it_too() {
        let stages = |names: &str| {
            format!(
                "FROM debian:trixie-slim AS b\nRUN apt-get update && apt-get install -y{names}\n\
                RUN wget https://a.b/c\nFROM alpine:3.22\nCOPY --from=b /c /c\n"
            )
        };
        check_fix(&stages(" git wget"), &stages(" --no-install-recommends git ca-certificates wget"));
    }

    #[test]
    fn what_recommends_nothing_in_one_release_is_silent_there() {
        let with = |image: &str| format!("FROM {image}\nRUN apt-get install -y pkg-config make\n");
        for image in ["debian:bookworm-slim", "debian:13", "python:3.12-slim-bookworm", "ubuntu:24.04"] {
            check_none(&with(image));
        }
        for image in ["debian:11", "ubuntu:22.04", "debian:10", "a"] {
            assert_eq!(crate::fixture::found(&APT_RECOMMENDS, &with(image)).len(), 1, "{image}");
        }
    }

    #[test]
    fn what_is_called_from_there_on_is_named() {
        let install =
            |options: &str, names: &str| format!("FROM debian:12\nRUN apt-get install -y{options} {names}\n");
        for (names, run, fixed) in [
            ("autoconf make", "autoreconf -i", "autoconf automake make"),
            ("git curl", "git init && patch -p1 < b", "git patch curl"),
            ("git", "mkdir -p ~/.ssh && ssh-keyscan b", "git openssh-client"),
            ("xvfb", "xvfb-run b", "xvfb xauth"),
            ("protobuf-compiler make", "cargo build", "protobuf-compiler libprotobuf-dev make"),
            ("cpanminus", "cpanm B", "cpanminus make"),
            ("autoconf automake", "autoreconf -i", "autoconf automake"),
            ("git", "git init", "git"),
        ] {
            let run = format!("RUN {run}\n");
            let before = install("", names) + &run;
            check_fix(&before, &(install(" --no-install-recommends", fixed) + &run));
        }
    }

    #[test]
    fn no_package_is_added_in_bulk() {
        let text = |option: &str, more: &str| {
            format!(
                "FROM debian:12\nRUN apt-get update && apt-get install -y{option} curl{more} && curl https://b\n"
            )
        };
        let fix = check_fix(&text("", ""), &text(" --no-install-recommends", " ca-certificates"));
        assert_eq!(fix.safety, Safety::Unsafe);
    }

    #[test]
    fn what_may_have_to_be_compiled_makes_it_unsafe() {
        let fix = |names: &str, run: &str| {
            let text = |options: &str| {
                format!("FROM ubuntu:24.04\nRUN apt-get install -y{options} {names}\nRUN {run}\n")
            };
            check_fix(&text(""), &text(" --no-install-recommends")).safety
        };
        assert_eq!(fix("python3-pip build-essential", "pip install -r a.txt"), Safety::Unsafe);
        assert_eq!(fix("python3-pip python3-dev gcc libc6-dev", "pip install -r a.txt"), Safety::Suggested);
        assert_eq!(fix("python3-pip", "python3 b.py"), Safety::Suggested);
        assert_eq!(fix("cmake make", "cmake ."), Safety::Unsafe);
        assert_eq!(fix("dpkg-dev libb-dev", "./configure && make"), Safety::Unsafe);
        assert_eq!(fix("npm", "npm ci"), Safety::Unsafe);
        assert_eq!(fix("npm g++ make", "npm ci"), Safety::Suggested);
    }

    #[test]
    fn a_compiler_keeps_the_headers_that_it_only_recommends() {
        check_fix(
            "FROM debian:12\nRUN apt-get update && apt-get install -y gcc-12 make\n",
            "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends gcc-12 libc6-dev make\n",
        );
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
        let named = "RUN apt-get install -y --no-install-recommends git ca-certificates\n";
        for (files, before, after) in [
            ("", "FROM debian:13\n", "RUN git clone https://example.org/a\n"),
            ("", "FROM debian:13 AS a\n", "FROM a\nRUN git clone https://example.org/a\n"),
            (
                "#- b/c/d.sh\ngit clone https://a\n#- Dockerfile\n",
                "FROM debian:13\n",
                "COPY b /b\nRUN /b/all\n",
            ),
        ] {
            check_fix(&format!("{files}{before}{run}{after}"), &format!("{before}{named}{after}"));
        }
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
