//! Addresses of git repositories, as ADD and contexts take them: what git is asked for, and what BuildKit refuses.
//! Source: BuildKit, `frontend/dockerfile/dfgitutil/git_ref.go` and `util/gitutil/git_url.go`.

use super::value;

/// The address of a git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitAddress<'a> {
    /// What is asked for behind `?`: names and values in their order, none of them with an escape in it.
    query: Vec<(&'a str, &'a str)>,
    /// The branch, tag or commit behind `#`.
    reference: Option<&'a str>,
    /// The folder behind `#reference:`.
    folder: Option<&'a str>,
}

impl<'a> GitAddress<'a> {
    /// Reads the source of an ADD; `None` where it is a file, or a page of the web. `github.com/a/b` is taken for a
    /// file, as BuildKit does here.
    pub fn new(source: &'a str) -> Option<GitAddress<'a>> {
        let (address, fragment) = split_at(source, '#');
        let (address, query) = split_at(address, '?');
        let is_git = match address.split_once("://") {
            Some((scheme, rest)) => match scheme.to_ascii_lowercase().as_str() {
                "http" | "https" => rest.contains('/') && rest.ends_with(".git"),
                "ssh" | "git" => true,
                _ => false,
            },
            None => is_scp_style(address),
        };
        if !is_git {
            return None;
        }
        let (reference, folder) = fragment.map_or((None, None), |fragment| {
            let (reference, folder) = split_at(fragment, ':');
            (Some(reference), folder.map(|folder| folder.trim_matches('/')))
        });
        // What cannot be read as it is written is not judged.
        let is_plain = |pair: &&str| !pair.is_empty() && !pair.contains(['%', '+', ';']);
        let pairs = query.unwrap_or_default().split('&').filter(is_plain);
        let query = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
        let is_named = |name: &&str| !name.is_empty();
        Some(GitAddress { query, reference: reference.filter(is_named), folder: folder.filter(is_named) })
    }

    /// The branch, tag or commit that stands behind `#`.
    pub fn reference(&self) -> Option<&'a str> {
        self.reference
    }

    /// The folder that stands behind `#reference:`.
    pub fn folder(&self) -> Option<&'a str> {
        self.folder
    }

    /// Why BuildKit refuses the address: a sentence without its full stop; `None` where it takes it.
    pub fn problem(&self) -> Option<String> {
        for (index, (name, value)) in self.query.iter().enumerate() {
            if self.query.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Some(format!("`{name}` is asked for twice"));
            }
            let is_switch = SWITCHES.contains(name);
            match *name {
                _ if !is_switch && !VALUES.contains(name) => {
                    return Some(format!("`{name}` is nothing that git can be asked for"));
                }
                _ if is_switch && !value.is_empty() && value::boolean(value).is_none() => {
                    return Some(format!("`{value}` is neither `true` nor `false`"));
                }
                _ if !is_switch && value.is_empty() => return Some(format!("`{name}` has no value")),
                "mtime" if !matches!(*value, "checkout" | "commit") => {
                    return Some(format!("`{value}` is neither `checkout` nor `commit`"));
                }
                _ => {}
            }
        }
        self.conflict()
    }

    /// What the address says of a switch; `None` where it says nothing.
    pub fn switch(&self, name: &str) -> Option<bool> {
        let value = self.value(name)?;
        if value.is_empty() { Some(true) } else { value::boolean(value) }
    }

    /// The commit that the address asks for.
    pub fn checksum(&self) -> Option<&'a str> {
        self.value("checksum").or_else(|| self.value("commit"))
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.query.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// Two words that name different things to fetch.
    fn conflict(&self) -> Option<String> {
        if let (Some(tag), Some(branch)) = (self.value("tag"), self.value("branch")) {
            return Some(format!("the tag `{tag}` and the branch `{branch}` exclude each other"));
        }
        let named = [("ref", ""), ("tag", "refs/tags/"), ("branch", "refs/heads/")];
        let full = |(name, prefix): (&str, &str)| {
            let value = self.value(name)?;
            Some(if value.starts_with(prefix) { value.to_owned() } else { format!("{prefix}{value}") })
        };
        let mut wanted =
            self.reference.map(str::to_owned).into_iter().chain(named.into_iter().filter_map(full));
        if let Some(first) = wanted.next()
            && let Some(other) = wanted.find(|other| *other != first)
        {
            return Some(format!("`{first}` and `{other}` are different things to fetch"));
        }
        match (self.folder, self.value("subdir")) {
            (Some(folder), Some(other)) if folder != other => {
                Some(format!("`{folder}` and `{other}` are different folders"))
            }
            _ => None,
        }
    }
}

