//! What a test in a RUN asks of the base image: which package manager it has, and which distribution it is.
//! Source: os-release(5); the packages `base-files`, `alpine-release` and those like them.

use super::Model;
use super::list_updates::run_facts;
use crate::knowledge::images::BaseImage;
use crate::knowledge::package_managers::Family;
use crate::path;
use crate::syntax::File;
use crate::syntax::shell::guards::Question;

/// How the base image of a RUN answers; `None` where that is not known, or the steps may have changed it.
pub(super) fn of_image(file: &File, model: &Model, item: usize, question: &Question) -> Option<bool> {
    let image = model.base_image(item)?;
    match question {
        Question::Program(name) => has_manager(file, model, item, image, name),
        Question::File(test) => match path::parent(&test.path) {
            "/etc" => has_release_file(image, path::name(&test.path)),
            "/bin" | "/sbin" | "/usr/bin" | "/usr/sbin" => {
                has_manager(file, model, item, image, path::name(&test.path)).filter(|is_there| !is_there)
            }
            _ => None,
        },
        Question::Distribution(patterns) => {
            let id = id(image)?;
            let matches = |pattern: &str| match pattern.strip_suffix('*') {
                _ if pattern == id => Some(true),
                Some(start) if !start.contains(['*', '?', '[']) => Some(id.starts_with(start)),
                _ => (!pattern.contains(['*', '?', '[', '$', '`'])).then_some(false),
            };
            let outcomes: Vec<Option<bool>> = patterns.iter().map(|pattern| matches(pattern)).collect();
            match outcomes.contains(&Some(true)) {
                true => Some(true),
                false => outcomes.iter().all(Option::is_some).then_some(false),
            }
        }
    }
}

/// Whether there is a package manager of this name, unless a step has installed one.
fn has_manager(file: &File, model: &Model, item: usize, image: &BaseImage, name: &str) -> Option<bool> {
    let asked = match name {
        "apk" => Family::Apk,
        "apt" | "apt-get" | "dpkg" => Family::Apt,
        "dnf" | "microdnf" | "yum" | "tdnf" => Family::Dnf,
        "pacman" => Family::Pacman,
        "zypper" => Family::Zypper,
        _ => return None,
    };
    let own = image.manager?;
    let is_there = match own.family() {
        // One of this kind may be there by several names.
        Some(family) if family == asked => {
            (asked != Family::Dnf || own.program() == Some(name)).then_some(true)?
        }
        _ => false,
    };
    let stage = model.stage_at(item)?;
    let steps = model.chain(stage.index).flat_map(|stage| stage.items.clone());
    let installs = |step: usize| {
        run_facts(file, model, step).is_some_and(|facts| {
            facts
                .packages
                .iter()
                .any(|package| package.operand_values(&facts.script).any(|operand| operand == name))
        })
    };
    (!{ steps }.any(installs)).then_some(is_there)
}

/// Whether the distribution has this file in `/etc`; `None` for files that several have, and where it is not known.
fn has_release_file(image: &BaseImage, name: &str) -> Option<bool> {
    let family = image.release.as_ref()?.family.id;
    let owners: &[&str] = match name {
        "alpine-release" => &["alpine"],
        "debian_version" => &["debian", "ubuntu"],
        "fedora-release" => &["fedora"],
        "redhat-release" => &["almalinux", "centos", "fedora", "oraclelinux", "rhel", "rockylinux"],
        "arch-release" => &["archlinux"],
        _ => return None,
    };
    Some(owners.contains(&family))
}

/// The `ID` of a distribution.
fn id(image: &BaseImage) -> Option<&'static str> {
    match image.release.as_ref()?.family.id {
        "amazonlinux" => Some("amzn"),
        "archlinux" => Some("arch"),
        "oraclelinux" => Some("ol"),
        "rockylinux" => Some("rocky"),
        id @ ("almalinux" | "alpine" | "azurelinux" | "centos" | "debian" | "fedora" | "mariner"
        | "photon" | "rhel" | "ubuntu") => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::settled::never_run_in_image;
    use super::*;
    use crate::document::Document;
    use crate::syntax::Kind;

    /// What never runs of the last RUN of a file.
    fn never(source: &str) -> Vec<String> {
        let document = Document::new(source);
        let (file, model) = (document.file(), document.model());
        let item = file.items().iter().rposition(|item| item.kind == Kind::Run).expect("a RUN");
        let facts = run_facts(file, model, item).expect("facts");
        let parts = never_run_in_image(file, model, item).into_iter();
        let mut never: Vec<String> = parts.map(|part| facts.script.str(part).to_owned()).collect();
        never.dedup();
        never
    }

    #[test]
    fn the_package_manager_of_the_image_settles_which_branch_runs() {
        let run =
            "RUN if command -v apt-get; then a; elif command -v dnf; then b; elif which apk; then c; fi\n";
        for (image, expected) in [
            ("debian:12", &["b", "c"][..]),
            ("alpine:3.20", &["a", "b"]),
            ("fedora:42", &["a", "c"]),
            ("own/image", &[]),
        ] {
            assert_eq!(never(&format!("FROM {image}\n{run}")), expected, "{image}");
        }
        assert_eq!(never("FROM debian:12\nRUN which dnf && a\n"), ["a"]);
        assert_eq!(never("FROM debian:12\nRUN apt-get install -y dnf\nRUN which dnf && a\n"), [""; 0]);
        assert_eq!(never("FROM rockylinux:9\nRUN which yum && a\nRUN which apk && b\n"), ["b"]);
    }

    #[test]
    fn the_distribution_is_known_by_its_files_and_by_its_name() {
        let file = "RUN if [ -f /etc/alpine-release ]; then a; elif [ -e /etc/debian_version ]; then b; else c; fi\n";
        assert_eq!(never(&format!("FROM node:22-alpine\n{file}")), ["b", "c"]);
        assert_eq!(never(&format!("FROM node:22\n{file}")), ["a", "c"]);
        let id =
            "RUN . /etc/os-release; case $ID in alpine) a;; debian|ubuntu) b;; opensuse*) c;; *) d;; esac\n";
        assert_eq!(never(&format!("FROM ubuntu:24.04\n{id}")), ["a", "c", "d"]);
        assert_eq!(never(&format!("FROM fedora:42\n{id}")), ["a", "b", "c"]);
        assert_eq!(never(&format!("FROM own/image\n{id}")), [""; 0]);
    }
}
