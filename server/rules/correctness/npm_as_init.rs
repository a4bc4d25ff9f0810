//! `npm-as-init`

use crate::context::view::View;
use crate::rules::prelude::*;
use crate::semantic::arrivals::text_for;
use crate::semantic::dependencies::place;
use crate::syntax::shell::Word;

declare_rule! {
    /// ## What it does
    /// Finds CMD and ENTRYPOINT that start the program through a script runner: `npm start`, `yarn start`, `pnpm run serve`.
    ///
    /// ## Why is this bad?
    /// `docker stop` signals the first process of the container, which is the runner, and behind it stand a shell and only then
    /// the program. Whether the signal gets that far depends on the runner's version and on the shell; where it does not, the
    /// program is killed after ten seconds in the middle of what it does. The runner also takes memory as long as the
    /// container lives.
    ///
    /// ## Example
    /// ```dockerfile,bad
    /// #- package.json
    /// { "scripts": { "start": "node server.js --port 80" } }
    /// #- Dockerfile
    /// FROM node:22.11
    /// COPY . .
    /// CMD ["npm", "start"]
    /// ```
    /// Use instead:
    /// ```dockerfile,fixed
    /// #- package.json
    /// { "scripts": { "start": "node server.js --port 80" } }
    /// #- Dockerfile
    /// FROM node:22.11
    /// COPY . .
    /// CMD ["node", "server.js", "--port", "80"]
    /// ```
    ///
    /// ## Silent
    /// In a stage that no image is made of, and at a CMD below an ENTRYPOINT, which gets its words.
    ///
    /// ## Fix safety
    /// Offered where a COPY brings the `package.json` to the folder that the program is started in, the script there runs `node`
    /// with plain words and has no `pre`
    /// and `post` scripts, and the runner is given no arguments. The variables that the runner sets (`npm_package_…`,
    /// `npm_config_…`) are not there any more, nor is `node_modules/.bin` on the path: there is no fix where the file that is
    /// run names them, where the manifest has a `config`, or where a setting has `node-options`. Other files of the program may
    /// read them all the same.
    ///
    /// ## References
    /// - [Best practices of the Node.js image](https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd)
    pub(crate) static NPM_AS_INIT = {
        id: "npm-as-init", group: Correctness, severity: Info, since: "0.1.0",
        also: [],
        changes: [Configuration],
        check: Instruction(check),
        only: starts_container,
        fix: Suggested(fix),
    }
}

fn check(instruction: &Instruction, out: &mut Findings) {
    let ast = instruction.ast();
    let is_start = ast.kind.starts_container();
    if let Some((runner, _)) = runner(instruction).filter(|_| is_start) {
        let message = format!("`{runner}` stands between the signals of `docker stop` and the program");
        out.push(instruction.place(ast.rest), message);
    }
}

/// The runner that an instruction starts, and the script that this runs.
fn runner(instruction: &Instruction) -> Option<(&str, &str)> {
    let facts = Facts::of(instruction)?;
    let [command] = facts.script.commands() else {
        return None;
    };
    let words: Vec<&str> = command.words.iter().map(|word| word.value.as_deref()).collect::<Option<_>>()?;
    // `exec` makes the runner the first process, and no more than that.
    let words = words.strip_prefix(&["exec"]).unwrap_or(&words);
    let (runner, words) = words.split_first()?;
    let words: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    // The words are those of the facts, which live as long as the instruction.
    let script = match (*runner, words.as_slice()) {
        ("npm" | "pnpm", ["start" | "s", ..]) => "start",
        ("npm", ["run" | "run-script", script, ..]) => script,
        // Bun runs a file itself.
        ("bun", ["run", file, ..]) if file.contains(['.', '/']) => return None,
        ("yarn" | "pnpm" | "bun", ["run", script, ..]) => script,
        ("yarn", ["start", ..]) => "start",
        _ => return None,
    };
    let name = |wanted: &str| {
        let found = command.words.iter().filter_map(|word| word.value.as_deref());
        { found }.find(|word| *word == wanted)
    };
    Some((name(runner)?, name(script).unwrap_or("start")))
}

fn starts_container(cx: &Cx<'_>, item: usize) -> bool {
    let items = cx.document.file().items();
    let kind = |index: usize| items.get(index).map(|item| item.kind);
    let stage = cx.document.model().stage_at(item);
    let mut others = stage.map(|stage| stage.items.clone()).unwrap_or_default();
    let has_entrypoint =
        kind(item) == Some(Kind::Cmd) && others.any(|index| kind(index) == Some(Kind::Entrypoint));
    ships(cx, item) && !has_entrypoint && cx.document.model().has_posix_shell(item)
}

