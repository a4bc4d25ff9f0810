//! `unresolvable-user`

use crate::rules::prelude::*;
use crate::semantic::users::{UserOrigin, is_root, last_user_words, users_before};

declare_rule! {
    /// ## What it does
    /// Finds an image that is run by a user with a name and no number: the last USER of a stage that no other stage is
    /// built on or copies from.
    ///
    /// ## Why is this bad?
    /// Only the image's own `/etc/passwd` knows which number the name has. Kubernetes cannot tell that it is not root's, and
    /// refuses to start the container under `runAsNonRoot`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM node:22.11
    /// USER 1000
    /// CMD ["node", "server.js"]
    /// ```
    ///
    /// ## Silent
    /// At a USER that another USER below replaces, and in a stage that others only copy from: no container is run by it. At `root`, which is no mystery, in development
    /// containers (by their `devcontainer.json`, folder or base image), in stages called after development or tests (`dev`,
    /// `test-e2e`) that nothing is built on, and in files for Windows, where users have no numbers. hadolint names all of these.
    /// A name that is the default of an ARG is found, which hadolint leaves alone: that is what the image gets where nobody
    /// says otherwise.
    ///
    /// ## hadolint
    /// A variable to which the file gives no value is left alone.
    pub(crate) static UNRESOLVABLE_USER = {
        id: "unresolvable-user", group: Security, severity: Hint, since: "0.1.0",
        also: ["DL3066"],
        check: Steps(is_user, check),
    }
}

fn is_user(instruction: &Instruction) -> bool {
    instruction.ast().kind == Kind::User
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    // Development containers never run on Kubernetes.
    for user in last_user_words(file, model, steps).filter(|user| !is_in_workplace(cx, user.item)) {
        let Some(value) = user.value.filter(|_| model.has_posix_shell(user.item)) else {
            continue;
        };
        let name = value.split(':').next().unwrap_or_default();
        if !is_root(name) && !name.chars().all(|char| char.is_ascii_digit()) {
            let name = shown(name);
            let message = match number(cx, user.item, &name) {
                Some(number) => {
                    format!("`runAsNonRoot` of Kubernetes goes by a number: that of `{name}` is {number}")
                }
                None => format!(
                    "`runAsNonRoot` of Kubernetes goes by a number, and only the image knows that of `{name}`"
                ),
            };
            out.push_at(user.item, user.instruction.place(user.part), message);
        }
    }
}

/// The number of a user that an instruction finds in its image.
fn number(cx: &Cx<'_>, item: usize, name: &str) -> Option<String> {
    let users = users_before(cx.document.file(), cx.document.model(), item);
    match users.into_iter().find(|user| user.name == name)?.origin {
        UserOrigin::Created(_, number) => Some(number?.to_string()),
        UserOrigin::Image(number, _) => Some(number.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(UNRESOLVABLE_USER);

    #[test]
    fn a_development_container_never_runs_on_kubernetes() {
        check_none("FROM mcr.microsoft.com/vscode/devcontainers/go:1\nUSER vscode\n");
    }

    #[test]
    fn the_user_that_an_image_ends_with_is_found() {
        check(
            "
FROM a AS a
USER b:c
   # ^^^ `runAsNonRoot` of Kubernetes goes by a number, and only the image knows that of `b`
FROM a
RUN d
FROM e
ENV U=f
USER 1
USER $U
   # ^^ `runAsNonRoot` of Kubernetes goes by a number, and only the image knows that of `f`
",
        );
    }

    #[test]
    fn a_number_of_the_environment_is_said() {
        let stage = |run: &str| format!("FROM a\nARG UID=10001\nENV U=b\nRUN {run}\nUSER b\n   # ^ ");
        let known = "`runAsNonRoot` of Kubernetes goes by a number: that of `b` is 10001\n";
        check(&(stage("adduser -D --uid \"${UID}\" ${U}") + known));
        let unknown = "`runAsNonRoot` of Kubernetes goes by a number, and only the image knows that of `b`\n";
        check(&(stage("UID=$(id -u); adduser -u $UID $U") + unknown));
    }

    #[test]
    fn a_number_that_is_known_is_said() {
        check(
            "FROM node:22\nUSER node\n   # ^^^^ `runAsNonRoot` of Kubernetes goes by a number: that of `node` is 1000\n",
        );
        check(
            "FROM a AS a\nRUN useradd -m -u 1234 b\nFROM a\nUSER b:c\n   # ^^^ `runAsNonRoot` of Kubernetes goes by a number: that of `b` is 1234\n",
        );
    }

    #[test]
    fn numbers_root_and_users_in_between_are_silent() {
        check_none("FROM a\nUSER b\nUSER 1000\n");
        check_none("FROM a AS a\nUSER b\nFROM a\nUSER 1000:c\n");
        check_none("FROM a\nUSER root:c\n");
        check_none("FROM a AS b\nUSER c\nFROM d\nCOPY --from=b /e /e\nUSER 1000\n");
        check_none("FROM a\nARG U\nUSER $U\n");
        check_none("FROM mcr.microsoft.com/windows/nanoserver\nUSER ContainerUser\n");
        check_none("ARG I\nFROM $I\nUSER ContainerUser\n");
    }
}
