//! Where the codes of other tools are explained.

use super::check_options::is_check_name;

/// Where ShellCheck explains its codes.
pub(crate) const SHELLCHECK_WIKI: &str = "https://www.shellcheck.net/wiki/";

/// Where BuildKit explains its checks. Source: BuildKit, `frontend/dockerfile/linter/ruleset.go`.
const BUILD_CHECKS: &str = "https://docs.docker.com/go/dockerfile/rule/";

/// The check that BuildKit explains nowhere.
const UNEXPLAINED: &str = "InvalidBaseImagePlatform";

/// The page that explains one of the codes of a finding: that of a check of BuildKit's before that of ShellCheck's.
pub(crate) fn page(codes: &[&str]) -> Option<String> {
    let check = codes.iter().find(|code| is_check_name(code) && **code != UNEXPLAINED);
    let check = check.map(|name| format!("{BUILD_CHECKS}{}/", kebab(name)));
    let shellcheck = || codes.iter().find(|code| code.starts_with("SC"));
    check.or_else(|| shellcheck().map(|code| format!("{SHELLCHECK_WIKI}{code}")))
}

/// `JSONArgsRecommended` as `json-args-recommended`.
fn kebab(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let begins_word = |at: usize| {
        let is_small =
            |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_lowercase);
        letters.get(at).is_some_and(char::is_ascii_uppercase)
            && (is_small(at.checked_sub(1)) || at > 0 && is_small(at.checked_add(1)))
    };
    let mut kebab = String::new();
    for (at, letter) in letters.iter().enumerate() {
        kebab.extend(begins_word(at).then_some('-'));
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_has_the_page_that_buildkit_names() {
        for (codes, expected) in [
            (&["StageNameCasing"][..], "https://docs.docker.com/go/dockerfile/rule/stage-name-casing/"),
            (
                &["DL3025", "JSONArgsRecommended"],
                "https://docs.docker.com/go/dockerfile/rule/json-args-recommended/",
            ),
            (
                &["SecretsUsedInArgOrEnv"],
                "https://docs.docker.com/go/dockerfile/rule/secrets-used-in-arg-or-env/",
            ),
            (&["DL4006", "SC3040"], "https://www.shellcheck.net/wiki/SC3040"),
        ] {
            assert_eq!(page(codes).as_deref(), Some(expected));
        }
        assert_eq!(page(&["InvalidBaseImagePlatform"]), None);
        assert_eq!(page(&["DL3006"]), None);
    }
}
