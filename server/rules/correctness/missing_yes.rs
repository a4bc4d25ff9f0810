//! `missing-yes`

use crate::rules::Severity;
use crate::rules::edits::flag_behind_verb;
use crate::rules::prelude::*;
use crate::semantic::known_words::may_have_options;
use crate::syntax::shell::{Form, Joint, Nesting};

declare_rule! {
    /// ## What it does
    /// Finds a package manager that will ask whether to go on, and nobody there to answer.
    ///
    /// ## Why is this bad?
    /// A build has no terminal. The question is answered with "no", and the build fails, at the latest when the
    /// package brings a dependency along.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get install --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -yq --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Silent
    /// `microdnf` on RHEL 8 and its kin, which goes on without asking. Where the base image is not known, it may be that one: a
    /// hint. conda, mamba and micromamba ask, but where there is nobody they go on: an empty answer is the one that they
    /// suggest, "yes".
    /// Source: conda, `ConsoleReporterRenderer.prompt`, and `confirm` before that; mamba, `Console::prompt`.
    ///
    /// ## hadolint
    /// A command behind `sudo` is found, where hadolint does not look.
    pub(crate) static MISSING_YES = {
        id: "missing-yes", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3014", "DL3030", "DL3034", "DL3038"],
        check: Steps(may_ask, check),
        fix: Safe(fix),
    }
}

fn may_ask(instruction: &Instruction) -> bool {
    let facts = Facts::of(instruction).filter(|_| is_run(instruction));
    facts.is_some_and(|facts| facts.packages.iter().any(|package| asks(package, facts)))
}

fn is_run(instruction: &Instruction) -> bool {
    instruction.ast().innermost().kind == Kind::Run
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().copied().filter(|index| is_not_configured(cx, *index)) {
        let facts = file.items().get(index).and_then(|item| Facts::of(&item.instruction));
        let is_read = |facts: &&Facts| model.has_posix_shell(index) || facts.script.form() == Form::Exec;
        facts.filter(is_read).into_iter().for_each(|facts| check_run(cx, index, facts, out));
    }
}

/// Whether the microdnf of a base image asks; `None` where that is not known. That of RHEL 8 and its kin always goes on.
/// Source: microdnf, pull requests 94 and 97.
fn microdnf_asks(cx: &Cx<'_>, item: usize) -> Option<bool> {
    let release = cx.document.model().base_image(item)?.release.as_ref()?;
    let number = release.number.as_deref()?;
    Some(number != "8" && !number.starts_with("8."))
}

fn check_run(cx: &Cx<'_>, index: usize, facts: &Facts, out: &mut Findings) {
    let model = cx.document.model();
    let asks = |package: &&PackageCommand| {
        asks(package, facts) && !may_have_options(model, index, &facts.script, package)
    };
    for package in facts.packages.iter().filter(asks) {
        let is_microdnf = package.manager.name == "microdnf";
        let is_sure = !is_microdnf || microdnf_asks(cx, index).is_some();
        if is_microdnf && microdnf_asks(cx, index) == Some(false) {
            continue;
        }
        let Some(verb) = package.words(&facts.script).get(package.verb) else {
            continue;
        };
        let message = match package.manager.yes.first() {
            Some(yes) => {
                // apt asks where it would do more than what is named.
                let may_ask = package.manager.family == Family::Apt || !is_sure;
                let asks = if may_ask { "may ask" } else { "asks" };
                format!("`{}` {asks} for a confirmation without `{yes}`", package.name(&facts.script))
            }
            None => continue,
        };
        let is_install = package.action == Action::Install;
        let span = facts.script.place(verb.part);
        let codes: &[&str] = match package.manager.name {
            "apt-get" if is_install => &["DL3014"],
            "yum" if is_install => &["DL3030"],
            "zypper" if is_install => &["DL3034"],
            "dnf" | "microdnf" if is_install => &["DL3038"],
            _ => &[],
        };
        let pushed = out.push_at(index, span, message).also(codes);
        if !is_sure {
            pushed.severity(Severity::Hint);
        }
    }
}

