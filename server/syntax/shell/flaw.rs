//! Errors of syntax that every POSIX shell and bash see in a shell text. tree-sitter repairs what it cannot read, and does
//! so in its own way: its errors prove nothing. Here the grammar is followed word by word, and left at the first thing
//! on which shells differ.
//! Source: POSIX, "2.10 Shell Grammar"; bash(1), "SHELL GRAMMAR".

mod compound;
mod scan;

use super::Part;
use scan::{Scanner, Stop, Token};

/// The first error of a shell text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where it is.
    pub part: Part,
    /// What it is.
    pub kind: FlawKind,
}

/// What is wrong in a shell text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// Something is opened here and never closed: by what.
    Unclosed(&'static str),
    /// No command stands before this operator.
    NothingBefore,
    /// No command stands behind this operator or word.
    NothingAfter,
    /// This closes or divides what was never opened.
    NeverOpened,
    /// No file or word stands behind this redirection.
    NoTarget,
    /// This cannot stand here; what is missing before it.
    Missing(&'static str),
    /// This bracket cannot stand here.
    Misplaced,
}

/// The first error of a shell text; `None` where there is none, and where shells may differ.
pub fn flaw(text: &str) -> Option<Flaw> {
    // With carriage returns every word is another than it looks.
    if text.contains('\r') {
        return None;
    }
    let mut parser = Parser { scanner: Scanner::new(text) };
    match parser.list(&[]).and_then(|_| parser.end()) {
        Err(Stop::Flaw(flaw)) => Some(flaw),
        Ok(()) | Err(Stop::Unsure) => None,
    }
}

type Parsed<T> = Result<T, Stop>;

/// The words that cannot begin a command: they close or divide one.
const CLOSING: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

struct Parser<'text> {
    scanner: Scanner<'text>,
}

impl<'text> Parser<'text> {
    /// What is left where a list has ended.
    fn end(&mut self) -> Parsed<()> {
        match self.scanner.next()? {
            (Token::End, _) => Ok(()),
            (_, part) => Err(stop(part, FlawKind::NeverOpened)),
        }
    }

    /// Commands up to one of the words that end it, or to `)`, `;;` or the end. Says whether there was any.
    fn list(&mut self, until: &[&str]) -> Parsed<bool> {
        self.scanner.descend()?;
        let mut has_any = false;
        loop {
            self.scanner.skip_newlines()?;
            let (token, part) = self.scanner.peek()?;
            match token {
                Token::End | Token::Operator(")" | ";;" | ";&" | ";;&") => break,
                Token::Word(word) if until.contains(&word) => break,
                Token::Word(word) if CLOSING.contains(&word) => {
                    return Err(stop(part, FlawKind::NeverOpened));
                }
                Token::Operator("&&" | "||" | "|" | "|&" | ";" | "&") => {
                    return Err(stop(part, FlawKind::NothingBefore));
                }
                _ => {}
            }
            self.and_or()?;
            has_any = true;
            match self.scanner.peek()? {
                (Token::Operator(";" | "&") | Token::Newline, _) => drop(self.scanner.next()?),
                (Token::End | Token::Operator(")" | ";;" | ";&" | ";;&"), _) => break,
                (Token::Word(word), _) if until.contains(&word) => break,
                (Token::Word(word), part) if CLOSING.contains(&word) => {
                    return Err(stop(part, FlawKind::NeverOpened));
                }
                (_, part) => return Err(stop(part, FlawKind::Missing(";"))),
            }
        }
        self.scanner.ascend();
        Ok(has_any)
    }

    fn and_or(&mut self) -> Parsed<()> {
        self.pipeline()?;
        while let (Token::Operator("&&" | "||"), part) = self.scanner.peek()? {
            self.scanner.next()?;
            self.scanner.skip_newlines()?;
            self.begins_command(part)?;
            self.pipeline()?;
        }
        Ok(())
    }

    fn pipeline(&mut self) -> Parsed<()> {
        while let (Token::Word("!"), _) = self.scanner.peek()? {
            self.scanner.next()?;
            // Alone it is a command in bash.
            if !matches!(
                self.scanner.peek()?.0,
                Token::Word(_) | Token::Redirection(_) | Token::Operator("(")
            ) {
                return Err(Stop::Unsure);
            }
        }
        self.command()?;
        while let (Token::Operator("|" | "|&"), part) = self.scanner.peek()? {
            self.scanner.next()?;
            self.scanner.skip_newlines()?;
            self.begins_command(part)?;
            self.command()?;
        }
        Ok(())
    }

