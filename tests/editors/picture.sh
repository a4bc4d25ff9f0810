#!/bin/bash
# Takes the picture of the README, editors/picture.png, of the sample in real VS Code.
#   tests/editors/run target/release/layerwise picture
# shellcheck disable=SC2154
set -eu
cp "$here/../sample/"* "$work/project/"
chmod -R u+w "$work/project"
export DRIVER=picture PICTURE="$editors/picture.png" SCALE=1.5
exec "$here/vscode.sh"
