#!/bin/sh
# Emacs, in batch mode, with the package of editors/emacs under lsp-mode (Debian's elpa-lsp-mode).
# shellcheck disable=SC2154
set -eu
FILE="$work/project/Dockerfile" $newer emacs --batch -L "$editors/emacs" -l "$here/lsp-mode.el"
