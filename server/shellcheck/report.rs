//! What `shellcheck --format=json1` prints, for scripts in files named by their numbers.

use std::sync::Arc;

use serde::Deserialize;

use crate::context::shell_check::{Answer, Comment, Level, Replacement};
use crate::syntax::Part;

#[derive(Deserialize)]
struct Report {
    comments: Vec<ReportedComment>,
}

#[derive(Deserialize)]
struct ReportedComment {
    file: String,
    #[serde(flatten)]
    place: Place,
    level: String,
    code: u16,
    message: Box<str>,
    fix: Option<ReportedFix>,
}

#[derive(Deserialize)]
struct ReportedFix {
    replacements: Vec<ReportedReplacement>,
}

#[derive(Deserialize)]
struct ReportedReplacement {
    #[serde(flatten)]
    place: Place,
    replacement: Box<str>,
}

/// Lines and columns count from 1; columns are characters, a tab being one.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// What is said of each script; `None` where that is no such report.
pub(super) fn read(said: &[u8], scripts: &[Arc<str>]) -> Option<Vec<Answer>> {
    let report: Report = serde_json::from_slice(said).ok()?;
    let mut answers: Vec<Vec<Comment>> = vec![Vec::new(); scripts.len()];
    for reported in report.comments {
        let index: usize = reported.file.parse().ok()?;
        let comment = comment(reported, scripts.get(index)?);
        answers.get_mut(index)?.extend(comment);
    }
    Some(answers.into_iter().map(Answer::from).collect())
}

/// A comment with its places in bytes; `None` where they are not in the script.
fn comment(reported: ReportedComment, script: &str) -> Option<Comment> {
    let replacement = |reported: ReportedReplacement| {
        Some(Replacement { part: part(script, reported.place)?, text: reported.replacement })
    };
    let replacements = reported.fix.map(|fix| fix.replacements).unwrap_or_default();
    Some(Comment {
        code: reported.code,
        level: match reported.level.as_str() {
            "error" => Level::Error,
            "warning" => Level::Warning,
            "info" => Level::Info,
            _ => Level::Style,
        },
        message: reported.message,
        part: part(script, reported.place)?,
        // All of them or none: half a fix is no fix.
        replacements: replacements.into_iter().map(replacement).collect::<Option<_>>().unwrap_or_default(),
    })
}

fn part(script: &str, place: Place) -> Option<Part> {
    let start = offset(script, place.line, place.column)?;
    let end = offset(script, place.end_line, place.end_column)?;
    Some(Part::new(start, end.max(start)))
}

fn offset(script: &str, line: usize, column: usize) -> Option<usize> {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(before) => script.match_indices('\n').nth(before)?.0 + 1,
    };
    let rest = script.get(start..)?;
    let within = rest.char_indices().nth(column.checked_sub(1)?).map_or(rest.len(), |(offset, _)| offset);
    Some(start + within)
}
