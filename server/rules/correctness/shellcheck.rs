//! `shellcheck`

use crate::context::shell_check::{Comment, Level, Replacement};
use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::rules::shell_check::{self, Said, runs_something};
use crate::semantic::own_variables;
use crate::syntax::shell::Word;

declare_rule! {
    /// ## What it does
    /// Reports what [ShellCheck](https://www.shellcheck.net) finds in the shell text of a RUN, where that program is on this
    /// machine.
    ///
    /// ## Why is this bad?
    /// ShellCheck knows many ways in which a shell does not do what its text seems to say. The page of each code, such as
    /// <https://www.shellcheck.net/wiki/SC2086>, explains one.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN for file in *.tar; do tar -xf $file; done
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN for file in *.tar; do tar -xf "$file"; done
    /// ```
    ///
    /// ## The program
    /// `shellcheck = "auto"` in the settings, which is how it is without them, takes the program of this name on the search
    /// path; `"off"` takes none, and everything else is the path of the program. A path in a `layerwise.toml` counts on the
    /// command line only: a folder that is merely opened in an editor does not say what is run. Each text is checked once
    /// as long as it stays the same, and never before the other findings are shown.
    ///
    /// The text is checked for the shell that reads it: the one that SHELL, a comment `# hadolint shell=`, or the `#!` line of a
    /// heredoc names, or that is given a heredoc (`<<EOF bash`), or else what the base image has as `/bin/sh`. Where that is not known, nothing is said of what only some
    /// shells know (SC3000 to SC3999). PowerShell, cmd and zsh are left alone. Variables of ARG and ENV are known to it.
    ///
    /// A comment `# shellcheck disable=SC2086` in a heredoc, `# hadolint ignore=SC2086` or `# layerwise: ignore=SC2086` above
    /// the RUN, `SC2086 = "off"` or another level under `[rules]` in `layerwise.toml`, `--disable SC2086`, and `ignored` or
    /// `override` in `.hadolint.yaml` speak of single codes.
    ///
    /// ## Silent
    /// SC1090 and SC1091: the file that is sourced is in the image, not here. SC2154 in an ONBUILD: the variable may be set
    /// where it runs. SC2291 at the indentation of a continued line. Of SC2046 and SC2010 or SC2012, SC2005 and SC2046, SC2061
    /// and SC2035 in one place only the first. And what a rule of Layerwise says in the same place.
    ///
    /// What cannot go wrong there:
    ///
    /// - SC2046, SC2086 and SC2231 where it is one word anyway: `$(uname -m)`, `$(mktemp -d)`, `$(command -v a)`, a variable that the
    ///   RUN sets to such words alone, an ARG or ENV, and a variable of the base image that is known, or is called after a version, a folder and the like (`$JAVA_HOME`).
    /// - SC2013 behind `awk '{print $1}'`, SC2021 where both sets of `tr` have brackets, and SC2115 where ARG or ENV gives the variable a value.
    /// - SC2155 where the command cannot fail, as `mktemp`; SC2164 for the last command of a RUN, which fails with it.
    /// - SC2174 where the folders above are in every image, or get mode 755 in any case.
    /// - SC2018, SC2019, SC2028, SC2185, SC2308 and some of SC3000 to SC3999, where the tools of the image know what they are given.
    ///
    /// What is plainly meant as it stands:
    ///
    /// - SC2016 (`$` in single quotes) wherever the text may be one that others read: a script or settings that are written to a file,
    ///   what `sed`, `awk`, `grep` or another language is given. It is said where a variable is known in the build and the word is used as it is, as
    ///   an address, a path, a package: `curl -O 'https://example.org/$VERSION.tgz'`.
    /// - SC2015 where C leaves or does nothing (`|| exit 1`, `|| { echo no; exit 1; }`, `|| true`), or B is a test or an `echo`, or C is B once
    ///   more (`npm ci || npm ci --verbose`).
    /// - SC2046 and SC2086 for lists of packages and of options, and for the version of a package: `apk add $deps`, `apt-get install python$version`, `gcc $CFLAGS`, `$(test a = b && echo --with-c)`.
    /// - SC2010, SC2011 and SC2012 where the names are only printed; the first and the last also where they are those of a pattern (`ls -d /opt/jdk-*`), of
    ///   packages (`ls /usr/lib/jvm`), or of what the RUN itself has unpacked.
    /// - SC1003, SC1007, SC1010, SC2043 and SC2283 where the text is whole as it is: `tr / '\'`, `A= B=c`, `echo done`, a loop over one name, `chmod =755`.
    ///
    /// ## hadolint
    /// It brings a ShellCheck of its own, and names one code for each RUN at most, whatever that says beside it: `RUN a $(b) && c $D` is
    /// SC2086 there, and SC2046 too here. Which codes there are depends on the program: 0.11 says no SC2002 any more, for one.
    ///
    /// ## Fix
    /// What ShellCheck suggests, if it says less of the text afterwards and nothing new.
    ///
    /// ## Fix safety
    /// Quotes around a variable (SC2086) are a suggestion where it is known to be one word, or is a part of one, as in
    /// `$dir/file`. Elsewhere they are unsafe: `tool $names` gives the tool several names, and `tool "$names"` one with blanks in it.
    pub(crate) static SHELLCHECK = {
        id: "shellcheck", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: ContextEach(runs_something, check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for said in shell_check::said(cx, steps) {
        let Some(item) = cx.document.file().item(said.item) else { continue };
        let Some(facts) = Facts::of(&item.instruction) else { continue };
        for (comment, part) in said.comments(cx.document.model(), &item.instruction) {
            let name = shell_check::name(comment.code);
            let message = format!("{} ({})", comment.message.trim_end_matches('.'), name.join(""));
            out.push_at(said.item, facts.script.place(part), message).also(name).severity(severity(comment));
        }
    }
}

fn severity(comment: &Comment) -> Severity {
    match comment.level {
        // With one file that fits, as somebody has just built it, it works.
        Level::Error if comment.code == TESTED_PATTERN => Severity::Warning,
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Info => Severity::Info,
        Level::Style => Severity::Hint,
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let said = shell_check::said(cx, &[finding.item]).pop()?;
        let is_found = |comment: &Comment, part: Part| {
            shell_check::name(comment.code) == finding.also
                && item.absolute(facts.script.place(part)) == finding.span
        };
        let comments = said.comments(cx.document.model(), &item.instruction);
        let (comment, part) = comments.into_iter().find(|(comment, part)| is_found(comment, *part))?;
        // In quotes `~` is no folder any more.
        let has_home = facts.script.str(part).contains('~');
        if comment.code == UNQUOTED && has_home {
            return None;
        }
        let edits: Option<Vec<Edit>> = comment
            .replacements
            .iter()
            .map(|replacement| edit(item, facts, &said, replacement, part))
            .collect();
        let edits = edits.filter(|edits| !edits.is_empty())?;
        let code = shell_check::name(comment.code).join("");
        let is_unsafe = comment.code == UNQUOTED && may_be_several(facts, part);
        let safety = if is_unsafe { Safety::Unsafe } else { Safety::Suggested };
        Some(Fix::new(title(cx, finding, &edits, &code), safety, edits))
    };
    fix().into_iter().collect()
}

/// What some edits change, where that is short enough to be read in a menu.
fn title(cx: &Cx<'_>, finding: &Finding, edits: &[Edit], code: &str) -> String {
    let places = || edits.iter().map(|edit| &edit.span).chain([&finding.span]);
    let start = places().map(|span| span.start).min().unwrap_or_default();
    let end = places().map(|span| span.end).max().unwrap_or_default();
    let (text, mut sorted) = (cx.document.text(), edits.to_vec());
    sorted.sort_by_key(|edit| edit.span.start);
    let (mut after, mut position) = (String::new(), start);
    for edit in sorted {
        after.push_str(&text.slice(position..edit.span.start.max(position)));
        after.push_str(&edit.new_text);
        position = edit.span.end.max(position);
    }
    after.push_str(&text.slice(position..end.max(position)));
    let before = text.slice(start..end);
    let is_short =
        |text: &str| text.len() <= LONGEST && !text.contains(['\n', '`']) && !text.trim().is_empty();
    match is_short(&before) && is_short(&after) {
        true => format!("Change `{before}` to `{after}` ({code})"),
        false => format!("Mend {code} as ShellCheck suggests"),
    }
}

/// A longer text is no part of a title.
const LONGEST: usize = 50;

/// "-f doesn't work with globs. Use a for loop".
const TESTED_PATTERN: u16 = 2144;

/// "Double quote to prevent globbing and word splitting".
const UNQUOTED: u16 = 2086;

/// Whether a variable without quotes may hold several words, or none, of which quotes would make one.
fn may_be_several(facts: &Facts, part: Part) -> bool {
    let script = &facts.script;
    let holds = |word: &&Word| word.part.holds(part);
    let commands = script.commands().iter();
    let found = commands.rev().find_map(|command| {
        let mut words = command.assignments.iter().chain(&command.words);
        words.find(holds).map(|word| (command, word))
    });
    // What a redirection writes is one file.
    let Some((command, word)) = found else {
        return false;
    };
    let takes_one =
        ["[", "test", "cd"].iter().any(|name| command.words.first().is_some_and(|word| word.is(name)));
    let before = script.str(Part { start: word.part.start, end: part.start });
    let after = script.str(Part { start: part.end, end: word.part.end });
    let is_literal = |char: char| char.is_ascii_alphanumeric() || "/.-_:=,@".contains(char);
    if takes_one || before.ends_with(is_literal) || after.starts_with(is_literal) {
        return false;
    }
    let is_one = |value: &str| !value.is_empty() && !value.contains([' ', '\t', '\n', '*', '?', '[']);
    if let Some(values) = own_variables::values(script, word) {
        return !values.into_iter().all(is_one);
    }
    let Some(name) = own_variables::variable(script, word) else {
        return true;
    };
    // A loop behind it says nothing of what it holds here.
    let text = script.text().text().get(..word.part.start as usize).unwrap_or_default();
    if let Some((_, list)) = text.rsplit_once(&format!("for {name} in ")) {
        let list = list.split([';', '\n']).next().unwrap_or_default();
        return list.contains(['"', '\'', '$', '`']);
    }
    true
}

/// An edit of the document; `None` where a continuation stands in what is replaced.
fn edit(item: &Item, facts: &Facts, said: &Said, replacement: &Replacement, whole: Part) -> Option<Edit> {
    let text = facts.script.text();
    let part = said.in_text(replacement.part).filter(|part| !text.is_broken(*part))?;
    let span = if part.is_empty() && part.start == whole.start {
        // At a continuation, what is put before a word belongs to its line.
        let start = text.span(Part { start: part.start, end: part.end + 1 }).start;
        start..start
    } else {
        text.span(part)
    };
    Some(Edit::replace(item.absolute(span), &*replacement.text))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SHELLCHECK);

    #[test]
    fn lists_of_packages_are_meant_to_be_split() {
        check("FROM a\nRUN b $(c)\n    # ^^^^ Quote this to prevent word splitting (SC2046)\n");
        check_none(
            "FROM a\nRUN apt-get install -y $(cat b) && rpm -e $(c) && make -j$(nproc) && ls $(pwd)\n",
        );
    }

    #[test]
    fn what_is_meant_for_a_program_is_no_glob_of_the_shell() {
        check_none("FROM a\nRUN DEBUG=* b && C='d' E=*.f g\n");
        check(
            "FROM a\nRUN A=*.b && c \"$A\"\n    # ^^^ Brace expansions and globs are literal in assignments. Quote it or use an array (SC2125)\n",
        );
    }

    #[test]
    fn a_cd_at_the_end_fails_the_step() {
        check_none("FROM a\nRUN b; cd c\n");
        check(
            "FROM a\nRUN cd b; c\n  # ^^^^ Use 'cd ... || exit' or 'cd ... || return' in case cd fails (SC2164)\n",
        );
    }

    #[test]
    fn what_another_shell_or_a_program_reads_is_beside_the_point() {
        check_none("FROM debian:12\nENV GROUPS=1000\nRUN groupadd -g \"$GROUPS\" a\n");
        check_none("FROM a\nRUN pip install uvicorn[standard] fastapi[all]==0.1\n");
    }

    #[test]
    fn what_is_only_printed_may_be_a_list_of_names() {
        check_none("FROM a\nRUN ls b/*.c | xargs -n1 basename | sed s/c//\nRUN ls | grep b && d\n");
        check(
            "FROM a\nRUN ls b/*.c | xargs rm\n  # ^^ Use 'find .. -print0 | xargs -0 ..' or 'find .. -exec .. +' to allow non-alphanumeric filenames (SC2011)\n",
        );
        let message = "Don't use ls | grep. Use a glob or a for loop with a condition to allow non-alphanumeric filenames (SC2010)";
        check(&format!("FROM a\nRUN ls | grep b > c\n  # ^^ {message}\n"));
        check(&format!(
            "FROM a\nRUN for d in $(ls | grep b); do e \"$d\"; done\n             # ^^ {message}\n"
        ));
    }

    #[test]
    fn places_lead_through_continuations_comments_and_heredocs() {
        check(
            "
FROM debian:12
RUN a && \\
    # why
    é; rm $X \\
        # ^^ Double quote to prevent globbing and word splitting (SC2086)
    && b
RUN <<-E
\tc $Y
   ^^ Double quote to prevent globbing and word splitting (SC2086)
E
ONBUILD RUN d $Z
            # ^^ Double quote to prevent globbing and word splitting (SC2086)
",
        );
        check(
            "# escape=`\n# hadolint shell=bash\nFROM a\nRUN a `\n  $X\n# ^^ Double quote to prevent globbing and word splitting (SC2086)\n",
        );
    }

    #[test]
    fn what_shellcheck_suggests_is_done_in_its_place() {
        check_fix("FROM a\nRUN b \\\n$X \\\n  c\n", "FROM a\nRUN b \\\n\"$X\" \\\n  c\n");
        check_fix(
            "FROM a\nRUN <<-E\n\tset -e\n\techo é \"`b`\"\nE\n",
            "FROM a\nRUN <<-E\n\tset -e\n\techo é \"$(b)\"\nE\n",
        );
        check_no_fix("FROM debian:12\nRUN b \"$c\"\n");
    }

    #[test]
    fn quotes_around_what_may_be_several_words_are_left_to_a_person() {
        let safeties = |run: &str| -> Vec<Safety> {
            let fixture = crate::fixture::Fixture::new(&format!("FROM debian:12\n{run}\n"));
            fixture.with(&SHELLCHECK, |cx| {
                let findings = crate::rules::run(cx);
                let own = findings.iter().filter(|finding| finding.rule.id == SHELLCHECK.id);
                own.flat_map(|finding| fix(cx, finding)).map(|fix| fix.safety).collect()
            })
        };
        for run in [
            "RUN a='b c'; d $a",
            "RUN a=\"$(b)\"; d $a",
            "RUN a=\"${b:-}\"; d $a",
            "RUN for a in 'b c' d; do e $a; done",
            "RUN a=\"$(b)\"; c $a; for a in d e; do f; done",
        ] {
            assert_eq!(safeties(run), [Safety::Unsafe], "{run}");
        }
        for run in [
            "RUN a=\"$(b)\"; c $a/d",
            "RUN a=\"$(b)\"; c --d=$a",
            "RUN a=\"$(b)\"; c > $a",
            "RUN a=\"$(b)\"; cd $a && d",
            "RUN for a in *.b; do c $a; done",
        ] {
            assert_eq!(safeties(run), [Safety::Suggested], "{run}");
        }
    }

    #[test]
    fn the_shell_that_reads_it_decides() {
        let bashism = "RUN read -r -t 1 A && b \"$A\"\n";
        check(
            "FROM debian:12\nRUN read -r -t 1 A && b \"$A\"\n          # ^^ In dash, read -t is not supported (SC3045)\n",
        );
        check_none(&format!("FROM alpine:3.20\n{bashism}"));
        check_none(&format!("FROM fedora:41\n{bashism}"));
        check_none(&format!("FROM me/app\n{bashism}"));
        check_none(&format!("FROM debian:12\nSHELL [\"/bin/bash\", \"-c\"]\n{bashism}"));
        check_none(&format!("FROM debian:12\n# hadolint shell=bash\n{bashism}"));
        check_none("FROM debian:12\nRUN <<E\n#!/bin/bash\n[[ -n \"$A\" ]]\nE\n");
        for other in ["powershell", "cmd", "/bin/zsh"] {
            check_none(&format!("FROM a\nSHELL [\"{other}\"]\nRUN rm $X; if\n"));
        }
    }

    #[test]
    fn what_the_dockerfile_gives_is_known() {
        check_none("FROM a\nARG b\nENV c=1\nRUN d $b $c \"$no_proxy\"\nONBUILD RUN e \"$f\"\n");
        check("FROM a\nRUN b \"$c\"\n     # ^^ c is referenced but not assigned (SC2154)\n");
    }

    #[test]
    fn single_codes_are_silenced() {
        let unquoted = "FROM a\nRUN b $C\n";
        assert!(crate::fixture::finds(&SHELLCHECK, unquoted));
        for comment in
            ["# hadolint ignore=SC2086", "# layerwise: ignore=sc2086", "# layerwise: ignore=shellcheck"]
        {
            check_none(&format!("FROM a\n{comment}\nRUN b $C\n"));
        }
        check_none("FROM a\nRUN <<E\n# shellcheck disable=SC2086\nb $C\nd $E\nE\n");
        check_none("FROM a\nRUN <<E\nx\n# shellcheck disable=SC2086\nb $C\nE\n");
        check_none("FROM a\nRUN . ./b && echo c \\\n      d\n");
    }

    #[test]
    fn text_for_others_to_read_keeps_its_dollars() {
        for run in [
            "echo 'export PATH=\"$HOME/b:$PATH\"' >> ~/.bashrc",
            "printf '%s\\n' '#!/bin/sh' 'c \"$V\"' > /d && chmod +x /d",
            "{ echo 'a $V'; echo b; } > c",
            "echo 'a $V' | tee b",
            "sed -i 's/a/${V}/' b",
            "grep -qF 'a=$V' b",
            "a -e 'b()$V'",
            "X='a $V' && envsubst \"$X\"",
            "curl -w '$a' b",
            "mkdir '$a'",
        ] {
            check_none(&format!("FROM a\nARG V=1\nRUN {run}\n"));
        }
        check_none("FROM fedora:41\nRUN echo 'PS1=\"\\e[31m\\t \"' >> ~/.bashrc\n");
        check(
            "FROM fedora:41\nRUN echo 'a\\tb' > c\n       # ^^^^^^ echo may not expand escape sequences. Use printf (SC2028)\n",
        );
        let message = "Expressions don't expand in single quotes, use double quotes for that (SC2016)";
        for run in [
            "curl -O 'a/$V.tgz'",
            "pip install 'a==$V'",
            "mkdir -p '$HOME/a'",
            "echo 'a $V'",
            "[ '$V' = \"$V\" ]",
            "export PATH='$PATH:/a' && b",
        ] {
            let quotes: Vec<usize> = run.match_indices('\'').map(|(index, _)| index).collect();
            let marks = format!("{}{}", " ".repeat(quotes[0]), "^".repeat(quotes[1] + 1 - quotes[0]));
            check(&format!("FROM a\nARG V=1\nRUN {run}\n  # {marks} {message}\n"));
        }
    }

    #[test]
    fn a_guard_is_no_choice() {
        for run in [
            "[ -e a ] && b || exit 1",
            "a && b || { echo c >&2; exit 1; }",
            "[ -e a ] && b || true",
            "(a && b >c || :)",
            "a && [ -z \"$V\" ] || { b; }",
            "a && echo b || c",
            "a && V=1 || c; d \"$V\"",
            "a && npm ci --a || npm ci --b",
        ] {
            check_none(&format!("FROM a\nARG V=1\nRUN {run}\n"));
        }
        check(
            "FROM a\nRUN a && b || c\n    # ^^ Note that A && B || C is not if-then-else. C may run when A is true (SC2015)\n",
        );
    }

    #[test]
    fn one_place_is_told_once() {
        let split = "Quote this to prevent word splitting (SC2046)";
        check(&format!("FROM a\nRUN rm $(ls | grep b)\n     # ^^^^^^^^^^^^^^ {split}\n"));
        check(
            "FROM a\nRUN echo $(b c) > d\n       # ^^^^^^ Useless echo? Instead of 'echo $(cmd)', just use 'cmd' (SC2005)\n",
        );
        check(
            "FROM a\nRUN find b -iname *.c\n                # ^^^ Quote the parameter to -iname so the shell won't interpret it (SC2061)\n",
        );
    }

    #[test]
    fn what_single_words_come_to_is_known() {
        check_none("FROM a\nRUN tr '[A-Z]' '[a-z]' < b\n");
        check(
            "FROM a\nRUN tr '[A-Z]' a-z < b\n     # ^^^^^^^ Don't use [] around classes in tr, it replaces literal square brackets (SC2021)\n",
        );
        check_none("FROM a\nRUN for b in $(cat c d | awk '/d/ {print $1}'); do d \"$b\"; done\n");
        let lines = "To read lines rather than words, pipe/redirect to a 'while read' loop (SC2013)";
        for program in ["{print $1, $2}", "{print $0}", "{ print  }"] {
            let list = format!("$(cat c d | awk '{program}')");
            let marks = "^".repeat(list.len());
            check(&format!("FROM a\nRUN for b in {list}; do d \"$b\"; done\n           # {marks} {lines}\n"));
        }
        let fixture = crate::fixture::Fixture::new("FROM a\nRUN if [ -f b/*.whl ]; then c; fi\n");
        let found = fixture.with(&SHELLCHECK, crate::rules::run);
        let own = found.iter().filter(|finding| finding.rule.id == SHELLCHECK.id);
        assert_eq!(own.map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Warning]);
        check_none("FROM mcr.microsoft.com/dotnet/aspnet:8.0\nRUN chown $APP_UID:$APP_UID a\n");
        check_none("FROM a\nARG B=c\nRUN rm -rf /${B}\n");
        for text in ["ARG B\nRUN rm -rf \"/${B}\"", "ARG B=c\nRUN B=$(d); rm -rf \"/${B}\""] {
            let found = crate::fixture::finds(&SHELLCHECK, &format!("FROM a\n{text}\n"));
            assert!(found, "{text}");
        }
    }

    #[test]
    fn quotes_leave_a_home_folder_as_it_is_written() {
        check_no_fix("FROM a\nRUN b ${C:-~/d}/e\n");
    }

    #[test]
    fn names_that_are_known_may_be_listed() {
        check_none("FROM a\nRUN b \"$(ls -d /opt/c-* | tail -n 1)\"\n");
        check_none("FROM a\nRUN tar xf b.tar && cd \"$(ls | head -n 1)\" && c\n");
        check(
            "FROM a\nRUN b \"$(ls | head -n 1)\"\n       # ^^ Use find instead of ls to better handle non-alphanumeric filenames (SC2012)\n",
        );
    }

    #[test]
    fn what_is_one_word_anyway_needs_no_quotes() {
        for run in [
            "a $(command -v b) $(date +%s) $(mktemp -d) $(basename $(pwd))",
            "a=\"$(uname -m)\" && b $a /c/$a.tar",
            "case \"$(arch)\" in x86_64) a=amd64;; *) a=arm64;; esac; b $a",
            "a=$(mktemp -d) && for b in /$V/$a/*.c; do d \"$b\"; done",
            "export a=\"$(mktemp -d)\"; b \"$a\"",
            "a $HOME/b",
        ] {
            check_none(&format!("FROM a\nARG V=1\nRUN {run}\n"));
        }
        check(
            "FROM a\nRUN a=\"$(b)\" && c $a\n                # ^^ Double quote to prevent globbing and word splitting (SC2086)\n",
        );
        check(
            "FROM a\nRUN export a=\"$(b)\"; c \"$a\"\n         # ^ Declare and assign separately to avoid masking return values (SC2155)\n",
        );
    }

    #[test]
    fn lists_in_variables_are_meant_to_be_split() {
        for run in [
            "a=\"$(b)\"; apk add $a",
            "a=\"$(apt-mark showmanual)\"; apt-mark manual $a >/dev/null",
            "a='--b c --d'; e $a",
            "gcc $CFLAGS a.c; java $JAVA_OPTS",
            "apk fetch $(apk info; cat b)",
            "a=\"$(b)\"; apt-get install -y c-$a && pip install d==$(cat e)",
            "./configure $(test \"$V\" = b && echo '--with-c')",
        ] {
            check_none(&format!("FROM a\nARG V=1\nRUN {run}\n"));
        }
        check(
            "FROM a\nRUN a='b c'; d $a\n             # ^^ Double quote to prevent globbing and word splitting (SC2086)\n",
        );
    }

    #[test]
    fn what_is_plainly_written_so_is_meant() {
        for run in [
            "for c in a b; do echo -n $c; echo done; done",
            "tr / '\\\\' && printf '%s' 'a \\\\' b",
            "A= B='c' && d \"$A\" \"$B\"",
            "for a in bcd; do e \"$a\"; done",
            "chmod =2775 a",
            "mkdir -p -m 0700 ~/.ssh && mkdir -p -m 0755 /a/b && mkdir -pm700 /root/c",
            "/bin/echo -e 'a'",
            "find -name a; tr 'A-Z' 'a-z' <b; c \"$(expr substr \"$V\" 1 2)\"; echo 'a\\tb'",
        ] {
            check_none(&format!("FROM debian:12\nARG V=1\nRUN {run}\n"));
        }
        check(
            "FROM a\nRUN mkdir -p -m 700 /a/b\n           # ^^ When used with -p, -m only applies to the deepest directory (SC2174)\n",
        );
        check(
            "FROM a\nRUN A= b\n    # ^ Remove space after = if trying to assign a value (for empty string, use var='' ... ) (SC1007)\n",
        );
        check(
            "FROM a\nARG b\nRUN for c in b; do d \"$c\"; done\n           # ^ This loop will only ever run once. Bad quoting or missing glob/expansion? (SC2043)\n",
        );
    }
}
