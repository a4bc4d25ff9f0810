//! Which files are taken when a folder is named.

use crate::folder::{CLEAN, Folder, rules};

fn check(files: &[&str], arguments: &[&str], expected: &[&str]) {
    let files: Vec<(&str, &str)> = files.iter().map(|path| (*path, CLEAN)).collect();
    let report = Folder::new(&files).report(0, arguments);
    let found: Vec<String> = rules(&report).into_iter().map(|(path, _)| path.replace('\\', "/")).collect();
    assert_eq!(found, expected);
}

#[test]
fn dockerfiles_are_known_by_their_names() {
    check(
        &[
            "Containerfile",
            "Dockerfile",
            "Dockerfile.dockerignore",
            "Dockerfile.md",
            "Dockerfile.prod",
            "MyDockerfile",
            "deep/er/api.Dockerfile",
            "package.json",
        ],
        &["."],
        // The last one is the ignore file of the second.
        &[
            "Containerfile",
            "Dockerfile",
            "Dockerfile.prod",
            "deep/er/api.Dockerfile",
            "Dockerfile.dockerignore",
        ],
    );
}

#[test]
fn without_a_path_the_working_folder_is_searched() {
    check(&["a/Dockerfile", "b/Dockerfile"], &[], &["a/Dockerfile", "b/Dockerfile"]);
}

#[test]
fn ignored_folders_are_left_out_and_a_named_file_never_is() {
    let files = [".docker/Dockerfile", "a/Dockerfile", "built/Dockerfile"];
    let mut all: Vec<(&str, &str)> = files.iter().map(|path| (*path, CLEAN)).collect();
    all.push((".gitignore", "built/\n"));
    let folder = Folder::new(&all);
    let paths = |arguments: &[&str]| -> Vec<String> {
        rules(&folder.report(0, arguments)).into_iter().map(|(path, _)| path.replace('\\', "/")).collect()
    };
    assert_eq!(paths(&["."]), [".docker/Dockerfile", "a/Dockerfile"]);
    assert_eq!(paths(&["built/Dockerfile"]), ["built/Dockerfile"]);
    // Nor is a named folder, however the pattern says it; what its own file leaves out is.
    for pattern in ["built", "built/", "/built/*", "built/**", "**/built/*"] {
        std::fs::write(folder.path(".gitignore"), format!("{pattern}\n")).unwrap();
        assert_eq!(paths(&["."]), [".docker/Dockerfile", "a/Dockerfile"], "{pattern}");
        assert_eq!(paths(&["built"]), ["built/Dockerfile"], "{pattern}");
    }
    std::fs::write(folder.path("a/.gitignore"), "Dockerfile\n").unwrap();
    assert_eq!(paths(&["a", "built"]), ["built/Dockerfile"]);
}

#[test]
fn the_order_is_that_of_the_arguments_and_nothing_is_done_twice() {
    let files = ["a/Dockerfile", "a/x.Dockerfile", "b/any-name"];
    check(&files, &["b/any-name", "a", "a/Dockerfile"], &["b/any-name", "a/Dockerfile", "a/x.Dockerfile"]);
}

#[test]
fn an_empty_search_is_no_failure_but_is_said() {
    let run = Folder::new(&[("readme.md", "")]).run(&["check", "."]);
    assert_eq!(
        (run.code, run.errors.as_str()),
        (0, "warning: no Dockerfile was found; what `.gitignore` matches is not searched\n")
    );
}