fn asks(package: &PackageCommand, facts: &Facts) -> bool {
    let Some(command) = facts.script.commands().get(package.command) else {
        return false;
    };
    let written = facts.script.str(command.part).to_ascii_lowercase();
    package.manager.asks
        && !facts.names_yes
        && has_question(package, facts)
        && !package.has_flag(&facts.script, package.manager.yes)
        // Nothing is done, so nothing is asked.
        && (package.manager.family == Family::Pacman || !package.has_flag(&facts.script, &["-s", "--simulate", "--dry-run", "--just-print", "--no-act", "--assumeno", "--help", "-h"]))
        && !written.contains("assume-yes")
        && !written.contains("assumeyes")
        // Something may answer: `yes | apt-get install a`.
        && command.joint != Joint::Pipe
        && !command.nesting.any(Nesting::BROKEN)
}

/// Whether it is a command that would change something, and says so first.
fn has_question(package: &PackageCommand, facts: &Facts) -> bool {
    // Nothing is named, so nothing is removed: `apt-get purge`. `autoremove` finds by itself.
    let is_named = package.action != Action::Remove
        || !package.operands.is_empty()
        || package.name(&facts.script).contains("auto");
    let changes = is_named && matches!(package.action, Action::Install | Action::Upgrade | Action::Remove);
    match package.manager.family {
        // Also before it turns a module on.
        Family::Dnf => changes || package.action == Action::Other,
        Family::Pacman => {
            let words = package.words(&facts.script);
            let options = package.options.iter().filter_map(|index| words.get(*index)?.value.as_deref());
            let short = options.clone().filter(|option| !option.starts_with("--"));
            let letters: String = short.map(|option| option.trim_start_matches('-')).collect();
            // These only look something up.
            let looks = letters.contains(['s', 'i', 'l', 'g', 'p', 'h']) && !letters.starts_with('R');
            let looks =
                looks || options.clone().any(|option| matches!(option, "--print" | "--search" | "--info"));
            let all = letters.contains(['u', 'c']) || options.clone().any(|option| option == "--sysupgrade");
            changes && !looks && (all || !package.operands.is_empty())
        }
        _ => changes,
    }
}

