//! What of a shell text runs only as a test of files, of programs or of the distribution comes out: the branches of `if` and of
//! `case "$ID"`, and what stands behind `&&` and `||`.
//! Source: POSIX, "test", "command", "2.9.3 Lists" and "2.9.4 Compound Commands"; the Bash manual, "Bash Conditional
//! Expressions"; os-release(5).

mod words;

use tree_sitter::Node;

use super::Part;
use words::{distribution, is_distribution, of_words};

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

/// A test, as far as questions decide it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// What one question is answered with.
    Asks(Question),
    /// The other way round.
    Not(Box<Test>),
    /// Whether all come out true.
    All(Vec<Test>),
    /// Whether one comes out true.
    Any(Vec<Test>),
    /// Something else.
    Unknown,
}

/// What a test asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether a file is there.
    File(FileTest),
    /// Whether a program of this name is found: `command -v apk`.
    Program(Box<str>),
    /// Whether the `ID` of the distribution is one of these patterns: `[ "$ID" = debian ]`.
    Distribution(Box<[Box<str>]>),
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

/// A list that is made of more tests is not followed: they may nest.
const MOST_TESTS: usize = 100;

impl Test {
    /// How it comes out, if the answers tell that.
    pub fn outcome(&self, answer: &dyn Fn(&Question) -> Option<bool>) -> Option<bool> {
        let of_list = |tests: &[Test], decides: bool| {
            let outcomes: Vec<Option<bool>> = tests.iter().map(|test| test.outcome(answer)).collect();
            match outcomes.contains(&Some(decides)) {
                true => Some(decides),
                false => outcomes.iter().all(Option::is_some).then_some(!decides),
            }
        };
        match self {
            Test::Asks(question) => answer(question),
            Test::Not(test) => test.outcome(answer).map(|outcome| !outcome),
            Test::All(tests) => of_list(tests, false),
            Test::Any(tests) => of_list(tests, true),
            Test::Unknown => None,
        }
    }

    fn asks_something(&self) -> bool {
        match self {
            Test::Asks(_) => true,
            Test::Unknown => false,
            Test::Not(test) => test.asks_something(),
            Test::All(tests) | Test::Any(tests) => tests.iter().any(Test::asks_something),
        }
    }

    fn is_known(&self) -> bool {
        match self {
            Test::Asks(_) => true,
            Test::Unknown => false,
            Test::Not(test) => test.is_known(),
            Test::All(tests) | Test::Any(tests) => tests.iter().all(Test::is_known),
        }
    }

    /// Of how many tests it is made.
    fn size(&self) -> usize {
        match self {
            Test::Asks(_) | Test::Unknown => 1,
            Test::Not(test) => test.size(),
            Test::All(tests) | Test::Any(tests) => tests.iter().map(Test::size).sum(),
        }
    }

    /// The two joined by an operator of lists. What is not known stands in it once, so that a list of thousands of commands
    /// has a short test.
    fn joined(self, operator: &str, right: Test) -> Test {
        let (is_all, mut tests) = match (operator, self) {
            ("&&", Test::All(tests)) => (true, tests),
            ("||", Test::Any(tests)) => (false, tests),
            ("&&" | "||", left) => (operator == "&&", vec![left]),
            _ => return Test::Unknown,
        };
        if tests.iter().map(Test::size).sum::<usize>() >= MOST_TESTS {
            return Test::Unknown;
        }
        if right.asks_something() || tests.iter().all(|test| *test != Test::Unknown) {
            tests.push(right);
        }
        match tests.as_slice() {
            [Test::Unknown] => Test::Unknown,
            _ if is_all => Test::All(tests),
            _ => Test::Any(tests),
        }
    }

    /// The same, where nothing runs between `after` and the test.
    fn asked_after(self, after: u32) -> Test {
        let all = |tests: Vec<Test>| tests.into_iter().map(|test| test.asked_after(after)).collect();
        match self {
            Test::Asks(Question::File(file)) => Test::Asks(Question::File(FileTest { after, ..file })),
            Test::Not(test) => Test::Not(Box::new(test.asked_after(after))),
            Test::All(tests) => Test::All(all(tests)),
            Test::Any(tests) => Test::Any(all(tests)),
            Test::Asks(_) | Test::Unknown => self,
        }
    }
}

/// The guards that a node of the grammar's tree is made of. Lists nest as deep as they are long: those that begin a list
/// (`in_list`) are made with it.
pub(super) fn guards(node: Node<'_>, in_list: bool, text: &str) -> Vec<Guard> {
    let found = match node.kind() {
        "if_statement" => of_branches(node, text),
        "case_statement" => of_cases(node, text),
        "list" if !in_list => of_list(node, text).0,
        _ => Vec::new(),
    };
    found.into_iter().filter(|guard| guard.test.asks_something()).collect()
}

/// Whether what a node begins with belongs to the list that the node is, or begins itself.
pub(super) fn begins_list(kind: &str, in_list: bool) -> bool {
    kind == "list" || in_list && kind == "redirected_statement"
}

