//! What the value of a label can be asked to be: an address, a time, a version, a hash, an e-mail address.

/// Whether a text is an absolute URI. Source: RFC 3986, section 3; a path by itself is none.
pub fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|char: char| char.is_ascii_alphabetic())
        && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char));
    let is_open = |char: char| !char.is_whitespace() && !char.is_control() && !"<>\"{}|\\^`".contains(char);
    is_scheme && !rest.is_empty() && rest.chars().all(is_open)
}

/// Whether a text is a date with a time and an offset. Source: RFC 3339, section 5.6.
pub fn is_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    let zone = time.find(['Z', 'z', '+', '-']);
    let Some((clock, zone)) = zone.and_then(|zone| time.split_at_checked(zone)) else {
        return false;
    };
    let (clock, is_fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, are_digits(fraction)),
        None => (clock, true),
    };
    let is_zone = zone.eq_ignore_ascii_case("z")
        || zone
            .strip_prefix(['+', '-'])
            .and_then(|offset| numbers(offset, ':', [2, 2]))
            .is_some_and(|[hour, minute]| hour < 24 && minute < 60);
    is_date(date) && is_fraction && is_zone && numbers(clock, ':', [2, 2, 2]).is_some_and(is_clock)
}

fn is_date(date: &str) -> bool {
    let Some([year, month, day]) = numbers(date, '-', [4, 2, 2]) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=last).contains(&day)
}

fn is_clock([hour, minute, second]: [u32; 3]) -> bool {
    // 60 is a leap second.
    hour < 24 && minute < 60 && second <= 60
}

/// The numbers between separators, each of just so many digits.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        *number = parts.next().filter(|part| part.len() == digits && are_digits(part))?.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_digit())
}

/// Whether a text is a hash of git: whole, of SHA-1 or SHA-256, or its first seven digits and more.
pub fn is_git_hash(text: &str) -> bool {
    matches!(text.len(), 7..=40 | 64) && text.chars().all(|char| char.is_ascii_hexdigit())
}

/// Whether a text is a semantic version. Source: Semantic Versioning 2.0.0.
pub fn is_version(text: &str) -> bool {
    let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
    let (core, before) = rest.split_once('-').map_or((rest, None), |(core, before)| (core, Some(before)));
    let is_number = |part: &str| are_digits(part) && (part == "0" || !part.starts_with('0'));
    let is_word =
        |part: &str| !part.is_empty() && part.chars().all(|char| char.is_ascii_alphanumeric() || char == '-');
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && before.is_none_or(|it| {
            it.split('.').all(|part| is_word(part) && (!are_digits(part) || is_number(part)))
        })
        && build.is_none_or(|it| it.split('.').all(is_word))
}

/// Whether a text is an e-mail address by itself. Source: RFC 5322, `addr-spec`, without comments.
pub fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_atom = |part: &str| {
        let is_open = |char: char| char.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char);
        !part.is_empty() && part.chars().all(is_open)
    };
    let are_atoms = |text: &str| text.split('.').all(is_atom);
    let is_quoted = name.len() > 2 && name.starts_with('"') && name.ends_with('"');
    let is_literal = domain.len() > 2 && domain.starts_with('[') && domain.ends_with(']');
    (is_quoted || are_atoms(name)) && (is_literal || are_atoms(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is_valid: fn(&str) -> bool, valid: &[&str], invalid: &[&str]) {
        for text in valid {
            assert!(is_valid(text), "{text}");
        }
        for text in invalid {
            assert!(!is_valid(text), "{text}");
        }
    }

    #[test]
    fn an_address_has_a_scheme() {
        check(
            is_url,
            &["https://a.b/c?d#e", "ftp://x", "mailto:a@b"],
            &["a.b", "/a", "https://a b", ":a", "a:", "1a:b"],
        );
    }

    #[test]
    fn a_time_has_a_date_and_an_offset() {
        let valid = ["2024-02-29T03:04:05Z", "2020-01-02t23:59:60.123+02:00", "2020-12-31T00:00:00-23:59"];
        let invalid = ["2020-01-02", "2023-02-29T00:00:00Z", "2020-13-01T00:00:00Z", "2020-01-02 03:04:05Z"];
        check(is_time, &valid, &invalid);
        check(
            is_time,
            &[],
            &["2020-01-02T24:00:00Z", "2020-01-02T03:04:05", "2020-01-02T03:04:05.Z", "20-01-02T03:04:05Z"],
        );
    }

    #[test]
    fn a_hash_has_seven_digits_or_more() {
        check(
            is_git_hash,
            &["abcdef1", &"a".repeat(40), &"0".repeat(64)],
            &["abcdef", "abcdefg", &"a".repeat(41)],
        );
    }

    #[test]
    fn a_version_has_three_numbers() {
        check(
            is_version,
            &["1.2.3", "0.0.0-a.1+b.01", "1.2.3+c"],
            &["1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3.4"],
        );
    }

    #[test]
    fn an_address_of_mail_is_nothing_else() {
        check(
            is_email,
            &["a@b.c", "a.b+c@d", "\"a b\"@c", "a@[::1]"],
            &["a", "a@", "@b", "A <a@b.c>", "a b@c", "a..b@c"],
        );
    }
}
