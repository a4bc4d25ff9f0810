//! `missing-copy-source`

use std::cell::LazyCell;
use std::collections::BTreeSet;

use crate::context::making::Making;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::path;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep, CopyWord, is_copy};
use crate::settings::suggestion::{slip_of, with_suggestion};

declare_rule! {
    /// ## What it does
    /// Finds a file or folder that COPY or ADD names and that the build context does not have.
    ///
    /// ## Why is this bad?
    /// The build fails at this step, after everything above it has run.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- server.js
    /// #- package.json
    /// {}
    /// #- Dockerfile
    /// FROM node:22.11
    /// COPY package.json sever.js /app/
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22.11
    /// COPY package.json server.js /app/
    /// ```
    /// ```dockerfile,good
    /// #- server.js
    /// #- Dockerfile
    /// FROM node:22.11
    /// COPY server*.js generated* /app/
    /// ```
    ///
    /// ## Silent
    /// Where the build context is only guessed and does not have most of what is copied, or where the patterns of a COPY all find
    /// nothing in it: something puts it together before the build. For single wildcards, which may find nothing, for git's submodules, for `.git`, which an archive of the sources does not have, for anything that cannot be seen, and for what a
    /// `.gitignore` leaves out, or a makefile, a script or a workflow of the repository names (`-o dist/app`, `path: dist`), or
    /// copies there by its name (`docker cp a:/b/app ../dist`): something makes it before the build.
    pub(crate) static MISSING_COPY_SOURCE = {
        id: "missing-copy-source", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: ContextSteps(is_copy, check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let copies: Vec<(usize, Vec<&CopyWord>)> =
        steps.iter().filter_map(|index| Some((*index, copied(cx, *index)?))).collect();
    let named = || copies.iter().flat_map(|(_, words)| words).filter_map(|word| word.value.as_deref());
    if copies.is_empty() {
        return;
    }
    let view = View::new(cx.context);
    if !view.is_trustworthy(named()) || steps.iter().any(|index| finds_nothing(cx, &view, *index)) {
        return;
    }
    // Asked for only where something is missing.
    let submodules = LazyCell::new(|| submodules(cx));
    let making = LazyCell::new(|| Making::of(cx.context));
    for (index, words) in &copies {
        let Some(item) = cx.document.file().item(*index) else {
            continue;
        };
        for (word, source) in words.iter().filter_map(|word| Some((word, word.value.as_deref()?))) {
            let is_of_submodule = || {
                let source = path::in_context(source);
                submodules.iter().any(|folder| path::is_within(&source, folder))
            };
            let is_missing = view.resolve(source) == Sources::Missing;
            let is_made = || is_of_submodule() || making.names(cx.context, source);
            if is_missing && !view.is_left_out_by_git(source) && !is_made() {
                let message = format!("the build context has no `{source}`");
                let message = with_suggestion(message, sibling(cx, source).as_deref());
                out.push_at(*index, item.instruction.place(word.part), message);
            }
        }
    }
}

/// Whether a step copies by patterns alone of which none finds anything: the folder is not yet what the build gets.
fn finds_nothing(cx: &Cx<'_>, view: &View<'_>, index: usize) -> bool {
    let step = CopyStep::of(cx.document.file(), cx.document.model(), index);
    step.filter(|step| step.from == CopyFrom::Context && !step.has_heredocs).is_some_and(|step| {
        let mut sources = step.sources.iter().map(|word| word.value.as_deref());
        !step.sources.is_empty()
            && sources.all(|source| {
                source.is_some_and(|source| source.contains('*') && view.resolve(source) == Sources::Missing)
            })
    })
}

/// The folders of git's submodules, which are empty in a plain clone.
/// Source: gitmodules(5).
fn submodules(cx: &Cx<'_>) -> Vec<String> {
    let text = cx.context.read(".gitmodules").unwrap_or_default();
    let paths = text.lines().filter_map(|line| line.trim().strip_prefix("path"));
    let paths = paths.filter_map(|rest| Some(rest.trim_start().strip_prefix('=')?.trim()));
    paths.filter(|path| !path.is_empty()).map(path::in_context).collect()
}

/// The plain paths that a step copies out of the build context; `None` where there are none.
fn copied<'a>(cx: &Cx<'a>, index: usize) -> Option<Vec<&'a CopyWord>> {
    let step = CopyStep::of(cx.document.file(), cx.document.model(), index)?;
    let words = step.sources.iter().filter(|word| is_plain(word));
    let words: Vec<&CopyWord> = words.filter(|_| step.from == CopyFrom::Context).collect();
    (!words.is_empty()).then_some(words)
}

