#!/bin/bash
# VS Code in a browser: code-server and headless Chromium, with the extension packed as for a release. From nothing:
#   tests/editors/run target/release/layerwise vscode
# The first time it installs code-server and playwright-core from npm (10 minutes, 1 GB; g++, make and libkrb5-dev are
# needed for their native parts) into $LAYERWISE_VSCODE, ~/.cache/layerwise-vscode by default, where they are kept. The
# pictures go to $SHOTS, target/screenshots by default. Chromium comes from the system.
# shellcheck disable=SC2154
set -eu
root=$(cd "$here/../.." && pwd)
tools=${LAYERWISE_VSCODE:-$TOOLS_HOME/.cache/layerwise-vscode}
export SHOTS=${SHOTS:-$root/target/screenshots} PORT=${PORT:-18080}
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome)}
export CHROMIUM
mkdir -p "$tools" "$SHOTS"

# install NAME VERSION…: npm runs the install scripts only of packages that are named.
install() {
    [ -d "$tools/$1" ] && return
    rm -rf "$tools/$1.new"
    mkdir "$tools/$1.new"
    printf '{"private": true, "allowScripts": {"%s": true}, "dependencies": {"%s": "%s"}}\n' "$1" "$1" "$2" >"$tools/$1.new/package.json"
    (cd "$tools/$1.new" && npm install --no-audit --no-fund)
    mv "$tools/$1.new" "$tools/$1"
}

install node 24.21.0
PATH=$tools/node/node_modules/.bin:$PATH
install code-server 4.139.1
install playwright-core 1.65.1
export PLAYWRIGHT="$tools/playwright-core/"

"$editors/vscode/package" "$work/bin/layerwise" linux-x64 "$work/layerwise.vsix" >"$work/package.log" 2>&1 ||
    { cat "$work/package.log"; exit 1; }

# A neighbour with the settings of the real Container Tools, which Layerwise offers to turn off.
mkdir "$work/neighbour"
cat >"$work/neighbour/package.json" <<'JSON'
{
  "name": "vscode-containers",
  "displayName": "Container Tools",
  "publisher": "ms-azuretools",
  "version": "0.0.1",
  "engines": { "vscode": "^1.91.0" },
  "contributes": {
    "configuration": {
      "properties": {
        "docker.languageserver.diagnostics.instructionCasing": { "type": "string", "default": "warning" },
        "docker.languageserver.diagnostics.directiveCasing": { "type": "string", "default": "warning" }
      }
    }
  }
}
JSON
echo 'Not the real one: its settings alone, for a test.' >"$work/neighbour/README.md"
(cd "$work/neighbour" && node "$editors/vscode/node_modules/@vscode/vsce/vsce" package --no-dependencies \
    --allow-missing-repository --skip-license --out neighbour.vsix) >"$work/package.log" 2>&1 || { cat "$work/package.log"; exit 1; }

mkdir -p "$work/data/User"
cat >"$work/data/User/settings.json" <<JSON
{
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "chat.disableAIFeatures": true,
  "workbench.tips.enabled": false,
  "security.workspace.trust.enabled": ${TRUST:-false},
  "security.workspace.trust.startupPrompt": "never",
  "editor.minimap.enabled": false,
  "editor.hover.delay": 100,
  "editor.fontSize": 15,
  "git.enabled": false,
  "layerwise.rules": { "root-user": "off" },
  "layerwise.format.on-save": true
}
JSON
code=(node "$tools/code-server/node_modules/code-server/out/node/entry.js"
    --user-data-dir "$work/data" --extensions-dir "$work/extensions")
"${code[@]}" --version
# The server must be the one in the package, not one on the path.
rm "$work/bin/layerwise"
extensions=(--install-extension "$work/layerwise.vsix")
[ -n "${DRIVER:-}" ] || extensions+=(--install-extension "$work/neighbour/neighbour.vsix")
timeout 120 "${code[@]}" "${extensions[@]}" >"$work/install.log" 2>&1 || { cat "$work/install.log"; exit 1; }
trust=(--disable-workspace-trust)
[ -z "${TRUST:-}" ] || trust=()
setsid "${code[@]}" "${trust[@]}" --auth none --bind-addr "127.0.0.1:$PORT" --disable-telemetry --disable-update-check \
    --disable-getting-started-override "$work/project" >"$work/server.log" 2>&1 &
server=$!
# A process group of its own, so that its helpers end with it.
trap 'kill -- -$server 2>/dev/null || true; wait $server 2>/dev/null || true' EXIT
for ((i = 0; i < 300; i++)); do
    curl -sf -o "$work/health" "http://127.0.0.1:$PORT/healthz" && break
    sleep 0.2
done
kill -0 $server || { cat "$work/server.log"; exit 1; }
FILE=$work/project/Dockerfile SETTINGS=$work/data/User/settings.json node "$here/${DRIVER:-vscode}.mjs"
