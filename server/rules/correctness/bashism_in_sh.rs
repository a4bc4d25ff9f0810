//! `bashism-in-sh`

use crate::rules::prelude::*;
use crate::semantic::dialects::Dialect;
use crate::syntax::shell::bashisms::BashismKind;
use crate::syntax::shell::{Form, Nesting, Word};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds what only bash knows in a RUN that dash or the ash of BusyBox reads, as `/bin/sh` of the base image.
    ///
    /// ## Why is this bad?
    /// The shell fails (`[[: not found`), or does something else without a word: `mkdir {a,b}` makes one folder of that name, and
    /// `echo -e` writes `-e` into the file.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN source /opt/venv/bin/activate && pip install -r requirements.txt
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN . /opt/venv/bin/activate && pip install -r requirements.txt
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// SHELL ["/bin/bash", "-c"]
    /// RUN mkdir -p /srv/{data,log}
    /// ```
    ///
    /// ## Silent
    /// Where it is not known what `/bin/sh` is, or a step may have replaced it. BusyBox knows `[[`, `==`, `source`, `pipefail`,
    /// `&>`, `function`, `$'…'`, `<(…)`, `echo -e` and most expansions of bash, as Alpine builds it. dash knows `pipefail` from 0.5.13
    /// on, which no release up to Debian 13 and Ubuntu 25 has.
    ///
    /// ## Fix
    /// `.` for `source` of a path, and `=` for `==`.
    pub(crate) static BASHISM_IN_SH = {
        id: "bashism-in-sh", group: Correctness, severity: Warning, since: "0.1.0",
        also: [
            "SC2112", "SC3001", "SC3003", "SC3009", "SC3010", "SC3011", "SC3014", "SC3020", "SC3030", "SC3037", "SC3039", "SC3040",
            "SC3044", "SC3046", "SC3057", "SC3059", "SC3060"
        ],
        check: Steps(has_some, check),
        fix: Suggested(fix),
    }
}

/// Something that dash does not know.
struct Found {
    place: Span,
    what: String,
    code: &'static [&'static str],
    /// Whether the ash of BusyBox knows it.
    ash_knows: bool,
    /// What dash reads as what is meant.
    posix: Option<Edit>,
}

fn has_some(instruction: &Instruction) -> bool {
    let is_run = instruction.ast().innermost().kind == Kind::Run;
    is_run && Facts::of(instruction).is_some_and(|facts| !found(facts).is_empty())
}

fn check(cx: &Cx<'_>, picked: &[usize], out: &mut Findings) {
    for item in picked {
        let Some(instruction) = cx.document.file().instruction(*item) else {
            continue;
        };
        let Some(facts) = Facts::of(instruction) else { continue };
        let dialect = cx.document.model().dialect(*item, &facts.script);
        for found in found(facts) {
            let shell = match dialect {
                Some(Dialect::Dash) if found.code != PIPEFAIL || is_old(cx, *item) => "dash",
                Some(Dialect::Ash) if !found.ash_knows => "BusyBox",
                _ => continue,
            };
            let message = format!("{} is bash, and `/bin/sh` is {shell} here", found.what);
            out.push_at(*item, found.place, message).also(found.code);
        }
    }
}

const PIPEFAIL: &[&str] = &["SC3040"];

/// Whether the dash of the base image is older than its `pipefail`.
fn is_old(cx: &Cx<'_>, item: usize) -> bool {
    let release = cx.document.model().base_image(item).and_then(|base| base.release.as_ref());
    release.is_some_and(|release| {
        let number =
            release.number.as_deref().and_then(|number| number.split('.').next()?.parse::<u32>().ok());
        match release.family.id {
            "debian" => number.is_some_and(|number| number <= 13),
            "ubuntu" => number.is_some_and(|number| number <= 25),
            _ => false,
        }
    })
}

