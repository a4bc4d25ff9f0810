//! How big files are, as people say it.

/// A number of bytes in powers of 1000: `5 B`, `3.2 MB`.
pub(crate) fn shown(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn sizes_keep_one_digit_behind_the_point() {
        let sizes = [0, 999, 1_000, 9_999, 12_345_678, 5_000_000_000].map(shown);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 kB", "9.9 kB", "12.3 MB", "5.0 GB"]);
    }
}
