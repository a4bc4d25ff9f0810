use super::super::super::tests::{check, rewritten};
use super::super::site::SPLIT_SITE;
use super::{but, marked, with};

const FILE: &str = "FROM node:20-alpine\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nRUN npm install -g serve\nEXPOSE 3000\n# What people see.\nCMD [\"serve\", \"-s\", \"dist\", \"-l\", \"3000\"]\n";

const FILES: [(&str, &str); 5] = [
    (
        "package.json",
        "{\"scripts\": {\"build\": \"tsc -b && vite build\", \"start\": \"serve -s dist -l 3000\"}}",
    ),
    ("package-lock.json", "{}"),
    ("vite.config.ts", "export default defineConfig({ plugins: [react()] })"),
    ("index.html", ""),
    ("src/main.tsx", ""),
];

/// The new stage, from its FROM on, without the lines of the configuration that are always there.
fn stage(dockerfile: &str, files: &[(&str, &str)]) -> String {
    let all = rewritten(&SPLIT_SITE, &with(&marked(dockerfile), files));
    let (title, text) = all.first().unwrap_or_else(|| panic!("an offer for {dockerfile}"));
    let (_, stage) = text.rsplit_once("\n\nFROM ").expect("a new stage");
    let base = stage.split_whitespace().next().unwrap();
    assert!(
        title.starts_with(&format!(
            "Split into build and runtime stages (final base {base}, in the place of "
        ))
    );
    stage.to_owned()
}

fn none(dockerfile: &str, files: &[(&str, &str)]) {
    assert_eq!(rewritten(&SPLIT_SITE, &with(&marked(dockerfile), files)), [], "{dockerfile}");
}

/// The file with something else in its place.
fn changed(old: &str, new: &str) -> String {
    let text = FILE.replace(old, new);
    assert_ne!(text, FILE, "{old}");
    text
}

/// The file with another command.
fn started(command: &str) -> String {
    changed("[\"serve\", \"-s\", \"dist\", \"-l\", \"3000\"]", command)
}

#[test]
fn the_site_is_served_by_nginx_as_before() {
    let after = "# syntax=docker/dockerfile:1
FROM node:20-alpine AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM nginx:stable-alpine
# What people see.
COPY <<'EOF' /etc/nginx/conf.d/default.conf
server {
    listen 3000;
    root /app/dist;
    charset utf-8;
    absolute_redirect off;
    include mime.types;
    types { text/javascript mjs; }
    gzip on;
    gzip_proxied any;
    gzip_vary on;
    gzip_types text/css text/plain text/javascript application/javascript application/json image/svg+xml;
    add_header Last-Modified \"\";
    if ($request_uri ~ ^/+(.*)\\.html(\\?|$)) { return 301 /$1; }
    if ($request_uri ~ ^(/+(.*))?/index(\\?|$)) { return 301 /$2; }
    location / { try_files $uri /index.html; }
}
EOF
COPY --from=build /app/dist /app/dist
EXPOSE 3000
";
    let title = check(&SPLIT_SITE, &with(&marked(FILE), &FILES), after);
    assert_eq!(
        title,
        "Split into build and runtime stages (final base nginx:stable-alpine, in the place of serve)"
    );
    // Once it is split, there is nothing left to do.
    none(after, &FILES);
}

#[test]
fn what_is_started_may_be_written_in_many_ways() {
    for command in [
        "serve -s dist -l 3000",
        "exec serve -s dist -l 3000",
        "[\"npx\", \"serve\", \"-s\", \"dist\", \"-p\", \"3000\"]",
        "[\"sh\", \"-c\", \"serve --single --listen=3000 ./dist\"]",
        "[\"npm\", \"start\"]",
        "[\"npm\", \"run\", \"start\"]",
        "yarn start",
        "[\"./node_modules/.bin/serve\", \"-s\", \"/app/dist\", \"-l\", \"tcp://0.0.0.0:3000\"]",
    ] {
        assert!(
            stage(&started(command), &FILES).contains("listen 3000;\n    root /app/dist;\n"),
            "{command}"
        );
    }
    assert!(stage(&FILE.replace("EXPOSE 3000\n", ""), &FILES).ends_with("/app/dist /app/dist\n"));
    let entrypoint = FILE.replace("CMD [\"serve\", ", "ENTRYPOINT [\"serve\"]\nCMD [");
    assert!(!stage(&entrypoint, &FILES).contains("ENTRYPOINT"));
}

