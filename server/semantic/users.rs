//! The users that the commands of a RUN create, and those that images are left with.
//! Source: useradd(8) of shadow, adduser(8) of Debian, and BusyBox's `adduser`.

use super::Model;
use super::facts::Facts;
use super::stages::Stage;
use crate::syntax::ast::Arguments;
use crate::syntax::shell::Word;
use crate::syntax::{File, Instruction, Kind, Part};

/// A `useradd` or `adduser`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCreation {
    /// The command, as an index of the script's.
    pub command: usize,
    /// The program's word, as an index of the command's words.
    pub program: usize,
    /// Whether it is shadow's `useradd`, and not one of the programs called `adduser`.
    pub is_useradd: bool,
    /// The user's name; `None` where only the shell knows it.
    pub name: Option<String>,
    /// The number it is given; `None` where it is given none, or only the shell knows it.
    pub number: Option<u64>,
    /// Whether `-l` or `--no-log-init` is given.
    pub has_no_log: bool,
}

/// Whether an instruction names a program that changes the user it runs as: an image with one begins as root on purpose.
pub fn names_user_changer(instruction: &Instruction) -> bool {
    const CHANGERS: [&str; 6] = ["chpst", "gosu", "runuser", "setpriv", "su-exec", "suexec"];
    matches!(instruction.ast().kind, Kind::Run | Kind::Copy | Kind::Add)
        && CHANGERS.iter().any(|program| instruction.source().contains(program))
}

/// Options that take the next word as their value.
const VALUE_OPTIONS: [&str; 42] = [
    "--base-dir",
    "--comment",
    "--conf",
    "--expiredate",
    "--firstgid",
    "--firstuid",
    "--gecos",
    "--gid",
    "--groups",
    "--home",
    "--home-dir",
    "--inactive",
    "--ingroup",
    "--key",
    "--lastgid",
    "--lastuid",
    "--password",
    "--prefix",
    "--root",
    "--selinux-user",
    "--shell",
    "--skel",
    "--uid",
    "-G",
    "-K",
    "-P",
    "-R",
    "-Z",
    "-b",
    "-c",
    "-d",
    "-e",
    "-f",
    "-g",
    "-h",
    "-k",
    "-p",
    "-s",
    "-u",
    "--add_extra_groups",
    "--extrausers",
    "--selinux-range",
];

/// The users that the commands of a script create, in order.
pub fn created(facts: &Facts) -> Vec<UserCreation> {
    created_with(facts, &|_| None)
}

/// As [`created`]; `known` says what a word with variables comes to, where that can be said.
fn created_with(facts: &Facts, known: &dyn Fn(&Word) -> Option<String>) -> Vec<UserCreation> {
    let value = |word: &Word| match &word.value {
        Some(value) => Some(value.to_string()),
        None => known(word),
    };
    let programs = facts.invocations.iter().filter(|invocation| !invocation.takes_more);
    let programs = programs.filter(|invocation| matches!(&*invocation.name, "useradd" | "adduser"));
    programs
        .map(|invocation| {
            let mut creation = UserCreation {
                command: invocation.command,
                program: invocation.program,
                is_useradd: &*invocation.name == "useradd",
                name: None,
                number: None,
                has_no_log: false,
            };
            read(&mut creation, invocation.arguments(&facts.script).iter().map(value));
            creation
        })
        .collect()
}

/// Reads the words behind the program, of which those that only the shell knows are `None`.
fn read(creation: &mut UserCreation, mut words: impl Iterator<Item = Option<String>>) {
    let mut has_name = false;
    while let Some(word) = words.next() {
        let Some(text) = word.as_deref() else {
            has_name = true;
            continue;
        };
        if !text.starts_with('-') {
            // `adduser USER GROUP` puts a user in a group.
            if !has_name {
                creation.name = Some(text.to_owned());
            }
            has_name = true;
            continue;
        }
        let (option, glued) =
            text.split_once('=').map_or((text, None), |(option, value)| (option, Some(value)));
        let is_cluster = !option.starts_with("--");
        let last = option.chars().next_back().unwrap_or_default();
        creation.has_no_log |=
            option == "--no-log-init" || is_cluster && creation.is_useradd && is_given(option, 'l');
        let short = format!("-{last}");
        let name = if is_cluster { short.as_str() } else { option };
        let value = match glued {
            Some(value) => Some(value.to_owned()),
            None if VALUE_OPTIONS.contains(&name) => words.next().flatten(),
            // `-u1000`
            None => option.strip_prefix("-u").map(str::to_owned),
        };
        if matches!(name, "-u" | "--uid") || option.starts_with("-u") {
            creation.number = value.and_then(|value| value.parse().ok());
        }
    }
}

/// Whether a cluster of options has a letter before the first that takes a value.
fn is_given(cluster: &str, letter: char) -> bool {
    let takes_value = |char: &char| VALUE_OPTIONS.contains(&format!("-{char}").as_str());
    cluster.chars().skip(1).take_while(|char| !takes_value(char)).any(|char| char == letter)
}

/// A user that an instruction finds in its image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUser {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub origin: UserOrigin,
}

/// Where a user comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserOrigin {
    /// The RUN of this index in the file creates it, with this number where it says one.
    Created(usize, Option<u64>),
    /// The base image is known to have it, with these numbers of its own and of its group.
    Image(&'static str, &'static str),
}

