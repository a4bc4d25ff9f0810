//! Composer for PHP. Source: Composer's command-line reference.

use super::Action::{Clean, Install, Remove, Upgrade};
use super::{Family, PackageManager, cache, verb};

pub(super) static COMPOSER: PackageManager = PackageManager {
    name: "composer",
    family: Family::Composer,
    programs: &["composer", "composer.phar"],
    verbs: &[
        verb(&["create-project"], Install),
        verb(&["global", "install"], Install),
        verb(&["global", "require"], Install),
        verb(&["i"], Install),
        verb(&["install"], Install),
        verb(&["r"], Install),
        verb(&["reinstall"], Install),
        verb(&["require"], Install),
        verb(&["global", "update"], Upgrade),
        verb(&["self-update"], Upgrade),
        verb(&["selfupdate"], Upgrade),
        verb(&["u"], Upgrade),
        verb(&["update"], Upgrade),
        verb(&["upgrade"], Upgrade),
        verb(&["global", "remove"], Remove),
        verb(&["remove"], Remove),
        verb(&["rm"], Remove),
        verb(&["uninstall"], Remove),
        verb(&["cc"], Clean),
        verb(&["clear-cache"], Clean),
        verb(&["clearcache"], Clean),
    ],
    value_options: &[
        "-d",
        "--working-dir",
        "-s",
        "--stability",
        "--apcu-autoloader-prefix",
        "--audit-format",
        "--ignore-platform-req",
        "--prefer-install",
        "--repository",
        "--repository-url",
        "--with",
    ],
    yes: &[],
    no_cache: &["--no-cache"],
    clean: Some("clear-cache"),
    // A question without a terminal, as in a build, gets its default answer.
    asks: false,
    caches: &[
        cache("/tmp/cache", Some("COMPOSER_HOME"), "the downloaded packages, in the official image"),
        cache("~/.composer/cache", Some("COMPOSER_CACHE_DIR"), "the downloaded packages"),
        cache(
            "~/.cache/composer",
            Some("COMPOSER_CACHE_DIR"),
            "the downloaded packages where XDG folders are used",
        ),
    ],
};
