//! `mount-on-root`

use crate::path;
use crate::rules::prelude::*;
use crate::syntax::mount::Mount;
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds a mount without a target, or with one that counts from the WORKDIR, where that makes it `/`.
    ///
    /// ## Why is this bad?
    /// A mount without a target is put on the WORKDIR. Nothing can be put on `/`: the build fails with "invalid mount
    /// target". Where nothing sets a WORKDIR it is `/`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12
    /// RUN --mount=type=bind ls
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM debian:12
    /// RUN --mount=type=bind,target=/src ls /src
    /// ```
    ///
    /// ## Never reported
    /// Where the WORKDIR is not known, of the file or of the base image. That a mount says `target=/` itself is `invalid-mount`'s business.
    ///
    /// ## References
    /// BuildKit, `frontend/dockerfile/dockerfile2llb/convert_runmount.go` (`dispatchRunMounts`).
    pub(crate) static MOUNT_ON_ROOT = {
        id: "mount-on-root", group: Correctness, severity: Error, since: "0.1.0",
        also: [],
        check: Steps(has_relative, check),
    }
}

/// Mounts that are put on a folder.
const ON_FOLDERS: [&str; 3] = ["bind", "cache", "tmpfs"];

fn is_relative(mount: &Mount) -> bool {
    let target = mount.target().unwrap_or_default();
    ON_FOLDERS.contains(&mount.kind()) && !target.starts_with('/') && !target.contains(['$', '\\', '`', '"'])
}

fn has_relative(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::Run && Mount::all(instruction).iter().any(is_relative)
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    for index in steps {
        let environment = cx.document.model().environment_at(*index);
        let (Some(item), Some(environment)) = (cx.document.file().item(*index), environment) else {
            continue;
        };
        let of_base = || cx.document.model().base_image(*index)?.workdir;
        let workdir = match &environment.workdir {
            Value::Known(workdir) => Some(workdir.as_str()),
            Value::Unset => of_base(),
            Value::Unknown => None,
        };
        let Some(workdir) = workdir else {
            continue;
        };
        let on_root = |mount: &&Mount| {
            let target = mount.target().unwrap_or_default();
            is_relative(mount) && path::absolute(workdir, target) == "/"
        };
        for mount in Mount::all(&item.instruction).iter().filter(on_root) {
            let message = "this is mounted on the WORKDIR, which is `/`: nothing can be mounted there";
            out.push_at(*index, item.instruction.place(mount.part), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(MOUNT_ON_ROOT);

    #[test]
    fn a_mount_on_the_root_is_found() {
        check(
            "
FROM debian:12
RUN --mount=type=bind ls
  # ^^^^^^^^^^^^^^^^^ this is mounted on the WORKDIR, which is `/`: nothing can be mounted there
RUN --mount=type=cache,target=./ ls
  # ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is mounted on the WORKDIR, which is `/`: nothing can be mounted there
",
        );
        check(
            "FROM a\nWORKDIR /\nRUN --mount=type=tmpfs,dst=. ls\n  # ^^^^^^^^^^^^^^^^^^^^^^^^ this is mounted on the WORKDIR, which is `/`: nothing can be mounted there\n",
        );
    }

    #[test]
    fn a_mount_in_a_folder_or_an_unknown_one_is_silent() {
        check_none("FROM debian:12\nWORKDIR /x\nRUN --mount=type=bind ls\n");
        check_none("FROM debian:12\nRUN --mount=type=secret,id=a --mount=type=ssh b\n");
        check_none("FROM debian:12\nRUN --mount=type=cache,target=a --mount=target=$B ls\n");
        check_none("FROM a\nRUN --mount=type=bind ls\n");
    }
}
