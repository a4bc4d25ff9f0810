//! `overlong-line`

use crate::rules::prelude::*;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a line of more than 65,535 bytes, be it of an instruction, a heredoc or a comment. In the example, `…`
    /// stands for so many letters.
    ///
    /// ## Why is this bad?
    /// Docker reads no longer lines, and the build fails.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// ENV DATA=…
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// COPY data /data
    /// ```
    ///
    /// ## References
    /// BuildKit, `frontend/dockerfile/parser/parser.go`, which reads lines as Go's `bufio.Scanner` does.
    pub(crate) static OVERLONG_LINE = {
        id: "overlong-line", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: File(check),
    }
}

/// The bytes of a line, without its line feed, that Docker reads at most.
const MOST_BYTES: usize = 65_535;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let file = cx.document.file();
    let tail = file.tail();
    let ends = file.items().iter().skip(1).map(|next| next.start).chain([tail.start]);
    for (index, (item, end)) in file.items().iter().zip(ends).enumerate() {
        // Few are so long in all, and the others need not be visited.
        if end - item.start > MOST_BYTES {
            report(index, item.instruction.source(), out);
        }
    }
    if tail.len() > MOST_BYTES {
        report(file.items().len(), &cx.document.text().slice(tail), out);
    }
}

fn report(index: usize, source: &str, out: &mut Findings) {
    let mut start = 0;
    for line in source.split('\n') {
        if line.len() > MOST_BYTES {
            let place: Span = start..start + line.len();
            let message = format!("the line has {} bytes, and Docker reads {MOST_BYTES} at most", line.len());
            out.push_at(index, place, message);
        }
        start += line.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::found;

    #[test]
    fn one_byte_too_many_is_found_wherever_it_stands() {
        for (before, after) in [
            ("FROM a:1\nENV A=1 \\\n", "=2\n"),
            ("FROM a:1\n#", "\nUSER a\n"),
            ("FROM a:1\nUSER a\n#", ""),
            ("FROM a:1\nCOPY <<E /a\n", "\nE\n"),
        ] {
            let found = |bytes: usize| {
                let around = before.len() - before.rfind('\n').unwrap() - 1 + after.find('\n').unwrap_or(0);
                found(&OVERLONG_LINE, &format!("{before}{}{after}", "x".repeat(bytes - around))).len()
            };
            assert_eq!((found(MOST_BYTES), found(MOST_BYTES + 1)), (0, 1), "{before}");
        }
    }

    #[test]
    fn the_line_feed_does_not_count() {
        let long = "x".repeat(MOST_BYTES - "USER ".len());
        assert_eq!(found(&OVERLONG_LINE, &format!("FROM a:1\nUSER {long}\n")), [""; 0]);
        assert_eq!(found(&OVERLONG_LINE, &format!("FROM a:1\nUSER {long}x\n")).len(), 1);
    }
}
