//! `write-to-volume`

use std::collections::HashMap;

use crate::path;
use crate::rules::prelude::*;
use crate::semantic::brought_folders::is_brought;
use crate::semantic::stages::Base;
use crate::semantic::users::{is_root, last_users};
use crate::semantic::writes::{Write, takes_away, writes};
use crate::syntax::word::Value;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds a RUN that writes to a path which a VOLUME above has made a volume, and a VOLUME that the user of the image cannot
    /// write to, because nothing in the file makes the folder.
    ///
    /// ## Why is this bad?
    /// It depends on the builder whether the image has what was written. Docker's classic builder (and older Podman)
    /// throws it away with the volume of the step; BuildKit keeps it in the image. With VOLUME below, all of them keep it.
    ///
    /// A volume takes its owner from the folder in the image. Where there is none, Docker makes one that belongs to root, and
    /// the program that runs as another user cannot write there.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// VOLUME /var/lib/app
    /// RUN mkdir -p /var/lib/app/cache
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN mkdir -p /var/lib/app/cache
    /// VOLUME /var/lib/app
    /// ```
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// USER node
    /// VOLUME /app/data
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile,good
    /// FROM node:22.11
    /// RUN mkdir -p /app/data && chown node:node /app/data
    /// USER node
    /// VOLUME /app/data
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## Silent
    /// COPY and ADD: what they bring stays in the image, whatever builds it. What a step takes away or moves elsewhere after it
    /// has run something that may have put it there. Volumes of the base image are not known. As to the
    /// owner, wherever a step names the folder, and with a base image that may have it: only distributions and images of
    /// programming languages are known well enough.
    ///
    /// ## References
    /// - [VOLUME](https://docs.docker.com/reference/dockerfile/#volume)
    pub(crate) static WRITE_TO_VOLUME = {
        id: "write-to-volume", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(picks, check),
    }
}

fn picks(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Volume | Kind::User => true,
        Kind::Run => Facts::of(instruction)
            .is_some_and(|facts| !writes(facts, &Value::Known("/".to_owned())).is_empty()),
        _ => false,
    }
}

/// The volumes of a stage so far, each with the VOLUME that says so.
type Volumes = Vec<(String, usize)>;

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let mut by_stage: HashMap<usize, Volumes> = HashMap::new();
    let of_kind = |index: &&usize, kind: Kind| file.item(**index).is_some_and(|item| item.kind == kind);
    let volumes: Vec<usize> = steps.iter().filter(|index| of_kind(index, Kind::Volume)).copied().collect();
    if volumes.is_empty() {
        return;
    }
    let users: Vec<usize> = steps.iter().filter(|index| of_kind(index, Kind::User)).copied().collect();
    find_unwritable(cx, &volumes, &users, out);
    for index in steps.iter().filter(|index| !of_kind(index, Kind::User)) {
        let (Some(item), Some(stage)) = (file.item(*index), model.stage_at(*index)) else {
            continue;
        };
        if !by_stage.contains_key(&stage.index) {
            let inherited = match stage.base {
                Base::Stage(base) => by_stage.get(&base).cloned(),
                Base::Scratch | Base::Image(_) | Base::Unknown => None,
            };
            by_stage.insert(stage.index, inherited.unwrap_or_default());
        }
        let Some(volumes) = by_stage.get_mut(&stage.index) else {
            continue;
        };
        if item.instruction.ast().kind == Kind::Volume {
            volumes.extend(declared(cx, *index, &item.instruction).into_iter().map(|path| (path, *index)));
        } else if !volumes.is_empty()
            && let Some((write, volume)) = written(cx, *index, item, volumes)
        {
            let place = file.item(volume.1).map_or(0, |item| item.span().start);
            let line = cx.document.line_number(place);
            let message = format!(
                "`{}` is a volume since line {line}: the classic builder drops what a RUN writes there",
                volume.0
            );
            out.push_at(*index, write, message);
        }
    }
}

/// Images that have no folders for data beside those of their distribution.
const LANGUAGES: [&str; 11] = [
    "amazoncorretto",
    "eclipse-temurin",
    "elixir",
    "golang",
    "node",
    "openjdk",
    "perl",
    "php",
    "python",
    "ruby",
    "rust",
];

