//! `download-to-shell`

use crate::rules::prelude::*;
use crate::semantic::commands::Invocation;
use crate::syntax::shell::shells::is_posix_shell;
use crate::syntax::shell::{Form, Joint, Nesting, Word};

declare_rule! {
    /// ## What it does
    /// Finds a download that goes straight to an interpreter: `curl … | sh`, `bash -c "$(wget -O- …)"`, `bash <(curl …)`.
    ///
    /// ## Why is this bad?
    /// Whatever the server sends on the day of the build is run, as root. A download that breaks off in the middle is run
    /// up to there. And the failure of the download is lost: the interpreter succeeds on nothing.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN curl -fsSL https://example.com/install.sh | sh
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// # syntax=docker/dockerfile:1
    /// FROM debian:12
    /// ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/install.sh /tmp/
    /// RUN sh /tmp/install.sh
    /// ```
    ///
    /// ## Severity
    /// A hint in an image that people work in, as a development container: nothing is deployed of it.
    pub(crate) static DOWNLOAD_TO_SHELL = {
        id: "download-to-shell", group: Security, severity: Warning, since: "0.1.0",
        also: [],
        check: StageSteps(may_download, check),
    }
}

const DOWNLOADERS: [&str; 4] = ["aria2c", "curl", "fetch", "wget"];
/// Interpreters that run what they read where no file is named.
const INTERPRETERS: [&str; 4] = ["node", "perl", "php", "ruby"];

/// Whether a RUN has a download that goes to an interpreter.
fn may_download(instruction: &Instruction) -> bool {
    instruction.ast().innermost().kind == Kind::Run
        && Facts::of(instruction).is_some_and(|facts| found(facts).next().is_some())
}

/// The downloads of a RUN that go to an interpreter, with that.
fn found(facts: &Facts) -> impl Iterator<Item = (&Invocation, &Invocation)> {
    let downloads = facts.invocations.iter().filter(|invocation| DOWNLOADERS.contains(&&*invocation.name));
    downloads.filter_map(|download| {
        Some((download, piped_to(facts, download).or_else(|| put_into(facts, download))?))
    })
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().copied() {
        let Some(facts) = file.item(index).and_then(|item| Facts::of(&item.instruction)) else {
            continue;
        };
        if !model.has_posix_shell(index) && facts.script.form() != Form::Exec {
            continue;
        }
        let severity = severity_outside_workplaces(cx, index, &DOWNLOAD_TO_SHELL);
        for (download, interpreter) in found(facts) {
            if let Some(command) = download.command(&facts.script) {
                let message = format!("`{}` runs whatever this downloads", interpreter.name);
                out.push_at(index, facts.script.place(command.part), message).severity(severity);
            }
        }
    }
}

/// The interpreter at the end of the pipeline that a download begins.
fn piped_to<'a>(facts: &'a Facts, download: &Invocation) -> Option<&'a Invocation> {
    let commands = facts.script.commands();
    let rest = commands.iter().enumerate().skip(download.command + 1);
    let nesting = commands.get(download.command)?.nesting;
    let mut piped =
        rest.take_while(|(_, command)| command.joint == Joint::Pipe && command.nesting == nesting);
    piped.find_map(|(index, _)| {
        facts.invocation_of(index).filter(|invocation| reads_script(facts, invocation))
    })
}

/// Whether an interpreter runs what comes in.
fn reads_script(facts: &Facts, invocation: &Invocation) -> bool {
    let mut arguments = invocation.arguments(&facts.script).iter().map(|word| facts.script.str(word.part));
    let is_python = invocation.name.starts_with("python");
    if is_posix_shell(&invocation.name) {
        // `sh -s -- a` has operands and reads the script from the pipe all the same.
        let is_short = |word: &str| word.starts_with('-') && !word.starts_with("--");
        let words: Vec<&str> = arguments.collect();
        let runs_text = words.iter().any(|word| is_short(word) && word.contains('c'));
        let reads = words.iter().any(|word| is_short(word) && word.contains('s'));
        return !runs_text && (reads || words.iter().all(|word| word.starts_with(['-', '+'])))
            || words.first() == Some(&"/dev/stdin");
    }
    (is_python || INTERPRETERS.contains(&&*invocation.name))
        && arguments.next().is_none_or(|first| {
            // What follows is for the script; the others take the next word for its file.
            first == "-" || first == "--" && &*invocation.name == "php"
        })
}

