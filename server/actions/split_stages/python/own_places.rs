//! Whether an environment can be put beside the Python of the image, with all that is installed in it.

use super::super::brought::Brought;
use super::super::subject::Subject;
use super::environment::PLACE;
use crate::path;

/// Whether nothing in the file is where an environment would be put, and nothing names the Python of the image or the folder
/// of its packages, which are others then.
pub(super) fn is_free(subject: &Subject<'_>) -> bool {
    const OTHERS: [&str; 2] = ["/usr/local/bin/python", "/usr/local/lib/python"];
    /// So many files are read.
    const MOST_FILES: usize = 600;
    let names_other = |text: &str| OTHERS.iter().any(|other| text.contains(other));
    let text = subject.cx.document.text().to_string();
    // Text of programs and settings, and what has no ending, as tables of jobs have none.
    let may_name = |file: &&Brought| {
        let ending = path::name(&file.path).rsplit_once('.').map_or("", |(_, ending)| ending);
        matches!(
            ending,
            "" | "bash"
                | "cfg"
                | "conf"
                | "cron"
                | "crontab"
                | "ini"
                | "py"
                | "service"
                | "sh"
                | "toml"
                | "yaml"
                | "yml"
        )
    };
    let read: Vec<&Brought> = subject.brought.iter().filter(may_name).collect();
    let is_other =
        |file: &&Brought| subject.cx.context.read(&file.path).is_some_and(|text| names_other(&text));
    !text.contains(PLACE) && !names_other(&text) && read.len() <= MOST_FILES && !read.iter().any(is_other)
}
