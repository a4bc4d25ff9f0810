//! Runs `shellcheck`, where there is one: many scripts in one process, each script once. At the edge: this is the only
//! place that starts another program.

mod report;

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io::{self, Read};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::context::shell_check::{Answer, ShellCheck};
use crate::settings::ShellCheckSetting;

/// The name of the program, where the settings do not name another.
const NAME: &str = "shellcheck";

/// The most scripts that one process is given, and so many that another process is not worth while.
const MOST_SCRIPTS: usize = 50;
const LEAST_SCRIPTS: usize = 10;

/// The most bytes that one process may print.
const MOST_BYTES: u64 = 16 << 20;

/// So long a process may take, and so long more for each of its scripts: a hundred times what it takes.
const TIME_LIMIT: Duration = Duration::from_secs(5);
const TIME_FOR_EACH: Duration = Duration::from_millis(500);

/// More answers than this are forgotten all at once: text that is being typed leaves one for each keystroke.
const MOST_ANSWERS: usize = 10_000;

/// The programs that settings have named so far, with all that they have answered.
#[derive(Debug)]
pub struct Programs {
    complain: fn(&str),
    named: Mutex<HashMap<PathBuf, Arc<Program>>>,
    /// The one on the search path.
    found: OnceLock<Option<PathBuf>>,
}

impl Programs {
    /// None named yet. `complain` is told once of each program that cannot be used, in one line.
    pub fn new(complain: fn(&str)) -> Programs {
        Programs { complain, named: Mutex::default(), found: OnceLock::new() }
    }

    /// The program that a setting means; `None` where that is none. A path is relative to the working folder.
    pub fn find(&self, setting: Option<&ShellCheckSetting>) -> Option<Arc<Program>> {
        let path = match setting.unwrap_or(&ShellCheckSetting::Auto) {
            ShellCheckSetting::Off => return None,
            ShellCheckSetting::Auto => self.found.get_or_init(on_search_path).clone()?,
            ShellCheckSetting::Path(path) => PathBuf::from(path),
        };
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        let program =
            named.entry(path).or_insert_with_key(|path| Arc::new(Program::new(path, self.complain)));
        Some(Arc::clone(program))
    }
}

/// The program in the folders of the search path; not in those that depend on where we were started.
fn on_search_path() -> Option<PathBuf> {
    let name = format!("{NAME}{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH")?;
    let mut paths =
        env::split_paths(&folders).filter(|folder| folder.is_absolute()).map(|folder| folder.join(&name));
    paths.find(|path| path.is_file())
}

/// A program and what it has answered.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    complain: fn(&str),
    time_limit: Duration,
    /// Whether it is the program it is called.
    works: OnceLock<bool>,
    has_failed: AtomicBool,
    answers: Mutex<HashMap<Arc<str>, Answer>>,
}

/// Why a process brought no answer.
#[derive(Debug)]
enum Failure {
    Start(io::Error),
    TooSlow,
    Unreadable,
}

impl Program {
    fn new(path: &Path, complain: fn(&str)) -> Program {
        Program {
            path: path.to_owned(),
            complain,
            time_limit: TIME_LIMIT,
            works: OnceLock::new(),
            has_failed: AtomicBool::new(false),
            answers: Mutex::default(),
        }
    }

    /// What it has answered about a script.
    pub fn known(&self, script: &str) -> Option<Answer> {
        self.lock().get(script).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<str>, Answer>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it answers to its name. It is asked once.
    fn works(&self) -> bool {
        *self.works.get_or_init(|| {
            let said = self.run(Command::new(&self.path).arg("--version"), 1);
            let why = match said {
                Ok(said) if String::from_utf8_lossy(&said).contains("ShellCheck") => return true,
                Ok(_) => "it is another program".to_owned(),
                Err(failure) => failure.to_string(),
            };
            (self.complain)(&format!("`{}` cannot be used to check shell text: {why}", self.path.display()));
            false
        })
    }

    /// Asks about scripts that were never asked about, in as many processes at a time as there are cores.
    fn learn_side_by_side(&self, scripts: &[Arc<str>]) {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let size = scripts.len().div_ceil(cores).clamp(LEAST_SCRIPTS, MOST_SCRIPTS);
        let chunks = Mutex::new(scripts.chunks(size));
        let next = || chunks.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            while let Some(scripts) = next() {
                self.learn(scripts);
            }
        };
        thread::scope(|scope| {
            for _ in 1..scripts.len().div_ceil(size).min(cores) {
                scope.spawn(work);
            }
            work();
        });
    }

