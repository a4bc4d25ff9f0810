//! `world-writable`

mod mode;

use mode::{is_world_writable, octal};

use crate::rules::Severity;
use crate::rules::edits::replace_word;
use crate::rules::prelude::*;
use crate::rules::suppress::is_silenced;
use crate::semantic::commands::Invocation;
use crate::semantic::empty_folders;
use crate::syntax::shell::Word;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds `chmod`, `mkdir -m` and `install -m` with a mode that lets everybody write: `777`, `666`, `a+w`, `o+rwx`; a
    /// `umask` that leaves everybody that right for what is made behind it, such as `000`; and such a mode in `--chmod` of COPY
    /// and ADD.
    ///
    /// ## Why is this bad?
    /// Any program in the container, whoever runs it, can replace these files. Mostly one user or group was meant, whom
    /// `chown` or `COPY --chown` gives the files. Where it is not known beforehand who runs the container, as in OpenShift, the
    /// group `0` is meant, to which such users belong: `chgrp -R 0 /data && chmod -R g=u /data`. Source: Red Hat, "Creating
    /// images", "Support arbitrary user ids".
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN chmod -R 777 /srv/app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN chmod -R 775 /srv/app
    /// ```
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN mkdir /srv/drop && chmod 1777 /srv/drop
    /// ```
    ///
    /// ## Silent
    /// With the sticky bit (`1777`), as `/tmp` has it: nobody can remove the files of others there. For a pipe that `mkfifo`
    /// makes: to write into it is what it is for. In a development container, by its `devcontainer.json`, folder or base image, and
    /// in a file, its folder or a stage called after development, tests or CI (`ci/Dockerfile`, `test-e2e`), where nothing is built
    /// on the stage: no service runs there.
    ///
    /// ## Severity
    /// A hint in a stage that no image is built on: the files stay there, unless another stage copies them. An information for
    /// folders that the same RUN makes and puts nothing into: there data will lie, and no program.
    ///
    /// ## Fix safety
    /// Unsafe: the program may have needed to write, as another user than the owner, and fails then until it is given the
    /// owner too. That `/tmp` gets the mode `1777` is a suggestion. There is no fix where a comment says that anybody may run the
    /// container, and none on images of PHP, httpd and nginx, whose servers work as a user of their own: they need the owner or the
    /// group instead.
    pub(crate) static WORLD_WRITABLE = {
        id: "world-writable", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(opens, check),
        fix: Suggested(fix),
    }
}

fn opens(instruction: &Instruction) -> bool {
    match instruction.ast().innermost().kind {
        Kind::Run => Facts::of(instruction).is_some_and(|facts| modes(facts).next().is_some()),
        Kind::Copy | Kind::Add => flag(instruction).is_some(),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = cx.document.file().items();
    let mut rest = steps;
    while let [index, behind @ ..] = rest {
        let repeats = repeats(cx, *index);
        rest = behind.get(repeats..).unwrap_or_default();
        let Some(item) = items.get(*index).filter(|_| counts(cx, *index)) else {
            continue;
        };
        // What no container runs on can only be copied by other stages.
        let severity = if ships(cx, *index) { WORLD_WRITABLE.severity } else { Severity::Hint };
        if let Some((part, mode)) = flag(&item.instruction) {
            out.push_at(*index, item.instruction.place(part), message(mode, 0)).severity(severity);
        }
        let run = Some(&item.instruction).filter(|run| run.ast().innermost().kind == Kind::Run);
        if let Some(facts) = run.and_then(|run| Facts::of(run)) {
            for mode in modes(facts) {
                let place = facts.script.place(mode.word.part);
                let severity = if is_empty(facts, &mode) { severity.min(Severity::Info) } else { severity };
                out.push_at(*index, place, message(mode.text, repeats)).severity(severity);
            }
        }
    }
}

fn counts(cx: &Cx<'_>, item: usize) -> bool {
    cx.document.model().has_posix_shell(item) && !is_in_workplace(cx, item)
}

/// The world-writable mode of a COPY or ADD.
fn flag(instruction: &Instruction) -> Option<(Part, &str)> {
    let ast = instruction.ast().innermost();
    let flag = ast.flag(instruction.line().text(), "chmod");
    let flag =
        flag.filter(|flag| matches!(ast.kind, Kind::Copy | Kind::Add) && is_world_writable(&flag.value))?;
    Some((flag.value_part?, instruction.str(flag.value_part?)))
}

/// How many RUN right behind one have the same world-writable modes.
fn repeats(cx: &Cx<'_>, index: usize) -> usize {
    // What a comment silences is told for itself alone.
    let counts = |item: &Item| item.kind == Kind::Run && !is_silenced(cx, &item.instruction, &WORLD_WRITABLE);
    let of = |item: &Item| -> Vec<String> {
        let facts = Facts::of(&item.instruction).filter(|_| counts(item));
        facts.map(|facts| modes(facts).map(|mode| mode.text.to_owned()).collect()).unwrap_or_default()
    };
    let Some([item, behind @ ..]) = cx.document.file().items().get(index..) else { return 0 };
    let own = of(item);
    if own.is_empty() { 0 } else { behind.iter().take_while(|item| of(item) == own).count() }
}

fn message(mode: &str, repeats: usize) -> String {
    let mode = shown(mode);
    match repeats {
        0 => format!("`{mode}` lets everybody write"),
        1 => format!("`{mode}` lets everybody write, and so it does in the next `RUN`"),
        _ => format!("`{mode}` lets everybody write, and so it does in the next {repeats} `RUN`"),
    }
}

/// A world-writable mode in a RUN.
struct Mode<'a> {
    invocation: &'a Invocation,
    /// The index of the word.
    index: usize,
    word: &'a Word,
    /// The mode.
    text: &'a str,
    /// What stands before it in the same word: `-m`.
    option: &'a str,
}

