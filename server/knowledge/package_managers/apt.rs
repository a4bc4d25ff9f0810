//! apt-get, apt and aptitude. Source: apt-get(8), apt(8), aptitude(8).

use super::Action::{Clean, Install, Remove, UpdateLists, Upgrade};
use super::{Cache, Family, PackageManager, Verb, cache, verb};

pub(super) static APT_GET: PackageManager = PackageManager {
    name: "apt-get",
    family: Family::Apt,
    programs: &["apt-get"],
    verbs: VERBS,
    value_options: VALUE_OPTIONS,
    yes: YES,
    no_cache: &[],
    clean: None,
    asks: true,
    caches: CACHES,
};

pub(super) static APT: PackageManager = PackageManager {
    name: "apt",
    family: Family::Apt,
    programs: &["apt"],
    verbs: VERBS,
    value_options: VALUE_OPTIONS,
    yes: YES,
    no_cache: &[],
    clean: None,
    asks: true,
    caches: CACHES,
};

pub(super) static APTITUDE: PackageManager = PackageManager {
    name: "aptitude",
    family: Family::Apt,
    programs: &["aptitude", "aptitude-curses"],
    verbs: &[
        verb(&["install"], Install),
        verb(&["reinstall"], Install),
        verb(&["build-dep"], Install),
        verb(&["build-depends"], Install),
        verb(&["update"], UpdateLists),
        verb(&["upgrade"], Upgrade),
        verb(&["safe-upgrade"], Upgrade),
        verb(&["dist-upgrade"], Upgrade),
        verb(&["full-upgrade"], Upgrade),
        verb(&["remove"], Remove),
        verb(&["purge"], Remove),
        verb(&["clean"], Clean),
        verb(&["autoclean"], Clean),
    ],
    value_options: &[
        "-t",
        "--target-release",
        "--default-release",
        "-o",
        "-F",
        "--display-format",
        "-O",
        "--sort",
        "-w",
        "--width",
        "-S",
    ],
    // Unlike apt-get it still asks after `-qq`.
    yes: &["-y", "--assume-yes"],
    no_cache: &[],
    clean: None,
    asks: true,
    caches: CACHES,
};

const VERBS: &[Verb] = &[
    verb(&["install"], Install),
    verb(&["reinstall"], Install),
    verb(&["build-dep"], Install),
    verb(&["satisfy"], Install),
    verb(&["update"], UpdateLists),
    verb(&["upgrade"], Upgrade),
    verb(&["dist-upgrade"], Upgrade),
    verb(&["full-upgrade"], Upgrade),
    verb(&["dselect-upgrade"], Upgrade),
    verb(&["remove"], Remove),
    verb(&["purge"], Remove),
    verb(&["autoremove"], Remove),
    verb(&["auto-remove"], Remove),
    verb(&["autopurge"], Remove),
    verb(&["clean"], Clean),
    verb(&["distclean"], Clean),
    verb(&["dist-clean"], Clean),
    verb(&["autoclean"], Clean),
    verb(&["auto-clean"], Clean),
];

const VALUE_OPTIONS: &[&str] = &[
    "-t",
    "--target-release",
    "--default-release",
    "-o",
    "--option",
    "-c",
    "--config-file",
    "-a",
    "--host-architecture",
    "-P",
    "--build-profiles",
    "--solver",
    "--planner",
    "--with-source",
];

/// Quiet level 2 implies `-y`; `--force-yes` does not, it only lets `-y` do harm.
const YES: &[&str] = &["-y", "--yes", "--assume-yes", "-qq", "-q=2", "--quiet=2", "--silent=2"];

const CACHES: &[Cache] = &[
    cache("/var/lib/apt/lists", None, "the package lists"),
    cache("/var/cache/apt", None, "the downloaded packages"),
];
