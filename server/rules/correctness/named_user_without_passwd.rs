//! `named-user-without-passwd`

use std::collections::{HashMap, HashSet};

use crate::rules::prelude::*;
use crate::semantic::users::created;

declare_rule! {
    /// ## What it does
    /// Finds a user or a group by name in USER, `COPY --chown` and `ADD --chown` that has no number there: on `scratch`, where no
    /// step has brought an `/etc/passwd`, and on an image whose users are known and to which no step before can have added one.
    ///
    /// ## Why is this bad?
    /// With such a USER the container does not start, not even by the name `root`. With such a `--chown` in its first step the
    /// build fails; in a later one, and where there is a `passwd` without the name, BuildKit gives the files to root and says nothing. On `scratch` only
    /// `--chown=root` does what it says.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM debian:12 AS users
    /// RUN useradd --uid 1001 app
    /// FROM scratch
    /// COPY server /srv/server
    /// USER app
    /// ENTRYPOINT ["/srv/server"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM debian:12 AS users
    /// RUN useradd --uid 1001 app
    /// FROM scratch
    /// COPY server /srv/server
    /// USER 1001
    /// ENTRYPOINT ["/srv/server"]
    /// ```
    /// ```dockerfile,good
    /// FROM scratch
    /// COPY passwd /etc/
    /// USER app
    /// ```
    ///
    /// ## Silent
    /// Behind a RUN that installs packages of the distribution, runs a script, or names `/etc`: it may make the user.
    ///
    /// ## Fix safety
    /// Only where the number is known: `root` has 0, and another stage may create the user with one.
    pub(crate) static NAMED_USER_WITHOUT_PASSWD = {
        id: "named-user-without-passwd", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        changes: [Configuration],
        check: Each(names_user, check),
        fix: Suggested(fix),
    }
}

/// Where an instruction names a user, and perhaps a group.
fn user_part(instruction: &Instruction) -> Option<Part> {
    let ast = instruction.ast();
    match (ast.kind, &ast.arguments) {
        (Kind::User, Arguments::Text(part)) => Some(*part),
        (Kind::Copy | Kind::Add, _) => instruction.flag("chown")?.value_part,
        _ => None,
    }
}

fn names_user(instruction: &Instruction) -> bool {
    user_part(instruction).is_some()
}

