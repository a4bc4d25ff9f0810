//! An ignore file as a document: its patterns with their places, and what their text alone has wrong.

use std::collections::HashMap;

use super::ignore::{IgnoreFile, Pattern, Problem};
use crate::path;
use crate::text::{Edit, Span};

/// An ignore file with the places of its patterns.
#[derive(Debug)]
pub(crate) struct Patterns {
    file: IgnoreFile,
    /// Every line without the blanks around it.
    lines: Vec<Span>,
    /// For each pattern what it, and what stands above it, has wrong.
    slips: Vec<Option<Slip>>,
}

/// What a pattern has wrong by its text and the text above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// It is the build context itself.
    Root,
    /// It lies outside of the build context.
    Outside,
    /// The line of this number, from 0, says the same, and nothing between takes it back.
    Repeated(usize),
    /// The line of this number, from 0, leaves out the folder that it lies in, and nothing between takes anything back.
    Covered(usize),
    /// It takes something back where nothing is ignored yet.
    Idle,
}

impl Patterns {
    /// Reads the text of an ignore file.
    pub(crate) fn new(text: &str) -> Patterns {
        let mut start = 0;
        let line = |line: &str| {
            let trimmed = line.trim_start_matches('\u{feff}').trim_start();
            let first = start + line.len() - trimmed.len();
            start += line.len() + 1;
            first..first + trimmed.trim_end().len()
        };
        let lines = text.split('\n').map(line).collect();
        let file = IgnoreFile::new(text);
        let slips = slips(file.patterns());
        Patterns { file, lines, slips }
    }

    /// What the build makes of the text.
    pub(crate) fn file(&self) -> &IgnoreFile {
        &self.file
    }

    /// The lines that the build fails of. Where there is one, nothing else of the file counts.
    pub(crate) fn problems(&self) -> &[Problem] {
        self.file.problems()
    }

    /// The patterns with their indexes and what is wrong with each; none where the build fails.
    pub(crate) fn judged(&self) -> impl Iterator<Item = (usize, &Pattern, Option<Slip>)> {
        let patterns = self.file.patterns().iter().filter(|_| self.problems().is_empty());
        patterns.zip(&self.slips).enumerate().map(|(index, (pattern, slip))| (index, pattern, *slip))
    }

    /// Every line without the blanks around it.
    pub(crate) fn lines(&self) -> &[Span] {
        &self.lines
    }

    /// The place of the pattern in a line, with its `!`.
    pub(crate) fn span(&self, line: usize) -> Span {
        self.lines.get(line).cloned().unwrap_or_default()
    }

    /// The pattern at a byte offset, and its index.
    pub(crate) fn at(&self, offset: usize) -> Option<(usize, &Pattern)> {
        let is_there = |pattern: &Pattern| {
            let span = self.span(pattern.line());
            (span.start..=span.end).contains(&offset)
        };
        self.file.patterns().iter().enumerate().find(|(_, pattern)| is_there(pattern))
    }

    /// The number of the line with a byte of a pattern.
    pub(crate) fn line_of(&self, offset: usize) -> Option<usize> {
        self.lines.iter().position(|line| (line.start..=line.end).contains(&offset))
    }

    /// The edit that takes a line out of the text that this was read from.
    pub(crate) fn removal(&self, text: &str, line: usize) -> Option<Edit> {
        let span = self.lines.get(line)?;
        let before = text.get(..span.start)?;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        // The mark at the head of a file stays.
        let start =
            if text.get(start..)?.starts_with('\u{feff}') { start + '\u{feff}'.len_utf8() } else { start };
        match text.get(span.end..)?.find('\n') {
            Some(newline) => Some(Edit::delete(start..span.end + newline + 1)),
            // The last line takes the line break before it along.
            None => {
                let before = text.get(..start)?;
                let before = before.strip_suffix('\n')?;
                Some(Edit::delete(before.strip_suffix('\r').unwrap_or(before).len()..text.len()))
            }
        }
    }
}

/// Whether a pattern is nothing but a path.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '[', ']', '\\', '^'])
}

fn slips(patterns: &[Pattern]) -> Vec<Option<Slip>> {
    let mut lines: HashMap<&str, usize> = HashMap::new();
    // What is left out with all that is in it.
    let mut folders: HashMap<&str, usize> = HashMap::new();
    let mut has_ignored = false;
    let mut was_exception = false;
    let mut slips = Vec::with_capacity(patterns.len());
    for pattern in patterns {
        let (text, is_exception) = (pattern.text(), pattern.is_exception());
        // What stands between with the other sign can make a repetition count.
        if is_exception != was_exception {
            lines.clear();
            folders.clear();
        }
        was_exception = is_exception;
        has_ignored |= !is_exception;
        let earlier = lines.insert(text, pattern.line());
        let above = || path::ancestry(text).filter(|folder| *folder != text);
        let covered = above().find_map(|folder| folders.get(folder).copied()).filter(|_| !is_exception);
        let folder = ["/**", "/*"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
        if is_plain(folder) && !is_exception {
            folders.entry(folder).or_insert(pattern.line());
        }
        slips.push(match (text, earlier) {
            ("." | "/", _) => Some(Slip::Root),
            _ if text == ".." || text.starts_with("../") => Some(Slip::Outside),
            (_, Some(earlier)) => Some(Slip::Repeated(earlier)),
            _ if covered.is_some() => covered.map(Slip::Covered),
            _ => (!has_ignored).then_some(Slip::Idle),
        });
    }
    slips
}
