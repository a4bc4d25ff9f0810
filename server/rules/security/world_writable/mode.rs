//! Modes as `chmod` takes them. Source: chmod(1) of the GNU coreutils.

/// Whether a mode lets everybody write and does not set the sticky bit.
pub(super) fn is_world_writable(mode: &str) -> bool {
    if let Some(number) = octal(mode) {
        return number & 0o002 != 0 && number & 0o1000 == 0;
    }
    let is_sticky = mode.contains('t');
    !is_sticky
        && mode.split(',').any(|clause| {
            let who_end = clause.find(['+', '=', '-']).unwrap_or(clause.len());
            let (who, mut rest) = clause.split_at(who_end);
            // One clause may do several things, one after the other: `a=r-wx`.
            let mut is_given = false;
            while let Some(operator) = rest.chars().next() {
                let end = rest
                    .get(1..)
                    .and_then(|rest| rest.find(['+', '=', '-']))
                    .map_or(rest.len(), |end| end + 1);
                let names_write = rest.get(..end).is_some_and(|what| what.contains('w'));
                is_given = match operator {
                    '-' => is_given && !names_write,
                    '=' => names_write,
                    _ => is_given || names_write,
                };
                rest = rest.get(end..).unwrap_or_default();
            }
            // Without a letter the umask takes the right away again.
            is_given && who.contains(['a', 'o'])
        })
}

/// The number of a mode that is written as one.
pub(super) fn octal(mode: &str) -> Option<u32> {
    let is_number = (3..=5).contains(&mode.len()) && mode.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    u32::from_str_radix(mode, 8).ok().filter(|_| is_number)
}
