use super::{SPLIT_STAGES, but, check, none, runtime, with};

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
fn where_anything_is_not_known_nothing_is_offered() {
    for (old, new) in [
        ("RUN npm run build\n", ""),
        ("RUN npm run build", "RUN npm run bundle"),
        ("RUN npm run build", "RUN npm run dev"),
        ("npm ci", "yarn install"),
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
        ("package-lock.json", LOCK.replace("bcrypt", "canvas")),
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
