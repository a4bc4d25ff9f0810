//! Which programs compile, or have something compiled, in which languages, and which compilers packages bring.
//! Sources: the manuals of the programs; pip, "Build System Interface"; node-gyp, README; RubyGems, "Gems with Extensions"; the
//! documentation of the official images of PHP (`docker-php-ext-install`); R, "Writing R Extensions".

use Language::{C, Go, Haskell, Java, Rust};

/// What a compiler compiles. What the C family has in common with Fortran and the assemblers is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    C,
    Go,
    Haskell,
    Java,
    Rust,
}

/// Programs, sorted, with the languages.
const PROGRAMS: &[(&str, &[Language])] = &[
    ("ant", &[Java]),
    ("bun", &[C]),
    ("bundle", &[C, Rust]),
    ("c++", &[C]),
    ("cabal", &[C, Haskell]),
    ("cargo", &[C, Rust]),
    ("cc", &[C]),
    ("clang", &[C]),
    ("clang++", &[C]),
    ("cmake", &[C]),
    ("composer", &[]),
    ("conda", &[C]),
    ("cpan", &[C]),
    ("cpanm", &[C]),
    ("docker-php-ext-configure", &[C]),
    ("docker-php-ext-enable", &[]),
    ("docker-php-ext-install", &[C]),
    ("dotnet", &[C]),
    ("g++", &[C]),
    ("gcc", &[C]),
    ("gem", &[C, Rust]),
    ("gfortran", &[C]),
    ("ghc", &[C, Haskell]),
    ("go", &[C, Go]),
    ("gradle", &[Java]),
    ("gradlew", &[Java]),
    ("install-php-extensions", &[C]),
    ("install2.r", &[C, Java]),
    ("java", &[]),
    ("javac", &[Java]),
    ("ld", &[C]),
    ("lein", &[Java]),
    ("luarocks", &[C]),
    ("mamba", &[C]),
    ("micromamba", &[C]),
    ("mix", &[C]),
    ("mvn", &[Java]),
    ("mvnw", &[Java]),
    ("nasm", &[C]),
    ("node", &[C]),
    ("node-gyp", &[C]),
    ("npm", &[C]),
    ("npx", &[C]),
    ("pdm", &[C, Rust]),
    ("pecl", &[C]),
    ("perl", &[C]),
    ("phpize", &[C]),
    ("pip", &[C, Rust]),
    ("pip3", &[C, Rust]),
    ("pipenv", &[C, Rust]),
    ("pipx", &[C, Rust]),
    ("pnpm", &[C]),
    ("poetry", &[C, Rust]),
    ("python", &[C, Rust]),
    ("python3", &[C, Rust]),
    ("r", &[C, Java]),
    ("rebar3", &[C]),
    ("rscript", &[C, Java]),
    ("rustc", &[C, Rust]),
    ("rustup", &[]),
    ("sbt", &[Java]),
    ("stack", &[C, Haskell]),
    ("uv", &[C, Rust]),
    ("yarn", &[C]),
];

/// What a program compiles, or has others compile; `None` where that is not known.
pub fn compiles(program: &str) -> Option<&'static [Language]> {
    let program = program.to_ascii_lowercase();
    let found = PROGRAMS.binary_search_by_key(&program.as_str(), |(name, _)| name);
    found.ok().and_then(|index| PROGRAMS.get(index)).map(|(_, languages)| *languages)
}

/// Whether a program is a compiler, or calls one and does nothing else.
pub fn only_builds(program: &str) -> bool {
    const BUILDERS: [&str; 24] = [
        "ant", "c++", "cabal", "cargo", "cc", "clang", "clang++", "cmake", "g++", "gcc", "gfortran", "ghc",
        "go", "gradle", "gradlew", "javac", "make", "mvn", "mvnw", "nasm", "ninja", "node-gyp", "rustc",
        "stack",
    ];
    BUILDERS.contains(&program)
}

/// What a package for building compiles; `None` for headers, and for what programs are linked with.
pub fn language_of(package: &str) -> Option<Language> {
    let starts = |starts: &[&str]| starts.iter().any(|start| package.starts_with(start));
    match package {
        "linux-headers" => None,
        _ if starts(&["golang"]) => Some(Go),
        _ if starts(&["openjdk", "default-jdk"]) || matches!(package, "ant" | "gradle" | "maven") => {
            Some(Java)
        }
        _ if package.ends_with("-dev") || package.ends_with("-devel") => None,
        "cargo" | "rustc" => Some(Rust),
        "ghc" => Some(Haskell),
        _ => Some(C),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(PROGRAMS.is_sorted_by_key(|(name, _)| name));
        assert_eq!(compiles("Rscript"), Some(&[C, Java][..]));
        assert_eq!(compiles("b"), None);
    }

    #[test]
    fn packages_have_a_language_or_are_headers() {
        for (package, language) in [
            ("golang-1.22", Some(Go)),
            ("java-17-openjdk-devel", None),
            ("openjdk-17-jdk", Some(Java)),
            ("libpq-dev", None),
            ("build-essential", Some(C)),
            ("rustc", Some(Rust)),
        ] {
            assert_eq!(language_of(package), language, "{package}");
        }
    }
}