#[test]
fn a_file_may_end_without_a_line_feed() {
    let files: String = FILES.iter().map(|(path, text)| format!("#- {path}\n{text}\n")).collect();
    let fixture = format!("{files}#- Dockerfile\n{}", marked(FILE.trim_end()));
    let all = rewritten(&SPLIT_SITE, &fixture);
    assert!(all[0].1.ends_with("COPY --from=build /app/dist /app/dist\nEXPOSE 3000"), "{all:?}");
}

#[test]
fn a_port_that_a_variable_says_stays_one() {
    let free = "[\"serve\", \"-s\", \"dist\"]";
    let stage_of = |file: &str| stage(file, &FILES);
    let text = stage_of(&started(free));
    assert!(text.contains("ENV PORT=3000\n"), "{text}");
    assert!(
        text.contains("/etc/nginx/templates/default.conf.template\nserver {\n    listen ${PORT};\n"),
        "{text}"
    );
    let set = started(free).replace("EXPOSE 3000", "ENV PORT=8080\nEXPOSE $PORT");
    assert!(stage_of(&set).contains("ENV PORT=8080\n") && stage_of(&set).ends_with("EXPOSE $PORT\n"));
    let shell = started("serve -s dist -l ${PORT:-4000}");
    assert!(stage_of(&shell).contains("ENV PORT=4000\n"));
    // No shell puts it in; nobody says what it is; a build argument may say what it is.
    none(&started("[\"serve\", \"-s\", \"dist\", \"-l\", \"$PORT\"]"), &FILES);
    none(&started("serve -s dist -l $PORT"), &FILES);
    none(&set.replace("ENV PORT=8080", "ARG P=8080\nENV PORT=$P"), &FILES);
}

#[test]
fn each_server_is_answered_for_in_its_own_way() {
    let plain = stage(&started("serve dist -l 3000"), &FILES);
    assert!(plain.contains("error_page 404 /404.html;\n    location ~ ^(?<page>.*?)/*$ { try_files $uri $page/index.html $page.html =404; }"), "{plain}");
    let bare = stage(&started("serve -u -s dist -l 3000"), &FILES);
    assert!(!bare.contains("gzip"), "{bare}");
    let other = stage(&started("http-server dist -p 80 -c-1"), &FILES);
    assert!(other.contains("listen 80;") && other.contains("no-store") && !other.contains("gzip"), "{other}");
    assert!(stage(&started("http-server dist -p 80"), &FILES).contains("max-age=3600;"));
    let preview = stage(&started("npx vite preview --host --port 3000"), &FILES);
    assert!(preview.contains("${uri}index.html $uri.html /index.html; }"), "{preview}");
}

#[test]
fn whatever_describes_the_image_is_taken_over() {
    let described = FILE.replace(
        "EXPOSE 3000\n",
        "ARG VERSION=1\nLABEL version=$VERSION\nSTOPSIGNAL SIGTERM\nHEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1\nEXPOSE 3000\n",
    );
    let text = stage(&described, &FILES);
    assert!(text.starts_with("nginx:stable-alpine\nARG VERSION=1\n"), "{text}");
    assert!(text.ends_with("EOF\nCOPY --from=build /app/dist /app/dist\nLABEL version=$VERSION\nSTOPSIGNAL SIGTERM\nHEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1\nEXPOSE 3000\n"), "{text}");
    let by_wget = described.replace("curl -f http://localhost", "wget -q --spider http://127.0.0.1");
    assert!(stage(&by_wget, &FILES).contains("wget"));
    none(&by_wget.replace("127.0.0.1", "localhost"), &FILES);
    none(&by_wget.replace("-alpine", ""), &FILES);
    none(&described.replace("curl -f http://localhost:3000/", "node check.js"), &FILES);
    none(&described.replace("STOPSIGNAL SIGTERM", "VOLUME /app/dist"), &FILES);
    none(&described.replace("SIGTERM", "SIGHUP"), &FILES);
}

