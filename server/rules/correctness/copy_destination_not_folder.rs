//! `copy-destination-not-folder`

use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::syntax::trailing_comment::trailing_comment;
use crate::syntax::word::is_plain;

declare_rule! {
    /// ## What it does
    /// Finds a COPY or ADD of several sources to a destination that does not end in `/`.
    ///
    /// ## Why is this bad?
    /// Unless a folder is there already, each source is copied over the one before, and a file is left; the classic
    /// builder rejects it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// COPY package.json package-lock.json /app
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22.11
    /// COPY package.json package-lock.json /app/
    /// ```
    ///
    /// ## hadolint
    /// Where a flag lacks its value, as in `COPY --from build a b`, or that of a template has blanks, as in `--from={{ .Stage }}`, it takes that for a source; here the flag is named alone.
    /// `.` is a folder, as it is to BuildKit; hadolint wants `./`.
    pub(crate) static COPY_DESTINATION_NOT_FOLDER = {
        id: "copy-destination-not-folder", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3021"],
        check: Steps(has_several_sources, check),
        fix: Safe(fix),
    }
}

/// Flags that say nothing without a value.
const VALUED: [&str; 5] = ["checksum", "chmod", "chown", "exclude", "from"];

fn has_several_sources(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let (words, last) = match &ast.arguments {
        Arguments::Words(words) => (words.len(), words.last().map(|part| instruction.str(*part))),
        Arguments::Json(strings) => (strings.len(), strings.last().map(|string| &*string.value)),
        _ => return false,
    };
    let is_surely_folder = |last: &str| is_plain(last, instruction.escape()) && is_folder(last);
    // `--from build a b`: the value of the flag is taken for a source.
    let line = instruction.line().text();
    let is_cut = ast.flags.iter().any(|flag| {
        flag.value_part.is_none() && VALUED.contains(&flag.name_in(line)) || is_cut_placeholder(&flag.value)
    });
    // Words that are meant to be a comment are told as such.
    let is_commented = || trailing_comment(instruction).is_some();
    matches!(ast.kind, Kind::Add | Kind::Copy)
        && words > 2
        && !is_cut
        && !is_commented()
        && !last.is_some_and(is_surely_folder)
}

/// Whether a text is the beginning of what a template engine puts something else for, such as `{{ $stage }}`: the words behind it
/// belong to it.
fn is_cut_placeholder(text: &str) -> bool {
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>")]
        .iter()
        .any(|(open, close)| text.contains(open) && !text.contains(close))
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps {
        let (Some(item), Some(step)) = (file.item(*index), CopyStep::of(file, model, *index)) else {
            continue;
        };
        let (Some(word), Some(destination)) = (step.destination.as_ref(), step.target()) else {
            continue;
        };
        if !is_folder(destination) {
            let message = format!("several sources, and `{destination}` does not end in `/`");
            out.push_at(*index, item.instruction.place(word.part), message);
        }
    }
}

fn is_folder(destination: &str) -> bool {
    destination.ends_with(['/', '\\'])
        || matches!(destination.rsplit(['/', '\\']).next(), Some("" | "." | ".."))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let (file, model) = (cx.document.file(), cx.document.model());
        let item = file.item(finding.item)?;
        let part = CopyStep::of(file, model, finding.item)?.destination.as_ref()?.part;
        let text = item.instruction.str(part);
        let end = match text.ends_with(['"', '\'']) {
            true => finding.span.end.checked_sub(1)?,
            false => finding.span.end,
        };
        Some(Fix::new("Append a slash", Safety::Safe, vec![Edit::insert(end, "/")]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(COPY_DESTINATION_NOT_FOLDER);

    #[test]
    fn several_sources_need_a_folder() {
        check("FROM a:1\nCOPY b c /d\n       # ^^ several sources, and `/d` does not end in `/`\n");
        check(
            "FROM a:1\nADD [\"b\", \"c\", \"/d\"]\n             # ^^^^ several sources, and `/d` does not end in `/`\n",
        );
        check_none(
            "FROM a:1\nCOPY b c /d/\nCOPY b /d\nCOPY b c .\nCOPY b c ../\nCOPY b c $D\nENV E=/e/\nCOPY b c $E\n",
        );
    }

    #[test]
    fn the_value_that_a_flag_lacks_is_no_source() {
        check_none("FROM a:1 AS b\nCOPY --from b /c /d\n");
        check_none("FROM a:1 AS b\nCOPY --from={{ $b }} /c /d\nCOPY --chown=<%= b %> c /d\n");
        check(
            "FROM a:1 AS b\nCOPY --chown={{b}} c e /d\n                     # ^^ several sources, and `/d` does not end in `/`\n",
        );
        check_none("FROM a:1\nCOPY b /c || true\n");
        check_none("FROM a:1\nCOPY b c /d # as it is\n");
    }

    #[test]
    fn the_slash_goes_into_the_quotes() {
        check_fix("FROM a:1\nADD [\"b\", \"c\", \"/d\"]\n", "FROM a:1\nADD [\"b\", \"c\", \"/d/\"]\n");
        check_fix("FROM a:1\nARG D=d\nCOPY b c \"/$D\"\n", "FROM a:1\nARG D=d\nCOPY b c \"/$D/\"\n");
        check_fix("FROM a:1\nCOPY b <<E /d\nE\n", "FROM a:1\nCOPY b <<E /d/\nE\n");
    }
}
