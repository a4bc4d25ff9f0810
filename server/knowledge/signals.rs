//! The signals that STOPSIGNAL takes, and their numbers on Linux.
//!
//! Source: the `signal` package of moby/sys, with which BuildKit reads the value, and signal(7). Numbers are those of
//! every architecture but MIPS and SPARC.

/// A signal.
#[derive(Debug, PartialEq, Eq)]
pub struct Signal {
    /// With `SIG`.
    pub name: &'static str,
    /// On Linux.
    pub number: u8,
    /// One line: what it means, and who stops on it.
    pub summary: &'static str,
}

/// Named signals but the real-time ones, sorted by name.
pub fn all() -> &'static [Signal] {
    &ALL
}

/// A named signal, with or without `SIG`, in any case; none for real-time signals and numbers.
pub fn signal(name: &str) -> Option<&'static Signal> {
    let bare = bare_name(name);
    all().iter().find(|signal| bare_name(signal.name).eq_ignore_ascii_case(bare))
}

/// The number that BuildKit reads from a STOPSIGNAL without variables: a name in any case with or without `SIG`, also
/// `RTMIN+1` to `RTMIN+15` and `RTMAX-1` to `RTMAX-14`, or any whole number but 0. None where the build fails.
pub fn number(value: &str) -> Option<i64> {
    if let Ok(number) = value.parse::<i64>() {
        return (number != 0).then_some(number);
    }
    match signal(value) {
        Some(signal) => Some(i64::from(signal.number)),
        None => real_time(&bare_name(value).to_ascii_uppercase()),
    }
}

fn bare_name(name: &str) -> &str {
    match name.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("SIG") => name.get(3..).unwrap_or_default(),
        _ => name,
    }
}

fn real_time(name: &str) -> Option<i64> {
    const FIRST: i64 = 34;
    const LAST: i64 = 64;
    // The offset is written without leading zeros or a second sign: BuildKit looks the whole name up in a table.
    let offset = |digits: &str, most: i64| {
        let offset = digits.parse::<i64>().ok()?;
        (offset.to_string() == digits && (1..=most).contains(&offset)).then_some(offset)
    };
    match name {
        "RTMIN" => Some(FIRST),
        "RTMAX" => Some(LAST),
        _ => match name.strip_prefix("RTMIN+") {
            Some(digits) => Some(FIRST + offset(digits, 15)?),
            None => Some(LAST - offset(name.strip_prefix("RTMAX-")?, 14)?),
        },
    }
}

const fn named(name: &'static str, number: u8, summary: &'static str) -> Signal {
    Signal { name, number, summary }
}

#[rustfmt::skip]
static ALL: [Signal; 34] = [
    named("SIGABRT", 6, "Abort, with a core dump"),
    named("SIGALRM", 14, "A timer ran out"),
    named("SIGBUS", 7, "Bad memory access"),
    named("SIGCHLD", 17, "A child stopped or ended"),
    named("SIGCLD", 17, "Another name of SIGCHLD"),
    named("SIGCONT", 18, "Go on after a stop"),
    named("SIGFPE", 8, "Wrong arithmetic"),
    named("SIGHUP", 1, "The terminal is gone; many servers read their settings again"),
    named("SIGILL", 4, "Illegal instruction"),
    named("SIGINT", 2, "Interrupt, as from Ctrl+C; PostgreSQL's fast shutdown"),
    named("SIGIO", 29, "Input or output is possible"),
    named("SIGIOT", 6, "Another name of SIGABRT"),
    named("SIGKILL", 9, "End at once; the program cannot clean up"),
    named("SIGPIPE", 13, "A pipe without a reader"),
    named("SIGPOLL", 29, "Another name of SIGIO"),
    named("SIGPROF", 27, "A profiling timer ran out"),
    named("SIGPWR", 30, "Power failure"),
    named("SIGQUIT", 3, "Quit; nginx and PHP-FPM end gracefully"),
    named("SIGSEGV", 11, "Memory access out of bounds"),
    named("SIGSTKFLT", 16, "Coprocessor stack fault; unused"),
    named("SIGSTOP", 19, "Stop until SIGCONT; does not end a program"),
    named("SIGSYS", 31, "Bad system call"),
    named("SIGTERM", 15, "End: what `docker stop` sends by default"),
    named("SIGTRAP", 5, "A breakpoint was reached"),
    named("SIGTSTP", 20, "Stop, as from Ctrl+Z"),
    named("SIGTTIN", 21, "A background program reads the terminal"),
    named("SIGTTOU", 22, "A background program writes to the terminal"),
    named("SIGURG", 23, "Urgent data on a socket"),
    named("SIGUSR1", 10, "For the program's own use"),
    named("SIGUSR2", 12, "For the program's own use"),
    named("SIGVTALRM", 26, "A virtual timer ran out"),
    named("SIGWINCH", 28, "The window changed its size; Apache httpd ends gracefully"),
    named("SIGXCPU", 24, "Too much processor time"),
    named("SIGXFSZ", 25, "Too large a file"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(all().is_sorted_by(|left, right| left.name < right.name));
    }

    #[test]
    fn every_number_from_1_to_31_has_a_name() {
        let mut numbers: Vec<u8> = all().iter().map(|signal| signal.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, (1..=31).collect::<Vec<u8>>());
    }

    #[test]
    fn names_are_read_in_any_case_with_or_without_the_prefix() {
        assert_eq!(number("SIGTERM"), Some(15));
        assert_eq!(number("sigquit"), Some(3));
        assert_eq!(number("Winch"), Some(28));
    }

    #[test]
    fn real_time_signals_have_offsets() {
        assert_eq!(number("SIGRTMIN+3"), Some(37));
        assert_eq!(number("rtmin"), Some(34));
        assert_eq!(number("SIGRTMAX-14"), Some(50));
        assert_eq!(number("RTMIN+16"), None);
        assert_eq!(number("RTMAX-15"), None);
        assert_eq!(number("RTMIN+03"), None);
        assert_eq!(number("RTMIN+0"), None);
    }

    #[test]
    fn numbers_are_taken_but_for_zero() {
        assert_eq!(number("9"), Some(9));
        assert_eq!(number("+9"), Some(9));
        assert_eq!(number("0"), None);
        assert_eq!(number("9.5"), None);
    }

    #[test]
    fn what_is_no_signal_is_none() {
        assert_eq!(number("SIGSIGTERM"), None);
        assert_eq!(number("SIG"), None);
        assert_eq!(number(""), None);
        assert_eq!(number("éé"), None);
    }
}
