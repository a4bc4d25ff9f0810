//! Which files of the build context an install of dependencies reads, if those are all that it reads. Rather says
//! nothing than too little: a script, a local package or a file that cannot be read ends the search.
//! What each tool looks for: [`crate::knowledge::package_managers::projects`].

mod home_settings;
mod packages;
mod requirements;
mod texts;

use super::dependencies::{DependencyInstall, Reads};
use super::folder_copies::FolderCopy;
use super::local_values::local_values;
use super::packages::PackageCommand;
use crate::context::BuildContext;
use crate::context::sources::Sources;
use crate::context::view::View;
use crate::knowledge::package_managers::Family;
use crate::knowledge::package_managers::projects::{Project, project};
use crate::path;
use crate::syntax::Script;

/// The paths of the projects that a project or a solution of .NET names, with `/` between their parts; `None` where that is
/// not known.
pub fn dotnet_references(text: &str) -> Option<Vec<String>> {
    texts::dotnet_references(text)
}

/// A folder that an install reads whole has so many files at most.
const MOST_FILES: usize = 16;

/// An install, with all that can be asked of it.
struct Reading<'a> {
    context: &'a dyn BuildContext,
    view: &'a View<'a>,
    copy: &'a FolderCopy,
    package: &'a PackageCommand,
    script: &'a Script,
    project: &'static Project,
}

/// What an install needs of the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifests {
    /// The files, as clean paths, sorted.
    pub files: Vec<String>,
    /// The switch without which it installs the project itself as well, and reads all of it.
    pub switch: Option<&'static str>,
    /// What would lie over what was installed if the copy came after it: git leaves it out, so that whoever works on the
    /// project may have it, and the ignore file lets it through.
    pub strays: Vec<&'static str>,
}

/// The files of the build context that an install reads; `None` where it reads others too, or where that cannot be
/// told. `copy` is what brings them into the image; `home` is that of who runs the install, `None` where it is not known.
pub fn files(
    context: &dyn BuildContext,
    view: &View<'_>,
    copy: &FolderCopy,
    install: &DependencyInstall,
    package: &PackageCommand,
    script: &Script,
    home: Option<&str>,
) -> Option<Manifests> {
    let is_elsewhere = |value: &str| {
        value.starts_with('/')
            && copy.destination.starts_with('/')
            && !path::is_within(&path::from_root(value), &copy.destination)
    };
    local_values(package, package.words(script)).into_iter().all(is_elsewhere).then_some(())?;
    let project = project(install.family);
    let reading = project.map(|project| Reading { context, view, copy, package, script, project });
    let mut switch = None;
    let mut files = match &install.reads {
        Reads::Everything => {
            let (reading, folder) = (reading?, copy.source_of(&install.folder)?);
            let files = reading.project_files(&folder)?;
            let text = context.read(files.first()?)?;
            let is_locked = reading.project.family != Family::Uv
                || !text.contains("dynamic") && files.iter().any(|file| file.ends_with("uv.lock"));
            switch = reading.project.itself.filter(|_| !texts::is_no_package(&text));
            is_locked.then_some(files)
        }
        Reads::Manifests => reading?.project_files(&copy.source_of(&install.folder)?),
        Reads::Files(places) => {
            let starts = places.iter().map(|place| copy.source_of(place)).collect::<Option<Vec<_>>>()?;
            match reading {
                Some(reading) if install.family == Family::DotNet => reading.dotnet_files(starts),
                _ => {
                    let moves = ["-t", "--target", "--prefix", "--root", "--src", "-f", "--find-links"];
                    let moves = if install.family == Family::Conda { &[] } else { &moves[..] };
                    let is_name = |index: &usize| {
                        let value = package.words(script).get(*index).and_then(|word| script.unmatched(word));
                        value.is_some_and(|value| {
                            places.iter().any(|place| place.ends_with(&format!("/{value}")))
                                || !value.contains(['/', '\\']) && !requirements::is_archive(value)
                        })
                    };
                    let is_plain = !package.has_flag(script, moves) && package.operands.iter().all(is_name);
                    if is_plain { requirements::requirements(context, view, copy, starts) } else { None }
                }
            }
        }
    }?;
    home_settings::has_no_other(view, copy, install, home, &files)?;
    files.sort_unstable();
    files.dedup();
    let strays = project.map(|project| strays(view, project, &files)).unwrap_or_default();
    Some(Manifests { files, switch, strays })
}