    /// Asks about some scripts in one process, and keeps the answers. A script at which the program fails has
    /// none; those beside it do.
    fn learn(&self, scripts: &[Arc<str>]) {
        match self.answer(scripts) {
            Ok(answers) => {
                let mut known = self.lock();
                if known.len() + answers.len() > MOST_ANSWERS {
                    known.clear();
                }
                known.extend(scripts.iter().cloned().zip(answers));
            }
            Err(_) if scripts.len() > 1 => {
                let (left, right) = scripts.split_at(scripts.len() / 2);
                self.learn(left);
                self.learn(right);
            }
            Err(failure) => {
                if !self.has_failed.swap(true, Ordering::Relaxed) {
                    (self.complain)(&format!("`{}` has left out shell text: {failure}", self.path.display()));
                }
                self.lock().extend(scripts.iter().map(|script| (Arc::clone(script), Answer::from([]))));
            }
        }
    }

    fn answer(&self, scripts: &[Arc<str>]) -> Result<Vec<Answer>, Failure> {
        let folder = tempfile::tempdir().map_err(Failure::Start)?;
        let names: Vec<String> = (0..scripts.len()).map(|index| index.to_string()).collect();
        for (name, script) in names.iter().zip(scripts) {
            fs::write(folder.path().join(name), script.as_bytes()).map_err(Failure::Start)?;
        }
        let mut command = Command::new(&self.path);
        // What a user has set for scripts in files is not meant for these.
        command.env_remove("SHELLCHECK_OPTS").current_dir(folder.path());
        let said = self.run(command.args(["--norc", "--format=json1", "--"]).args(&names), names.len())?;
        report::read(&said, scripts).ok_or(Failure::Unreadable)
    }

    /// What a command prints, if that is not too much, and in time.
    fn run(&self, command: &mut Command, scripts: usize) -> Result<Vec<u8>, Failure> {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(Failure::Start)?;
        let said = child.stdout.take().map(|output| self.listen(output, scripts));
        // It ends when its output is no longer read; if not, it is killed.
        end(&mut child);
        said.unwrap_or(Err(Failure::Unreadable))
    }

    fn listen(&self, output: impl Read + Send + 'static, scripts: usize) -> Result<Vec<u8>, Failure> {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut said = Vec::new();
            let read = output.take(MOST_BYTES).read_to_end(&mut said);
            // Who has waited too long does not listen any more.
            let _ = sender.send(read.map(|_| said));
        });
        match receiver
            .recv_timeout(self.time_limit + TIME_FOR_EACH * u32::try_from(scripts).unwrap_or(u32::MAX))
        {
            Ok(Ok(said)) if (said.len() as u64) < MOST_BYTES => Ok(said),
            Ok(_) => Err(Failure::Unreadable),
            Err(_) => Err(Failure::TooSlow),
        }
    }
}

/// Ends a process that has nothing more to say. Both fail where it has ended by itself.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

impl ShellCheck for Program {
    fn is_there(&self) -> bool {
        self.works.get() != Some(&false)
    }

