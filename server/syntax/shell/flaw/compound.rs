//! The commands that hold others: groups, conditions, loops and `case`. Each begins at its first word, whose place is `open`.

use super::super::Part;
use super::scan::{Stop, Token};
use super::{FlawKind, Parsed, Parser, stop};

impl Parser<'_> {
    pub(super) fn group(&mut self, open: Part) -> Parsed<()> {
        self.scanner.next()?;
        self.body(open, &["}"])?;
        self.close("}", open)
    }

    pub(super) fn condition(&mut self, open: Part) -> Parsed<()> {
        self.scanner.next()?;
        self.body(open, &["then"])?;
        loop {
            let (_, then) = self.scanner.peek()?;
            self.close_word("then", "fi", open)?;
            self.body(then, &["elif", "else", "fi"])?;
            let (token, part) = self.scanner.peek()?;
            match token {
                Token::Word("elif") => {
                    self.scanner.next()?;
                    self.body(part, &["then"])?;
                }
                Token::Word("else") => {
                    self.scanner.next()?;
                    self.body(part, &["fi"])?;
                    return self.close("fi", open);
                }
                _ => return self.close("fi", open),
            }
        }
    }

    /// As `close`, where at the end of the text it is another word that is said to be missing.
    fn close_word(&mut self, word: &'static str, last: &'static str, open: Part) -> Parsed<()> {
        match self.scanner.peek()?.0 {
            Token::End => Err(stop(open, FlawKind::Unclosed(last))),
            _ => self.close(word, open),
        }
    }

    pub(super) fn loop_body(&mut self, open: Part) -> Parsed<()> {
        let (_, part) = self.scanner.peek()?;
        self.close_word("do", "done", open)?;
        self.body(part, &["done"])?;
        self.close("done", open)
    }

    pub(super) fn for_loop(&mut self, open: Part) -> Parsed<()> {
        self.scanner.next()?;
        if !matches!(self.scanner.next()?.0, Token::Word(_)) {
            return Err(Stop::Unsure);
        }
        self.scanner.skip_newlines()?;
        if self.scanner.peek()?.0 == Token::Word("in") {
            self.scanner.next()?;
            while matches!(self.scanner.peek()?.0, Token::Word(_)) {
                self.scanner.next()?;
            }
        }
        match self.scanner.peek()? {
            (Token::Operator(";"), _) => drop(self.scanner.next()?),
            (Token::Newline | Token::End | Token::Word("do"), _) => {}
            _ => return Err(Stop::Unsure),
        }
        self.scanner.skip_newlines()?;
        if self.scanner.peek()?.0 == Token::Word("{") {
            return Err(Stop::Unsure);
        }
        match self.scanner.peek()? {
            (Token::Word("do") | Token::End, _) => self.loop_body(open),
            (_, part) => Err(stop(part, FlawKind::Missing("do"))),
        }
    }

    pub(super) fn case(&mut self, open: Part) -> Parsed<()> {
        self.scanner.next()?;
        if !matches!(self.scanner.next()?.0, Token::Word(_)) {
            return Err(Stop::Unsure);
        }
        self.scanner.skip_newlines()?;
        match self.scanner.next()? {
            (Token::Word("in"), _) => {}
            (Token::End, _) => return Err(stop(open, FlawKind::Unclosed("esac"))),
            (_, part) => return Err(stop(part, FlawKind::Missing("in"))),
        }
        loop {
            self.scanner.skip_newlines()?;
            match self.scanner.peek()?.0 {
                Token::Word("esac") => return self.close("esac", open),
                Token::End => return Err(stop(open, FlawKind::Unclosed("esac"))),
                Token::Operator("(") => drop(self.scanner.next()?),
                _ => {}
            }
            self.pattern(open)?;
            self.list(&["esac"])?;
            match self.scanner.peek()?.0 {
                Token::Operator(";;" | ";&" | ";;&") => drop(self.scanner.next()?),
                Token::Word("esac") | Token::End => {}
                _ => return Err(Stop::Unsure),
            }
        }
    }

    fn pattern(&mut self, open: Part) -> Parsed<()> {
        loop {
            match self.scanner.next()?.0 {
                Token::Word(_) => {}
                Token::End => return Err(stop(open, FlawKind::Unclosed("esac"))),
                _ => return Err(Stop::Unsure),
            }
            match self.scanner.next()? {
                (Token::Operator("|"), _) => {}
                (Token::Operator(")"), _) => return Ok(()),
                (Token::End, _) => return Err(stop(open, FlawKind::Unclosed("esac"))),
                (Token::Word(_) | Token::Operator(";" | ";;" | "&" | "&&" | "||"), part) => {
                    return Err(stop(part, FlawKind::Missing(")")));
                }
                _ => return Err(Stop::Unsure),
            }
        }
    }
}
