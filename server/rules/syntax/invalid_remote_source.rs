//! `invalid-remote-source`

use crate::rules::prelude::*;
use crate::syntax::expansion;
use crate::syntax::git_address::GitAddress;
use crate::syntax::heredoc::is_heredoc;

declare_rule! {
    /// ## What it does
    /// Finds a COPY of a URL or of a git repository, which only ADD can fetch, and an ADD of a git repository whose
    /// address asks for what git does not have, or for two things at once.
    ///
    /// ## Why is this bad?
    /// The build ends at this instruction.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// COPY https://example.com/tool.tar.gz /tmp/
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12
    /// ADD https://example.com/tool.tar.gz /tmp/
    /// ```
    ///
    /// ## Fix safety
    /// Suggested: what is meant may be a file of the build context after all. Not offered for a COPY with flags that
    /// ADD lacks.
    ///
    /// ## References
    /// Docker reference, "ADD"; BuildKit, `dockerfile2llb/convert_copy.go` and `dfgitutil/git_ref.go`.
    pub(crate) static INVALID_REMOTE_SOURCE = {
        id: "invalid-remote-source", group: Syntax, severity: Error, since: "0.1.0",
        also: [],
        check: Instruction(check),
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast().innermost();
    for (part, source) in sources(instruction, ast) {
        let git = GitAddress::new(&source);
        let message = match (ast.kind, &git) {
            (Kind::Copy, Some(_)) => {
                format!("`{}` is a git repository: COPY fetches nothing", shown(&source))
            }
            (Kind::Copy, None) if is_web(&source) => {
                format!("`{}` is a URL: COPY fetches nothing", shown(&source))
            }
            (Kind::Add, Some(git)) => match git.problem().or_else(|| flag_problem(instruction, ast, git)) {
                Some(problem) => problem,
                None => continue,
            },
            _ => continue,
        };
        out.push(instruction.place(part), message);
    }
}

/// The sources of a COPY without `--from`, or of an ADD, which no variable decides.
fn sources(instruction: &Instruction, ast: &Ast) -> Vec<(Part, String)> {
    let has_from = ast.flag(instruction.line().text(), "from").is_some();
    let words: Vec<(Part, &str)> = match (ast.kind, &ast.arguments) {
        (Kind::Add | Kind::Copy, _) if has_from => Vec::new(),
        (Kind::Add | Kind::Copy, Arguments::Words(words)) => words
            .iter()
            .map(|part| (*part, instruction.str(*part)))
            .filter(|(_, text)| !is_heredoc(text))
            .collect(),
        (Kind::Add | Kind::Copy, Arguments::Json(strings)) => {
            strings.iter().map(|string| (string.part, string.value.as_str())).collect()
        }
        _ => Vec::new(),
    };
    let sources = words.split_last().map_or(&[][..], |(_, sources)| sources).iter();
    sources
        .filter(|(_, text)| text.contains([':', '@']))
        .filter_map(|(part, text)| Some((*part, expansion::literal(text, instruction.escape())?)))
        .collect()
}

fn is_web(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// Where a flag says something else than the address.
fn flag_problem(instruction: &Instruction, ast: &Ast, git: &GitAddress<'_>) -> Option<String> {
    let line = instruction.line().text();
    let flag = |name: &str| Some(ast.flag(line, name)?.value.as_str());
    let keeps = flag("keep-git-dir").map(|value| value.is_empty() || value.eq_ignore_ascii_case("true"));
    if let (Some(keeps), Some(asked)) = (keeps, git.switch("keep-git-dir"))
        && keeps != asked
    {
        return Some(format!("the address says `keep-git-dir={asked}`, and the flag says `{keeps}`"));
    }
    let (checksum, asked) = (flag("checksum")?, git.checksum()?);
    (!checksum.contains('$') && checksum != asked)
        .then(|| format!("the address asks for the commit `{}`, and the flag for another", shown(asked)))
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(item) = cx.document.file().item(finding.item) else {
        return Vec::new();
    };
    let instruction = &item.instruction;
    let ast = instruction.ast().innermost();
    let line = instruction.line().text();
    let is_taken = ast
        .flags
        .iter()
        .all(|flag| crate::knowledge::flags::flag(Kind::Add.keyword(), flag.name_in(line)).is_some());
    if ast.kind != Kind::Copy || !is_taken {
        return Vec::new();
    }
    let is_lower = instruction.str(ast.keyword).starts_with(|first: char| first.is_lowercase());
    let keyword = if is_lower { "add" } else { "ADD" };
    let edit = Edit::replace(item.absolute(instruction.place(ast.keyword)), keyword);
    vec![Fix::new("Change COPY to ADD", Safety::Suggested, vec![edit])]
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(INVALID_REMOTE_SOURCE);

    #[test]
    fn copy_fetches_nothing() {
        check(
            "
FROM a:1
COPY a https://b.c/d /e/
       ^^^^^^^^^^^^^ `https://b.c/d` is a URL: COPY fetches nothing
COPY [\"git@b.c:d\", \"/e\"]
      ^^^^^^^^^^^ `git@b.c:d` is a git repository: COPY fetches nothing
ONBUILD COPY http://b.c/d.git /e/
             ^^^^^^^^^^^^^^^^ `http://b.c/d.git` is a git repository: COPY fetches nothing
",
        );
        check_none(
            "FROM a:1\nCOPY github.com/a/b /c\nCOPY --from=d https://e /f\nCOPY $A:b /c\nADD https://a/b /c\n",
        );
    }

    #[test]
    fn an_address_of_git_asks_for_one_thing_that_there_is() {
        check(
            "
FROM a:1
ADD https://b.c/d.git?x=1 /e/
    ^^^^^^^^^^^^^^^^^^^^^ `x` is nothing that git can be asked for
ADD --keep-git-dir https://b.c/d.git?keep-git-dir=0 /e/
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the address says `keep-git-dir=false`, and the flag says `true`
ADD --checksum=1234567 https://b.c/d.git?commit=2345678 /e/
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the address asks for the commit `2345678`, and the flag for another
",
        );
        check_none("FROM a:1\nADD --keep-git-dir=true https://b.c/d.git?keep-git-dir=1#main:e /f/\n");
    }

    #[test]
    fn flags_that_add_lacks_are_left() {
        check_fix("FROM a:1\ncopy --chown=b https://c/d /e\n", "FROM a:1\nadd --chown=b https://c/d /e\n");
        check_no_fix("FROM a:1\nCOPY --parents https://c/d /e\n");
    }
}
