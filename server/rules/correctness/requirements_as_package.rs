//! `requirements-as-package`

use crate::rules::edits::argument_before;
use crate::rules::prelude::*;

declare_rule! {
    /// ## What it does
    /// Finds a `pip install` that is given a file of requirements as if it were a package.
    ///
    /// ## Why is this bad?
    /// pip takes it for the name of a package, or for a package in a file, and fails. Files of requirements stand behind
    /// `-r`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// FROM python:3.12
    /// COPY requirements.txt ./
    /// RUN pip install --no-cache-dir requirements.txt
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM python:3.12
    /// COPY requirements.txt ./
    /// RUN pip install --no-cache-dir -r requirements.txt
    /// ```
    pub(crate) static REQUIREMENTS_AS_PACKAGE = {
        id: "requirements-as-package", group: Correctness, severity: Warning, since: "0.1.0",
        also: [],
        check: Run(check),
        fix: Safe(fix),
    }
}

fn check(_: &Instruction, facts: &Facts, out: &mut Findings) {
    for (package, index) in files(facts) {
        if let Some(word) = package.words(&facts.script).get(index) {
            let file = shown(facts.script.str(word.part).trim_matches(['"', '\'']));
            out.push(
                facts.script.place(word.part),
                format!("`{file}` is no package: `-r` is missing before it"),
            );
        }
    }
}

/// The operands of installs that are files of requirements, each as an index of the command's words.
fn files(facts: &Facts) -> impl Iterator<Item = (&PackageCommand, usize)> {
    let installs = facts.packages.iter().filter(|package| {
        package.installs_with(Family::Pip) || package.installs_with(Family::Uv) && package.verb_words == 2
    });
    let installs = installs.filter(|package| {
        package.words(&facts.script).get(package.verb).is_some_and(|verb| verb.is("install"))
    });
    installs.flat_map(|package| {
        let words = package.words(&facts.script);
        let is_file = |index: &usize| {
            let value = words.get(*index).and_then(|word| word.value.as_deref());
            value.is_some_and(|value| value.ends_with(".txt"))
        };
        package.operands.iter().copied().filter(is_file).map(move |index| (package, index))
    })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let facts = Facts::of(&item.instruction)?;
        let (package, index) = files(facts).find(|(package, index)| {
            let word = package.words(&facts.script).get(*index);
            word.is_some_and(|word| item.absolute(facts.script.place(word.part)) == finding.span)
        })?;
        argument_before(item, facts, package.command, index, "-r")
    };
    edit().map(|edit| Fix::new("Add `-r`", Safety::Safe, vec![edit])).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(REQUIREMENTS_AS_PACKAGE);

    #[test]
    fn uv_takes_no_files_either() {
        check(
            "FROM a\nRUN uv pip install b.txt\n                 # ^^^^^ `b.txt` is no package: `-r` is missing before it\n",
        );
        check_none("FROM a\nRUN uv pip install -r b.txt && uv add b\n");
        check_fix("FROM a\nRUN uv pip install b.txt\n", "FROM a\nRUN uv pip install -r b.txt\n");
    }

    #[test]
    fn a_file_among_the_packages_is_found() {
        check(
            "FROM a\nRUN python3 -m pip install b requirements/dev.txt\n                           # ^^^^^^^^^^^^^^^^^^^^ `requirements/dev.txt` is no package: `-r` is missing before it\n",
        );
        check_none(
            "FROM a\nRUN pip install -r a.txt && pip install -c b.txt --requirement=c.txt txt && pip uninstall d.txt\n",
        );
    }

    #[test]
    fn the_option_goes_before_it() {
        check_fix("FROM a\nRUN pip install -U \"b.txt\"\n", "FROM a\nRUN pip install -U -r \"b.txt\"\n");
        check_fix(
            "FROM a\nRUN [\"pip\", \"install\", \"b.txt\"]\n",
            "FROM a\nRUN [\"pip\", \"install\", \"-r\", \"b.txt\"]\n",
        );
    }
}
