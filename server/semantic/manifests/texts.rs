//! Manifests that are looked at as text: whether they name other files of the project.

use serde_json::Value;

/// Whether no module of a `go.mod` is replaced by a folder.
pub(super) fn is_whole_module(text: &str) -> bool {
    text.lines().all(|line| {
        let target =
            line.split("//").next().unwrap_or_default().split_once("=>").map(|(_, target)| target.trim());
        target.is_none_or(|target| !target.starts_with(['.', '/', '"', '`']))
    })
}

/// Whether the packaging of a `pom.xml` takes the dependencies from there: others may read them from files of the project, as
/// Tycho does.
pub(super) fn is_packed_from_manifest(text: &str) -> bool {
    const KNOWN: [&str; 7] = ["jar", "war", "ear", "ejb", "pom", "bundle", "maven-plugin"];
    text.split("<packaging>").skip(1).all(|rest| {
        let packaging = rest.split('<').next().unwrap_or_default().trim();
        KNOWN.contains(&packaging)
    })
}

/// Whether the lines of a Gemfile name sources, groups and gems alone, and no path.
pub(super) fn is_whole_gemfile(text: &str) -> bool {
    const STARTS: [&str; 22] = [
        "#",
        "source ",
        "source(",
        "gem ",
        "gem(",
        "group ",
        "group(",
        "end",
        "ruby ",
        "ruby(",
        "platforms ",
        "platform ",
        "git_source",
        "git ",
        "github ",
        "require: ",
        "git: ",
        "github: ",
        "branch: ",
        "tag: ",
        "ref: ",
        "platforms: ",
    ];
    text.lines().map(str::trim).all(|line| {
        let is_known = line.is_empty() || STARTS.iter().any(|start| line.starts_with(start));
        let names_path = line.contains("path:") || line.contains(":path") || line.contains("\"path\"");
        is_known && !names_path
    })
}

/// Whether an install with a `composer.json` reads nothing else: no source is scanned for classes, no script runs, no
/// package comes from a folder.
pub(super) fn is_whole_composer(
    text: &str,
    skips_scripts: bool,
    skips_autoloader: bool,
    optimizes: bool,
) -> bool {
    let Ok(Value::Object(package)) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}'))
    else {
        return false;
    };
    let config = |name: &str| package.get("config").and_then(|config| config.get(name));
    let scans = ["autoload", "autoload-dev"].iter().any(|field| {
        let has = |kind| package.get(*field).and_then(|autoload| autoload.get(kind)).is_some();
        has("classmap") || has("psr-0")
    });
    let is_set = |name: &str| config(name).is_some_and(|value| *value != Value::Bool(false));
    let optimizes = optimizes || is_set("optimize-autoloader") || is_set("classmap-authoritative");
    // Plugins may do anything: Symfony's writes files, WordPress' installers move them.
    let has_plugins = config("allow-plugins").is_some();
    let runs = package.get("scripts").is_some();
    let moves = is_set("vendor-dir") || is_set("bin-dir");
    let is_remote = package.get("repositories").is_none_or(|repositories| {
        let text = repositories.to_string();
        !text.contains("\"path\"") && !text.contains("\"artifact\"") && !text.contains("file:")
    });
    (skips_scripts || !runs)
        && (skips_autoloader || !(scans || optimizes))
        && !has_plugins
        && !moves
        && is_remote
}

/// What a `pyproject.toml` says of the project: whether its tool installs nothing for the project itself.
pub(super) fn is_no_package(text: &str) -> bool {
    let is_line = |wanted: &str| text.lines().any(|line| line.replace(' ', "").starts_with(wanted));
    is_line("package-mode=false")
        || is_line("package=false")
        || !text.contains("[build-system]") && is_line("[project]") && !is_line("package=true")
}

