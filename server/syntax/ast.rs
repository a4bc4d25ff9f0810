//! One instruction taken apart: keyword, flags and arguments, each a [`Part`] of the joined line.
//! Source: BuildKit, `frontend/dockerfile/parser` (`newNodeFromLine` and the line parsers).

use super::flags::{self, Flag};
use super::joined::Part;
use super::json::{self, Json, JsonString};
use super::key_values::{self, KeyValue, is_blank};

/// Which instruction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the keywords are their own documentation")]
pub enum Kind {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
    /// No instruction that Docker knows.
    Unknown,
}

/// Every keyword, sorted, with its kind.
pub const KEYWORDS: [(&str, Kind); 18] = [
    ("ADD", Kind::Add),
    ("ARG", Kind::Arg),
    ("CMD", Kind::Cmd),
    ("COPY", Kind::Copy),
    ("ENTRYPOINT", Kind::Entrypoint),
    ("ENV", Kind::Env),
    ("EXPOSE", Kind::Expose),
    ("FROM", Kind::From),
    ("HEALTHCHECK", Kind::Healthcheck),
    ("LABEL", Kind::Label),
    ("MAINTAINER", Kind::Maintainer),
    ("ONBUILD", Kind::Onbuild),
    ("RUN", Kind::Run),
    ("SHELL", Kind::Shell),
    ("STOPSIGNAL", Kind::Stopsignal),
    ("USER", Kind::User),
    ("VOLUME", Kind::Volume),
    ("WORKDIR", Kind::Workdir),
];

impl Kind {
    /// Whether it says what a container is started with.
    pub fn starts_container(self) -> bool {
        matches!(self, Kind::Cmd | Kind::Entrypoint)
    }

    /// Whether it names a command that is run in containers, and not by the build.
    pub fn runs_in_container(self) -> bool {
        self.starts_container() || self == Kind::Healthcheck
    }

    /// The kind of a keyword, in any case.
    pub fn of(keyword: &str) -> Kind {
        let found = KEYWORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(keyword));
        found.map_or(Kind::Unknown, |(_, kind)| *kind)
    }

    /// The keyword in capitals; empty for an unknown one.
    pub fn keyword(self) -> &'static str {
        KEYWORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// Whether it only says something of the image: no step reads it, and no file comes of it.
    pub fn is_description(self) -> bool {
        matches!(
            self,
            Kind::Cmd
                | Kind::Entrypoint
                | Kind::Expose
                | Kind::Healthcheck
                | Kind::Label
                | Kind::Maintainer
                | Kind::Stopsignal
        )
    }

    /// Whether heredocs can stand in it.
    pub fn takes_heredocs(self) -> bool {
        matches!(self, Kind::Add | Kind::Copy | Kind::Run)
    }
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ast {
    /// Which one.
    pub kind: Kind,
    /// The keyword as written.
    pub keyword: Part,
    /// The flags before the arguments.
    pub flags: Vec<Flag>,
    /// Everything after the flags, without blanks around it.
    pub rest: Part,
    /// What that is.
    pub arguments: Arguments,
}

/// The arguments of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// Nothing at all.
    None,
    /// FROM, EXPOSE; COPY, ADD and VOLUME without JSON: words at blanks.
    Words(Vec<Part>),
    /// The JSON form.
    Json(Vec<JsonString>),
    /// A JSON array with something but strings at this place, which BuildKit rejects.
    BadJson(Part),
    /// RUN, CMD, ENTRYPOINT, SHELL without JSON; WORKDIR, USER, STOPSIGNAL, MAINTAINER: one text.
    Text(Part),
    /// ENV, LABEL, ARG.
    KeyValues(Vec<KeyValue>),
    /// HEALTHCHECK: `NONE` or `CMD`, and the command.
    Healthcheck(Part, Box<Arguments>),
    /// ONBUILD: the instruction it keeps.
    Trigger(Box<Ast>),
    /// The arguments of an unknown instruction, not looked at.
    Unknown(Part),
}

impl Ast {
    /// Takes the instruction apart that begins at `start` of a joined line. Never fails.
    pub(super) fn parse(line: &str, start: usize, escape: char) -> Ast {
        Ast::read(line, start, escape, parse_arguments)
    }

    fn read(line: &str, start: usize, escape: char, arguments: ParseArguments) -> Ast {
        let (start, end) = trimmed(line, start, line.len());
        let text = line.get(start..end).unwrap_or_default();
        let keyword_end = start + text.find(is_blank).unwrap_or(text.len());
        let kind = Kind::of(line.get(start..keyword_end).unwrap_or_default());
        let text = line.get(..end).unwrap_or_default();
        let (flags, rest_start) = flags::read(text, keyword_end, escape);
        let (rest_start, rest_end) = trimmed(text, rest_start, end);
        let rest = Part::new(rest_start, rest_end);
        let arguments = if rest.is_empty() { Arguments::None } else { arguments(kind, text, rest, escape) };
        Ast { kind, keyword: Part::new(start, keyword_end), flags, rest, arguments }
    }

    /// The whole instruction.
    pub fn part(&self) -> Part {
        let last_flag = self.flags.last().map_or(self.keyword.end, |flag| flag.part.end);
        Part { start: self.keyword.start, end: self.rest.end.max(last_flag) }
    }

