#!/bin/bash
# Real VS Code in a workspace that is not trusted, whose settings name a server.
#   tests/editors/run target/release/layerwise trust
# shellcheck disable=SC2154
set -eu
mkdir "$work/project/.vscode"
printf '{ "layerwise.server.path": "%s/not-there" }\n' "$work" >"$work/project/.vscode/settings.json"
export DRIVER=trust TRUST=true
exec "$here/vscode.sh"