/// `A && B`, `A || B`, and the test that the whole is.
fn of_list(node: Node<'_>, text: &str) -> (Vec<Guard>, Test) {
    let (mut lists, mut first) = (Vec::new(), node);
    while begins_list(first.kind(), true)
        && let Some(left) = first.named_child(0)
    {
        lists.push(first);
        first = left;
    }
    let (mut guards, mut whole) = (Vec::new(), test(first, text));
    for list in lists.into_iter().rev().filter(|list| list.kind() == "list") {
        let (operator, right) = (list.child(1), list.child(2));
        let operator = operator.map_or("", |operator| operator.kind());
        if let (Some(right), "&&" | "||") = (right, operator)
            && whole.asks_something()
        {
            guards.push(Guard { part: part(right), test: whole.clone(), when: operator == "&&" });
        }
        whole = whole.joined(operator, right.map_or(Test::Unknown, |right| test(right, text)));
    }
    guards.reverse();
    (guards, whole)
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

/// `case "$ID" in debian | ubuntu) …;; *) …;; esac`: each runs where its own patterns are the first that match.
fn of_cases(node: Node<'_>, text: &str) -> Vec<Guard> {
    let str = |node: Node<'_>| text.get(node.byte_range()).unwrap_or_default();
    let is_asked = node.child_by_field_name("value").is_some_and(|value| is_distribution(str(value), text));
    // What goes on with the next case runs there too.
    if !is_asked || str(node).contains(";&") || str(node).contains(";;&") {
        return Vec::new();
    }
    let (mut cursor, mut guards, mut before) = (node.walk(), Vec::new(), Vec::new());
    for item in node.named_children(&mut cursor).filter(|child| child.kind() == "case_item") {
        let mut cursor = item.walk();
        let values: Vec<Node<'_>> = item.children_by_field_name("value", &mut cursor).collect();
        let mut cursor = item.walk();
        let is_command = |child: &Node<'_>| !values.contains(child) && child.kind() != "comment";
        let commands: Vec<Node<'_>> = item.named_children(&mut cursor).filter(is_command).collect();
        let own = distribution(values.iter().map(|value| str(*value)));
        if let (Some(first), Some(last)) = (commands.first(), commands.last()) {
            let whole = Part { start: part(*first).start, end: part(*last).end };
            let guard = |test: &Test, when: bool| Guard { part: whole, test: test.clone(), when };
            guards.extend(before.iter().map(|test| guard(test, false)));
            guards.push(guard(&own, true));
        }
        before.push(own);
    }
    guards
}

fn test(node: Node<'_>, text: &str) -> Test {
    let inner = |index: u32| node.named_child(index).map_or(Test::Unknown, |child| test(child, text));
    match node.kind() {
        "test_command" | "command" => of_words(node, text),
        "negated_command" => Test::Not(Box::new(inner(0))),
        "redirected_statement" => inner(0),
        "list" => of_list(node, text).1,
        _ => Test::Unknown,
    }
}

fn part(node: Node<'_>) -> Part {
    Part::new(node.start_byte(), node.end_byte())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::semantic::facts::Facts;
    use crate::syntax::File;

    /// What is left out where the file or program `a` is there and `b` is not, in a distribution called `a`; of others nothing
    /// is known.
    fn left_out(run: &str) -> Vec<String> {
        let file = File::new(&format!("RUN {run}\n"));
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let is_there = |path: &str| match path {
            "a" => Some(true),
            "b" => Some(false),
            _ => None,
        };
        let answer = |question: &Question| match question {
            Question::File(file) => is_there(&file.path),
            Question::Program(name) => is_there(name),
            Question::Distribution(patterns) => {
                Some(patterns.iter().any(|pattern| matches!(&**pattern, "a" | "*")))
            }
        };
        let guards = facts.script.guards().iter();
        let never = guards
            .filter(|guard| guard.test.outcome(&answer) == Some(!guard.when))
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

    #[test]
    fn programs_and_the_distribution_are_asked_for_in_many_ways() {
        for (run, never) in [
            (
                "if command -v b; then x; elif command -v a >/dev/null 2>&1; then y; else z; fi",
                &["x", "z"][..],
            ),
            ("if [ $(command -v b) ]; then x; elif [ -x \"$(which a)\" ]; then y; fi", &["x"]),
            ("if [ -z \"`which a`\" ]; then x; else y; fi", &["x"]),
            ("which b && x", &["x"]),
            ("type a >/dev/null || x", &["x"]),
            ("! hash b 2>/dev/null || x", &["x"]),
            ("if command -v c; then x; else y; fi", &[]),
            (
                ". /etc/os-release; if [ \"$ID\" = b ]; then x; elif [ $ID != b ]; then y; else z; fi",
                &["x", "z"],
            ),
            ("if [ $ID = b ]; then x; fi", &[]),
            ("ID=b; . /etc/os-release; if [ $ID = b ]; then x; fi", &[]),
            ("case \"$(. /etc/os-release && echo $ID)\" in b) x;; a) y;; esac", &["x"]),
            (". /etc/os-release; case \"$ID\" in b|c) x; v;; a) y;; *) z;; esac", &["x; v", "z"]),
            (". /etc/os-release; case $ID in b) x;;& a) y;; esac", &[]),
            ("case $A in b) x;; esac", &[]),
        ] {
            assert_eq!(left_out(run), never, "{run}");
        }
    }

    #[test]
    fn the_test_of_a_long_list_is_short() {
        let guards = |run: &str| {
            let file = File::new(&format!("RUN {run}\n"));
            Facts::of(&file.items()[0].instruction).expect("facts").script.guards().to_vec()
        };
        assert_eq!(guards(&vec!["x"; 1000].join(" && ")), []);
        let asked = guards(&format!("[ -f a ] && {}", vec!["x >b"; 1000].join(" && ")));
        assert_eq!(asked.len(), 1000);
        assert!(asked.iter().all(|guard| guard.test.size() <= 2));
        let mixed = guards(&format!("[ -f a ] && {}", vec!["x || y"; 1000].join(" && ")));
        assert!(mixed.iter().all(|guard| guard.test.size() <= MOST_TESTS));
        let questions = guards(&vec!["[ -f a ]"; 1000].join(" && "));
        assert_eq!(questions.iter().map(|guard| guard.test.size()).max(), Some(MOST_TESTS));
    }
}