/// The interpreter whose words a download is part of: `sh -c "$(curl …)"`, `bash <(curl …)`, `eval "$(curl …)"`.
fn put_into<'a>(facts: &'a Facts, download: &Invocation) -> Option<&'a Invocation> {
    let inner = download.command(&facts.script)?;
    if !inner.nesting.any(Nesting::SUBSTITUTION) {
        return None;
    }
    facts.invocations.iter().find(|outer| {
        let holds = outer.command(&facts.script).is_some_and(|command| {
            let program = command.words.get(outer.program).map_or(command.part.end, |word| word.part.end);
            program < inner.part.start && inner.part.end <= command.part.end
        });
        // `sh -c "a $(curl …)"` runs `a`: it is a word of it that is fetched.
        let is_script = |word: &Word| {
            let text = facts.script.str(word.part).trim_start_matches(['"', '\'']).trim_start();
            word.part.start <= inner.part.start
                && inner.part.end <= word.part.end
                && text.starts_with(['$', '`', '<'])
        };
        let first = outer.arguments(&facts.script).first().map(|word| facts.script.str(word.part));
        let runs = match &*outer.name {
            "eval" | "source" | "." => true,
            // Behind an option it is a script, and alone it is one in a file made of it.
            name => {
                is_posix_shell(name)
                    && outer.arguments(&facts.script).iter().any(is_script)
                    && first.is_some_and(|first| first.starts_with('-') || first.starts_with("<("))
            }
        };
        holds && runs
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;
    check_rule!(DOWNLOAD_TO_SHELL);

    #[test]
    fn a_download_that_is_run_is_found() {
        check(
            "
FROM a
RUN a && curl b | sudo -E bash -
       # ^^^^^^ `bash` runs whatever this downloads
RUN curl b | sed c | sh -s -- -y
  # ^^^^^^ `sh` runs whatever this downloads
RUN sh -c \"$(wget -O- b)\"
           # ^^^^^^^^^^ `sh` runs whatever this downloads
RUN bash <(curl b)
         # ^^^^^^ `bash` runs whatever this downloads
RUN curl b | php -- --install-dir=/c && curl b | node -- c
  # ^^^^^^ `php` runs whatever this downloads
RUN curl b | python3 -
  # ^^^^^^ `python3` runs whatever this downloads
",
        );
    }

    #[test]
    fn it_is_a_hint_where_people_work() {
        let with = |image: &str| severities(&format!("FROM {image}\nRUN curl b | sh\n"));
        assert_eq!(with("mcr.microsoft.com/devcontainers/base:bookworm"), [Severity::Hint]);
        assert_eq!(with("a:1 AS dev"), [Severity::Hint]);
        assert_eq!(with("a:1"), [Severity::Warning]);
    }

    #[test]
    fn other_shells_and_triggers_are_read_as_before() {
        check_none("FROM a\nSHELL [\"pwsh\", \"-c\"]\nRUN curl b | sh\n");
        check("FROM a\nONBUILD RUN curl b | sh\n          # ^^^^^^ `sh` runs whatever this downloads\n");
    }

    #[test]
    fn a_download_that_is_kept_or_read_is_silent() {
        check_none("FROM a\nRUN curl b | tar xz && curl c | sh d.sh && curl e | apt-key add -\n");
        check_none("FROM a\nRUN curl -o b c && sh b\nRUN echo a | sh\nRUN V=$(curl b) && sh -c c\n");
        check_none("FROM a\nRUN curl b | python3 -c 'import c' && curl b | sh -c 'cat'\n");
        check_none("FROM a\nRUN echo $(curl b) | sh\nRUN bash -c \"A=$(curl -s b); c $A\"\n");
    }
}
