//! How two images differ.

use globset::Glob;

use crate::image::Image;

/// What differs: paths without a leading `/`, and names of fields of the configuration.
pub(crate) struct Difference {
    pub(crate) gone: Vec<String>,
    pub(crate) new: Vec<String>,
    pub(crate) changed: Vec<String>,
    pub(crate) configuration: Vec<String>,
}

/// What two builds of the same file differ in, and what the engine puts into every container.
const VOLATILE: [&str; 10] = [
    ".dockerenv",
    "dev/**",
    "etc/{hostname,hosts,mtab,resolv.conf}",
    "proc/**",
    "sys/**",
    "var/cache/ldconfig/aux-cache",
    "root/.npm/_logs/**",
    "var/log/**",
    "**/*.pyc",
    "**/__pycache__",
];

/// What the engine notes in a configuration beside what the Dockerfile says.
const FIELDS: [&str; 12] = [
    "Cmd",
    "Entrypoint",
    "Env",
    "ExposedPorts",
    "Healthcheck",
    "Labels",
    "OnBuild",
    "Shell",
    "StopSignal",
    "User",
    "Volumes",
    "WorkingDir",
];

impl Difference {
    pub(crate) fn between(before: &Image, after: &Image) -> Difference {
        let volatile: Vec<_> =
            VOLATILE.iter().map(|glob| Glob::new(glob).unwrap().compile_matcher()).collect();
        let is_kept = |path: &&String| !volatile.iter().any(|glob| glob.is_match(path.as_str()));
        let lacking = |here: &Image, there: &Image| -> Vec<String> {
            let paths = here.files.keys().filter(|path| !there.files.contains_key(*path));
            paths.filter(is_kept).cloned().collect()
        };
        let is_other =
            |path: &&String| after.files.get(*path).is_some_and(|file| *file != before.files[*path]);
        let fields = FIELDS.iter().filter(|field| before.configuration[field] != after.configuration[field]);
        Difference {
            gone: lacking(before, after),
            new: lacking(after, before),
            changed: before.files.keys().filter(is_other).filter(is_kept).cloned().collect(),
            configuration: fields.map(|field| (*field).to_owned()).collect(),
        }
    }
}
