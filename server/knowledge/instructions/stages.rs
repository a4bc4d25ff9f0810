//! The instructions that begin a stage or only prepare one: FROM, ARG, ONBUILD, MAINTAINER.

use super::{Effect, Form, InstructionDoc, parameter};

pub(super) static FROM: InstructionDoc = InstructionDoc {
    keyword: "FROM",
    summary: "Begins a stage on a base image, an earlier stage, or nothing",
    documentation: "\
Begins a build stage. The base is an image, an earlier stage, or `scratch`, which is empty.

- **Cache**: the stage is keyed by the digest of the base. A new image under the same tag re-runs the whole stage.
- **Size**: the base's layers are part of the image. Only the last stage ships; others are built if it needs them, \
at the same time where they can.
- Only global `ARG`s are replaced here. Nothing of an earlier stage's `ARG` or `ENV` is seen, unless it is the base.

```dockerfile
FROM golang:1.24 AS build
RUN go build -o /app .

FROM scratch
COPY --from=build /app /app
```",
    forms: &[Form {
        signature: "FROM [--flag=value] image[:tag][@digest] [AS name]",
        parameters: &[
            parameter("[--flag=value]", "`--platform`, when the base is not for the target platform."),
            parameter("image", "An image, an earlier stage's name, or `scratch`."),
            parameter("[:tag]", "The release; `latest` without one. A tag may move."),
            parameter("[@digest]", "The exact image, whatever becomes of the tag."),
            parameter(
                "[AS name]",
                "The stage's name, for `COPY --from`, `FROM` and `--target`: a small letter, then letters, digits, `-`, `_`, `.`.",
            ),
        ],
        documentation: "Every stage begins so.",
    }],
    effect: Effect::Stage,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#from",
};

pub(super) static ARG: InstructionDoc = InstructionDoc {
    keyword: "ARG",
    summary: "Declares a variable that the build command can set",
    documentation: "\
Declares a build argument, with a default or without. `docker build --build-arg NAME=value` sets it.

- **Scope**: to the end of the stage. Before the first `FROM` it is global: `FROM` lines see it, \
a stage only after an `ARG NAME` of its own.
- **Cache**: its value is part of the key of every `RUN` after it, used or not. Declared late, it invalidates little.
- **Size**: none. It is no variable of the container, but its value stays in the image's history: no place for a secret.

```dockerfile
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}
ARG NODE_VERSION
```",
    forms: &[Form {
        signature: "ARG name[=default] [name[=default] ...]",
        parameters: &[
            parameter("name", "The variable."),
            parameter("[=default]", "Its value when the build command gives none. It may use earlier variables."),
            parameter("[name[=default] ...]", "More of them, since frontend 1.2."),
        ],
        documentation: "With no default the variable is unset until the build command, or a global `ARG`, sets it.",
    }],
    effect: Effect::Declaration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#arg",
};

pub(super) static ONBUILD: InstructionDoc = InstructionDoc {
    keyword: "ONBUILD",
    summary: "Keeps an instruction for the builds that use this image as their base",
    documentation: "\
Stores an instruction in the image. It runs right after the `FROM` of a build that is based on this image, \
in that build's context, once: images built from that one do not inherit it.

- **Cache and size**: nothing here. The step is paid for in the build that triggers it.
- Every instruction may follow but `ONBUILD`, `FROM` and `MAINTAINER`. \
Another stage or image as a source, as in `COPY --from`, needs frontend 1.11.

```dockerfile
ONBUILD COPY package.json package-lock.json ./
ONBUILD RUN npm ci
```",
    forms: &[Form {
        signature: "ONBUILD instruction",
        parameters: &[parameter("instruction", "A whole instruction, with its flags and arguments.")],
        documentation: "For base images that prepare an application's build.",
    }],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#onbuild",
};

pub(super) static MAINTAINER: InstructionDoc = InstructionDoc {
    keyword: "MAINTAINER",
    summary: "Names the image's author; replaced by a label",
    documentation: "\
Sets the author field of the image. Deprecated: a label says the same, and `docker inspect` shows it with the others.

- **Cache**: no files depend on it.
- **Size**: none.

```dockerfile
MAINTAINER ops@example.com
# better:
LABEL org.opencontainers.image.authors=\"ops@example.com\"
```",
    forms: &[Form {
        signature: "MAINTAINER name",
        parameters: &[parameter("name", "The author; the rest of the line.")],
        documentation: "Only for old files.",
    }],
    effect: Effect::Configuration,
    deprecated: true,
    link: "https://docs.docker.com/reference/dockerfile/#maintainer-deprecated",
};