/// Whether a file of this name, which `dotnet restore` reads beside projects, names no other file or folder. Source: NuGet,
/// "nuget.config reference"; MSBuild, "Response files", "Customize your build".
pub(super) fn is_whole_setting_of_dotnet(name: &str, text: &str) -> bool {
    if name.eq_ignore_ascii_case("nuget.config") {
        return !["<packageSources>", "<fallbackPackageFolders>"].iter().any(|section| {
            let sections = text.split(section).skip(1).filter_map(|rest| rest.split("</").next());
            let values = sections.flat_map(|section| section.split("value=").skip(1));
            let mut values = values.map(|value| value.split(['"', '\'']).nth(1).unwrap_or_default());
            values.any(|value| !value.contains("://") || value.starts_with("file:"))
        });
    }
    let words: &[&str] = match name {
        "Directory.Build.rsp" => &["@"],
        "Directory.Build.props" | "Directory.Build.targets" => &["ProjectReference", "<Target"],
        _ => &[],
    };
    !words.iter().any(|word| text.contains(word))
}

/// The paths of the projects that a project or a solution of .NET names, with `/` between their parts; `None` where one is
/// named by a variable, a wildcard or a list, or in quotes that are not read.
pub(super) fn dotnet_references(text: &str) -> Option<Vec<String>> {
    let quoted = text.split('"').map(|part| part.replace('\\', "/"));
    let named = quoted.filter(|part| part.ends_with("proj") && !part.contains(['<', '\n']));
    let is_path = |part: String| (!part.contains(['$', '*', '?', ';'])).then_some(part);
    if text.contains("Include='") {
        return None;
    }
    named.map(is_path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_replaced_by_a_folder_is_seen() {
        assert!(is_whole_module("module a\nreplace b => c v1 // => ./d\n"));
        assert!(!is_whole_module("module a\nreplace (\n\tb v1 => ../c\n)\n"));
    }

    #[test]
    fn a_gemfile_that_runs_or_names_files_is_seen() {
        assert!(is_whole_gemfile(
            "source 'a'\nruby file: '.ruby-version'\n\ngroup :test do\n  gem 'b', require: false\nend\n"
        ));
        for line in [
            "gemspec",
            "gem 'a', path: 'b'",
            "gem 'a', :path => 'b'",
            "eval_gemfile 'a'",
            "require './a'",
            "x = File.read('a')",
        ] {
            assert!(!is_whole_gemfile(line), "{line}");
        }
    }

    #[test]
    fn a_composer_file_that_needs_the_source_is_seen() {
        let whole = |text: &str| is_whole_composer(text, false, false, false);
        assert!(whole(r#"{"require": {"a/b": "1"}, "autoload": {"psr-4": {"A\\\\": "src/"}}}"#));
        for text in [
            "[]",
            r#"{"autoload": {"classmap": ["a"]}}"#,
            r#"{"scripts": {"post-install-cmd": "a"}}"#,
            r#"{"repositories": [{"type": "path", "url": "a"}]}"#,
            r#"{"config": {"allow-plugins": {"symfony/flex": true}}}"#,
            r#"{"config": {"optimize-autoloader": true}}"#,
        ] {
            assert!(!whole(text), "{text}");
        }
        assert!(is_whole_composer(
            r#"{"scripts": {"a": "b"}, "autoload": {"classmap": ["a"]}}"#,
            true,
            true,
            true
        ));
    }

    #[test]
    fn projects_that_are_no_package_are_told_apart() {
        assert!(is_no_package("[tool.poetry]\npackage-mode = false\n"));
        assert!(is_no_package("[project]\nname = 'a'\n"));
        assert!(!is_no_package("[project]\nname = 'a'\n[build-system]\n"));
        assert!(!is_no_package("[tool.poetry]\nname = 'a'\n"));
    }

    #[test]
    fn references_of_projects_are_paths() {
        let text = r#"<ProjectReference Include="..\Lib\Lib.csproj" /> <PackageReference Include="A" />"#;
        assert_eq!(dotnet_references(text).unwrap(), ["../Lib/Lib.csproj"]);
        assert_eq!(
            dotnet_references(r#"Project("{1}") = "App", "src\App\App.csproj", "{2}""#).unwrap(),
            ["src/App/App.csproj"]
        );
        for path in ["$(MSBuildThisFileDirectory)..\\Lib\\Lib.csproj", "..\\*\\*.csproj", "A.csproj;B.csproj"]
        {
            assert_eq!(
                dotnet_references(&format!(r#"<ProjectReference Include="{path}" />"#)),
                None,
                "{path}"
            );
        }
        assert_eq!(dotnet_references("<ProjectReference Include='Lib.csproj' />"), None);
    }
}
