//! Programs that print one word.

use super::OneWords;
use crate::path;
use crate::syntax::Script;
use crate::syntax::shell::{Command, Word};

/// What a command prints that prints one word at most.
#[derive(Clone, Copy)]
pub(super) struct Output {
    /// Whether it prints nothing.
    pub(super) is_nothing: bool,
    /// Whether it cannot fail where it runs at all.
    pub(super) never_fails: bool,
}

impl Output {
    /// One word, unless it fails.
    pub(super) const ONE: Output = Output { is_nothing: false, never_fails: false };
    const SURE: Output = Output { is_nothing: false, never_fails: true };
    const NOTHING: Output = Output { is_nothing: true, never_fails: false };
}

/// What a command prints, where that is known to be one word or nothing.
pub(super) fn output(words: &OneWords<'_>, command: &Command) -> Option<Output> {
    let script = words.script;
    let Some((first, arguments)) = command.words.split_first() else {
        return Some(Output::NOTHING);
    };
    let written: Vec<&str> = arguments.iter().map(|word| script.str(word.part)).collect();
    let is_one = |word: &Word| words.is_one_within(word.part);
    let has_one = |count: usize| Some(Output::ONE).filter(|_| written.len() == count);
    match path::name(first.value.as_deref()?) {
        "." | "cd" | "export" | "set" | "source" | "test" | ":" => Some(Output::NOTHING),
        "arch" | "nproc" | "pwd" | "mktemp" | "whoami" => Some(Output::SURE),
        "expr" | "getconf" | "xx-info" => Some(Output::ONE),
        "wc" => counts(script, command).then_some(Output::ONE),
        "stat" => tells_one(&written).then_some(Output::ONE),
        "hostname" => has_one(0),
        "uname" => match written.as_slice() {
            [] | ["-i" | "-m" | "-n" | "-p" | "-r" | "-s"] => Some(Output::SURE),
            _ => None,
        },
        "dpkg" => Some(Output::SURE).filter(|_| written == ["--print-architecture"]),
        "apk" => Some(Output::SURE).filter(|_| written == ["--print-arch"]),
        "dpkg-architecture" => written.iter().any(|option| option.starts_with("-q")).then_some(Output::ONE),
        "id" => {
            let is_short = |option: &&str| option.starts_with('-') && !option.contains(['G', 'Z']);
            written.first().filter(|option| is_short(option) && written.len() < 3).map(|_| Output::ONE)
        }
        "date" => {
            let format = written.iter().find(|word| word.trim_start_matches(['"', '\'']).starts_with('+'))?;
            let says_more = |code: &&str| format.contains(*code);
            let is_short = !format.contains(char::is_whitespace)
                && !["%c", "%x", "%X", "%n", "%t"].iter().any(says_more);
            is_short.then_some(Output::SURE)
        }
        "command" => has_one(2).filter(|_| written.first() == Some(&"-v")),
        "which" => has_one(1),
        "lsb_release" => is_short_release(&written).then_some(Output::ONE),
        "go" => has_one(2).filter(|_| written.first() == Some(&"env")),
        "rpm" => matches!(written.as_slice(), ["-E" | "--eval", _]).then_some(Output::ONE),
        "cc" | "gcc" => {
            matches!(written.as_slice(), ["-dumpmachine" | "-dumpversion"]).then_some(Output::ONE)
        }
        "pg_config" | "php-config" => {
            written.first().filter(|option| option.ends_with("dir")).map(|_| Output::ONE)
        }
        "git" => match written.first() {
            Some(&"describe") => Some(Output::ONE),
            Some(&"rev-parse") => has_one(2),
            _ => None,
        },
        "basename" | "dirname" => {
            let is_known = !arguments.is_empty() && arguments.iter().all(is_one);
            is_known.then_some(Output::SURE)
        }
        "readlink" | "realpath" => {
            let is_known = !arguments.is_empty() && arguments.iter().all(is_one);
            is_known.then_some(Output::ONE)
        }
        "echo" => {
            let is_option = |word: &&Word| !matches!(script.str(word.part), "-n" | "-e" | "-ne" | "-en");
            let printed: Vec<&Word> = arguments.iter().filter(is_option).collect();
            (printed.len() < 2 && printed.into_iter().all(is_one)).then_some(Output::SURE)
        }
        "printf" => (written.len() < 3 && arguments.iter().all(is_one)).then_some(Output::SURE),
        _ => None,
    }
}

