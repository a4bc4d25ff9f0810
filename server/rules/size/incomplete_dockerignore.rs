//! `incomplete-dockerignore`

use super::missing_dockerignore::{leave_out, report};
use crate::rules::prelude::*;
use crate::semantic::folder_copies::may_copy_seen_folder;

declare_rule! {
    /// ## What it does
    /// Finds a copy of a whole folder that brings what was made on the developer's machine, the history of the project,
    /// or a file of secrets, although there is an ignore file: it leaves them in.
    ///
    /// ## Why is this bad?
    /// As with no ignore file at all: what nobody needs is sent to the builder, ends up in the image, and every change
    /// of it runs the steps below the copy again. In an ignore file `node_modules` means only the folder at the top of the
    /// context: those further down are `**/node_modules`.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- .dockerignore
    /// node_modules
    /// #- package.json
    /// {}
    /// #- web/node_modules/react/index.js
    /// #- Dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// #- .dockerignore
    /// node_modules
    /// **/node_modules
    /// #- package.json
    /// {}
    /// #- web/node_modules/react/index.js
    /// #- Dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// ```
    ///
    /// ## Never reported
    /// What a COPY, an ADD or a mount names; what a `!` of the ignore file takes back, by its own pattern or by that of a folder
    /// above it, and what is called the same; what `missing-dockerignore` leaves alone.
    pub(crate) static INCOMPLETE_DOCKERIGNORE = {
        id: "incomplete-dockerignore", group: Size, severity: Warning, since: "0.1.0",
        also: [],
        check: ContextSteps(may_copy_seen_folder, check),
        fix: Suggested(fix),
    }
}

fn check(cx: &Cx<'_>, _: &[usize], out: &mut Findings) {
    if let Some((path, _)) = cx.context.ignore_file() {
        report(cx, out, &|them| format!("`{path}` leaves {them} in"));
    }
}

fn fix(cx: &Cx<'_>, _: &Finding) -> Vec<Fix> {
    leave_out(cx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(INCOMPLETE_DOCKERIGNORE);

    #[test]
    fn what_the_ignore_file_leaves_in_is_found() {
        check(
            "#- .dockerignore\nnode_modules\n.git\n#- .env.example\n#- .env\n#- .git/HEAD\n#- Dockerfile\nFROM a:1\nCOPY . /app\n   # ^ `.env` reaches the image, and a change of it makes the layer anew: `.dockerignore` leaves it in\n",
        );
    }

    #[test]
    fn what_it_leaves_out_or_takes_back_is_not() {
        check_none(
            "#- .dockerignore\n.env*\n#- .env.example\n#- .env\n#- Dockerfile\nFROM a:1\nCOPY . /app\n",
        );
        check_none(
            "#- .dockerignore\n*\n!.env\n#- .env.example\n#- .env\n#- Dockerfile\nFROM a:1\nCOPY . /app\n",
        );
        check_none("#- .dockerignore\n*\n#- .env.example\n#- .env\n#- Dockerfile\nFROM a:1\nCOPY . /app\n");
        check_none("#- .env.example\n#- .env\n#- Dockerfile\nFROM a:1\nCOPY . /app\n");
    }

    #[test]
    fn an_exception_counts_for_what_it_takes_back_alone() {
        let count = |lines: &str| {
            let text = format!(
                "#- .dockerignore\n{lines}\n#- package.json\n{{}}\n#- web/node_modules/a/b.js\n\n#- node_modules/a/b.js\n\n#- Dockerfile\nFROM node:22\nCOPY . /app\nRUN npm ci\n"
            );
            crate::fixture::found(&INCOMPLETE_DOCKERIGNORE, &text).len()
        };
        for lines in ["dist\n!dist/a", "*.md\n!README.md", "**/*.md\n!**/README.md", "node_modules\n!web/src"]
        {
            assert_eq!(count(lines), 1, "{lines}");
        }
        for lines in [
            "*\n!node_modules",
            "*\n!node_modules/a",
            "*\n!web\n!package.json",
            "*\n!*/a",
            "**/node_modules\n!web/node_modules/a",
            "!**/node_modules/a",
            "*\n!**",
        ] {
            assert_eq!(count(lines), 0, "{lines}");
        }
    }

    #[test]
    fn a_folder_that_is_left_out_but_for_its_name_is_not() {
        let with = |lines: &str| {
            format!(
                "#- .dockerignore\n{lines}\n#- .git/HEAD\n\n#- .git/refs/a\n\n#- Dockerfile\nFROM a:1\nCOPY . /app\n"
            )
        };
        for lines in [".git/*", ".git/**", "**/.git/*"] {
            check_none(&with(lines));
        }
        for lines in [".git/HEAD", ".git/refs"] {
            assert_eq!(crate::fixture::found(&INCOMPLETE_DOCKERIGNORE, &with(lines)).len(), 1, "{lines}");
        }
    }

    #[test]
    fn lines_are_added_at_the_end() {
        let rest = "#- .env.example\n#- .env\n#- Dockerfile\nFROM a:1\nCOPY . /app\n";
        check_fix(
            &format!("#- .dockerignore\nbuild\r\n{rest}"),
            &format!("#- .dockerignore\nbuild\r\n.env\r\n{rest}"),
        );
    }
}
