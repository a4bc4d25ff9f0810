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
