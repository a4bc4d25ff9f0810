#!/bin/sh
# Sessions with the capabilities that VS Code, Neovim and Emacs were recorded to send (pytest-lsp, from PyPI). The tools
# are kept in target/sessions.
# shellcheck disable=SC2154
set -eu
tools=$(cd "$here/../.." && pwd)/target/sessions
if [ ! -x "$tools/bin/pytest" ]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install -q --disable-pip-version-check \
        pytest-lsp==1.0.1 pygls==2.1.1 lsprotocol==2025.0.0 pytest-timeout
fi
FILE="$work/project/Dockerfile" "$tools/bin/python" -B -m pytest -q -p no:cacheprovider --timeout $((WAIT * 4)) \
    -o asyncio_default_fixture_loop_scope=function "$here/sessions.py"
