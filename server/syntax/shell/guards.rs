//! What of a shell text runs only as a test of files comes out: the branches of `if`, and what stands behind `&&` and `||`.
//! Source: POSIX, "test", "2.9.3 Lists" and "2.9.4 Compound Commands"; the Bash manual, "Bash Conditional Expressions".

use tree_sitter::Node;

use super::Part;

/// A part of the text that runs only where a test comes out in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// What runs.
    pub part: Part,
    /// The test.
    pub test: Test,
    /// How it has to come out.
    pub when: bool,
}

/// A test, as far as files decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Whether a file of this path is there.
    File(FileTest),
    /// The other way round.
    Not(Box<Test>),
    /// Whether all come out true.
    All(Vec<Test>),
    /// Whether one comes out true.
    Any(Vec<Test>),
    /// Something else.
    Unknown,
}

/// A question after one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTest {
    /// Its path, as the shell reads it.
    pub path: Box<str>,
    /// Where in the text it is asked.
    pub place: Part,
    /// Where in the text whatever runs before it ends: other branches of the same `if` stand between, and do not run.
    pub after: u32,
}

impl Test {
    /// How it comes out, if that can be told of its files.
    pub fn outcome(&self, is_there: &dyn Fn(&FileTest) -> Option<bool>) -> Option<bool> {
        let of_list = |tests: &[Test], decides: bool| {
            let outcomes: Vec<Option<bool>> = tests.iter().map(|test| test.outcome(is_there)).collect();
            match outcomes.contains(&Some(decides)) {
                true => Some(decides),
                false => outcomes.iter().all(Option::is_some).then_some(!decides),
            }
        };
        match self {
            Test::File(file) => is_there(file),
            Test::Not(test) => test.outcome(is_there).map(|outcome| !outcome),
            Test::All(tests) => of_list(tests, false),
            Test::Any(tests) => of_list(tests, true),
            Test::Unknown => None,
        }
    }

    fn asks_for_files(&self) -> bool {
        self.parts().iter().any(|part| matches!(part, Test::File(_)))
    }

    fn is_known(&self) -> bool {
        self.parts().iter().all(|part| matches!(part, Test::File(_)))
    }

    /// The tests that it is made of, which are made of no others.
    fn parts(&self) -> Vec<&Test> {
        match self {
            Test::File(_) | Test::Unknown => vec![self],
            Test::Not(test) => test.parts(),
            Test::All(tests) | Test::Any(tests) => tests.iter().flat_map(Test::parts).collect(),
        }
    }

    /// The same, where nothing runs between `after` and the test.
    fn asked_after(self, after: u32) -> Test {
        let all = |tests: Vec<Test>| tests.into_iter().map(|test| test.asked_after(after)).collect();
        match self {
            Test::File(file) => Test::File(FileTest { after, ..file }),
            Test::Not(test) => Test::Not(Box::new(test.asked_after(after))),
            Test::All(tests) => Test::All(all(tests)),
            Test::Any(tests) => Test::Any(all(tests)),
            Test::Unknown => Test::Unknown,
        }
    }
}

/// The guards that a node of the grammar's tree is made of.
pub(super) fn guards(node: Node<'_>, text: &str) -> Vec<Guard> {
    let found = match node.kind() {
        "if_statement" => of_branches(node, text),
        "list" => of_list(node, text).into_iter().collect(),
        _ => Vec::new(),
    };
    found.into_iter().filter(|guard| guard.test.asks_for_files()).collect()
}

/// `A && B`, `A || B`.
fn of_list(node: Node<'_>, text: &str) -> Option<Guard> {
    let (left, operator, right) = (node.child(0)?, node.child(1)?, node.child(2)?);
    let when = match operator.kind() {
        "&&" => true,
        "||" => false,
        _ => return None,
    };
    Some(Guard { part: part(right), test: test(left, text), when })
}

/// The bodies of an `if`: each runs where its own condition comes out true, and those before it false.
fn of_branches(node: Node<'_>, text: &str) -> Vec<Guard> {
    let mut clauses = vec![node];
    let mut cursor = node.walk();
    clauses.extend(
        node.children(&mut cursor).filter(|child| matches!(child.kind(), "elif_clause" | "else_clause")),
    );
    let mut tests: Vec<Test> = Vec::new();
    let mut guards = Vec::new();
    for clause in clauses {
        let mut cursor = clause.walk();
        let children: Vec<Node<'_>> = clause.children(&mut cursor).collect();
        let is_else = clause.kind() == "else_clause";
        let body = match is_else {
            true => Some(0),
            false => children.iter().position(|child| child.kind() == "then"),
        };
        let Some((condition, body)) = body.and_then(|at| children.split_at_checked(at)) else {
            return Vec::new();
        };
        if !is_else {
            let mut conditions =
                condition.iter().filter(|child| child.is_named() && child.kind() != "comment");
            let own = match (conditions.next(), conditions.next()) {
                (Some(only), None) => test(*only, text),
                _ => Test::Unknown,
            };
            // What a condition that is no test runs may make the file.
            let runs_nothing = own.is_known() && tests.iter().all(Test::is_known);
            tests.push(if runs_nothing { own.asked_after(part(node).start) } else { own });
        }
        let is_clause = |child: &&Node<'_>| matches!(child.kind(), "elif_clause" | "else_clause");
        let mut body = body.iter().take_while(|child| !is_clause(child)).filter(|child| child.is_named());
        let Some(first) = body.next() else { continue };
        let last = body.last().unwrap_or(first);
        let whole = Part { start: part(*first).start, end: part(*last).end };
        let (own, before) = match (is_else, tests.split_last()) {
            (false, Some((own, before))) => (Some(own), before),
            _ => (None, tests.as_slice()),
        };
        let guard = |test: &Test, when: bool| Guard { part: whole, test: test.clone(), when };
        guards.extend(before.iter().map(|test| guard(test, false)));
        guards.extend(own.map(|test| guard(test, true)));
    }
    guards
}

