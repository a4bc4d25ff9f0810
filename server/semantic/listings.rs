//! Whether what `ls` lists is there for people to read, or something is done with the names.

use super::facts::Facts;
use crate::path;
use crate::syntax::Part;
use crate::syntax::shell::{Command, Joint, Nesting, Word};

/// Programs that write what they read, or a part of it, and do nothing else.
const FILTERS: [&str; 20] = [
    "awk", "basename", "cat", "column", "cut", "dirname", "echo", "egrep", "fgrep", "grep", "head", "nl",
    "rev", "sed", "sort", "tac", "tail", "tr", "uniq", "wc",
];

const GROUPED: Nesting = Nesting::GROUP.and(Nesting::SUBSHELL).and(Nesting::FUNCTION);

/// Programs that fill a folder with what has names that are known beforehand.
const FILLERS: [&str; 10] =
    ["bsdtar", "bunzip2", "cp", "curl", "git", "gunzip", "mv", "tar", "unzip", "wget"];

/// Folders that packages fill.
const SYSTEM: [&str; 8] = ["/bin", "/etc", "/lib", "/lib64", "/opt", "/sbin", "/usr", "/var"];

/// Whether the names that an `ls` at a place lists are known to whoever has written it: they are those of a pattern that says
/// something, of packages, or of what the same script has put there. Nothing odd is among them.
pub fn has_known_names(facts: &Facts, place: Part) -> bool {
    let (commands, script) = (facts.script.commands(), &facts.script);
    let holds = |command: &Command| command.part.start <= place.start && place.start < command.part.end;
    let Some((index, list)) = commands.iter().enumerate().rfind(|(_, command)| holds(command)) else {
        return false;
    };
    let operands = list.words.iter().skip(1).map(|word| script.str(word.part));
    let mut operands = operands.filter(|operand| !operand.starts_with('-')).peekable();
    let is_filled = facts
        .invocations
        .iter()
        .any(|invocation| invocation.command < index && FILLERS.contains(&&*invocation.name));
    let is_known = |operand: &str| {
        let plain = operand.replace(['"', '\''], "");
        let name = path::name(&plain);
        let says_something =
            name.contains('*') && name.chars().filter(char::is_ascii_alphanumeric).count() > 2;
        says_something && !name.contains('$') || SYSTEM.iter().any(|folder| path::is_within(&plain, folder))
    };
    // Without any it lists the folder that the script has gone to.
    let folder = || {
        let mut before = facts.invocations.iter().rev().filter(|invocation| invocation.command < index);
        let word = before.find(|invocation| &*invocation.name == "cd")?.arguments(script).first()?;
        Some(path::clean(word.value.as_deref()?))
    };
    let is_of_system = |folder: String| SYSTEM.iter().any(|system| path::is_within(&folder, system));
    match operands.peek() {
        Some(_) => is_filled || operands.all(is_known),
        None => is_filled || folder().is_some_and(is_of_system),
    }
}

/// Whether the names that the command at a place lists go through pipes to the output of the step and nowhere else. What is odd
/// in a name is then odd to read, and nothing more.
pub fn is_only_printed(facts: &Facts, place: Part) -> bool {
    let (commands, script) = (facts.script.commands(), &facts.script);
    let holds = |part: Part| part.start <= place.start && place.start < part.end;
    // The innermost one stands last.
    let Some(first) = commands.iter().rposition(|command| holds(command.part)) else {
        return false;
    };
    let rest = commands.get(first + 1..).unwrap_or_default();
    let rights = rest.iter().take_while(|command| command.joint == Joint::Pipe).count();
    let piped = first..=first + rights;
    let is_filter = |index: usize| {
        let name = facts.invocation_of(index).map(|invocation| &*invocation.name);
        name.is_some_and(|name| FILTERS.contains(&name) || name == "xargs")
    };
    let is_read = Nesting::SUBSTITUTION.and(Nesting::CONDITION).and(Nesting::LOOP).and(Nesting::BROKEN);
    let is_plain = |index: usize| commands.get(index).is_some_and(|command| !command.nesting.any(is_read));
    let start = commands.get(first).map_or(0, |command| command.part.start);
    // What stands behind a group is for all of it.
    let is_grouped = commands.get(first).is_some_and(|command| command.nesting.any(GROUPED));
    let is_piped_on = is_grouped && rest.iter().skip(rights).any(|next| next.joint == Joint::Pipe);
    let next = rest.get(rights).filter(|_| !is_grouped);
    let end = next.map_or(u32::MAX, |next| next.part.start);
    let is_inside = |word: &&Word| start <= word.part.start && word.part.start < end;
    let mut kept = script.outputs().iter().filter(is_inside);
    !is_piped_on
        && piped.clone().all(is_plain)
        && { piped }.skip(1).all(is_filter)
        && kept.all(|word| word.is("/dev/null") || word.is("/dev/stderr"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn prints(run: &str) -> bool {
        let file = File::new(&format!("RUN {run}\n"));
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let place = facts.script.text().text().find("ls").expect("a list");
        is_only_printed(facts, Part::new(place, place + 2))
    }

    #[test]
    fn filters_print_and_everything_else_may_act() {
        for run in ["ls | grep a", "b; ls a | xargs -n1 basename | sort -u 2>/dev/null && c", "(ls | wc -l)"]
        {
            assert!(prints(run), "{run}");
        }
        for run in [
            "ls | xargs rm",
            "ls | grep a > b",
            "a $(ls | grep b)",
            "ls | while read a; do b; done",
            "if ls | grep a; then b; fi",
            "{ ls; b; } > c",
            "(b; ls) | xargs rm",
            "ls | tee a",
        ] {
            assert!(!prints(run), "{run}");
        }
    }

    #[test]
    fn names_of_a_pattern_of_packages_and_of_archives_are_known() {
        let is_known = |run: &str| {
            let file = File::new(&format!("RUN {run}\n"));
            let facts = Facts::of(&file.items()[0].instruction).expect("facts");
            let place = facts.script.text().text().find("ls").expect("a list");
            has_known_names(facts, Part::new(place, place + 2))
        };
        for run in [
            "a=\"$(ls -d /b/venv* | tail -n 1)\"",
            "ls -t /b/c-*.whl | head -1",
            "cd $(ls /usr/lib/jvm | head -1)",
            "tar xf a.tar && cd $(ls | head -1)",
            "cd /lib/systemd/system/; ls | grep -v a | xargs rm -f",
        ] {
            assert!(is_known(run), "{run}");
        }
        for run in ["a=$(ls | head -1)", "cd /a; ls | b", "ls b/* | head -1", "ls $A*", "ls /usr/b *"] {
            assert!(!is_known(run), "{run}");
        }
    }
}
