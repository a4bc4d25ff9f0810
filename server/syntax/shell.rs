//! The shell text of an instruction as commands: a tree-sitter-bash parse of what the shell receives, flattened
//! into simple commands in the order they are written. What a command means is the semantic model's business.

pub mod bashisms;
pub mod calls;
mod comments;
pub mod flaw;
mod globs;
mod grammar;
pub mod guards;
mod heredocs;
mod inner;
mod interpreters;
pub mod lists;
mod making;
mod nesting;
pub mod pieces;
mod quoting;
pub mod shells;
pub mod traces;
pub mod variables;
mod walk;
pub(crate) mod wrappers;

use bashisms::Bashism;
use calls::Definition;
use guards::Guard;
pub use interpreters::Interpreter;
pub use nesting::Nesting;
use variables::ShellVariable;

use super::joined::{Joined, Part};
use crate::text::Span;

/// The shell text of an instruction. Its parts count in its own text, which is put together from the
/// instruction's source.
#[derive(Clone, Debug)]
pub struct Script {
    text: Joined,
    commands: Vec<Command>,
    elements: Vec<Element>,
    outputs: Vec<Word>,
    bashisms: Vec<Bashism>,
    functions: Vec<Definition>,
    guards: Vec<Guard>,
    form: Form,
    interpreter: Option<Interpreter>,
    has_error: bool,
}

/// How an instruction holds its commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `RUN command`.
    Shell,
    /// `RUN ["program", "argument"]`: no shell but one that is the program.
    Exec,
    /// `RUN <<EOF`, or `RUN <<EOF bash`: the lines are a script.
    Heredoc,
}

/// One simple command.
#[derive(Clone, Debug)]
pub struct Command {
    /// From its first assignment or word to its last word.
    pub part: Part,
    /// `NAME=value` before the command.
    pub assignments: Vec<Word>,
    /// The name and the arguments.
    pub words: Vec<Word>,
    /// What joins it to the command before it.
    pub joint: Joint,
    /// What it stands inside of.
    pub nesting: Nesting,
    /// The index of the top-level element it belongs to.
    pub element: usize,
    /// Who runs it, where it is in a script that is run by another user.
    pub user: RunAs,
}

/// With whose rights a command is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RunAs {
    /// Those of the user who runs the instruction.
    #[default]
    Own,
    /// Those of root, through `sudo`.
    Sudo,
    /// Those of another user, by name or number; `None` where only the shell knows it.
    User(Option<Box<str>>),
}

/// One word of a command.
#[derive(Clone, Debug)]
pub struct Word {
    /// As written, quotes included.
    pub part: Part,
    /// What it says; `None` where it has an expansion or a glob the shell replaces.
    pub value: Option<Box<str>>,
}

impl Word {
    /// Whether it says exactly `text`.
    pub fn is(&self, text: &str) -> bool {
        self.value.as_deref() == Some(text)
    }
}

/// One of the commands or compound commands at the top level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// All of it, redirections included.
    pub part: Part,
    /// What joins it to the one before it.
    pub joint: Joint,
    /// The kind of syntax it is.
    pub shape: Shape,
}

/// The syntax of a top-level element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A simple command, an assignment, a test, or a pipeline of them.
    Simple,
    /// `if`, `for`, `case`, `{ }`, `( )` …
    Compound,
    /// A function definition.
    Function,
    /// What the grammar could not read.
    Broken,
}

/// What stands between a command and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joint {
    /// Nothing: it is the first.
    Start,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or a line break.
    Then,
    /// `&`
    Background,
    /// `|`
    Pipe,
}

impl Script {
    /// The text the shell receives.
    pub fn text(&self) -> &Joined {
        &self.text
    }

    /// Its simple commands, in the order they are written; those of a function where it is called.
    pub fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// What its commands assign before their words, and these words, in order.
    pub fn assignments_and_words(&self) -> impl Iterator<Item = &Word> {
        self.commands.iter().flat_map(|command| command.assignments.iter().chain(&command.words))
    }

    /// Its top-level elements, in order.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The files that its redirections write, in order.
    pub fn outputs(&self) -> &[Word] {
        &self.outputs
    }

    /// What in it is written for bash, in order; nothing of what it gives other shells to read.
    pub fn bashisms(&self) -> &[Bashism] {
        &self.bashisms
    }

    /// The functions that it defines; not those of a script that it gives to a shell of its own.
    pub fn functions(&self) -> &[Definition] {
        &self.functions
    }

