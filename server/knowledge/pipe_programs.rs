//! Programs at the sides of a pipe: what they make of an input that is empty or ends too early, and what a failure of
//! theirs says. Measured with an empty input, with one that is cut off in the middle and with a page of HTML: GNU tar 1.34,
//! gzip 1.12, bzip2 1.0.8, zstd 1.5.4, GnuPG 2.2 (which apt-key runs), git 2.47, grep 3.8, coreutils 9.1, BusyBox 1.35.

/// What a program makes of an input that is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// It fails where the input is empty, and where it ends too early.
    Refused,
    /// It fails where the input is empty; of one that ends too early it takes what is there.
    RefusedIfEmpty,
    /// What it writes is as little whole.
    Passed,
    /// It takes what it gets, or that is not known.
    Taken,
}

/// What a program with these arguments, as far as they are known, makes of a standard input that is not whole.
///
/// GNU `patch`, `jq`, bsdtar, and `cpio`, `unxz` and `zcat` of BusyBox are content with an empty or a short one.
pub fn input(program: &str, arguments: &[&str]) -> Input {
    let is_short = |word: &&&str| word.starts_with('-') && !word.starts_with("--") && word.len() > 1;
    let has_letter = |letter: char| arguments.iter().filter(is_short).any(|word| word.contains(letter));
    let has = |option: &str| arguments.contains(&option);
    let unpacks = || has_letter('d') || has("--decompress") || has("--uncompress");
    match program {
        "busybox" => match arguments.split_first() {
            Some((&"unzip", rest)) if rest.contains(&"-") => Input::Refused,
            Some((applet, rest)) if *applet != "busybox" => input(applet, rest),
            _ => Input::Taken,
        },
        "tar" if reads_archive(arguments) => Input::Refused,
        "gunzip" | "bunzip2" | "unzstd" => Input::Refused,
        "gzip" | "bzip2" | "zstd" if unpacks() => Input::Refused,
        "gpg" | "gpg2" if has("--dearmor") || has("--import") => Input::Refused,
        "apt-key" if has("add") => Input::Refused,
        "git" if arguments.first() == Some(&"apply") => Input::Refused,
        // It is content only where it has seen what it looks for.
        _ if looks_for(program, arguments) && (has_letter('q') || has("--quiet") || has("--silent")) => {
            Input::Refused
        }
        "shasum" => sums(arguments),
        _ if program.ends_with("sum") => sums(arguments),
        "bzcat" | "cat" | "pv" | "tee" | "unxz" | "xz" | "xzcat" | "zcat" | "zstdcat" => Input::Passed,
        _ => Input::Taken,
    }
}

/// Programs that compare check sums: of a list that is cut off they compare what is left of it.
fn sums(arguments: &[&str]) -> Input {
    let is_check = |word: &&str| {
        *word == "--check" || word.starts_with('-') && !word.starts_with("--") && word.contains('c')
    };
    if arguments.iter().any(is_check) { Input::RefusedIfEmpty } else { Input::Taken }
}

/// Whether a program with these arguments fails unless it sees what it looks for.
pub fn looks_for(program: &str, arguments: &[&str]) -> bool {
    let is_other = |word: &&str| {
        *word == "--invert-match"
            || *word == "--files-without-match"
            || word.starts_with('-') && !word.starts_with("--") && word.contains(['v', 'L'])
    };
    matches!(program, "grep" | "egrep" | "fgrep") && !arguments.iter().any(is_other)
}

/// Whether tar extracts or lists what it reads from its standard input.
fn reads_archive(arguments: &[&str]) -> bool {
    let is_cluster = |(index, word): &(usize, &&str)| {
        !word.starts_with("--") && (word.starts_with('-') && word.len() > 1 || *index == 0)
    };
    let has =
        |letter: char| arguments.iter().enumerate().filter(is_cluster).any(|(_, word)| word.contains(letter));
    let is_long = |names: &[&str]| arguments.iter().any(|word| names.contains(word));
    let names_file = has('f') || arguments.iter().any(|word| word.starts_with("--file"));
    let is_input = |word: &&str| matches!(*word, "-" | "/dev/stdin" | "--file=-" | "-f-");
    (has('x') || has('t') || is_long(&["--extract", "--get", "--list"]))
        && (!names_file || arguments.iter().any(is_input))
}

