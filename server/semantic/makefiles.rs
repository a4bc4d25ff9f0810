//! What `make` does for some targets, as far as the text of a makefile tells: the commands of their rules and of what these
//! rules need, and what is calculated before any rule.
//! Source: GNU make, "How make Processes a Makefile", "Functions for Transforming Text".

use std::cell::Cell;
use std::collections::HashMap;

/// Values that name others are followed so deep.
const MOST_DEPTH: usize = 8;

/// So many values are put in for one question: each may name others more than once.
const MOST_VALUES: usize = 2_000;

/// What make does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The commands, a shell line each. What make puts in before and is not known is `$UNKNOWN`.
    pub commands: String,
    /// The lines that are no commands.
    pub definitions: String,
}

struct Rule<'a> {
    targets: String,
    needs: String,
    commands: Vec<&'a str>,
}

struct Makefile<'a> {
    rules: Vec<Rule<'a>>,
    /// Those set more than once have no known value.
    values: HashMap<&'a str, Option<&'a str>>,
    definitions: String,
    /// So many values may still be put in.
    left: Cell<usize>,
}

/// What is done for these targets, or for the first one where there are none; `None` where the text names a target that has
/// no rule, or reads or writes other rules.
pub fn made(text: &str, targets: &[&str]) -> Option<Made> {
    let text = text.replace("\r\n", "\n").replace("\\\n", " ");
    let makefile = Makefile::read(&text)?;
    let names = |rule: &Rule<'_>| rule.targets.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut wanted: Vec<String> = targets.iter().map(|target| (*target).to_owned()).collect();
    if wanted.is_empty() {
        let first = makefile.rules.iter().flat_map(names);
        wanted.extend(first.into_iter().find(|name| !name.starts_with('.') && !name.contains('%')));
    }
    let is_made = |wanted: &String| makefile.rules.iter().any(|rule| names(rule).contains(wanted));
    if wanted.is_empty() || !wanted.iter().all(is_made) {
        return None;
    }
    let mut lines: Vec<String> = shells(&makefile.definitions);
    let mut done = vec![false; makefile.rules.len()];
    while let Some(target) = wanted.pop() {
        for (rule, done) in makefile.rules.iter().zip(&mut done) {
            let is_due = names(rule).iter().any(|name| *name == target || name.contains('%'));
            if is_due && !std::mem::replace(done, true) {
                wanted.extend(rule.needs.split_whitespace().map(str::to_owned));
                let bare = |line: &&str| line.trim_start_matches(['@', '-', '+', ' ', '\t']).to_owned();
                lines.extend(rule.commands.iter().map(bare).map(|line| makefile.expand(&line, MOST_DEPTH)));
            }
        }
    }
    Some(Made { commands: lines.join("\n"), definitions: makefile.definitions })
}