/// Folders that a distribution, or a package of it, may have filled.
const DISTRIBUTED: [&str; 12] =
    ["etc", "lib", "lib64", "media", "mnt", "opt", "root", "run", "sbin", "tmp", "usr", "var"];

/// Finds the volumes that belong to root while the image runs as somebody else.
fn find_unwritable(cx: &Cx<'_>, volumes: &[usize], users: &[usize], out: &mut Findings) {
    let (items, model) = (cx.document.file().items(), cx.document.model());
    for last in last_users(cx.document.file(), model, users) {
        let (Some(user), Some(stage)) = (items.get(last), model.stage_at(last)) else {
            continue;
        };
        let Arguments::Text(part) = user.instruction.ast().arguments else {
            continue;
        };
        let name = model.expand_at(last, user.instruction.str(part)).value.unwrap_or_default();
        let name = name.split(':').next().unwrap_or_default();
        let is_known = stage.base_image().is_some_and(|image| {
            image.user == Some("root") && (image.is_distribution() || LANGUAGES.contains(&image.repository))
        });
        if is_root(name) || !is_known {
            continue;
        }
        let first = volumes.partition_point(|index| *index < stage.from());
        let own = volumes.iter().copied().skip(first).take_while(|index| *index < stage.items.end);
        for index in own {
            let Some(item) = items.get(index) else {
                continue;
            };
            let is_bare = |path: &String| {
                !is_named(items.get(stage.items.clone()).unwrap_or_default(), path)
                    && !is_brought(cx.document.file(), model, index, path)
            };
            if let Some(path) = declared(cx, index, &item.instruction).into_iter().find(is_bare) {
                let place = item.instruction.place(item.instruction.ast().rest);
                let message = format!(
                    "nothing makes `{path}` before: it belongs to root, and `{}` cannot write there",
                    shown(name)
                );
                out.push_at(index, place, message);
            }
        }
    }
}

/// Whether a step beside VOLUME names a folder, or it is one that every image has.
fn is_named(items: &[Item], path: &str) -> bool {
    let last = path::name(path);
    let others = items.iter().filter(|item| item.kind != Kind::Volume);
    // What packages and distributions make there is not seen.
    let first = path.split('/').nth(1).unwrap_or_default();
    let is_home = first == "home" && path.matches('/').count() < 3;
    let is_theirs = is_home || DISTRIBUTED.contains(&first);
    is_theirs || { others }.any(|item| item.instruction.source().contains(last))
}

/// The absolute paths of a VOLUME, as far as they are known.
fn declared(cx: &Cx<'_>, index: usize, instruction: &Instruction) -> Vec<String> {
    let model = cx.document.model();
    let paths: Vec<Option<String>> = match &instruction.ast().arguments {
        Arguments::Words(words) => {
            words.iter().map(|word| model.expand_at(index, instruction.str(*word)).value).collect()
        }
        Arguments::Json(strings) => {
            strings.iter().map(|string| model.expand_at(index, &string.value).value).collect()
        }
        _ => Vec::new(),
    };
    let absolute = paths.into_iter().flatten().filter(|path| path.starts_with('/'));
    absolute.map(|path| path::from_root(&path)).filter(|path| path != "/").collect()
}

