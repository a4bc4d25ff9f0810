//! `root-user`

use crate::rules::Severity;
use crate::rules::prelude::*;
use crate::semantic::users::{is_root, last_user_words, names_user_changer};

declare_rule! {
    /// ## What it does
    /// Finds an image whose last USER is root.
    ///
    /// ## Why is this bad?
    /// The program runs as root. Whoever gets hold of it may change every file of the container, and stands one flaw of the
    /// kernel away from the host.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// USER root
    /// CMD ["node", "server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM node:22.11
    /// USER root
    /// RUN mkdir /var/lib/app
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## Severity
    /// An information where the stage names `gosu`, `su-exec`, `runuser` and the like: a script may begin as root and hand over to
    /// another user.
    ///
    /// ## Silent
    /// Where no USER is: many images change the user themselves when they start. In a stage that another one is built on,
    /// where the USER of that one counts, in one that others only copy from, and where somebody names the stages that are
    /// built, in all others: no container is run from them. In a development container, by its `devcontainer.json`, folder or base image: there
    /// `remoteUser` says who works; in a file called after development, tests or CI, or in a folder called so
    /// (`Dockerfile.dev`, `docker/development/Dockerfile`); and in a stage called so (`dev`, `test-e2e`) that nothing is built on.
    /// hadolint names all but the first.
    ///
    /// ## hadolint
    /// A variable counts by its value: `USER $NAME` is found where NAME is known to be root.
    pub(crate) static ROOT_USER = {
        id: "root-user", group: Security, severity: Warning, since: "0.1.0",
        also: ["DL3002"],
        check: Steps(is_user, check),
    }
}

fn is_user(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::User
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    for user in last_user_words(file, model, steps).filter(|user| !is_in_workplace(cx, user.item)) {
        if user.value.as_deref().is_some_and(is_root) {
            let steps = model.stage_at(user.item).into_iter().flat_map(|stage| model.chain(stage.index));
            let mut items = steps.filter_map(|stage| file.items().get(stage.items.clone())).flatten();
            let changes = items.any(|item| names_user_changer(&item.instruction));
            let severity = if changes { Severity::Info } else { ROOT_USER.severity };
            out.push_at(user.item, user.instruction.place(user.part), "the container runs as root")
                .severity(severity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(ROOT_USER);

    #[test]
    fn who_begins_as_root_and_changes_the_user_is_an_information() {
        let with = |step: &str| severities(&format!("FROM a AS b\n{step}\nFROM b\nUSER root\n"));
        assert_eq!(with("RUN apk add --no-cache su-exec"), [Severity::Info]);
        assert_eq!(with("RUN apk add --no-cache b"), [Severity::Warning]);
    }

    #[test]
    fn the_last_user_counts() {
        check("FROM a\nUSER b\nUSER 0:0\n   # ^^^ the container runs as root\n");
        check("FROM a\nENV U=root\nUSER $U\n   # ^^ the container runs as root\n");
        check("FROM a\nUSER :b\n   # ^^ the container runs as root\n");
        check_none("FROM a\nUSER root\nUSER b\n");
        check_none("FROM a AS x\nUSER root\nFROM x\nUSER 1000\n");
        check_none("FROM a\nUSER $U\n");
        check_none("FROM a AS b\nUSER root\nFROM c\nCOPY --from=b /d /d\nUSER 1000\n");
        check_none("FROM a AS b\nUSER root\nFROM c\nRUN --mount=type=bind,from=b,target=/d e\nUSER 1000\n");
        check("FROM a AS b\nUSER root\n   # ^^^^ the container runs as root\nFROM c\nUSER 1000\n");
        check_none("ARG V\nFROM mcr.microsoft.com/devcontainers/base:2-$V AS a\nFROM a\nUSER root\n");
    }
}
