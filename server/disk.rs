//! The disk: the build context as a folder. Every look is bounded and remembered until it is forgotten; nothing
//! outside the folder is looked at, save the ignore file beside the Dockerfile.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::context::links::Behind;
use crate::context::making::Around;
use crate::context::{BuildContext, Certainty, Lookup};

mod above;
mod answers;
mod links;

use answers::{Answers, OwnIgnore};

/// A folder with more entries than this is not listed.
const MOST_ENTRIES: usize = 5_000;
/// A path with more parts than this is not looked at.
const MOST_DEPTH: usize = 64;
/// A file with more bytes than this is not read.
const MOST_BYTES: u64 = 1 << 20;
/// More answers than this are forgotten all at once: paths that are being typed leave one each.
const MOST_ANSWERS: usize = 50_000;
/// Texts are bigger than other answers, so fewer are kept.
const MOST_TEXTS: usize = 32;

/// A folder on disk.
pub struct DiskContext {
    folder: PathBuf,
    /// `<Dockerfile>.dockerignore`, which need not lie in the folder.
    own_ignore_file: Option<PathBuf>,
    certainty: Certainty,
    origin: Option<String>,
    answers: Mutex<Answers>,
}

impl DiskContext {
    /// The context in `folder`, for the build of `dockerfile`, whose own ignore file comes first. Nothing is looked at
    /// before it is asked for; a folder that is not there is unknown, and so is all in it.
    pub fn new(folder: &Path, dockerfile: Option<&Path>, certainty: Certainty) -> DiskContext {
        let own_ignore_file = dockerfile.map(|dockerfile| {
            let mut path = OsString::from(dockerfile);
            path.push(".dockerignore");
            PathBuf::from(path)
        });
        // The folder of a plain `Dockerfile` has an empty path.
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        DiskContext {
            folder: folder.to_owned(),
            own_ignore_file,
            certainty,
            origin: None,
            answers: Mutex::default(),
        }
    }

    /// The same, with the reason why this folder was taken.
    #[must_use]
    pub fn with_origin(self, origin: String) -> DiskContext {
        DiskContext { origin: Some(origin), ..self }
    }

    /// Forgets `path`, all in it and the folders above it: the next question looks at the disk again. A relative path
    /// is one of the context. Any other that is not in the folder as it was given may still be so by another name, so
    /// everything is forgotten.
    pub fn forget(&self, path: &Path) {
        let relative = path.strip_prefix(&self.folder).unwrap_or(path);
        let parts: Option<Vec<&str>> = relative
            .components()
            .filter(|part| *part != Component::CurDir)
            .map(|part| if let Component::Normal(name) = part { name.to_str() } else { None })
            .collect();
        self.answers().forget(&parts.unwrap_or_default().join("/"));
    }

    /// Looks at everything again.
    pub fn forget_all(&self) {
        self.answers().forget("");
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The remembered answer, or the one that `ask` gives. The lock is not held while the disk is asked.
    fn remember<T: Clone>(
        &self,
        path: &str,
        most: usize,
        table: fn(&mut Answers) -> &mut HashMap<String, T>,
        ask: impl FnOnce() -> T,
    ) -> T {
        let generation = {
            let mut answers = self.answers();
            if let Some(answer) = table(&mut answers).get(path) {
                return answer.clone();
            }
            answers.generation
        };
        let answer = ask();
        let mut answers = self.answers();
        if answers.generation == generation {
            let table = table(&mut answers);
            if table.len() >= most {
                table.clear();
            }
            table.insert(path.to_owned(), answer.clone());
        }
        answer
    }

    /// Looks at one path below a folder that is there.
    fn look(&self, path: &str) -> Lookup {
        let Some(place) = self.place(path) else { return Lookup::Unknown };
        match fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_symlink() => self.look_behind(&place),
            Ok(metadata) => kind(&metadata),
            Err(error) if error.kind() == ErrorKind::NotFound => Lookup::Absent,
            Err(_) => Lookup::Unknown,
        }
    }

    /// What a link leads to, if that is a file in the context. A folder behind a link is sent as a link only, and may
    /// hold the link itself: it stays unknown.
    fn look_behind(&self, link: &Path) -> Lookup {
        let target = inside(&self.folder, link).and_then(|target| fs::symlink_metadata(target).ok());
        target.filter(Metadata::is_file).map_or(Lookup::Unknown, |target| kind(&target))
    }

