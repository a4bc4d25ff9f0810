#!/bin/sh
# Emacs, in batch mode, with the package of editors/emacs: eglot, and lsp-mode where it is installed.
# shellcheck disable=SC2154
set -eu
FILE="$work/project/Dockerfile" $newer emacs --batch -L "$editors/emacs" -l "$here/emacs.el"
