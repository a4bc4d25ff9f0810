#!/bin/bash
# VS Code, typed in key by key.
#   tests/editors/run target/release/layerwise typing
# shellcheck disable=SC2154
set -eu
mkdir "$work/project/src" "$work/project/lib" "$work/project/bin"
touch "$work/project/package.json" "$work/project/src/main.js" "$work/project/lib/a.js" "$work/project/.dockerignore"
export DRIVER=typing
exec "$here/vscode.sh"
