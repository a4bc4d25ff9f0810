//! `remote-add-without-checksum`

use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::semantic::copies::CopyStep;
use crate::syntax::names::is_name_char;

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
    /// A hint in an image that people work in, as a development container: it is built seldom, and nowhere deployed. A hint also
    /// where the address names a version, a date or a commit: what lies there hardly changes, and the same through curl is one
    /// (`unverified-download`).
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
    let is_add = ast.kind == Kind::Add && instruction.flag("checksum").is_none();
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
        let around = severity_outside_workplaces(cx, index, &REMOTE_ADD_WITHOUT_CHECKSUM);
        let held = |part: Part| {
            let mut words = copy.into_iter().flat_map(|copy| &copy.sources);
            words.find(|word| word.part == part).and_then(|word| word.value.as_deref())
        };
        let is_held = |part: Part| held(part).is_some_and(is_web_address);
        for (part, source) in sources(instruction) {
            if is_web_address(source) || source.starts_with('$') && is_held(part) {
                let message = format!(
                    "every build asks for `{}` again, and takes what it gets: there is no `--checksum`",
                    shown(source)
                );
                let is_fixed = names_version(held(part).unwrap_or(source));
                let severity = if is_fixed { Severity::Hint } else { around };
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

/// Whether an address says which version lies there, so that it hardly changes: a number with a dot, `v1`, a date, a commit, or a
/// variable for one.
fn names_version(address: &str) -> bool {
    const ENDS: [&str; 5] = ["COMMIT", "SHA", "TAG", "VER", "VERSION"];
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, path)| path);
    let is_commit = |word: &str| word.len() == 40 && word.chars().all(|char| char.is_ascii_hexdigit());
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = |word: &str| word.strip_prefix('v').is_some_and(is_number);
    let is_date = |word: &str| is_number(word) && word.len() == 8;
    let mut words = path.split(|char: char| !char.is_ascii_alphanumeric());
    let is_dotted = |bytes: &[u8]| matches!(bytes, [first, b'.', last] if first.is_ascii_digit() && last.is_ascii_digit());
    let names_variable = |rest: &str| {
        let name = rest.trim_start_matches('{').split(|char: char| !is_name_char(char)).next();
        let name = name.unwrap_or_default().to_ascii_uppercase();
        ENDS.iter().any(|end| name.ends_with(end))
    };
    path.as_bytes().windows(3).any(is_dotted)
        || path.split('$').skip(1).any(names_variable)
        || words.any(|word| is_commit(word) || is_date(word) || is_version(word))
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
    fn an_address_of_one_version_is_a_hint() {
        let with = |path: &str| severities(&format!("FROM a:1\nARG V=2.1\nADD https://b.c/{path} /d/\n"));
        for path in [
            "d/download/v0.19.0/tini",
            "d-1.2.tgz",
            "d/v3/e",
            "d/20240131/e",
            "d/0123456789abcdef0123456789abcdef01234567/e",
            "d/${TINI_VERSION}/e",
            "d/$V/e",
        ] {
            assert_eq!(with(path), [Severity::Hint], "{path}");
        }
        for path in ["d/latest/e", "d/master/e.sh", "d/e2/x86", "d/$NAME"] {
            assert_eq!(with(path), [Severity::Warning], "{path}");
        }
        assert_eq!(severities("FROM a:1\nADD https://1.2.3.4/b /d/\n"), [Severity::Warning]);
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