/// What a project's tool has left beside its manifests on the machine of whoever works on it, as far as the build may get it.
fn strays(view: &View<'_>, project: &'static Project, files: &[String]) -> Vec<&'static str> {
    let may_come = |name: &str| {
        files
            .iter()
            .map(|file| path::join(path::parent(file), name))
            .any(|path| view.is_left_out_by_git(&path) && view.lets_through(&path) != Some(false))
    };
    // Go reads the same `vendor` in either order.
    let is_harmless = project.family == Family::Go;
    project.blockers.iter().copied().filter(|name| !is_harmless && may_come(name)).collect()
}

/// Whether the build gets this file: `None` where that is not known.
fn is_there(view: &View<'_>, path: &str) -> Option<bool> {
    match view.resolve(path) {
        Sources::Found(paths) => Some(paths.iter().any(|found| found == path)),
        Sources::Missing | Sources::IgnoredAll => Some(false),
        Sources::Unknown => None,
    }
}

impl Reading<'_> {
    fn is_there(&self, path: &str) -> Option<bool> {
        is_there(self.view, path)
    }

    /// The files that the tool reads in a folder of the context, the manifest first.
    fn project_files(&self, folder: &str) -> Option<Vec<String>> {
        if self.project.family == Family::DotNet {
            let start = self.dotnet_project(folder)?;
            return self.dotnet_files(vec![start]);
        }
        self.has_no_blocker(folder)?;
        let mut files = Vec::new();
        for name in self.project.manifests {
            let path = path::join(folder, name);
            if files.is_empty() && self.is_there(&path)? {
                files.push(path);
            }
        }
        let manifest = files.first()?.clone();
        for name in self.project.others.iter().filter(|name| !name.ends_with('w') || self.runs(name)) {
            self.add(&path::join(folder, name), &mut files)?;
        }
        let is_lock = |file: &String| self.project.locks.contains(&path::name(file));
        if !files.iter().any(is_lock) {
            for name in self.project.foreign_locks {
                self.add(&path::join(folder, name), &mut files)?;
            }
        }
        // What fetches the tool itself is for the script of the project.
        let wrappers = [("mvnw", ".mvn/wrapper"), ("gradlew", "gradle/wrapper")];
        for (_, wrapper) in wrappers.into_iter().filter(|(script, _)| !self.runs(script)) {
            files.retain(|file| !path::is_inside(file, &path::join(folder, wrapper)));
        }
        let text = self.context.read(&manifest)?;
        let has_flag = |flags: &[&str]| self.package.has_flag(self.script, flags);
        let is_whole = match self.project.family {
            Family::Npm | Family::Yarn | Family::Pnpm | Family::Bun => {
                packages::add_packages(self, folder, &mut files).is_some()
            }
            Family::Go => texts::is_whole_module(&text),
            Family::Bundler => texts::is_whole_gemfile(&text),
            Family::Composer => {
                let (scripts, autoloader) = (has_flag(&["--no-scripts"]), has_flag(&["--no-autoloader"]));
                let optimizes = has_flag(&["-o", "-a", "--optimize-autoloader", "--classmap-authoritative"]);
                texts::is_whole_composer(&text, scripts, autoloader, optimizes)
            }
            // The parent may lie in the folder above where the copy brings that.
            Family::Maven => {
                let is_top = folder == self.copy.source || text.contains("<relativePath/>");
                (is_top || !text.contains("<parent>")) && texts::is_packed_from_manifest(&text)
            }
            _ => true,
        };
        let mut texts = files
            .iter()
            .filter(|file| !file.ends_with(".jar") && !file.ends_with('w'))
            .map(|file| self.context.read(file));
        let words = self.project.reading_words;
        // A key may stand in quotes, or blanks before its value.
        let squeezed = |text: &str| text.replace([' ', '\t', '"', '\''], "");
        let is_plain = words.is_empty()
            || texts.all(|text| {
                let read = |text: String| [squeezed(&text), text];
                let has = |text: &String| words.iter().any(|word| text.contains(word));
                text.is_some_and(|text| !read(text).iter().any(has))
            });
        (is_whole && is_plain).then_some(files)
    }

    /// Whether the program is this script of the project, such as `mvnw`.
    fn runs(&self, script: &str) -> bool {
        let word = self.package.words(self.script).get(self.package.program);
        word.and_then(|word| word.value.as_deref()).is_some_and(|program| program.ends_with(script))
    }

    /// `None` where something in a folder has more read than the manifests, or would be overwritten.
    fn has_no_blocker(&self, folder: &str) -> Option<()> {
        for blocker in self.project.blockers {
            (!self.is_there(&path::join(folder, blocker))?).then_some(())?;
        }
        Some(())
    }

    /// Adds a file, or the files of a folder, where it is there.
    fn add(&self, path: &str, files: &mut Vec<String>) -> Option<()> {
        if !self.is_there(path)? {
            return Some(());
        }
        let walk = self.view.walk(path, MOST_FILES);
        if walk.files.is_empty() {
            files.push(path.to_owned());
        }
        files.extend(walk.files.into_iter().map(|(file, _)| file));
        walk.is_complete.then_some(())
    }

    /// The project or solution that `dotnet` takes in a folder.
    fn dotnet_project(&self, folder: &str) -> Option<String> {
        let mut found = Vec::new();
        for pattern in self.project.manifests.iter().chain(&["*.sln"]) {
            match self.view.resolve(&path::join(folder, pattern)) {
                Sources::Found(paths) => found.extend(paths),
                Sources::Missing | Sources::IgnoredAll => {}
                Sources::Unknown => return None,
            }
        }
        // With several it asks which one.
        let [one] = found.as_slice() else { return None };
        Some(one.clone())
    }

    /// Projects of .NET, those that they refer to, and the settings in the folders above them.
    fn dotnet_files(&self, starts: Vec<String>) -> Option<Vec<String>> {
        let mut files: Vec<String> = Vec::new();
        let mut pending = starts;
        while let Some(file) = pending.pop() {
            if files.contains(&file) {
                continue;
            }
            let is_inside = self.copy.source.is_empty() && !file.starts_with("..")
                || file.strip_prefix(&self.copy.source).is_some_and(|rest| rest.starts_with('/'));
            if files.len() >= MOST_FILES * 4 || !is_inside || !self.is_there(&file)? {
                return None;
            }
            let folder = path::parent(&file);
            let above = path::ancestry(folder).filter(|above| above.len() >= self.copy.source.len());
            for above in above.chain([self.copy.source.as_str()]) {
                for name in self.project.others {
                    let path = path::join(above, name);
                    if !files.contains(&path) && self.is_there(&path)? {
                        self.has_no_reading_word(&path)?;
                        texts::is_whole_setting_of_dotnet(name, &self.context.read(&path)?).then_some(())?;
                        files.push(path);
                    }
                }
            }
            if !file.ends_with(".sln") {
                self.has_no_blocker(folder)?;
                self.has_no_reading_word(&file)?;
            }
            let references = dotnet_references(&self.context.read(&file)?)?;
            pending.extend(references.iter().map(|reference| path::clean(&path::join(folder, reference))));
            files.push(file);
        }
        Some(files)
    }

    fn has_no_reading_word(&self, path: &str) -> Option<()> {
        let text = self.context.read(path)?;
        (!self.project.reading_words.iter().any(|word| text.contains(word))).then_some(())
    }
}
