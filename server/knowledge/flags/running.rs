//! The flags of RUN, and the one of FROM.

use super::{Flag, Since, ValueKind, version};

pub(super) const FROM: &[Flag] = &[Flag {
    name: "platform",
    value: ValueKind::Platform,
    repeatable: false,
    expands: true,
    default: Some("$TARGETPLATFORM"),
    since: Since::Always,
    documentation: "Which platform of the image is taken, and so where the stage's commands run.

`--platform=$BUILDPLATFORM` runs a stage on the builder's own machine, without emulation, to cross-compile for \
`$TARGETOS` and `$TARGETARCH`. Only global ARGs and the platform variables are replaced here.",
    link: "https://docs.docker.com/reference/dockerfile/#from",
}];

pub(super) const RUN: &[Flag] = &[
    Flag {
        name: "device",
        value: ValueKind::Device,
        repeatable: true,
        expands: false,
        default: None,
        since: Since::Labs(version(14)),
        documentation: "Gives the command a CDI device such as a GPU: `--device=vendor.com/class=name`. \
            With `,required` the build fails where the builder lacks it. The builder must allow the device.",
        link: "https://docs.docker.com/reference/dockerfile/#run---device",
    },
    Flag {
        name: "mount",
        value: ValueKind::Mount,
        repeatable: true,
        expands: true,
        default: None,
        since: Since::Stable(version(2)),
        documentation: "Makes files visible while the command runs, without storing them in the layer: of the build context or a stage \
            (`type=bind`, the default), a folder kept between builds (`cache`), memory (`tmpfs`), a secret (`secret`) \
            or an SSH agent (`ssh`).

```dockerfile
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt
```",
        link: "https://docs.docker.com/reference/dockerfile/#run---mount",
    },
    Flag {
        name: "network",
        value: ValueKind::Choice(&["default", "host", "none"]),
        repeatable: false,
        expands: false,
        default: Some("default"),
        since: Since::Graduated {
            labs: version(2),
            stable: version(3),
        },
        documentation: "Which network the command sees. `none` proves that a step needs none; `host` uses the builder's own network \
            and must be allowed with `--allow network.host`.",
        link: "https://docs.docker.com/reference/dockerfile/#run---network",
    },
    Flag {
        name: "security",
        value: ValueKind::Choice(&["insecure", "sandbox"]),
        repeatable: false,
        expands: false,
        default: Some("sandbox"),
        since: Since::Graduated {
            labs: version(2),
            stable: version(20),
        },
        documentation: "`insecure` runs the command with all privileges, like `docker run --privileged`. \
            It must be allowed with `--allow security.insecure`.",
        link: "https://docs.docker.com/reference/dockerfile/#run---security",
    },
];