fn found(facts: &Facts) -> Vec<Found> {
    let script = &facts.script;
    if script.form() == Form::Exec {
        return Vec::new();
    }
    let mut found: Vec<Found> = script
        .bashisms()
        .iter()
        .map(|bashism| {
            let place = script.place(bashism.part);
            let written = script.str(bashism.part);
            let (what, code, ash_knows): (&str, &'static [&'static str], bool) = match bashism.kind {
                BashismKind::DoubleBracket => ("`[[`", &["SC3010"], true),
                BashismKind::DoubleEqual => ("`==` in `[`", &["SC3014"], true),
                BashismKind::Array => ("an array", &["SC3030"], false),
                BashismKind::HereString => ("`<<<`", &["SC3011"], false),
                BashismKind::BothOutputs => ("`&>`", &["SC3020"], true),
                BashismKind::Function => ("`function`", &["SC2112"], true),
                BashismKind::AnsiString => ("`$'…'`", &["SC3003"], true),
                BashismKind::ProcessSubstitution => ("`<(…)`", &["SC3001"], true),
                BashismKind::Replacement => ("a replacement in `${…}`", &["SC3060"], true),
                BashismKind::Slice => ("a slice in `${…}`", &["SC3057"], true),
                BashismKind::CaseChange => ("a change of case in `${…}`", &["SC3059"], false),
            };
            let posix = match (bashism.kind, written) {
                (BashismKind::DoubleEqual, _) => Some(Edit::replace(place.clone(), "=")),
                _ => None,
            };
            Found { place, what: what.to_owned(), code, ash_knows, posix }
        })
        .collect();
    for command in
        script.commands().iter().filter(|command| !command.nesting.any(Nesting::SCRIPT.and(Nesting::BROKEN)))
    {
        found.extend(of_command(facts, &command.words));
        found.extend(command.words.iter().filter_map(|word| braces(facts, word)));
    }
    found.sort_by_key(|found| found.place.start);
    found
}

/// A command that only bash has, or an option that it alone knows.
fn of_command(facts: &Facts, words: &[Word]) -> Option<Found> {
    let script = &facts.script;
    let (name, arguments) = words.split_first()?;
    let place = script.place(name.part);
    let argument = |index: usize| arguments.get(index).map(|word| script.str(word.part)).unwrap_or_default();
    let new = |place: Span, what: String, code: &'static [&'static str], ash_knows: bool| Found {
        place,
        what,
        code,
        ash_knows,
        posix: None,
    };
    let value = name.value.as_deref()?;
    match value {
        "source" => {
            let posix = argument(0).contains('/').then(|| Edit::replace(place.clone(), "."));
            Some(Found { posix, ..new(place, "`source`".to_owned(), &["SC3046"], true) })
        }
        "set" => {
            let named = arguments.iter().find(|word| word.is("pipefail"))?;
            Some(new(script.place(named.part), "`pipefail`".to_owned(), PIPEFAIL, true))
        }
        "echo" if matches!(argument(0), "-e" | "-ne" | "-en") => {
            let option = arguments.first()?;
            Some(new(script.place(option.part), format!("`echo {}`", argument(0)), &["SC3037"], true))
        }
        "let" => Some(new(place, "`let`".to_owned(), &["SC3039"], true)),
        "declare" | "typeset" | "shopt" | "pushd" | "popd" => {
            Some(new(place, format!("`{value}`"), &["SC3044"], false))
        }
        _ => None,
    }
}

/// A word that bash makes several words of: `{a,b}`, `{1..3}`.
fn braces(facts: &Facts, word: &Word) -> Option<Found> {
    let written = facts.script.str(word.part);
    // Quotes and expansions would have to be told apart.
    if written.contains(['"', '\'', '\\', '`', '$']) {
        return None;
    }
    let open = written.find('{')?;
    let inner = written.get(open + 1..)?.split('}').next().filter(|_| written.contains('}'))?;
    let is_list =
        inner.contains(',') || inner.split_once("..").is_some_and(|(from, to)| is_end(from) && is_end(to));
    let is_plain = !inner.contains('{') && is_list;
    is_plain.then(|| Found {
        place: facts.script.place(word.part),
        what: "`{…}` that stands for several words".to_owned(),
        code: &["SC3009"],
        ash_knows: false,
        posix: None,
    })
}

