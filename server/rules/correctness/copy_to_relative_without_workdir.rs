//! `copy-to-relative-without-workdir`

use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::syntax::word::{Value, is_plain};

declare_rule! {
    /// ## What it does
    /// Finds a COPY or ADD to a relative destination in a stage that has no WORKDIR, on an image whose folder the file
    /// does not say. The first one of a stage is named.
    ///
    /// ## Why is this bad?
    /// The destination counts from the folder of the base image, which the next version of that image may change.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// COPY server.js app/
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM node:22.11
    /// WORKDIR /srv
    /// COPY server.js app/
    /// ```
    ///
    /// ## Severity
    /// A hint, where nothing is known of the base image: it may be the author's own, made for it.
    ///
    /// ## hadolint
    /// The first one of a stage is named, not all of them, and ADD as well as COPY. `scratch` has the folder `/`, which
    /// nobody can change.
    pub(crate) static COPY_TO_RELATIVE_WITHOUT_WORKDIR = {
        id: "copy-to-relative-without-workdir", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3045"],
        check: Steps(copies, check),
    }
}

fn copies(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let destination = match &ast.arguments {
        // One alone has no destination.
        Arguments::Words(words) => {
            words.last().filter(|_| words.len() > 1).map(|part| instruction.str(*part))
        }
        Arguments::Json(strings) => strings.last().filter(|_| strings.len() > 1).map(|string| &*string.value),
        _ => None,
    };
    matches!(ast.kind, Kind::Add | Kind::Copy)
        && destination.is_some_and(|path| !path.starts_with('/') || !is_plain(path, instruction.escape()))
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut named = None;
    for index in steps {
        let stage = model.stage_at(*index).map(|stage| stage.index);
        // One WORKDIR above the first mends them all.
        if named.is_some() && named == stage {
            continue;
        }
        let Some(environment) = model.environment_at(*index) else {
            continue;
        };
        if environment.has_workdir || environment.workdir != Value::Unset {
            continue;
        }
        let (Some(item), Some(step)) = (file.item(*index), CopyStep::of(file, model, *index)) else {
            continue;
        };
        let (Some(word), Some(path)) = (step.destination.as_ref(), step.target()) else {
            continue;
        };
        // A drive is a place of its own on Windows.
        let has_drive = path.get(1..2) == Some(":");
        if !path.starts_with(['/', '\\']) && !has_drive && !path.is_empty() {
            let message = format!("`{path}` counts from the folder of the base image, which may change");
            // hadolint does not look at ADD.
            let codes: &[&str] = if item.kind == Kind::Copy { &["DL3045"] } else { &[] };
            let pushed = out.push_at(*index, item.instruction.place(word.part), message).also(codes);
            if model.base_image(*index).is_none() {
                pushed.severity(Severity::Hint);
            }
            named = stage;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(COPY_TO_RELATIVE_WITHOUT_WORKDIR);

    #[test]
    fn relative_destinations_are_found() {
        check(
            "FROM a:1 AS a\nFROM a\nCOPY --from=a /b c\n               # ^ `c` counts from the folder of the base image, which may change\n",
        );
    }

    #[test]
    fn an_image_of_which_nothing_is_known_may_be_made_for_it() {
        assert_eq!(severities("FROM a:1\nCOPY b c\n"), [Severity::Hint]);
        assert_eq!(severities("FROM node:22\nCOPY b c\n"), [Severity::Warning]);
    }

    #[test]
    fn a_folder_of_the_file_will_do() {
        check_none(
            "FROM a:1 AS a\nWORKDIR /x\nFROM a\nCOPY b c\nFROM scratch\nCOPY b c\nFROM a:1\nCOPY b $D\nCOPY b /c\n",
        );
        check_none("# escape=`\nFROM a:1\nCOPY b C:\\c\n");
    }
}