/// The users that an instruction finds in its image, as far as they are known: those that were created last come first,
/// through the stages that its stage is built on.
pub fn users_before<'a>(
    file: &'a File,
    model: &'a Model,
    index: usize,
) -> impl Iterator<Item = KnownUser> + 'a {
    let chain = model.stage_at(index).into_iter().flat_map(|stage| model.chain(stage.index));
    chain.flat_map(move |stage| {
        // Of its own stage it finds what stands above, of those below all.
        let end = if stage.items.contains(&index) { index } else { stage.items.end };
        let created_by = move |item: usize| {
            let facts = file.item(item).and_then(|item| Facts::of(&item.instruction));
            let known = |facts: &Facts, word: &Word| environment_value(model, item, facts, word);
            let creations = facts.map(|facts| created_with(facts, &|word| known(facts, word)));
            let creations = creations.unwrap_or_default().into_iter();
            creations.filter_map(move |creation| {
                let origin = UserOrigin::Created(item, creation.number);
                creation.name.map(|name| KnownUser { name, origin })
            })
        };
        let own = stage.base_image().into_iter().flat_map(|image| &image.users);
        let own = own.map(|user| KnownUser {
            name: user.name.to_owned(),
            origin: UserOrigin::Image(user.id, user.group),
        });
        (stage.items.start..end).rev().flat_map(created_by).chain(own)
    })
}

/// What a word of a RUN comes to that is made of variables of the environment, as `"${UID}"`; none where the shell has a say in it.
pub(super) fn environment_value(model: &Model, item: usize, facts: &Facts, word: &Word) -> Option<String> {
    let text = facts.script.str(word.part);
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-.:/${}\"".contains(char);
    if !text.chars().all(is_plain) {
        return None;
    }
    let mut inside = facts.script.variables().into_iter().filter(|variable| word.part.holds(variable.part));
    (!inside.any(|variable| variable.is_assigned)).then(|| model.expand_at(item, text).value)?
}

/// Whether a user, as USER and options have it (`name`, `number`, `name:group`), is root. So is one without a name.
/// Source: runc, `user.GetExecUser`.
pub fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("" | "0" | "root"))
}

/// A USER that containers are run by: its argument and what that says.
pub struct LastUser<'a> {
    /// The instruction, as an index of the file's items.
    pub item: usize,
    /// The instruction.
    pub instruction: &'a Instruction,
    /// The argument.
    pub part: Part,
    /// What the argument says; `None` where the file does not say.
    pub value: Option<String>,
}

/// What [`last_users`] finds, with the arguments.
pub fn last_user_words<'a>(
    file: &'a File,
    model: &'a Model,
    users: &[usize],
) -> impl Iterator<Item = LastUser<'a>> {
    last_users(file, model, users).into_iter().filter_map(|item| {
        let instruction = file.instruction(item)?;
        let Arguments::Text(part) = instruction.ast().arguments else { return None };
        let value = model.expand_at(item, instruction.str(part)).value;
        Some(LastUser { item, instruction, part, value })
    })
}

/// Of some USER instructions, which are sorted, those that hold at the end of a stage [whose image may be
/// run](Model::run_stages), sorted: by them containers are run.
pub fn last_users(file: &File, model: &Model, users: &[usize]) -> Vec<usize> {
    let ends = model.run_stages(file);
    let mut last: Vec<usize> = ends.filter_map(|stage| last_user(model, stage, users)).collect();
    last.sort_unstable();
    last.dedup();
    last
}

/// The USER that holds at the end of a stage: its own, or that of a stage it is built on.
fn last_user(model: &Model, stage: &Stage, users: &[usize]) -> Option<usize> {
    model.chain(stage.index).find_map(|found| {
        let before = users.get(..users.partition_point(|index| *index < found.items.end));
        before.and_then(<[usize]>::last).copied().filter(|index| found.items.contains(index))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_has_a_name_and_a_number_and_is_meant_where_there_is_none() {
        for user in ["root", "0", "0:0", "root:app", "", ":app"] {
            assert!(is_root(user), "{user:?}");
        }
        for user in ["app", "1", "rooty", "00", "app:root"] {
            assert!(!is_root(user), "{user:?}");
        }
    }

    fn shown(source: &str) -> Vec<String> {
        let file = File::new(source);
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let show = |user: &UserCreation| format!("{:?} {:?} {}", user.name, user.number, user.has_no_log);
        created(facts).iter().map(show).collect()
    }

    #[test]
    fn names_and_numbers_are_read_however_they_are_written() {
        assert_eq!(shown("RUN useradd -m -u 1000 -s /bin/sh a"), ["Some(\"a\") Some(1000) false"]);
        assert_eq!(
            shown("RUN useradd -lmu 1000 a && adduser --uid=7 b"),
            ["Some(\"a\") Some(1000) true", "Some(\"b\") Some(7) false"]
        );
        assert_eq!(shown("RUN adduser -D -u1001 -h /l a g"), ["Some(\"a\") Some(1001) false"]);
        assert_eq!(shown("RUN useradd --no-log-init -u $U $N"), ["None None true"]);
        assert_eq!(shown("RUN useradd -s /bin/false -r a"), ["Some(\"a\") None false"]);
    }
}