    fn ask(&self, scripts: &[Arc<str>]) -> Vec<Option<Answer>> {
        let mut open: Vec<Arc<str>> = {
            let known = self.lock();
            scripts.iter().filter(|script| !known.contains_key(*script)).cloned().collect()
        };
        open.sort();
        open.dedup();
        if !open.is_empty() && !self.works() {
            return vec![None; scripts.len()];
        }
        self.learn_side_by_side(&open);
        scripts.iter().map(|script| self.known(script)).collect()
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Start(error) => write!(formatter, "{error}"),
            Failure::TooSlow => formatter.write_str("it took too long"),
            Failure::Unreadable => formatter.write_str("what it said could not be read"),
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    static COMPLAINTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

    /// What is said of scripts by a program that is this shell text, and what is complained of it.
    fn ask(text: &str, scripts: &[&str]) -> (Vec<Option<usize>>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("program");
        fs::write(
            &path,
            format!("#!/bin/sh\nif [ \"$1\" = --version ]; then echo ShellCheck; exit; fi\n{text}"),
        )
        .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        // Another thread may be about to start a program, and have this file open for writing until then.
        let is_ready = |_: &u8| Command::new(&path).arg("--version").output().is_ok();
        assert!((0..100).find(is_ready).is_some());
        let mut program =
            Program::new(&path, |complaint| COMPLAINTS.lock().unwrap().push(complaint.to_owned()));
        program.time_limit = Duration::from_millis(500);
        let scripts: Vec<Arc<str>> = scripts.iter().map(|script| Arc::from(*script)).collect();
        // The second time it answers from memory, and complains no more.
        program.ask(&scripts);
        let answers =
            program.ask(&scripts).into_iter().map(|answer| answer.map(|answer| answer.len())).collect();
        let complaints = COMPLAINTS.lock().unwrap();
        let own = complaints.iter().filter(|complaint| complaint.contains(&*path.to_string_lossy()));
        (answers, own.count())
    }

    const NOTHING: &str = "echo '{\"comments\":[]}'\n";

    #[test]
    fn a_program_that_fails_at_one_script_answers_for_the_others() {
        let fails = format!("if grep -q bad [0-9]*; then exit 2; fi\n{NOTHING}");
        assert_eq!(ask(&fails, &["a", "bad", "c"]), (vec![Some(0); 3], 1));
        assert_eq!(ask(&fails, &["a", "c"]), (vec![Some(0); 2], 0));
    }

    #[test]
    fn many_scripts_are_asked_about_side_by_side() {
        let scripts: Vec<String> = (0..2 * MOST_SCRIPTS).map(|index| index.to_string()).collect();
        let scripts: Vec<&str> = scripts.iter().map(String::as_str).collect();
        // Each process waits for another one, as long as it takes.
        let waits = format!(
            "touch \"$0.$$\"; tries=0\nwhile [ \"$(ls \"$0\".* | wc -l)\" -lt 2 ]; do\n\
             tries=$((tries + 1)); [ $tries -lt 100 ] || exit 2; sleep 0.05\ndone\n{NOTHING}"
        );
        let needed =
            if thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) { &waits } else { NOTHING };
        assert_eq!(ask(needed, &scripts), (vec![Some(0); scripts.len()], 0));
        let fails = format!("if grep -qx 77 [0-9]*; then exit 2; fi\n{NOTHING}");
        assert_eq!(ask(&fails, &scripts), (vec![Some(0); scripts.len()], 1));
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        assert_eq!(ask("exec sleep 600\n", &["a"]), (vec![Some(0)], 1));
    }

    #[test]
    fn a_program_that_prints_without_end_is_ended() {
        assert_eq!(ask("exec cat /dev/zero\n", &["a"]), (vec![Some(0)], 1));
    }

    #[test]
    fn what_is_no_such_program_is_asked_nothing() {
        let complaints: fn(&str) = |complaint| COMPLAINTS.lock().unwrap().push(complaint.to_owned());
        for path in ["/nonexistent/shellcheck", "/bin/true"] {
            let programs = Programs::new(complaints);
            let program = programs.find(Some(&ShellCheckSetting::new(path))).unwrap();
            assert_eq!(program.ask(&["a".into()]), [None]);
            assert_eq!(program.ask(&["b".into()]), [None]);
            assert!(!program.is_there());
            let said = COMPLAINTS.lock().unwrap();
            assert_eq!(said.iter().filter(|said| said.contains(path)).count(), 1, "{said:?}");
        }
        assert!(Programs::new(complaints).find(Some(&ShellCheckSetting::Off)).is_none());
    }

    #[test]
    fn places_are_bytes_of_the_script() {
        let said = r#"{"comments":[{"file":"0","line":2,"endLine":3,"column":3,"endColumn":2,"level":"style",
            "code":1000,"message":"m.","fix":{"replacements":[{"line":2,"endLine":2,"column":1,"endColumn":2,
            "replacement":"x","insertionPoint":"afterEnd","precedence":1}]}}]}"#;
        let answers = report::read(said.as_bytes(), &["a\né\tb\ncd\n".into()]).unwrap();
        let comment = &answers[0][0];
        assert_eq!((comment.part.start, comment.part.end, comment.code), (5, 8, 1000));
        assert_eq!((comment.replacements[0].part.start, comment.replacements[0].part.end), (2, 4));
        for other in [
            "",
            "{}",
            r#"{"comments":[{"file":"1","line":1,"endLine":1,"column":1,"endColumn":1,"level":"info","code":1,"message":""}]}"#,
        ] {
            assert!(report::read(other.as_bytes(), &["a".into()]).is_none(), "{other}");
        }
    }
}
