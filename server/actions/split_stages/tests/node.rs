use super::super::super::tests::rewritten;
use super::{SPLIT_STAGES, but, check, marked, none, runtime, with};

const PACKAGE: &str = "{\"scripts\": {\"build\": \"rimraf dist && tsc -p tsconfig.json\", \"start\": \"node dist/main.js\", \"dev\": \"ts-node src/main.ts\"}, \"devDependencies\": {\"typescript\": \"5\"}}";

const LOCK: &str = "{\"packages\": {\"\": {}, \"node_modules/bcrypt\": {\"hasInstallScript\": true}, \"node_modules/x\": {\"dev\": true, \"hasInstallScript\": true}}}";

const FILES: [(&str, &str); 5] = [
    ("package.json", PACKAGE),
    ("package-lock.json", LOCK),
    ("tsconfig.json", "{\n// \"outDir\": \"x\"\n\"compilerOptions\": {\"outDir\": \"./dist\"}}"),
    ("src/main.ts", ""),
    ("views/a.hbs", ""),
];

const FILE: &str = "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nENV NODE_ENV=production\nUSER node\nCMD [\"node\", \"dist/main.js\"]\n";

#[test]
fn the_server_runs_on_the_slim_image_without_what_builds_it() {
    let after = "FROM node:20 AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nRUN npm prune --omit=dev\n\nFROM node:20-slim\nWORKDIR /app\nCOPY --from=build /app/package.json /app/package.json\nCOPY --from=build /app/views /app/views\nCOPY --from=build /app/dist /app/dist\nCOPY --from=build /app/node_modules /app/node_modules\nENV NODE_ENV=production\nUSER node\nCMD [\"node\", \"dist/main.js\"]\n";
    check(&SPLIT_STAGES, &with(&FILE.replace("RUN npm ci", "RUN$0 npm ci"), &FILES), after);
    let started = FILE.replace("[\"node\", \"dist/main.js\"]", "npm start");
    assert!(runtime(&started, &FILES).contains("COPY --from=build /app/package.json /app/package.json\n"));
    assert!(runtime(&FILE.replace("node:20", "node:20-alpine"), &FILES).starts_with("node:20-alpine\n"));
}

#[test]
fn what_leaves_nothing_out_is_not_offered() {
    let package = PACKAGE.replace(", \"devDependencies\": {\"typescript\": \"5\"}", "");
    assert_ne!(package, PACKAGE);
    let without = but(&FILES, &[("package.json", &package)]);
    let alpine = FILE.replace("node:20", "node:20-alpine");
    none(&alpine, &without);
    assert!(runtime(FILE, &without).starts_with("node:20-slim\n"));
    assert!(runtime(&alpine, &FILES).starts_with("node:20-alpine\n"));
}

#[test]
fn where_anything_is_not_known_nothing_is_offered() {
    for (old, new) in [
        ("RUN npm run build\n", ""),
        ("RUN npm run build", "RUN npm run bundle"),
        ("RUN npm run build", "RUN npm run dev"),
        ("npm ci", "yarn install"),
        ("npm ci", "pnpm install"),
        ("npm ci", "bun install"),
        ("npm ci", "npm ci --prefix api"),
        ("node:20", "node:14"),
        ("node:20", "node"),
        ("node:20", "node:$V"),
        ("CMD [\"node\", \"dist/main.js\"]", "CMD npm run dev"),
        ("CMD [\"node\", \"dist/main.js\"]", "CMD [\"node\", \"src/main.ts\"]"),
        ("CMD [\"node\", \"dist/main.js\"]", "CMD [\"npx\", \"ts-node\", \"src/main.ts\"]"),
        ("CMD [\"node\", \"dist/main.js\"]", "CMD [\"node\", \"build/main.js\"]"),
        ("USER node", "USER other"),
        ("COPY package", "RUN apt-get update && apt-get install -y libcairo2-dev\nCOPY package"),
        ("RUN npm ci", "RUN npm ci && npx playwright install"),
    ] {
        let text = FILE.replace(old, new);
        assert_ne!(text, FILE, "{old}");
        none(&text, &FILES);
    }
    for (path, text) in [
        (
            "package-lock.json",
            LOCK.replace(
                "\"hasInstallScript\": true}, \"node_modules/x",
                "\"link\": true}, \"node_modules/x",
            ),
        ),
        ("package.json", PACKAGE.replace("{\"scripts", "{\"workspaces\": [\"a\"], \"scripts")),
        (
            "package.json",
            PACKAGE.replace("{\"scripts", "{\"dependencies\": {\"a\": \"file:../a\"}, \"scripts"),
        ),
        ("package.json", PACKAGE.replace("tsc -p tsconfig.json", "webpack")),
        ("package.json", PACKAGE.replace("\"build\"", "\"postbuild\": \"cp a b\", \"build\"")),
        ("tsconfig.json", "{\"extends\": \"./base.json\"}".to_owned()),
        ("src/main.ts", "import { spawn } from 'child_process';".to_owned()),
        ("node_modules/a/index.js", String::new()),
    ] {
        none(FILE, &but(&FILES, &[(path, &text)]));
    }
    none(FILE, &FILES[..1]);
}

