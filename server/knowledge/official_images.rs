//! The official images of Docker Hub: their names, and which of them bring apt without package lists.
//!
//! Source: the files of `docker-library/official-images`, and the Dockerfiles of the images they name.

/// The repositories of `docker.io/library`, sorted.
const NAMES: &[&str] = &[
    "adminer",
    "aerospike",
    "almalinux",
    "alpine",
    "alt",
    "amazoncorretto",
    "amazonlinux",
    "api-firewall",
    "arangodb",
    "archlinux",
    "backdrop",
    "bash",
    "bonita",
    "buildpack-deps",
    "busybox",
    "caddy",
    "cassandra",
    "centos",
    "chronograf",
    "cirros",
    "clearlinux",
    "clefos",
    "clickhouse",
    "clojure",
    "composer",
    "consul",
    "convertigo",
    "couchbase",
    "couchdb",
    "crate",
    "crux",
    "dart",
    "debian",
    "docker",
    "drupal",
    "eclipse-mosquitto",
    "eclipse-temurin",
    "eggdrop",
    "elasticsearch",
    "elixir",
    "emqx",
    "erlang",
    "fedora",
    "flink",
    "fluentd",
    "friendica",
    "gazebo",
    "gcc",
    "geonetwork",
    "ghost",
    "golang",
    "gradle",
    "groovy",
    "haproxy",
    "haskell",
    "haxe",
    "hello-world",
    "hitch",
    "httpd",
    "hylang",
    "ibm-semeru-runtimes",
    "ibmjava",
    "influxdb",
    "irssi",
    "jenkins",
    "jetty",
    "jobber",
    "joomla",
    "jruby",
    "julia",
    "kapacitor",
    "kibana",
    "kong",
    "krakend",
    "lightstreamer",
    "liquibase",
    "logstash",
    "mageia",
    "mariadb",
    "matomo",
    "maven",
    "mediawiki",
    "memcached",
    "mongo",
    "mongo-express",
    "monica",
    "mono",
    "mysql",
    "nats",
    "nats-streaming",
    "neo4j",
    "neurodebian",
    "nextcloud",
    "nginx",
    "node",
    "notary",
    "odoo",
    "open-liberty",
    "openjdk",
    "opensuse",
    "oraclelinux",
    "orientdb",
    "percona",
    "perl",
    "photon",
    "php",
    "php-zendserver",
    "phpmyadmin",
    "plone",
    "postfixadmin",
    "postgres",
    "pypy",
    "python",
    "r-base",
    "rabbitmq",
    "rakudo-star",
    "redis",
    "redmine",
    "registry",
    "rethinkdb",
    "rocket.chat",
    "rockylinux",
    "ros",
    "ruby",
    "rust",
    "sapmachine",
    "scratch",
    "silverpeas",
    "sl",
    "solr",
    "sonarqube",
    "sourcemage",
    "spark",
    "spiped",
    "storm",
    "swift",
    "swipl",
    "teamspeak",
    "telegraf",
    "thrift",
    "tomcat",
    "tomee",
    "traefik",
    "ubuntu",
    "unit",
    "varnish",
    "vault",
    "websphere-liberty",
    "wordpress",
    "xwiki",
    "yourls",
    "znc",
    "zookeeper",
];

/// How much an image holds beside what every Debian has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AptImage {
    /// Debian or Ubuntu and nothing more.
    Plain,
    /// A program and what it needs, up to all of `buildpack-deps`: compilers, headers, version control.
    More,
}

/// Names whose variants are Debian or Ubuntu, but for those of Alpine and Windows.
const BUILT_ON_DEBIAN: [&str; 9] =
    ["httpd", "nginx", "node", "perl", "pypy", "python", "redis", "ruby", "rust"];