fn fix(cx: &Cx<'_>, finding: &Finding) -> Vec<Fix> {
    let edit = || {
        let item = cx.document.file().item(finding.item)?;
        let (_, script) = runner(&item.instruction)?;
        let (file, model, view) = (cx.document.file(), cx.document.model(), View::new(cx.context));
        let folder = place(&model.environment_at(finding.item)?.workdir, ".")?;
        let read = |name: &str| text_for(file, model, &view, cx.context, (finding.item, &folder), name);
        let manifest: serde_json::Value = serde_json::from_str(&read("package.json")?).ok()?;
        if has_arguments(&item.instruction) || sets_options(cx, &read) || manifest.get("config").is_some() {
            return None;
        }
        let scripts = manifest.get("scripts")?;
        let is_wrapped = ["pre", "post"].iter().any(|when| scripts.get(format!("{when}{script}")).is_some());
        let words: Vec<&str> = scripts.get(script)?.as_str()?.split_whitespace().collect();
        let is_plain =
            |word: &&str| word.chars().all(|char| char.is_ascii_alphanumeric() || "_-./:=@,+".contains(char));
        let reads_runner = |word: &&str| {
            let text = read(word).unwrap_or_default();
            ["npm_package_", "npm_config_", "npm_lifecycle_"].iter().any(|start| text.contains(start))
        };
        if words.iter().skip(1).any(reads_runner) {
            return None;
        }
        if is_wrapped || words.first() != Some(&"node") || !words.iter().all(is_plain) {
            return None;
        }
        let json: Vec<String> = words.iter().map(|word| serde_json::Value::from(*word).to_string()).collect();
        Some(Edit::replace(finding.span.clone(), format!("[{}]", json.join(", "))))
    };
    let fix = |edit| Fix::new("Start the program itself", Safety::Suggested, vec![edit]);
    edit().map(fix).into_iter().collect()
}

/// Whether the runner is told more than what to run, and perhaps to be quiet.
fn has_arguments(instruction: &Instruction) -> bool {
    const QUIET: [&str; 4] = ["--silent", "-s", "--quiet", "-q"];
    let words =
        Facts::of(instruction).and_then(|facts| facts.script.commands().first()).map(|found| &found.words);
    let told = words
        .into_iter()
        .flatten()
        .filter(|word| !word.is("exec") && !QUIET.iter().any(|quiet| word.is(quiet)));
    let runs = |word: &Word| word.is("run") || word.is("run-script");
    let count = told.clone().count();
    count > if told.clone().any(runs) { 3 } else { 2 }
}

/// Whether a setting of the runner has it start `node` with further options.
fn sets_options(cx: &Cx<'_>, read: &dyn Fn(&str) -> Option<String>) -> bool {
    let has = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["node-options", "node_options", "nodeoptions"].iter().any(|name| text.contains(name))
    };
    let is_in_dockerfile = |item: &Item| {
        let source = item.instruction.source();
        // NODE_OPTIONS itself is read by node, whoever starts it.
        let is_npms = source.to_ascii_lowercase().contains("npm_config") || item.kind == Kind::Run;
        is_npms && has(source)
    };
    [".npmrc", ".yarnrc.yml", "pnpm-workspace.yaml"]
        .iter()
        .any(|name| cx.context.read(name).or_else(|| read(name)).is_some_and(|text| has(&text)))
        || cx.document.file().items().iter().any(is_in_dockerfile)
}

#[cfg(test)]
mod tests {
    use super::*;
    check_rule!(NPM_AS_INIT);

    #[test]
    fn runners_are_found_in_both_forms() {
        check(
            "FROM a\nCMD [\"npm\", \"run\", \"serve\"]\n  # ^^^^^^^^^^^^^^^^^^^^^^^ `npm` stands between the signals of `docker stop` and the program\n",
        );
        for command in
            ["npm start", "exec npm --silent start", "yarn start", "pnpm run a -- --b", "bun run a"]
        {
            let found = crate::fixture::found(&NPM_AS_INIT, &format!("FROM a\nENTRYPOINT {command}\n"));
            assert_eq!(found.len(), 1, "{command}");
        }
    }

