//! `no-stage`

use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a file without FROM, or without anything but comments.
    ///
    /// ## Why is this bad?
    /// There is nothing to build: every image begins with FROM, be it `FROM scratch`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// ARG VERSION=12
    /// RUN apt-get update
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// ARG VERSION=12
    /// FROM debian:${VERSION}
    /// RUN apt-get update
    /// ```
    pub(crate) static NO_STAGE = {
        id: "no-stage", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: File(check),
    }
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let items = cx.document.file().items();
    // A line that cannot be read may have been meant as the FROM.
    let is_unread = |item: &Item| item.instruction.ast().kind == Kind::Unknown;
    if items.iter().any(|item| begins_stage(&item.instruction) || is_unread(item)) {
        return;
    }
    match items.iter().find(|item| item.instruction.ast().kind != Kind::Arg).or(items.first()) {
        Some(item) => {
            let index = items.iter().position(|other| std::ptr::eq(other, item)).unwrap_or_default();
            let place = item.instruction.place(item.instruction.ast().keyword);
            out.push_at(index, place, "no FROM begins a stage in this file");
        }
        None => {
            out.push_at(0, 0..0, "the file has no instructions");
        }
    }
}

#[cfg(test)]
mod tests {
    check_rule!(NO_STAGE);
    use super::*;

    #[test]
    fn the_first_instruction_that_needs_a_stage_is_marked() {
        check("ARG A\nRUN b\n^^^ no FROM begins a stage in this file\nCMD c\n");
        check("# a\nARG A\n^^^ no FROM begins a stage in this file\n");
    }

    #[test]
    fn a_file_without_instructions_is_marked_where_it_ends() {
        for source in ["", "\n", "# a\n", "# escape=`\n\n", "\u{feff}"] {
            let found = crate::fixture::found(&NO_STAGE, source);
            assert_eq!(found.len(), 1, "{source:?}");
            assert!(found[0].ends_with("the file has no instructions"), "{found:?}");
        }
    }

    #[test]
    fn a_stage_or_a_line_that_may_be_one_is_enough() {
        check_none("FROM a\n");
        check_none("ARG A\nFROM $A\nRUN b\n");
        check_none("FORM a\nRUN b\n");
        check_none("F\nRUN b\n");
    }
}
