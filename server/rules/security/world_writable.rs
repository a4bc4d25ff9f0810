//! `world-writable`

use crate::rules::edits::replace_word;
use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::syntax::shell::Word;

declare_rule! {
    /// ## What it does
    /// Finds `chmod` with a mode that lets everybody write: `777`, `666`, `a+w`, `o+rwx`. And the same in `--chmod` of COPY
    /// and ADD.
    ///
    /// ## Why is this bad?
    /// Any program in the container, whoever runs it, can replace these files. Mostly one user or group was meant, whom
    /// `chown` or `COPY --chown` gives the files.
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
    /// With the sticky bit (`1777`), as `/tmp` has it: nobody can remove the files of others there.
    ///
    /// ## Fix safety
    /// Unsafe: the program may have needed to write, as another user than the owner, and fails then until it is given the
    /// owner too. That `/tmp` gets the mode `1777` is a suggestion.
    pub(crate) static WORLD_WRITABLE = {
        id: "world-writable", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: Instruction(check),
        only: is_posix,
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    match ast.kind {
        Kind::Run => {
            let Some(facts) = Facts::of(instruction) else {
                return;
            };
            for (_, _, word) in modes(facts) {
                out.push(facts.script.place(word.part), message(facts.script.str(word.part)));
            }
        }
        Kind::Copy | Kind::Add => {
            let flag = ast.flag(instruction.line().text(), "chmod");
            if let Some((flag, part)) = flag.and_then(|flag| Some((flag, flag.value_part?)))
                && is_world_writable(&flag.value)
            {
                out.push(instruction.place(part), message(&flag.value));
            }
        }
        _ => {}
    }
}

fn message(mode: &str) -> String {
    format!("`{}` lets everybody write", shown(mode))
}

fn is_posix(cx: &Cx<'_>, item: usize) -> bool {
    cx.document.model().has_posix_shell(item)
}

/// The world-writable modes of each `chmod`, with the index of the word.
fn modes(facts: &Facts) -> impl Iterator<Item = (&Invocation, usize, &Word)> {
    let programs = facts.invocations.iter().filter(|invocation| &*invocation.name == "chmod");
    programs.filter_map(|invocation| {
        let mut words = invocation.arguments(&facts.script).iter().enumerate();
        // A mode may begin with a dash: `-w`. It takes away, and is no option.
        let (index, word) = words.find(|(_, word)| !facts.script.str(word.part).starts_with('-'))?;
        let mode = word.value.as_deref()?;
        is_world_writable(mode).then_some((invocation, invocation.program + 1 + index, word))
    })
}

/// Whether a mode lets everybody write and does not set the sticky bit.
fn is_world_writable(mode: &str) -> bool {
    if let Some(number) = octal(mode) {
        return number & 0o002 != 0 && number & 0o1000 == 0;
    }
    let is_sticky = mode.contains('t');
    !is_sticky
        && mode.split(',').any(|clause| {
            let Some((who, what)) = clause.split_once(['+', '=']) else {
                return false;
            };
            // Without a letter the umask takes the right away again.
            who.contains(['a', 'o']) && what.contains('w')
        })
}

fn octal(mode: &str) -> Option<u32> {
    let is_number = (3..=5).contains(&mode.len()) && mode.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    u32::from_str_radix(mode, 8).ok().filter(|_| is_number)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let mode = |written: &str| {
        let number = octal(written)? & !0o002;
        Some(format!("{number:0width$o}", width = written.len()))
    };
    let edit = || {
        let item = cx.document.file().items().get(finding.item)?;
        let instruction = &item.instruction;
        if instruction.ast().innermost().kind != Kind::Run {
            let flag = instruction.ast().innermost().flag(instruction.line().text(), "chmod")?;
            let mode = mode(&flag.value)?;
            return Some((Edit::replace(finding.span.clone(), mode.clone()), mode));
        }
        let facts = Facts::of(instruction)?;
        let (invocation, index, word) =
            modes(facts).find(|(_, _, word)| item.absolute(facts.script.place(word.part)) == finding.span)?;
        // Everybody's folder for passing files is made so on purpose.
        let is_temporary = |word: &Word| word.is("/tmp") || word.is("/var/tmp");
        let mode = match invocation.arguments(&facts.script).iter().any(is_temporary) {
            true => "1777".to_owned(),
            false => mode(word.value.as_deref()?)?,
        };
        Some((replace_word(item, facts, invocation.command, index, &mode)?, mode))
    };
    let fix = |(edit, mode): (Edit, String)| {
        // Who wrote as another user cannot do so any more, unless it gets an owner too.
        let safety = if mode == "1777" { Safety::Suggested } else { Safety::Unsafe };
        Fix::new(format!("Change to `{mode}`"), safety, vec![edit])
    };
    edit().map(fix).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WORLD_WRITABLE);

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
    fn other_modes_are_silent() {
        check_none(
            "FROM a\nRUN chmod 755 b && chmod 1777 c && chmod +w d && chmod g+w,o-w e && chmod o=rX f && chmod $M g\n",
        );
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
