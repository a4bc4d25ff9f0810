//! Frames: header lines, an empty line, a body of the stated length. Knows nothing of JSON.

use std::io::{self, BufRead, Read};

/// No header line is longer; what is longer is no header.
const LONGEST_LINE: u64 = 4096;

/// What came out of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A body was read.
    Body,
    /// A header without a usable length was skipped.
    Malformed,
    /// The input has ended.
    End,
}

/// Reads the next frame's body into `body`. A header without a length is skipped up to its empty line, so
/// that the next frame is found again.
pub(crate) fn read(input: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<Frame> {
    body.clear();
    let mut length = None;
    let mut line = Vec::new();
    let mut seen = false;
    loop {
        line.clear();
        if input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(Frame::End);
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            if seen {
                break;
            }
            continue;
        }
        seen = true;
        length = content_length(text).or(length);
    }
    let Some(length) = length else { return Ok(Frame::Malformed) };
    // Read as it comes: a wrong length cannot ask for memory that is not filled.
    let read = input.by_ref().take(length).read_to_end(body)?;
    Ok(if read as u64 == length { Frame::Body } else { Frame::End })
}

/// The length that a header line states. Header names know no case. What stands before the name is the rest of a
/// body whose length was wrong: bodies end without a line break, so the next header is found in their last line.
fn content_length(line: &[u8]) -> Option<u64> {
    const NAME: &[u8] = b"content-length";
    let colon = line.iter().rposition(|byte| *byte == b':')?;
    let (name, value) = (line.get(..colon)?.trim_ascii_end(), line.get(colon + 1..)?);
    let start = name.len().checked_sub(NAME.len())?;
    let is_length = name.get(start..)?.eq_ignore_ascii_case(NAME);
    is_length.then(|| std::str::from_utf8(value).ok()?.trim().parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut input: &[u8], expected: &[(Frame, &str)]) {
        let mut body = Vec::new();
        for (frame, text) in expected {
            assert_eq!(read(&mut input, &mut body).unwrap(), *frame);
            assert_eq!(String::from_utf8_lossy(&body), *text);
        }
    }

    #[test]
    fn header_names_know_no_case_and_other_headers_are_skipped() {
        let input = b"content-type: x\r\nX: 1\r\nY: 2\r\ncontent-LENGTH:  2 \r\n\r\n{}Content-Length: 1\n\n3";
        check(input, &[(Frame::Body, "{}"), (Frame::Body, "3"), (Frame::End, "")]);
    }

    #[test]
    fn a_header_without_a_length_does_not_spoil_the_next_frame() {
        let input = b"Content-Length: many\r\n\r\nContent-Length: 2\r\n\r\n{}";
        check(input, &[(Frame::Malformed, ""), (Frame::Body, "{}"), (Frame::End, "")]);
    }

    #[test]
    fn a_body_of_a_wrong_length_does_not_spoil_the_next_frame() {
        let input = b"Content-Length: x\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n{}";
        check(input, &[(Frame::Malformed, ""), (Frame::Body, "{}"), (Frame::End, "")]);
        let input = b"Content-Length: 3\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n{}";
        check(input, &[(Frame::Body, "{\"a"), (Frame::Body, "{}"), (Frame::End, "")]);
    }

    #[test]
    fn a_body_cut_short_is_the_end() {
        check(b"Content-Length: 99\r\n\r\n{}", &[(Frame::End, "{}")]);
    }
}