/// The world-writable modes in a RUN, in order.
fn modes(facts: &Facts) -> impl Iterator<Item = Mode<'_>> {
    facts.invocations.iter().filter_map(|invocation| {
        let words = invocation.arguments(&facts.script);
        let (index, option, text) = match &*invocation.name {
            // A mode may begin with a dash: `-w`. It takes away, and is no option.
            "chmod" if !is_of_pipe(facts, words) => operand(facts, words),
            "mkdir" | "install" => option_value(words),
            "umask" if invocation.command + 1 < facts.script.commands().len() => operand(facts, words),
            _ => None,
        }?;
        let is_open = match octal(text) {
            Some(mask) if &*invocation.name == "umask" => mask & 0o002 == 0,
            _ if matches!(text, "0" | "00") && &*invocation.name == "umask" => true,
            _ => is_world_writable(text),
        };
        let (word, index) = (words.get(index)?, invocation.program + 1 + index);
        is_open.then_some(Mode { invocation, index, word, text, option })
    })
}

/// Whether all that gets a mode are folders that the script makes, and puts nothing into.
fn is_empty(facts: &Facts, mode: &Mode<'_>) -> bool {
    let words = mode.invocation.arguments(&facts.script);
    match &*mode.invocation.name {
        "mkdir" => true,
        "install" => words.iter().any(|word| word.value.as_deref().is_some_and(makes_folder)),
        "chmod" => {
            let behind = words.iter().skip_while(|word| !word.is(mode.text)).skip(1);
            let folders: Option<Vec<&str>> = behind.map(|word| word.value.as_deref()).collect();
            folders.is_some_and(|folders| !folders.is_empty() && empty_folders::are_made(facts, &folders))
        }
        _ => false,
    }
}

/// Whether an option of `install` says that folders are made.
fn makes_folder(option: &str) -> bool {
    option == "--directory" || option.starts_with("-d")
}

/// Whether one of some words is a pipe that the script makes: who writes into it puts nothing in the place of anything.
fn is_of_pipe(facts: &Facts, words: &[Word]) -> bool {
    let mut pipes = facts.invocations.iter().filter(|invocation| &*invocation.name == "mkfifo");
    pipes.any(|invocation| {
        let made = invocation.arguments(&facts.script).iter().filter_map(|word| word.value.as_deref());
        made.filter(|path| !path.starts_with('-')).any(|path| words.iter().any(|word| word.is(path)))
    })
}

/// The first word that is no option.
fn operand<'a>(facts: &Facts, words: &'a [Word]) -> Option<(usize, &'a str, &'a str)> {
    let index = words.iter().position(|word| !facts.script.str(word.part).starts_with('-'))?;
    Some((index, "", words.get(index)?.value.as_deref()?))
}

/// The value of `-m` or `--mode`, of its own or behind the option in the same word.
fn option_value(words: &[Word]) -> Option<(usize, &str, &str)> {
    words.iter().enumerate().find_map(|(index, word)| {
        let text = word.value.as_deref()?;
        let is_cluster = text.starts_with('-') && !text.starts_with("--");
        let end = match text.find('m').filter(|_| is_cluster) {
            // Another letter takes the rest of the word.
            Some(letter) if !text.get(..letter)?.contains(['g', 'o', 't', 'S']) => letter + 1,
            _ if text == "--mode" => text.len(),
            _ if text.starts_with("--mode=") => "--mode=".len(),
            _ => return None,
        };
        let (option, glued) = text.split_at_checked(end)?;
        match glued {
            "" => Some((index + 1, "", words.get(index + 1)?.value.as_deref()?)),
            _ => Some((index, option, glued)),
        }
    })
}