    /// A context that is not there, or no folder, is none at all rather than an empty one.
    fn look_at_root(&self) -> Lookup {
        fs::metadata(&self.folder).ok().filter(Metadata::is_dir).map_or(Lookup::Unknown, |root| kind(&root))
    }

    /// The place of a clean path; `None` if it has a part that is no plain name on this system, such as `C:`.
    fn place(&self, path: &str) -> Option<PathBuf> {
        let mut place = self.folder.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let mut components = Path::new(part).components();
            match (components.next(), components.next()) {
                (Some(Component::Normal(name)), None) => place.push(name),
                _ => return None,
            }
        }
        Some(place)
    }

    fn list_anew(&self, path: &str) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(inside(&self.folder, &self.place(path)?)?).ok()? {
            if names.len() == MOST_ENTRIES {
                return None;
            }
            // A name that is no text could be what is asked for: the list as a whole is not known then.
            names.push(entry.ok()?.file_name().into_string().ok()?);
        }
        names.sort_unstable();
        Some(names)
    }

    fn own_ignore(&self) -> OwnIgnore {
        let Some(path) = &self.own_ignore_file else { return OwnIgnore::Absent };
        self.remember(
            "",
            1,
            |answers| &mut answers.own_ignore,
            || {
                let is_absent = |error: std::io::Error| error.kind() == ErrorKind::NotFound;
                if fs::symlink_metadata(path).is_err_and(is_absent) {
                    return OwnIgnore::Absent;
                }
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                inside(folder.unwrap_or(Path::new(".")), path)
                    .and_then(|path| read_text(&path))
                    .map_or(OwnIgnore::Unreadable, OwnIgnore::Text)
            },
        )
    }
}

impl BuildContext for DiskContext {
    fn git_ignore_files_above(&self) -> Vec<(String, String)> {
        above::git_ignore_files(&self.folder)
    }

    fn making_around(&self) -> Around {
        let home = self.own_ignore_file.as_deref().and_then(Path::parent);
        self.remember("", 1, |answers| &mut answers.making, || above::making(&self.folder, home))
    }

    fn certainty(&self) -> Certainty {
        self.certainty
    }

    fn origin(&self) -> Option<String> {
        self.origin.clone()
    }

    fn root(&self) -> Option<String> {
        Some(self.folder.to_string_lossy().into_owned())
    }

    /// As the trait says. Where the ignore file of the Dockerfile cannot be read, `.dockerignore` is unknown, for it is
    /// not the one in force.
    fn entry(&self, path: &str) -> Lookup {
        if path == ".dockerignore" && matches!(self.own_ignore(), OwnIgnore::Unreadable) {
            return Lookup::Unknown;
        }
        self.remember(
            path,
            MOST_ANSWERS,
            |answers| &mut answers.entries,
            || {
                let folder = match path.rsplit_once('/') {
                    _ if path.is_empty() => return self.look_at_root(),
                    _ if path.split('/').count() > MOST_DEPTH => return Lookup::Unknown,
                    Some((folder, _)) => folder,
                    None => "",
                };
                match self.entry(folder) {
                    Lookup::Folder => self.look(path),
                    Lookup::File(_) | Lookup::Absent => Lookup::Absent,
                    Lookup::Unknown => Lookup::Unknown,
                }
            },
        )
    }

    fn list(&self, path: &str) -> Option<Vec<String>> {
        if self.entry(path) != Lookup::Folder {
            return None;
        }
        self.remember(path, MOST_ANSWERS, |answers| &mut answers.lists, || self.list_anew(path))
    }

    fn behind(&self, path: &str) -> Behind {
        self.remember(
            path,
            MOST_ANSWERS,
            |answers| &mut answers.links,
            || self.place(path).map_or(Behind::Unknown, |place| links::follow(&self.folder, &place)),
        )
    }

    fn read(&self, path: &str) -> Option<String> {
        match self.entry(path) {
            Lookup::File(0..=MOST_BYTES) => {}
            Lookup::File(_) | Lookup::Folder | Lookup::Absent | Lookup::Unknown => return None,
        }
        self.remember(
            path,
            MOST_TEXTS,
            |answers| &mut answers.texts,
            || read_text(&inside(&self.folder, &self.place(path)?)?),
        )
    }