#[test]
fn what_may_need_a_library_stays_on_its_image() {
    let canvas = LOCK.replace("bcrypt", "canvas");
    let text = runtime(FILE, &but(&FILES, &[("package-lock.json", &canvas)]));
    assert!(text.starts_with("node:20\n"), "{text}");
    let unlocked: Vec<_> = FILES.into_iter().filter(|(path, _)| *path != "package-lock.json").collect();
    assert!(runtime(&FILE.replace("npm ci", "npm install"), &unlocked).starts_with("node:20\n"));
}

/// The new stage for a project that another program than npm installs; the second is what takes away what only the build
/// needs.
fn with_packages_by(install: &str, run: &str, files: &[(&str, &str)]) -> (String, String) {
    let text =
        FILE.replace("npm ci", install).replace("npm run build", run).replace("COPY package*.json", "COPY *");
    let others: Vec<_> = FILES.into_iter().filter(|(path, _)| *path != "package-lock.json").collect();
    let fixture = with(&marked(&text), &but(&others, files));
    let (_, text) = rewritten(&SPLIT_STAGES, &fixture).swap_remove(0);
    let (build, stage) = text.split_once("\n\nFROM ").expect("a new stage");
    (stage.to_owned(), build.rsplit_once('\n').expect("steps").1.to_owned())
}

fn is_offered(install: &str, files: &[(&str, &str)]) -> bool {
    let text = FILE.replace("npm ci", install).replace("COPY package*.json", "COPY *");
    let others: Vec<_> = FILES.into_iter().filter(|(path, _)| *path != "package-lock.json").collect();
    !rewritten(&SPLIT_STAGES, &with(&marked(&text), &but(&others, files))).is_empty()
}

#[test]
fn yarn_takes_away_what_only_the_build_needs() {
    let lock = ("yarn.lock", "# yarn lockfile v1\n");
    let (stage, pruning) = with_packages_by("yarn --frozen-lockfile", "yarn build", &[lock]);
    assert_eq!(pruning, "RUN yarn install --production --frozen-lockfile");
    // It does not say which packages run scripts.
    assert!(stage.starts_with("node:20\n") && !stage.contains("yarn"), "{stage}");
    assert!(stage.contains("COPY --from=build /app/node_modules /app/node_modules\n"), "{stage}");
    assert!(!is_offered("yarn", &[("yarn.lock", "")]));
    assert!(!is_offered("yarn", &[lock, (".yarnrc", "--modules-folder lib\n")]));
    assert!(!is_offered("yarn --modules-folder=lib", &[lock]));
    let hooked = PACKAGE.replace("\"dev\"", "\"prepare\": \"husky\", \"dev\"");
    assert!(!is_offered("yarn", &[lock, ("package.json", &hooked)]));
    // npm runs none of those when it takes packages away.
    assert!(is_offered("npm install", &[("package.json", &hooked)]));

    let lock = ("yarn.lock", "__metadata:\n  version: 8\n");
    let linker = (".yarnrc.yml", "nodeLinker: node-modules\n");
    let named = PACKAGE.replace("{\"scripts", "{\"packageManager\": \"yarn@4.5.0\", \"scripts");
    let (_, pruning) = with_packages_by(
        "corepack enable && yarn install --immutable",
        "yarn build",
        &[lock, linker, ("package.json", &named)],
    );
    assert_eq!(pruning, "RUN yarn workspaces focus --production");
    let path = (".yarnrc.yml", "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.5.0.cjs\n");
    assert!(is_offered("yarn", &[lock, path]));
    // Packages in archives, and a Yarn that has no such command.
    assert!(!is_offered("yarn", &[lock, ("package.json", &named)]));
    assert!(!is_offered("yarn", &[lock, (".yarnrc.yml", ""), ("package.json", &named)]));
    assert!(!is_offered("yarn", &[lock, linker, ("package.json", &named.replace("@4.5", "@3.6"))]));
    assert!(!is_offered("yarn", &[lock, linker]));
}

