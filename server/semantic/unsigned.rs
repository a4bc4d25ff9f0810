//! Settings of package managers, as a RUN writes them into files, that turn off the check of signatures.
//! Source: sources.list(5), apt.conf(5), apt-secure(8), dnf.conf(5), sed(1).

use super::facts::Facts;
use crate::syntax::Part;
use crate::syntax::names::is_name_char;

/// A setting, in lower case.
struct Setting {
    text: &'static str,
    fits: fn(before: &str, after: &str) -> bool,
}

const SETTINGS: [Setting; 5] = [
    // An option of a line of sources, `[arch=amd64 trusted=yes]`; with a backslash it is a pattern.
    Setting {
        text: "trusted=yes",
        fits: |before, after| {
            let bracket = before.rsplit_once('[').map(|(outside, inside)| (outside, inside.contains(']')));
            bracket.is_some_and(|(outside, is_closed)| !is_closed && !outside.ends_with('\\'))
                && !after.starts_with('\\')
        },
    },
    Setting { text: "::allowunauthenticated", fits: |_, after| is_on(after) },
    Setting { text: "::allowinsecurerepositories", fits: |_, after| is_on(after) },
    Setting { text: "::allowdowngradetoinsecurerepositories", fits: |_, after| is_on(after) },
    Setting {
        text: "gpgcheck=0",
        // `repo_gpgcheck` is about the list of the packages.
        fits: |before, _| before.ends_with("\\n") || !before.ends_with(is_name_char),
    },
];

/// Whether a setting of apt is given a value that says yes.
fn is_on(after: &str) -> bool {
    let value = after.trim_start_matches([' ', '"', '\'', '=', '\\']);
    ["true", "1", "yes", "on"].iter().any(|yes| value.starts_with(yes))
}

/// The places of such settings in the text of a script, in order. What is only looked for, as by `grep`, is left out.
pub fn unsigned_settings(facts: &Facts) -> Vec<Part> {
    let text = facts.script.text().text().to_ascii_lowercase();
    let mut found: Vec<Part> = SETTINGS
        .iter()
        .flat_map(|setting| text.match_indices(setting.text).map(move |(start, _)| (setting, start)))
        .filter(|(setting, start)| {
            let end = start + setting.text.len();
            let (before, after) = (text.get(..*start), text.get(end..));
            let line = before.and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
            (setting.fits)(line, after.unwrap_or_default())
                && !line.trim_start().starts_with('#')
                && is_written(facts, *start)
        })
        .map(|(setting, start)| Part::new(start, start + setting.text.len()))
        .collect();
    found.sort_by_key(|part| part.start);
    found
}

/// Whether what stands at an offset of a script is written somewhere, or given to a package manager.
fn is_written(facts: &Facts, offset: usize) -> bool {
    let holds = |part: Part| part.start as usize <= offset && offset < part.end as usize;
    let Some(index) = facts.script.commands().iter().rposition(|command| holds(command.part)) else {
        // The text of a heredoc; a shell's comments and those of such files begin alike.
        let before = facts.script.text().text().get(..offset).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        return !line.split([' ', '\t']).any(|word| word.starts_with('#'));
    };
    match facts.invocation_of(index).map(|invocation| &*invocation.name) {
        Some("echo" | "printf" | "tee" | "apt" | "apt-get" | "aptitude" | "apt-add-repository")
        | Some("add-apt-repository" | "dnf" | "yum" | "microdnf" | "yum-config-manager") => true,
        Some("sed") => {
            let words = facts.script.commands().get(index).map(|command| command.words.as_slice());
            let word = words.unwrap_or_default().iter().find(|word| holds(word.part));
            word.is_some_and(|word| {
                is_in_replacement(facts.script.str(word.part), offset - word.part.start as usize)
            })
        }
        _ => false,
    }
}

/// Whether an offset of `s/a/b/`, quotes included, is in what is put in.
fn is_in_replacement(written: &str, offset: usize) -> bool {
    let start = written.find(|char| !matches!(char, '\'' | '"')).unwrap_or_default();
    let command = written.get(start..).unwrap_or_default();
    let Some(delimiter) = command.strip_prefix('s').and_then(|rest| rest.chars().next()) else {
        return false;
    };
    let mut is_escaped = false;
    let ends = command.char_indices().filter(|(_, char)| {
        let is_end = *char == delimiter && !is_escaped;
        is_escaped = *char == '\\' && !is_escaped;
        is_end
    });
    let ends: Vec<usize> = ends.map(|(index, _)| start + index).collect();
    ends.get(1).is_some_and(|end| *end < offset) && ends.get(2).is_none_or(|end| offset < *end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn count(run: &str) -> usize {
        let file = File::new(run);
        Facts::of(&file.items()[0].instruction).map(unsigned_settings).expect("facts").len()
    }

    #[test]
    fn what_is_written_into_settings_is_found() {
        for run in [
            "echo \"deb [arch=amd64 trusted=yes] http://a b c\" > d",
            "sed -i 's|^deb http|deb [trusted=yes] http|' a",
            "sed -i s/gpgcheck=1/gpgcheck=0/ a",
            "echo 'APT::Get::AllowUnauthenticated \"true\";' > a",
            "apt-get -o APT::Get::AllowUnauthenticated=true install -y a",
            "apt-get update -o Acquire::AllowInsecureRepositories=1",
            "printf '[a]\\ngpgcheck=0\\n' > b",
        ] {
            assert_eq!(count(&format!("RUN {run}")), 1, "{run}");
        }
        assert_eq!(count("RUN cat <<E > /etc/yum.repos.d/a.repo\n[a]\ngpgcheck=0\nE\n"), 1);
    }

    #[test]
    fn what_is_taken_away_or_looked_for_is_not() {
        for run in [
            "sed -i 's/\\[trusted=yes\\] //' a",
            "sed -i 's/gpgcheck=0/gpgcheck=1/' a",
            "grep -q '[trusted=yes]' a",
            "echo repo_gpgcheck=0 > a",
            "echo 'APT::Get::AllowUnauthenticated \"false\";' > a",
            "echo trusted=yes",
            "a && b # gpgcheck=0",
            "echo '# gpgcheck=0' > a",
        ] {
            let run = run.replace("'# ", "'\n# ");
            assert_eq!(count(&format!("RUN <<E\n{run}\nE\n")), 0, "{run}");
        }
    }
}
