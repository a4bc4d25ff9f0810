//! `write-to-volume`

use std::collections::HashMap;

use crate::rules::prelude::*;
use crate::semantic::dependencies::below;
use crate::semantic::environment::clean;
use crate::semantic::stages::Base;
use crate::semantic::writes::{Write, writes};
use crate::syntax::mount::Mount;
use crate::syntax::word::Value;
use crate::text::{Encoding, Span};

declare_rule! {
    /// ## What it does
    /// Finds a RUN that writes to a path which a VOLUME above has made a volume.
    ///
    /// ## Why is this bad?
    /// It depends on the builder whether the image has what was written. Docker's classic builder (and older Podman)
    /// throws it away with the volume of the step; BuildKit keeps it in the image. With VOLUME below, all of them keep it.
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
    ///
    /// ## Silent
    /// COPY and ADD: what they bring stays in the image, whatever builds it. Volumes of the base image are not known.
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
        Kind::Volume => true,
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
    for index in steps {
        let (Some(item), Some(stage)) = (file.items().get(*index), model.stage_at(*index)) else {
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
            let place = file.items().get(volume.1).map_or(0, |item| item.span().start);
            let line = cx.document.text().position(place, Encoding::Utf8).line + 1;
            let message = format!(
                "`{}` is a volume since line {line}: the classic builder drops what a RUN writes there",
                volume.0
            );
            out.push_at(*index, write, message);
        }
    }
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
    absolute.map(|path| clean(&path)).filter(|path| path != "/").collect()
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
    let mounts: Vec<String> =
        Mount::all(&item.instruction).iter().filter_map(|mount| mount.target().map(str::to_owned)).collect();
    let is_mounted = |write: &Write| mounts.iter().any(|mount| below(&write.path, mount).is_some());
    writes(facts, &environment.workdir).iter().filter(|write| !is_mounted(write)).find_map(|write| {
        let volume = volumes.iter().find(|(path, _)| below(&write.path, path).is_some())?;
        Some((facts.script.place(write.part), volume))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WRITE_TO_VOLUME);

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
