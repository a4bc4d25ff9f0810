#!/bin/sh
# The library of VS Code's clients, with the server on a port and on a pipe.
# shellcheck disable=SC2154
set -eu
[ -d "$editors/vscode/node_modules" ] || (cd "$editors/vscode" && npm ci --no-audit --no-fund)
exec node "$here/streams.mjs"