/// Whether `lsb_release` is asked for one thing, without its name: `-cs`, `--id --short`.
fn is_short_release(options: &[&str]) -> bool {
    let letters = |option: &&str| match *option {
        "--short" => "s".to_owned(),
        "--id" => "i".to_owned(),
        "--codename" => "c".to_owned(),
        "--release" => "r".to_owned(),
        cluster => cluster.trim_start_matches('-').to_owned(),
    };
    let letters: String = options.iter().map(letters).collect();
    letters.len() == 2 && letters.contains('s') && letters.contains(['c', 'i', 'r'])
}

/// Whether a command prints one number, whatever it reads.
pub(super) fn counts(script: &Script, command: &Command) -> bool {
    let options = command.words.get(1..).unwrap_or_default();
    let is_option = |word: &Word| matches!(script.str(word.part), "-c" | "-l" | "-m" | "-w");
    command.words.first().is_some_and(|name| name.is("wc"))
        && options.len() == 1
        && options.iter().all(is_option)
}

/// Whether `stat` is asked for one number of one file: `-c %g FILE`, `--format=%s FILE`.
fn tells_one(arguments: &[&str]) -> bool {
    let format = match arguments {
        ["-c" | "-f" | "--format", format, _] => format,
        [option, _] => {
            option.strip_prefix("--format=").or_else(|| option.strip_prefix("-c")).unwrap_or_default()
        }
        _ => return false,
    };
    let code = format.trim_matches(['"', '\'']).strip_prefix('%').unwrap_or_default();
    code.len() == 1 && code.contains(['G', 'U', 'X', 'Y', 'a', 'g', 'h', 'i', 's', 'u'])
}

/// Whether a pipeline picks the name or a number of one user or group: `getent passwd 1000 | cut -d: -f1`.
pub(super) fn picks_account(script: &Script, pipeline: &[&Command]) -> bool {
    let [asked, cut] = pipeline else {
        return false;
    };
    let written = |command: &Command| -> Vec<String> {
        command.words.iter().map(|word| script.str(word.part).replace(['"', '\''], "")).collect()
    };
    let (asked, cut) = (written(asked), written(cut).concat());
    asked.len() == 3
        && asked.first().is_some_and(|name| name == "getent")
        && asked.get(1).is_some_and(|table| table == "passwd" || table == "group")
        && ["1", "3", "4"].iter().any(|field| {
            cut == format!("cut-d:-f{field}")
                && (*field != "4" || asked.get(1).is_some_and(|table| table == "passwd"))
        })
}

/// Whether a command takes everything but letters and digits out of what it reads: `tr -dc a-z0-9`.
pub(super) fn leaves_letters(script: &Script, command: &Command) -> bool {
    let Some([name, options @ .., set]) = command.words.get(..).filter(|words| words.len() > 2) else {
        return false;
    };
    let mut letters = script.str(set.part).trim_matches(['"', '\'']).to_owned();
    for class in ["[:alnum:]", "[:alpha:]", "[:digit:]", "[:lower:]", "[:upper:]", "[:xdigit:]"] {
        letters = letters.replace(class, "");
    }
    let has = |letter: char| options.iter().any(|option| script.str(option.part).contains(letter));
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    name.is("tr") && has('d') && has('c') && letters.chars().all(is_plain)
}

/// Whether filters make one word at most of one word, of which `fold` makes several lines.
pub(super) fn keep_one(script: &Script, filters: &[&Command]) -> bool {
    let is = |command: &Command, name: &str| command.words.first().is_some_and(|word| word.is(name));
    let is_cut = filters.last().is_some_and(|last| is(last, "head"));
    filters.iter().all(|filter| keeps_one(script, filter) || is_cut && is(filter, "fold"))
}

