//! `merge-run`: RUN instructions that follow each other become one.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::Fix;
use crate::rules::merge::{Sees, merge};
use crate::text::Edit;

pub(super) static MERGE_RUN: Action = Action {
    id: "merge-run",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Merge a `RUN` with the ones beside it",
    is_local: false,
    changes: &[],
    keeps: Meaning::Commands,
    find,
};

/// So many become one at once: each is compared with all before it.
const MOST_MERGED: usize = 40;

fn find(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let seam = |from: usize, second: usize| merge(cx.document, second, Sees::All(from));
    let first = place.index();
    if place.items.clone().count() > MOST_MERGED {
        return Vec::new();
    }
    if place.items.end() > &first {
        let all: Option<Vec<Edit>> = place.items.clone().skip(1).map(|second| seam(first, second)).collect();
        let title = format!("Merge {} `RUN` instructions", place.items.clone().count());
        return all.map(|edits| rewriting(title, edits)).into_iter().collect();
    }
    let beside = [(first, "above"), (first + 1, "below")].into_iter();
    let candidate = |(second, side): (usize, &str)| {
        let title = format!("Merge with the `RUN` {side}");
        Some(rewriting(title, vec![seam(second.checked_sub(1)?, second)?]))
    };
    beside.filter_map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_none, rewritten};
    use super::*;

    #[test]
    fn a_run_goes_to_the_one_above_or_below() {
        let title = check(
            &MERGE_RUN,
            "FROM a\nRUN b && c\n# d\nRU$0N e\n",
            "FROM a\nRUN b && c \\\n    # d\n    && e\n",
        );
        assert_eq!(title, "Merge with the `RUN` above");
        let title = check(&MERGE_RUN, "FROM a\nRUN b$0\nRUN c\n", "FROM a\nRUN b \\\n    && c\n");
        assert_eq!(title, "Merge with the `RUN` below");
    }

    #[test]
    fn a_selection_becomes_one() {
        let title = check(
            &MERGE_RUN,
            "FROM a\nRUN $0b\nRUN c\nRUN d$0\nRUN e\n",
            "FROM a\nRUN b \\\n    && c \\\n    && d\nRUN e\n",
        );
        assert_eq!(title, "Merge 3 `RUN` instructions");
        check_none(&MERGE_RUN, "FROM a\nRUN $0b\nUSER c\nRUN d$0\n");
    }

    #[test]
    fn what_is_not_the_same_afterwards_stays_apart() {
        check_none(&MERGE_RUN, "FROM a\nRUN cd b\nRUN $0c\n");
        check_none(&MERGE_RUN, "FROM a\nRUN --network=none b\nRUN $0c\n");
        check_none(&MERGE_RUN, "FROM a\nSHELL [\"cmd\"]\nRUN b\nRUN $0c\n");
        check_none(&MERGE_RUN, "FROM a\nRUN b\nRUN $0[\"c\"]\n");
        check_none(&MERGE_RUN, "FROM a\nRUN b\n# $0 x\nRUN c\n");
    }

    /// Two RUN instructions that no merge is offered for.
    fn apart(setting: &str, first: &str, second: &str) {
        let source = format!("FROM debian:12\n{setting}RUN $0{first}\nRUN {second}\n");
        assert_eq!(rewritten(&MERGE_RUN, &source), [], "{first} | {second}");
    }

    /// Two RUN instructions that are merged.
    fn merged(first: &str, second: &str) {
        check(
            &MERGE_RUN,
            &format!("FROM debian:12\nRUN $0{first}\nRUN {second}\n"),
            &format!("FROM debian:12\nRUN {first} \\\n    && {second}\n"),
        );
    }

    #[test]
    fn what_the_second_would_see_of_the_shell_of_the_first_keeps_them_apart() {
        for first in [
            ": ${FOO:=b}",
            "command cd /b",
            "command umask 077",
            "builtin cd /b",
            "command . ./b",
            "$X /b",
            "`echo cd` /b",
            "${X} install",
            "if b; then return 0; fi",
            "for f in b; do exit; done",
            "case b in b) exit 0;; esac",
            "{ return; }",
            "if b; then cd /c; fi",
            "A=1 :",
            "{ f() { b; }; }",
            "shift",
            "time -p cd /b",
        ] {
            apart("", first, "c");
        }
        let bash = "SHELL [\"/bin/bash\", \"-c\"]\n";
        for first in ["typeset T=1", "let N=4", "printf -v M b", "mapfile A < b", "read A", "(( K = 3 ))"] {
            apart(bash, first, "c");
        }
        apart(bash, "[[ abc =~ a(.)c ]]", "echo ${BASH_REMATCH[1]}");
        apart(bash, "b", "echo $_");
    }

    #[test]
    fn a_variable_matters_where_it_is_read() {
        for (first, reads) in [
            ("for f in b c; do d $f; done", "echo $f"),
            (": ${foo:=b}", "echo ${foo-}"),
            ("echo $((x = 5))", "echo $x"),
            ("read f", "echo $f"),
            ("while getopts ab o; do b; done", "echo $o"),
            ("for f in b; do c; done", "eval \"$D\""),
            ("for f in b; do c; done", ". ./d"),
        ] {
            apart("", first, reads);
        }
        merged("for f in b c; do d $f; done", "e");
        merged("if b; then exit 1; fi", "c");
        merged("(cd b && exit 0)", "c");
        merged("\"$B/bin/c\" d", "e");
        apart("ENV f=1\n", "for f in b; do c; done", "d");
        apart("", "for PATH in b; do c; done", "d");
        // It is read further below.
        check_none(&MERGE_RUN, "FROM a\nRUN $0for f in b; do c; done\nRUN d\nRUN e $f$0\n");
    }

    #[test]
    fn what_each_run_has_of_its_own_keeps_them_apart() {
        for flag in [
            "--mount=type=tmpfs,target=/t",
            "--mount=target=/t,rw",
            "--mount=type=bind,target=/t,readwrite=true",
        ] {
            apart("", &format!("{flag} b"), &format!("{flag} c"));
        }
        let source = "FROM a\nRUN $0--mount=target=/t b\nRUN --mount=target=/t c\n";
        check(&MERGE_RUN, source, "FROM a\nRUN --mount=target=/t b \\\n    && c\n");
        for first in ["echo b >/dev/shm/x", "echo b >>/etc/hosts", "mount -t tmpfs none /b"] {
            apart("", first, "c");
        }
        merged("b >/dev/null", "c");
    }

    #[test]
    fn what_goes_on_in_the_background_keeps_them_apart() {
        for first in [
            "{ b & }",
            "(b &)",
            "for f in b; do c & done",
            "sh -c 'b & c'",
            "service b start",
            "b > >(tee c)",
        ] {
            apart("SHELL [\"/bin/bash\", \"-c\"]\n", first, "d");
        }
        merged("curl 'http://b/?c=d&e=f' 2>&1", "g");
    }

    #[test]
    fn a_program_that_the_shell_has_found_before_keeps_them_apart() {
        apart("", "pip install -U pip", "pip install b");
        apart("", "npm install -g npm@10", "npm ci");
        apart("", "tool && cp tool2 /usr/local/bin/tool", "tool");
        apart("", "node -v && n 18", "node -v");
        merged("pip install b", "pip install c");
        merged("apt-get update", "apt-get install -y b");
        merged("mkdir b && ./c", "mkdir d");
        merged("pip install b && npm install c", "pip install d");
        merged("n 18", "node -v");
        merged("b c", "b d");
    }

    #[test]
    fn what_the_next_shell_reads_when_it_begins_keeps_them_apart() {
        check_none(&MERGE_RUN, "FROM a\nENV BASH_ENV=/e\nRUN echo b >> /e$0\nRUN c\n");
        check_none(&MERGE_RUN, "FROM a\nENV BASH_ENV=/e\nRUN echo b >> \"$BASH_ENV\"$0\nRUN c\n");
        let login = "FROM a\nSHELL [\"bash\", \"--login\", \"-c\"]\n";
        check_none(&MERGE_RUN, &format!("{login}RUN echo b >> ~/.bashrc$0\nRUN c\n"));
        let before = "FROM a\nRUN echo b >> ~/.bashrc";
        check(&MERGE_RUN, &format!("{before}$0\nRUN c\n"), &format!("{before} \\\n    && c\n"));
    }

    #[test]
    fn a_section_begins_with_a_step_of_its_own() {
        check_none(&MERGE_RUN, "FROM a\nRUN b$0\n\n# -------\n# Part 2\n# -------\nRUN c\n");
    }

    #[test]
    fn what_stops_at_errors_inside_of_a_command_keeps_them_apart() {
        let bash = "SHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\n";
        apart(bash, "for f in b; do c; d; done", "e");
        apart(bash, "b && (c; d)", "e");
        let source = format!("FROM a\n{bash}RUN $0b | c\nRUN (d; e)\n");
        check(&MERGE_RUN, &source, &format!("FROM a\n{bash}RUN b | c \\\n    && (d; e)\n"));
    }
}