/// What is there by name, and the file that would have to say its number.
fn names(user: &str) -> impl Iterator<Item = (&str, &'static str)> {
    let files = ["/etc/passwd", "/etc/group"];
    let is_name = |name: &str| !name.is_empty() && !name.chars().all(|char| char.is_ascii_digit());
    user.splitn(2, ':').zip(files).filter(move |(name, _)| is_name(name))
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (file, model) = (cx.document.file(), cx.document.model());
    let is_run: HashSet<usize> = model.run_stages(file).map(|stage| stage.index).collect();
    // From where on each stage may have each file.
    let mut files: HashMap<(usize, &str), usize> = HashMap::new();
    for index in steps {
        let (Some(item), Some(stage)) = (file.item(*index), model.stage_at(*index)) else {
            continue;
        };
        let Some(part) = user_part(&item.instruction) else {
            continue;
        };
        let is_user = item.instruction.ast().kind == Kind::User;
        // The container sees all that its stage brings; a copy sees what is there before it.
        let end = if is_user { stage.items.end } else { *index };
        if is_user && !is_run.contains(&stage.index) {
            continue;
        }
        let Some(user) = model.expand_at(*index, item.instruction.str(part)).value else {
            continue;
        };
        let missing = names(&user).find(|(name, path)| {
            // What has no number comes to belong to root.
            (is_user || *name != "root")
                && end
                    < *files
                        .entry((stage.index, *path))
                        .or_insert_with(|| model.file_from(file, stage.index, path))
        });
        if let Some((name, path)) = missing {
            let message = match is_user {
                true => format!(
                    "`{name}` has no number here, as there is no `{path}`: the container does not start"
                ),
                false => format!(
                    "`{name}` has no number here, as there is no `{path}`: the build fails, or the files are root's"
                ),
            };
            out.push_at(*index, item.instruction.place(part), message);
            continue;
        }
        let is_lacking = |(name, _): &(&str, &str)| model.lacks_account(file, *index, name);
        if let Some((name, path)) = names(&user).find(is_lacking) {
            let what = if path == "/etc/group" { "group" } else { "user" };
            let then = if is_user { "the container does not start" } else { "the files are root's" };
            let message =
                format!("no step before makes the {what} `{name}`, and the base image has none: {then}");
            out.push_at(*index, item.instruction.place(part), message);
        }
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let number = || {
        let item = cx.document.file().item(finding.item)?;
        let user =
            cx.document.model().expand_at(finding.item, item.instruction.str(user_part(&item.instruction)?));
        // A group of its own would need a number too.
        number_of(cx, &user.value.filter(|user| !user.contains(':'))?)
    };
    let fix = |number: u64| {
        let edit = Edit::replace(finding.span.clone(), number.to_string());
        Fix::new(format!("Write its number, {number}"), Safety::Suggested, vec![edit])
    };
    number().map(fix).into_iter().collect()
}

/// The number that some step of the file gives a user.
fn number_of(cx: &Cx<'_>, name: &str) -> Option<u64> {
    if name == "root" {
        return Some(0);
    }
    let facts = cx.document.file().items().iter().filter_map(|item| Facts::of(&item.instruction));
    let mut numbers = facts
        .flat_map(created)
        .filter(|user| user.name.as_deref() == Some(name))
        .filter_map(|user| user.number);
    let number = numbers.next()?;
    numbers.all(|other| other == number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(NAMED_USER_WITHOUT_PASSWD);

    #[test]
    fn a_name_that_nothing_explains_is_found() {
        check(
            "
FROM scratch
COPY --chown=a:b c /d
           # ^^^ `a` has no number here, as there is no `/etc/passwd`: the build fails, or the files are root's
ARG U=e
USER $U
   # ^^ `e` has no number here, as there is no `/etc/passwd`: the container does not start
USER 1:g
   # ^^^ `g` has no number here, as there is no `/etc/group`: the container does not start
",
        );
    }

    #[test]
    fn a_user_that_nothing_makes_is_found() {
        check(
            "
FROM ubuntu:24.04 AS a
WORKDIR /app
RUN mkdir -p /b && pip install c
COPY --chown=pixi . .
           # ^^^^ no step before makes the user `pixi`, and the base image has none: the files are root's
FROM python:3.13-slim
ADD --chown=1000:app a /b
          # ^^^^^^^^ no step before makes the group `app`, and the base image has none: the files are root's
USER app
   # ^^^ no step before makes the user `app`, and the base image has none: the container does not start
",
        );
        let stage = |steps: &str| check_none(&format!("FROM debian:12\n{steps}\nCOPY --chown=app a /b\n"));
        stage("RUN useradd app");
        stage("RUN apt-get update && apt-get install -y app");
        stage("RUN ./setup.sh");
        stage("RUN echo app:x:1:1::/: >> /etc/passwd");
        stage("COPY passwd /etc/");
        stage("RUN [\"useradd\", \"app\"]");
        stage("RUN --mount=type=bind,target=/s sh /s/a");
        check_none("FROM debian:12 AS a\nRUN adduser app\nFROM a\nUSER app\n");
        check_none("FROM node:22\nCOPY --chown=node:node a b\nUSER node\n");
        check_none("FROM nginx\nUSER app\nFROM me/a\nUSER app\n");
        check_none("FROM debian:12\nCOPY --chown=www-data:staff a b\nUSER nobody\n");
        check_none("ARG I=debian:12\nFROM $I\nUSER app\n");
    }

    #[test]
    fn numbers_and_known_users_are_silent() {
        check_none(
            "FROM scratch\nCOPY --chown=1:2 c /d\nADD --chown=root:root c /e\nUSER 1000\nUSER 1:1\nUSER $X\n",
        );
        check_none("FROM scratch\nUSER a\nCOPY --from=b /etc/passwd /etc/passwd\n");
        check_none("FROM scratch\nADD root.tar /\nCOPY --chown=a b /c/\nUSER a\n");
        check_none("FROM a\nUSER a\n");
        check_none("FROM scratch AS x\nUSER a\nFROM x\nCOPY passwd /etc/\n");
    }

    #[test]
    fn the_number_must_be_known() {
        check_fix("FROM scratch\nUSER root\n", "FROM scratch\nUSER 0\n");
        check_fix(
            "FROM a AS a\nRUN adduser -D -u 7 b\nFROM scratch\nCOPY --chown=b c /d\n",
            "FROM a AS a\nRUN adduser -D -u 7 b\nFROM scratch\nCOPY --chown=7 c /d\n",
        );
        check_no_fix("FROM a AS a\nRUN adduser -D b\nFROM scratch\nUSER b\n");
    }
}
