//! Folders that a RUN makes and puts nothing into.

use super::commands::Invocation;
use super::facts::Facts;
use crate::path;

/// Whether every one of some absolute paths is a folder that the script of a RUN makes, and otherwise names only to say whom it
/// belongs to and who may do what there.
pub fn are_made(facts: &Facts, folders: &[&str]) -> bool {
    let others =
        || facts.invocations.iter().filter(|other| !matches!(&*other.name, "chgrp" | "chmod" | "chown"));
    let is_made = |folder: &str| {
        let makes = |other: &&Invocation| {
            let names_it = |made: &str| made.trim_end_matches('/') == folder;
            &*other.name == "mkdir"
                && operands(facts, other).is_some_and(|made| made.into_iter().any(names_it))
        };
        let mentions = |other: &&Invocation| {
            let is_there = |word: &str| path::is_within(word, folder);
            operands(facts, other).is_none_or(|words| words.into_iter().any(is_there))
        };
        !is_of_system(folder)
            && others().any(|other| makes(&other))
            && others().filter(mentions).all(|other| &*other.name == "mkdir")
    };
    folders.iter().all(|folder| is_made(folder.trim_end_matches('/')))
}

/// The words of a command that are no options; `None` where one of them is not known.
fn operands<'a>(facts: &'a Facts, invocation: &Invocation) -> Option<Vec<&'a str>> {
    let words = invocation.arguments(&facts.script).iter().map(|word| word.value.as_deref());
    words.filter(|word| word.is_none_or(|word| !word.starts_with('-'))).collect()
}

/// Whether an image may have a folder with programs and settings there, which `mkdir -p` leaves as it is.
/// Source: Filesystem Hierarchy Standard 3.0.
fn is_of_system(path: &str) -> bool {
    const FOLDERS: [&str; 7] = ["/bin", "/boot", "/etc", "/lib", "/lib64", "/sbin", "/usr"];
    FOLDERS.iter().any(|folder| path::is_within(path, folder)) && !path::is_inside(path, "/usr/src")
        || path == "/opt"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    fn are(script: &str, folders: &[&str]) -> bool {
        let document = Document::new(&format!("FROM a\nRUN {script}\n"));
        let facts = Facts::of(&document.file().items()[1].instruction).unwrap();
        are_made(facts, folders)
    }

    #[test]
    fn what_is_made_and_left_alone_is_empty() {
        assert!(are("mkdir -p /b/c /d/ && chown e /d && chmod -R 777 /d", &["/d", "/b/c"]));
        assert!(!are("mkdir -p /b/c && chmod -R 777 /b", &["/b"]));
        assert!(!are("mkdir /b && cp /c /b/c && chmod -R 777 /b", &["/b"]));
        assert!(!are("mkdir /b && cp /c $D", &["/b"]));
        assert!(!are("mkdir -p /usr/lib", &["/usr/lib"]) && are("mkdir /usr/src/b", &["/usr/src/b"]));
    }
}