    /// Whether a command follows what stands at `before`.
    fn begins_command(&mut self, before: Part) -> Parsed<()> {
        match self.scanner.peek()?.0 {
            Token::End
            | Token::Newline
            | Token::Operator(")" | ";" | "&" | "&&" | "||" | "|" | "|&" | ";;") => {
                Err(stop(before, FlawKind::NothingAfter))
            }
            Token::Word(word) if CLOSING.contains(&word) => Err(stop(before, FlawKind::NothingAfter)),
            _ => Ok(()),
        }
    }

    fn command(&mut self) -> Parsed<()> {
        let (token, part) = self.scanner.peek()?;
        match token {
            // Arithmetic in bash, a subshell in a subshell elsewhere.
            Token::Operator("(") if self.scanner.is_doubled(part) => return Err(Stop::Unsure),
            Token::Operator("(") => {
                self.scanner.next()?;
                self.body(part, &[])?;
                self.close_bracket(part)?;
            }
            Token::Word(word) => match word {
                "{" => self.group(part)?,
                "if" => self.condition(part)?,
                "while" | "until" => {
                    self.scanner.next()?;
                    self.body(part, &["do"])?;
                    self.loop_body(part)?;
                }
                "for" | "select" => self.for_loop(part)?,
                "case" => self.case(part)?,
                // Shells differ in what these are.
                "[[" | "function" | "time" | "coproc" => return Err(Stop::Unsure),
                _ if CLOSING.contains(&word) => return Err(stop(part, FlawKind::NeverOpened)),
                _ => return self.simple(),
            },
            _ => return self.simple(),
        }
        while self.redirection()? {}
        Ok(())
    }

    fn simple(&mut self) -> Parsed<()> {
        let mut is_first = true;
        loop {
            if self.redirection()? {
                is_first = false;
                continue;
            }
            match self.scanner.peek()? {
                (Token::Word(_), _) => {
                    self.scanner.next()?;
                    if is_first && self.scanner.peek()?.0 == Token::Operator("(") {
                        return self.function();
                    }
                    is_first = false;
                }
                (Token::Operator("("), part) => return Err(self.misplaced(part)),
                _ => return Ok(()),
            }
        }
    }

    /// `name() command`, from its bracket on.
    fn function(&mut self) -> Parsed<()> {
        let (_, open) = self.scanner.next()?;
        match self.scanner.next()? {
            (Token::Operator(")"), _) => {}
            _ => return Err(self.misplaced(open)),
        }
        self.scanner.skip_newlines()?;
        self.begins_command(open)?;
        self.command()
    }

    /// A bracket among words. Right behind a word it may be an array or a pattern of bash.
    fn misplaced(&self, bracket: Part) -> Stop {
        if self.scanner.is_apart(bracket) { stop(bracket, FlawKind::Misplaced) } else { Stop::Unsure }
    }

    /// A redirection, if one stands here.
    fn redirection(&mut self) -> Parsed<bool> {
        let (Token::Redirection(is_heredoc), part) = self.scanner.peek()? else {
            return Ok(false);
        };
        self.scanner.next()?;
        match self.scanner.peek()?.0 {
            Token::Word(word) => {
                if let Some(trims) = is_heredoc {
                    self.scanner.expect_heredoc(word, trims);
                }
                self.scanner.next()?;
                Ok(true)
            }
            Token::Operator("(") => Err(Stop::Unsure),
            _ => Err(stop(part, FlawKind::NoTarget)),
        }
    }

    /// A list that must not be empty, behind the word or bracket at `before`.
    fn body(&mut self, before: Part, until: &[&str]) -> Parsed<()> {
        match self.list(until)? {
            true => Ok(()),
            // At the end the missing closing word says more.
            false if self.scanner.peek()?.0 == Token::End => Ok(()),
            false => Err(stop(before, FlawKind::NothingAfter)),
        }
    }

    fn close_bracket(&mut self, open: Part) -> Parsed<()> {
        match self.scanner.next()? {
            (Token::Operator(")"), _) => Ok(()),
            (Token::End, _) => Err(stop(open, FlawKind::Unclosed(")"))),
            (_, part) => Err(stop(part, FlawKind::NeverOpened)),
        }
    }

    /// The word that ends what was opened at `open`.
    fn close(&mut self, close: &'static str, open: Part) -> Parsed<()> {
        match self.scanner.next()? {
            (Token::Word(word), _) if word == close => Ok(()),
            (Token::End, _) => Err(stop(open, FlawKind::Unclosed(close))),
            (_, part) => Err(stop(part, FlawKind::NeverOpened)),
        }
    }
}

fn stop(part: Part, kind: FlawKind) -> Stop {
    Stop::Flaw(Flaw { part, kind })
}
