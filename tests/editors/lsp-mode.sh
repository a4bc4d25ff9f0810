#!/bin/sh
# Emacs, in batch mode, with the package of editors/emacs under lsp-mode (Debian's elpa-lsp-mode).
# shellcheck disable=SC2154
set -eu
FILE="$work/project/Dockerfile" $newer emacs --batch -L "$editors/emacs" -l "$here/lsp-mode.el" 2>&1 | tee "$work/log"
# The end of Emacs is that of the server too. A shell without pipefail does not hear of a failure, but the log does.
grep -q 'the finding is gone' "$work/log" && ! grep -q 'FAIL\|shutdown request' "$work/log"
