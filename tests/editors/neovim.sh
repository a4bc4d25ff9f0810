#!/bin/sh
# Neovim, headless, with the plugin of editors/neovim.
# shellcheck disable=SC2154
set -eu
# Else Neovim tells the server of no folder.
mkdir "$work/project/.git"
EDITORS="$editors" FILE="$work/project/Dockerfile" $newer nvim --clean --headless -c "luafile $here/neovim.lua"
