//! The version of Python that an image has, and whether it is one that a project asks for.
//! Source: PEP 440, "Version specifiers"; Poetry, "Dependency specification".

/// A version of Python 3; `patch` is `None` where any may be in the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    minor: u32,
    patch: Option<u32>,
}

type Numbers = (u32, u32, u32);

impl Version {
    /// That of an image, by its tag: `3.12`, `3.12.4-slim`. `None` where the tag leaves it open.
    pub(super) fn of_tag(tag: &str) -> Option<Version> {
        Version::written(tag.split('-').next().unwrap_or_default())
    }

    fn written(text: &str) -> Option<Version> {
        let numbers: Vec<u32> = text.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        match numbers.as_slice() {
            [3, minor] => Some(Version { minor: *minor, patch: None }),
            [3, minor, patch] => Some(Version { minor: *minor, patch: Some(*patch) }),
            _ => None,
        }
    }

    /// Whether this is what a `.python-version`, or an option that names a Python, asks for.
    pub(super) fn is_asked_for(self, text: &str) -> bool {
        let text = text.trim();
        let of_image = ["/usr/local/bin/python", "/usr/local/bin/python3", "python", "python3", "3"];
        let number = ["/usr/local/bin/python", "python", "cpython-", "cpython@"]
            .iter()
            .find_map(|start| text.strip_prefix(start));
        let number = Version::written(number.unwrap_or(text));
        of_image.contains(&text)
            || number
                .is_some_and(|it| it.minor == self.minor && (it.patch.is_none() || it.patch == self.patch))
    }

    /// Whether every version that the image may have is one of a constraint such as `>=3.10,<4`.
    pub(super) fn meets(self, constraint: &str) -> bool {
        let lowest = (3, self.minor, self.patch.unwrap_or(0));
        let highest = (3, self.minor, self.patch.unwrap_or(u32::MAX));
        constraint.split(',').map(str::trim).all(|clause| clause_holds(clause, lowest, highest))
    }
}

fn clause_holds(clause: &str, lowest: Numbers, highest: Numbers) -> bool {
    if clause == "*" {
        return true;
    }
    let start = clause.find(|char: char| char.is_ascii_digit()).unwrap_or(clause.len());
    let (operator, written) = clause.split_at(start);
    let (text, is_open) = match written.trim().strip_suffix(".*") {
        Some(text) => (text, true),
        None => (written.trim(), false),
    };
    let Some(parts) = text.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>() else {
        return false;
    };
    let numbers = match parts.as_slice() {
        [major] => (*major, 0, 0),
        [major, minor] => (*major, *minor, 0),
        [major, minor, patch] => (*major, *minor, *patch),
        _ => return false,
    };
    // The first version behind those that begin with the first so many parts of this one.
    let behind = |count: usize| match count {
        1 => (numbers.0 + 1, 0, 0),
        2 => (numbers.0, numbers.1 + 1, 0),
        _ => (numbers.0, numbers.1, numbers.2 + 1),
    };
    let is_between = |end: Numbers| numbers <= lowest && highest < end;
    match operator.trim() {
        ">=" => numbers <= lowest,
        ">" => numbers < lowest,
        "<=" => highest <= numbers,
        "<" => highest < numbers,
        "==" | "" if is_open => is_between(behind(parts.len())),
        "==" | "===" => lowest == numbers && highest == numbers,
        "!=" if is_open => highest < numbers || behind(parts.len()) <= lowest,
        "!=" => highest < numbers || numbers < lowest,
        "~=" => parts.len() > 1 && is_between(behind(parts.len() - 1)),
        "^" => is_between(behind(1)),
        "~" => is_between(behind(parts.len().min(2))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_hold_for_every_patch() {
        let version = Version::of_tag("3.12-slim").expect("a version");
        for constraint in [
            "*",
            ">=3.12",
            ">=3.10, <4",
            ">=3.9,<3.13",
            "~=3.11",
            "~=3.12.0",
            "^3.11",
            "~3.12",
            "==3.12.*",
            "3.12.*",
            "!=3.9.7,>3.8",
            "!=3.11.*",
        ] {
            assert!(version.meets(constraint), "{constraint}");
        }
        for constraint in [
            ">=3.13",
            ">=3.12.1",
            "<3.12",
            "<=3.12",
            "==3.12",
            "3.12",
            "~=3.13",
            "~=3.12.1",
            "^3.13",
            "~3.11",
            "!=3.12.3",
            "^2.7 || ^3.8",
            ">=3.10 <4",
            "",
            "x",
        ] {
            assert!(!version.meets(constraint), "{constraint}");
        }
        assert!(Version::of_tag("3.12.4").is_some_and(|it| it.meets(">=3.12.1,<=3.12.4,==3.12.4")));
        assert_eq!((Version::of_tag("3-slim"), Version::of_tag("latest")), (None, None));
    }

    #[test]
    fn a_python_that_is_asked_for_is_that_of_the_image() {
        let version = Version::of_tag("3.12").expect("a version");
        let asked = ["3.12\n", "python3.12", "python", "/usr/local/bin/python3.12", "cpython@3.12"];
        assert!(asked.iter().all(|text| version.is_asked_for(text)));
        let others = ["3.11", "3.12.4", "pypy@3.10", "/usr/bin/python3", "cpython-3.13", "3.13\n3.12\n", ""];
        assert!(!others.iter().any(|text| version.is_asked_for(text)));
        assert!(
            Version::of_tag("3.12.4")
                .is_some_and(|it| it.is_asked_for("3.12.4") && !it.is_asked_for("3.12.5"))
        );
    }
}
