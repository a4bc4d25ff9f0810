//! `split-site`: the last stage builds a site and serves it; a new one below it serves the same files at the same port with
//! nginx. Nothing is offered where it is not known which files, or how they are served.

mod building;
mod generators;
mod nginx;
mod serving;
mod writing;

use super::super::{Action, Kind, Meaning, Place, Scope, rewriting};
use super::deeds::{Deeds, deeds};
use super::subject::Subject;
use crate::document::Cx;
use crate::fix::{Fix, Subject as Changed};
use crate::knowledge::images::Libc;
use crate::path;
use crate::semantic::facts::Facts;
use crate::semantic::users::is_root;
use crate::syntax::Kind as Keyword;
use crate::syntax::word::Value;
use building::SITE;
use serving::Server;

pub(in crate::actions) static SPLIT_SITE: Action = Action {
    id: "split-site",
    kind: Kind::Rewrite,
    scope: Scope::Stage,
    summary: "Split the last stage, which builds a site and serves it, into one that builds and one in which nginx serves",
    is_local: false,
    changes: &[Changed::Stages, Changed::Configuration],
    keeps: Meaning::FinalImageButProgram,
    find,
};

/// Folders in which a site is not put: the image's own, and those that only root can look into.
const NO_PLACES: [&str; 8] =
    ["/dev", "/docker-entrypoint.d", "/etc", "/proc", "/root", "/run", "/sys", "/tmp"];

fn find(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    split(cx, place.index()).into_iter().collect()
}

fn split(cx: &Cx<'_>, item: usize) -> Option<Fix> {
    let stage = cx.document.model().stage_at(item)?;
    SITE.images.contains(&stage.base_image()?.repository).then_some(())?;
    let subject = Subject::new(cx, item, SITE.files)?;
    let server = serving::server(&subject)?;
    let deeds = deeds(&subject, &SITE)?;
    (is_built(&server, &deeds) && is_kept(&subject, &server)).then_some(())?;
    let image = image(&subject)?;
    is_healthy(&subject).then_some(())?;
    let edits = writing::edits(&subject, &server, image)?;
    let name = server.program.name();
    Some(rewriting(
        format!("Split into build and runtime stages (final base {image}, in the place of {name})"),
        edits,
    ))
}

/// Whether the folder that is served is one that the stage builds.
fn is_built(server: &Server, deeds: &Deeds) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '/' | '.' | '_' | '-' | '@');
    server.folder.chars().all(is_plain)
        && deeds.artefacts.iter().any(|artefact| artefact.from == server.folder)
        && !NO_PLACES.iter().any(|place| path::is_within(&server.folder, place))
}

/// Whether nothing takes from others what root may read, nothing of the site is kept elsewhere than in the image, and
/// whatever stops the image stops nginx.
fn is_kept(subject: &Subject<'_>, server: &Server) -> bool {
    subject.items().all(|(index, item)| match item.kind {
        Keyword::Volume | Keyword::Shell => false,
        Keyword::Stopsignal => {
            let signal = item.instruction.str(item.instruction.ast().rest);
            nginx::STOPPED_BY.contains(&signal.strip_prefix("SIG").unwrap_or(signal))
        }
        Keyword::Run => subject.tasks(index).is_some_and(|tasks| {
            tasks.iter().all(|task| {
                let is_its = |word: &String| {
                    let place = task.place(word);
                    place.is_none_or(|place| path::overlap(&place, &server.folder))
                };
                match task.words.first().map(String::as_str) {
                    Some("umask") => false,
                    Some("chmod") => !task.words.iter().skip(2).any(is_its),
                    _ => true,
                }
            })
        }),
        _ => true,
    })
}

/// The image that serves: it is run as root where the stage is.
fn image(subject: &Subject<'_>) -> Option<&'static str> {
    let environment = subject.cx.document.model().environment_after(subject.stage.index);
    let user = match environment.map(|environment| &environment.user) {
        None | Some(Value::Unset) => subject.base.user.unwrap_or("root"),
        Some(Value::Known(user)) => user,
        Some(Value::Unknown) => return None,
    };
    let [plain, unprivileged] = nginx::IMAGES;
    Some(if is_root(user) { plain } else { unprivileged })
}

/// Whether the health check, if there is one, finds its programs, and the server by the address that it knows.
fn is_healthy(subject: &Subject<'_>) -> bool {
    let Some((_, item)) = subject.last(Keyword::Healthcheck) else { return true };
    // HEALTHCHECK NONE.
    let Some(facts) = Facts::of(&item.instruction) else { return true };
    let script = &facts.script;
    let is_busybox = subject.base.libc == Some(Libc::Musl);
    let is_known = |number: usize| {
        let Some(invocation) = facts.invocation_of(number) else { return false };
        let arguments = invocation.written_arguments(script);
        match &*invocation.name {
            "exit" => true,
            // It tries the first of the addresses of a name, and that of `localhost` is one of IPv6.
            "wget" => is_busybox && !arguments.iter().any(|word| word.contains("localhost")),
            name => nginx::PROGRAMS.contains(&name),
        }
    };
    !script.has_error()
        && script.outputs().iter().all(|output| output.is("/dev/null"))
        && (0..script.commands().len()).all(is_known)
}