#[test]
fn nginx_runs_as_root_where_the_image_does() {
    let text = stage(&changed("EXPOSE", "USER node\nEXPOSE"), &FILES);
    assert!(
        text.starts_with("nginxinc/nginx-unprivileged:stable-alpine\n") && !text.contains("USER"),
        "{text}"
    );
    let made =
        changed("EXPOSE", "RUN addgroup -S a && adduser -S a -G a && chown -R a:a /app\nUSER a\nEXPOSE");
    assert!(stage(&made, &FILES).starts_with("nginxinc/"));
    assert!(stage(&changed("EXPOSE", "USER root\nEXPOSE"), &FILES).starts_with("nginx:stable-alpine\n"));
    none(&changed("EXPOSE", "ARG U\nUSER $U\nEXPOSE"), &FILES);
}

#[test]
fn where_it_is_not_known_what_is_served_and_how_nothing_is_offered() {
    for command in [
        "serve -s",
        "serve -s public",
        "serve -s dist --cors",
        // Options that are joined are not taken apart.
        "serve -sn dist",
        "serve -s dist -c ../serve.json",
        "serve -s dist -l 3000 -l 3001",
        "serve -s dist -l tcp://localhost:3000",
        "http-server -p 80",
        "http-server dist --proxy http://localhost:8080?",
        "http-server dist -S",
        "npx vite preview --port 3000",
        "npx vite --host",
        "npx react-scripts start",
        "./start.sh && serve -s dist",
        "[\"node\", \"server.js\"]",
        "PORT=80 serve -s dist",
    ] {
        none(&started(command), &FILES);
    }
    for (old, new) in [
        ("RUN npm run build\n", ""),
        ("RUN npm run build\n", "RUN npm run build && rm -rf dist\n"),
        ("RUN npm run build\n", "RUN npm run bundle\n"),
        ("RUN npm run build\n", "RUN npm run build && chmod -R 700 dist\n"),
        ("RUN npm run build\n", "RUN umask 077 && npm run build\n"),
        ("RUN npm run build\n", "RUN --mount=type=cache,target=/app/dist npm run build\n"),
        ("/app", "/root/app"),
        ("node:20-alpine", "debian"),
    ] {
        none(&changed(old, new), &FILES);
    }
    for (path, text) in [
        ("public/serve.json", "{}"),
        ("public/package.json", "{}"),
        ("package.json", "{\"scripts\": {\"build\": \"webpack\"}}"),
        ("package.json", "{\"scripts\": {\"build\": \"vite build\", \"postbuild\": \"node move.js\"}}"),
        ("package.json", "{\"scripts\": {\"postinstall\": \"vite build\", \"build\": \"tsc\"}}"),
        ("vite.config.ts", "export default { build: { outDir: 'out' } }"),
        ("vite.config.ts", "export default { build: { outDir: process.env.OUT } }"),
        ("vite.config.js", ""),
    ] {
        none(FILE, &but(&FILES, &[(path, text)]));
    }
    none(
        &started("npx vite preview --host"),
        &but(&FILES, &[("vite.config.ts", "export default { base: '/a/' }")]),
    );
    none(FILE, &FILES[1..]);
}

