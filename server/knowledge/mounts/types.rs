//! The table of mount types.

use super::{Key, KeyValue, MountType};

const fn key(name: &'static str, value: KeyValue, default: &'static str, documentation: &'static str) -> Key {
    Key {
        name,
        aliases: &[],
        value,
        required_at_root: false,
        after_type: false,
        default: Some(default),
        documentation,
    }
}

const fn after_type(
    name: &'static str,
    value: KeyValue,
    default: &'static str,
    documentation: &'static str,
) -> Key {
    Key { after_type: true, ..key(name, value, default, documentation) }
}

/// A target that the builder needs: without one it is the WORKDIR, and `/` is refused.
const TARGET: Key = Key {
    name: "target",
    aliases: &["destination", "dst"],
    value: KeyValue::Path,
    required_at_root: true,
    after_type: false,
    default: Some("the WORKDIR, unless that is `/`"),
    documentation: "Where it appears while the command runs. A relative path counts from the WORKDIR; `/` is refused.",
};

const fn source(documentation: &'static str) -> Key {
    Key {
        name: "source",
        aliases: &["src"],
        value: KeyValue::Path,
        required_at_root: false,
        after_type: false,
        default: Some("the root of `from`"),
        documentation,
    }
}

const fn readonly(default: &'static str) -> Key {
    Key {
        name: "readonly",
        aliases: &["ro"],
        value: KeyValue::Bool,
        required_at_root: false,
        after_type: false,
        default: Some(default),
        documentation: "Forbids writing. The opposite of `readwrite`; the last of the two counts.",
    }
}

const fn readwrite(default: &'static str, documentation: &'static str) -> Key {
    Key {
        name: "readwrite",
        aliases: &["rw"],
        value: KeyValue::Bool,
        required_at_root: false,
        after_type: false,
        default: Some(default),
        documentation,
    }
}

