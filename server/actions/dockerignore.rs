//! `create-dockerignore`: an ignore file for the build context, or more lines for the one that is there.

use super::{Action, Kind, Meaning, Place, Scope, rewriting};
use crate::document::Cx;
use crate::fix::Fix;
use crate::rules::ignore_lines::with_lines;
use crate::semantic::folder_copies::FolderCopy;
use crate::semantic::ignore_entries::new_ignore_entries;

pub(super) static CREATE_DOCKERIGNORE: Action = Action {
    id: "create-dockerignore",
    kind: Kind::Rewrite,
    scope: Scope::Place,
    summary: "Create an ignore file for what no image needs, or extend it",
    is_local: false,
    changes: &[],
    keeps: Meaning::Commands,
    find,
};

/// Offered where a folder of the context is copied.
fn find(cx: &Cx<'_>, place: &Place<'_>) -> Vec<Fix> {
    let fix = || {
        FolderCopy::of(cx.document.file(), cx.document.model(), place.index())?;
        let lines = new_ignore_entries(cx.document, cx.context);
        let file = with_lines(cx.context, &lines)?;
        let verb = if file.create { "Create" } else { "Extend" };
        let title = format!("{verb} `{}`", file.path);
        Some(Fix { files: vec![file], ..rewriting(title, Vec::new()) })
    };
    fix().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions;
    use crate::fixture::Fixture;

    /// What the action offers at the cursor: its title, and the text that the ignore file has then.
    fn offered(fixture: &str) -> Option<(String, String)> {
        let (fixture, offset) = Fixture::cursor(fixture);
        fixture.look(|cx| {
            let offers = actions::find(cx, &(offset..offset), &|action| action.id == CREATE_DOCKERIGNORE.id);
            let fix = offers.into_iter().next()?.fix;
            let file = fix.files.first()?;
            let before = cx.context.read(&file.path).unwrap_or_default();
            assert_eq!(file.create, before.is_empty());
            let [edit] = file.edits.as_slice() else { panic!("{fix:?}") };
            assert!(edit.span.is_empty());
            Some((fix.title, format!("{before}{}", edit.new_text)))
        })
    }

    fn check(fixture: &str, title: &str, text: &str) {
        assert_eq!(offered(fixture), Some((title.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_new_file_follows_the_languages_of_the_context() {
        check(
            "#- package.json\n{}\n#- .gitignore\n#- docker-compose.yml\n#- api/pyproject.toml\n#- Dockerfile\nFROM a:1\nCOPY$0 . /app\nRUN npm ci\nRUN pip install ./api\n",
            "Create `.dockerignore`",
            ".git\n**/node_modules\n**/__pycache__\n**/.venv\nDockerfile*\ndocker-compose*.yml\n",
        );
        check(
            "#- app/Cargo.toml\n#- app/src/main.rs\n#- Dockerfile\nFROM a:1\nCOPY a /b\nCOPY$0 app/ /app\nRUN cargo build\n",
            "Create `.dockerignore`",
            "**/target\n",
        );
    }

    #[test]
    fn what_is_made_anew_is_left_out_where_it_is_there() {
        let of = |files: &str, run: &str| {
            offered(&format!("{files}#- Dockerfile\nFROM a:1\nCOPY$0 . /app\nRUN {run}\n"))
                .map(|(_, text)| text)
        };
        let mix = "#- mix.exs\n\n#- _build/dev/a\n\n";
        assert_eq!(of(mix, "mix deps.get && mix release").as_deref(), Some("_build\nDockerfile*\n"));
        assert_eq!(of(mix, "mix deps.get").as_deref(), Some("Dockerfile*\n"));
        let ruby = "#- Gemfile\n\n#- .bundle/config\n\n";
        assert_eq!(of(ruby, "bundle install").as_deref(), Some(".bundle\nDockerfile*\n"));
        assert_eq!(of(ruby, "make").as_deref(), Some("Dockerfile*\n"));
    }

    #[test]
    fn an_ignore_file_that_is_there_is_extended_byte_for_byte() {
        let rest = "#- .env\n#- .env.example\n#- web/package.json\n{}\n#- Dockerfile\nFROM a:1\nCOPY$0 . /app\nRUN npm ci\n";
        check(
            &format!("#- .dockerignore\n# ours\r\n  node_modules\r\n\r\nDockerfile*\r\n{rest}"),
            "Extend `.dockerignore`",
            "# ours\r\n  node_modules\r\n\r\nDockerfile*\r\n**/node_modules\r\n.env\r\n",
        );
        check(
            &format!("#- Dockerfile.dockerignore\n.env\n#- .dockerignore\n*\n{rest}"),
            "Extend `Dockerfile.dockerignore`",
            ".env\n**/node_modules\nDockerfile*\n",
        );
    }

    #[test]
    fn a_line_for_the_top_is_enough_where_nothing_lies_below() {
        let rest = "#- package.json\n{}\n#- src/a.js\n#- Dockerfile\nFROM a:1\nCOPY$0 . /app\nRUN npm ci\n";
        check(
            &format!("#- .dockerignore\nnode_modules\n{rest}"),
            "Extend `.dockerignore`",
            "node_modules\nDockerfile*\n",
        );
    }

    #[test]
    fn what_a_build_of_the_folder_names_or_needs_stays() {
        let dockerfile = "#- Dockerfile\nFROM a:1\nCOPY$0 . /app\n";
        assert_eq!(
            offered(&format!("#- .env\n#- compose.yaml\n{dockerfile}COPY .env Dockerfile *.yaml /\n")),
            None
        );
        let needed = "RUN . ./.env && git describe && grep -c . Dockerfile\n";
        assert_eq!(offered(&format!("#- .env\n#- .git/HEAD\n{dockerfile}{needed}")), None);
        // Modules that the image does not install, and those that another Dockerfile copies.
        assert_eq!(offered(&format!("#- package.json\n{{}}\n{dockerfile}COPY Dockerfile /\n")), None);
        let other = "#- web/Dockerfile\nFROM a:1\nCOPY node_modules Dockerfile /app/\n";
        assert_eq!(offered(&format!("#- package.json\n{{}}\n{other}{dockerfile}RUN npm ci\n")), None);
    }

    #[test]
    fn what_a_script_of_a_step_names_stays() {
        let files = "#- check.sh\n#!/bin/sh\ncat Dockerfile docker-compose.yml\n#- docker-compose.yml\n";
        let dockerfile = "#- Dockerfile\nFROM a:1\nWORKDIR /app\nCOPY$0 . .\nRUN ";
        assert_eq!(offered(&format!("{files}{dockerfile}sh check.sh\n")), None);
        assert_eq!(offered(&format!("{files}#- Makefile\nall:\n\t./check.sh\n{dockerfile}make\n")), None);
        assert!(offered(&format!("{files}{dockerfile}cat other.sh\n")).is_some());
    }

    #[test]
    fn nothing_is_offered_where_nothing_is_lacking_or_known() {
        let dockerfile = "#- Dockerfile\nFROM a:1\nCOPY$0 . /app\nRUN npm ci\n";
        let ignored = "**/node_modules\n.env\nDockerfile*\n";
        let files = "#- package.json\n{}\n#- .env\n#- .env.example\n";
        assert_eq!(offered(&format!("{files}#- .dockerignore\n{ignored}{dockerfile}")), None);
        assert_eq!(offered(&format!("{files}#- .dockerignore\n*\n!src\n{dockerfile}")), None);
        assert_eq!(offered(&format!("{files}#- .dockerignore\n[a\n{dockerfile}")), None);
        assert_eq!(
            offered("#- package.json\n{}\n#- Dockerfile\nFROM a:1\nCOPY$0 package.json /app/\n"),
            None
        );
        assert_eq!(
            offered("#- package.json\n{}\n#- Dockerfile\nFROM a:1\nARG A\nCOPY$0 . /app/\nCOPY $A /\n"),
            None
        );
    }
}
