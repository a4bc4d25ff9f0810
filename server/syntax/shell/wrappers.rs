//! Programs that run another program which their words name: `sudo`, `env`, `timeout`, `find -exec` and the like. `chroot` is
//! none of them: what it runs sees other files under the same names.
//! Source: POSIX, "2.9.1 Simple Commands"; the manual pages of the programs named here.

use std::borrow::Cow;

use super::{RunAs, Word};
use crate::path;

/// A program that a simple command runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    /// The word that names it, as an index of the command's words.
    pub(crate) word: usize,
    /// One past its last word.
    pub(crate) end: usize,
    /// Whether `xargs` or `find -exec` gives it further arguments.
    pub(crate) takes_more: bool,
    /// With whose rights.
    pub(crate) user: RunAs,
}

/// What a wrapper does with the user.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Changes {
    /// Nothing.
    Nothing,
    /// Root, or whom its option names, by `sudo`.
    ToRoot(&'static [&'static str]),
    /// Whom its first operand names.
    ToOperand,
    /// Whom its option names.
    ToOption(&'static [&'static str]),
}

/// A program that runs another one.
struct Wrapper {
    name: &'static str,
    /// Its options that take the next word as their value.
    value_options: &'static [&'static str],
    /// How many operands come before the program.
    operands: usize,
    changes: Changes,
}

const fn plain(name: &'static str, value_options: &'static [&'static str], operands: usize) -> Wrapper {
    Wrapper { name, value_options, operands, changes: Changes::Nothing }
}

const fn as_user(name: &'static str) -> Wrapper {
    Wrapper { name, value_options: &[], operands: 1, changes: Changes::ToOperand }
}

const WRAPPERS: [Wrapper; 28] = [
    plain("builtin", &[], 0),
    plain("busybox", &[], 0),
    Wrapper { changes: Changes::ToOption(&["-u"]), ..plain("chpst", &["-u", "-U", "-e", "-n", "-m"], 0) },
    plain("command", &[], 0),
    Wrapper { changes: Changes::ToOption(&["-u"]), ..plain("doas", &["-u", "-C"], 0) },
    plain("eatmydata", &[], 0),
    plain("env", &["-u", "-C", "--unset", "--chdir"], 0),
    plain("exec", &["-a"], 0),
    plain("fakeroot", &["-l", "-s", "-i", "-b"], 0),
    as_user("gosu"),
    plain("ionice", &["-c", "-n", "--class", "--classdata"], 0),
    plain("nice", &["-n", "--adjustment"], 0),
    plain("nohup", &[], 0),
    Wrapper {
        changes: Changes::ToOption(&["-u", "--user"]),
        ..plain("runuser", &["-u", "--user", "-g", "--group", "-G", "--supp-group"], 0)
    },
    as_user("s6-setuidgid"),
    Wrapper {
        changes: Changes::ToOption(&["--reuid", "--ruid"]),
        ..plain("setpriv", &["--reuid", "--regid", "--groups", "--ruid", "--rgid", "--euid", "--egid"], 0)
    },
    plain("setsid", &[], 0),
    as_user("setuidgid"),
    plain("stdbuf", &["-i", "-o", "-e", "--input", "--output", "--error"], 0),
    as_user("su-exec"),
    Wrapper {
        changes: Changes::ToRoot(&["-u", "--user"]),
        ..plain(
            "sudo",
            &["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-r", "-t", "-T", "-U", "--user", "--group"],
            0,
        )
    },
    plain("taskset", &[], 1),
    plain("time", &["-f", "-o", "--format", "--output"], 0),
    plain("timeout", &["-s", "-k", "--signal", "--kill-after"], 1),
    plain("unbuffer", &[], 0),
    plain("unshare", &[], 0),
    plain(
        "xargs",
        &["-a", "-d", "-E", "-I", "-L", "-n", "-P", "-s", "--arg-file", "--max-args", "--max-procs"],
        0,
    ),
    plain("xvfb-run", &["-e", "-f", "-n", "-p", "-s", "-w", "--server-args", "--server-num"], 0),
];

/// The programs that the words of a simple command run: the one behind all wrappers, and those that a `find` runs. Empty
/// where only the shell knows it. `user` is who runs the command.
pub(crate) fn programs(words: &[Word], user: &RunAs) -> Vec<Program> {
    let whole = Program { word: 0, end: words.len(), takes_more: false, user: user.clone() };
    let Some(program) = unwrapped(words, whole) else {
        return Vec::new();
    };
    let mut programs = vec![program.clone()];
    if name_at(words, program.word) == Some("find") {
        let mut rest = words.iter().enumerate().skip(program.word + 1);
        let is_start = |word: &Word| ["-exec", "-execdir", "-ok", "-okdir"].iter().any(|name| word.is(name));
        while let Some((start, _)) = rest.find(|(_, word)| is_start(word)) {
            let end = rest.find(|(_, word)| word.is(";") || word.is("+")).map_or(words.len(), |(end, _)| end);
            let inner = Program { word: start + 1, end, takes_more: true, user: program.user.clone() };
            programs.extend(unwrapped(words, inner));
        }
    }
    programs
}

/// The base name of the program that a word names.
pub(crate) fn name_at(words: &[Word], index: usize) -> Option<&str> {
    words.get(index)?.value.as_deref().map(path::name)
}

/// The program behind the wrappers of one; `None` where only the shell can name it.
fn unwrapped(words: &[Word], mut program: Program) -> Option<Program> {
    let words = words.get(..program.end)?;
    loop {
        let name = name_at(words, program.word)?;
        let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.name == name) else {
            return Some(program);
        };
        // `command -v` only says where a program is.
        let asks = |word: &Word| word.is("-v") || word.is("-V");
        if name == "command" && words.get(program.word + 1).is_some_and(asks) {
            return Some(program);
        }
        let (next, user) = after_wrapper(wrapper, words, program.word + 1);
        if next >= words.len() || is_script_taker(wrapper, words, program.word) {
            // `sudo` or `env` alone, `runuser -c`.
            return Some(program);
        }
        program.takes_more |= name == "xargs";
        program.word = next;
        match user {
            Some(RunAs::User(user)) if is_root(user.as_deref()) => {}
            Some(user) => program.user = user,
            None => {}
        }
    }
}

