//! Tools that run a program in the environment of a project: `uv run flask`, `poetry run python app.py`. What is started is
//! that program, with the programs of the environment first in PATH.
//! Source: uv, "Running commands in projects" and `uv run`; Poetry, `run`; Pipenv, `run`; PDM, "PDM Scripts".

use super::facts::Facts;
use crate::text::Edit;

/// What a tool runs in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runner<'a> {
    /// The tool: `uv`, `poetry`, `pipenv` or `pdm`.
    pub tool: &'a str,
    /// Its options between `run` and the program.
    pub options: Vec<&'a str>,
    /// How many words stand before what is run.
    pub skipped: usize,
    /// Whether the first word that is run is an argument of `python`.
    pub is_python: bool,
}

/// Options that stand alone, and after which the program follows as before.
const OPTIONS: [(&str, &[&str]); 4] = [
    (
        "uv",
        &[
            "--frozen",
            "--locked",
            "--no-cache",
            "--no-dev",
            "--no-progress",
            "--no-sync",
            "--offline",
            "--quiet",
            "-n",
            "-q",
        ],
    ),
    ("poetry", &["--no-ansi", "--no-interaction", "--quiet", "-n", "-q"]),
    ("pipenv", &[]),
    ("pdm", &[]),
];

/// The tool that the words of a command begin with, the first one being the base name of the program; `None` where they do
/// not, or where it is not known what it runs.
pub fn runner<'a>(words: &[&'a str]) -> Option<Runner<'a>> {
    let [tool, "run", rest @ ..] = words else { return None };
    let (_, known) = OPTIONS.iter().find(|(name, _)| name == tool)?;
    let options: Vec<&str> = rest.iter().copied().take_while(|word| known.contains(word)).collect();
    let is_ended = rest.get(options.len()) == Some(&"--");
    let skipped = 2 + options.len() + usize::from(is_ended);
    let program = words.get(skipped)?;
    let is_module = *tool == "uv" && !is_ended && *program == "-m";
    let is_python = is_module || *tool == "uv" && program.ends_with(".py");
    let is_plain = !program.is_empty() && !program.contains(['$', ':']);
    (is_plain && (is_module || !program.starts_with('-'))).then_some(Runner {
        tool,
        options,
        skipped,
        is_python,
    })
}

/// The edits, from the start of the instruction, after which a CMD, ENTRYPOINT or HEALTHCHECK starts what a tool would
/// have run; none where no tool does.
pub fn without_runners(facts: &Facts) -> Vec<Edit> {
    let script = &facts.script;
    let edit = |(index, command): (usize, &crate::syntax::shell::Command)| {
        let program = facts.invocation_of(index)?;
        let words = command.words.get(program.program..)?;
        let mut texts = vec![&*program.name];
        texts.extend(words.iter().skip(1).map(|word| word.value.as_deref().unwrap_or("$")));
        let runner = runner(&texts)?;
        let (first, last) = (words.first()?, words.get(runner.skipped - 1)?);
        let next = words.get(runner.skipped)?;
        let start = script.place(first.part).start;
        Some(if runner.is_python {
            let is_quoted = script.str(last.part).starts_with('"');
            let python = if is_quoted { "\"python\"" } else { "python" };
            Edit::replace(start..script.place(last.part).end, python)
        } else {
            Edit::delete(start..script.place(next.part).start)
        })
    };
    script.commands().iter().enumerate().filter_map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::File;

    /// An instruction without the tools that run others.
    fn bare(source: &str) -> String {
        let file = File::new(source);
        let facts = Facts::of(&file.items()[0].instruction).expect("facts");
        let mut text = source.to_owned();
        for edit in without_runners(facts).into_iter().rev() {
            text.replace_range(edit.span, &edit.new_text);
        }
        text
    }

    #[test]
    fn what_is_run_is_left() {
        for (before, after) in [
            ("CMD [\"uv\", \"run\", \"--no-sync\", \"flask\", \"run\"]", "CMD [\"flask\", \"run\"]"),
            ("CMD [\"uv\", \"run\", \"main.py\", \"-v\"]", "CMD [\"python\", \"main.py\", \"-v\"]"),
            ("CMD [\"uv\",\"run\",\"-m\",\"app\"]", "CMD [\"python\",\"-m\",\"app\"]"),
            ("CMD exec uv run -- app -m", "CMD exec app -m"),
            ("CMD cd /a && poetry run gunicorn $A && uv run a.py", "CMD cd /a && gunicorn $A && python a.py"),
            ("ENTRYPOINT [\"/usr/bin/pipenv\", \"run\", \"python\"]", "ENTRYPOINT [\"python\"]"),
            (
                "CMD [\"sh\", \"-c\", \"cd a && uv run app.py\"]",
                "CMD [\"sh\", \"-c\", \"cd a && python app.py\"]",
            ),
            ("HEALTHCHECK CMD pdm run python a.py || exit 1", "HEALTHCHECK CMD python a.py || exit 1"),
        ] {
            assert_eq!(bare(before), after);
        }
    }

    #[test]
    fn what_is_not_known_stays() {
        for text in [
            "CMD [\"uv\", \"run\"]",
            "CMD uv run --with rich a",
            "CMD uv run $APP",
            "CMD uv run https://a/b.py",
            "CMD uvx flask",
            "CMD poetry shell",
            "CMD npm run start",
        ] {
            assert_eq!(bare(text), text);
        }
    }
}