    /// What stands for the name of a stage in a FROM of three words; `None` elsewhere.
    pub fn stage_name(&self) -> Option<Part> {
        match (self.kind, &self.arguments) {
            (Kind::From, Arguments::Words(words)) if words.len() == 3 => words.last().copied(),
            _ => None,
        }
    }

    /// The instruction itself, or the one that ONBUILD keeps.
    pub fn innermost(&self) -> &Ast {
        match &self.arguments {
            Arguments::Trigger(inner) => inner.innermost(),
            _ => self,
        }
    }

    /// The instruction itself, and then the one that it keeps if it is an ONBUILD.
    pub fn with_trigger(&self) -> impl Iterator<Item = &Ast> {
        let inner = match &self.arguments {
            Arguments::Trigger(inner) => Some(&**inner),
            _ => None,
        };
        std::iter::once(self).chain(inner)
    }

    /// The first flag of a name (without dashes) in `line`, the joined line.
    pub fn flag<'a>(&'a self, line: &'a str, name: &str) -> Option<&'a Flag> {
        self.flags_named(line, name).next()
    }

    /// Every flag of a name (without dashes) in `line`, the joined line.
    pub fn flags_named<'a>(&'a self, line: &'a str, name: &str) -> impl Iterator<Item = &'a Flag> {
        self.flags.iter().filter(move |flag| flag.name_in(line) == name)
    }

    /// Whether BuildKit looks for heredocs here.
    pub(super) fn takes_heredocs(&self) -> bool {
        let inner = match &self.arguments {
            Arguments::Trigger(inner) => inner,
            _ => self,
        };
        inner.kind.takes_heredocs() && !matches!(inner.arguments, Arguments::Json(_))
    }
}

type ParseArguments = fn(Kind, &str, Part, char) -> Arguments;

/// The arguments of what ONBUILD keeps. An ONBUILD inside another is not looked into: BuildKit rejects it.
fn parse_trigger_arguments(kind: Kind, line: &str, rest: Part, escape: char) -> Arguments {
    match kind {
        Kind::Onbuild => Arguments::Unknown(rest),
        _ => parse_arguments(kind, line, rest, escape),
    }
}

fn parse_arguments(kind: Kind, line: &str, rest: Part, escape: char) -> Arguments {
    let start = rest.start as usize;
    match kind {
        Kind::Add | Kind::Copy | Kind::Volume => json_or(line, rest, |_| Arguments::Words(words(line, rest))),
        Kind::Run | Kind::Cmd | Kind::Entrypoint | Kind::Shell => json_or(line, rest, Arguments::Text),
        Kind::From | Kind::Expose => Arguments::Words(words(line, rest)),
        Kind::Env | Kind::Label => Arguments::KeyValues(key_values::read(line, start, escape)),
        Kind::Arg => Arguments::KeyValues(key_values::read_arguments(line, start, escape)),
        Kind::Maintainer | Kind::Stopsignal | Kind::User | Kind::Workdir => Arguments::Text(rest),
        Kind::Healthcheck => healthcheck(line, rest),
        Kind::Onbuild => {
            Arguments::Trigger(Box::new(Ast::read(line, start, escape, parse_trigger_arguments)))
        }
        Kind::Unknown => Arguments::Unknown(rest),
    }
}

fn json_or(line: &str, rest: Part, otherwise: impl FnOnce(Part) -> Arguments) -> Arguments {
    match json::read(line, rest.start as usize) {
        Json::Strings(strings) => Arguments::Json(strings),
        Json::OtherValues(part) => Arguments::BadJson(part),
        Json::No => otherwise(rest),
    }
}

fn healthcheck(line: &str, rest: Part) -> Arguments {
    let (start, end) = (rest.start as usize, rest.end as usize);
    let text = line.get(start..end).unwrap_or_default();
    let kind_end = start + text.find(char::is_whitespace).unwrap_or(text.len());
    let (command_start, _) = trimmed(line, kind_end, end);
    let command = Part::new(command_start, end);
    let command = if command.is_empty() { Arguments::None } else { json_or(line, command, Arguments::Text) };
    Arguments::Healthcheck(Part::new(start, kind_end), Box::new(command))
}

fn words(line: &str, rest: Part) -> Vec<Part> {
    let start = rest.start as usize;
    let text = line.get(start..rest.end as usize).unwrap_or_default();
    let mut words = Vec::new();
    let mut begin = 0;
    for (offset, char) in text.char_indices() {
        if is_blank(char) {
            if begin < offset {
                words.push(Part::new(start + begin, start + offset));
            }
            begin = offset + char.len_utf8();
        }
    }
    if begin < text.len() {
        words.push(Part::new(start + begin, rest.end as usize));
    }
    words
}

/// The offsets `start..end` of `line` without the blanks at both ends.
fn trimmed(line: &str, start: usize, end: usize) -> (usize, usize) {
    let text = line.get(start..end).unwrap_or_default();
    let left = text.len() - text.trim_start().len();
    if left == text.len() {
        return (end, end);
    }
    (start + left, start + text.trim_end().len())
}