    fn ignore_file(&self) -> Option<(String, String)> {
        match (self.own_ignore(), &self.own_ignore_file) {
            (OwnIgnore::Text(text), Some(path)) => {
                let path = path.strip_prefix(&self.folder).unwrap_or(path);
                Some((path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"), text))
            }
            (OwnIgnore::Unreadable, _) => None,
            (OwnIgnore::Text(_) | OwnIgnore::Absent, _) => {
                Some((".dockerignore".to_owned(), self.read(".dockerignore")?))
            }
        }
    }
}

fn kind(metadata: &Metadata) -> Lookup {
    if metadata.is_file() {
        Lookup::File(metadata.len())
    } else if metadata.is_dir() {
        Lookup::Folder
    } else {
        Lookup::Unknown
    }
}

/// Where a place really is, if that is in the folder.
fn inside(folder: &Path, place: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder).ok()?;
    fs::canonicalize(place).ok().filter(|place| place.starts_with(&folder))
}

/// The text of a file that is not too big. Pipes and devices are not opened, for they might never end.
fn read_text(place: &Path) -> Option<String> {
    fs::metadata(place).ok().filter(Metadata::is_file)?;
    let mut text = String::new();
    File::open(place).ok()?.take(MOST_BYTES + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= MOST_BYTES).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::sources::Sources;
    use crate::context::view::View;

    /// A folder with these files, and the context in it.
    fn disk(files: &[(&str, &str)]) -> (tempfile::TempDir, DiskContext) {
        let folder = tempfile::tempdir().expect("a folder");
        files.iter().for_each(|(path, content)| write(folder.path(), path, content));
        let dockerfile = folder.path().join("Dockerfile");
        let context = DiskContext::new(folder.path(), Some(&dockerfile), Certainty::Given);
        (folder, context)
    }

    fn write(folder: &Path, path: &str, content: &str) {
        let place = folder.join(path);
        fs::create_dir_all(place.parent().expect("a parent")).expect("folders");
        fs::write(place, content).expect("a file");
    }

    #[test]
    fn the_folder_is_seen_as_it_is() {
        let (folder, context) = disk(&[("src/app/main.c", "int"), ("README", "")]);
        assert_eq!(context.entry(""), Lookup::Folder);
        assert_eq!(context.entry("src/app"), Lookup::Folder);
        assert_eq!(context.entry("src/app/main.c"), Lookup::File(3));
        assert_eq!(context.entry("src/app/main.c/x"), Lookup::Absent);
        assert_eq!(context.entry("nothing/at/all"), Lookup::Absent);
        assert_eq!(context.list(""), Some(vec!["README".to_owned(), "src".to_owned()]));
        assert_eq!(context.list("README"), None);
        assert_eq!(context.read("src/app/main.c").as_deref(), Some("int"));
        assert_eq!(context.read("src"), None);
        assert_eq!(context.root(), folder.path().to_str().map(str::to_owned));
        let walk = View::new(&context).walk("", 9);
        assert_eq!(walk.files, [("README".to_owned(), 0), ("src/app/main.c".to_owned(), 3)]);
        assert!(walk.is_complete);
    }

    #[test]
    fn a_folder_that_is_not_there_is_unknown() {
        let (folder, _) = disk(&[("file", "")]);
        for missing in ["nothing", "file", "nothing/below"] {
            let context = DiskContext::new(&folder.path().join(missing), None, Certainty::Given);
            assert_eq!(context.entry(""), Lookup::Unknown, "{missing}");
            assert_eq!(context.entry("a"), Lookup::Unknown, "{missing}");
            assert_eq!(context.list(""), None, "{missing}");
            assert_eq!(View::new(&context).resolve("*"), Sources::Unknown, "{missing}");
        }
    }

    #[test]
    fn an_empty_path_is_the_current_folder() {
        let context = DiskContext::new(Path::new(""), Some(Path::new("Dockerfile")), Certainty::Guessed);
        assert_eq!(context.entry(""), Lookup::Folder);
        assert_eq!(context.read("Cargo.toml"), fs::read_to_string("Cargo.toml").ok());
    }

    #[test]
    fn the_ignore_file_of_the_dockerfile_comes_first() {
        let (folder, context) = disk(&[(".dockerignore", "a")]);
        assert_eq!(context.ignore_file(), Some((".dockerignore".to_owned(), "a".to_owned())));
        write(folder.path(), "Dockerfile.dockerignore", "b");
        context.forget(&folder.path().join("Dockerfile.dockerignore"));
        assert_eq!(context.ignore_file(), Some(("Dockerfile.dockerignore".to_owned(), "b".to_owned())));
        let elsewhere = DiskContext::new(&folder.path().join("none"), None, Certainty::Given);
        assert_eq!(elsewhere.ignore_file(), None);
    }

    #[test]
    fn an_ignore_file_that_cannot_be_read_is_no_empty_one() {
        for path in ["Dockerfile.dockerignore", ".dockerignore"] {
            let (folder, context) = disk(&[("a", "")]);
            fs::write(folder.path().join(path), b"\xff").expect("a file");
            assert_eq!(context.ignore_file(), None, "{path}");
            assert_eq!(View::new(&context).resolve("a"), Sources::Unknown, "{path}");
            assert_eq!(View::new(&context).resolve("b"), Sources::Missing, "{path}");
        }
    }

    #[test]
    fn an_answer_stays_until_it_is_forgotten() {
        let (folder, context) = disk(&[("a/b", "1"), ("c", "1")]);
        let ask = || {
            let names = context.list("").map(|names| names.join(" "));
            (context.entry("a/b"), context.entry("new/x"), context.entry("c"), names, context.read("c"))
        };
        let before = ask();
        write(folder.path(), "a/b", "22");
        write(folder.path(), "new/x", "");
        write(folder.path(), "c", "22");
        assert_eq!(ask(), before);
        context.forget(Path::new("a/b"));
        let (changed, still_absent, still_old, names, _) = ask();
        assert_eq!((changed, still_absent, still_old), (Lookup::File(2), Lookup::Absent, Lookup::File(1)));
        assert_eq!(names.as_deref(), Some("a c new"));
        context.forget(&folder.path().join("new"));
        assert_eq!(context.entry("new/x"), Lookup::File(0));
        assert_eq!(context.entry("c"), Lookup::File(1));
        context.forget_all();
        assert_eq!(context.entry("c"), Lookup::File(2));
        assert_eq!(context.read("c").as_deref(), Some("22"));
    }

    #[test]
    fn a_path_from_outside_forgets_everything() {
        let (folder, context) = disk(&[]);
        for outside in ["/nowhere/a", "../a"] {
            fs::remove_file(folder.path().join("c")).ok();
            context.forget_all();
            assert_eq!(context.entry("c"), Lookup::Absent);
            write(folder.path(), "c", "");
            context.forget(Path::new(outside));
            assert_eq!(context.entry("c"), Lookup::File(0), "{outside}");
        }
    }

    #[test]
    fn what_is_too_big_or_too_deep_is_unknown() {
        let (folder, context) = disk(&[("small", ""), ("many/0", "")]);
        let big = File::create(folder.path().join("big")).expect("a file");
        big.set_len(MOST_BYTES + 1).expect("a length");
        assert_eq!(context.entry("big"), Lookup::File(MOST_BYTES + 1));
        assert_eq!(context.read("big"), None);
        assert_eq!(context.entry(&"x/".repeat(MOST_DEPTH)), Lookup::Unknown);
        for index in 1..=MOST_ENTRIES {
            File::create(folder.path().join(format!("many/{index}"))).expect("a file");
        }
        assert_eq!(context.list("many"), None);
        assert_eq!(context.entry("many/7"), Lookup::File(0));
        assert_eq!(View::new(&context).resolve("many/x*"), Sources::Unknown);
        assert_eq!(View::new(&context).resolve("many/x"), Sources::Missing);
    }

    #[test]
    fn text_that_is_no_utf8_is_not_read() {
        let (folder, context) = disk(&[]);
        fs::write(folder.path().join("a"), b"\xff\xfe").expect("a file");
        assert_eq!(context.entry("a"), Lookup::File(2));
        assert_eq!(context.read("a"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_to_files_inside_only() {
        use std::os::unix::fs::symlink;
        let (outside, _) = disk(&[("secret", "secret"), ("folder/x", "")]);
        let (folder, context) = disk(&[("file", "text"), ("sub/x", "")]);
        let links = [
            ("inside", "file".into()),
            ("dangling", "nothing".into()),
            ("folder", "sub".into()),
            ("loop", ".".into()),
            ("round", "round".into()),
            ("out", outside.path().join("secret")),
            ("out-folder", outside.path().join("folder")),
            ("up", PathBuf::from("../")),
        ];
        for (link, target) in &links {
            symlink(target, folder.path().join(link)).expect("a link");
        }
        assert_eq!(context.entry("inside"), Lookup::File(4));
        assert_eq!(context.read("inside").as_deref(), Some("text"));
        for (link, _) in links.iter().skip(1) {
            assert_eq!(context.entry(link), Lookup::Unknown, "{link}");
            assert_eq!(context.entry(&format!("{link}/x")), Lookup::Unknown, "{link}");
            assert_eq!((context.list(link), context.read(link)), (None, None), "{link}");
        }
        assert!(!View::new(&context).walk("", 99).is_complete);
    }

    #[cfg(unix)]
    #[test]
    fn a_source_that_is_a_link_is_what_it_leads_to() {
        use crate::semantic::layers::rerun::Rerun;
        use crate::semantic::layers::sources::{ContextSource, Reading};
        use std::os::unix::fs::symlink;
        let (folder, context) = disk(&[("real/r.txt", ""), ("other/o.txt", ""), ("d/a.txt", "")]);
        let links =
            [("l.txt", "real/r.txt"), ("rl", "real"), ("twice", "l.txt"), ("d/x", "../other"), ("out", "/")];
        for (link, target) in links {
            symlink(target, folder.path().join(link)).expect("a link");
        }
        let view = View::new(&context);
        let reads = |source: &str, reading: Reading, changed: &str| {
            let path = Some(source.to_owned());
            ContextSource { path, reading, excludes: Vec::new() }.reads(&view, changed)
        };
        for source in ["l.txt", "rl/r.txt", "rl", "l.*", "twice", "r*"] {
            assert_eq!(reads(source, Reading::Wildcards, "real/r.txt"), Rerun::Yes, "{source}");
        }
        for source in ["l.txt", "rl", "rl/r.txt"] {
            assert_eq!(reads(source, Reading::Path, "real/r.txt"), Rerun::Yes, "{source}");
            assert_eq!(reads(source, Reading::Path, "other/o.txt"), Rerun::No, "{source}");
        }
        assert_eq!(reads("twice", Reading::Wildcards, "l.txt"), Rerun::Maybe);
        assert_eq!(reads("rl/*.txt", Reading::Wildcards, "real/r.txt"), Rerun::Maybe);
        assert_eq!(reads("out", Reading::Wildcards, "other/o.txt"), Rerun::Maybe);
        // Within a folder that is copied a link stays a link.
        assert_eq!(reads("d", Reading::Wildcards, "other/o.txt"), Rerun::No);
        assert_eq!(reads("d/a.txt", Reading::Wildcards, "real/r.txt"), Rerun::No);
    }

    #[cfg(unix)]
    #[test]
    fn a_context_may_be_a_link_itself() {
        let (folder, _) = disk(&[("real/file", "text")]);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path().join("real"), &link).expect("a link");
        let context = DiskContext::new(&link, None, Certainty::Given);
        assert_eq!(context.list(""), Some(vec!["file".to_owned()]));
        assert_eq!(context.read("file").as_deref(), Some("text"));
    }

    #[cfg(unix)]
    #[test]
    fn an_ignore_file_that_leads_away_is_not_read() {
        let (outside, _) = disk(&[("secret", "*")]);
        for path in ["Dockerfile.dockerignore", ".dockerignore"] {
            let (folder, context) = disk(&[("a", "")]);
            std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join(path))
                .expect("a link");
            assert_eq!(context.ignore_file(), None, "{path}");
            assert_eq!(View::new(&context).resolve("a"), Sources::Unknown, "{path}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_no_text_leaves_its_folder_unlisted() {
        use std::os::unix::ffi::OsStrExt;
        let (folder, context) = disk(&[("odd/a", ""), ("b", "")]);
        let name = std::ffi::OsStr::from_bytes(b"odd/\xff");
        fs::write(folder.path().join(name), "").expect("a file");
        assert_eq!(context.list("odd"), None);
        assert_eq!(context.entry("odd/a"), Lookup::File(0));
        assert_eq!(View::new(&context).resolve("odd/x*"), Sources::Unknown);
        assert_eq!(View::new(&context).resolve("*/a"), Sources::Unknown);
        assert_eq!(View::new(&context).resolve("b"), Sources::Found(vec!["b".to_owned()]));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_neither_file_nor_folder_is_not_opened() {
        let (folder, context) = disk(&[]);
        let place = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(place).expect("a socket");
        assert_eq!((context.entry("socket"), context.read("socket")), (Lookup::Unknown, None));
    }

    #[test]
    fn no_path_leaves_the_folder() {
        let (folder, _) = disk(&[("in/a", ""), ("secret", "x")]);
        let context = DiskContext::new(&folder.path().join("in"), None, Certainty::Given);
        for path in ["../secret", "..", "a/../../secret", "\0"] {
            assert_ne!(context.entry(path), Lookup::File(1), "{path:?}");
            assert_eq!((context.list(path), context.read(path)), (None, None), "{path:?}");
        }
        assert_eq!(View::new(&context).resolve("../secret"), Sources::Missing);
    }
}
