//! What an image is set to do in the end: read from the last stage of a document and those that it is built on.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::knowledge::project_files::is_for_building;
use crate::semantic::facts::Facts;
use crate::semantic::runners::without_runners;
use crate::syntax::word::Value;
use crate::syntax::{Arguments, Instruction, Kind};

/// What an image is set to do in the end.
#[derive(Debug, Default)]
pub(super) struct FinalImage {
    /// The folder it starts in.
    folder: Option<String>,
    /// The user it runs as; empty for the one of its base image.
    user: String,
    /// What CMD, ENTRYPOINT, HEALTHCHECK, STOPSIGNAL and MAINTAINER say: the last of each, as written.
    says: BTreeMap<&'static str, String>,
    /// What EXPOSE and VOLUME say, all of it.
    lists: BTreeMap<&'static str, Vec<String>>,
    /// Labels, and variables that not only builds read, with their values once those of others are put in.
    values: BTreeMap<(&'static str, String), String>,
}

impl FinalImage {
    /// The image that is built of a document, as far as the document says it, the last where they are several; `None` where
    /// it has no such stage.
    pub(super) fn of(document: &Document) -> Option<FinalImage> {
        let (file, model) = (document.file(), document.model());
        let built = model.built_stages().last()?;
        let mut stages: Vec<_> = model.chain(built.index).collect();
        stages.reverse();
        let mut image = FinalImage::default();
        let last = built.items.end.checked_sub(1)?;
        // A variable for building alone still decides what others are worth.
        for index in stages.iter().flat_map(|stage| stage.items.clone()) {
            let Some(item) = file.item(index) else { continue };
            let ast = item.instruction.ast();
            let keyword = item.kind.keyword();
            let written = |text: &str| model.expand_at(index, text).value.unwrap_or_else(|| text.to_owned());
            match (item.kind, &ast.arguments) {
                (Kind::Cmd | Kind::Entrypoint | Kind::Healthcheck | Kind::Maintainer, _) => {
                    let text = said(&item.instruction);
                    let arguments = text.get(keyword.len()..).unwrap_or_default().trim();
                    image.says.insert(keyword, arguments.to_owned());
                }
                (Kind::Stopsignal, _) => {
                    image.says.insert(keyword, written(item.instruction.str(ast.rest)));
                }
                (Kind::User, _) => image.user = written(item.instruction.str(ast.rest)),
                (Kind::Expose | Kind::Volume, Arguments::Words(words)) => {
                    let words = words.iter().map(|word| written(item.instruction.str(*word)));
                    image.lists.entry(keyword).or_default().extend(words);
                }
                (Kind::Volume, Arguments::Json(words)) => {
                    let words = words.iter().map(|word| written(&word.value));
                    image.lists.entry(keyword).or_default().extend(words);
                }
                (Kind::Env | Kind::Label, Arguments::KeyValues(pairs)) => {
                    for pair in pairs {
                        let name = item.instruction.str(pair.key).trim_matches(['"', '\'']).to_owned();
                        let value = pair.value.map(|part| written(item.instruction.str(part)));
                        if item.kind == Kind::Label || !is_for_building(&name) {
                            let key = (keyword, name);
                            let value = value.unwrap_or_default();
                            // What PATH is in the base image is not known: what is put before it is.
                            let before = image.values.get(&key).filter(|_| key.1 == "PATH");
                            let value = before.map_or(value.clone(), |before| value.replace("$PATH", before));
                            image.values.insert(key, value);
                        }
                    }
                }
                _ => {}
            }
        }
        image.folder = match model.folder_at(last) {
            Value::Known(folder) => Some(folder),
            Value::Unset | Value::Unknown => None,
        };
        image.lists.values_mut().for_each(|list| list.sort_unstable());
        Some(image)
    }

    /// Whether another image has the same ports, volumes, labels, signal and health check, whatever it runs.
    pub(super) fn is_kept_but_for_its_program(&self, after: &FinalImage) -> bool {
        let says = |image: &FinalImage| {
            let mut says = image.says.clone();
            says.retain(|keyword, _| !matches!(*keyword, "CMD" | "ENTRYPOINT"));
            says
        };
        let labels = |image: &FinalImage| {
            let mut values = image.values.clone();
            values.retain(|(keyword, _), _| *keyword == "LABEL");
            values
        };
        (says(self), labels(self), &self.lists) == (says(after), labels(after), &after.lists)
    }

    /// Whether another image is set to do the same. Its PATH may begin with more.
    pub(super) fn is_kept(&self, after: &FinalImage) -> bool {
        let path = |image: &FinalImage| image.values.get(&("ENV", "PATH".to_owned())).cloned();
        let others = |image: &FinalImage| {
            let mut values = image.values.clone();
            values.remove(&("ENV", "PATH".to_owned()));
            values
        };
        let keeps_path = match (path(self), path(after)) {
            (None, Some(path)) => path.ends_with(":$PATH"),
            (Some(before), Some(after)) => after == before || after.ends_with(&format!(":{before}")),
            (before, after) => before == after,
        };
        keeps_path
            && others(self) == others(after)
            && (&self.folder, &self.user, &self.says, &self.lists)
                == (&after.folder, &after.user, &after.says, &after.lists)
    }
}

/// The text of an instruction, without the tools by which it starts programs: they are started in the same way without.
fn said(instruction: &Instruction) -> String {
    let source = instruction.source();
    let (mut text, mut end) = (String::new(), instruction.span().start);
    for edit in Facts::of(instruction).map(without_runners).unwrap_or_default() {
        text.push_str(source.get(end..edit.span.start).unwrap_or_default());
        text.push_str(&edit.new_text);
        end = edit.span.end;
    }
    text + source.get(end..).unwrap_or_default()
}