/// Whether others than the owner surely have to write: a comment says that anybody may run the container, or servers of the base
/// image do their work as a user of their own.
fn is_for_others(cx: &Cx<'_>, index: usize, instruction: &Instruction) -> bool {
    const WORDS: [&str; 7] =
        ["any uid", "any user", "arbitrary", "non-root", "nonroot", "openshift", "random uid"];
    const SERVERS: [&str; 4] = ["httpd", "nginx", "php", "wordpress"];
    let mut comments = instruction.comments().iter().chain(instruction.inner_comments());
    let says_so = |comment: &Span| {
        let text = instruction.source().get(comment.clone()).unwrap_or_default().to_ascii_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    };
    let image = cx.document.model().base_image(index);
    comments.any(says_so) || image.is_some_and(|image| SERVERS.contains(&image.repository))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let mode = |written: &str| {
        let number = octal(written)? & !0o002;
        Some(format!("{number:0width$o}", width = written.len()))
    };
    let of_run = |item: &Item, number: usize| {
        let facts = Facts::of(&item.instruction)?;
        let Mode { invocation, index, text, option, .. } =
            modes(facts).nth(number).filter(|mode| &*mode.invocation.name != "umask")?;
        // Everybody's folder for passing files is made so on purpose.
        let is_temporary = |word: &Word| word.is("/tmp") || word.is("/var/tmp");
        let mode = match invocation.arguments(&facts.script).iter().any(is_temporary) {
            true => "1777".to_owned(),
            false => mode(text)?,
        };
        let edit = replace_word(item, facts, invocation.command, index, &format!("{option}{mode}"))?;
        Some((edit, mode))
    };
    let edits = || {
        let items = cx.document.file().items();
        let item = items.get(finding.item)?;
        let instruction = &item.instruction;
        if is_for_others(cx, finding.item, instruction) {
            return None;
        }
        if instruction.ast().innermost().kind != Kind::Run {
            let mode = mode(flag(instruction)?.1)?;
            return Some((vec![Edit::replace(finding.span.clone(), mode.clone())], mode));
        }
        let facts = Facts::of(instruction)?;
        let is_here = |mode: Mode<'_>| item.absolute(facts.script.place(mode.word.part)) == finding.span;
        let number = modes(facts).position(is_here)?;
        // Those that repeat it are mended with it.
        let all = items.get(finding.item..=finding.item + repeats(cx, finding.item))?;
        let all: Vec<(Edit, String)> = all.iter().map(|item| of_run(item, number)).collect::<Option<_>>()?;
        let mode = all.first()?.1.clone();
        let is_one = all.iter().all(|(_, other)| *other == mode);
        is_one.then(|| (all.into_iter().map(|(edit, _)| edit).collect(), mode))
    };
    let fix = |(edits, mode): (Vec<Edit>, String)| {
        // Who wrote as another user cannot do so any more, unless it gets an owner too.
        let safety = if mode == "1777" { Safety::Suggested } else { Safety::Unsafe };
        Fix::new(format!("Change to `{mode}`"), safety, edits)
    };
    edits().map(fix).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WORLD_WRITABLE);

    #[test]
    fn what_others_have_to_write_keeps_its_mode() {
        check_no_fix("FROM a\n# For OpenShift\nRUN chmod -R 777 /b\n");
        check_no_fix("FROM php:8.4-fpm\nRUN chmod -R 777 /var/www/var\n");
        check_fix("FROM a\n# For b\nRUN chmod -R 777 /b\n", "FROM a\n# For b\nRUN chmod -R 775 /b\n");
    }

    #[test]
    fn what_no_container_runs_on_is_a_hint() {
        let run = "RUN chmod 777 /b\n";
        assert_eq!(severities(&format!("FROM a AS c\n{run}FROM a\nCOPY --from=c /d /d\n")), [Severity::Hint]);
        assert_eq!(severities(&format!("FROM a\n{run}")), [Severity::Warning]);
    }

    #[test]
    fn an_empty_folder_made_for_data_weighs_less() {
        let severity = |run: &str| severities(&format!("FROM a\nRUN {run}\n"));
        for run in ["mkdir -p /b/c /d/ && chmod -R 777 /d /b/c", "mkdir -m 777 /b", "install -d -m 0777 /b"] {
            assert_eq!(severity(run), [Severity::Info], "{run}");
        }
        for run in
            ["mkdir /b && chmod 777 /c", "mkdir /b && cp /c /b && chmod -R 777 /b", "install -m 777 b /c"]
        {
            assert_eq!(severity(run), [Severity::Warning], "{run}");
        }
    }

    #[test]
    fn modes_that_let_everybody_write_are_found() {
        check(
            "
FROM a
RUN chmod -R 0777 b && find . -exec chmod a+rwX {} + && chmod u=rw,o+w c
           # ^^^^ `0777` lets everybody write
                                        # ^^^^^ `a+rwX` lets everybody write
                                                            # ^^^^^^^^ `u=rw,o+w` lets everybody write
COPY --chmod=666 d e
           # ^^^ `666` lets everybody write
",
        );
    }

    #[test]
    fn what_a_clause_takes_away_again_is_not_given() {
        check_none("FROM a\nRUN chmod a=r-wx,u=wr,a+X b && chmod a+w-w c\n");
        check("FROM a\nRUN chmod a=r+w b\n        # ^^^^^ `a=r+w` lets everybody write\n");
    }

    #[test]
    fn where_something_is_tried_nobody_has_to_be_kept_out() {
        check_none("FROM a AS test-noroot\nRUN mkdir b && chmod 0777 b\n");
        check_none("FROM mcr.microsoft.com/devcontainers/base:2\nRUN chmod 777 b\n");
        check("FROM a AS test\nRUN chmod 777 b\n        # ^^^ `777` lets everybody write\nFROM test\n");
        check("FROM a AS latest\nRUN chmod 777 b\n        # ^^^ `777` lets everybody write\n");
    }

    #[test]
    fn steps_that_repeat_it_are_named_once() {
        check(
            "
FROM a
RUN mkdir b && chmod a+rw b
                   # ^^^^ `a+rw` lets everybody write, and so it does in the next 2 `RUN`
RUN mkdir c && chmod a+rw c
RUN mkdir d && chmod a+rw d
RUN chmod 777 d
        # ^^^ `777` lets everybody write
USER e
RUN chmod 777 d
        # ^^^ `777` lets everybody write
",
        );
        check_fix("FROM a\nRUN chmod 777 b\nRUN chmod 777 c\n", "FROM a\nRUN chmod 775 b\nRUN chmod 775 c\n");
        // What is silenced is neither counted nor mended with the others, and does not silence them.
        let ignore = "# layerwise: ignore=world-writable";
        check_fix(
            &format!("FROM a\nRUN chmod 777 b\n{ignore}\nRUN chmod 777 c\n"),
            &format!("FROM a\nRUN chmod 775 b\n{ignore}\nRUN chmod 777 c\n"),
        );
        let found =
            crate::fixture::Fixture::new(&format!("FROM a\n{ignore}\nRUN chmod 777 b\nRUN chmod 777 c\n"));
        let lines = |cx: &Cx<'_>| {
            crate::rules::run(cx).iter().filter(|found| found.rule.id == WORLD_WRITABLE.id).count()
        };
        assert_eq!(found.look(lines), 1);
    }

    #[test]
    fn what_is_made_for_everybody_is_found() {
        check(
            "
FROM a
RUN mkdir -pm 0777 b && install -d --mode=777 c && install -Dm666 d e && umask 000 && touch f
            # ^^^^ `0777` lets everybody write
                                 # ^^^^^^^^^^ `777` lets everybody write
                                                         # ^^^^^^ `666` lets everybody write
                                                                             # ^^^ `000` lets everybody write
RUN find . -type d -exec chmod 777 {} ;
                             # ^^^ `777` lets everybody write
",
        );
        check_none(
            "FROM a\nRUN umask 022 && mkdir -m 1777 b && mkdir -p 777 && install -o m777 c d && umask 0\n",
        );
        check_fix("FROM a\nRUN install -Dm0777 b c\n", "FROM a\nRUN install -Dm0775 b c\n");
        check_fix("FROM a\nRUN mkdir --mode 777 b\n", "FROM a\nRUN mkdir --mode 775 b\n");
        check_no_fix("FROM a\nRUN umask 000 && touch b\n");
    }

    #[test]
    fn other_modes_are_silent() {
        check_none(
            "FROM a\nRUN chmod 755 b && chmod 1777 c && chmod +w d && chmod g+w,o-w e && chmod o=rX f && chmod $M g\n",
        );
        check_none("FROM a\nRUN mkfifo b && chmod 622 b && mkfifo -m 666 c\n");
        check_none("FROM a\nCOPY --chmod=755 b c\nRUN chmod -w d && chmod 7 e && chmod a+rw,+t f\n");
        check_none("FROM a\nSHELL [\"powershell\"]\nRUN chmod 777 b\n");
    }

    #[test]
    fn the_right_of_others_goes() {
        check_fix("FROM a\nRUN chmod 0777 b\n", "FROM a\nRUN chmod 0775 b\n");
        check_fix("FROM a\nRUN chmod 777 /tmp\n", "FROM a\nRUN chmod 1777 /tmp\n");
        check_fix("FROM a\nADD --chmod=666 b c\n", "FROM a\nADD --chmod=664 b c\n");
        check_no_fix("FROM a\nRUN chmod a+w b\n");
    }
}
