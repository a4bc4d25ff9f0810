//! `remote-add-without-checksum`

use crate::rules::prelude::*;

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
    /// ## Never reported
    /// Git repositories, whose commits are checksums.
    ///
    /// ## References
    /// - [Docker: ADD --checksum](https://docs.docker.com/reference/dockerfile/#add---checksum)
    pub(crate) static REMOTE_ADD_WITHOUT_CHECKSUM = {
        id: "remote-add-without-checksum", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: Instruction(check),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    if ast.kind != Kind::Add || ast.flag(instruction.line().text(), "checksum").is_some() {
        return;
    }
    let words: Vec<(Part, &str)> = match &ast.arguments {
        Arguments::Words(words) => words.iter().map(|part| (*part, instruction.str(*part))).collect(),
        Arguments::Json(strings) => strings.iter().map(|string| (string.part, &*string.value)).collect(),
        _ => return,
    };
    let sources = words.split_last().map(|(_, sources)| sources).unwrap_or_default();
    for (part, source) in sources.iter().filter(|(_, source)| is_web_address(source)) {
        let message = format!(
            "every build asks for `{}` again, and takes what it gets: there is no `--checksum`",
            shown(source)
        );
        out.push(instruction.place(*part), message);
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
    check_rule!(REMOTE_ADD_WITHOUT_CHECKSUM);

    #[test]
    fn an_address_alone_is_found() {
        check(
            "FROM a:1\nADD a https://b/c$V.tgz http://d /e/\n    # ^^^^^^^^^^^^^^^^^ every build asks for `https://b/c$V.tgz` again, and takes what it gets: there is no `--checksum`\n                      # ^^^^^^^^ every build asks for `http://d` again, and takes what it gets: there is no `--checksum`\n",
        );
    }

    #[test]
    fn what_is_checked_or_no_download_is_not() {
        check_none("FROM a:1\nADD --checksum=sha256:ab https://b/c /d\nADD a https://b/\n");
        check_none(
            "FROM a:1\nADD https://github.com/a/b.git#v1 /d\nADD git@github.com:a/b.git /d\nCOPY https://a /b\n",
        );
    }

    #[test]
    fn an_address_that_is_cut_says_so() {
        check(
            "FROM a:1\nADD https://raw.githubusercontent.com/vishnu/a/b /c\n  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ every build asks for `https://raw.githubusercontent.com/vishnu…` again, and takes what it gets: there is no `--checksum`\n",
        );
    }
}
