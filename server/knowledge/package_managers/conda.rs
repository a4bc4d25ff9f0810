//! conda, and mamba and micromamba, which take its words. Source: their command references.

use super::Action::{Build, Clean, Install, Remove, Upgrade};
use super::{Cache, Family, PackageManager, Verb, cache, verb};

pub(super) static CONDA: PackageManager = PackageManager {
    name: "conda",
    family: Family::Conda,
    programs: &["conda"],
    verbs: VERBS,
    value_options: VALUE_OPTIONS,
    yes: YES,
    no_cache: &[],
    clean: Some("clean --all --yes"),
    // Where nobody answers, it goes on.
    asks: false,
    caches: CACHES,
};

pub(super) static MAMBA: PackageManager = PackageManager {
    name: "mamba",
    family: Family::Conda,
    programs: &["mamba"],
    verbs: VERBS,
    value_options: VALUE_OPTIONS,
    yes: YES,
    no_cache: &[],
    clean: Some("clean --all --yes"),
    // Where nobody answers, it goes on.
    asks: false,
    caches: CACHES,
};

pub(super) static MICROMAMBA: PackageManager = PackageManager {
    name: "micromamba",
    family: Family::Conda,
    programs: &["micromamba"],
    verbs: VERBS,
    value_options: VALUE_OPTIONS,
    yes: YES,
    no_cache: &[],
    clean: Some("clean --all --yes"),
    // Where nobody answers, it goes on.
    asks: false,
    caches: &[
        cache("/opt/conda/pkgs", Some("CONDA_PKGS_DIRS"), "the downloaded packages, in the official image"),
        cache("~/micromamba/pkgs", Some("CONDA_PKGS_DIRS"), "the downloaded packages"),
    ],
};

const VERBS: &[Verb] = &[
    verb(&["create"], Install),
    verb(&["env", "create"], Install),
    verb(&["install"], Install),
    verb(&["env", "update"], Upgrade),
    verb(&["update"], Upgrade),
    verb(&["upgrade"], Upgrade),
    verb(&["env", "remove"], Remove),
    verb(&["remove"], Remove),
    verb(&["uninstall"], Remove),
    verb(&["clean"], Clean),
    verb(&["build"], Build),
];

/// `-f` names a file but in `clean`, where it takes no value.
const VALUE_OPTIONS: &[&str] = &[
    "-c",
    "--channel",
    "-f",
    "--file",
    "-n",
    "--name",
    "-p",
    "--prefix",
    "-r",
    "--root-prefix",
    "--clone",
    "--platform",
    "--repodata-fn",
    "--revision",
    "--solver",
    "--subdir",
];

const YES: &[&str] = &["-y", "--yes"];

const CACHES: &[Cache] = &[
    cache("/opt/conda/pkgs", Some("CONDA_PKGS_DIRS"), "the downloaded packages, in the official images"),
    cache(
        "~/.conda/pkgs",
        Some("CONDA_PKGS_DIRS"),
        "the downloaded packages, without write access to conda's folder",
    ),
];
