//! `add-instead-of-copy`

use crate::context::path;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;

declare_rule! {
    /// ## What it does
    /// Finds an ADD of plain files and folders of the build context.
    ///
    /// ## Why is this bad?
    /// ADD unpacks archives and fetches URLs. Where neither is meant, COPY says so, and a file that is one day replaced by an
    /// archive is not unpacked by surprise.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// ADD server.js /srv/
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22.11
    /// COPY server.js /srv/
    /// ```
    ///
    /// ## Silent
    /// Where a source is an archive, a URL or a git repository by its name, or is not known: a variable without a value, or
    /// a wildcard that may find archives.
    ///
    /// ## Fix safety
    /// Safe where every source is written out and its name has an extension that no archive has. BuildKit looks at what is in
    /// a file, so that one without an extension may be an archive all the same: there the fix is a suggestion.
    ///
    /// ## hadolint
    /// A source in a variable may be a URL or an archive and is left alone, unless its value is known.
    pub(crate) static ADD_INSTEAD_OF_COPY = {
        id: "add-instead-of-copy", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3020"],
        check: Steps(is_add, check),
        fix: Safe(fix),
    }
}

/// Endings of archives, packed or not, and of packed files.
const ARCHIVES: [&str; 18] = [
    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz",
    ".txz", ".tzst", ".xz", ".zst", ".tar.sz",
];

/// Beginnings of what is fetched.
const REMOTE: [&str; 6] = ["http://", "https://", "git://", "git@", "ssh://", "github.com/"];

fn is_add(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Add
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps {
        let Some(item) = cx.document.file().items().get(*index) else {
            continue;
        };
        let (instruction, ast) = (&item.instruction, item.instruction.ast());
        let line = instruction.line().text();
        // These flags are of no use but for what is fetched or unpacked.
        let is_special =
            ["checksum", "keep-git-dir", "unpack"].iter().any(|name| ast.flag(line, name).is_some());
        let sources = CopyStep::of(cx.document.file(), cx.document.model(), *index);
        let Some(step) = sources.filter(|step| !is_special && step.destination.is_some()) else {
            continue;
        };
        let is_plain = |value: Option<&str>| value.is_some_and(is_plain);
        let has_any = step.has_heredocs || !step.sources.is_empty();
        if has_any && step.sources.iter().all(|source| is_plain(source.value.as_deref())) {
            let message = "ADD of plain files does what COPY does";
            out.push_at(*index, instruction.place(ast.keyword), message);
        }
    }
}

/// Whether a source is a file or folder of the context that is no archive, as far as its name tells.
fn is_plain(source: &str) -> bool {
    // What stands for any letters in an ending can make it one of these.
    let ending = source.rsplit(['/', '.']).next().unwrap_or_default();
    let is_archive =
        ending.contains(['*', '?', '[', ']']) || ARCHIVES.iter().any(|end| ends_with(source, end));
    let is_remote = REMOTE.iter().any(|beginning| source.starts_with(beginning))
        || source.ends_with(".git")
        || source.contains(".git#");
    !is_archive && !is_remote
}

/// As `str::ends_with`, in any case: BuildKit looks into the file, and not at its name.
fn ends_with(source: &str, end: &str) -> bool {
    let start = source.len().checked_sub(end.len());
    start.and_then(|start| source.get(start..)).is_some_and(|found| found.eq_ignore_ascii_case(end))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let sources = CopyStep::of(cx.document.file(), cx.document.model(), finding.item);
    let item = cx.document.file().items().get(finding.item);
    let Some((item, step)) = item.zip(sources) else {
        return Vec::new();
    };
    let is_literal = |part: Part| {
        let written = item.instruction.str(part).trim_matches(['"', '\'', '/']);
        let name = path::name(written);
        !written.contains('$') && name.trim_start_matches('.').contains('.')
    };
    let is_safe = step.sources.iter().all(|source| is_literal(source.part));
    let safety = if is_safe { Safety::Safe } else { Safety::Suggested };
    let keyword = item.instruction.str(item.instruction.ast().keyword);
    let copy = if keyword == keyword.to_ascii_lowercase() { "copy" } else { "COPY" };
    vec![Fix::new("Change to COPY", safety, vec![Edit::replace(finding.span.clone(), copy)])]
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(ADD_INSTEAD_OF_COPY);

    #[test]
    fn plain_files_are_found() {
        check(
            "
FROM a
ARG B=c.txt
ADD $B d/ *.js /e/
^^^ ADD of plain files does what COPY does
ADD <<E /f
^^^ ADD of plain files does what COPY does
E
",
        );
    }

    #[test]
    fn what_only_add_can_do_is_silent() {
        check_none("FROM a\nADD b.TAR.GZ c.Tgz /d/\n");
        check_none("FROM a\nARG B=c.tar.gz\nADD $B /d\nADD $E /d\nADD f.tgz g.txt /d/\n");
        check_none("FROM a\nADD https://b/c /d\nADD git@b:c.git /d\nADD https://b/c.git#v1 /d\n");
        check_none(
            "FROM a\nADD b* /c/\nADD b-*.t?z /c/\nADD *.[gt]z /c/\nADD --unpack=true b.txt /c\nADD b\nCOPY b /c\n",
        );
    }

    #[test]
    fn a_name_without_an_extension_may_be_an_archive() {
        let safety = |before, after| check_fix(before, after).safety;
        assert_eq!(
            safety("FROM a\nadd [\"b.c\", \"/d\"]\n", "FROM a\ncopy [\"b.c\", \"/d\"]\n"),
            Safety::Safe
        );
        assert_eq!(safety("FROM a\nADD b /d\n", "FROM a\nCOPY b /d\n"), Safety::Suggested);
        assert_eq!(safety("FROM a\nADD .b /d\n", "FROM a\nCOPY .b /d\n"), Safety::Suggested);
        let (before, after) = ("FROM a\nARG B=b.c\nADD $B /d\n", "FROM a\nARG B=b.c\nCOPY $B /d\n");
        assert_eq!(safety(before, after), Safety::Suggested);
    }
}
