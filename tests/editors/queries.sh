#!/bin/sh
# The tree-sitter queries in Neovim 0.11 or newer, for both grammars, which are compiled from the crates that Cargo has.
# shellcheck disable=SC2154
set -eu
root=$(cd "$here/../.." && pwd)
mkdir "$work/parser"
# The home is a new one here, and Cargo's packages are in the old one.
CARGO_HOME=${CARGO_HOME:-$TOOLS_HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$TOOLS_HOME/.rustup} \
    cargo metadata --format-version 1 --locked --manifest-path "$root/Cargo.toml" >"$work/metadata.json"
for grammar in containerfile:tree-sitter-containerfile dockerfile:tree-sitter-dockerfile-updated bash:tree-sitter-bash; do
    source=$(python3 - "$work/metadata.json" "${grammar#*:}" <<'PYTHON'
import json, pathlib, sys
packages = json.load(open(sys.argv[1]))["packages"]
manifest = next(package["manifest_path"] for package in packages if package["name"] == sys.argv[2])
print(pathlib.Path(manifest).parent / "src")
PYTHON
    )
    cc -shared -fPIC -O1 -I"$source" "$source/parser.c" "$source/scanner.c" -o "$work/parser/${grammar%%:*}.so"
done
ROOT="$root" WORK="$work" $newer nvim --clean --headless -c "luafile $here/queries.lua" 2>&1
