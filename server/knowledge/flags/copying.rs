//! The flags of COPY and ADD.

use super::{Flag, Since, ValueKind, version};

const CHMOD: &str = "Sets the permissions of everything that is copied, in the same layer: a `RUN chmod` \
    afterwards would store the files a second time.

Octal (`755`, `0644`), or symbolic (`u=rwX,go=rX`) since frontend 1.14. Without it, files of the build context keep \
their permissions and downloads get `0600`. Not for Windows images.";

const CHOWN: &str = "Sets the owner of everything that is copied, in the same layer: a `RUN chown -R` \
    afterwards would store the files a second time.

`user[:group]`; a user alone stands for the group too. Names are looked up in the image's `/etc/passwd` and \
`/etc/group` and fail where these are missing; numbers always work. Without it everything belongs to `0:0`. \
Not for Windows images.";

const EXCLUDE: &str =
    "Leaves out what matches a pattern, with the wildcards of `.dockerignore`. A change to a file \
    that is left out does not invalidate the step.

Give the flag once per pattern.";

const LINK: &str =
    "Puts the files into a layer of their own that does not depend on the layers below: when those change, \
    this one is reused, and the base can be replaced without copying again.

The destination is made of plain folders: a symbolic link on the way to it is replaced, not followed.";

pub(super) const ADD: &[Flag] = &[
    Flag {
        name: "checksum",
        value: ValueKind::Checksum,
        repeatable: false,
        expands: true,
        default: None,
        since: Since::Graduated {
            labs: version(5),
            stable: version(6),
        },
        documentation: "Fails the build unless what is fetched has this digest, and lets the cache be used without asking the server.

`sha256:<hash>` for a file over HTTP, a commit or the beginning of one for a git repository. Only for remote sources.",
        link: "https://docs.docker.com/reference/dockerfile/#add---checksum",
    },
    Flag {
        name: "chmod",
        value: ValueKind::Mode,
        repeatable: false,
        expands: true,
        default: None,
        since: Since::Stable(version(2)),
        documentation: CHMOD,
        link: "https://docs.docker.com/reference/dockerfile/#add---chmod",
    },
    Flag {
        name: "chown",
        value: ValueKind::Owner,
        repeatable: false,
        expands: true,
        default: Some("0:0"),
        since: Since::Always,
        documentation: CHOWN,
        link: "https://docs.docker.com/reference/dockerfile/#add---chown",
    },
    Flag {
        name: "exclude",
        value: ValueKind::Pattern,
        repeatable: true,
        expands: false,
        default: None,
        since: Since::Graduated {
            labs: version(7),
            stable: version(19),
        },
        documentation: EXCLUDE,
        link: "https://docs.docker.com/reference/dockerfile/#add---exclude",
    },
    Flag {
        name: "keep-git-dir",
        value: ValueKind::Bool,
        repeatable: false,
        expands: false,
        default: Some("false"),
        // The reference says 1.1, but the release notes graduate git sources, and this flag with them, in 1.6.
        since: Since::Graduated {
            labs: version(5),
            stable: version(6),
        },
        documentation: "Keeps the `.git` folder of a git source, which is left out otherwise. It grows the layer by the history and \
            makes the step depend on it.",
        link: "https://docs.docker.com/reference/dockerfile/#add---keep-git-dir",
    },
    Flag {
        name: "link",
        value: ValueKind::Bool,
        repeatable: false,
        expands: false,
        default: Some("false"),
        since: Since::Stable(version(4)),
        documentation: LINK,
        link: "https://docs.docker.com/reference/dockerfile/#add---link",
    },
    Flag {
        name: "unpack",
        value: ValueKind::Bool,
        repeatable: false,
        expands: false,
        default: None,
        since: Since::Stable(version(17)),
        documentation: "Says whether a tar archive, compressed or not, is unpacked into the destination. \
            Without the flag a local archive is unpacked and a downloaded one is not.",
        link: "https://docs.docker.com/reference/dockerfile/#add---unpack",
    },
];

pub(super) const COPY: &[Flag] = &[
    Flag {
        name: "chmod",
        value: ValueKind::Mode,
        repeatable: false,
        expands: true,
        default: None,
        since: Since::Stable(version(2)),
        documentation: CHMOD,
        link: "https://docs.docker.com/reference/dockerfile/#copy---chmod",
    },
    Flag {
        name: "chown",
        value: ValueKind::Owner,
        repeatable: false,
        expands: true,
        default: Some("0:0"),
        since: Since::Always,
        documentation: CHOWN,
        link: "https://docs.docker.com/reference/dockerfile/#copy---chown",
    },
    Flag {
        name: "exclude",
        value: ValueKind::Pattern,
        repeatable: true,
        expands: false,
        default: None,
        since: Since::Graduated {
            labs: version(7),
            stable: version(19),
        },
        documentation: EXCLUDE,
        link: "https://docs.docker.com/reference/dockerfile/#copy---exclude",
    },
    Flag {
        name: "from",
        value: ValueKind::Stage,
        repeatable: false,
        expands: false,
        default: None,
        since: Since::Always,
        documentation: "Copies out of another stage, a named context (`--build-context`) or an image instead of the build context. \
            The step then depends on the files it copies, not on how that stage made them.

A stage is written by name, or by its number counted from 0. Paths are absolute there: its WORKDIR does not count. \
Variables are not replaced.",
        link: "https://docs.docker.com/reference/dockerfile/#copy---from",
    },
    Flag {
        name: "link",
        value: ValueKind::Bool,
        repeatable: false,
        expands: false,
        default: Some("false"),
        since: Since::Stable(version(4)),
        documentation: LINK,
        link: "https://docs.docker.com/reference/dockerfile/#copy---link",
    },
    Flag {
        name: "parents",
        value: ValueKind::Bool,
        repeatable: false,
        expands: false,
        default: Some("false"),
        since: Since::Graduated {
            labs: version(7),
            stable: version(20),
        },
        documentation: "Keeps the folders above each source, so that one COPY can bring `packages/*/package.json` to their places. \
            What stands before `/./` in a source is not kept.",
        link: "https://docs.docker.com/reference/dockerfile/#copy---parents",
    },
];
