//! Build stages: which instructions belong to which, and what each is built on.
//! Source: BuildKit, `frontend/dockerfile/instructions/parse.go` (`parseFrom`, `HasStage`) and
//! `dockerfile2llb/convert.go`: a name is compared without case, and the last stage of a name counts.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::image::Image;
use super::inputs::familiar;
use crate::knowledge::images::{self, BaseImage};
use crate::syntax::word::Expanded;
use crate::syntax::{Arguments, Instruction, Part};

/// One build stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Its number, from 0.
    pub index: usize,
    /// Its instructions, as indexes of the file's; the first is the FROM.
    pub items: Range<usize>,
    /// The word after AS, in the joined line of the FROM.
    pub name_part: Option<Part>,
    /// The name in lower case, as BuildKit compares it; `None` for a stage without one.
    pub name: Option<String>,
    /// The word that names the base, in the joined line of the FROM.
    pub base_part: Option<Part>,
    /// What it is built on.
    pub base: Base,
    /// Where that is not known: what is known of the image, with `*` for every variable that has no value.
    partial: Option<Image>,
    known: Known,
}

/// What is known of an image: looked up when it is first asked for, then kept. A FROM keeps that of the
/// image that it named first.
#[derive(Clone, Default)]
struct Known(Arc<OnceLock<Option<BaseImage>>>);

impl PartialEq for Known {
    /// It follows from the image: whether it has been asked for makes no difference.
    fn eq(&self, _: &Known) -> bool {
        true
    }
}

impl Eq for Known {}

impl std::fmt::Debug for Known {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Known")
    }
}

/// What a stage is built on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// `scratch`: nothing.
    Scratch,
    /// The stage of this number.
    Stage(usize),
    /// An image.
    Image(Image),
    /// A variable without a known value, a context that the build is given, or no word at all.
    Unknown,
}

impl Stage {
    /// The FROM, as an index of the file's instructions.
    pub fn from(&self) -> usize {
        self.items.start
    }

    /// The image it is built on, unless that is another stage, scratch, or not known.
    pub fn image(&self) -> Option<&Image> {
        match &self.base {
            Base::Image(image) => Some(image),
            Base::Scratch | Base::Stage(_) | Base::Unknown => None,
        }
    }

    /// As `image`; where that is not known, what is known of it, with `*` for the rest.
    pub fn likely_image(&self) -> Option<&Image> {
        self.image().or(self.partial.as_ref())
    }

    /// What is known of the image it is built on; `None` where it is built on another stage.
    pub fn base_image(&self) -> Option<&BaseImage> {
        let look = || match &self.base {
            Base::Scratch => images::describe("scratch", None, false),
            Base::Image(image) => image.known(),
            Base::Unknown => self.partial.as_ref()?.known(),
            Base::Stage(_) => None,
        };
        self.known.0.get_or_init(look).as_ref()
    }
}

/// The stages of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Stages {
    pub(super) all: Vec<Stage>,
    by_name: HashMap<String, usize>,
    /// The stages that others are built on.
    bases: BTreeSet<usize>,
}

impl Stages {
    /// None, with room for so many.
    pub(super) fn with_capacity(stages: usize) -> Stages {
        Stages {
            all: Vec::with_capacity(stages),
            by_name: HashMap::with_capacity(stages),
            bases: BTreeSet::new(),
        }
    }

    /// Begins a stage at the FROM that is the file's instruction `item`; `expand` gives the value of a word, `partly`
    /// the same with `*` for what has none. What is in a context of these names is not known.
    pub(super) fn begin(
        &mut self,
        item: usize,
        instruction: &Instruction,
        expand: &dyn Fn(&str) -> Expanded,
        partly: &dyn Fn(&str) -> Expanded,
        contexts: &BTreeSet<String>,
    ) {
        self.end(item);
        let words: &[Part] = match &instruction.ast().arguments {
            Arguments::Words(words) => words,
            _ => &[],
        };
        let base_part = words.first().copied();
        let has_as = words.get(1).is_some_and(|part| instruction.str(*part).eq_ignore_ascii_case("as"));
        let name_part = words.get(2).copied().filter(|_| has_as);
        let name = name_part.map(|part| instruction.str(part).to_lowercase());
        let mut base = base_part.map_or(Base::Unknown, |part| self.base(instruction.str(part), expand));
        let is_context = matches!(&base, Base::Image(image) if contexts.contains(familiar(image.text())));
        if is_context {
            base = Base::Unknown;
        }
        let partial = base_part.filter(|_| base == Base::Unknown && !is_context).and_then(|part| {
            let text = partly(instruction.str(part)).value?;
            Some(Image::new(&text)).filter(|image| !image.name().contains('*'))
        });
        let image = match &base {
            Base::Image(image) => Some(image),
            _ => partial.as_ref(),
        };
        // An ARG may change what the same FROM names.
        let keep = |image: &Image| (image.text().to_owned(), Known::default());
        let kept = image.and_then(|image| instruction.base_image().get_or_init(|| keep(image)));
        let known = kept.filter(|(text, _)| image.is_some_and(|image| image.text() == text));
        let known = known.map(|(_, known)| known.clone()).unwrap_or_default();
        let index = self.all.len();
        if let Some(name) = &name {
            self.by_name.insert(name.clone(), index);
        }
        if let Base::Stage(stage) = base {
            self.bases.insert(stage);
        }
        self.all.push(Stage {
            index,
            items: item..item + 1,
            name_part,
            name,
            base_part,
            base,
            partial,
            known,
        });
    }

    /// Ends the last stage before the instruction `item`.
    pub(super) fn end(&mut self, item: usize) {
        if let Some(stage) = self.all.last_mut() {
            stage.items.end = item;
        }
    }

    /// The last stage of a name so far, in any case.
    pub(super) fn named(&self, name: &str) -> Option<usize> {
        match self.by_name.get(name) {
            Some(index) => Some(*index),
            None => self.by_name.get(&name.to_lowercase()).copied(),
        }
    }

    /// Whether a stage is built on this one.
    pub(super) fn is_base(&self, stage: usize) -> bool {
        self.bases.contains(&stage)
    }

    fn base(&self, written: &str, expand: &dyn Fn(&str) -> Expanded) -> Base {
        let expanded = expand(written).value.unwrap_or_default();
        if expanded.is_empty() {
            return Base::Unknown;
        }
        match self.named(&expanded) {
            Some(stage) => Base::Stage(stage),
            // BuildKit compares this name exactly.
            None if expanded == "scratch" => Base::Scratch,
            None => Base::Image(Image::new(&expanded)),
        }
    }
}
