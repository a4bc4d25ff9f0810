//! The scripts of a project that a command runs: shell scripts, and the commands of a makefile.
//! Source: POSIX, "sh", "make"; GNU make, "Summary of Options".

use super::makefiles::made;
use crate::document::Document;
use crate::path;

/// The instruction of [`ProjectScript::document`] that is the script.
pub const STEP: usize = 1;

/// A script, read.
pub struct ProjectScript {
    /// A Dockerfile in which the RUN [`STEP`] has the commands of the script.
    pub document: Document,
    /// All that it says, as it is written.
    pub text: String,
    /// The folder in which the commands are run, as seen from that of the command; empty where it is the same.
    pub folder: String,
}

/// What the words of a command run: the program first, as it is written. `read` gives the text of a file by the path that the
/// command would give it. `None` where the command runs no script, or one that cannot be read.
pub fn script(words: &[&str], read: &dyn Fn(&str) -> Option<String>) -> Option<ProjectScript> {
    let (program, rest) = words.split_first()?;
    let file = match *program {
        "make" | "gmake" | "/usr/bin/make" => return make(rest, read),
        "." | "source" | "ash" | "bash" | "dash" | "sh" | "/bin/bash" | "/bin/sh" => {
            let is_plain =
                |word: &&&str| matches!(**word, "-e" | "-u" | "-x" | "-ex" | "-eu" | "-eux" | "-xe");
            rest.get(rest.iter().take_while(is_plain).count())?
        }
        program if program.contains('/') => program,
        _ => return None,
    };
    if file.starts_with('-') || file.contains('$') {
        return None;
    }
    let text = read(file)?;
    let interpreter = text.lines().next().and_then(|line| line.strip_prefix("#!")).map(|line| {
        let mut words = line.split_whitespace().map(path::name);
        words.find(|word| *word != "env").unwrap_or_default().to_owned()
    });
    let is_shell =
        interpreter.is_none_or(|name| matches!(name.as_str(), "ash" | "bash" | "dash" | "ksh" | "sh"));
    if !is_shell {
        return None;
    }
    let commands = if text.starts_with("#!") { text.split_once('\n')?.1 } else { &text };
    ProjectScript::of(commands, text.clone(), String::new())
}

fn make(words: &[&str], read: &dyn Fn(&str) -> Option<String>) -> Option<ProjectScript> {
    let make = Make::of(words)?;
    let text = make.files().iter().find_map(|file| read(file))?;
    let made = made(&text, &make.targets)?;
    ProjectScript::of(&made.commands, format!("{}\n{}", made.definitions, made.commands), make.folder)
}

/// The files that `make` looks for with these words, the first of which counts; `None` where that is not known.
pub fn makefiles(words: &[&str]) -> Option<Vec<String>> {
    Make::of(words).map(|make| make.files())
}

/// What `make` is told.
struct Make<'a> {
    folder: String,
    file: Option<&'a str>,
    targets: Vec<&'a str>,
}

impl<'a> Make<'a> {
    fn of(words: &[&'a str]) -> Option<Make<'a>> {
        let mut make = Make { folder: String::new(), file: None, targets: Vec::new() };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            match word {
                "-C" => make.folder = words.next()?.to_owned(),
                "-f" => make.file = words.next(),
                "-s" | "-k" | "-B" | "-j" | "--silent" => {}
                _ if word.starts_with("-j") || word.starts_with('"') && word.contains('=') => {}
                _ if word.contains('=') && !word.starts_with('-') => {}
                // The number of a `-j`.
                _ if word.bytes().all(|byte| byte.is_ascii_digit()) || word.contains("nproc") => {}
                _ if word.starts_with('-') || word.contains('$') => return None,
                _ => make.targets.push(word),
            }
        }
        (!make.folder.contains('$')).then_some(make)
    }

    fn files(&self) -> Vec<String> {
        let names = self.file.map_or(vec!["GNUmakefile", "makefile", "Makefile"], |file| vec![file]);
        names.into_iter().map(|name| path::join(&self.folder, name)).collect()
    }
}

impl ProjectScript {
    fn of(commands: &str, text: String, folder: String) -> Option<ProjectScript> {
        const END: &str = "END_OF_PROJECT_SCRIPT";
        let source = format!("FROM scratch\nRUN <<'{END}'\n{commands}\n{END}\n");
        (!commands.contains(END)).then(|| ProjectScript { document: Document::new(&source), text, folder })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::list_updates::run_facts;

    /// The names of the programs that the script of a command runs.
    fn run(words: &str, file: &str, text: &str) -> Option<Vec<String>> {
        let words: Vec<&str> = words.split(' ').collect();
        let script = script(&words, &|path| (path == file).then(|| text.to_owned()))?;
        let facts = run_facts(script.document.file(), script.document.model(), STEP)?;
        Some(facts.invocations.iter().map(|invocation| invocation.name.to_string()).collect())
    }

    #[test]
    fn scripts_are_read() {
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        let text = "#!/usr/bin/env bash\nset -e\nif a; then b; fi\n";
        for words in ["./s.sh x", "bash -eux ./s.sh", ". ./s.sh"] {
            assert_eq!(run(words, "./s.sh", text), names(&["set", "a", "b"]), "{words}");
        }
        assert_eq!(run("sh s", "s", "a"), names(&["a"]));
        assert_eq!(run("make -j 4 b A=$X", "Makefile", "b:\n\t@c\n"), names(&["c"]));
        assert_eq!(run("make -C d", "d/Makefile", "b:\n\tc\n"), names(&["c"]));
    }

    #[test]
    fn what_is_no_shell_script_is_not() {
        for words in ["s.sh", "sh -c ./s.sh", "./$A", "./other", "make c", "make -X b"] {
            assert_eq!(run(words, "./s.sh", "a"), None, "{words}");
        }
        assert_eq!(run("./s.sh", "./s.sh", "#!/usr/bin/env python3\na\n"), None);
    }
}