pub(super) const ALL: &[MountType] = &[
    MountType {
        name: "bind",
        keys: &[
            key(
                "from",
                KeyValue::Stage,
                "the build context",
                "A stage, a named context or an image to take the files from. Variables are not replaced.",
            ),
            readonly("`true`"),
            readwrite(
                "`false`",
                "Allows writing; what is written is thrown away when the command ends.",
            ),
            source("Which file or folder is mounted. A change to files outside it does not re-run the step."),
            TARGET,
        ],
        one_of: &[],
        exclusive: &[],
        summary: "Files of the build context, a stage or an image, without copying them",
        documentation: "Shows the command files that do not end up in a layer: a COPY and a clean-up spared. \
            The step is keyed by the contents of what is mounted. Read-only unless `rw` is given.

```dockerfile
RUN --mount=type=bind,source=package.json,target=package.json \\
    --mount=type=bind,source=package-lock.json,target=package-lock.json \\
    npm ci
```",
        link: "https://docs.docker.com/reference/dockerfile/#run---mounttypebind",
    },
    MountType {
        name: "cache",
        keys: &[
            key(
                "from",
                KeyValue::Stage,
                "an empty folder",
                "A stage, a named context or an image whose files a new cache begins with.",
            ),
            key(
                "gid",
                KeyValue::Number,
                "`0`",
                "The group of a new cache folder. It does not change a folder that exists.",
            ),
            key(
                "id",
                KeyValue::Name,
                "the value of `target`",
                "What tells this cache from others. Mounts with the same id share their files, also between Dockerfiles.",
            ),
            key("mode", KeyValue::Octal, "`0755`", "The permissions of a new cache folder."),
            readonly("`false`"),
            readwrite("`true`", "Allows writing, as is the default."),
            key(
                "sharing",
                KeyValue::Choice(&["locked", "private", "shared"]),
                "`shared`",
                "What happens when two builds want it at once: `shared` lets both write, `locked` makes the second wait, \
                    `private` gives it a folder of its own. APT needs `locked`.",
            ),
            source("Which folder of `from` the cache begins with."),
            TARGET,
            key(
                "uid",
                KeyValue::Number,
                "`0`",
                "The owner of a new cache folder: set it when the command does not run as root.",
            ),
        ],
        one_of: &[],
        exclusive: &[],
        summary: "A folder that is kept between builds and never becomes part of the image",
        documentation: "Keeps what a package manager or compiler has fetched or made, so that a step that re-runs starts warm, and \
            keeps it out of the layer. Its contents do not count for the build cache. It may be empty at any time, \
            and a later instruction does not see it.

```dockerfile
RUN --mount=type=cache,target=/root/.cache/go-build go build -o /app .
```",
        link: "https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
    },
    MountType {
        name: "secret",
        keys: &[
            Key {
                name: "env",
                aliases: &[],
                value: KeyValue::Variable,
                required_at_root: false,
                after_type: false,
                default: None,
                documentation: "The environment variable that holds the secret while the command runs. No file is made then, unless \
                    `target` is given too. Since frontend 1.10.",
            },
            key("gid", KeyValue::Number, "`0`", "The group of the secret's file."),
            Key {
                name: "id",
                aliases: &["source", "src"],
                value: KeyValue::Name,
                required_at_root: false,
                after_type: false,
                default: Some("the last part of `target`"),
                documentation: "The secret's name in `docker build --secret id=…`.",
            },
            key("mode", KeyValue::Octal, "`0400`", "The permissions of the secret's file."),
            after_type("required", KeyValue::Bool, "`false`", "Fails the build when the secret was not passed; otherwise the command runs without it."),
            Key {
                name: "target",
                aliases: &["destination", "dst"],
                value: KeyValue::Path,
                required_at_root: false,
                after_type: false,
                default: Some("`/run/secrets/` and the id, unless `env` is given"),
                documentation: "The file that holds the secret while the command runs.",
            },
            key(
                "uid",
                KeyValue::Number,
                "`0`",
                "The owner of the secret's file: set it when the command does not run as root.",
            ),
        ],
        one_of: &["id", "target"],
        exclusive: &["id", "source"],
        summary: "A password, token or key that leaves no trace in the image",
        documentation: "Gives the command a secret as a file or variable that neither the image nor its history keeps. \
            A new value does not invalidate the step.

```dockerfile
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci
```

Pass it with `docker build --secret id=npmrc,src=$HOME/.npmrc`.",
        link: "https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
    },
    MountType {
        name: "ssh",
        keys: &[
            key("gid", KeyValue::Number, "`0`", "The group of the agent's socket."),
            key("id", KeyValue::Name, "`default`", "The agent's or key's name in `docker build --ssh id=…`."),
            key("mode", KeyValue::Octal, "`0600`", "The permissions of the agent's socket."),
            after_type("required", KeyValue::Bool, "`false`", "Fails the build when no agent was passed; otherwise the command runs without one."),
            Key {
                name: "target",
                aliases: &["destination", "dst"],
                value: KeyValue::Path,
                required_at_root: false,
                after_type: false,
                default: Some("`/run/buildkit/ssh_agent.N`"),
                documentation: "The path of the agent's socket; `SSH_AUTH_SOCK` points to it.",
            },
            key(
                "uid",
                KeyValue::Number,
                "`0`",
                "The owner of the agent's socket: set it when the command does not run as root.",
            ),
        ],
        one_of: &[],
        exclusive: &[],
        summary: "The SSH agent of whoever builds, without the key itself",
        documentation: "Lets the command log in with the builder's SSH keys, for private repositories. The key never enters the build.

```dockerfile
RUN --mount=type=ssh git clone git@github.com:acme/private.git
```

Pass it with `docker build --ssh default`. The host's key must be known: add it to `known_hosts` before.",
        link: "https://docs.docker.com/reference/dockerfile/#run---mounttypessh",
    },
    MountType {
        name: "tmpfs",
        keys: &[
            readonly("`false`"),
            readwrite("`true`", "Allows writing, as is the default."),
            after_type("size", KeyValue::Size, "no limit", "The most it may hold, as in `64m`. Only after `type=tmpfs`."),
            TARGET,
        ],
        one_of: &[],
        exclusive: &[],
        summary: "An empty folder in memory that is gone when the command ends",
        documentation: "Takes temporary files: fast, and out of the layer without a clean-up.

```dockerfile
RUN --mount=type=tmpfs,target=/tmp make && make install
```",
        link: "https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs",
    },
];
