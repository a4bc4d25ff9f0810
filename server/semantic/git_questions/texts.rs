//! Whether the text of a file of a project says that git is asked.

use serde_json::Value;

use crate::knowledge::git_askers::{NODE_PACKAGES, PLUGINS};

/// Whether a `package.json` names a package that asks git when the project is built.
pub(crate) fn has_plugin(text: &str) -> bool {
    let Ok(manifest) = serde_json::from_str::<Value>(text) else {
        return true;
    };
    let names =
        ["dependencies", "devDependencies"].into_iter().filter_map(|field| manifest.get(field)?.as_object());
    let mut names = names.flat_map(|names| names.keys());
    names.any(|name| {
        NODE_PACKAGES.contains(&name.as_str()) || name.split(['-', '/', '@', '.']).any(|part| part == "git")
    })
}

/// Whether a file of a project says that git is asked: by itself, or by a plugin.
pub(crate) fn tells_of_git(text: &str) -> bool {
    let is_part = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
    let has = |name: &&str| {
        text.match_indices(*name).any(|(start, _)| {
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            let after = text.get(start + name.len()..).and_then(|after| after.chars().next());
            !is_part(before) && !is_part(after)
        })
    };
    mentions_git(text) || PLUGINS.iter().any(has)
}

/// Whether a text has `git` as a word that may be the program, or `.git`: no address, no key of a table.
pub(crate) fn mentions_git(text: &str) -> bool {
    text.match_indices("git").any(|(start, _)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + 3..).unwrap_or_default();
        let is_part = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
        let rest = after.trim_start();
        if let Some(before) = before.strip_suffix('.') {
            let is_suffix = is_part(before.chars().next_back()) || before.ends_with(['_', '-']);
            let is_longer = is_part(after.chars().next()) || after.starts_with(['_', '-', '.', ':']);
            return !is_suffix && !is_longer;
        }
        let is_key =
            rest.starts_with('=') && !rest.starts_with("==") || after.starts_with([':', '+', '@', '.', '/']);
        !is_part(before.chars().next_back())
            && !is_part(after.chars().next())
            && !after.starts_with(['<', '>'])
            && !is_key
            && !rest.starts_with("clone")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_is_a_word_that_may_be_a_program() {
        for text in [
            "$(shell git describe)",
            "exec(['git', 'log'])",
            "import git\n",
            "/usr/bin/git rev-parse",
            "cat .git/HEAD",
            "git-rev-sync",
            "open('.git')",
            "get_git_version()",
            "a\ngit\\\n describe",
        ] {
            assert!(mentions_git(text), "{text}");
        }
        for text in [
            "https://github.com/a/b.git",
            "git+https://a/b",
            "git@a:b",
            "a = { git = \"https://a/b.git\" }",
            "{:a, git: \"https://a\"}",
            "git clone https://a",
            ".gitignore legit digital",
            "https://git.a/b",
            "<type>git</type>",
        ] {
            assert!(!mentions_git(text), "{text}");
        }
    }

    #[test]
    fn plugins_are_names_of_their_own() {
        assert!(
            tells_of_git("vergen = { version = \"9\" }")
                && tells_of_git("id(\"pl.allegro.tech.build.axion-release\")")
        );
        assert!(!tells_of_git("rebuilt = \"1\"") && !tells_of_git("[dependencies]\nserde = \"1\"\n"));
    }
}
