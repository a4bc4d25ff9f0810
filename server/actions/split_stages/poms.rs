//! The poms of Maven: that of a project, and those above it that the build context has.
//! Source: Maven, "POM Reference", "Inheritance" and "Relationships".

use super::subject::Subject;
use crate::path;

/// A `pom.xml`.
#[derive(Clone, Debug)]
pub(super) struct Pom {
    pub(super) text: String,
    /// The texts of its elements with the names of those that they stand in.
    elements: Vec<(String, String)>,
}

impl Pom {
    /// That of a folder; `None` where it is not there.
    pub(super) fn read(subject: &Subject<'_>, folder: &str) -> Option<Pom> {
        let text = subject.read(&format!("{}/pom.xml", folder.trim_end_matches('/')))?;
        Some(Pom { elements: elements(&text), text })
    }

    /// The texts of all elements of a path such as `project/modules/module`.
    pub(super) fn texts_at(&self, path: &str) -> impl Iterator<Item = &str> {
        self.elements.iter().filter(move |(found, _)| found == path).map(|(_, text)| text.as_str())
    }

    /// The text of the first one.
    pub(super) fn text_at<'a>(&'a self, path: &str) -> Option<&'a str> {
        self.elements.iter().find(|(found, _)| found == path).map(|(_, text)| text.as_str())
    }
}

/// The pom of a folder, then those above it, as far as the build context has them; `None` where there is none.
pub(super) fn poms(subject: &Subject<'_>, folder: &str) -> Option<Vec<Pom>> {
    const MOST: usize = 8;
    let mut folder = folder.to_owned();
    let mut poms = vec![Pom::read(subject, &folder)?];
    while let Some(pom) = poms.last().filter(|_| poms.len() < MOST) {
        let Some(name) = pom.text_at("project/parent/artifactId") else { break };
        let is_remote = pom.text.contains("<relativePath/>") || pom.text.contains("<relativePath />");
        let path = pom.text_at("project/parent/relativePath").unwrap_or("../pom.xml");
        let place = path::absolute(&folder, path.strip_suffix("/pom.xml").unwrap_or(path));
        let above = Pom::read(subject, &place).filter(|_| !is_remote);
        let Some(above) = above.filter(|above| above.text_at("project/artifactId") == Some(name)) else {
            break;
        };
        poms.push(above);
        folder = place;
    }
    Some(poms)
}

/// The texts of a document with the names of the elements that they stand in, from the outside.
fn elements(xml: &str) -> Vec<(String, String)> {
    let (mut path, mut found): (Vec<&str>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let mut rest = xml;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = after.split_once('>') else { break };
        rest = after;
        if tag.starts_with(['?', '!']) || tag.ends_with('/') {
            continue;
        }
        if tag.starts_with('/') {
            path.pop();
            continue;
        }
        path.push(tag.split_whitespace().next().unwrap_or_default());
        let text = after.split('<').next().unwrap_or_default().trim();
        if !text.is_empty() {
            found.push((path.join("/"), text.to_owned()));
        }
    }
    found
}
