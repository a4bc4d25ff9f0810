//! Variables that name files which an install reads. Source: pip's "Configuration", npm-config(7), node(1), uv's "Environment
//! variables", bundle-config(1), Composer's "CLI", `go help environment`, mvn(1), Gradle's "Build Environment", openssl-env(7),
//! curl(1), git(1), ld.so(8), bash(1).

/// The variables, in upper case, sorted.
const NAMES: [&str; 48] = [
    "BASH_ENV",
    "BUNDLE_CONFIG",
    "BUNDLE_GEMFILE",
    "BUNDLE_SSL_CA_CERT",
    "CARGO_HTTP_CAINFO",
    "COMPOSER",
    "CURL_CA_BUNDLE",
    "GIT_CONFIG",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_SSL_CAINFO",
    "GOENV",
    "GOFLAGS",
    "GOWORK",
    "GRADLE_OPTS",
    "JAVA_OPTS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "MAVEN_ARGS",
    "MAVEN_OPTS",
    "NETRC",
    "NODE_EXTRA_CA_CERTS",
    "NODE_OPTIONS",
    "NPM_CONFIG_CAFILE",
    "NPM_CONFIG_GLOBALCONFIG",
    "NPM_CONFIG_NODE_OPTIONS",
    "NPM_CONFIG_SCRIPT_SHELL",
    "NPM_CONFIG_USERCONFIG",
    "PIP_BUILD_CONSTRAINT",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_CONFIG_FILE",
    "PIP_CONSTRAINT",
    "PIP_FIND_LINKS",
    "PIP_REQUIREMENT",
    "REQUESTS_CA_BUNDLE",
    "RUBYOPT",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "UV_BUILD_CONSTRAINT",
    "UV_CONFIG_FILE",
    "UV_CONSTRAINT",
    "UV_ENV_FILE",
    "UV_FIND_LINKS",
    "UV_OVERRIDE",
    "YARN_RC_FILENAME",
];

/// Variables of these ends hold options, of which only some name files.
const OPTIONS: [&str; 5] = ["_ARGS", "_OPTIONS", "_OPTS", "FLAGS", "RUBYOPT"];

/// The files that a value of a variable names for an install, as written; none where it names none.
pub fn named_files<'a>(variable: &str, value: &'a str) -> Vec<&'a str> {
    let name = variable.to_ascii_uppercase();
    if NAMES.binary_search(&name.as_str()).is_err() {
        return Vec::new();
    }
    let holds_options = OPTIONS.iter().any(|end| name.ends_with(end));
    let is_file = |part: &&str| {
        let is_path = !holds_options || part.contains(['/', '.']);
        !part.is_empty() && !part.starts_with('-') && !matches!(*part, "off" | "auto") && is_path
    };
    // What is fetched from elsewhere is no file of the project.
    let words =
        value.split([' ', '\t', ',', '"']).filter(|word| !word.contains("://") || word.contains("file:"));
    words.flat_map(|word| word.split([':', ';', '='])).filter(is_file).collect()
}

/// Whether a variable of this name may name a file for an install.
pub fn may_name_files(variable: &str) -> bool {
    NAMES.binary_search(&variable.to_ascii_uppercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_name_files_as_their_variables_mean_them() {
        assert!(NAMES.is_sorted());
        assert_eq!(named_files("PIP_CONSTRAINT", "c.txt /a/d"), ["c.txt", "/a/d"]);
        assert_eq!(named_files("npm_config_userconfig", "/a/npmrc"), ["/a/npmrc"]);
        assert_eq!(named_files("NODE_OPTIONS", "--max-old-space-size=4096 --require /a/b.js"), ["/a/b.js"]);
        assert_eq!(named_files("GOFLAGS", "-mod=mod -modfile=x.mod"), ["x.mod"]);
        assert!(named_files("PIP_FIND_LINKS", "https://a/b").is_empty());
        assert!(named_files("GOWORK", "off").is_empty());
        assert!(named_files("PIP_CACHE_DIR", "/a").is_empty());
    }
}
