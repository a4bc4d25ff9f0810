//! The variables that well-known official images set with ENV, beside PATH.
//!
//! Source: the Dockerfiles of the images, as `docker-library/official-images` names them. Only names that every
//! supported version and variant of an image sets are here.

/// The names that an image sets; none for an image that is not known. The tag does not matter.
pub fn names(image: &str) -> &'static [&'static str] {
    let found = TABLE.iter().find(|(known, _)| *known == short(image));
    found.map_or(&[], |(_, names)| names)
}

/// Whether an image is known to set nothing: no variable beside PATH, and no folder.
pub fn is_plain(image: &str) -> bool {
    PLAIN.contains(&short(image))
}

fn short(image: &str) -> &str {
    let name = image.strip_prefix("docker.io/").unwrap_or(image);
    name.strip_prefix("library/").unwrap_or(name)
}

/// Distributions as they are.
const PLAIN: [&str; 10] = [
    "almalinux",
    "alpine",
    "amazonlinux",
    "archlinux",
    "busybox",
    "centos",
    "debian",
    "oraclelinux",
    "rockylinux",
    "ubuntu",
];

const TABLE: [(&str, &[&str]); 21] = [
    ("amazoncorretto", &["JAVA_HOME", "LANG"]),
    ("composer", &["COMPOSER_HOME", "COMPOSER_VERSION", "PHP_INI_DIR", "PHP_VERSION"]),
    ("eclipse-temurin", &["JAVA_HOME", "JAVA_VERSION", "LANG", "LANGUAGE", "LC_ALL"]),
    ("elixir", &["ELIXIR_VERSION", "LANG"]),
    ("erlang", &["OTP_VERSION"]),
    ("golang", &["GOLANG_VERSION", "GOPATH", "GOTOOLCHAIN"]),
    ("gradle", &["GRADLE_HOME", "GRADLE_VERSION", "JAVA_HOME"]),
    ("haproxy", &["HAPROXY_VERSION"]),
    ("httpd", &["HTTPD_PREFIX", "HTTPD_VERSION"]),
    ("julia", &["JULIA_PATH", "JULIA_VERSION"]),
    ("maven", &["JAVA_HOME", "MAVEN_CONFIG", "MAVEN_HOME"]),
    ("nginx", &["NGINX_VERSION", "PKG_RELEASE"]),
    ("node", &["NODE_VERSION"]),
    ("openjdk", &["JAVA_HOME", "JAVA_VERSION"]),
    ("php", &["PHP_CFLAGS", "PHP_CPPFLAGS", "PHP_INI_DIR", "PHP_LDFLAGS", "PHP_VERSION"]),
    ("postgres", &["PGDATA", "PG_MAJOR", "PG_VERSION"]),
    ("python", &["PYTHON_VERSION"]),
    ("redis", &["REDIS_VERSION"]),
    ("ruby", &["BUNDLE_APP_CONFIG", "BUNDLE_SILENCE_ROOT_WARNING", "GEM_HOME", "LANG", "RUBY_VERSION"]),
    ("rust", &["CARGO_HOME", "RUSTUP_HOME", "RUST_VERSION"]),
    ("tomcat", &["CATALINA_HOME", "JAVA_HOME", "TOMCAT_VERSION"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_known_by_each_of_its_names() {
        assert!(names("golang").contains(&"GOPATH"));
        assert_eq!(names("docker.io/library/golang"), names("golang"));
        assert_eq!(names("ghcr.io/me/golang"), [""; 0]);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.is_sorted_by_key(|(image, _)| image));
        assert!(TABLE.iter().all(|(_, names)| names.is_sorted()));
    }
}