/// Programs that end with a failure to say something: that nothing was found, that two things differ, or that one of many
/// was not as wished.
const TELLING: [&str; 22] = [
    "apk",
    "cmp",
    "command",
    "diff",
    "dpkg",
    "dpkg-query",
    "egrep",
    "expr",
    "fgrep",
    "find",
    "getent",
    "grep",
    "ldd",
    "ls",
    "readlink",
    "rpm",
    "test",
    "timeout",
    "type",
    "which",
    "xargs",
    "zgrep",
];

/// Programs that do nothing but look at what is there, or pick and order the lines that they read.
const LOOKING: [&str; 48] = [
    "awk",
    "base64",
    "basename",
    "cat",
    "column",
    "comm",
    "cut",
    "date",
    "df",
    "dirname",
    "du",
    "env",
    "file",
    "fold",
    "gawk",
    "getconf",
    "head",
    "hexdump",
    "hostname",
    "id",
    "jq",
    "ldconfig",
    "lsb_release",
    "mawk",
    "nl",
    "nproc",
    "objdump",
    "od",
    "paste",
    "printenv",
    "pwd",
    "readelf",
    "realpath",
    "rev",
    "scanelf",
    "sed",
    "seq",
    "sort",
    "stat",
    "strings",
    "tac",
    "tail",
    "tr",
    "uname",
    "uniq",
    "wc",
    "xxd",
    "yq",
];

/// Whether a failure of a program may be no mistake.
pub fn may_fail_rightly(program: &str) -> bool {
    TELLING.binary_search(&program).is_ok()
}

/// Whether a program with these arguments does nothing but look at what is there, or say what it is.
pub fn only_looks(program: &str, arguments: &[&str]) -> bool {
    let first = arguments.first().copied();
    match program {
        _ if matches!(arguments, ["--help" | "--version" | "-V" | "-h" | "-version" | "version"]) => true,
        "apk" => matches!(first, Some("info" | "list" | "search" | "version" | "policy")),
        "dpkg" | "rpm" => first.is_some_and(|first| {
            ["-l", "-L", "-s", "-S", "-q", "--list", "--search", "--status", "--print", "--query", "--eval"]
                .iter()
                .any(|option| first.starts_with(option))
        }),
        "timeout" | "xargs" => false,
        _ if program.ends_with("sum") => true,
        _ => may_fail_rightly(program) || LOOKING.binary_search(&program).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input_of(command: &str) -> Input {
        let words: Vec<&str> = command.split(' ').collect();
        input(words[0], &words[1..])
    }

    #[test]
    fn what_fails_on_half_an_input_is_told_from_what_does_not() {
        for command in [
            "tar xz",
            "tar -xzC /a",
            "tar --extract --gzip",
            "tar -C /a -xJf - b",
            "tar tz",
            "tar xzf /dev/stdin",
            "gunzip -c",
            "gzip -dc",
            "bzip2 --decompress",
            "gpg --batch --dearmor -o a",
            "gpg --import",
            "apt-key --keyring a add -",
            "git apply -p1",
            "busybox unzip -",
            "busybox tar xz",
            "grep -Eq a",
        ] {
            assert_eq!(input_of(command), Input::Refused, "{command}");
        }
        for command in
            ["tar cz a", "tar xzf a.tgz", "gzip -9", "gpg --decrypt", "apt-key list", "git am", "grep a"]
        {
            assert_eq!(input_of(command), Input::Taken, "{command}");
        }
        for command in
            ["grep -qv a", "patch -p1", "jq .a", "bash", "unzip -", "sha256sum", "cpio -id", "bsdtar -x"]
        {
            assert_eq!(input_of(command), Input::Taken, "{command}");
        }
        assert_eq!(input_of("sha512sum -c -"), Input::RefusedIfEmpty);
        assert_eq!(input_of("shasum -a 256 --check"), Input::RefusedIfEmpty);
        assert_eq!(input_of("tee a"), Input::Passed);
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(TELLING.is_sorted());
        assert!(LOOKING.is_sorted());
    }

    #[test]
    fn looking_is_told_from_doing() {
        assert!(
            only_looks("find", &["/a"])
                && only_looks("dpkg", &["-l"])
                && only_looks("apk", &["info"])
                && only_looks("ffmpeg", &["-version"])
        );
        assert!(!only_looks("dpkg", &["-i"]) && !only_looks("apk", &["add"]) && !only_looks("curl", &[]));
    }
}