/// The first place where a RUN writes to a volume, and the volume.
fn written<'a>(
    cx: &Cx<'_>,
    index: usize,
    item: &Item,
    volumes: &'a Volumes,
) -> Option<(Span, &'a (String, usize))> {
    let environment = cx.document.model().environment_at(index)?;
    let facts = Facts::of(&item.instruction).filter(|_| environment.shell.is_posix())?;
    let mounts = cx.document.model().mounts(cx.document.file(), index);
    let is_mounted = |write: &Write| {
        mounts.iter().any(|mount| {
            let is_over = |target: &str| path::is_within(&write.path, target);
            mount.has_unknown_target() || mount.target().is_some_and(is_over)
        })
    };
    // What is taken away may be what the same step has put there: nothing of that is lost.
    let made_before = facts.invocations.iter().find(|invocation| !takes_away(invocation));
    let made_before = made_before.and_then(|invocation| invocation.command(&facts.script));
    let may_be_own = |write: &Write| {
        write.is_taken_away && made_before.is_some_and(|command| command.part.start < write.part.start)
    };
    let writes = writes(facts, &environment.workdir);
    writes.iter().filter(|write| !is_mounted(write) && !may_be_own(write)).find_map(|write| {
        let volume = volumes.iter().find(|(path, _)| path::is_within(&write.path, path))?;
        Some((facts.script.place(write.part), volume))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WRITE_TO_VOLUME);

    #[test]
    fn a_dash_is_the_output_and_no_file() {
        check_none(
            "FROM a\nWORKDIR /b\nVOLUME /b\nRUN wget -qO - https://c.d/e | sh && curl -o - https://c.d/e\n",
        );
    }

    #[test]
    fn what_is_written_after_the_volume_is_found() {
        check(
            "
FROM a AS x
ENV D=/d
VOLUME $D /e
RUN mkdir /ee && echo b > /e/b && touch /d/c
                        # ^^^^ `/e` is a volume since line 4: the classic builder drops what a RUN writes there
FROM x
WORKDIR /d
RUN chown -R b c
             # ^ `/d` is a volume since line 4: the classic builder drops what a RUN writes there
",
        );
        check(
            "FROM a\nVOLUME [\"/d/\"]\nRUN rm -rf /d/*\n         # ^^^^ `/d` is a volume since line 2: the classic builder drops what a RUN writes there\n",
        );
    }

    #[test]
    fn what_leaves_the_volume_may_be_of_the_step_itself() {
        check_none("FROM a\nVOLUME /d\nWORKDIR /d\nRUN b && mv c.tgz /e/c.tgz\nRUN b && rm -rf /d/c\n");
        check_none("FROM a\nVOLUME /d\nRUN cd /d && b && rm /d/c && mv -t /e /d/f\n");
        check(
            "FROM a\nVOLUME /d\nRUN b && mv /c /d/e\n             # ^^^^ `/d` is a volume since line 2: the classic builder drops what a RUN writes there\n",
        );
        check(
            "FROM a\nVOLUME /d\nRUN rm /b && mv /d/c /e\n              # ^^^^ `/d` is a volume since line 2: the classic builder drops what a RUN writes there\n",
        );
    }

    #[test]
    fn a_volume_that_nothing_makes_belongs_to_root() {
        check(
            "FROM node:22\nUSER node\nVOLUME /app/data /x\n     # ^^^^^^^^^^^^ nothing makes `/app/data` before: it belongs to root, and `node` cannot write there\n",
        );
        check_none("FROM node:22\nRUN install -d -o node /app/data\nUSER node\nVOLUME /app/data\n");
        check_none("FROM node:22\nENV D=/app/data\nRUN mkdir $D\nUSER node\nVOLUME $D\n");
        check_none("FROM node:22\nVOLUME /app/data\n");
        check_none("FROM me/node:22\nUSER node\nVOLUME /app/data\n");
        check_none("FROM postgres:17\nUSER postgres\nVOLUME /app/data\n");
        check_none("FROM node:22\nUSER node\nVOLUME /home/node /tmp /usr/share/x /var/lib/x\n");
    }

    #[test]
    fn what_a_folder_above_brings_is_not_known() {
        check_none(
            "FROM a AS b\nRUN c\nFROM debian:12\nCOPY --from=b /srv /srv\nUSER d\nVOLUME /srv/data/files\n",
        );
        assert_ne!(
            crate::fixture::found(
                &WRITE_TO_VOLUME,
                "FROM debian:12\nCOPY --from=b /x /x\nUSER d\nVOLUME /srv/data/files\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn other_paths_and_other_times_are_silent() {
        check_none(
            "FROM a\nRUN mkdir /d\nVOLUME /d\nCOPY b /d\nRUN mkdir /dd /d$X && ls /d && mkdir \"$Y\"\n",
        );
        check_none("FROM a\nVOLUME /d\nFROM b\nRUN mkdir /d\n");
        check_none("FROM a\nVOLUME d / $X\nRUN mkdir /d\nRUN touch x\n");
        check_none("FROM a\nVOLUME /d\nRUN --mount=type=cache,target=/d touch /d/b\n");
        check_none("FROM a\nSHELL [\"cmd\"]\nVOLUME /d\nRUN mkdir /d\n");
    }
}