/// Whether a filter makes one word at most of one word.
fn keeps_one(script: &Script, command: &Command) -> bool {
    let Some((first, arguments)) = command.words.split_first() else {
        return false;
    };
    let mut written = arguments.iter().map(|word| script.str(word.part));
    match first.value.as_deref() {
        Some("cut" | "egrep" | "fgrep" | "grep" | "head" | "rev" | "sort" | "tail" | "uniq") => true,
        // What they put in is written there.
        Some("sed" | "tr") => written.all(|argument| !argument.contains(char::is_whitespace)),
        Some("awk" | "gawk" | "mawk") => written.all(|program| !program.contains([',', '"'])),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::semantic::facts::Facts;
    use crate::semantic::one_words::OneWords;
    use crate::syntax::File;

    /// Whether the last word of the last command is one word; `ARG` is given.
    fn is_one(run: &str) -> bool {
        let file = File::new(&format!("RUN {run}\n"));
        let script = &Facts::of(&file.items()[0].instruction).expect("facts").script;
        let word =
            script.commands().iter().max_by_key(|command| command.words.last().map(|word| word.part.end));
        OneWords::new(script, &["ARG".into()], vec!["KNOWN"]).is_one(word.unwrap().words.last().unwrap().part)
    }

    #[test]
    fn programs_that_print_one_word_are_known() {
        for printed in [
            "uname -m",
            "command -v b",
            "date +%Y-%m-%d",
            "date -u '+%s'",
            "lsb_release -cs",
            "lsb_release --id --short | tr 'A-Z' 'a-z'",
            "basename `pwd`",
            "dirname \"$(which b)\"",
            "echo $ARG | cut -d. -f1,2 | tr -d '.'",
            ". /etc/b; echo ${ARG}",
            "b | wc -l",
            "wc -c < b",
            "stat -c %g b",
            "stat --format=%s \"$b\"",
            "getent passwd 1000 | cut -d: -f1",
            "which b || command -v c",
            "test \"$b\" = c && echo --with-d",
            "mktemp -d",
            "head /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9 | head -c 40",
            "cat /dev/urandom | tr -dc '[:alnum:]' | fold -w 32 | head -n 1",
        ] {
            assert!(is_one(&format!("a $({printed})")), "{printed}");
        }
        for printed in [
            "b",
            "cat b",
            "ls",
            "uname -a",
            "date",
            "date '+%s %N'",
            "lsb_release -ds",
            "basename $b",
            "basename *",
            "echo b c",
            "echo $ARG | sed 's/b/c d/'",
            "echo $ARG; pwd",
            "b && pwd",
            "if b; then pwd; fi",
            "for b in c d; do pwd; done",
            "wc -l b",
            "stat b",
            "stat -c '%g %u' b",
            "stat -c %n b",
            "stat -c %s b c",
            "getent passwd | cut -d: -f1",
            "getent passwd 1000",
            "getent passwd 1000 | cut -d: -f5",
            "which b c",
            "b | tr -dc '[:print:]'",
            "b | tr -dc a-z | fold -w 3",
            "b | tr -d a-z",
        ] {
            assert!(!is_one(&format!("a $({printed})")), "{printed}");
        }
    }

    #[test]
    fn variables_are_what_the_script_sets_them_to() {
        for run in [
            "b=c; a $b",
            "b=\"$(uname -m)\" && a ${b}/c",
            "b=$ARG; c=${b%%-*}; a $c.tar",
            "case c in d) b=e;; *) b=f;; esac; a $b",
            "export b=/c-$ARG; a $b",
            "for b in c d $e $(f); do a $b; done",
            "for b in \"c\" 'd'; do a $b; done",
            "a ${#b} ",
            "a $HOME/b",
            "a $ARG",
            "a $KNOWN:$APP_UID",
            ". /etc/os-release; a $VERSION_CODENAME/$ID-${VERSION_ID%%.*}",
            "a ${ARG:-b}",
            "a ${ARG:?b c} ${ARG#*c }/d",
            "a ${ARG:-$HOME/b}",
            "b=$(uname -m); b=v$b; a $b",
            "ARG=${ARG//b/$HOME} && a $ARG",
            "a $JAVA_HOME/b $PATH:c",
            "a ros-${ROS_DISTRO}-b",
            "a $?",
        ] {
            assert!(is_one(run), "{run}");
        }
        for run in [
            "a $b",
            "b='c d'; a $b",
            "b=c; b='d e'; a $b",
            "b=$(cat c); a $b",
            "b=*; a $b",
            "b=$b; a $b",
            "read b; a $b",
            "b=c; read b; a $b",
            "for b in *.c; do a $b; done",
            "for b in 'c d'; do a $b; done",
            "a $1",
            "a $@",
            "a ${ARG:-b c}",
            "a ${ARG:-*}",
            "a ${ARG[0]}",
            "a ${ARG/b/c d}",
            "a ${ARG:-$b}",
            "b=$(c); b=v$b; a $b",
            "b=c$d; d=e$b; a $b",
            "JAVA_HOME=$(b); a $JAVA_HOME",
            "b=$c; c=$b; a $b",
            "b=c d; a $b",
        ] {
            assert!(!is_one(run), "{run}");
        }
    }

    #[test]
    fn many_variables_that_are_set_by_each_other_are_given_up() {
        let sets: Vec<String> =
            (0..40).map(|index| format!("b{}=$b{1}$b{1}$b{1}", index + 1, index)).collect();
        assert!(!is_one(&format!("b0=c; {}; a $b40", sets.join("; "))));
        assert!(is_one(&format!("b0=c; {}; a $b4", sets.join("; "))));
    }
}
