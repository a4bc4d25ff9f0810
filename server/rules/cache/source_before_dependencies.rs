//! `source-before-dependencies`

use crate::context::sources::Sources;
use crate::context::view::View;
use crate::rules::prelude::*;
use crate::semantic::copies::{CopyFrom, CopyStep};
use crate::semantic::dependencies::{FolderCopy, below, has_install, may_copy_folder, place};
use crate::semantic::independence::{can_sink_below, division};
use crate::semantic::late_installs::{is_any_above, late_install};
use crate::semantic::manifests;
use crate::syntax::Arguments;
use crate::text::Encoding;

declare_rule! {
    /// ## What it does
    /// Finds an install of a project's dependencies (npm, Yarn, pnpm, pip, Go) that comes after a copy of the whole
    /// source, in the same stage or in one that is built on it.
    ///
    /// ## Why is this bad?
    /// A step runs again when anything above it has changed. Every edit of the source thus downloads and installs all
    /// dependencies again, although they are the same. The files that name them change seldom: copied first and alone,
    /// they let the cache keep the install.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- package.json
    /// { "name": "app", "dependencies": { "express": "5.1.0" } }
    /// #- package-lock.json
    /// {}
    /// #- Dockerfile
    /// FROM node:22
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// CMD ["node", "server.js"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// FROM node:22
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci
    /// COPY . .
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile,good
    /// FROM python:3.13
    /// WORKDIR /app
    /// COPY requirements.txt ./
    /// RUN pip install --no-cache-dir -r requirements.txt
    /// COPY . .
    /// ```
    ///
    /// ## Fix
    /// Offered where the build context is known and the install reads nothing there but its manifests: no workspace,
    /// no local package, no script of the project that runs at install. An ignore file that names `node_modules`
    /// keeps a local one from being copied over what was installed.
    pub(crate) static SOURCE_BEFORE_DEPENDENCIES = {
        id: "source-before-dependencies", group: Cache, severity: Warning, since: "0.1.0",
        also: [],
        check: Steps(installs_or_copies, check),
        fix: Suggested(fix),
    }
}

/// Whether it is a RUN that installs a project's dependencies, or a copy that may bring a whole folder.
fn installs_or_copies(instruction: &Instruction) -> bool {
    match instruction.ast().kind {
        Kind::Run => Facts::of(instruction).is_some_and(has_install),
        _ => may_copy_folder(instruction),
    }
}

fn check(cx: &Cx<'_>, steps: &[usize], out: &mut Findings) {
    let items = cx.document.file().items();
    let is_install = |index: &usize| items.get(*index).is_some_and(|item| item.kind == Kind::Run);
    let (installs, copies): (Vec<usize>, Vec<usize>) = steps.iter().partition(|index| is_install(index));
    for (index, item) in installs.iter().filter_map(|index| Some((*index, items.get(*index)?))) {
        if !is_any_above(cx.document.model(), &copies, index) {
            continue;
        }
        let Some((install, copy)) = late_install(cx.document.file(), cx.document.model(), index) else {
            continue;
        };
        let (Some(facts), Some(source)) = (Facts::of(&item.instruction), items.get(copy.item)) else {
            continue;
        };
        let Some(part) = facts.packages.get(install.package).and_then(|package| written(package, facts))
        else {
            continue;
        };
        let line = cx.document.text().position(source.span().start, Encoding::Utf8).line + 1;
        let keyword = source.instruction.ast().kind.keyword();
        let message = format!(
            "every change of the source runs `{}` again: the {keyword} in line {line} comes before it",
            facts.script.str(part)
        );
        out.push_at(index, facts.script.place(part), message);
    }
}

/// From the program to its verb.
fn written(package: &PackageCommand, facts: &Facts) -> Option<Part> {
    let words = package.words(&facts.script);
    Some(Part { start: words.get(package.program)?.part.start, end: words.get(package.verb)?.part.end })
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    manifests_first(cx, finding).into_iter().collect()
}