/// Whether a name without registry and path is that of an official image.
pub fn is_official(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

/// What an image of Docker Hub is, by its name and tag, if it is surely one with apt and without package lists.
/// `None` for every other image.
pub fn apt_image(name: &str, tag: Option<&str>) -> Option<AptImage> {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let tag = tag.unwrap_or("latest");
    if ["alpine", "windows", "nanoserver", "ltsc"].iter().any(|other| tag.contains(other)) {
        return None;
    }
    match name {
        "debian" | "ubuntu" => Some(AptImage::Plain),
        _ => BUILT_ON_DEBIAN.contains(&name).then_some(AptImage::More),
    }
}

/// Whether Debian or Ubuntu may come with a package. A guess that rather says yes.
/// Source: the packages that are essential or required, and the manifests of both images.
pub fn may_be_in_plain(package: &str) -> bool {
    const STARTS: [&str; 7] = ["apt", "base-", "debian", "init", "lib", "ncurses", "ubuntu"];
    const NAMES: [&str; 34] = [
        "adduser",
        "bash",
        "bsdutils",
        "bzip2",
        "coreutils",
        "dash",
        "debconf",
        "diffutils",
        "dpkg",
        "e2fsprogs",
        "findutils",
        "gcc-12-base",
        "gpgv",
        "grep",
        "gzip",
        "hostname",
        "login",
        "logsave",
        "lsb-base",
        "mawk",
        "mount",
        "passwd",
        "perl-base",
        "procps",
        "readline-common",
        "sed",
        "sensible-utils",
        "sqv",
        "sysvinit-utils",
        "tar",
        "tzdata",
        "ucf",
        "util-linux",
        "zlib1g",
    ];
    STARTS.iter().any(|start| package.starts_with(start)) || NAMES.contains(&package)
}

/// Whether `buildpack-deps`, or what it needs, or a program's image may bring a package. A guess that rather says yes.
/// Source: the Dockerfiles of `buildpack-deps`.
pub fn may_be_in_more(package: &str) -> bool {
    const STARTS: [&str; 13] = [
        "binutils", "cpp", "dpkg", "fonts", "g++", "gcc", "gir1", "gnupg", "krb5", "lib", "perl", "python",
        "x11",
    ];
    const NAMES: [&str; 43] = [
        "apt",
        "autoconf",
        "automake",
        "autotools-dev",
        "bash",
        "bsdmainutils",
        "bzip2",
        "bzr",
        "ca-certificates",
        "comerr-dev",
        "curl",
        "default-libmysqlclient-dev",
        "dirmngr",
        "file",
        "fontconfig",
        "gettext",
        "git",
        "git-man",
        "gpg",
        "hicolor-icon-theme",
        "icu-devtools",
        "imagemagick",
        "lsb-release",
        "m4",
        "make",
        "mercurial",
        "mime-support",
        "netbase",
        "openssh-client",
        "openssl",
        "patch",
        "pkg-config",
        "pkgconf",
        "procps",
        "readline-common",
        "sensible-utils",
        "sq",
        "subversion",
        "tar",
        "tzdata",
        "ucf",
        "unzip",
        "wget",
    ];
    let more = ["uuid-dev", "xz-utils", "zlib1g-dev", "mysql-common", "mariadb-common", "media-types"];
    STARTS.iter().any(|start| package.starts_with(start))
        || NAMES.contains(&package)
        || more.contains(&package)
        || may_be_in_plain(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(NAMES.is_sorted());
        assert!(is_official("node") && !is_official("builder") && !is_official("library/node"));
    }

    #[test]
    fn only_images_with_apt_are_said_to_have_it() {
        assert_eq!(apt_image("debian", Some("12-slim")), Some(AptImage::Plain));
        assert_eq!(apt_image("docker.io/library/ubuntu", None), Some(AptImage::Plain));
        assert_eq!(apt_image("node", Some("22")), Some(AptImage::More));
        assert_eq!(apt_image("node", Some("22-alpine")), None);
        assert_eq!(apt_image("python", Some("3.12-windowsservercore-ltsc2022")), None);
        assert_eq!(apt_image("ghcr.io/a/debian", None), None);
        assert_eq!(apt_image("me/debian", None), None);
    }

    #[test]
    fn what_the_images_bring_is_known() {
        assert!(may_be_in_more("git") && may_be_in_more("tar") && may_be_in_plain("tar"));
        assert!(!may_be_in_plain("git") && !may_be_in_more("vim") && !may_be_in_more("cron"));
    }
}
