//! Environment variables that images commonly set, and what the programs make of them.
//!
//! Source: the manuals of the programs that read them.

/// A variable.
#[derive(Debug, PartialEq, Eq)]
pub struct EnvironmentName {
    /// Case matters.
    pub name: &'static str,
    /// A value that is usual.
    pub value: &'static str,
    /// What it does, in Markdown.
    pub documentation: &'static str,
}

/// Those that are usual, sorted by name.
pub fn all() -> &'static [EnvironmentName] {
    &ALL
}

/// A variable by its name.
pub fn environment_name(name: &str) -> Option<&'static EnvironmentName> {
    all().iter().find(|known| known.name == name)
}

const fn name(name: &'static str, value: &'static str, documentation: &'static str) -> EnvironmentName {
    EnvironmentName { name, value, documentation }
}

static ALL: [EnvironmentName; 18] = [
    name("ASPNETCORE_HTTP_PORTS", "8080", "The ports on which ASP.NET listens without TLS."),
    name(
        "CARGO_HOME",
        "/usr/local/cargo",
        "Where Cargo keeps its registry, its settings and installed programs.",
    ),
    name("CGO_ENABLED", "0", "Whether Go builds with C: `0` makes programs that need no C library."),
    name("DOTNET_CLI_TELEMETRY_OPTOUT", "1", "Keeps the `dotnet` command from sending usage data."),
    name("GEM_HOME", "/usr/local/bundle", "Where RubyGems installs."),
    name("GOFLAGS", "-mod=readonly", "Flags that every `go` command takes."),
    name("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=75", "Options that every Java virtual machine takes up."),
    name("LANG", "C.UTF-8", "The language, and how programs read text: `C.UTF-8` needs no locale package."),
    name("LC_ALL", "C.UTF-8", "Overrides every setting of the language."),
    name(
        "NODE_ENV",
        "production",
        "Makes Node.js libraries leave out what helps in development, and `npm install` its development dependencies.",
    ),
    name("NODE_OPTIONS", "--enable-source-maps", "Options that every `node` takes up."),
    name("PATH", "/opt/app/bin:$PATH", "Where programs are looked for, separated by colons."),
    name("PIP_DISABLE_PIP_VERSION_CHECK", "1", "Keeps pip from looking for a newer pip."),
    name("PIP_NO_CACHE_DIR", "1", "Keeps pip from leaving its downloads in the layer."),
    name("PYTHONDONTWRITEBYTECODE", "1", "Keeps Python from writing `.pyc` files."),
    name("PYTHONUNBUFFERED", "1", "Lets the output of Python appear in the logs at once."),
    name("RUST_BACKTRACE", "1", "Lets Rust programs that panic show where."),
    name("TZ", "Etc/UTC", "The time zone; the image needs the zone's data."),
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