/// The manifests copied above the install, and the source below it.
fn manifests_first(cx: &Cx<'_>, finding: &Finding) -> Option<Fix> {
    let (file, model) = (cx.document.file(), cx.document.model());
    let (install, copy) = late_install(file, model, finding.item)?;
    let (run, source) = (file.items().get(finding.item)?, file.items().get(copy.item)?);
    let is_here = model.stage_at(finding.item)?.items.contains(&copy.item);
    let can_move = (copy.item + 1..finding.item).all(|between| can_sink_below(file, &copy, between));
    if !is_here || !can_move || !is_plain_copy(&source.instruction) {
        return None;
    }
    let facts = Facts::of(&run.instruction)?;
    let split = division(&run.instruction, facts, &install, &copy)?;
    let view = View::new(cx.context);
    let package = facts.packages.get(install.package)?;
    let files = manifests::files(cx.context, &view, &copy, &install, package, &facts.script)?;
    if !view.is_trustworthy(files.iter().map(String::as_str)) {
        return None;
    }
    let lines = manifest_copies(cx, &view, &copy, &files)?;
    let newline = if cx.document.text().to_string().contains("\r\n") { "\r\n" } else { "\n" };
    let is_next = copy.item + 1 == finding.item;
    let start = source.start + comments_start(&source.instruction, is_next);
    let moved = cx.document.text().slice(start..source.span().end);
    let mut edits = Vec::new();
    let above: String = lines.iter().map(|line| format!("{line}{newline}")).collect();
    let next = file.items().get(copy.item + 1)?;
    let next_start = next.start
        + next.instruction.comments().first().map_or(next.instruction.span().start, |comment| comment.start);
    if is_next && !lines.is_empty() {
        edits.push(Edit::replace(start..source.span().end, above.trim_end()));
    } else {
        edits.push(Edit::delete(start..next_start));
        if !lines.is_empty() {
            edits.push(Edit::insert(run.start + comments_start(&run.instruction, false), above));
        }
    }
    // Steps that were set apart stay so.
    let gap = cx.document.text().slice(source.span().end..next_start);
    let apart = if is_next && gap.matches('\n').count() > 1 { newline } else { "" };
    match split {
        None => edits.push(Edit::insert(run.span().end, format!("{newline}{apart}{moved}"))),
        Some(gap) => {
            let head = head(&run.instruction);
            edits.push(Edit::replace(run.absolute(gap), format!("{newline}{moved}{newline}{head} ")));
        }
    }
    Some(Fix::new("Copy the manifests first, and the source after the install", Safety::Suggested, edits))
}

/// Keyword and flags of a RUN.
fn head(instruction: &Instruction) -> String {
    let ast = instruction.ast();
    let words = std::iter::once(ast.keyword).chain(ast.flags.iter().map(|flag| flag.part));
    words.map(|part| instruction.str(part)).collect::<Vec<_>>().join(" ")
}

/// Whether a COPY or ADD has only flags that mean the same for some of its files.
fn is_plain_copy(instruction: &Instruction) -> bool {
    let line = instruction.line().text();
    let mut flags = instruction.ast().flags.iter();
    flags.all(|flag| matches!(flag.name_in(line), "chown" | "chmod" | "link"))
}

/// Where the comments begin that stand directly above an instruction; the instruction itself where there are none,
/// or, if `keeps_install`, where they speak of the install.
fn comments_start(instruction: &Instruction, keeps_install: bool) -> usize {
    let mut start = instruction.span().start;
    for comment in instruction.comments().iter().rev() {
        let between = instruction.source().get(comment.end..start).unwrap_or_default();
        let text = instruction.source().get(comment.clone()).unwrap_or_default().to_lowercase();
        let is_about_install = ["install", "dependenc", "package"].iter().any(|word| text.contains(word));
        if between.matches('\n').count() != 1 || keeps_install && is_about_install {
            break;
        }
        start = comment.start;
    }
    start
}

