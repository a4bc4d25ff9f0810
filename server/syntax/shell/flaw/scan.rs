//! The words and operators of a shell text. What stands inside of a command substitution is followed as a text of its own.

use super::super::Part;
use super::{Flaw, FlawKind};

/// Why the grammar is not followed any further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Every shell stops here.
    Flaw(Flaw),
    /// Shells may differ.
    Unsure,
}

/// A piece of shell text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'text> {
    /// A word as it is written.
    Word(&'text str),
    /// An operator that joins or closes commands, and `(`.
    Operator(&'static str),
    /// An operator before a file; for a heredoc, whether it takes tabs away.
    Redirection(Option<bool>),
    Newline,
    End,
}

/// Operators, the longer before the shorter.
const OPERATORS: [&str; 12] = [";;&", ";;", ";&", "&&", "||", "|&", ";", "&", "|", "(", ")", "\n"];
const REDIRECTIONS: [&str; 12] = ["<<<", "<<-", "&>>", "<<", "<&", "<>", ">>", ">&", ">|", "&>", "<", ">"];

/// A text and how far it was read.
pub(super) struct Scanner<'text> {
    text: &'text str,
    position: usize,
    peeked: Option<(Token<'text>, Part)>,
    /// The names of the heredocs whose lines follow the next line break, each with whether tabs are taken away.
    heredocs: Vec<(String, bool)>,
    /// How many lists and expansions are open.
    depth: usize,
}

/// No real text nests deeper.
const MOST_DEPTH: usize = 50;

impl<'text> Scanner<'text> {
    pub(super) fn new(text: &'text str) -> Scanner<'text> {
        Scanner { text, position: 0, peeked: None, heredocs: Vec::new(), depth: 0 }
    }

    fn rest(&self) -> &'text str {
        self.text.get(self.position..).unwrap_or_default()
    }

    /// The next token, which stays the next.
    pub(super) fn peek(&mut self) -> Result<(Token<'text>, Part), Stop> {
        match self.peeked {
            Some(peeked) => Ok(peeked),
            None => {
                let read = self.read()?;
                self.peeked = Some(read);
                Ok(read)
            }
        }
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<(Token<'text>, Part), Stop> {
        let next = self.peek()?;
        self.peeked = None;
        if next.0 == Token::Newline {
            self.skip_heredocs();
        }
        Ok(next)
    }

    pub(super) fn skip_newlines(&mut self) -> Result<(), Stop> {
        while self.peek()?.0 == Token::Newline {
            self.next()?;
        }
        Ok(())
    }

    /// From the next line on stand the lines of a heredoc.
    pub(super) fn expect_heredoc(&mut self, word: &str, trims: bool) {
        let name: String = word.chars().filter(|char| !matches!(char, '\'' | '"' | '\\')).collect();
        self.heredocs.push((name, trims));
    }

    fn skip_heredocs(&mut self) {
        for (name, trims) in std::mem::take(&mut self.heredocs) {
            while !self.rest().is_empty() {
                let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
                self.position += line.len();
                let line = line.trim_end_matches('\n').trim_start_matches(|char| trims && char == '\t');
                if line == name {
                    break;
                }
            }
        }
    }

    /// Whether a bracket has another right behind it.
    pub(super) fn is_doubled(&self, bracket: Part) -> bool {
        self.text.get(bracket.end as usize..).is_some_and(|rest| rest.starts_with('('))
    }

    /// Whether a blank stands before a place.
    pub(super) fn is_apart(&self, part: Part) -> bool {
        self.text.get(..part.start as usize).is_some_and(|before| before.ends_with([' ', '\t']))
    }

    /// One level deeper.
    pub(super) fn descend(&mut self) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > MOST_DEPTH { Err(Stop::Unsure) } else { Ok(()) }
    }

    pub(super) fn ascend(&mut self) {
        self.depth -= 1;
    }

    fn read(&mut self) -> Result<(Token<'text>, Part), Stop> {
        loop {
            let rest = self.rest();
            if let Some(after) = rest.strip_prefix("\\\n") {
                self.position = self.text.len() - after.len();
            } else if rest.starts_with([' ', '\t']) {
                self.position += 1;
            } else if rest.starts_with('#') {
                self.position += rest.find('\n').unwrap_or(rest.len());
            } else {
                break;
            }
        }
        let start = self.position;
        let digits = self.rest().find(|char: char| !char.is_ascii_digit()).unwrap_or(0);
        if self.rest().get(digits..).is_some_and(|rest| rest.starts_with(['<', '>'])) {
            self.position += digits;
        }
        let rest = self.rest();
        if rest.is_empty() {
            return Ok((Token::End, Part::new(start, start)));
        }
        if rest.starts_with("<(") || rest.starts_with(">(") {
            return Err(Stop::Unsure);
        }
        if let Some(found) = REDIRECTIONS.iter().find(|operator| rest.starts_with(**operator)) {
            self.position += found.len();
            let heredoc = match *found {
                "<<" => Some(false),
                "<<-" => Some(true),
                _ => None,
            };
            return match *found {
                "<<<" => Err(Stop::Unsure),
                // Without bash `&>` is `&` and `>`, which can stand there too.
                _ => Ok((Token::Redirection(heredoc), Part::new(start, self.position))),
            };
        }
        if let Some(found) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            self.position += found.len();
            let part = Part::new(start, self.position);
            return Ok((if *found == "\n" { Token::Newline } else { Token::Operator(found) }, part));
        }
        self.word()?;
        let word = self.text.get(start..self.position).unwrap_or_default();
        Ok((Token::Word(word), Part::new(start, self.position)))
    }

    fn word(&mut self) -> Result<(), Stop> {
        let start = self.position;
        while let Some(char) = self.rest().chars().next() {
            match char {
                ' ' | '\t' | '\n' | '|' | '&' | ';' | '<' | '>' | ')' => break,
                // `a(` is a function, `a=(` an array, `+(` a pattern.
                '(' => match self.text.get(start..self.position) {
                    Some(word) if word.ends_with(['=', '?', '*', '+', '@', '!', '$']) => {
                        return Err(Stop::Unsure);
                    }
                    _ => break,
                },
                _ => self.piece(char, false)?,
            }
        }
        Ok(())
    }

    /// One character of a word, or a quoted or expanded part of it.
    fn piece(&mut self, char: char, is_quoted: bool) -> Result<(), Stop> {
        let (open, rest) = (self.position, self.rest());
        match char {
            '\\' => {
                let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
                self.position += 1 + escaped;
            }
            '\'' if !is_quoted => {
                let end =
                    rest.get(1..).and_then(|rest| rest.find('\'')).ok_or_else(|| unclosed(open, 1, "'"))?;
                self.position += end + 2;
            }
            '"' => self.quoted(open)?,
            '`' => self.backticks(open)?,
            '$' if rest.starts_with("$'") && !is_quoted => return Err(Stop::Unsure),
            '$' if rest.starts_with("$((") => self.arithmetic(open)?,
            '$' if rest.starts_with("$(") => self.substitution(open)?,
            '$' if rest.starts_with("${") => self.braces(open, is_quoted)?,
            _ => self.position += char.len_utf8(),
        }
        Ok(())
    }

    fn quoted(&mut self, open: usize) -> Result<(), Stop> {
        self.descend()?;
        self.position += 1;
        while let Some(char) = self.rest().chars().next() {
            if char == '"' {
                self.position += 1;
                self.ascend();
                return Ok(());
            }
            self.piece(char, true)?;
        }
        Err(unclosed(open, 1, "\""))
    }

    fn backticks(&mut self, open: usize) -> Result<(), Stop> {
        self.position += 1;
        while let Some(char) = self.rest().chars().next() {
            self.position += char.len_utf8();
            match char {
                '`' => return Ok(()),
                '\\' => self.position += self.rest().chars().next().map_or(0, char::len_utf8),
                _ => {}
            }
        }
        Err(unclosed(open, 1, "`"))
    }

    /// `${…}`
    fn braces(&mut self, open: usize, is_quoted: bool) -> Result<(), Stop> {
        self.descend()?;
        self.position += 2;
        while let Some(char) = self.rest().chars().next() {
            match char {
                '}' => {
                    self.position += 1;
                    self.ascend();
                    return Ok(());
                }
                // Whether these quote inside of quotes, shells do not agree.
                '\'' | '"' if is_quoted => return Err(Stop::Unsure),
                _ => self.piece(char, is_quoted)?,
            }
        }
        Err(unclosed(open, 2, "}"))
    }

    /// `$((…))`
    fn arithmetic(&mut self, open: usize) -> Result<(), Stop> {
        self.position += 3;
        let mut depth = 2_usize;
        while let Some(char) = self.rest().chars().next() {
            match char {
                '(' => depth += 1,
                ')' => depth -= 1,
                // It may be a command in brackets as well.
                '\'' | '"' | '`' | '\\' | '#' | '\n' | ';' => return Err(Stop::Unsure),
                _ => {}
            }
            self.position += char.len_utf8();
            if depth == 0 {
                return Ok(());
            }
        }
        Err(unclosed(open, 3, "))"))
    }

    /// `$(…)`
    fn substitution(&mut self, open: usize) -> Result<(), Stop> {
        self.position += 2;
        let (position, depth) = (self.position, self.depth);
        let mut parser = super::Parser { scanner: Scanner { position, depth, ..Scanner::new(self.text) } };
        parser.list(&[])?;
        match parser.scanner.next()? {
            // Where their lines begin is not the same for all shells.
            _ if !parser.scanner.heredocs.is_empty() => Err(Stop::Unsure),
            (Token::Operator(")"), part) => {
                self.position = part.end as usize;
                Ok(())
            }
            (Token::End, _) => Err(unclosed(open, 2, ")")),
            (_, part) => Err(super::stop(part, FlawKind::NeverOpened)),
        }
    }
}

fn unclosed(start: usize, length: usize, close: &'static str) -> Stop {
    super::stop(Part::new(start, start + length), FlawKind::Unclosed(close))
}
