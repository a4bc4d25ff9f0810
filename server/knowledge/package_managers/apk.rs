//! Alpine's apk. Source: apk(8), apk-add(8) and their siblings, of versions 2 and 3.

use super::Action::{Clean, Install, Remove, UpdateLists, Upgrade};
use super::{Family, PackageManager, cache, verb};

pub(super) static APK: PackageManager = PackageManager {
    name: "apk",
    family: Family::Apk,
    programs: &["apk"],
    verbs: &[
        verb(&["add"], Install),
        verb(&["fix"], Install),
        verb(&["update"], UpdateLists),
        verb(&["upgrade"], Upgrade),
        verb(&["del"], Remove),
        verb(&["cache", "clean"], Clean),
        verb(&["cache", "purge"], Clean),
    ],
    value_options: &[
        "-X",
        "--repository",
        "-p",
        "--root",
        "-t",
        "--virtual",
        "--arch",
        "--cache-dir",
        "--cache-max-age",
        "--keys-dir",
        "--progress-fd",
        "--repositories-file",
        "--repository-config",
        "--timeout",
        "--wait",
    ],
    yes: &[],
    no_cache: &["--no-cache"],
    clean: None,
    // Only with `--interactive`.
    asks: false,
    caches: &[cache("/var/cache/apk", None, "the package lists and downloaded packages")],
};
