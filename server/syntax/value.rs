//! Values of flags and mounts as BuildKit reads them with Go's libraries: durations, sizes, modes, platforms,
//! digests. Each function decides whether a text is accepted; none fails.
//! Sources: Go's `time.ParseDuration` and `strconv`; docker/go-units; tonistiigi/dchapes-mode;
//! containerd/platforms; opencontainers/go-digest.

/// `true` or `false` as Go's `ParseBool` reads them; `None` where it refuses.
pub fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// A number without a sign, below 2³², in a base.
pub fn number(text: &str, base: u32) -> Option<u32> {
    let is_plain = !text.is_empty() && text.chars().all(|char| char.is_digit(base));
    is_plain.then(|| u32::from_str_radix(text, base).ok()).flatten()
}

/// The nanoseconds of a duration such as `1h2m3.5s`; `None` where Go refuses the text.
pub fn duration(text: &str) -> Option<i128> {
    const UNITS: [(&str, i128); 8] = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total: i128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let unit_start = rest.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let (amount, after) = rest.split_at_checked(unit_start)?;
        let unit_end = after.find(|char: char| char.is_ascii_digit() || char == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(unit_end)?;
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total = total.checked_add(nanoseconds(amount, *unit)?)?;
        rest = after;
    }
    (total <= i128::from(i64::MAX)).then_some(sign * total)
}

/// `12.5` of a unit.
fn nanoseconds(amount: &str, unit: i128) -> Option<i128> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { i128::from(whole.parse::<i64>().ok()?) };
    // Digits below a nanosecond of the longest unit say nothing.
    let digits = fraction.get(..fraction.len().min(18))?;
    let scale = 10_i128.pow(u32::try_from(digits.len()).ok()?);
    let parts = if digits.is_empty() { 0 } else { digits.parse::<i128>().ok()? };
    Some(whole * unit + parts * unit / scale)
}

/// Whether a text is a size such as `64m`, `1.5GiB` or `100 kb`.
pub fn is_size(text: &str) -> bool {
    let Some(last) = text.rfind(|char: char| char.is_ascii_digit() || matches!(char, '.' | ' ')) else {
        return false;
    };
    let (number, suffix) = text.split_at_checked(last + 1).unwrap_or_default();
    let is_number = number.strip_suffix(' ').unwrap_or(number).parse::<f64>().is_ok_and(|size| size >= 0.0);
    let suffix = suffix.to_lowercase();
    let unit = suffix.strip_suffix("ib").or_else(|| suffix.strip_suffix('b')).unwrap_or(&suffix);
    let is_unit = matches!(unit, "k" | "m" | "g" | "t" | "p") || unit.is_empty() && suffix != "ib";
    is_number && is_unit
}

/// Whether a text is permissions that `--chmod` takes: octal up to `7777`, or symbolic such as `u=rwX,go=rX`.
pub fn is_mode(text: &str) -> bool {
    if let Some(number) = number(text, 8) {
        return number <= 0o7777;
    }
    if text.starts_with(|char: char| char.is_ascii_digit()) {
        return false;
    }
    text.split(',').all(|clause| {
        let operations = clause.trim_start_matches(['a', 'u', 'g', 'o']);
        // After the first operator anything but an operator or a permission ends the clause wrongly.
        operations.starts_with(['+', '-', '='])
            && operations.chars().all(|char| "+-=rstwXxugo".contains(char))
    })
}

/// Why a text is no platform; `None` where it is one. A platform is `os/architecture[/variant]`, or one of the
/// two alone where it is known.
pub fn platform_problem(text: &str) -> Option<&'static str> {
    let parts: Vec<&str> = text.split('/').collect();
    let (system, rest) = parts.split_first()?;
    let is_word = |word: &str, more: &str| {
        !word.is_empty() && word.chars().all(|char| char.is_ascii_alphanumeric() || more.contains(char))
    };
    let (name, options) = match system.split_once('(') {
        Some((name, options)) => (name, options.strip_suffix(')')),
        None => (*system, Some("")),
    };
    let has_options = options.is_some_and(|options| options.is_empty() || is_word(options, "_.%-+"));
    if !is_word(name, "_-") || !has_options || !rest.iter().all(|part| is_word(part, "_.-")) {
        return Some("is not of the form `os/architecture[/variant]`");
    }
    match rest.len() {
        0 if !is_known(name) => Some("names no known operating system or architecture"),
        0..=2 => None,
        _ => Some("has more than three parts"),
    }
}

/// Whether one word alone stands for a platform.
fn is_known(word: &str) -> bool {
    const SYSTEMS: &str = " aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd \
        plan9 solaris windows zos ";
    const ARCHITECTURES: &str = " 386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 \
        mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm i386 x86_64 x86-64 aarch64 \
        armhf armel ";
    let wanted = format!(" {} ", word.to_lowercase());
    SYSTEMS.contains(&wanted) || ARCHITECTURES.contains(&wanted)
}

/// Whether a text is a digest such as `sha256:…` with as many digits as its algorithm has.
pub fn is_digest(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else {
        return false;
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    encoded.len() == length && encoded.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_go() {
        let accepted = [
            ("1h2m3.5s", 3_723_500_000_000),
            ("500ms", 500_000_000),
            (".5s", 500_000_000),
            ("0", 0),
            ("1.s", 1_000_000_000),
            ("-1s", -1_000_000_000),
            ("0.1ns", 0),
            ("+1us", 1000),
            ("1µs", 1000),
        ];
        for (text, nanoseconds) in accepted {
            assert_eq!(duration(text), Some(nanoseconds), "{text}");
        }
        for text in ["", "30", "1d", "s", ".s", "1 s", "1s ", "-", "1.2.3s", "$X", "9999999h", "1S"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_those_of_go_units() {
        for text in ["64m", "1.5GiB", "100", "32 kb", "32B", "1P", "1 "] {
            assert!(is_size(text), "{text}");
        }
        for text in ["", "m", "1x", "-1", "1ib", "1kbb", "1 bi", "1..5"] {
            assert!(!is_size(text), "{text}");
        }
    }

    #[test]
    fn modes_are_octal_or_symbolic() {
        for text in ["755", "0644", "7777", "+x", "u=rwX,go=rX", "go=", "g=u-w", "a+r-w"] {
            assert!(is_mode(text), "{text}");
        }
        for text in ["", "888", "10000", "x", "u", "u+z", "u+x,", "7z", "u+a"] {
            assert!(!is_mode(text), "{text}");
        }
    }

    #[test]
    fn platforms_are_those_of_containerd() {
        for text in
            ["linux/amd64", "linux", "ARM64", "linux/arm/v7", "windows(10.0.17763)/amd64", "any/thing"]
        {
            assert_eq!(platform_problem(text), None, "{text}");
        }
        for text in ["linux/", "linux/arm/v7/x", "linux/*", "lynux", "windows(1/amd64", "linux amd64"] {
            assert!(platform_problem(text).is_some(), "{text}");
        }
    }

    #[test]
    fn digests_have_the_length_of_their_algorithm() {
        assert!(is_digest(&format!("sha256:{}", "a".repeat(64))));
        assert!(!is_digest(&format!("sha256:{}", "A".repeat(64))));
        assert!(!is_digest("sha256:ab"));
        assert!(!is_digest("md5:ab"));
    }

    #[test]
    fn numbers_have_no_sign() {
        assert_eq!((number("17", 8), number("8", 8), number("+1", 10)), (Some(15), None, None));
        assert_eq!(number("4294967296", 10), None);
        assert_eq!((boolean("T"), boolean("tRUE")), (Some(true), None));
    }
}
