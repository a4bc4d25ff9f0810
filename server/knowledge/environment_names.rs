//! Environment variables that images commonly set, and what the programs make of them.
//!
//! Source: the manuals of the programs that read them.

/// A variable.
#[derive(Debug, PartialEq, Eq)]
pub struct EnvironmentName {
    /// Case matters.
    pub name: &'static str,
    /// The images with the program that reads it; none where any may have it.
    pub images: &'static [&'static str],
    /// A value that is usual.
    pub value: &'static str,
    /// What it does, in Markdown.
    pub documentation: &'static str,
}

/// Those that are usual, sorted by name.
pub fn all() -> &'static [EnvironmentName] {
    &ALL
}

/// All of them: those that the programs of an image read, those of any image, and the rest.
pub fn likeliest_first(image: Option<&str>) -> Vec<&'static EnvironmentName> {
    let is_read = |known: &EnvironmentName| image.is_some_and(|image| known.images.contains(&image));
    let mut names: Vec<&EnvironmentName> = all().iter().collect();
    names.sort_by_key(|known| (!is_read(known), !known.images.is_empty()));
    names
}

/// A variable by its name.
pub fn environment_name(name: &str) -> Option<&'static EnvironmentName> {
    all().iter().find(|known| known.name == name)
}

const fn name(
    name: &'static str,
    images: &'static [&'static str],
    value: &'static str,
    documentation: &'static str,
) -> EnvironmentName {
    EnvironmentName { name, images, value, documentation }
}

const NODE: &[&str] = &["node"];
const PYTHON: &[&str] = &["python", "ghcr.io/astral-sh/uv"];
const GO: &[&str] = &["golang"];
const RUST: &[&str] = &["rust"];
const RUBY: &[&str] = &["ruby"];
const JAVA: &[&str] = &["eclipse-temurin", "amazoncorretto", "maven", "gradle", "openjdk", "tomcat"];
const DOTNET: &[&str] =
    &["mcr.microsoft.com/dotnet/aspnet", "mcr.microsoft.com/dotnet/sdk", "mcr.microsoft.com/dotnet/runtime"];

static ALL: [EnvironmentName; 24] = [
    name("ASPNETCORE_HTTP_PORTS", DOTNET, "8080", "The ports on which ASP.NET listens without TLS."),
    name("BUNDLE_WITHOUT", RUBY, "development:test", "The groups of gems that Bundler leaves out."),
    name(
        "CARGO_HOME",
        RUST,
        "/usr/local/cargo",
        "Where Cargo keeps its registry, its settings and installed programs.",
    ),
    name("CGO_ENABLED", GO, "0", "Whether Go builds with C: `0` makes programs that need no C library."),
    name("DOTNET_CLI_TELEMETRY_OPTOUT", DOTNET, "1", "Keeps the `dotnet` command from sending usage data."),
    name("GEM_HOME", RUBY, "/usr/local/bundle", "Where RubyGems installs."),
    name("GOFLAGS", GO, "-mod=readonly", "Flags that every `go` command takes."),
    name(
        "JAVA_OPTS",
        JAVA,
        "-XX:MaxRAMPercentage=75",
        "Options that the start scripts of Tomcat and of many applications pass to `java`; the virtual machine itself does not read it.",
    ),
    name(
        "JAVA_TOOL_OPTIONS",
        JAVA,
        "-XX:MaxRAMPercentage=75",
        "Options that every Java virtual machine takes up.",
    ),
    name(
        "LANG",
        &[],
        "C.UTF-8",
        "The language, and how programs read text: `C.UTF-8` needs no locale package.",
    ),
    name("LC_ALL", &[], "C.UTF-8", "Overrides every setting of the language."),
    name(
        "NODE_ENV",
        NODE,
        "production",
        "Makes Node.js libraries leave out what helps in development, and `npm install` its development dependencies.",
    ),
    name("NODE_OPTIONS", NODE, "--enable-source-maps", "Options that every `node` takes up."),
    name("PATH", &[], "/opt/app/bin:$PATH", "Where programs are looked for, separated by colons."),
    name("PIP_DISABLE_PIP_VERSION_CHECK", PYTHON, "1", "Keeps pip from looking for a newer pip."),
    name("PIP_NO_CACHE_DIR", PYTHON, "1", "Keeps pip from leaving its downloads in the layer."),
    name("PNPM_HOME", NODE, "/pnpm", "Where pnpm keeps its store and global programs."),
    name("PYTHONDONTWRITEBYTECODE", PYTHON, "1", "Keeps Python from writing `.pyc` files."),
    name("PYTHONUNBUFFERED", PYTHON, "1", "Lets the output of Python appear in the logs at once."),
    name("RAILS_ENV", RUBY, "production", "The environment that Rails runs in."),
    name("RUST_BACKTRACE", RUST, "1", "Lets Rust programs that panic show where."),
    name("TZ", &[], "Etc/UTC", "The time zone; the image needs the zone's data."),
    name(
        "UV_COMPILE_BYTECODE",
        PYTHON,
        "1",
        "Lets uv write `.pyc` files when it installs, so that programs start faster.",
    ),
    name(
        "UV_LINK_MODE",
        PYTHON,
        "copy",
        "Lets uv copy out of its cache, which in a cache mount lies on another file system.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(all().windows(2).all(|pair| pair[0].name < pair[1].name));
        assert_eq!(environment_name("LANG").map(|known| known.value), Some("C.UTF-8"));
    }
}