/// The lines that copy the manifests, one for each of their folders, without those that earlier steps have copied.
fn manifest_copies(cx: &Cx<'_>, view: &View<'_>, copy: &FolderCopy, files: &[String]) -> Option<Vec<String>> {
    let instruction = &cx.document.file().items().get(copy.item)?.instruction;
    let ast = instruction.ast();
    let Arguments::Words(words) = &ast.arguments else {
        return None;
    };
    let destination = instruction.str(*words.last()?);
    let flags: String = ast.flags.iter().map(|flag| format!("{} ", instruction.str(flag.part))).collect();
    let is_plain = |text: &str, more: &str| {
        text.chars()
            .all(|char| char.is_ascii_alphanumeric() || "._-/@+".contains(char) || more.contains(char))
    };
    if !is_plain(destination, "${}") {
        return None;
    }
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for file in files.iter().filter(|file| !is_copied_above(cx, view, copy, file)) {
        let rest = match copy.source.as_str() {
            "" => file,
            source => file.strip_prefix(source)?.strip_prefix('/')?,
        };
        let folder = rest.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !is_plain(file, "") || file.starts_with('-') {
            return None;
        }
        match groups.iter_mut().find(|(other, _)| *other == folder) {
            Some((_, files)) => files.push(file),
            None => groups.push((folder, vec![file])),
        }
    }
    groups.sort_unstable();
    let keyword = if instruction.str(ast.keyword) == "copy" { "copy" } else { "COPY" };
    let slash = if destination.ends_with('/') { "" } else { "/" };
    let line = |(folder, files): &(&str, Vec<&str>)| {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut files = files.clone();
        // The manifest before its lock file.
        files.sort_by_key(|file| (!file.ends_with("package.json"), *file));
        format!("{keyword} {flags}{} {destination}{slash}{below}", files.join(" "))
    };
    Some(groups.iter().map(line).collect())
}

