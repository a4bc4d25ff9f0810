//! The walk over a joined line that finds where its blanks count. Knows how quotes are written for each reader, and
//! nothing of lines.

use crate::semantic::environment::Shell;
use crate::text::Span;

/// A walk over a joined line; every way to go on gives `None` where it cannot be told what blanks mean.
pub(super) struct Scan<'a> {
    text: &'a str,
    /// Where the walk ends for now.
    end: usize,
    position: usize,
    /// What was kept: in order and apart.
    tight: Vec<Span>,
}

/// What POSIX shell text stands inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// `$( )`, where words are separated as outside of it.
    Substitution,
    /// `( )`
    Parentheses,
    /// `" "`
    Quotes,
    /// `${ }`
    Braces,
    /// Backticks, inside which quoting is too odd to be followed.
    Backticks,
}

impl Scan<'_> {
    /// A walk that ends at `end` at first.
    pub(super) fn new(text: &str, end: usize) -> Scan<'_> {
        Scan { text, end, position: 0, tight: Vec::new() }
    }

    /// Lets the walk go on to the end of the text.
    pub(super) fn go_on(&mut self) {
        self.end = self.text.len();
    }

    /// Where blanks are part of what is said: in order and apart.
    pub(super) fn into_tight(self) -> Vec<Span> {
        self.tight
    }

    fn rest(&self) -> &str {
        self.text.get(self.position..self.end).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes over a character whose neighbours may be blanks.
    fn pass(&mut self, char: char) {
        self.position += char.len_utf8();
    }

    /// Goes over `length` bytes whose blanks count.
    fn keep(&mut self, length: usize) {
        let end = self.position + length;
        match self.tight.last_mut() {
            Some(last) if last.end == self.position => last.end = end,
            _ => self.tight.push(self.position..end),
        }
        self.position = end;
    }

    /// Goes over an escape character and what it escapes; the latter may be on the next line.
    fn keep_escaped(&mut self) {
        let length: usize = self.rest().chars().take(2).map(char::len_utf8).sum();
        self.keep(length);
    }

    /// Goes over a string that begins here and knows no escapes; `None` where it does not end.
    fn keep_string(&mut self, quote: char) -> Option<()> {
        let length = self.rest().get(1..)?.find(quote)?;
        self.keep(length + 2);
        Some(())
    }

    /// Words of the builder: strings of both quotes, and the escape character.
    pub(super) fn words(&mut self, escape: char) -> Option<()> {
        while let Some(char) = self.peek() {
            match char {
                _ if char == escape => self.keep_escaped(),
                '\'' => self.keep_string(char)?,
                '"' => self.keep_double_quoted(escape)?,
                _ => self.pass(char),
            }
        }
        Some(())
    }

    /// JSON: strings.
    pub(super) fn json(&mut self) -> Option<()> {
        while let Some(char) = self.peek() {
            match char {
                '"' => self.keep_double_quoted('\\')?,
                _ => self.pass(char),
            }
        }
        Some(())
    }

    fn keep_double_quoted(&mut self, escape: char) -> Option<()> {
        self.keep(1);
        loop {
            match self.peek()? {
                '"' => {
                    self.keep(1);
                    return Some(());
                }
                char if char == escape => self.keep_escaped(),
                char => self.keep(char.len_utf8()),
            }
        }
    }

    /// Strings of both quotes. Escaped quotes are written in too many ways to be sure of any; and cmd prints blanks
    /// and puts them into variables as they are written.
    pub(super) fn windows_shell(&mut self, shell: &Shell) -> Option<()> {
        let name = match shell {
            Shell::Posix(..) => return None,
            Shell::Foreign(name) => name.to_ascii_lowercase(),
            Shell::Unknown => "cmd".to_owned(),
        };
        let is_power_shell = match name.trim_end_matches(".exe") {
            "powershell" | "pwsh" => true,
            "cmd" => false,
            _ => return None,
        };
        let text = self.rest().to_ascii_lowercase();
        let mut words = text.split(|char: char| !char.is_ascii_alphanumeric());
        let is_verbatim = match is_power_shell {
            // All that follows goes to the program as it is written.
            true => text.contains("--%"),
            false => words.any(|word| word == "echo" || word == "set"),
        };
        if is_verbatim {
            return None;
        }
        let mut is_escape = false;
        while let Some(char) = self.peek() {
            match char {
                '\'' | '"' if is_escape => return None,
                '\'' | '"' => {
                    let content = self.rest().get(1..)?;
                    let content = content.get(..content.find(char)?)?;
                    if content.contains('`') || content.ends_with(['\\', '^']) {
                        return None;
                    }
                    self.keep_string(char)?;
                }
                _ => self.pass(char),
            }
            is_escape = matches!(char, '`' | '\\' | '^');
        }
        Some(())
    }

    /// Text for a POSIX shell.
    pub(super) fn posix_shell(&mut self) -> Option<()> {
        let mut open: Vec<Inside> = Vec::new();
        // Whether a word may begin here.
        let mut is_start = true;
        while let Some(char) = self.peek() {
            let inside = open.last().copied();
            match inside {
                Some(Inside::Quotes | Inside::Braces | Inside::Backticks) => {
                    self.kept(char, inside, &mut open)?;
                    is_start = false;
                }
                _ => is_start = self.loose(char, inside, is_start, &mut open)?,
            }
        }
        open.iter().all(|inside| *inside == Inside::Parentheses).then_some(())
    }

    /// One step where blanks count.
    fn kept(&mut self, char: char, inside: Option<Inside>, open: &mut Vec<Inside>) -> Option<()> {
        match (char, inside) {
            ('\\', _) => self.keep_escaped(),
            ('`', Some(Inside::Backticks)) | ('"', Some(Inside::Quotes)) | ('}', Some(Inside::Braces)) => {
                open.pop();
                self.keep(1);
            }
            (_, Some(Inside::Backticks)) => self.keep(char.len_utf8()),
            ('$', _) => self.dollar(open),
            ('`', _) => self.opened(1, Inside::Backticks, open),
            ('"', Some(Inside::Braces)) => self.opened(1, Inside::Quotes, open),
            // Inside of `"${ }"` it depends on the shell whether this begins a string.
            ('\'', Some(Inside::Braces)) => return None,
            _ => self.keep(char.len_utf8()),
        }
        Some(())
    }

    /// One step where words are separated by blanks; says whether a word may begin after it.
    fn loose(
        &mut self,
        char: char,
        inside: Option<Inside>,
        is_start: bool,
        open: &mut Vec<Inside>,
    ) -> Option<bool> {
        match char {
            '\\' => self.keep_escaped(),
            '\'' => self.keep_string(char)?,
            '"' => self.opened(1, Inside::Quotes, open),
            '`' => self.opened(1, Inside::Backticks, open),
            '$' if self.rest().starts_with("$'") => {
                // Bash knows escapes in it, and other shells do not.
                let content = self.rest().get(2..)?;
                let length = content.find('\'')?;
                if content.get(..length)?.contains('\\') {
                    return None;
                }
                self.keep(length + 3);
            }
            '$' => {
                self.dollar(open);
                return Some(open.last() == Some(&Inside::Substitution));
            }
            // A comment, up to the end of the joined line.
            '#' if is_start => {
                self.position = self.end;
            }
            '(' => {
                self.pass(char);
                open.push(Inside::Parentheses);
                return Some(true);
            }
            ')' => {
                match inside {
                    Some(Inside::Substitution) => {
                        open.pop();
                        self.keep(1);
                    }
                    _ => {
                        if inside == Some(Inside::Parentheses) {
                            open.pop();
                        }
                        self.pass(char);
                    }
                }
                return Some(inside == Some(Inside::Parentheses));
            }
            // The patterns of a `case` end in parentheses that nothing opens.
            'c' if is_start && open.contains(&Inside::Substitution) && self.is_case() => return None,
            _ => {
                self.pass(char);
                return Some(char.is_whitespace() || ";&|".contains(char));
            }
        }
        Some(false)
    }

    fn is_case(&self) -> bool {
        self.rest().strip_prefix("case").is_some_and(|rest| rest.starts_with(char::is_whitespace))
    }

    fn opened(&mut self, length: usize, inside: Inside, open: &mut Vec<Inside>) {
        self.keep(length);
        open.push(inside);
    }

    fn dollar(&mut self, open: &mut Vec<Inside>) {
        let rest = self.rest();
        if rest.starts_with("$(") {
            self.opened(2, Inside::Substitution, open);
        } else if rest.starts_with("${") {
            self.opened(2, Inside::Braces, open);
        } else if rest.starts_with("$#") || rest.starts_with("$$") {
            self.keep(2);
        } else {
            self.keep(1);
        }
    }
}
