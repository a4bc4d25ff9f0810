//! Mix of Elixir. Source: `mix help`, and the pages of its tasks.

use super::Action::{Build, Clean, Install, Upgrade};
use super::{Family, PackageManager, cache, verb};

pub(super) static MIX: PackageManager = PackageManager {
    name: "mix",
    family: Family::Mix,
    programs: &["mix"],
    verbs: &[
        verb(&["archive.install"], Install),
        verb(&["deps.get"], Install),
        verb(&["escript.install"], Install),
        verb(&["local.hex"], Install),
        verb(&["local.rebar"], Install),
        verb(&["deps.update"], Upgrade),
        verb(&["clean"], Clean),
        verb(&["deps.clean"], Clean),
        verb(&["compile"], Build),
        verb(&["deps.compile"], Build),
        verb(&["release"], Build),
        verb(&["test"], Build),
    ],
    value_options: &["--only", "--path", "--sha512"],
    yes: &[],
    no_cache: &[],
    clean: None,
    asks: false,
    caches: &[cache("~/.hex", Some("HEX_HOME"), "the downloaded packages")],
};
