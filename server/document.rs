//! One version of one document: its text, its syntax and, made on first use, its model. Immutable; an edit
//! makes a new document that shares every untouched instruction with the old one.

pub mod cursor;

use std::sync::{Arc, OnceLock};

use crate::context::BuildContext;
use crate::context::patterns::Patterns;
use crate::context::shell_check::ShellCheck;
use crate::semantic::Model;
use crate::semantic::inputs::Inputs;
use crate::settings::Settings;
use crate::syntax::slot::Slot;
use crate::syntax::{File, Zone};
use crate::text::{Edit, Encoding, Span, Text};

/// One version of one Dockerfile or ignore file.
#[derive(Debug)]
pub struct Document {
    source: Arc<Source>,
    inputs: Arc<Inputs>,
    model: OnceLock<Model>,
    /// Room for what the rules keep from one version to the next.
    kept: Arc<Slot>,
}

/// What depends on the text alone.
#[derive(Debug)]
struct Source {
    text: Text,
    file: File,
    /// Of an ignore file, which has no instructions.
    patterns: Option<Patterns>,
}

impl Source {
    fn of_ignore_file(text: Text) -> Source {
        let whole = text.to_string();
        Source { file: File::without_instructions(text.len()), patterns: Some(Patterns::new(&whole)), text }
    }
}

impl Document {
    /// Reads a whole text. Never fails: broken input is data.
    pub fn new(source: &str) -> Document {
        Document::of(Source { text: Text::new(source), file: File::new(source), patterns: None })
    }

    /// Reads a whole ignore file (`.dockerignore`): all of it are comments and patterns, and it has no instructions.
    pub fn ignore_file(source: &str) -> Document {
        Document::of(Source::of_ignore_file(Text::new(source)))
    }

    fn of(source: Source) -> Document {
        Document {
            source: Arc::new(source),
            inputs: Arc::default(),
            model: OnceLock::new(),
            kept: Arc::default(),
        }
    }

    /// Another text of the same kind of document, for the same build.
    #[must_use]
    pub fn with_text(&self, source: &str) -> Document {
        let document = match self.patterns() {
            Some(_) => Document::ignore_file(source),
            None => Document::new(source),
        };
        Document { inputs: Arc::clone(&self.inputs), ..document }
    }

    /// The same document for a build with other arguments or another target.
    #[must_use]
    pub fn with_inputs(&self, inputs: Arc<Inputs>) -> Document {
        let (source, kept) = (Arc::clone(&self.source), Arc::clone(&self.kept));
        Document { source, inputs, model: OnceLock::new(), kept }
    }

    /// Whether another document is the same version of the same text, perhaps for another build.
    pub fn has_text_of(&self, other: &Document) -> bool {
        Arc::ptr_eq(&self.source, &other.source)
    }

    /// The document after one edit (byte offsets of this document; clamped to it).
    #[must_use]
    pub fn edited(&self, edit: &Edit) -> Document {
        let edit = &self.text().clamp(edit);
        let mut text = self.text().clone();
        text.replace(edit.span.clone(), &edit.new_text);
        let source = match self.patterns() {
            Some(_) => Source::of_ignore_file(text),
            None => {
                let file = self.file().edited(&text, edit);
                Source { text, file, patterns: None }
            }
        };
        Document {
            source: Arc::new(source),
            inputs: Arc::clone(&self.inputs),
            model: OnceLock::new(),
            kept: Arc::clone(&self.kept),
        }
    }

    /// The text.
    pub fn text(&self) -> &Text {
        &self.source.text
    }

    /// The patterns of an ignore file; `None` for a Dockerfile.
    pub(crate) fn patterns(&self) -> Option<&Patterns> {
        self.source.patterns.as_ref()
    }

    /// The instructions; none in an ignore file.
    pub fn file(&self) -> &File {
        &self.source.file
    }

    /// The line of a byte offset, as people count: the first is 1.
    pub fn line_number(&self, offset: usize) -> u32 {
        self.text().position(offset, Encoding::Utf8).line.saturating_add(1)
    }

    /// The comment at a byte offset, from its `#` to the end of its line; `None` where there is none.
    pub fn comment_at(&self, offset: usize) -> Option<Span> {
        if let Some(item) = self.file().index_at(offset).and_then(|index| self.file().item(index)) {
            return match item.instruction.zone_at(offset.checked_sub(item.start)?) {
                Zone::Comment(comment) => Some(item.absolute(comment)),
                _ => None,
            };
        }
        // After the last instruction there is nothing but comments and blank lines.
        let position = self.text().position(offset, Encoding::Utf8);
        let start = offset.checked_sub(position.character as usize)?.max(self.file().tail().start);
        let end = self.text().line_end(position.line as usize);
        let line = self.text().slice(start..end);
        let comment = start + line.find('#')?;
        // An offset may stand inside the line break.
        (self.file().tail().contains(&comment) && (comment..=end).contains(&offset)).then_some(comment..end)
    }

    /// What the build is given beside its files.
    pub fn inputs(&self) -> &Arc<Inputs> {
        &self.inputs
    }

    /// Room for what the rules keep from one version to the next.
    pub(crate) fn kept(&self) -> &Slot {
        &self.kept
    }

    /// What the instructions mean.
    pub fn model(&self) -> &Model {
        self.model.get_or_init(|| Model::new(self.file(), &self.inputs))
    }
}

/// Everything an analysis may look at: the document, what is on disk, and what the user has set.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// The document.
    pub document: &'a Document,
    /// The build context.
    pub context: &'a dyn BuildContext,
    /// What checks shell text, if anything does.
    pub shell_check: &'a dyn ShellCheck,
    /// The settings in force for this document.
    pub settings: &'a Settings,
}
