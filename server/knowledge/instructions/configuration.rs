//! The instructions that set what a container does with the image: CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL,
//! SHELL, STOPSIGNAL, USER.

use super::{Effect, Form, InstructionDoc, parameter};

pub(super) static CMD: InstructionDoc = InstructionDoc {
    keyword: "CMD",
    summary: "Sets what a container runs, or the entrypoint's default arguments",
    documentation: "\
Sets the command of a container that is started without one. With an `ENTRYPOINT` in exec form it gives that one's \
default arguments. Only the last `CMD` of a stage counts.

- **Cache**: no files depend on it; a change re-runs nothing.
- **Size**: none.
- In exec form the program is process 1 and gets the stop signal. In shell form `sh` is, and it passes no signals on.

```dockerfile
CMD [\"node\", \"server.js\"]
```",
    forms: &[
        Form {
            signature: "CMD [\"program\", \"argument\", ...]",
            parameters: &[
                parameter("\"program\"", "A path or a name; or the first argument of the `ENTRYPOINT`."),
                parameter("\"argument\", ...", "Passed as they are; no shell replaces variables."),
            ],
            documentation: "Exec form, a JSON array: signals arrive.",
        },
        Form {
            signature: "CMD command",
            parameters: &[parameter("command", "What the shell runs when the container starts.")],
            documentation: "Shell form: for variables and `&&`. Begin it with `exec` so that signals arrive.",
        },
    ],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#cmd",
};

pub(super) static ENTRYPOINT: InstructionDoc = InstructionDoc {
    keyword: "ENTRYPOINT",
    summary: "Sets the program that a container always runs",
    documentation: "\
Sets the container's program. Arguments of `docker run`, or else `CMD`, are put after it in exec form; \
in shell form they are ignored. It drops a `CMD` of the base image. Only the last `ENTRYPOINT` of a stage counts.

- **Cache**: no files depend on it; a change re-runs nothing.
- **Size**: none.
- In exec form the program is process 1 and gets the stop signal. In shell form `sh` is, and it passes no signals on.

```dockerfile
ENTRYPOINT [\"/usr/bin/redis-server\"]
CMD [\"--port\", \"6379\"]
```",
    forms: &[
        Form {
            signature: "ENTRYPOINT [\"program\", \"argument\", ...]",
            parameters: &[
                parameter("\"program\"", "A path, or a name that `PATH` finds."),
                parameter("\"argument\", ...", "Passed as they are, before those of `CMD` or `docker run`."),
            ],
            documentation: "Exec form, a JSON array: signals and arguments arrive.",
        },
        Form {
            signature: "ENTRYPOINT command",
            parameters: &[parameter("command", "What the shell runs when the container starts.")],
            documentation: "Shell form: `CMD` and arguments are ignored. Begin it with `exec` so that signals arrive.",
        },
    ],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#entrypoint",
};

pub(super) static ENV: InstructionDoc = InstructionDoc {
    keyword: "ENV",
    summary: "Sets environment variables for the build and the container",
    documentation: "\
Sets variables for the instructions that follow, for stages based on this one, and for the container. \
It wins over an `ARG` of the same name.

- **Cache**: its value is part of the key of every `RUN` after it. A version that changes often belongs far down.
- **Size**: none. The value stays in the image for all to read: no place for a secret. `RUN unset` does not remove it.
- All values of one `ENV` see the variables as they were before it.

```dockerfile
ENV NODE_ENV=production \\
 PATH=/app/node_modules/.bin:$PATH
```",
    forms: &[
        Form {
            signature: "ENV name=value [name=value ...]",
            parameters: &[
                parameter("name", "The variable."),
                parameter("value", "Quotes or a `\\` keep blanks together. Earlier variables are replaced."),
                parameter("[name=value ...]", "More of them."),
            ],
            documentation: "The usual form.",
        },
        Form {
            signature: "ENV name value",
            parameters: &[
                parameter("name", "The variable."),
                parameter("value", "The rest of the line, with its blanks and quotes."),
            ],
            documentation: "Old form, for one variable; Docker advises against it.",
        },
    ],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#env",
};

pub(super) static EXPOSE: InstructionDoc = InstructionDoc {
    keyword: "EXPOSE",
    summary: "Names the ports on which the container listens",
    documentation: "\
Records ports in the image. It opens none: `docker run -p` publishes a port, and `-P` publishes those named here.

- **Cache**: no files depend on it; a change re-runs nothing.
- **Size**: none.
- A host's port or address is no business of the image: `8080:80` is wrong here.

```dockerfile
EXPOSE 8080 53/udp
```",
    forms: &[Form {
        signature: "EXPOSE port[/protocol] ...",
        parameters: &[
            parameter("port", "A number or a range, as in `8000-8010`. Variables are replaced."),
            parameter("[/protocol]", "`tcp`, which is the default, `udp` or `sctp`."),
        ],
        documentation: "One or more ports.",
    }],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#expose",
};

