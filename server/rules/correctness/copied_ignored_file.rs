//! `copied-ignored-file`

use crate::context::view::View;
use crate::fix::FileEdit;
use crate::path;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep, CopyWord, is_copy};

declare_rule! {
    /// ## What it does
    /// Finds a file or folder that COPY or ADD names and that the ignore file of the build leaves out.
    ///
    /// ## Why is this bad?
    /// The build does not get it: the step fails, or copies nothing.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- .dockerignore
    /// config
    /// #- config/app.ini
    /// #- Dockerfile
    /// FROM alpine:3.20
    /// COPY config/app.ini /etc/
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// #- .dockerignore
    /// config
    /// !config/app.ini
    /// #- config/app.ini
    /// #- Dockerfile
    /// FROM alpine:3.20
    /// COPY config/app.ini /etc/
    /// ```
    ///
    /// ## Silent
    /// Where the ignore file takes anything back with `!`, as BuildKit is.
    pub(crate) static COPIED_IGNORED_FILE = {
        id: "copied-ignored-file", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["CopyIgnoredFile"],
        check: ContextEach(is_copy, check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let Some((ignore_path, _)) = cx.context.ignore_file() else {
        return;
    };
    let view = View::new(cx.context);
    if view.has_exceptions() {
        return;
    }
    let file = cx.document.file();
    for (index, item) in steps.iter().filter_map(|index| Some((*index, file.item(*index)?))) {
        for (word, source) in sources(cx, index) {
            let is_root = path::in_context(&source).is_empty();
            if view.is_ignored(&source) || is_root && view.ignores_everything() {
                let message = format!("`{ignore_path}` leaves `{source}` out of the build");
                out.push_at(index, item.instruction.place(word.part), message);
            }
        }
    }
}

/// What an instruction copies out of the build context, where it is known.
fn sources(cx: &Cx<'_>, index: usize) -> Vec<(CopyWord, String)> {
    let step = CopyStep::of(cx.document.file(), cx.document.model(), index);
    let Some(step) = step.filter(|step| step.from == CopyFrom::Context) else {
        return Vec::new();
    };
    let is_fetched = |source: &str| source.contains("://") || source.starts_with("git@");
    let known = step.sources.iter().filter_map(|word| Some((word.clone(), word.value.clone()?)));
    known.filter(|(_, source)| !source.is_empty() && !is_fetched(source)).collect()
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let here =
            |(word, _): &(CopyWord, String)| item.absolute(item.instruction.place(word.part)) == finding.span;
        let (_, source) = sources(cx, finding.item).into_iter().find(here)?;
        let source = path::in_context(&source);
        let (ignore_path, text) = cx.context.ignore_file()?;
        let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '.' | '_' | '-' | '/' | '+');
        if source.is_empty() || !source.chars().all(is_plain) {
            return None;
        }
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { newline };
        let edit = Edit::insert(text.len(), format!("{gap}!{source}{newline}"));
        let title = format!("Take `{source}` back in `{ignore_path}`");
        let file = FileEdit { path: ignore_path, create: false, edits: vec![edit] };
        Some(Fix { files: vec![file], ..Fix::new(title, Safety::Suggested, Vec::new()) })
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(COPIED_IGNORED_FILE);

    #[test]
    fn what_is_left_out_is_found() {
        check(
            "
#- .dockerignore
a
*.log
#- Dockerfile
FROM x:1
COPY b ./a/c /d/
     # ^^^^^ `.dockerignore` leaves `./a/c` out of the build
ADD x.log https://x/a /d/
  # ^^^^^ `.dockerignore` leaves `x.log` out of the build
",
        );
        check(
            "#- .dockerignore\n*\n#- Dockerfile\nFROM x:1\nCOPY . /\n   # ^ `.dockerignore` leaves `.` out of the build\n",
        );
    }

    #[test]
    fn other_sources_are_left() {
        check_none(
            "#- .dockerignore\na\n#- Dockerfile\nFROM x:1\nCOPY --from=y a /b\nCOPY <<a . /b\na\nCOPY $a /b\n",
        );
        check_none("#- .dockerignore\na\n!b\n#- Dockerfile\nFROM x:1\nCOPY a /b\n");
        check_none("#- a\n#- Dockerfile\nFROM x:1\nCOPY a /b\n");
    }

    #[test]
    fn the_line_before_is_ended() {
        let fix = check_fix(
            "#- .dockerignore\na\n#- Dockerfile\nFROM x:1\nCOPY a /b\n",
            "#- .dockerignore\na\n!a\n#- Dockerfile\nFROM x:1\nCOPY a /b\n",
        );
        assert_eq!(fix.files.len(), 1);
        check_no_fix("#- .dockerignore\n*\n#- Dockerfile\nFROM x:1\nCOPY . /\n");
    }
}
