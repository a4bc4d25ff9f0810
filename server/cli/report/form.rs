//! The forms of a report: what is made of each file, and how all of it is printed.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::arguments::Format;
use crate::cli::report::{Checked, Summary, gitlab, json, lines, sarif, text};
use crate::document::Cx;

/// What is printed of one file.
pub(in crate::cli) enum Report {
    /// Text as it is.
    Text(String),
    /// A file of our own JSON.
    Json(json::FileReport),
    /// Parts of one JSON text.
    Values(Vec<Value>),
}

impl Report {
    /// The report of one file. `name` is the file as it was given.
    pub(in crate::cli) fn new(format: Format, name: String, cx: &Cx<'_>, findings: &[Checked]) -> Report {
        match format {
            Format::Text => Report::Text(text::findings(&name, cx, findings)),
            Format::Json => Report::Json(json::FileReport::new(name, cx, findings)),
            Format::Sarif => Report::Values(sarif::results(&name, cx, findings)),
            Format::Github => Report::Text(lines::github(&name, cx, findings)),
            Format::Gitlab => Report::Values(gitlab::issues(&name, cx, findings)),
            Format::Checkstyle => Report::Text(lines::checkstyle(&name, cx, findings)),
            Format::Gnu => Report::Text(lines::gnu(&name, cx, findings)),
        }
    }
}

/// Prints the reports of all files.
pub(in crate::cli) fn print(format: Format, reports: Vec<Report>, summary: &Summary) -> anyhow::Result<()> {
    let (mut texts, mut files, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for report in reports {
        match report {
            Report::Text(text) => texts.push(text),
            Report::Json(file) => files.push(file),
            Report::Values(more) => values.extend(more),
        }
    }
    let whole = match format {
        Format::Text => {
            let mut output = anstream::stdout().lock();
            texts.iter().try_for_each(|text| output.write_all(text.as_bytes()))?;
            return Ok(writeln!(output, "{}", text::summary(summary))?);
        }
        Format::Json => return json::print(files, summary),
        Format::Sarif => serde_json::to_string(&sarif::log(values))? + "\n",
        Format::Gitlab => serde_json::to_string(&values)? + "\n",
        Format::Github | Format::Gnu => texts.concat(),
        Format::Checkstyle => [lines::CHECKSTYLE.0, &texts.concat(), lines::CHECKSTYLE.1].concat(),
    };
    Ok(io::stdout().write_all(whole.as_bytes())?)
}