fn is_not_configured(cx: &Cx<'_>, item: usize) -> bool {
    let environment = cx.document.model().environment_at(item);
    environment.is_none_or(|environment| !environment.configures_yes)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let yes = package_at(cx, finding).and_then(|(_, _, package)| package.manager.yes.first());
    yes.map(|yes| flag_behind_verb(cx, finding, yes)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MISSING_YES);

    #[test]
    fn who_asks_is_found_where_the_verb_stands() {
        check(
            "
FROM a
RUN apt-get update && apt-get install a
                            # ^^^^^^^ `apt-get install` may ask for a confirmation without `-y`
",
        );
    }

    #[test]
    fn who_removes_nothing_does_not_ask() {
        check_none("FROM a\nRUN apt-get purge && apt-get clean\n");
        check(
            "FROM a\nRUN apt-get autoremove\n          # ^^^^^^^^^^ `apt-get autoremove` may ask for a confirmation without `-y`\n",
        );
    }

    #[test]
    fn the_microdnf_of_release_8_does_not_ask() {
        let of = |base: &str| severities(&format!("FROM {base}\nRUN microdnf install a\n"));
        assert_eq!(of("oraclelinux:8-slim"), []);
        assert_eq!(of("oraclelinux:9-slim"), [Severity::Warning]);
        assert_eq!(of("a:1"), [Severity::Hint]);
        check(
            "FROM a:1\nRUN microdnf install b\n           # ^^^^^^^ `microdnf install` may ask for a confirmation without `-y`\n",
        );
    }

    #[test]
    fn pacman_and_modules_ask_too() {
        check(
            "
FROM a
RUN pacman -Syu b && dnf module enable c:1
         # ^^^^ `pacman -Syu` asks for a confirmation without `--noconfirm`
                              # ^^^^^^ `dnf module enable` asks for a confirmation without `-y`
RUN pacman -Rns b && pacman -U c.pkg && pacman -Scc
         # ^^^^ `pacman -Rns` asks for a confirmation without `--noconfirm`
                          # ^^ `pacman -U` asks for a confirmation without `--noconfirm`
                                             # ^^^^ `pacman -Scc` asks for a confirmation without `--noconfirm`
",
        );
        check_none("FROM a\nRUN pacman -Sy && pacman -Ss b && pacman -Q && pacman -S --noconfirm b\n");
        check_none("FROM a\nRUN dnf module list && dnf -y module enable c:1 && dnf module -y reset c\n");
        check_fix("FROM a\nRUN pacman -S b\n", "FROM a\nRUN pacman -S --noconfirm b\n");
        check_fix("FROM a\nRUN dnf module enable b:1\n", "FROM a\nRUN dnf module enable -y b:1\n");
    }

    #[test]
    fn answers_are_seen_however_they_are_given() {
        check_none("FROM a\nRUN apt-get install -y a && apt-get -qq install a && yes | apt-get install a\n");
        check_none("FROM a\nRUN apt-get -o APT::Get::Assume-Yes=true install a && apt-get install $X a\n");
        check_none("FROM a\nRUN apt-get update && apk add a && apt-get -s install a\n");
        check_none("FROM a\nRUN conda env update -f b && pip install c\n");
        check_none("FROM a\nSHELL [\"powershell\"]\nRUN apt-get install a\n");
    }

    #[test]
    fn variables_of_the_file_are_read() {
        check(
            "
FROM a
ENV P=\"b c\"
RUN apt-get -q install $P
             # ^^^^^^^ `apt-get install` may ask for a confirmation without `-y`
",
        );
        check_none("FROM a\nENV P=\"-y b\"\nRUN apt-get install $P\n");
        check_none("FROM a\nARG P\nRUN apt-get install $P\n");
    }

    #[test]
    fn conda_takes_no_answer_for_yes() {
        check_none(
            "FROM a\nRUN conda install b && conda create -n c d && mamba update e && micromamba remove f\n",
        );
    }

    #[test]
    fn an_answer_in_the_configuration_is_an_answer() {
        let run = "RUN apt-get install a && yum install b";
        check_none(&format!("FROM a\nRUN echo 'APT::Get::Assume-Yes 1;' >/etc/apt/apt.conf.d/x\n{run}\n"));
        check_none(&format!("FROM a AS x\nRUN <<E\necho assumeyes=1 >> /etc/yum.conf\nE\nFROM x\n{run}\n"));
        check_none(&format!("FROM a\nCOPY apt.conf /etc/apt/\n{run}\n"));
        check_none(&format!("FROM a\nCOPY <<E /etc/x\nassumeyes=True\nE\n{run}\n"));
        check_none(&format!("FROM a\nRUN echo assumeyes=1 >> /etc/yum.conf && {}\n", &run[4..]));
        check(
            "
FROM a
RUN yum install --assumeyes b > c
RUN apt-get -o APT::Get::Assume-Yes=true install b
RUN yum install b
      # ^^^^^^^ `yum install` asks for a confirmation without `-y`
",
        );
    }

    #[test]
    fn the_flag_goes_behind_the_verb() {
        check_fix(
            "FROM a\nRUN apt-get \\\n  install \\\n  a\n",
            "FROM a\nRUN apt-get \\\n  install -y \\\n  a\n",
        );
        check_fix(
            "FROM a\nRUN [\"dnf\", \"install\", \"a\"]\n",
            "FROM a\nRUN [\"dnf\", \"install\", \"-y\", \"a\"]\n",
        );
        check_fix(
            "FROM a\nRUN [\"bash\", \"-ec\", \"apt-get update && apt-get install \\\"a\\\"\"]\n",
            "FROM a\nRUN [\"bash\", \"-ec\", \"apt-get update && apt-get install -y \\\"a\\\"\"]\n",
        );
        check_fix(
            "FROM a\nRUN i() { apt-get install a; }; i && i\n",
            "FROM a\nRUN i() { apt-get install -y a; }; i && i\n",
        );
        check_fix(
            "FROM a\nRUN <<E\nif a; then yum install a; fi\nE\n",
            "FROM a\nRUN <<E\nif a; then yum install -y a; fi\nE\n",
        );
    }
}
