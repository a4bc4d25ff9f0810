//! Users and groups that are surely not in the image where an instruction names them.
//! Source: the `passwd` and `group` of Debian's base-passwd and of Alpine's alpine-baselayout.

use super::Model;
use super::facts::Facts;
use super::stages::Base;
use crate::knowledge::images::BaseImage;
use crate::knowledge::plain_programs::is_plain;
use crate::syntax::shell::Form;
use crate::syntax::{File, Kind};

/// The images beside those of distributions whose Dockerfiles make no account but those that the tables name.
/// Source: the Dockerfiles that docker-library/official-images names.
const KNOWN: [&str; 6] = ["eclipse-temurin", "golang", "node", "python", "ruby", "rust"];

/// The distributions whose images have the accounts below and no others.
const DISTRIBUTIONS: [&str; 3] = ["alpine", "debian", "ubuntu"];

/// The accounts that one of these distributions begins with, sorted.
const STANDARD: [&str; 87] = [
    "_apt",
    "_ssh",
    "abuild",
    "adm",
    "at",
    "audio",
    "backup",
    "bin",
    "cdrom",
    "cdrw",
    "cron",
    "crontab",
    "cyrus",
    "daemon",
    "dialout",
    "dip",
    "disk",
    "fax",
    "floppy",
    "ftp",
    "games",
    "gnats",
    "guest",
    "halt",
    "input",
    "irc",
    "kmem",
    "kvm",
    "list",
    "locate",
    "lp",
    "mail",
    "man",
    "messagebus",
    "mlocate",
    "netdev",
    "news",
    "nobody",
    "nogroup",
    "ntp",
    "nullmail",
    "operator",
    "ping",
    "plugdev",
    "polkitd",
    "postgres",
    "postmaster",
    "proxy",
    "readproc",
    "render",
    "root",
    "sasl",
    "scanner",
    "sgx",
    "shadow",
    "shutdown",
    "smmsp",
    "squid",
    "src",
    "ssh",
    "sshd",
    "staff",
    "stapdev",
    "stapsys",
    "stapusr",
    "sudo",
    "svn",
    "sync",
    "sys",
    "syslog",
    "systemd-journal",
    "systemd-network",
    "systemd-resolve",
    "systemd-timesync",
    "tape",
    "tty",
    "ubuntu",
    "users",
    "utmp",
    "uucp",
    "uuidd",
    "video",
    "vmail",
    "voice",
    "vpopmail",
    "wheel",
    "www-data",
];

/// Programs among the plain ones that may make an account, or bring whole trees of files.
const MAKERS: [&str; 8] =
    ["addgroup", "adduser", "deluser", "groupadd", "groupmod", "newusers", "useradd", "usermod"];

impl Model {
    /// Whether no user and no group of a name can be there before the instruction `item`: the base image is known, and no step
    /// may have made one.
    pub fn lacks_account(&self, file: &File, item: usize, name: &str) -> bool {
        let Some(stage) = self.stage_at(item) else {
            return false;
        };
        let is_known = self.root_of(file, stage.index).is_some_and(|base| matches!(base, Base::Image(_)));
        let lacks = |image: &BaseImage| {
            let family = image.release.as_ref().map(|release| release.family.id);
            family.is_some_and(|family| DISTRIBUTIONS.contains(&family))
                && (image.is_distribution() || KNOWN.contains(&image.repository))
                && !image.users.iter().any(|user| user.name == name)
        };
        is_known
            && STANDARD.binary_search(&name).is_err()
            && self.base_image(item).is_some_and(lacks)
            && self.chain(stage.index).all(|stage| {
                let end = if stage.items.contains(&item) { item } else { stage.items.end };
                (stage.from() + 1..end).all(|step| !self.may_make_account(file, step))
            })
    }

    fn may_make_account(&self, file: &File, step: usize) -> bool {
        let Some(instruction) = file.instruction(step) else {
            return true;
        };
        let files = ["/etc/passwd", "/etc/group"];
        if files.iter().any(|path| self.may_write(file, step, path)) {
            return true;
        }
        if instruction.ast().kind != Kind::Run {
            return false;
        }
        let Some(facts) = Facts::of(instruction) else {
            return true;
        };
        let script = &facts.script;
        let is_harmless = |command: usize| match (facts.package_of(command), facts.invocation_of(command)) {
            // A package of the distribution may bring an account along.
            (Some(package), _) => !package.manager.family.is_of_distribution(),
            (None, Some(found)) => {
                !found.takes_more && is_plain(&found.name) && !MAKERS.contains(&&*found.name)
            }
            (None, None) => script.commands().get(command).is_some_and(|command| command.words.is_empty()),
        };
        let text = script.text().text();
        let names_file = ["passwd", "/etc/", "sysusers", " / ", " /;"].iter().any(|part| text.contains(part));
        let is_plain_text =
            script.form() == Form::Shell && !script.has_error() && instruction.heredocs().is_empty();
        !is_plain_text
            || names_file
            || text.trim_end().ends_with(" /")
            || !(0..script.commands().len()).all(is_harmless)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_are_sorted() {
        assert!(STANDARD.is_sorted());
    }
}
