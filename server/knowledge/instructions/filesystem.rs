//! The instructions about files: ADD, COPY, RUN, VOLUME, WORKDIR.

use super::{Effect, Form, InstructionDoc, Parameter, parameter};

const SHELL_COMMAND: Parameter = parameter(
    "command",
    "What the shell runs: `/bin/sh -c` unless `SHELL` says otherwise. Lines go on after a `\\`.",
);

pub(super) static ADD: InstructionDoc = InstructionDoc {
    keyword: "ADD",
    summary: "Copies files, downloads URLs and git repositories, unpacks archives",
    documentation: "\
Adds files to the image. Beyond `COPY`, it unpacks a local tar archive, downloads a URL and clones a git repository.

- **Cache**: keyed by the contents of local files; by what the server answers for a URL, unless `--checksum` says it; \
by the commit for git.
- **Size**: a layer with everything that was added. Deleting it later frees nothing.
- For plain local files `COPY` says what is meant. A URL's file gets the mode `0600` and is not unpacked.

```dockerfile
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d \\
 https://example.com/tool.tar.gz /tmp/
ADD rootfs.tar.xz /
```",
    forms: &[
        Form {
            signature: "ADD [--flag=value] source ... destination",
            parameters: &[
                parameter("[--flag=value]", "`--checksum`, `--chmod`, `--chown`, `--exclude`, `--keep-git-dir`, `--link`, `--unpack`."),
                parameter("source ...", "Paths or patterns in the build context, URLs, git repositories, or heredocs."),
                parameter("destination", "A path in the image. A folder if it ends in `/`, and it must with several sources."),
            ],
            documentation: "The usual form.",
        },
        Form {
            signature: "ADD [--flag=value] [\"source\", ... \"destination\"]",
            parameters: &[
                parameter("[--flag=value]", "The same flags."),
                parameter("\"source\", ...", "As above, in double quotes."),
                parameter("\"destination\"", "As above, in double quotes."),
            ],
            documentation: "For paths with blanks.",
        },
    ],
    effect: Effect::Layer,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#add",
};

pub(super) static COPY: InstructionDoc = InstructionDoc {
    keyword: "COPY",
    summary: "Copies files from the build context, a stage or an image",
    documentation: "\
Copies files into the image, as root unless `--chown` says otherwise.

- **Cache**: keyed by the contents and permissions of the files, not by their times. One changed file re-runs this \
step and all that follow: copy what seldom changes first.
- **Size**: a layer with every file. A `chmod`, `chown` or `rm` in a later `RUN` stores them again or frees nothing: \
use `--chmod`, `--chown`, `--exclude` and `.dockerignore`.
- A folder's contents are copied, not the folder itself.

```dockerfile
COPY package.json package-lock.json ./
RUN npm ci
COPY src/ src/
```",
    forms: &[
        Form {
            signature: "COPY [--flag=value] source ... destination",
            parameters: &[
                parameter("[--flag=value]", "`--chmod`, `--chown`, `--exclude`, `--from`, `--link`, `--parents`."),
                parameter("source ...", "Paths or patterns in the build context, or in what `--from` names; or heredocs."),
                parameter("destination", "A path in the image. A folder if it ends in `/`, and it must with several sources."),
            ],
            documentation: "The usual form.",
        },
        Form {
            signature: "COPY [--flag=value] [\"source\", ... \"destination\"]",
            parameters: &[
                parameter("[--flag=value]", "The same flags."),
                parameter("\"source\", ...", "As above, in double quotes."),
                parameter("\"destination\"", "As above, in double quotes."),
            ],
            documentation: "For paths with blanks.",
        },
    ],
    effect: Effect::Layer,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#copy",
};

pub(super) static RUN: InstructionDoc = InstructionDoc {
    keyword: "RUN",
    summary: "Runs a command and keeps the files it changed",
    documentation: "\
Runs a command in the stage so far and stores every file that it made or changed.

- **Cache**: keyed by the text of the command, the environment, every `ARG` declared above, the state before it, \
and the files of its mounts. What it downloads is not part of the key: an old result stays.
- **Size**: a layer with the changes. Clean up in the same `RUN`: a file deleted in a later one still ships.
- A cache mount keeps downloads between builds and out of the layer.

```dockerfile
RUN apt-get update \\
 && apt-get install -y --no-install-recommends curl \\
 && rm -rf /var/lib/apt/lists/*
```",
    forms: &[
        Form {
            signature: "RUN [--flag=value] command",
            parameters: &[
                parameter("[--flag=value]", "`--device`, `--mount`, `--network`, `--security`."),
                SHELL_COMMAND,
            ],
            documentation: "Shell form: variables, `&&`, pipes.",
        },
        Form {
            signature: "RUN [--flag=value] <<EOF",
            parameters: &[
                parameter("[--flag=value]", "The same flags."),
                parameter("<<EOF", "The lines up to `EOF` are a script, run by the shell or by its `#!` line. Since frontend 1.4. \
                    Without `set -e` only the last line's failure counts."),
            ],
            documentation: "Heredoc: a script of several lines.",
        },
        Form {
            signature: "RUN [--flag=value] [\"program\", \"argument\", ...]",
            parameters: &[
                parameter("[--flag=value]", "The same flags."),
                parameter("\"program\"", "A path, or a name that `PATH` finds."),
                parameter("\"argument\", ...", "Passed as they are; no shell replaces variables."),
            ],
            documentation: "Exec form: for images without a shell.",
        },
    ],
    effect: Effect::Layer,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#run",
};

pub(super) static VOLUME: InstructionDoc = InstructionDoc {
    keyword: "VOLUME",
    summary: "Declares paths whose data lives outside the container's layers",
    documentation: "\
Makes every container mount a volume at these paths, an anonymous one unless the command that runs it names one.

- **Cache**: no files depend on it.
- **Size**: none in the image. Anonymous volumes pile up on the host.
- The classic builder drops what later steps write there, so prepare the files before. \
An image based on this one cannot undo it: often better left to `docker run` or Compose.

```dockerfile
VOLUME /var/lib/postgresql/data
```",
    forms: &[
        Form {
            signature: "VOLUME path ...",
            parameters: &[parameter("path ...", "One or more paths in the container.")],
            documentation: "The usual form.",
        },
        Form {
            signature: "VOLUME [\"path\", ...]",
            parameters: &[parameter("\"path\", ...", "One or more paths, in double quotes.")],
            documentation: "For paths with blanks.",
        },
    ],
    effect: Effect::Configuration,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#volume",
};

pub(super) static WORKDIR: InstructionDoc = InstructionDoc {
    keyword: "WORKDIR",
    summary: "Sets the folder in which the next instructions and the container work",
    documentation: "\
Sets the working folder of the `RUN`, `CMD`, `ENTRYPOINT`, `COPY` and `ADD` that follow, and of the container.

- **Cache**: keyed by the path. Steps after it depend on it.
- **Size**: the folder is made, with its parents, where it is missing, and owned by the current `USER`: a layer of next to nothing.
- A relative path counts from the last `WORKDIR`, or from the base image's. Unlike `RUN cd`, it lasts.

```dockerfile
WORKDIR /app
COPY . .
```",
    forms: &[Form {
        signature: "WORKDIR path",
        parameters: &[parameter("path", "Best absolute. Variables set in the Dockerfile are replaced.")],
        documentation: "One path; blanks are part of it.",
    }],
    effect: Effect::Layer,
    deprecated: false,
    link: "https://docs.docker.com/reference/dockerfile/#workdir",
};
