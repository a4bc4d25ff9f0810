//! `remote-add-without-checksum`

use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;

declare_rule! {
    /// ## What it does
    /// Finds an ADD of a web address without `--checksum`.
    ///
    /// ## Why is this bad?
    /// The address says nothing of what lies there. Every build asks the server again, and when the answer has changed,
    /// this step and all below it run again with whatever it was. With a checksum the builder knows what it will get: it
    /// need not ask, and a file that was replaced fails the build.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM alpine:3.22
    /// ADD https://example.com/app-1.2.tar.gz /tmp/
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM alpine:3.22
    /// ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/app-1.2.tar.gz /tmp/
    /// ```
    ///
    /// ## Severity
    /// A hint in an image that people work in, as a development container: it is built seldom, and nowhere deployed.
    ///
    /// ## Never reported
    /// Git repositories, whose commits are checksums.
    ///
    /// ## References
    /// - [Docker: ADD --checksum](https://docs.docker.com/reference/dockerfile/#add---checksum)
    pub(crate) static REMOTE_ADD_WITHOUT_CHECKSUM = {
        id: "remote-add-without-checksum", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(may_download, check),
    }
}

/// Whether an ADD without a checksum has a source that is an address, or may be one that a variable holds.
fn may_download(instruction: &Instruction) -> bool {
    let ast = instruction.ast();
    let is_add = ast.kind == Kind::Add && ast.flag(instruction.line().text(), "checksum").is_none();
    is_add && sources(instruction).iter().any(|(_, source)| is_web_address(source) || source.starts_with('$'))
}

/// The sources as they are written.
fn sources(instruction: &Instruction) -> Vec<(Part, &str)> {
    let mut words: Vec<(Part, &str)> = match &instruction.ast().arguments {
        Arguments::Words(words) => words.iter().map(|part| (*part, instruction.str(*part))).collect(),
        Arguments::Json(strings) => strings.iter().map(|string| (string.part, &*string.value)).collect(),
        _ => Vec::new(),
    };
    words.pop();
    words
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for index in steps.iter().copied() {
        let Some(instruction) = file.instruction(index) else { continue };
        let copy = CopyStep::of(file, model, index);
        let severity = severity_outside_workplaces(cx, index, &REMOTE_ADD_WITHOUT_CHECKSUM);
        let is_held = |part: Part| {
            let mut words = copy.into_iter().flat_map(|copy| &copy.sources);
            let word = words.find(|word| word.part == part).and_then(|word| word.value.as_deref());
            word.is_some_and(is_web_address)
        };
        for (part, source) in sources(instruction) {
            if is_web_address(source) || source.starts_with('$') && is_held(part) {
                let message = format!(
                    "every build asks for `{}` again, and takes what it gets: there is no `--checksum`",
                    shown(source)
                );
                out.push_at(index, instruction.place(part), message).severity(severity);
            }
        }
    }
}

/// Whether BuildKit downloads a source: a repository is cloned.
fn is_web_address(source: &str) -> bool {
    let path = source.split(['#', '?']).next().unwrap_or_default();
    (source.starts_with("https://") || source.starts_with("http://")) && !path.ends_with(".git")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;
    check_rule!(REMOTE_ADD_WITHOUT_CHECKSUM);

    #[test]
    fn an_address_alone_is_found() {
        check(
            "FROM a:1\nADD a https://b/c$V.tgz http://d /e/\n    # ^^^^^^^^^^^^^^^^^ every build asks for `https://b/c$V.tgz` again, and takes what it gets: there is no `--checksum`\n                      # ^^^^^^^^ every build asks for `http://d` again, and takes what it gets: there is no `--checksum`\n",
        );
    }

    #[test]
    fn an_address_in_a_variable_is_found() {
        let message = "every build asks for `${A}` again, and takes what it gets: there is no `--checksum`";
        check(&format!("FROM a:1\nARG A=https://b/c.tgz\nADD ${{A}} /d\n  # ^^^^ {message}\n"));
        check_none("FROM a:1\nARG A=https://b/c.git B\nADD ${A} $B ${C} /d/\n");
        check_none("FROM a:1\nARG A=https://b/c.tgz\nADD --checksum=sha256:ab ${A} /d\n");
    }

    #[test]
    fn what_is_checked_or_no_download_is_not() {
        check_none("FROM a:1\nADD --checksum=sha256:ab https://b/c /d\nADD a https://b/\n");
        check_none(
            "FROM a:1\nADD https://github.com/a/b.git#v1 /d\nADD git@github.com:a/b.git /d\nCOPY https://a /b\n",
        );
    }

    #[test]
    fn it_is_a_hint_where_people_work() {
        let with = |image: &str| severities(&format!("FROM {image}\nADD https://b/c.tgz /d/\n"));
        assert_eq!(with("mcr.microsoft.com/devcontainers/base:bookworm"), [Severity::Hint]);
        assert_eq!(with("a:1 AS dev"), [Severity::Hint]);
        assert_eq!(with("a:1"), [Severity::Warning]);
    }

    #[test]
    fn an_address_that_is_cut_says_so() {
        check(
            "FROM a:1\nADD https://raw.githubusercontent.com/vishnu/a/b /c\n  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every build asks for `https://raw.githubusercontent.com/vishnu…` again, and takes what it gets: there is no `--checksum`\n",
        );
    }
}
