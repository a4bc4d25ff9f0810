//! `conda-cache-kept`

use crate::knowledge::package_managers::projects::offline;
use crate::rules::clean_up::clean_at_end;
use crate::rules::prelude::*;
use crate::semantic::caches;

declare_rule! {
    /// ## What it does
    /// Finds a `conda`, `mamba` or `micromamba` whose downloads and package lists stay in the layer.
    ///
    /// ## Why is this bad?
    /// The packed packages, the lists of all channels and the packages that nothing uses any more often take more room than
    /// the environment itself.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM continuumio/miniconda3:24.9.2-0
    /// RUN conda install -y numpy
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM continuumio/miniconda3:24.9.2-0
    /// RUN conda install -y numpy && conda clean --all --yes
    /// ```
    ///
    /// ## Fix
    /// Has the same program clean up at the end of the same RUN, or right behind the command where that program may not be there
    /// at the end. It is not offered where a later step names the packages or works offline, or where another stage takes them. It is a suggestion
    /// where a later step runs a script that cannot be read.
    ///
    /// ## Silent
    /// In a stage that no image is built on; where a mount takes the packages, `CONDA_PKGS_DIRS` says where they are to be, or
    /// the same RUN cleans up afterwards.
    pub(crate) static CONDA_CACHE_KEPT = {
        id: "conda-cache-kept", group: Size, severity: Info, since: "0.1.0",
        also: [],
        options: [BUILD_STAGES],
        check: Run(check),
        only: is_shipped_with_cache,
        fix: Safe(fix),
    }
}

/// Options with which nothing is fetched.
const FETCHES_NOTHING: [&str; 5] = ["--dry-run", "-d", "--download-only", "--help", "-h"];

fn check(instruction: &Instruction, facts: &Facts, out: &mut Findings) {
    let fetches = |package: &&PackageCommand| {
        package.manager.family == Family::Conda && matches!(package.action, Action::Install | Action::Upgrade)
    };
    let Some(last) = facts.packages.iter().rfind(fetches) else {
        return;
    };
    let keeps = !last.has_flag(&facts.script, &FETCHES_NOTHING)
        && !last.has_flag(&facts.script, offline(Family::Conda))
        && !["CONDA_PKGS_DIRS", "pkgs_dirs"].iter().any(|name| facts.script.text().text().contains(name))
        && !caches::has_mount_like(instruction, &["conda", "mamba", "pkgs", "$"])
        && !caches::is_removed_after(facts, last.command, &["pkgs"]);
    if keeps && let Some(command) = facts.script.commands().get(last.command) {
        let message = format!("`{}` leaves its downloads and lists in this layer", last.name(&facts.script));
        out.push(facts.script.place(command.part), message);
    }
}

fn is_shipped_with_cache(cx: &Cx<'_>, item: usize) -> bool {
    // A folder that is named is meant to be kept.
    is_looked_at(cx, item, &CONDA_CACHE_KEPT)
        && cx.document.model().variable("CONDA_PKGS_DIRS", item).origin.is_none()
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    clean_at_end(cx, finding, &["pkgs"])
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(CONDA_CACHE_KEPT);

    #[test]
    fn the_last_of_them_is_found() {
        check(
            "
FROM a
RUN conda update -y conda && mamba env create -f b.yml
                           # ^^^^^^^^^^^^^^^^^^^^^^^^^ `mamba env create` leaves its downloads and lists in this layer
",
        );
    }

    #[test]
    fn what_is_cleaned_is_silent() {
        check_none("FROM a\nRUN mamba install -y b && conda clean -afy\n");
        check_none("FROM a\nRUN conda install -y b && rm -rf /opt/conda/pkgs/*\n");
        check_none("FROM a\nRUN --mount=type=cache,target=/opt/conda/pkgs conda install -y b\n");
        check_none("FROM a\nENV CONDA_PKGS_DIRS=/x\nRUN conda install -y b\n");
        check_none("FROM a\nRUN conda config --add pkgs_dirs /x && conda install -y b\n");
        check_none("FROM a\nRUN conda install -y b\nFROM c\nCOPY --from=0 /opt/e /opt/e\n");
        check_none("FROM a\nRUN conda config --set x y\n");
    }

    #[test]
    fn the_same_program_cleans_up() {
        check_fix(
            "FROM a\nRUN micromamba install -y -n base b\n",
            "FROM a\nRUN micromamba install -y -n base b && micromamba clean --all --yes\n",
        );
        check_no_fix("FROM a\nRUN conda install -y b\nRUN conda create --offline -n c b\n");
        check_no_fix(
            "FROM a AS x\nRUN conda install -y b\nFROM a\nCOPY --from=x /opt/conda/pkgs /p\nFROM x\n",
        );
        check_no_fix("FROM a\nRUN conda install -y b || true\n");
    }
}
