//! `pip-cache-kept`

use crate::rules::edits::flag_against_cache;
use crate::rules::prelude::*;
use crate::semantic::caches;
use crate::semantic::known_words::may_have_options;
use crate::syntax::word::Value;

declare_rule! {
    /// ## What it does
    /// Finds a `pip install` that leaves what it downloaded and built in the layer.
    ///
    /// ## Why is this bad?
    /// Everything that is installed lies in the layer a second time, in a cache that no later build reads.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM python:3.12
    /// RUN pip install flask
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM python:3.12
    /// RUN pip install --no-cache-dir flask
    /// ```
    ///
    /// ## Silent
    /// In a stage that no image is built on. Where `PIP_NO_CACHE_DIR` is set, a cache mount takes the cache, the same RUN deletes it afterwards, or a script called after cleaning may, or
    /// `PIP_CACHE_DIR` or `--cache-dir` says where it is to be. Where another stage takes the cache, there is no fix.
    ///
    /// ## hadolint
    /// It asks in every stage; one that is thrown away may keep what it likes. `--no-cache` is left alone, which pip completes to `--no-cache-dir`, and so is a RUN that deletes the cache, and one with a variable that may hold options. A command
    /// behind `sudo` or in `bash -c` is found.
    pub(crate) static PIP_CACHE_KEPT = {
        id: "pip-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: ["DL3042"],
        options: [BUILD_STAGES],
        check: Run(check),
        only: is_shipped_with_cache,
        fix: Safe(fix),
    }
}

const FLAG: &str = "--no-cache-dir";
const VARIABLE: &str = "PIP_NO_CACHE_DIR";

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    if facts.script.text().text().contains(VARIABLE)
        || caches::has_mount(instruction, &["/root/.cache/pip"])
        || caches::has_mount_like(instruction, &["pip", ".cache", "$"])
    {
        return;
    }
    let last_removal = caches::last_removal(facts, Some(Family::Pip), &[".cache", "/root/."]);
    for package in facts.packages.iter().filter(|package| package.installs_with(Family::Pip)) {
        let words = package.words(&facts.script);
        let Some(verb) = words.get(package.verb).filter(|verb| verb.is("install")) else {
            continue;
        };
        // pip takes any beginning of an option that is like no other.
        let keeps = !package.has_flag(
            &facts.script,
            &[FLAG, "--no-cache", "--no-cache-di", "--no-cache-d", "--dry-run", "--cache-dir"],
        ) && last_removal <= Some(package.command);
        if keeps {
            out.push(
                facts.script.place(verb.part),
                format!("`pip install` keeps its cache without `{FLAG}`"),
            );
        }
    }
}

fn is_shipped_with_cache(cx: &Cx<'_>, item: usize) -> bool {
    is_looked_at(cx, item, &PIP_CACHE_KEPT) && is_not_switched_off(cx, item) && has_known_options(cx, item)
}

/// Whether no pip of a RUN may be given options that the file does not say.
fn has_known_options(cx: &Cx<'_>, item: usize) -> bool {
    let facts = cx.document.file().instruction(item).and_then(Facts::of);
    facts.is_none_or(|facts| {
        let mut installs = facts.packages.iter().filter(|package| package.installs_with(Family::Pip));
        installs.all(|package| !may_have_options(cx.document.model(), item, &facts.script, package))
    })
}

fn is_not_switched_off(cx: &Cx<'_>, item: usize) -> bool {
    // A folder that is named is meant to be kept.
    if cx.document.model().variable("PIP_CACHE_DIR", item).origin.is_some() {
        return false;
    }
    let variable = cx.document.model().variable(VARIABLE, item);
    match variable.value {
        // pip takes any value for a yes. Source: pip, `cli/cmdoptions.py`, `_handle_no_cache_dir`.
        Value::Known(value) => value.is_empty(),
        Value::Unset => true,
        // Declared without a value, it may be given one; what the base image sets cannot be seen.
        Value::Unknown => variable.origin.is_none(),
    }
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    flag_against_cache(cx, finding, FLAG, &[".cache"])
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(PIP_CACHE_KEPT);

    #[test]
    fn variables_of_the_file_are_read() {
        check(
            "
FROM a
ARG P=\"b c\"
RUN pip install $P
      # ^^^^^^^ `pip install` keeps its cache without `--no-cache-dir`
",
        );
        check_none("FROM a\nARG P=\"--no-cache-dir b\"\nRUN pip install $P\n");
        check_none("FROM a\nRUN pip install $P\n");
    }

    #[test]
    fn a_script_that_cleans_up_may_delete_it() {
        check_none("FROM python:3.12\nRUN pip install b && docker-image-cleanup\n");
    }

    #[test]
    fn an_install_without_the_flag_is_found_however_pip_is_called() {
        check(
            "
FROM a
RUN python3 -m pip install -r b
                 # ^^^^^^^ `pip install` keeps its cache without `--no-cache-dir`
RUN /x/pip3.11 -q install b
                # ^^^^^^^ `pip install` keeps its cache without `--no-cache-dir`
",
        );
    }

    #[test]
    fn a_cache_that_is_not_kept_is_silent() {
        check_none(
            "FROM a\nRUN pip --no-cache-dir install b && pip install --no-cache c && pip download d\n",
        );
        check_none("FROM a AS x\nENV PIP_NO_CACHE_DIR=1\nFROM x\nRUN pip install b\n");
        check_none("FROM a\nARG PIP_NO_CACHE_DIR\nRUN pip install b\n");
        check_none("FROM a\nRUN PIP_NO_CACHE_DIR=1 pip install b\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/home/b/.cache/pip pip install b\n");
        check_none("FROM a\nRUN pip install b && rm -rf ~/.cache\n");
        check_none("FROM a\nRUN pip install b && pip cache purge\n");
    }

    #[test]
    fn an_empty_variable_is_no_switch() {
        check(
            "
FROM a
ENV PIP_NO_CACHE_DIR=
RUN pip install b
      # ^^^^^^^ `pip install` keeps its cache without `--no-cache-dir`
",
        );
        check_none("FROM a\nENV PIP_NO_CACHE_DIR=off\nRUN pip install b\n");
    }

    #[test]
    fn a_stage_that_is_thrown_away_may_keep_it() {
        check_none("FROM a AS x\nRUN pip install b\nFROM c\nCOPY --from=x /d /d\n");
    }

    #[test]
    fn a_cache_that_another_stage_takes_is_left() {
        check_no_fix("FROM a AS x\nRUN pip install b\nFROM x\nCOPY --from=x /root/.cache /root/.cache\n");
        check_no_fix(
            "FROM a AS x\nRUN pip install b\nFROM x\nRUN --mount=from=x,source=/root/.cache/pip,target=/c d\n",
        );
        check_none("FROM a AS x\nRUN pip install --cache-dir=/w b\nFROM a\nCOPY --from=x /w /w\n");
        check_none("FROM a AS x\nENV PIP_CACHE_DIR=/w\nRUN pip install b\nFROM a\nCOPY --from=x /w /w\n");
        check_fix(
            "FROM a AS x\nRUN pip install b\nFROM x\nCOPY --from=x /venv /venv\nCOPY .cache /x/\n",
            "FROM a AS x\nRUN pip install --no-cache-dir b\nFROM x\nCOPY --from=x /venv /venv\nCOPY .cache /x/\n",
        );
    }

    #[test]
    fn the_flag_goes_behind_the_verb() {
        check_fix("FROM a\nRUN pip install -U b\n", "FROM a\nRUN pip install --no-cache-dir -U b\n");
    }
}