    #[test]
    fn what_starts_otherwise_is_silent() {
        check_none("FROM a\nENTRYPOINT [\"tini\", \"--\"]\nCMD [\"npm\", \"start\"]\n");
        check_none("FROM a AS b\nCMD npm start\nFROM c\n");
        check_none(
            "FROM a\nRUN npm run build\nHEALTHCHECK CMD npm run check\nCMD npm install && npm start\n",
        );
        check_none("FROM a\nCMD [\"npm\", \"ci\"]\n");
        check_none(
            "FROM a\nCMD [\"tini\", \"npm\", \"start\"]\nFROM a\nCMD [\"bun\", \"run\", \"index.ts\"]\n",
        );
    }

    #[test]
    fn only_a_plain_script_of_a_manifest_that_is_copied_takes_its_place() {
        let with = |scripts: &str, copy: &str| {
            format!(
                "#- package.json\n{{\"scripts\":{{{scripts}}}}}\n#- Dockerfile\nFROM a\n{copy}CMD npm start\n"
            )
        };
        let copy = "COPY package.json ./\n";
        check_fix(
            &with("\"start\":\"node a.js\"", copy),
            "FROM a\nCOPY package.json ./\nCMD [\"node\", \"a.js\"]\n",
        );
        check_no_fix(&with("\"start\":\"node a.js\"", ""));
        check_no_fix(&with("\"start\":\"next start\"", copy));
        check_no_fix(&with("\"start\":\"node a.js && b\"", copy));
        check_no_fix(&with("\"start\":\"node $A\"", copy));
        check_no_fix(&with("\"start\":\"node a.js\",\"prestart\":\"b\"", copy));
        check_no_fix("FROM a\nCMD npm start\n");
    }

    #[test]
    fn the_manifest_is_that_of_the_folder_it_is_started_in() {
        let with = |dockerfile: &str| {
            format!(
                "#- package.json\n{{\"scripts\":{{\"start\":\"node root.js\"}}}}\n#- api/package.json\n{{\"scripts\":{{\"start\":\"node api.js\"}}}}\n#- Dockerfile\nFROM a\n{dockerfile}"
            )
        };
        for (steps, started) in [
            ("WORKDIR /app\nCOPY . .\n", "root.js"),
            ("WORKDIR /app\nCOPY . .\nWORKDIR /app/api\n", "api.js"),
            ("WORKDIR /app\nCOPY api/package.json api/\nWORKDIR api\n", "api.js"),
            ("COPY api /app\nWORKDIR /app\n", "api.js"),
        ] {
            check_fix(
                &with(&format!("{steps}CMD npm start\n")),
                &format!("FROM a\n{steps}CMD [\"node\", \"{started}\"]\n"),
            );
        }
        for steps in ["WORKDIR /app\nCOPY . .\nWORKDIR /app/web\n", "COPY . /app\nWORKDIR /srv\n"] {
            check_no_fix(&with(&format!("{steps}CMD npm start\n")));
        }
    }

    #[test]
    fn what_the_runner_adds_is_kept() {
        let with = |files: &str, manifest: &str, dockerfile: &str| {
            format!(
                "{files}#- package.json\n{{\"scripts\":{{\"start\":\"node a.js\"}}{manifest}}}\n#- Dockerfile\nFROM a\nCOPY . .\n{dockerfile}\n"
            )
        };
        check_fix(&with("", "", "CMD exec npm -s start"), "FROM a\nCOPY . .\nCMD [\"node\", \"a.js\"]\n");
        check_fix(
            &with("", "", "ENV NODE_OPTIONS=--x\nCMD npm run start"),
            "FROM a\nCOPY . .\nENV NODE_OPTIONS=--x\nCMD [\"node\", \"a.js\"]\n",
        );
        check_no_fix(&with("", ",\"config\":{\"port\":\"80\"}", "CMD npm start"));
        check_no_fix(&with("#- .npmrc\nnode-options=--x\n", "", "CMD npm start"));
        check_no_fix(&with("#- a.js\nb(process.env.npm_package_version)\n", "", "CMD npm start"));
        check_no_fix(&with("", "", "ENV NPM_CONFIG_NODE_OPTIONS=--x\nCMD npm start"));
        check_no_fix(&with("", "", "RUN npm config set node-options=--x\nCMD npm start"));
        check_no_fix(&with("", "", "CMD npm start -- --b"));
        check_no_fix(&with("", "", "CMD [\"npm\", \"start\", \"b\"]"));
        check_no_fix(&with("", "", "CMD npm run --prefix=b start"));
    }
}
