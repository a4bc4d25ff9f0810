//! The options of uv, Poetry, Pipenv and PDM with which an install still does what it does without them.
//! Source: each one's command reference.

use super::super::words::Words;
use super::managers::Tool;

const UV_SYNC: [&str; 28] = [
    "all-extras",
    "all-groups",
    "color",
    "compile-bytecode",
    "default-index",
    "dev",
    "exact",
    "extra",
    "frozen",
    "group",
    "index",
    "index-url",
    "inexact",
    "link-mode",
    "locked",
    "n",
    "no-cache",
    "no-default-groups",
    "no-dev",
    "no-editable",
    "no-group",
    "no-install-project",
    "no-install-workspace",
    "no-managed-python",
    "no-progress",
    "no-python-downloads",
    "q",
    "quiet",
];
const UV_PIP: [&str; 16] = [
    "U",
    "break-system-packages",
    "c",
    "compile-bytecode",
    "constraint",
    "extra-index-url",
    "i",
    "index-url",
    "n",
    "no-cache",
    "no-cache-dir",
    "q",
    "quiet",
    "r",
    "requirement",
    "system",
];
const UV_VENV: [&str; 8] = ["clear", "n", "no-cache", "p", "prompt", "python", "quiet", "seed"];
const POETRY: [&str; 19] = [
    "E",
    "all-extras",
    "all-groups",
    "compile",
    "extras",
    "n",
    "no-ansi",
    "no-cache",
    "no-dev",
    "no-interaction",
    "no-root",
    "only",
    "q",
    "quiet",
    "sync",
    "v",
    "vv",
    "with",
    "without",
];
const PIPENV: [&str; 8] = ["clear", "d", "deploy", "dev", "ignore-pipfile", "system", "v", "verbose"];
const PDM: [&str; 20] = [
    "G",
    "check",
    "clean",
    "d",
    "dev",
    "fail-fast",
    "frozen-lockfile",
    "group",
    "no-editable",
    "no-lock",
    "no-self",
    "prod",
    "production",
    "q",
    "quiet",
    "v",
    "verbose",
    "with",
    "without",
    "x",
];
const WITH_VALUES: [&str; 23] = [
    "E",
    "G",
    "c",
    "color",
    "constraint",
    "default-index",
    "extra",
    "extra-index-url",
    "extras",
    "group",
    "i",
    "index",
    "index-url",
    "link-mode",
    "no-group",
    "only",
    "p",
    "prompt",
    "python",
    "r",
    "requirement",
    "with",
    "without",
];

/// The words behind the verb of an install; `None` where an option is not known, or leaves out what the project needs.
pub(super) fn read<'a>(words: &[&'a str], tool: Tool) -> Option<Words<'a>> {
    let known: &[&str] = match tool {
        Tool::Uv => &UV_SYNC,
        Tool::UvPip => &UV_PIP,
        Tool::Poetry => &POETRY,
        Tool::Pipenv => &PIPENV,
        Tool::Pdm => &PDM,
    };
    let with_values: &[&str] = if tool == Tool::Pipenv { &[] } else { &WITH_VALUES };
    let words = Words::read(words, with_values)?;
    let groups = |name: &str| words.value(&[name]).map(|groups| groups.split(',').collect::<Vec<_>>());
    let is_known = words.options().all(|(name, value)| known.contains(&name) && !value.contains('$'))
        // A link leads to a cache that stays behind.
        && words.value(&["link-mode"]).is_none_or(|mode| mode != "symlink")
        && groups("only").is_none_or(|groups| groups.contains(&"main"))
        && groups("without").is_none_or(|groups| !groups.contains(&"main"))
        && (words.operands.is_empty() || tool == Tool::UvPip);
    is_known.then_some(words)
}

/// The words behind `uv venv`; `None` where an option is not known.
pub(super) fn of_venv<'a>(words: &[&'a str]) -> Option<Words<'a>> {
    let words = Words::read(words, &WITH_VALUES)?;
    let is_known = words.options().all(|(name, _)| UV_VENV.contains(&name));
    is_known.then_some(words)
}