pub(super) static HEALTHCHECK: InstructionDoc = InstructionDoc {
    keyword: "HEALTHCHECK",
    summary: "Sets how Docker finds out whether the container still works",
    documentation: "\
Sets a command that Docker runs inside the container from time to time: exit code 0 is healthy, 1 is unhealthy. \
Only the last one of a stage counts. Kubernetes ignores it.

- **Cache**: no files depend on it; a change re-runs nothing.
- **Size**: none, but the program it calls, such as `curl`, must be in the image.

```dockerfile
HEALTHCHECK --interval=1m --timeout=3s CMD curl -f http://localhost/ || exit 1
```",
    forms: &[
        Form {
            signature: "HEALTHCHECK [--flag=value] CMD command",
            parameters: &[
                parameter("[--flag=value]", "`--interval`, `--timeout`, `--start-period`, `--start-interval`, `--retries`."),
                parameter("command", "A shell command, or a JSON array as for `CMD`."),
            ],
            documentation: "Sets the check.",
        },
        Form {
            signature: "HEALTHCHECK NONE",
            parameters: &[],
            documentation: "Switches off the base image's check.",
        },
    ],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#healthcheck",
};

pub(super) static LABEL: InstructionDoc = InstructionDoc {
    keyword: "LABEL",
    summary: "Adds names and values about the image to it",
    documentation: "\
Stores metadata that `docker inspect` and registries show. A later value of a key, here or in an image based on this \
one, replaces it. The keys `org.opencontainers.image.*` are known to tools.

- **Cache**: no files depend on it; a change re-runs nothing in BuildKit.
- **Size**: none; one `LABEL` or ten is the same.

```dockerfile
LABEL org.opencontainers.image.source=\"https://github.com/acme/app\" \\
 org.opencontainers.image.licenses=\"MIT\"
```",
    forms: &[
        Form {
            signature: "LABEL key=value [key=value ...]",
            parameters: &[
                parameter("key", "Letters, digits, `.`, `-`, `_`; quotes for others."),
                parameter("value", "Double quotes keep blanks together and replace variables; single quotes do not replace."),
                parameter("[key=value ...]", "More of them."),
            ],
            documentation: "The usual form.",
        },
        Form {
            signature: "LABEL key value",
            parameters: &[
                parameter("key", "The name of the label."),
                parameter("value", "The rest of the line."),
            ],
            documentation: "Old form, for one label; Docker advises against it.",
        },
    ],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#label",
};

pub(super) static SHELL: InstructionDoc = InstructionDoc {
    keyword: "SHELL",
    summary: "Sets the shell that runs commands in shell form",
    documentation: "\
Replaces `[\"/bin/sh\", \"-c\"]`, on Windows `[\"cmd\", \"/S\", \"/C\"]`, for the `RUN`, `CMD`, `ENTRYPOINT` and \
`HEALTHCHECK` in shell form that follow, also in images based on this one.

- **Cache**: it is part of the command of every `RUN` after it, so a change re-runs them.
- **Size**: none. The shell must be in the image.

```dockerfile
SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]
RUN curl -fsSL https://example.com/a.tar.gz | tar -xz
```",
    forms: &[Form {
        signature: "SHELL [\"program\", \"argument\", ...]",
        parameters: &[
            parameter("\"program\"", "The shell, a path or a name."),
            parameter("\"argument\", ...", "Its options; the command is put after them."),
        ],
        documentation: "A JSON array; there is no other form.",
    }],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#shell",
};

pub(super) static STOPSIGNAL: InstructionDoc = InstructionDoc {
    keyword: "STOPSIGNAL",
    summary: "Sets the signal that asks the container to end",
    documentation: "\
Sets what `docker stop` sends to process 1 instead of `SIGTERM`. \
After ten seconds, or what `--time` says, `SIGKILL` follows.

- **Cache**: no files depend on it; a change re-runs nothing.
- **Size**: none.

```dockerfile
STOPSIGNAL SIGQUIT
```",
    forms: &[Form {
        signature: "STOPSIGNAL signal",
        parameters: &[parameter("signal", "A name with or without `SIG`, or a number but 0.")],
        documentation: "For programs that end gracefully on another signal, such as nginx or httpd.",
    }],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#stopsignal",
};

pub(super) static USER: InstructionDoc = InstructionDoc {
    keyword: "USER",
    summary: "Sets who runs the next commands and the container",
    documentation: "\
Sets the user, and the group if one is given, of the `RUN`, `CMD` and `ENTRYPOINT` that follow and of the container. \
`COPY` and `ADD` still write as root.

- **Cache**: steps after it depend on it.
- **Size**: none.
- It makes no user: a name must be in `/etc/passwd`; a number works without, and Kubernetes can tell that it is not root.

```dockerfile
RUN useradd --system --uid 10001 app
USER 10001:10001
```",
    forms: &[Form {
        signature: "USER user[:group]",
        parameters: &[
            parameter("user", "A name or a number."),
            parameter("[:group]", "A name or a number; the user's own group without one."),
        ],
        documentation: "Best the last but the command, when everything that needs root is done.",
    }],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#user",
};