#[test]
fn pnpm_takes_away_what_only_the_build_needs() {
    let lock = ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
    let install = "npm install -g pnpm && pnpm install --frozen-lockfile";
    let (stage, pruning) = with_packages_by(install, "pnpm run build", &[lock]);
    assert_eq!(pruning, "RUN CI=true pnpm prune --prod");
    assert!(stage.starts_with("node:20\n") && !stage.contains("pnpm"), "{stage}");
    // From version 10 on it runs the scripts of those packages alone that are named.
    let base = |own: &str| {
        let package =
            PACKAGE.replace("{\"scripts", &format!("{{\"packageManager\": \"pnpm@10.1.0\", {own} \"scripts"));
        with_packages_by(install, "pnpm build", &[lock, ("package.json", &package)])
            .0
            .lines()
            .next()
            .map(str::to_owned)
    };
    assert_eq!(base("").as_deref(), Some("node:20-slim"));
    assert_eq!(
        base("\"pnpm\": {\"onlyBuiltDependencies\": [\"esbuild\"]},").as_deref(),
        Some("node:20-slim")
    );
    assert_eq!(base("\"pnpm\": {\"onlyBuiltDependencies\": [\"canvas\"]},").as_deref(), Some("node:20"));
    let old = install.replace("-g pnpm", "-g pnpm@8");
    let package = PACKAGE.replace("{\"scripts", "{\"packageManager\": \"pnpm@10.1.0\", \"scripts");
    let (stage, _) = with_packages_by(&old, "pnpm build", &[lock, ("package.json", &package)]);
    assert!(stage.starts_with("node:20\n"), "{stage}");
    for settings in [("pnpm-workspace.yaml", "packages:\n- a\n"), (".npmrc", "node-linker=hoisted\n")] {
        assert!(!is_offered(install, &[lock, settings]), "{settings:?}");
    }
    assert!(!is_offered("pnpm install --filter api", &[lock]));
    assert!(!is_offered("npm ci && pnpm install", &[lock]));
    assert!(!is_offered(install, &[]));
}

#[test]
fn what_starts_the_server_is_in_the_image() {
    let lock = ("yarn.lock", "# yarn lockfile v1\n");
    let by = |image: &str, command: &str, package: &str| {
        let text = FILE
            .replace("npm ci", "yarn")
            .replace("node:20", image)
            .replace("[\"node\", \"dist/main.js\"]", command);
        let files = but(&FILES, &[lock, ("package.json", package)]);
        !rewritten(&SPLIT_STAGES, &with(&marked(&text.replace("COPY package*.json", "COPY *")), &files))
            .is_empty()
    };
    assert!(by("node:20", "[\"yarn\", \"start\"]", PACKAGE));
    assert!(by("node:20", "yarn run start", PACKAGE));
    // Its images have no Yarn any more.
    assert!(!by("node:26", "yarn start", PACKAGE));
    assert!(!by("node:20", "pnpm start", PACKAGE));
    assert!(!by("node:20", "npm start", &PACKAGE.replace("\"dev\"", "\"prestart\": \"tsc\", \"dev\"")));
}