/// Whether a user that a wrapper is told of is known to be root.
pub(super) fn is_root(user: Option<&str>) -> bool {
    matches!(user, Some("root" | "0"))
}

/// Whether `runuser` is given a script, as `su` is, and no program.
fn is_script_taker(wrapper: &Wrapper, words: &[Word], index: usize) -> bool {
    let is_user =
        |word: &Word| word.is("-u") || word.value.as_deref().is_some_and(|word| word.starts_with("--user"));
    wrapper.name == "runuser" && !words.iter().skip(index).any(is_user)
}

/// The index of the program that a wrapper runs, or of a word that only the shell knows; one past the last
/// word where there is none. And with whose rights, where the wrapper changes that.
fn after_wrapper(wrapper: &Wrapper, words: &[Word], start: usize) -> (usize, Option<RunAs>) {
    let mut operands = wrapper.operands;
    let mut index = start;
    let (option_names, mut user) = match wrapper.changes {
        Changes::Nothing | Changes::ToOperand => (&[][..], None),
        Changes::ToRoot(names) => (names, Some(RunAs::Sudo)),
        Changes::ToOption(names) => (names, None),
    };
    let of_name = |name: Option<&str>| {
        let name = name.and_then(|name| name.split(':').next()).map(Box::from);
        Some(if is_root(name.as_deref()) && matches!(wrapper.changes, Changes::ToRoot(_)) {
            RunAs::Sudo
        } else {
            RunAs::User(name)
        })
    };
    while let Some(found) = words.get(index) {
        let Some(word) = found.value.as_deref() else {
            if operands == 0 {
                break;
            }
            // A user that only the shell knows.
            operands -= 1;
            user = if wrapper.changes == Changes::ToOperand { of_name(None) } else { user };
            index += 1;
            continue;
        };
        if word.starts_with('-') {
            let (option, glued) =
                word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
            let option = &*last_of_cluster(wrapper, option);
            let takes_next = glued.is_none() && wrapper.value_options.contains(&option);
            if option_names.contains(&option) {
                let next = || words.get(index + 1).and_then(|word| word.value.as_deref());
                user = of_name(glued.or_else(next));
            }
            index += usize::from(takes_next);
        } else if !(matches!(wrapper.name, "env" | "sudo" | "doas") && word.contains('=')) {
            if operands == 0 {
                break;
            }
            operands -= 1;
            user = if wrapper.changes == Changes::ToOperand { of_name(Some(word)) } else { user };
        }
        index += 1;
    }
    (index, user)
}

/// The option that the next word may be the value of: `-u` of `-Hu`.
fn last_of_cluster<'a>(wrapper: &Wrapper, option: &'a str) -> Cow<'a, str> {
    let takes_value = |letter: char| wrapper.value_options.contains(&format!("-{letter}").as_str());
    let letters = option.strip_prefix('-').filter(|letters| !letters.starts_with('-') && letters.len() > 1);
    // A letter that takes a value has it in the rest of the word.
    match letters.and_then(|letters| letters.find(takes_value).filter(|first| first + 1 == letters.len())) {
        Some(first) => {
            Cow::Owned(format!("-{}", letters.and_then(|letters| letters.get(first..)).unwrap_or_default()))
        }
        None => Cow::Borrowed(option),
    }
}