    /// What of it runs only as a test of files comes out; nothing of a script that it gives to a shell of its own.
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// The same without some of its commands, which do not run.
    pub(crate) fn without(&self, is_left_out: &dyn Fn(&Command) -> bool) -> Script {
        let mut script = self.clone();
        script.commands.retain(|command| !is_left_out(command));
        script
    }

    /// The variables that it reads, in order; of an exec form those of the scripts that it gives to shells.
    pub fn variables(&self) -> Vec<ShellVariable> {
        match (self.form, self.commands.first()) {
            (Form::Exec, Some(command)) => inner::variables(command, self.text.text()),
            (Form::Exec, None) => Vec::new(),
            _ => variables::variables(self.text.text()),
        }
    }

    /// How the instruction holds it.
    pub fn form(&self) -> Form {
        self.form
    }

    /// The shell that reads it, where the lines of a heredoc are for another one than that of the instruction.
    pub fn interpreter(&self) -> Option<&Interpreter> {
        self.interpreter.as_ref()
    }

    /// Whether the grammar could not read all of it. That is no proof of an error in it.
    pub fn has_error(&self) -> bool {
        self.has_error
    }

    /// The text of a part.
    pub fn str(&self, part: Part) -> &str {
        self.text.str(part)
    }

    /// What a word says, or how it is written where only the shell knows that.
    pub fn text_of<'a>(&'a self, word: &'a Word) -> &'a str {
        word.value.as_deref().unwrap_or_else(|| self.str(word.part))
    }