/// Whether a step of the stage above a copy has brought a file of the context to the same place.
fn is_copied_above(cx: &Cx<'_>, view: &View<'_>, copy: &FolderCopy, file: &str) -> bool {
    let (document, model) = (cx.document.file(), cx.document.model());
    let Some(start) = model.stage_at(copy.item).map(|stage| stage.from() + 1) else {
        return false;
    };
    let rest = if copy.source.is_empty() { Some(file) } else { below(file, &copy.source) };
    let Some(rest) = rest.filter(|_| !copy.destination.starts_with('?')) else {
        return false;
    };
    let target = format!("{}/{rest}", copy.destination.trim_end_matches('/'));
    (start..copy.item).any(|step| {
        let Some(found) = CopyStep::of(document, model, step).filter(|found| found.from == CopyFrom::Context)
        else {
            return false;
        };
        let (Some(written), Some(environment)) =
            (found.destination.and_then(|destination| destination.value), model.environment_at(step))
        else {
            return false;
        };
        let Some(folder) = place(&environment.workdir, &written) else {
            return false;
        };
        let name = file.rsplit('/').next().unwrap_or_default();
        let is_folder = written.ends_with(['/', '.']) || found.sources.len() > 1;
        let lands = if is_folder { format!("{}/{name}", folder.trim_end_matches('/')) } else { folder };
        let mut sources = found.sources.iter().filter_map(|source| source.value.as_deref());
        lands == target
            && sources.any(|source| match view.resolve(source) {
                Sources::Found(paths) => paths.iter().any(|path| path == file),
                Sources::Missing | Sources::IgnoredAll | Sources::Unknown => false,
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(SOURCE_BEFORE_DEPENDENCIES);

    /// A Dockerfile with files beside it.
    fn with(files: &[(&str, &str)], dockerfile: &str) -> String {
        let files: String = files.iter().map(|(path, text)| format!("#- {path}\n{text}\n")).collect();
        format!("{files}#- Dockerfile\n{dockerfile}")
    }

    const NPM: [(&str, &str); 2] = [("package.json", "{}"), ("package-lock.json", "{}")];

    #[test]
    fn an_install_below_the_source_is_found() {
        check(
            "
FROM a:1
COPY . .
RUN set -e; npm ci --omit=dev && npm run build
          # ^^^^^^ every change of the source runs `npm ci` again: the COPY in line 3 comes before it
FROM a:1
WORKDIR /app
ADD --chown=a app/ .
RUN cd sub && python -m pip install -r ../requirements.txt
            # ^^^^^^^^^^^^^^^^^^^^^ every change of the source runs `python -m pip install` again: the ADD in line 7 comes before it
FROM a:1 AS base
COPY ./ /src/
WORKDIR /src/b
FROM base
RUN go mod download
  # ^^^^^^^^^^^^^^^ every change of the source runs `go mod download` again: the COPY in line 10 comes before it
",
        );
        check(
            "FROM a:1\nCOPY . .\nRUN yarn\n    ^^^^ every change of the source runs `yarn` again: the COPY in line 2 comes before it\n",
        );
        check(
            "FROM a:1\nCOPY . .\nRUN pip install -e .[dev]\n    ^^^^^^^^^^^ every change of the source runs `pip install` again: the COPY in line 2 comes before it\n",
        );
    }

    #[test]
    fn an_install_of_something_else_is_not() {
        check_none(
            "FROM a:1\nCOPY . .\nRUN npm install -g a && npm install b && pip install c && go install d\n",
        );
        check_none("FROM a:1\nCOPY . /src\nWORKDIR /app\nRUN npm ci && pip install -r r.txt\n");
        check_none(
            "FROM a:1\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n",
        );
        check_none("FROM a:1\nCOPY package.json .\nRUN npm ci\nCOPY . .\nRUN npm ci --omit=dev\n");
        check_none("FROM a:1\nCOPY --from=b . .\nRUN npm ci\n");
        check_none("FROM a:1\nCOPY . .\nWORKDIR $X\nRUN npm ci\n");
        check_none("FROM a:1\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n");
        check_none("FROM a:1\nCOPY docs/r.txt /tmp/d.txt\nRUN pip install -r /tmp/d.txt\n");
        check_none("FROM a:1\nCOPY package.json .\nCOPY prisma/ .\nRUN npm ci\n");
        check_none("FROM a:1\nCOPY . .\nSHELL [\"pwsh\"]\nRUN npm ci\n");
        check_none("FROM a:1 AS b\nCOPY . .\nFROM a:1\nRUN npm ci\n");
        check_none(
            "FROM a:1\nCOPY . .\nRUN npm --prefix web ci && yarn --cwd web && (cd web && npm ci) && npm ci -C web\n",
        );
    }

    #[test]
    fn an_install_is_found_once() {
        check(
            "FROM a:1\nCOPY . .\nRUN npm install\n    ^^^^^^^^^^^ every change of the source runs `npm install` again: the COPY in line 2 comes before it\nRUN npm run build && npm ci --omit=dev\n",
        );
    }

    #[test]
    fn flags_comments_and_folders_are_kept() {
        check_fix(
            &with(
                &[("web/package.json", "{}"), ("web/.npmrc", "a=b"), ("web/package-lock.json", "{}")],
                "FROM a:1\nWORKDIR /app\n\n# The source.\nCOPY --chown=1:1 --link . \\\n  /app\n# The packages.\nRUN cd web && npm ci\nRUN b\n",
            ),
            "FROM a:1\nWORKDIR /app\n\nCOPY --chown=1:1 --link web/package.json web/.npmrc web/package-lock.json /app/web/\n\
             # The packages.\nRUN cd web && npm ci\n# The source.\nCOPY --chown=1:1 --link . \\\n  /app\nRUN b\n",
        );
        check_fix(
            &with(&NPM, "FROM a:1\r\nCOPY . .\r\n\r\n# The packages.\r\nRUN npm ci\r\n\r\nRUN b\r\n"),
            "FROM a:1\r\nCOPY package.json package-lock.json ./\r\n\r\n# The packages.\r\nRUN npm ci\r\n\r\nCOPY . .\r\n\r\nRUN b\r\n",
        );
        check_fix(
            &with(
                &[("app/requirements.txt", "-r more/base.txt\na==1"), ("app/more/base.txt", "b")],
                "FROM a:1\n# Install it.\nADD app/ $X\nRUN pip install -r $X/requirements.txt",
            )
            .replace("$X", "/x"),
            "FROM a:1\n# Install it.\nCOPY app/requirements.txt /x/\nCOPY app/more/base.txt /x/more/\n\
             RUN pip install -r /x/requirements.txt\nADD app/ /x",
        );
    }

    #[test]
    fn the_source_sinks_below_what_it_does_not_touch() {
        check_fix(
            &with(
                &[("go.mod", "module a"), ("go.sum", "")],
                "FROM a:1\nCOPY . /src\n\nWORKDIR /src\nENV A=b\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n# modules\nRUN go mod download\n",
            ),
            "FROM a:1\nWORKDIR /src\nENV A=b\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n\
             COPY go.mod go.sum /src/\n# modules\nRUN go mod download\nCOPY . /src\n",
        );
        for step in [
            "RUN ./setup",
            "COPY a b",
            "ARG A",
            "WORKDIR b",
            "VOLUME /app",
            "RUN pip install -r other.txt",
            "ADD a.tgz /",
            "RUN npm install ./a",
            "RUN apt-get install ./a.deb",
            "RUN echo a > b",
        ] {
            check_no_fix(&with(
                &NPM,
                &format!("FROM a:1\nWORKDIR /app\nARG D=.\nCOPY . $D\n{step}\nRUN npm ci\n"),
            ));
        }
    }

    #[test]
    fn what_is_copied_already_is_not_copied_again() {
        check_fix(
            &with(&NPM, "FROM a:1\nWORKDIR /app\nCOPY package*.json ./\nCOPY . .\nRUN npm ci\n"),
            "FROM a:1\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n",
        );
    }

    #[test]
    fn a_build_behind_the_install_gets_a_step_of_its_own() {
        check_fix(
            &with(
                &NPM,
                "FROM a:1\nCOPY . .\nRUN --mount=type=cache,target=/root/.npm npm ci \\\n && npm cache verify \\\n && npm run build \\\n && npm test\n",
            ),
            "FROM a:1\nCOPY package.json package-lock.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci \\\n && npm cache verify\n\
             COPY . .\nRUN --mount=type=cache,target=/root/.npm npm run build \\\n && npm test\n",
        );
        check_fix(
            &with(&NPM, "FROM a:1\nWORKDIR /a\nCOPY . .\nRUN npm ci && rm -rf /tmp/* /root/.npm\n"),
            "FROM a:1\nWORKDIR /a\nCOPY package.json package-lock.json ./\nRUN npm ci && rm -rf /tmp/* /root/.npm\nCOPY . .\n",
        );
        for run in [
            "npm ci; npm run build",
            "npm ci && npm run build || true",
            "set -x && npm ci && npm run build",
            "cd a && npm ci && npm run build",
            "A=b && npm ci && npm run build",
            "npm run lint && npm ci",
            "npm ci && npm run build && npm cache clean --force",
            "npm ci && npm run build && rm -rf node_modules",
            "npm ci && # why\\\n npm run build",
            "npm ci \\\n # why\n && npm run build",
            "npm ci $(cat flags)",
            "npm ci < a",
            "npm ci && rm -rf /tmp/*",
            "if true; then npm ci; fi",
        ] {
            check_no_fix_or_finding(&with(&NPM, &format!("FROM a:1\nWORKDIR /tmp/a\nCOPY . .\nRUN {run}\n")));
        }
    }

    /// Nothing is offered, be there a finding or not.
    fn check_no_fix_or_finding(fixture: &str) {
        if !crate::fixture::found(&SOURCE_BEFORE_DEPENDENCIES, fixture).is_empty() {
            check_no_fix(fixture);
        }
    }

    #[test]
    fn without_all_that_the_install_reads_nothing_is_offered() {
        let npm = |files: &[(&str, &str)], run: &str| {
            check_no_fix(&with(files, &format!("FROM a:1\nWORKDIR /app\nCOPY . .\nRUN {run}\n")));
        };
        npm(&[("package.json", "{}")], "npm ci");
        npm(&[("package-lock.json", "{}")], "npm ci");
        let and = |path: &'static str, text: &'static str| [NPM[0], NPM[1], (path, text)];
        npm(&and("node_modules/a/package.json", "{}"), "npm ci");
        npm(&and("binding.gyp", "{}"), "npm ci");
        npm(&and(".npmrc", "cafile=cert.pem"), "npm ci");
        npm(&and(".dockerignore", "package-lock.json"), "npm ci");
        npm(&and("a", ""), "--mount=type=cache,target=/app/node_modules npm ci");
        npm(&and("a", ""), "--mount=type=bind,target=/b npm ci");
        npm(&[("package.json", r#"{"workspaces": ["a"]}"#), NPM[1]], "npm ci");
        npm(&[("package.json", r#"{"scripts": {"postinstall": "a"}}"#), NPM[1]], "npm ci");
        npm(&[NPM[0], ("yarn.lock", ""), (".yarn/plugins/a.cjs", "")], "yarn install");
        npm(&[NPM[0], (".yarnrc.yml", "yarnPath: a.cjs")], "yarn install");
        npm(&[NPM[0], ("pnpm-workspace.yaml", "packages: [a]")], "pnpm install");
        npm(&[("go.mod", "replace a => ./b")], "go mod download");
        npm(&[("go.mod", ""), ("vendor/a", "")], "go mod download");
        npm(&[("r.txt", "-e .")], "pip install -r r.txt");
        npm(&[("r.txt", "-r missing.txt")], "pip install -r r.txt");
        npm(&[("r.txt", "a")], "pip install -r r.txt -t .");
        npm(&[("r.txt", "a")], "pip install -r r.txt ./local");
        npm(&[("setup.py", "")], "pip install .");
        check_no_fix("FROM a:1\nCOPY . .\nRUN npm ci\n");
        check_no_fix(&with(&NPM, "FROM a:1\nCOPY --parents . .\nRUN npm ci\n"));
        check_no_fix(&with(&NPM, "FROM a:1\nCOPY [\".\", \".\"]\nRUN npm ci\n"));
        check_no_fix(&with(&NPM, "FROM a:1 AS b\nCOPY . .\nFROM b\nRUN npm ci\n"));
    }

    #[test]
    fn each_tool_has_its_manifests() {
        let fixed = |files: &[(&str, &str)], copied: &str, run: &str| {
            let before = with(files, &format!("FROM a:1\nCOPY . .\nRUN {run}\n"));
            check_fix(&before, &format!("FROM a:1\nCOPY {copied} ./\nRUN {run}\nCOPY . .\n"));
        };
        fixed(&[NPM[0], ("yarn.lock", ""), ("b", "")], "package.json yarn.lock", "yarn --frozen-lockfile");
        fixed(&[NPM[0], ("pnpm-lock.yaml", "")], "package.json pnpm-lock.yaml", "corepack enable && pnpm i");
        fixed(&[("go.mod", "module a")], "go.mod", "go mod download");
        fixed(
            &[("r.txt", "a\n-c c.txt"), ("c.txt", "b")],
            "c.txt r.txt",
            "pip install -U pip && pip install -r r.txt d",
        );
    }

    #[test]
    fn ignored_modules_do_not_overwrite_what_is_installed() {
        check_fix(
            &with(
                &[NPM[0], NPM[1], ("node_modules/a/b", ""), (".dockerignore", "node_modules")],
                "FROM a:1\nCOPY . .\nRUN npm install\n",
            ),
            "FROM a:1\nCOPY package.json package-lock.json ./\nRUN npm install\nCOPY . .\n",
        );
    }
}