/// An end of a range.
fn is_end(text: &str) -> bool {
    text.parse::<i64>().is_ok() || text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let found = found(Facts::of(&item.instruction)?);
        let here = found.into_iter().find(|found| item.absolute(found.place.clone()) == finding.span)?;
        let edit = here.posix?;
        let title = format!("Write `{}` instead", edit.new_text);
        Some(Fix::new(title, Safety::Suggested, vec![Edit::replace(item.absolute(edit.span), edit.new_text)]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(BASHISM_IN_SH);

    #[test]
    fn what_dash_does_not_know_is_found() {
        check(
            "
FROM debian:12
RUN if [[ -n $A ]]; then [ $B == c ]; fi
     # ^^ `[[` is bash, and `/bin/sh` is dash here
                            # ^^ `==` in `[` is bash, and `/bin/sh` is dash here
RUN set -eo pipefail && source a
          # ^^^^^^^^ `pipefail` is bash, and `/bin/sh` is dash here
                      # ^^^^^^ `source` is bash, and `/bin/sh` is dash here
RUN cat <<<b && c &>/dev/null
      # ^^^^ `<<<` is bash, and `/bin/sh` is dash here
                # ^^ `&>` is bash, and `/bin/sh` is dash here
RUN mkdir -p a/{b,c} && touch {1..3}
           # ^^^^^^^ `{…}` that stands for several words is bash, and `/bin/sh` is dash here
                            # ^^^^^^ `{…}` that stands for several words is bash, and `/bin/sh` is dash here
RUN A=(b c) && d ${E//f/g} ${E:1:2} ${E^^}
    # ^^^^^ an array is bash, and `/bin/sh` is dash here
               # ^^^^^^^^^ a replacement in `${…}` is bash, and `/bin/sh` is dash here
                         # ^^^^^^^^ a slice in `${…}` is bash, and `/bin/sh` is dash here
                                  # ^^^^^^ a change of case in `${…}` is bash, and `/bin/sh` is dash here
RUN echo -e 'a' >b && pushd c && declare d=e
       # ^^ `echo -e` is bash, and `/bin/sh` is dash here
                    # ^^^^^ `pushd` is bash, and `/bin/sh` is dash here
                               # ^^^^^^^ `declare` is bash, and `/bin/sh` is dash here
",
        );
    }

    #[test]
    fn busybox_knows_more_than_dash() {
        check(
            "
FROM alpine:3.20
RUN [[ -n $A ]] && source a && set -o pipefail && mkdir {b,c} && d &>e && echo -e f
                                                      # ^^^^^ `{…}` that stands for several words is bash, and `/bin/sh` is BusyBox here
",
        );
    }

    #[test]
    fn where_bash_reads_it_or_the_shell_is_not_known_it_is_silent() {
        let run = "RUN [[ -n $A ]] && echo -e b && mkdir {c,d}\n";
        check_none(&format!("FROM fedora:41\n{run}"));
        check_none(&format!("FROM me/app\n{run}"));
        check_none(&format!("FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\n{run}"));
        check_none(&format!("FROM debian:12\nRUN ln -sf /bin/bash /bin/sh\n{run}"));
        check_none(
            "FROM debian:12\nRUN bash -c '[[ -n $A ]] && echo -e b'\nRUN <<E\n#!/bin/bash\n[[ a ]]\nE\n",
        );
        check_none("FROM debian:12\nRUN echo '{a,b}' \"{c,d}\" {} {e} ${F} x{ && find . -exec g {} +\n");
        check_none("FROM debian:12\nRUN echo -n a && [ b = c ] && . d && local e\nRUN [\"[[\", \"a\"]\n");
        check_none("FROM debian:forky\nRUN set -o pipefail\n");
    }

    #[test]
    fn what_posix_has_for_it_is_offered() {
        check_fix("FROM debian:12\nRUN [ $A == b ] && c\n", "FROM debian:12\nRUN [ $A = b ] && c\n");
        check_no_fix("FROM debian:12\nRUN source a\n");
        check_no_fix("FROM debian:12\nRUN [[ $A == b ]]\n");
    }
}