/// What can be asked for without a value.
const SWITCHES: [&str; 3] = ["fetch-by-commit", "keep-git-dir", "submodules"];
/// What can be asked for with one.
const VALUES: [&str; 7] = ["branch", "checksum", "commit", "mtime", "ref", "subdir", "tag"];

/// `user@host:path`
fn is_scp_style(address: &str) -> bool {
    let Some((user, rest)) = address.split_once('@') else {
        return false;
    };
    let Some((host, _)) = rest.split_once(':') else {
        return false;
    };
    let is_word = |text: &str, more: &[char]| {
        !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || more.contains(&char))
    };
    is_word(user, &['-', '_']) && is_word(host, &['-', '.'])
}

fn split_at(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_git_are_told_from_files_and_pages() {
        for source in [
            "https://a.b/c.git",
            "http://a.b/c.git#main",
            "HTTPS://a.b/c.git?ref=x",
            "git@a.b:c",
            "ssh://a/b",
            "git://a/b",
        ] {
            assert!(GitAddress::new(source).is_some(), "{source}");
        }
        for source in
            ["a.git", "https://a.b/c", "./git@a.b:c", "a@b/c:d", "github.com/a/b.git", "ftp://a/b.git", ""]
        {
            assert_eq!(GitAddress::new(source), None, "{source}");
        }
    }

    #[test]
    fn what_cannot_be_fetched_is_a_problem() {
        let problem = |query: &str| {
            GitAddress::new(&format!("https://a.b/c.git{query}")).and_then(|found| found.problem())
        };
        for query in [
            "",
            "?ref=x",
            "#x",
            "#x:y",
            "?branch=main#refs/heads/main",
            "?submodules",
            "?keep-git-dir=0",
            "?mtime=commit",
            "?tag=v1&subdir=a&checksum=b",
            "#:a",
            "?subdir=a#:/a/",
            "?a%20b=1",
        ] {
            assert_eq!(problem(query), None, "{query}");
        }
        for (query, wanted) in [
            ("?a=1", "`a` is nothing that git can be asked for"),
            ("?ref=1&ref=1", "`ref` is asked for twice"),
            ("?ref=", "`ref` has no value"),
            ("?submodules=yes", "`yes` is neither `true` nor `false`"),
            ("?mtime=now", "`now` is neither `checkout` nor `commit`"),
            ("?tag=1&branch=1", "the tag `1` and the branch `1` exclude each other"),
            ("?tag=1#1", "`1` and `refs/tags/1` are different things to fetch"),
            ("?ref=a#b", "`b` and `a` are different things to fetch"),
            ("?subdir=a#:b", "`b` and `a` are different folders"),
        ] {
            assert_eq!(problem(query).as_deref(), Some(wanted), "{query}");
        }
    }

    #[test]
    fn what_flags_say_too_can_be_asked() {
        let address = GitAddress::new("git@a.b:c?keep-git-dir&submodules=0&commit=abc").unwrap();
        assert_eq!((address.switch("keep-git-dir"), address.switch("submodules")), (Some(true), Some(false)));
        assert_eq!((address.switch("fetch-by-commit"), address.checksum()), (None, Some("abc")));
    }
}
