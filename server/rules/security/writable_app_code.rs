//! `writable-app-code`

use crate::rules::prelude::*;
use crate::semantic::stages::Base;
use crate::semantic::users::{is_root, last_users};

declare_rule! {
    /// ## What it does
    /// Finds COPY and ADD that give files to the user as whom the program runs.
    ///
    /// ## Why is this bad?
    /// Whoever gets hold of the program can then change its code, and what they put there runs at the next start. Code that
    /// belongs to root, which is what COPY does by itself, can be read by everybody and changed by nobody in the container.
    /// What the program has to write belongs into folders of its own.
    ///
    /// The rule is off by default: much is copied this way that is not code, and many people like it.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM node:22.11
    /// COPY --chown=node:node server.js /srv/
    /// USER node
    /// CMD ["node", "/srv/server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,good
    /// FROM node:22.11
    /// COPY server.js /srv/
    /// USER node
    /// CMD ["node", "/srv/server.js"]
    /// ```
    ///
    /// ## Silent
    /// Where `--chmod` takes the right to write away, and at what is copied to `/var`, `/data`, `/home`, `/tmp` and the like.
    pub(crate) static WRITABLE_APP_CODE = {
        id: "writable-app-code", group: Security, severity: Info, since: "0.1.0",
        also: [],
        default_on: false,
        check: Steps(is_about_owners, check),
    }
}

/// Folders of what programs write.
const DATA: [&str; 6] = ["/data", "/home", "/root", "/run", "/tmp", "/var"];

fn is_about_owners(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::User => true,
        Kind::Copy | Kind::Add => instruction.flag("chown").is_some(),
        _ => false,
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let (items, model) = (cx.document.file().items(), cx.document.model());
    let is_user = |index: &&usize| items.get(**index).is_some_and(|item| item.kind == Kind::User);
    let users: Vec<usize> = steps.iter().filter(is_user).copied().collect();
    for last in last_users(cx.document.file(), model, &users) {
        let Some(Arguments::Text(part)) = items.get(last).map(|item| &item.instruction.ast().arguments)
        else {
            continue;
        };
        let written = items.get(last).map(|item| item.instruction.str(*part)).unwrap_or_default();
        let user = model.expand_at(last, written).value.unwrap_or_default();
        let name = user.split(':').next().unwrap_or_default();
        if is_root(name) {
            continue;
        }
        for index in steps.iter().copied().filter(|index| is_below(cx, last, *index)) {
            let Some(item) = items.get(index).filter(|item| item.kind != Kind::User) else {
                continue;
            };
            if let Some(place) = given_to(cx, index, &item.instruction, name) {
                let message = format!("`{}` runs the program and can change what this copies", shown(name));
                out.push_at(index, place, message);
            }
        }
    }
}

/// Whether an instruction belongs to the image whose last user is said at `user`.
fn is_below(cx: &Cx<'_>, user: usize, index: usize) -> bool {
    let model = cx.document.model();
    let (Some(own), Some(stage)) = (model.stage_at(user), model.stage_at(index)) else {
        return false;
    };
    own.index == stage.index || matches!(own.base, Base::Stage(base) if base == stage.index)
}

/// Where a COPY gives its files to a user, unless it gives them to be read alone or to a folder of data.
fn given_to(cx: &Cx<'_>, index: usize, instruction: &Instruction, user: &str) -> Option<crate::text::Span> {
    let (ast, line) = (instruction.ast(), instruction.line().text());
    let flag = ast.flag(line, "chown")?;
    let owner = cx.document.model().expand_at(index, &flag.value).value?;
    let destination = match &ast.arguments {
        Arguments::Words(words) => instruction.str(*words.last()?),
        Arguments::Json(strings) => strings.last()?.value.as_str(),
        _ => return None,
    };
    let destination = cx.document.model().expand_at(index, destination).value?;
    let is_data = DATA.iter().any(|folder| destination.starts_with(folder));
    let is_code = ast.flag(line, "chmod").is_none() && !is_data;
    (is_code && owner.split(':').next() == Some(user)).then(|| instruction.place(flag.part))
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(WRITABLE_APP_CODE);

    #[test]
    fn what_the_last_user_gets_is_found() {
        check(
            "FROM a AS b\nCOPY --chown=$U . /app\nARG U=c\nADD --chown=$U:d . /app\n  # ^^^^^^^^^^^^ `c` runs the program and can change what this copies\nFROM b\nUSER root\nUSER c:d\n",
        );
    }

    #[test]
    fn other_owners_and_places_are_silent() {
        check_none("FROM a\nCOPY --chown=root . /app\nCOPY --chown=b . /app\nUSER c\n");
        check_none("FROM a\nCOPY --chown=c . $H/x\nUSER c\n");
        check_none("FROM a\nCOPY --chown=c . /data/x\nCOPY --chown=c --chmod=555 . /app\nUSER c\n");
        check_none("FROM a\nCOPY --chown=c . /app\nUSER c\nUSER root\n");
        check_none("FROM a AS b\nCOPY --chown=c . /app\nFROM d\nUSER c\n");
    }
}
