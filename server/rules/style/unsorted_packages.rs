//! `unsorted-packages`

use std::cmp::Ordering;

use crate::rules::prelude::*;
use crate::semantic::package_names::{compare, names, text};
use crate::syntax::shell::Word;

declare_rule! {
    /// ## What it does
    /// Finds packages of apt-get, apk, dnf, yum, zypper and pacman that stand on lines of their own and not in the order of
    /// the alphabet.
    ///
    /// ## Why is this bad?
    /// In a sorted list one sees whether a package is there, nobody adds it twice, and two people who add one each seldom
    /// change the same line.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends \
    ///     git \
    ///     curl \
    ///     ca-certificates \
    ///     && rm -rf /var/lib/apt/lists/*
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// RUN apt-get update && apt-get install -y --no-install-recommends \
    ///     ca-certificates \
    ///     curl \
    ///     git \
    ///     && rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ## Silent
    /// At a list with a comment in it, which says something of its neighbours; at one with a variable, an option or a
    /// file between the packages; and at several packages in one line.
    ///
    /// ## Fix safety
    /// The packages change places, and nothing else: blanks, line breaks and continuations stay where they are.
    ///
    /// ## References
    /// - <https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments>
    pub(crate) static UNSORTED_PACKAGES = {
        id: "unsorted-packages", group: Style, severity: Hint, since: "0.1.0",
        also: [],
        default_on: false,
        check: Run(check),
        fix: Safe(fix),
    }
}

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    for package in &facts.packages {
        let list = list(package, instruction, facts);
        let is_after = |pair: &&[&Word]| match pair {
            [first, second] => compare(first, second) == Ordering::Greater,
            _ => false,
        };
        if let Some([first, second]) = list.windows(2).find(is_after) {
            let name = |word: &Word| format!("`{}`", shown(text(word)));
            let message = format!("{} comes after {} here", name(second), name(first));
            out.push(facts.script.place(second.part), message);
        }
    }
}

/// The packages of a command, where they are a list of lines that can be sorted; none otherwise.
fn list<'a>(package: &PackageCommand, instruction: &Instruction, facts: &'a Facts) -> Vec<&'a Word> {
    let script = &facts.script;
    let list = names(package, script);
    let places = list.iter().map(|word| script.place(word.part));
    let mut gaps = places.clone().zip(places.skip(1)).map(|(before, after)| before.end..after.start);
    let is_line_break = |gap: std::ops::Range<usize>| {
        let gap = instruction.source().get(gap).unwrap_or_default();
        gap.contains('\n') && !gap.contains('#')
    };
    if gaps.all(is_line_break) { list } else { Vec::new() }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edits = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let lists = facts.packages.iter().map(|package| list(package, &item.instruction, facts));
        let place = |word: &Word| item.absolute(facts.script.place(word.part));
        let list = { lists }.find(|list| list.iter().any(|word| place(word) == finding.span))?;
        let mut sorted = list.clone();
        sorted.sort_by(|left, right| compare(left, right));
        let moved = list.iter().zip(sorted).filter(|(old, new)| old.part != new.part);
        Some(moved.map(|(old, new)| Edit::replace(place(old), facts.script.str(new.part))).collect())
    };
    edits().map(|edits| Fix::new("Sort the packages", Safety::Safe, edits)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNSORTED_PACKAGES);

    #[test]
    fn a_list_of_lines_is_looked_at() {
        check(
            "FROM a\nRUN apk add \\\n  b \\\n  a \\\n  c\n"
                .replace("  a \\\n", "  a \\\n# ^ `a` comes after `b` here\n")
                .as_str(),
        );
        check_none("FROM a\nRUN apk add \\\n  a=2 \\\n  B \\\n  c\n");
    }

    #[test]
    fn other_lists_are_left_alone() {
        for packages in [
            "b a",
            "\\\n b a",
            "\\\n b \\\n# why\n a",
            "\\\n $B \\\n a",
            "\\\n b \\\n --no-cache \\\n a",
            "\\\n b \\\n ./a.apk",
        ] {
            check_none(&format!("FROM a\nRUN apk add {packages}\n"));
        }
        check_none("FROM a\nRUN pip install \\\n b \\\n a\n");
        check_none("FROM a\nRUN apk del \\\n b \\\n a\n");
    }

    #[test]
    fn only_the_packages_change_places() {
        check_fix(
            "FROM a\nRUN apt-get update && \\\n  # fetch\n  apt-get install -y \\\n\tgit  \\\n\t\"curl\" \\\n\n  zlib=1; \\\n  b\n",
            "FROM a\nRUN apt-get update && \\\n  # fetch\n  apt-get install -y \\\n\t\"curl\"  \\\n\tgit \\\n\n  zlib=1; \\\n  b\n",
        );
        check_fix(
            "FROM a\nRUN <<E\napk add \\\n  b \\\n  a\nE\n",
            "FROM a\nRUN <<E\napk add \\\n  a \\\n  b\nE\n",
        );
    }
}