/// Whether a source is the name of a file or folder, and nothing that is fetched or looked for.
fn is_plain(word: &CopyWord) -> bool {
    word.value.as_deref().is_some_and(|source| {
        // An archive of the sources has no history, and a work tree of git has a file there.
        let path = source.trim_start_matches("./").trim_start_matches('/');
        let is_history = path.split('/').next() == Some(".git");
        !source.contains(['*', '?', '[', '\\', ':'])
            && !source.is_empty()
            && !source.starts_with("git@")
            && !is_history
    })
}

/// The files and folders of the build context that some step copies by their names.
fn all_copied(cx: &Cx<'_>) -> BTreeSet<String> {
    let steps = (0..cx.document.file().items().len()).filter_map(|index| copied(cx, index));
    steps.flatten().filter_map(|word| word.value.as_deref()).map(path::in_context).collect()
}

/// Whether a name is that of a file that pins versions: no slip of the one that says what is wanted.
fn is_lock(name: &str) -> bool {
    name.contains("lock") || name.ends_with(".sum")
}

/// A path beside the missing one whose name is much like its name, and which no step copies already.
fn sibling(cx: &Cx<'_>, source: &str) -> Option<String> {
    let trimmed = source.trim_end_matches('/');
    let (folder, name) = trimmed.rsplit_once('/').unwrap_or(("", trimmed));
    let names = cx.context.list(folder.trim_start_matches("./").trim_start_matches('/'))?;
    // `a.zip.download` and `a.conf.example` are what the file is made of.
    let is_made_of = |other: &&str| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    let copied = all_copied(cx);
    let is_copied = |other: &&str| copied.contains(&path::in_context(&path::join(folder, other)));
    let is_meant = |other: &&str| !is_made_of(other) && is_lock(other) == is_lock(name) && !is_copied(other);
    let near = slip_of(name, names.iter().map(String::as_str).filter(is_meant))?;
    let slash = if source.ends_with('/') { "/" } else { "" };
    let path =
        if source.contains('/') && trimmed != name { format!("{folder}/{near}") } else { near.to_owned() };
    Some(format!("{path}{slash}"))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let fix = || {
        let item = cx.document.file().item(finding.item)?;
        let words = copied(cx, finding.item)?;
        let at = |word: &&&CopyWord| item.absolute(item.instruction.place(word.part)) == finding.span;
        let source = words.iter().find(at)?.value.as_deref()?;
        let near = sibling(cx, source)?;
        let is_json = matches!(item.instruction.ast().arguments, Arguments::Json(_));
        // A name that needs quotes is left to the author.
        let is_simple = near.chars().all(|char| char.is_ascii_alphanumeric() || "._-/@+".contains(char));
        let new_text = if is_json { format!("\"{near}\"") } else { near.clone() };
        let edit = Edit::replace(finding.span.clone(), new_text);
        is_simple.then(|| Fix::new(format!("Copy `{near}`"), Safety::Suggested, vec![edit]))
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MISSING_COPY_SOURCE);

    #[test]
    fn what_is_put_together_first_is_not_judged() {
        let given = "#- a.txt\n#- Dockerfile\nFROM a\nCOPY a.txt c.txt /d/\n";
        check(&format!("{given}         # ^^^^^ the build context has no `c.txt`\nCOPY a* b* /d/\n"));
        check_none(&format!("{given}COPY b*.jar /d/\n"));
        check_none(
            "#- .gitmodules\n[submodule \"b\"]\n\tpath = b\n\turl = ../b\n#- a.txt\n#- Dockerfile\nFROM a\nCOPY a.txt ./b/c.txt /d/\n",
        );
    }

    #[test]
    fn what_a_script_of_the_project_makes_is_not_missing() {
        let given = "#- a\n#- Dockerfile\nFROM b\nCOPY a dist/app /c/\n";
        for (file, text) in [
            (
                ".github/workflows/ci.yml",
                "      - uses: actions/download-artifact@v4\n        with:\n          path: ./dist\n",
            ),
            ("Makefile", "build:\n\tgo build -o dist/app ./cmd\n"),
            ("scripts/build.sh", "cp target/app dist/app\n"),
            (".gitlab-ci.yml", "job:\n  script:\n    - curl b > \"dist/app\"\n"),
        ] {
            check_none(&format!("#- {file}\n{text}{given}"));
        }
        let expected = "     # ^^^^^^^^ the build context has no `dist/app`\n";
        check(&format!("#- Makefile\nall:\n\tmake -C mydist/app dist.app distro\n{given}{expected}"));
        check(&format!("#- README.md\ndist/app\n{given}{expected}"));
    }

    #[test]
    fn what_a_makefile_below_copies_up_is_not_missing() {
        let given = "#- a\n#- Dockerfile\nFROM b\nCOPY a /app /c/\n";
        check_none(&format!("#- image/Makefile\nall:\n\tdocker cp x:/usr/src/app ../\n{given}"));
        check(&format!(
            "#- image/Makefile\nall:\n\tdocker cp x:/usr/src/apps ../\n{given}     # ^^^^ the build context has no `/app`\n"
        ));
    }

    #[test]
    fn what_is_not_there_is_found() {
        check(
            "
#- src/main.c
#- Dockerfile
FROM a
COPY scr/ /src/
   # ^^^^ the build context has no `scr/`; did you mean `src/`?
ADD [\"src/mian.c\", \"/b\"]
   # ^^^^^^^^^^^^ the build context has no `src/mian.c`; did you mean `src/main.c`?
",
        );
    }

    #[test]
    fn what_cannot_be_known_is_silent() {
        check_none(
            "#- a\n#- Dockerfile\nFROM b\nCOPY a* x* $X /c/\nCOPY --from=b x /y\nADD https://a.b/c git@d:e/f /g/\n",
        );
        check_none("#- a\n#- Dockerfile\nFROM b\nCOPY <<E /x\nE\nCOPY . /\nCOPY a ./a /a /y/\n");
        check_none("FROM a\nCOPY b c\n");
        check_none("#- a\n#- Dockerfile\nFROM b\nCOPY a .git ./.git/HEAD /c/\n");
        check("#- a\n#- Dockerfile\nFROM b\nCOPY git /c/\n   # ^^^ the build context has no `git`\n");
    }

    #[test]
    fn what_git_leaves_out_is_made_before_the_build() {
        check_none(
            "#- .gitignore\n/dist\n*.whl\n#- a/.gitignore\n/b.json\n#- Dockerfile\nFROM c\nCOPY dist/x d.whl a/b.json /e/\n",
        );
        check(
            "
#- .gitignore
/dist
!dist
a/.gitignore
#- Dockerfile
FROM a
COPY dist /b
   # ^^^^ the build context has no `dist`
",
        );
    }

    #[test]
    fn what_a_file_is_made_of_is_not_meant() {
        check(
            "
#- a.zip.download
#- b.conf.example
#- Dockerfile
FROM a
COPY a.zip b.conf /
   # ^^^^^ the build context has no `a.zip`
         # ^^^^^^ the build context has no `b.conf`
",
        );
    }

    #[test]
    fn what_is_copied_already_is_not_meant() {
        check(
            "#- a/one.json\n#- a/two.json\n#- Dockerfile\nFROM b\nCOPY a/one.json ./a/onf.json /c/\n              # ^^^^^^^^^^^^ the build context has no `./a/onf.json`\n",
        );
        check(
            "#- composer.json\n#- Dockerfile\nFROM b\nCOPY composer.json /c/\nCOPY composer.lock /c/\n   # ^^^^^^^^^^^^^ the build context has no `composer.lock`\n",
        );
        check(
            "#- go.mod\n#- a\n#- Dockerfile\nFROM b\nCOPY a go.sum /c/\n     # ^^^^^^ the build context has no `go.sum`\n",
        );
    }

    #[test]
    fn the_nearest_name_is_offered() {
        check_fix(
            "#- dir/app.py\n#- Dockerfile\nFROM a\nCOPY [\"./dir/apq.py\", \"/\"]\n",
            "FROM a\nCOPY [\"./dir/app.py\", \"/\"]\n",
        );
        check_no_fix("#- a\n#- Dockerfile\nFROM b\nCOPY something-else /\n");
    }
}