#[test]
fn the_project_may_lie_in_a_folder_of_its_own() {
    let moved: Vec<(String, &str)> =
        FILES.iter().map(|(path, text)| (format!("api/{path}"), *text)).collect();
    let files: Vec<(&str, &str)> = moved.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let flat =
        FILE.replace("COPY package*.json", "COPY api/package*.json").replace("COPY . .", "COPY api/ .");
    let text = runtime(&flat, &files);
    assert!(
        text.contains("COPY --from=build /app/views /app/views\nCOPY --from=build /app/dist /app/dist\n"),
        "{text}"
    );
    let inside = FILE
        .replace("COPY package*.json ./\n", "COPY api/package*.json api/\n")
        .replace("npm ci", "cd api && npm ci")
        .replace("npm run build", "cd api && npm run build")
        .replace("\"dist/main.js\"", "\"api/dist/main.js\"");
    let fixture = with(&marked(&inside), &files);
    let (_, text) = rewritten(&SPLIT_STAGES, &fixture).swap_remove(0);
    assert!(
        text.contains("\nRUN cd /app/api && npm prune --omit=dev\n\nFROM node:20-slim\nWORKDIR /app\n"),
        "{text}"
    );
    assert!(text.contains("COPY --from=build /app/api/node_modules /app/api/node_modules\n"), "{text}");
    let entered = FILE
        .replace("WORKDIR /app\n", "WORKDIR /app\nCOPY . .\nWORKDIR /app/api\n")
        .replace("COPY package*.json ./\n", "")
        .replace("COPY . .\nRUN npm run", "RUN npm run");
    let text = runtime(&entered, &files);
    assert!(text.starts_with("node:20-slim\nWORKDIR /app/api\n"), "{text}");
    // What is built elsewhere finds no packages.
    none(&inside.replace("cd api && npm run build", "cd api && npx tsc --outDir ../dist"), &files);
}

#[test]
fn what_an_install_was_told_holds_for_the_second() {
    let lock = ("yarn.lock", "# yarn lockfile v1\n");
    let pruning = |install: &str| with_packages_by(install, "yarn build", &[lock]).1;
    assert_eq!(
        pruning("yarn install --frozen-lockfile --ignore-scripts --network-timeout 600000"),
        "RUN yarn install --production --frozen-lockfile --ignore-scripts --network-timeout 600000"
    );
    assert_eq!(
        pruning("yarn --ignore-engines --production=false && yarn cache clean"),
        "RUN yarn install --production --frozen-lockfile --ignore-engines"
    );
    let mounts =
        "--mount=type=secret,id=n,target=/root/.npmrc --mount=type=cache,target=/usr/local/share/.cache";
    assert_eq!(
        pruning(&format!("{mounts} yarn")),
        format!("RUN {mounts} yarn install --production --frozen-lockfile")
    );
    // What is mounted there may not be what is copied later.
    assert!(!is_offered("--mount=type=bind,source=a,target=b yarn", &[lock]));
    assert!(!is_offered("A=b yarn", &[lock]));
    let npm = FILE.replace("npm ci", "npm ci --legacy-peer-deps --no-audit");
    let (_, text) = rewritten(&SPLIT_STAGES, &with(&marked(&npm), &FILES)).swap_remove(0);
    assert!(text.contains("\nRUN npm prune --omit=dev --legacy-peer-deps\n"), "{text}");
}

#[test]
fn what_the_program_loads_is_not_taken_away() {
    for code in [
        "import ts from 'typescript';",
        "const ts = require(\"typescript\");",
        "import { a } from 'typescript/lib/b';",
        "import\n  * as ts\n  from \"typescript\"",
        "await import('typescript')",
        "import 'typescript';",
    ] {
        none(FILE, &but(&FILES, &[("src/main.ts", code)]));
        none(FILE, &but(&FILES, &[("lib/a.js", code)]));
        // Tests and settings of tools are not run.
        for path in ["src/a.spec.ts", "test/a.ts", "jest.config.js", "src/__tests__/a.ts"] {
            runtime(FILE, &but(&FILES, &[(path, code)]));
        }
    }
    for code in [
        "import type { A } from 'typescript';",
        "import a from 'typescript-a';",
        "import a from './typescript';",
    ] {
        runtime(FILE, &but(&FILES, &[("src/main.ts", code)]));
    }
    let both = PACKAGE.replace("{\"scripts", "{\"dependencies\": {\"typescript\": \"5\"}, \"scripts");
    let code = ("src/main.ts", "import ts from 'typescript';");
    runtime(FILE, &but(&FILES, &[code, ("package.json", &both)]));
}

#[test]
fn folders_that_wait_for_files_are_taken_over() {
    let text = runtime(FILE, &but(&FILES, &[("uploads/.gitkeep", ""), ("logs/a/.gitignore", "*")]));
    for folder in ["uploads", "logs"] {
        assert!(text.contains(&format!("COPY --from=build /app/{folder} /app/{folder}\n")), "{text}");
    }
    let text = runtime(FILE, &but(&FILES, &[(".gitignore", "*"), ("coverage/.gitkeep", "")]));
    assert!(!text.contains("git") && !text.contains("coverage"), "{text}");
}
