//! `maintainer`

use crate::rules::prelude::*;
use crate::semantic::labels::labels;

declare_rule! {
    /// ## What it does
    /// Finds MAINTAINER.
    ///
    /// ## Why is this bad?
    /// It is deprecated: it sets a field of the image that few tools show, while a label is seen by all of them.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.20
    /// MAINTAINER Jane Doe <jane@example.com>
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM alpine:3.20
    /// LABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>"
    /// ```
    pub(crate) static MAINTAINER = {
        id: "maintainer", group: Style, severity: Warning, since: "0.1.0",
        also: ["MaintainerDeprecated", "DL4000"],
        changes: [Configuration],
        tag: Deprecated,
        check: Instruction(check),
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    if instruction.ast().kind == Kind::Maintainer {
        let message = "MAINTAINER is deprecated: a label names the author of an image";
        out.push(instruction.place(instruction.ast().keyword), message)
            .also(&["MaintainerDeprecated", "DL4000"]);
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let instruction = &item.instruction;
    let Arguments::Text(part) = instruction.ast().arguments else {
        return Vec::new();
    };
    if has_authors(cx, finding.item) {
        return Vec::new();
    }
    let keyword = instruction.str(instruction.ast().keyword);
    let label = if keyword.starts_with(|char: char| char.is_ascii_lowercase()) { "label" } else { "LABEL" };
    let value = quoted(unquoted(instruction.str(part)), instruction.escape());
    let text = format!("{label} {AUTHORS}={value}");
    let title = format!("Replace `{keyword}` by a label");
    let whole = item.absolute(instruction.place(instruction.ast().part()));
    vec![Fix::new(title, Safety::Safe, vec![Edit::replace(whole, text)])]
}

/// The label that takes the place of MAINTAINER.
const AUTHORS: &str = "org.opencontainers.image.authors";

/// Whether a LABEL of the stage of an instruction names the authors: of two the later counts.
fn has_authors(cx: &Cx<'_>, item: usize) -> bool {
    let stage = cx.document.model().stage_at(item).map_or(0..0, |stage| stage.items.clone());
    let mut labels = stage.filter_map(|index| cx.document.file().instruction(index)).flat_map(labels);
    labels.any(|label| label.key.as_deref() == Some(AUTHORS))
}

/// The text without quotes around all of it: MAINTAINER takes them as a part of the name, which is never meant.
fn unquoted(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    let inner =
        ['"', '\''].into_iter().find_map(|quote| inside(quote).filter(|inner| !inner.contains(quote)));
    inner.unwrap_or(text)
}

/// The text in double quotes, so that LABEL takes every character as it is.
fn quoted(text: &str, escape: char) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        if char == '"' || char == '$' || char == escape {
            quoted.push(escape);
        }
        quoted.push(char);
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MAINTAINER);

    #[test]
    fn authors_that_are_named_already_stay() {
        check_no_fix("FROM a:1\nMAINTAINER b\nLABEL \"org.opencontainers.image.authors\"=c\n");
    }

    #[test]
    fn it_is_found_in_any_case() {
        check(
            "FROM a:1\nmaintainer b\n^^^^^^^^^^ MAINTAINER is deprecated: a label names the author of an image\n",
        );
    }

    #[test]
    fn the_name_is_kept() {
        let label = "FROM a:1\nLABEL org.opencontainers.image.authors=";
        for (before, after) in [
            ("A \"B\" $C \\ 'd'", "\"A \\\"B\\\" \\$C \\\\ 'd'\""),
            ("\"A <a@b>\"", "\"A <a@b>\""),
            ("'A'", "\"A\""),
            ("\"A\" and \"B\"", "\"\\\"A\\\" and \\\"B\\\"\""),
        ] {
            check_fix(&format!("FROM a:1\nMAINTAINER {before}\n"), &format!("{label}{after}\n"));
        }
        check_fix(
            "# escape=`\nFROM a:1\nmaintainer A\\`$\n",
            "# escape=`\nFROM a:1\nlabel org.opencontainers.image.authors=\"A\\```$\"\n",
        );
    }

    #[test]
    fn a_comment_inside_is_not_lost() {
        check_no_fix("FROM a:1\nMAINTAINER A \\\n# who?\n  B\n");
    }
}
