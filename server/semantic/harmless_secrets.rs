//! Variables that are named like secrets, and are none: what their names or their values say.

/// What a name says, where that is no secret: an addition to "is named like a secret, but".
pub fn harmless_name(name: &str) -> Option<String> {
    if let Some(tool) = front_end(name) {
        return Some(format!("{tool} builds it into what browsers load"));
    }
    if is_for_browsers(name) {
        return Some("such keys are made to be given to browsers".to_owned());
    }
    names_no_secret(name).then(|| "its value is only about one".to_owned())
}

/// The tool that builds every variable of such a name into the program that browsers load.
/// Source: "Env Variables and Modes" of Vite, "Adding Custom Environment Variables" of Create React App, "Environment
/// Variables" of Gatsby, "Modes and Environment Variables" of Vue CLI.
fn front_end(name: &str) -> Option<&'static str> {
    const PREFIXES: [(&str, &str); 4] = [
        ("VITE_", "Vite"),
        ("REACT_APP_", "Create React App"),
        ("GATSBY_", "Gatsby"),
        ("VUE_APP_", "Vue CLI"),
    ];
    PREFIXES.iter().find(|(prefix, _)| name.starts_with(prefix)).map(|(_, tool)| *tool)
}

/// Whether a service calls the public one of its keys so: a publishable key of Stripe and Clerk, a site key of a captcha, an anon
/// key of Supabase.
fn is_for_browsers(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let words: Vec<&str> = name.split('_').collect();
    words.ends_with(&["PUBLISHABLE", "KEY"])
        || words.ends_with(&["SITE", "KEY"])
        || words.ends_with(&["ANON", "KEY"])
}

/// What the value of such a variable can be seen to be, where that is no secret: as [`harmless_name`].
pub fn harmless_value(name: &str, value: &str) -> Option<String> {
    const SWITCHES: [&str; 6] = ["false", "no", "off", "on", "true", "yes"];
    // Known by their names; apt-key takes any value.
    const NAMED_SWITCHES: [&str; 1] = ["APT_KEY_DONT_WARN_ON_DANGEROUS_USAGE"];
    const FILES: [&str; 9] = [".asc", ".cer", ".crt", ".gpg", ".jks", ".json", ".key", ".pem", ".pub"];
    let is_path_char =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '/' | '.' | '_' | '-' | '~');
    let is_path = value.chars().all(is_path_char)
        && (["/", "./", "../", "~/"].iter().any(|start| value.starts_with(start))
            || value.contains('/') && FILES.iter().any(|end| value.ends_with(end)))
        || is_windows_path(value);
    let digits = value.strip_prefix("0x").unwrap_or(value);
    let mut letters = digits.chars().filter(|char| *char != '-');
    let first = letters.next();
    let what = if is_fingerprint(name, value) {
        Some("the fingerprint of a key")
    } else if SWITCHES.contains(&value.to_ascii_lowercase().as_str()) || NAMED_SWITCHES.contains(&name) {
        Some("a switch")
    } else if names_methods(name, value) {
        Some("a way to log in")
    } else if is_path {
        Some("the path of a file")
    } else if is_placeholder(value) {
        Some("a placeholder")
    } else if value == "minioadmin" {
        // Source: MinIO, "Root Access Settings".
        Some("the one that every MinIO begins with")
    } else if value.len() >= 4 && letters.all(|char| Some(char) == first) {
        Some("a filler")
    } else {
        None
    };
    what.map(|what| format!("its value is {what}"))
}

/// Whether a value lists ways to log in: `WITH_AUTH=plain;ldap`.
fn names_methods(name: &str, value: &str) -> bool {
    const METHODS: [&str; 12] = [
        "basic", "bearer", "digest", "jwt", "kerberos", "ldap", "md5", "none", "oauth", "oauth2", "plain",
        "trust",
    ];
    let mut methods = value.split([';', ',', '|', ' ']);
    name.to_ascii_uppercase().ends_with("AUTH")
        && methods.all(|method| METHODS.contains(&method.to_ascii_lowercase().as_str()))
}

/// Whether a value is a path of Windows with its drive: `C:\\ProgramData\\key`, `C:/key`.
fn is_windows_path(value: &str) -> bool {
    let rest =
        value.strip_prefix(|char: char| char.is_ascii_alphabetic()).and_then(|rest| rest.strip_prefix(':'));
    rest.is_some_and(|rest| rest.starts_with(['\\', '/']))
}

/// Whether the last word of a name says that it is about a secret, and is none: `AUTH_TYPE`, `TOKEN_URL`, `KEY_FPR`.
fn names_no_secret(name: &str) -> bool {
    const WORDS: [&str; 40] = [
        "ADDR",
        "ADDRESS",
        "ALG",
        "ALGORITHM",
        "ALIAS",
        "BITS",
        "COUNT",
        "DELAY",
        "DIR",
        "ENABLED",
        "ENDPOINT",
        "EXPIRY",
        "FINGERPRINT",
        "FORMAT",
        "FPR",
        "HEADER",
        "HOST",
        "INTERVAL",
        "ISSUER",
        "LENGTH",
        "LIMIT",
        "METHOD",
        "MINUTES",
        "MODE",
        "MS",
        "NAME",
        "PATH",
        "PORT",
        "PROVIDER",
        "REALM",
        "RETRIES",
        "SCHEME",
        "SCOPE",
        "SECONDS",
        "SIZE",
        "TIMEOUT",
        "TTL",
        "TYPE",
        "URI",
        "URL",
    ];
    let name = name.to_ascii_uppercase();
    name.rsplit('_').next().is_some_and(|word| WORDS.contains(&word))
}

/// Whether a value stands for one that somebody puts in later: `\${db.password}`, `{{ token }}`, `<token>`, `NOT_SET`.
fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 11] = [
        "dummy",
        "none",
        "not_set",
        "not-set",
        "notset",
        "null",
        "placeholder",
        "redacted",
        "undefined",
        "unknown",
        "unset",
    ];
    const STARTS: [&str; 5] = ["insert_", "replace_", "set_me", "your-", "your_"];
    let lower = value.to_ascii_lowercase();
    let is_between = |start: &str, end: &str| value.starts_with(start) && value.ends_with(end);
    WORDS.contains(&lower.trim_matches('*'))
        || STARTS.iter().any(|start| lower.starts_with(start))
        || is_between("\\${", "}")
        || is_between("{{", "}}")
        || is_between("%env(", ")%")
        || is_between("<", ">")
}

/// Whether a value is what a public key is known by: its fingerprint, or the end of that.
/// Source: GnuPG, "How to specify a user ID".
fn is_fingerprint(name: &str, value: &str) -> bool {
    let is_key = name.to_ascii_uppercase().split('_').any(|word| matches!(word, "GPG" | "PGP"));
    let is_id = |word: &str| {
        let digits = word.strip_prefix("0x").unwrap_or(word);
        matches!(digits.len(), 8 | 16 | 32 | 40 | 64) && digits.chars().all(|char| char.is_ascii_hexdigit())
    };
    is_key && !value.is_empty() && value.split_whitespace().all(is_id)
}
