//! What is in a base image, line by line. What is not known is left out.

use super::markup::code;
use crate::knowledge::images::{self, BaseImage, BinSh, Libc, Manager, Userland};

/// The facts of an image; none where nothing is known.
pub(super) fn describe(image: &BaseImage) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(distribution(image));
    let shell = image.shell.map(|shell| match shell {
        BinSh::Dash => "`/bin/sh` is dash",
        BinSh::Ash => "`/bin/sh` is the ash of BusyBox",
        BinSh::Bash => "`/bin/sh` is bash",
        BinSh::None => "no shell",
    });
    let bash = match (image.shell, image.has_bash) {
        (Some(BinSh::Bash | BinSh::None) | None, _) | (_, None) => None,
        (_, Some(true)) => Some("bash"),
        (_, Some(false)) => Some("no bash"),
    };
    let manager = image.manager.map(|manager| match (manager, manager.program()) {
        (Manager::None, _) | (_, None) => "no package manager".to_owned(),
        (_, Some(program)) => code(program),
    });
    let userland = image.userland.and_then(|userland| match userland {
        Userland::Gnu => Some("GNU tools"),
        Userland::BusyBox => Some("BusyBox tools"),
        Userland::None => None,
    });
    let has = [shell, bash, userland].into_iter().flatten().map(str::to_owned).chain(manager);
    lines.extend(joined("Has: ", has.collect()));
    lines.extend(joined("Starts with: ", start(image)));
    let users = image.users.iter().map(|user| format!("{} ({}:{})", code(user.name), user.id, user.group));
    lines.extend(joined("Users beside root: ", users.collect()));
    let environment = image.environment.iter().map(|(name, value)| match value {
        Some(value) => code(&format!("{name}={value}")),
        None => code(name),
    });
    lines.extend(joined("Sets: ", environment.collect()));
    let ends = image.ends.iter().map(|end| {
        let verb = if end.day <= images::date() { "ended on" } else { "until" };
        format!("{} {verb} {}", end.what, end.day)
    });
    lines.extend(joined("Support: ", ends.collect()));
    if !lines.is_empty() {
        lines.push(format!("As known on {}", images::date()));
    }
    lines
}

fn distribution(image: &BaseImage) -> Option<String> {
    let release = image.release.as_ref()?;
    let mut line = format!("Built on: {}", release.family.name);
    if let Some(number) = &release.number {
        line.push_str(&format!(" {number}"));
    }
    if let Some(codename) = release.codename() {
        line.push_str(&format!(" ({codename})"));
    }
    match (image.libc, image.glibc) {
        (Some(Libc::Glibc), Some(version)) => line.push_str(&format!(", glibc {version}")),
        (Some(Libc::Glibc), None) => line.push_str(", glibc"),
        (Some(Libc::Musl), _) => line.push_str(", musl"),
        (Some(Libc::None) | None, _) => {}
    }
    Some(line)
}

fn start(image: &BaseImage) -> Vec<String> {
    let part = |what: &str, value: Option<&str>| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{what} {}", code(value)))
    };
    let parts = [
        part("user", image.user),
        part("folder", image.workdir),
        part("`ENTRYPOINT`", image.entrypoint),
        part("`CMD`", image.command),
        part("`STOPSIGNAL`", image.stop_signal),
    ];
    parts.into_iter().flatten().collect()
}

fn joined(what: &str, parts: Vec<String>) -> Option<String> {
    (!parts.is_empty()).then(|| format!("{what}{}", parts.join(", ")))
}