    /// Where a part stands in the instruction's source.
    pub fn place(&self, part: Part) -> Span {
        self.text.span(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    fn script(source: &str) -> Option<Script> {
        Script::of(&File::new(source).items()[0].instruction)
    }

    /// Each command as its joint and its words; `?` for a word that only the shell knows.
    fn shown(source: &str) -> Vec<String> {
        let script = script(source).expect("a script");
        let commands = script.commands().iter();
        commands
            .map(|command| {
                let words: Vec<&str> = command
                    .assignments
                    .iter()
                    .chain(&command.words)
                    .map(|word| word.value.as_deref().unwrap_or("?"))
                    .collect();
                format!("{:?} {}", command.joint, words.join(" "))
            })
            .collect()
    }

    #[test]
    fn every_simple_command_is_found_wherever_it_stands() {
        assert_eq!(
            shown("RUN set -e; a 'b c' && X=1 d \"e\\\"f\" || g | h >/dev/null & i \\\n  $j k*"),
            ["Start set -e", "Then a b c", "And X=1 d e\"f", "Or g", "Pipe h", "Background i ? ?"]
        );
        assert_eq!(
            shown("RUN if a; then b; else c; fi && for x in 1; do d $(e); done && (f) && g() { h; }"),
            ["Start a", "Start b", "Start c", "Start d ?", "Start e", "Start f", "Start h"]
        );
        assert_eq!(shown("RUN export A=b && cd /x"), ["Start export A=b", "And cd /x"]);
    }

    #[test]
    fn a_comment_in_backticks_ends_with_them() {
        assert_eq!(
            shown("RUN a `# it's` && b \\\n `c # \"d` && e \"`# f`\" g"),
            ["Start a ?", "And b ?", "Start c", "And e ? g"]
        );
        assert!(!script("RUN a `# b` c").unwrap().has_error());
    }

    #[test]
    fn what_a_glob_finds_only_the_shell_knows() {
        for glob in
            ["*", "?", "x[12]", "[a-z]*", "\"a\"*", "x[!a]", "[]]", "a?'b'", "[a'b']", "\\\\*", "A=[b]"]
        {
            assert_eq!(shown(&format!("RUN a {glob}")), ["Start a ?"], "{glob}");
        }
        let literals = "RUN b \\* x\\[1] [a x] \"[\"a] a[ \"\\\"*\"";
        let words = ["Start b * x[1] [a x] [a] a[ \"*"];
        assert_eq!(shown(literals), words);
        let script = script("RUN pip install a[b] 'c'[d] *.whl").unwrap();
        let words = script.commands()[0].words.iter().map(|word| script.unmatched(word));
        assert_eq!(words.collect::<Vec<_>>(), [Some("pip"), Some("install"), Some("a[b]"), None, None]);
    }

    #[test]
    fn the_script_of_a_shell_of_its_own_is_read_too() {
        let source = "RUN a && sudo bash -lc 'b \"c d\" && e >f' g | sh -c \"h $i; j\"";
        assert_eq!(
            shown(source),
            [
                "Start a",
                "And sudo bash -lc b \"c d\" && e >f g",
                "Start b c d",
                "And e",
                "Pipe sh -c ?",
                "Start h ?",
                "Then j"
            ]
        );
        let script = script(source).unwrap();
        let command = &script.commands()[2];
        assert_eq!(&source[script.place(command.part)], "b \"c d\"");
        assert!(command.nesting.any(Nesting::SCRIPT) && script.commands()[6].nesting.any(Nesting::PIPELINE));
        assert_eq!(script.outputs().len(), 1);
        assert_eq!((command.element, script.elements().len()), (1, 2));
        for none in ["sh -c a", "sh a -c 'b c'", "echo sh -c 'b'", "bash 'a b'"] {
            assert_eq!(shown(&format!("RUN {none}")).len(), 1, "{none}");
        }
    }

    #[test]
    fn a_script_is_read_however_its_shell_is_called() {
        for source in [
            "RUN [\"sh\", \"-c\", \"b c && d\"]",
            "RUN [\"/bin/bash\", \"-o\", \"pipefail\", \"-lec\", \"b c && d\"]",
            "RUN bash -euo pipefail -c 'b c && d'",
            "RUN timeout 5 gosu a ash -ce 'b c && d'",
            "RUN find . -name x -exec sh -c 'b c && d' {} +",
            "RUN su - a -c 'b c && d'",
            "RUN su -s /bin/sh -c 'b c && d' a",
            "RUN runuser -l a -c 'b c && d'",
        ] {
            let script = script(source).unwrap();
            let places: Vec<&str> =
                script.commands()[1..].iter().map(|command| &source[script.place(command.part)]).collect();
            assert_eq!(places, ["b c", "d"], "{source}");
        }
    }

    #[test]
    fn escapes_in_a_script_are_read_and_lead_back() {
        for (source, second, third) in [
            ("RUN sh -c \"a \\\"b\\\" && c \\$d\"", "a \\\"b\\\"", "c \\$d"),
            ("RUN [\"sh\", \"-c\", \"a \\\"b\\\" && c\\td\"]", "a \\\"b\\\"", "c\\td"),
        ] {
            let script = script(source).unwrap();
            let place = |index: usize| &source[script.place(script.commands()[index].part)];
            assert_eq!((place(1), place(2)), (second, third));
            assert!(script.commands()[1].words[1].is("b"));
        }
        assert_eq!(shown("RUN [\"sh\", \"-c\", \"a \\u0026 b\"]").len(), 1);
    }

    #[test]
    fn the_user_of_a_script_is_told() {
        let user = |source: &str| script(source).unwrap().commands().last().unwrap().user.clone();
        let named = |name: &str| RunAs::User(Some(name.into()));
        assert_eq!(user("RUN su a -c 'b'"), named("a"));
        assert_eq!(user("RUN su -c 'b' $A"), RunAs::User(None));
        assert_eq!(user("RUN su -c 'b'"), RunAs::Own);
        assert_eq!(user("RUN sudo -u a sh -c 'b'"), named("a"));
        assert_eq!(user("RUN sudo sh -c 'b'"), RunAs::Sudo);
        assert_eq!(user("RUN su-exec a:b sh -c 'gosu root sh -c \"c\"'"), named("a"));
    }

    #[test]
    fn a_function_is_done_where_it_is_called() {
        assert_eq!(
            shown("RUN f() { a \"$1\"; }; g() { c; f x; }; b; f y && g; h() { i; }"),
            ["Then b", "Then f y", "Start a ?", "And g", "Start c", "Then f x", "Start a ?", "Start i"]
        );
        let script = script("RUN f() { a; b | c; }; if d; then f; fi").unwrap();
        let nesting = script.commands()[2].nesting;
        assert!(nesting.any(Nesting::BRANCH) && !nesting.any(Nesting::FUNCTION));
        // Round in circles, and more often than anybody would write it.
        assert_eq!(shown("RUN f() { g; }; g() { f; a; }; f").len(), 4);
        let doubled: String =
            (1..30).map(|index| format!("f{index}() {{ f{0}; f{0}; }}; ", index - 1)).collect();
        assert!(shown(&format!("RUN f0() {{ a; }}; {doubled} f29")).len() < 500);
    }

    #[test]
    fn compound_commands_of_a_pipe_are_read() {
        assert_eq!(
            shown("RUN a | while read x; do b \"$x\" && c; done | { d; (e); } && for x in 1; do f; done | g"),
            ["Start a", "Pipe read x", "Start b ?", "And c", "Pipe d", "Start e", "Start f", "Pipe g"]
        );
    }

    #[test]
    fn nesting_tells_what_a_command_stands_in() {
        let script = script("RUN a && if b; then c; fi; (d) | e; f $(g)").unwrap();
        let nestings: Vec<Nesting> = script.commands().iter().map(|command| command.nesting).collect();
        assert!(nestings[0].is_top());
        assert!(nestings[1].any(Nesting::CONDITION) && !nestings[1].any(Nesting::BRANCH));
        assert!(nestings[2].any(Nesting::BRANCH));
        assert!(nestings[3].any(Nesting::SUBSHELL) && nestings[3].any(Nesting::PIPELINE));
        assert!(nestings[6].any(Nesting::SUBSTITUTION));
    }

    #[test]
    fn outputs_are_the_files_that_redirections_write() {
        let script = script("RUN a >b 2>>'c d' && { e >| f; } <g >&2 && h &>i | j 2>$k").unwrap();
        let values: Vec<Option<&str>> = script.outputs().iter().map(|word| word.value.as_deref()).collect();
        assert_eq!(values, [Some("b"), Some("c d"), Some("f"), Some("i"), None]);
    }

    #[test]
    fn elements_are_the_top_level_with_their_joints() {
        let script = script("RUN a && b | c || { d; e; }; f() { g; }").unwrap();
        let shown: Vec<(&str, Joint, Shape)> = script
            .elements()
            .iter()
            .map(|element| (script.str(element.part), element.joint, element.shape))
            .collect();
        assert_eq!(
            shown,
            [
                ("a", Joint::Start, Shape::Simple),
                ("b | c", Joint::And, Shape::Simple),
                ("{ d; e; }", Joint::Or, Shape::Compound),
                ("f() { g; }", Joint::Then, Shape::Function)
            ]
        );
        let elements: Vec<usize> = script.commands().iter().map(|command| command.element).collect();
        assert_eq!(elements, [0, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn a_redirection_is_that_of_the_last_command() {
        let script = script("RUN a && b 2>&1 >c && d <e >>f; g >h; i | j || (k && l) >m").unwrap();
        let shown: Vec<&str> = script.elements().iter().map(|element| script.str(element.part)).collect();
        assert_eq!(shown, ["a", "b 2>&1 >c", "d <e >>f", "g >h", "i | j", "(k && l) >m"]);
        let elements: Vec<usize> = script.commands().iter().map(|command| command.element).collect();
        assert_eq!(elements, [0, 1, 2, 3, 4, 4, 5, 5]);
        assert!(script.elements().iter().skip(1).all(|element| element.joint != Joint::Start));
    }

    #[test]
    fn the_exec_form_is_one_command() {
        assert_eq!(shown("RUN [\"apk\", \"add\", \"a b\"]"), ["Start apk add a b"]);
        assert_eq!(script("RUN [\"apk\"]").unwrap().form(), Form::Exec);
    }

    #[test]
    fn a_bare_heredoc_is_a_script_of_its_interpreter() {
        assert_eq!(shown("RUN <<E\na b\nc\nE\n"), ["Start a b", "Then c"]);
        assert_eq!(shown("RUN <<-E\n\ta\n\t\tb c\nE\n"), ["Start a", "Then b c"]);
        assert_eq!(shown("RUN <<E\n#!/usr/bin/env -S bash -e\na\nE\n"), ["Start a"]);
        assert!(script("RUN <<E\n#!/usr/bin/env python3\nimport a\nE\n").is_none());
        assert_eq!(shown("RUN cat <<E > f && a\nb c\nE\n"), ["Start cat", "And a"]);
    }

    #[test]
    fn other_instructions_have_none() {
        assert!(script("COPY a b").is_none());
        assert!(script("HEALTHCHECK NONE").is_none());
        assert_eq!(shown("HEALTHCHECK --retries=1 CMD a b"), ["Start a b"]);
        assert_eq!(shown("ONBUILD RUN a b"), ["Start a b"]);
    }

    #[test]
    fn places_lead_back_over_continuations_and_comments() {
        let source = "RUN a && \\\n # x\n  b c\n";
        let script = script(source).unwrap();
        assert_eq!(&source[script.place(script.commands()[1].part)], "b c");
    }

    #[test]
    fn a_line_that_begins_with_a_bracket_is_read() {
        let script = script("RUN a; \\\n  [ -e \"$b\" ] || c\n").unwrap();
        assert!(!script.has_error());
        assert_eq!(script.commands().len(), 2);
    }
}