#[test]
fn each_tool_says_where_it_builds() {
    let is_built = |script: &str, folder: &str, files: &[(&str, &str)]| {
        let package = format!("{{\"scripts\": {{\"build\": \"{script}\"}}}}");
        let files = [&[("package.json", package.as_str())], files].concat();
        let file = FILE.replace("\"dist\"", &format!("\"{folder}\""));
        assert!(stage(&file, &files).contains(&format!("    root /app/{folder};\n")), "{script}");
        none(&FILE.replace("\"dist\"", "\"elsewhere\""), &files);
    };
    is_built("vite build --outDir out", "out", &[]);
    is_built(
        "vite build",
        "out/site",
        &[("vite.config.js", "build: {\n// outDir: 'a'\n  outDir: \"./out/site\",\n}")],
    );
    is_built(
        "vite build",
        "build",
        &[
            ("vite.config.js", "sveltekit()"),
            ("svelte.config.js", "import a from '@sveltejs/adapter-static'"),
        ],
    );
    is_built("CI=false react-scripts build", "build", &[]);
    is_built("cross-env BUILD_PATH=out react-scripts build", "out", &[]);
    is_built("vue-tsc --noEmit && vue-cli-service build", "dist", &[]);
    is_built("vue-cli-service build", "out", &[("vue.config.js", "module.exports = { outputDir: 'out' }")]);
    is_built(
        "astro check && astro build",
        "dist",
        &[("astro.config.mjs", "export default defineConfig({})")],
    );
    is_built("gatsby build", "public", &[]);
    is_built("next build", "out", &[("next.config.js", "module.exports = { output: 'export' }")]);
    is_built("next build && next export", "out", &[]);
    is_built("docusaurus build", "build", &[]);
    is_built("eleventy", "_site", &[]);
    is_built("eleventy", "www", &[(".eleventy.js", "return { dir: { input: 'src', output: 'www' } }")]);
    is_built("parcel build src/index.html", "dist", &[]);
    let angular = |builder: &str, path: &str| {
        format!(
            "{{\"projects\": {{\"a\": {{\"architect\": {{\"build\": {{\"builder\": \"{builder}\", \"options\": {{\"outputPath\": {path}}}}}}}}}}}}}"
        )
    };
    is_built(
        "ng build",
        "dist/a",
        &[("angular.json", &angular("@angular-devkit/build-angular:browser", "\"dist/a\""))],
    );
    is_built(
        "ng build -c production",
        "dist/a/browser",
        &[("angular.json", &angular("@angular/build:application", "\"dist/a\""))],
    );
    is_built(
        "ng build",
        "w/b",
        &[("angular.json", &angular("@angular/build:application", "{\"base\": \"w\", \"browser\": \"b\"}"))],
    );
}

#[test]
fn a_tool_that_builds_a_server_builds_no_site() {
    let is_none = |script: &str, folder: &str, files: &[(&str, &str)]| {
        let package = format!("{{\"scripts\": {{\"build\": \"{script}\"}}}}");
        let files = [&[("package.json", package.as_str())], files].concat();
        none(&FILE.replace("\"dist\"", &format!("\"{folder}\"")), &files);
    };
    is_none("vite build --ssr", "dist", &[]);
    is_none("vite build", "dist", &[("vite.config.js", "sveltekit()")]);
    is_none("vite build", "dist", &[("vite.config.js", "plugins: [reactRouter()]")]);
    is_none("vite build --config other.js", "dist", &[]);
    is_none("next build", "out", &[("next.config.js", "module.exports = {}")]);
    is_none(
        "next build",
        "out",
        &[("next.config.js", "module.exports = { output: 'export', distDir: 'a' }")],
    );
    is_none("astro build", "dist", &[("astro.config.mjs", "{ output: 'server', adapter: node() }")]);
    is_none("ng build", "dist/a", &[]);
    is_none("react-scripts build", "build", &[(".env", "BUILD_PATH=out")]);
    is_none("eleventy", "_site", &[("eleventy.config.js", "config.setOutputDirectory('a')")]);
}
