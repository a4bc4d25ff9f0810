//! What the scripts of a project say that the steps of a build run: see [`super::project_scripts`].

use super::Model;
use super::arrivals::text_for;
use super::dependencies::place;
use super::project_deeds::{Deed, deeds, steps_that_see};
use super::project_scripts::{STEP, script};
use crate::context::BuildContext;
use crate::context::view::View;
use crate::syntax::File;

/// So many scripts are read.
const MOST_SCRIPTS: usize = 50;

/// The texts of those that can be read, and of those that they run in turn.
pub fn script_texts(file: &File, model: &Model, context: &dyn BuildContext, view: &View<'_>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for step in steps_that_see(file, model, context) {
        let workdir = model.environment_at(step).map(|environment| &environment.workdir);
        let Some(folder) = workdir.and_then(|workdir| place(workdir, ".")) else { continue };
        let read = |name: &str| text_for(file, model, view, context, (step, &folder), name);
        let own = |deeds: Vec<Deed<'_>>| -> Vec<Vec<String>> {
            let words = |deed| match deed {
                Deed::Program(words) => Some(words.into_iter().map(str::to_owned).collect()),
                Deed::Tool(..) | Deed::Unknown => None,
            };
            deeds.into_iter().filter_map(words).collect()
        };
        let mut pending = own(deeds(file, model, step));
        while let Some(words) = pending.pop() {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let Some(found) = script(&words, &read).filter(|found| !texts.contains(&found.text)) else {
                continue;
            };
            if texts.len() == MOST_SCRIPTS {
                return texts;
            }
            pending.extend(own(deeds(found.document.file(), found.document.model(), STEP)));
            texts.push(found.text);
        }
    }
    texts
}