fn test(node: Node<'_>, text: &str) -> Test {
    let inner = |index: u32| node.named_child(index).map_or(Test::Unknown, |child| test(child, text));
    match node.kind() {
        "test_command" | "command" => of_words(node, text),
        "negated_command" => Test::Not(Box::new(inner(0))),
        "list" => {
            let both = vec![inner(0), inner(1)];
            match node.child(1).map(|operator| operator.kind()) {
                Some("&&") => Test::All(both),
                Some("||") => Test::Any(both),
                _ => Test::Unknown,
            }
        }
        _ => Test::Unknown,
    }
}

/// `[ -f a ]`, `[[ ! -e a ]]`, `test -f a -o -f b`.
fn of_words(node: Node<'_>, text: &str) -> Test {
    let written = text.get(node.byte_range()).unwrap_or_default();
    let mut words: Vec<&str> = written.split_whitespace().collect();
    match (words.first(), words.last()) {
        (Some(&"["), Some(&"]")) | (Some(&"[["), Some(&"]]")) if words.len() > 2 => {
            words.remove(0);
            words.pop();
        }
        (Some(&"test"), _) => {
            words.remove(0);
        }
        _ => return Test::Unknown,
    }
    let file = |path: &str| {
        let place = part(node);
        Test::File(FileTest { path: path.into(), place, after: place.start })
    };
    let one = |words: &[&str]| match words {
        ["-f" | "-e" | "-r" | "-s", path] => plain(path).map_or(Test::Unknown, file),
        ["!", "-f" | "-e", path] => plain(path).map_or(Test::Unknown, |path| Test::Not(Box::new(file(path)))),
        _ => Test::Unknown,
    };
    let joined = |joints: [&str; 2]| words.iter().any(|word| joints.contains(word));
    let each = |joints: [&str; 2]| words.split(|word| joints.contains(word)).map(one).collect::<Vec<_>>();
    match (joined(["-a", "&&"]), joined(["-o", "||"])) {
        (false, false) => one(&words),
        (true, false) => Test::All(each(["-a", "&&"])),
        (false, true) => Test::Any(each(["-o", "||"])),
        (true, true) => Test::Unknown,
    }
}

/// A path that the shell takes as it is written, without the quotes around it.
fn plain(written: &str) -> Option<&str> {
    let quoted = |quote: char| written.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let path = quoted('"').or_else(|| quoted('\'')).unwrap_or(written);
    let is_plain = path.chars().all(|char| char.is_alphanumeric() || "._-/@+".contains(char));
    (is_plain && !path.is_empty()).then_some(path)
}

fn part(node: Node<'_>) -> Part {
    Part::new(node.start_byte(), node.end_byte())
}

#[cfg(test)]
mod tests {
    use crate::semantic::facts::Facts;
    use crate::syntax::File;

    /// What is left out where the file `a` is there and `b` is not; of others nothing is known.
    fn left_out(run: &str) -> Vec<String> {
        let file = File::new(&format!("RUN {run}\n"));
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let is_there = |path: &str| match path {
            "a" => Some(true),
            "b" => Some(false),
            _ => None,
        };
        let guards = facts.script.guards().iter();
        let never = guards
            .filter(|guard| guard.test.outcome(&|file| is_there(&file.path)) == Some(!guard.when))
            .map(|guard| facts.script.str(guard.part).to_owned());
        let mut never: Vec<String> = never.collect();
        never.dedup();
        never
    }

    #[test]
    fn branches_that_do_not_run_are_told() {
        for (run, never) in [
            ("if [ -f a ]; then x; elif [ -f c ]; then y; else z; w; fi", &["y", "z; w"][..]),
            ("if [ -f b ]; then x; elif [ -f a ]; then y; else z; fi", &["x", "z"]),
            ("if [ -f c ]; then x; elif [ -f b ]; then y; else z; fi", &["y"]),
            ("if [ ! -f a ]; then x; else y; fi", &["x"]),
            ("if ! [ -f a ]; then x; fi", &["x"]),
            ("if test -e \"b\"; then x; fi", &["x"]),
            ("if [[ -f c && -f b ]]; then x; fi", &["x"]),
            ("if [ -f b ] || [ -f a ]; then x; else y; fi", &["y"]),
            ("if [ -f a -o -f c ]; then x; else y; fi", &["y"]),
            ("[ -f b ] && x || y", &["x"]),
            ("[ -f a ] || x", &["x"]),
            ("[ -f a ] && x || y", &[]),
            ("if [ -f $A ]; then x; fi; if [ -d b ]; then y; fi; if grep c; then z; fi", &[]),
            ("if [ -f c ]; then x; fi", &[]),
        ] {
            assert_eq!(left_out(run), never, "{run}");
        }
    }
}
