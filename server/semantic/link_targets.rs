//! Whether a copy makes the same files on an empty layer as on what lies below it: what `--link` asks for.
//! Source: Docker reference, "COPY --link", "Incompatibilities with --link=false"; BuildKit, `dockerfile2llb/convert_copy.go`:
//! the files are copied to an empty file system and merged over the layers below. The folders above them come along, made
//! for root with the mode 755, and take the place of symbolic links.

use super::Model;
use super::copies::CopyStep;
use super::dependencies::place;
use super::facts::Facts;
use super::folder_copies::FolderCopy;
use crate::path;
use crate::syntax::word::Value;
use crate::syntax::{File, Instruction, Kind};

/// So many steps above a copy are looked at.
const MOST_STEPS: usize = 500;

/// Folders that Linux images have, as folders of root's with the mode 755.
const PLAIN: [&str; 14] = [
    "/etc",
    "/etc/nginx",
    "/etc/nginx/conf.d",
    "/opt",
    "/srv",
    "/usr",
    "/usr/bin",
    "/usr/local",
    "/usr/local/bin",
    "/usr/local/etc",
    "/usr/share",
    "/usr/share/nginx",
    "/usr/share/nginx/html",
    "/var",
];

/// Other names at the root that images have: links, folders with modes of their own, or of another user's.
const OTHERS: [&str; 23] = [
    "bin",
    "boot",
    "cache",
    "config",
    "data",
    "dev",
    "go",
    "home",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "logs",
    "lost+found",
    "media",
    "mnt",
    "proc",
    "root",
    "run",
    "sbin",
    "sys",
    "tmp",
    "workspaces",
];

/// Flags that a copy may have.
const FLAGS: [&str; 5] = ["checksum", "exclude", "from", "keep-git-dir", "unpack"];

/// Whether it is a copy that `--link` could be given to, as far as it shows by itself. An owner's name cannot be looked up
/// on an empty layer, a number would get the folders above too, and with a mode the builder makes no layer of its own.
pub fn may_be_linked(instruction: &Instruction) -> bool {
    let (ast, line) = (instruction.ast(), instruction.line().text());
    matches!(ast.kind, Kind::Copy | Kind::Add)
        && ast.flags.iter().all(|flag| FLAGS.contains(&flag.name_in(line)))
}

/// Whether the copy `item` makes the same files with `--link`, as far as the file and the base image tell.
pub fn is_linkable(file: &File, model: &Model, item: usize) -> bool {
    let is_same = || {
        let environment = model.environment_at(item).filter(|environment| environment.shell.is_posix())?;
        // The folder of a WORKDIR belongs to the user in force there.
        let is_known = model.root_stage(item)?.base_image().is_some() && is_root(&environment.user);
        let copy = CopyStep::of(file, model, item)?;
        let written = copy.destination.as_ref()?.value.as_deref()?;
        let sources = || copy.sources.iter().filter_map(|source| source.value.as_deref());
        let is_folder = written.ends_with(['/', '.']) || sources().any(|source| source.ends_with(['/', '.']));
        // Without a link a file is put into a folder of that name where there is one, with a link it replaces it.
        if !is_folder && !sources().all(|source| path::name(source) == path::name(written)) {
            return None;
        }
        let target = place(&environment.workdir, written).filter(|target| target.starts_with('/'))?;
        let folders: Vec<&str> = path::ancestry(target.get(1..)?)
            .filter(|folder| !folder.is_empty() && (is_folder || folder.len() + 1 < target.len()))
            .filter_map(|folder| target.get(..=folder.len()))
            .collect();
        let is_system = PLAIN.contains(&target.as_str());
        let brings_folders = is_system && FolderCopy::of(file, model, item).is_some();
        let is_plain = |folder: &&str| PLAIN.contains(folder) || is_own(folder);
        let all_plain = target != "/" && folders.iter().all(is_plain) && !brings_folders;
        Some(is_known && all_plain && is_untouched(file, model, item, &target))
    };
    is_same().unwrap_or(false)
}

/// Whether folders are made for root: by the builder, where no USER is there.
fn is_root(user: &Value) -> bool {
    match user {
        Value::Unset => true,
        Value::Known(user) => matches!(user.as_str(), "root" | "0" | "root:root" | "0:0"),
        Value::Unknown => false,
    }
}

/// Whether a folder is none that images have.
fn is_own(folder: &str) -> bool {
    let top = folder.trim_start_matches('/').split('/').next().unwrap_or_default();
    let is_plain = PLAIN.iter().any(|plain| plain.strip_prefix('/') == Some(top));
    !is_plain && !OTHERS.contains(&top) && !top.ends_with(".d")
}

/// Whether no step above, in the stage or in those that it is built on, may have given the folders above a place another
/// owner or mode, or made links of them.
fn is_untouched(file: &File, model: &Model, item: usize, target: &str) -> bool {
    let Some(own) = model.stage_at(item) else {
        return false;
    };
    let chain = model.chain(own.index);
    let ranges =
        chain.map(|stage| stage.from() + 1..if stage.index == own.index { item } else { stage.items.end });
    let mut steps = ranges.flat_map(Iterator::rev);
    let looked_at: Vec<usize> = steps.by_ref().take(MOST_STEPS).collect();
    let top = target.split('/').nth(1).map(|top| format!("/{top}")).unwrap_or_default();
    steps.next().is_none()
        && looked_at.into_iter().all(|step| match file.instruction(step) {
            Some(instruction) => leaves(file, model, step, instruction, target, &top),
            None => false,
        })
}

/// Whether one step leaves the folders above a place as they are; `top` is the first of them.
fn leaves(
    file: &File,
    model: &Model,
    step: usize,
    instruction: &Instruction,
    target: &str,
    top: &str,
) -> bool {
    const CHANGES: [&str; 9] =
        ["chgrp", "chmod", "chown", "ln", "mv", "setfacl", "useradd", "adduser", "usermod"];
    match instruction.ast().kind {
        Kind::Run => {
            let Some(facts) = Facts::of(instruction) else {
                return false;
            };
            let text = instruction.line().text();
            let bodies =
                instruction.heredocs().iter().filter_map(|body| instruction.source().get(body.body.clone()));
            let is_named = |text: &str| text.contains(top) || text.contains('$');
            // No image starts in a folder that none has.
            let is_inside = || match model.environment_at(step).map(|environment| &environment.workdir) {
                Some(Value::Known(folder)) => path::is_within(folder, top),
                Some(Value::Unset) => false,
                Some(Value::Unknown) | None => true,
            };
            let changes = facts.script.has_error()
                || facts.invocations.iter().any(|invocation| {
                    CHANGES.contains(&&*invocation.name) || invocation.takes_more && text.contains("chown")
                });
            !changes || !is_named(text) && !bodies.into_iter().any(is_named) && (!is_own(top) || !is_inside())
        }
        Kind::Copy | Kind::Add => {
            let line = instruction.line().text();
            let has_owner =
                ["chown", "chmod"].iter().any(|name| instruction.ast().flag(line, name).is_some());
            let destination = || {
                let written = CopyStep::of(file, model, step)?.destination.as_ref()?.value.as_deref()?;
                place(&model.environment_at(step)?.workdir, written)
            };
            match destination() {
                // Whatever lies there may be a link.
                Some(other) if other == "/" => false,
                Some(other) => !has_owner || !target.starts_with(&other) && !other.starts_with(top),
                None => false,
            }
        }
        Kind::Workdir => {
            let user = model.environment_at(step).map(|environment| &environment.user);
            user.is_some_and(is_root)
        }
        Kind::User => false,
        _ => true,
    }
}