impl<'a> Makefile<'a> {
    fn read(text: &'a str) -> Option<Makefile<'a>> {
        let mut makefile = Makefile {
            rules: Vec::new(),
            values: HashMap::new(),
            definitions: String::new(),
            left: Cell::new(MOST_VALUES),
        };
        let mut rules: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        for line in text.lines() {
            if let (Some(command), Some((_, _, commands))) = (line.strip_prefix('\t'), rules.last_mut()) {
                commands.push(command);
                continue;
            }
            let line = line.split('#').next().unwrap_or_default().trim();
            let first = line.split_whitespace().next().unwrap_or_default();
            match first {
                "" | "ifeq" | "ifneq" | "ifdef" | "ifndef" | "else" | "endif" => continue,
                "include" | "-include" | "sinclude" | "define" | "load" | "vpath" => return None,
                _ if line.contains("$(eval") || line.contains("$(call") || line.contains("!=") => {
                    return None;
                }
                _ => {}
            }
            match assignment(line) {
                Some((name, value)) => {
                    makefile.definitions.push_str(line);
                    makefile.definitions.push('\n');
                    makefile.values.entry(name).and_modify(|value| *value = None).or_insert(value);
                }
                None => {
                    let (targets, rest) = line.split_once(':')?;
                    let (needs, command) = rest.split_once(';').unwrap_or((rest, ""));
                    let commands = Some(command.trim()).filter(|command| !command.is_empty());
                    rules.push((targets, needs.trim_start_matches(':'), commands.into_iter().collect()));
                }
            }
        }
        let expanded = rules.into_iter().map(|(targets, needs, commands)| Rule {
            targets: makefile.expand(targets, MOST_DEPTH),
            needs: makefile.expand(needs, MOST_DEPTH),
            commands,
        });
        makefile.rules = expanded.collect();
        Some(makefile)
    }

    /// A text as the shell gets it. A variable that the makefile does not set is one of the environment.
    fn expand(&self, text: &str, depth: usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('$') {
            out.push_str(rest.get(..start).unwrap_or_default());
            let behind = rest.get(start + 1..).unwrap_or_default();
            let Some(inner) = behind.starts_with(['(', '{']).then(|| inner(behind)).flatten() else {
                // `$$` is a dollar sign, `$@` a name of a file.
                out.push('$');
                rest = behind.strip_prefix('$').unwrap_or(behind);
                continue;
            };
            let left = self.left.get();
            self.left.set(left.saturating_sub(1));
            match (self.values.get(inner), inner.strip_prefix("shell ")) {
                _ if depth == 0 || left == 0 => out.push_str("$UNKNOWN"),
                (_, Some(command)) => out.push_str(&format!("$({})", self.expand(command, depth - 1))),
                (Some(Some(value)), _) => out.push_str(&self.expand(value, depth - 1)),
                (Some(None), _) => out.push_str("$UNKNOWN"),
                _ if inner == "MAKE" => out.push_str("make"),
                _ if is_name(inner) => out.push_str(&format!("${{{inner}}}")),
                _ => out.push_str("$UNKNOWN"),
            }
            rest = behind.get(inner.len() + 2..).unwrap_or_default();
        }
        out + rest
    }
}

/// What stands between the parentheses or braces that a text begins with.
fn inner(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (index, char) in text.char_indices() {
        match char {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return text.get(1..index);
        }
    }
    None
}

/// The commands that make has the shell run to calculate its variables.
fn shells(definitions: &str) -> Vec<String> {
    let found = definitions.match_indices("$(shell ");
    let texts = found.filter_map(|(start, _)| inner(definitions.get(start + 1..)?)?.strip_prefix("shell "));
    texts.map(|text| text.replace("$$", "$")).collect()
}

/// A line that gives a variable a value, for one target or for all; the value where it is the whole one.
fn assignment(line: &str) -> Option<(&str, Option<&str>)> {
    let (left, value) = line.split_once('=')?;
    let is_added = left.ends_with('+');
    let left = left.trim_end_matches([':', '?', '+']);
    let (target, names) = left.split_once(':').map_or((None, left), |(target, names)| (Some(target), names));
    let name = names.split_whitespace().last().filter(|name| is_name(name))?;
    let is_prefixed = names.split_whitespace().count() > 1;
    let are_known = !is_prefixed || matches!(names.split_whitespace().next(), Some("export" | "override"));
    are_known.then_some((name, Some(value.trim()).filter(|_| !is_added && target.is_none())))
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "GO ?= go\nVERSION := $(shell cat v | \\\n head)\nexport A = b\n.PHONY: all\nall: build\n\techo no\n\
        build: deps $(NAME) ## builds\n\t@$(GO) build -o $@ -X=$(VERSION) $(FLAGS) $$HOME $(subst a,b,c)\n\
        deps:; -cp x y\nclean:\n\trm -rf o\n";

    #[test]
    fn what_a_target_needs_is_done() {
        let made = made(TEXT, &["build"]).expect("made");
        assert_eq!(
            made.commands,
            "cat v |   head\ngo build -o $@ -X=$(cat v |   head) ${FLAGS} $HOME $UNKNOWN\ncp x y"
        );
        assert!(made.definitions.contains("VERSION := $(shell cat v"));
    }

    #[test]
    fn the_first_target_is_the_one_that_is_meant() {
        assert!(made(TEXT, &[]).is_some_and(|made| made.commands.contains("echo no")));
        assert!(made("a: b\n\tc\nb:\n\td\n", &[]).is_some_and(|made| made.commands == "c\nd"));
    }

    #[test]
    fn what_is_written_by_others_is_not_known() {
        for text in
            ["include a.mk\nb:\n\tc\n", "define a\nb:\n\tc\n", "$(eval x)\nb:\n\tc\n", "c:\n\tb\n", "b\n"]
        {
            assert_eq!(made(text, &["b"]), None, "{text}");
        }
        // Values that name others again and again.
        let many = (0..8).fold("V8 = a\n".to_owned(), |text, index| {
            format!("V{index} = {}\n{text}", format!("$(V{})", index + 1).repeat(9))
        });
        assert!(made(&format!("{many}b:\n\t$(V0)\n"), &[]).is_some_and(|made| made.commands.len() < 100_000));
        // Set twice, or for one target: any of the values.
        let twice = "A = b\nA += c\nx: B = d\nx:\n\t$(A) $(B)\n";
        assert!(made(twice, &["x"]).is_some_and(|made| made.commands == "$UNKNOWN $UNKNOWN"));
    }
}
