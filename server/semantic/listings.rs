//! Whether what `ls` lists is there for people to read, or something is done with the names.

use super::facts::Facts;
use crate::syntax::Part;
use crate::syntax::shell::{Joint, Nesting, Word};

/// Programs that write what they read, or a part of it, and do nothing else.
const FILTERS: [&str; 20] = [
    "awk", "basename", "cat", "column", "cut", "dirname", "echo", "egrep", "fgrep", "grep", "head", "nl",
    "rev", "sed", "sort", "tac", "tail", "tr", "uniq", "wc",
];

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
    let end = rest.get(rights).map_or(u32::MAX, |next| next.part.start);
    let is_inside = |word: &&Word| start <= word.part.start && word.part.start < end;
    let mut kept = script.outputs().iter().filter(is_inside);
    piped.clone().all(is_plain)
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
            "ls | tee a",
        ] {
            assert!(!prints(run), "{run}");
        }
    }
}
