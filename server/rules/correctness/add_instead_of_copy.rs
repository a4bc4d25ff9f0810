//! `add-instead-of-copy`

use crate::context::Lookup;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::path;
use crate::rules::prelude::*;
use crate::semantic::added;
use crate::semantic::copies::{CopyStep, CopyWord};

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
    /// BuildKit looks at what is in a file, and not at its name: `rootfs-12.5` may be an archive. Safe where every source is
    /// the context itself, has an extension that no archive has (`.js`, `.conf`), or is a folder or a text in the build
    /// context; otherwise the fix is a suggestion.
    ///
    /// ## hadolint
    /// A source in a variable may be a URL or an archive and is left alone, unless its value is known. So is a `.apk`,
    /// `.crate`, `.gem` or `.ova`, which are archives that ADD unpacks.
    pub(crate) static ADD_INSTEAD_OF_COPY = {
        id: "add-instead-of-copy", group: Correctness, severity: Warning, since: "0.1.0",
        also: ["DL3020"],
        check: Steps(is_add, check),
        fix: Safe(fix),
    }
}

/// Beginnings of what is fetched.
const REMOTE: [&str; 6] = ["http://", "https://", "git://", "git@", "ssh://", "github.com/"];

fn is_add(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Add
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps {
        let Some(item) = cx.document.file().item(*index) else {
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

/// Whether a source is a file or folder of the context that is no archive, judging by its name.
fn is_plain(source: &str) -> bool {
    let is_remote = REMOTE.iter().any(|beginning| source.starts_with(beginning))
        || source.ends_with(".git")
        || source.contains(".git#");
    !added::may_be_called_archive(source) && !is_remote
}

/// Whether a source surely is no archive: by its extension, or by what is in the context.
fn is_surely_plain(source: &str, view: Option<&View<'_>>, cx: &Cx<'_>) -> bool {
    let place = path::in_context(source);
    let is_plain_there = |found: &String| match cx.context.entry(found) {
        Lookup::Folder => true,
        Lookup::File(_) => added::is_no_archive(found, cx.context),
        Lookup::Absent | Lookup::Unknown => false,
    };
    let has_wildcard = place.contains(['*', '?', '[']);
    place.is_empty()
        || added::is_called_as_plain_files_are(&place)
        // What a wildcard finds today is not all it may find.
        || !has_wildcard
            && view.is_some_and(|view| match view.resolve(source) {
                Sources::Found(found) => found.iter().all(is_plain_there),
                Sources::Missing | Sources::IgnoredAll | Sources::Unknown => false,
            })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let sources = CopyStep::of(cx.document.file(), cx.document.model(), finding.item);
    let item = cx.document.file().item(finding.item);
    let Some((item, step)) = item.zip(sources) else {
        return Vec::new();
    };
    let view = View::new(cx.context);
    let names = step.sources.iter().filter_map(|source| source.value.as_deref());
    let view = view.is_trustworthy(names).then_some(view);
    let is_sure = |source: &CopyWord| {
        // Another build may give the variable another value.
        !item.instruction.str(source.part).contains('$')
            && source.value.as_deref().is_some_and(|value| is_surely_plain(value, view.as_ref(), cx))
    };
    let is_safe = step.sources.iter().all(is_sure);
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

    fn safety(files: &str, source: &str) -> Safety {
        let before = format!("{files}FROM a\nADD {source} /d\n");
        check_fix(&before, &format!("FROM a\nCOPY {source} /d\n")).safety
    }

    #[test]
    fn a_name_that_says_nothing_may_be_that_of_an_archive() {
        for source in ["b", ".b", "b.d", "rootfs-12.5", "b.img", "b.bin", "[bc]/d", "b.c.d", "b/c", "c.sh b"]
        {
            assert_eq!(safety("", source), Safety::Suggested, "{source}");
        }
        for source in ["b.sh", ".", "./b/*.JS", ".env", "b.tar.json/", "b.jar c.war"] {
            assert_eq!(safety("", source), Safety::Safe, "{source}");
        }
        let json = check_fix("FROM a\nadd [\"b.c\", \"/d\"]\n", "FROM a\ncopy [\"b.c\", \"/d\"]\n");
        assert_eq!(json.safety, Safety::Safe);
        let fix = check_fix("FROM a\nARG B=b.c\nADD $B /d\n", "FROM a\nARG B=b.c\nCOPY $B /d\n");
        assert_eq!(fix.safety, Safety::Suggested);
    }

    #[test]
    fn the_context_tells_what_is_no_archive() {
        let safety = |files: &str, source: &str| safety(&format!("{files}#- Dockerfile\n"), source);
        assert_eq!(safety("#- b\ntext\n", "b"), Safety::Safe);
        assert_eq!(safety("#- b/c.tar\ntext\n", "b/"), Safety::Safe);
        assert_eq!(safety("#- b\ntext\n", "c b"), Safety::Suggested);
        assert_eq!(safety("#- b/c\ntext\n", "*/c"), Safety::Suggested);
        assert_eq!(safety("#- b\nBZh91AY&SY\n", "b"), Safety::Suggested);
        assert_eq!(safety("#- b\nname\0\0\0\n", "b"), Safety::Suggested);
    }

    #[test]
    fn an_archive_by_another_name_is_silent() {
        check_none("FROM a\nADD b.gem c.crate /d/\nADD e.apk f.ova /\n");
    }
}
