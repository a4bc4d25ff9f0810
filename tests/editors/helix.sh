#!/bin/bash
# Helix in a real terminal (tmux), with the fragment of editors/helix: keys as a user types them, and what the screen
# shows then.
# shellcheck disable=SC2154
set -eu
file=$work/project/Dockerfile
mkdir -p "$HOME/helix"
cp "$editors/helix/languages.toml" "$HOME/helix/languages.toml"
# The status line shows nothing but the number of findings of each severity, as "● 2".
cat >"$HOME/helix/config.toml" <<'TOML'
[editor]
gutters = []
end-of-line-diagnostics = "hint"
[editor.inline-diagnostics]
cursor-line = "hint"
other-lines = "hint"
[editor.statusline]
left = ["mode"]
right = ["diagnostics"]
diagnostics = ["hint", "info", "warning", "error"]
TOML

tmux=(tmux -S "$work/tmux")
trap '"${tmux[@]}" kill-server 2>/dev/null || true' EXIT

screen() { "${tmux[@]}" capture-pane -p; }
# A key right after Escape would be taken as Alt and that key, hence the pause.
keys() { "${tmux[@]}" send-keys "$@"; sleep 0.4; }
fail() {
    echo "FAIL $1"
    screen
    tail -n 5 "$work/hx.log" 2>/dev/null
    exit 1
}
# until_true WHAT COMMAND…: at most WAIT seconds
until_true() {
    local what=$1
    shift
    for ((i = 0; i < WAIT * 10; i++)); do
        "$@" && return
        sleep 0.1
    done
    fail "$what was not seen"
}
sees() { screen | grep -qF -- "$1"; }
sees_not() { ! screen | grep -qF -- "$1"; }
is_saved() { cmp -s "$1" "$file"; }
command_line() {
    keys Escape
    keys -l ":$1"
    keys Enter
}

$newer hx --version
$newer hx --health dockerfile | sed 's/\x1b\[[0-9;]*m//g' >"$work/health"
grep -q "✓ layerwise: .*/layerwise" "$work/health" || { cat "$work/health"; fail "the server in hx --health"; }
"${tmux[@]}" -f /dev/null new-session -d -x 160 -y 40 "$newer hx -v --log $work/hx.log $file"
until_true "the finding" sees "leaves the package lists in this layer"
echo "finding shown in the text"

keys Space k
until_true "the hover on FROM" sees "Begins a build stage"
echo "hover on FROM"

keys Escape
keys 3 g g
keys -l "/get"
keys Enter
keys Space a
until_true "the fix in the menu" sees "Delete the package lists in this layer"
# The preferred fix comes first.
keys Enter
until_true "the end of the finding" sees_not "leaves the package lists"
command_line w
sed '3s|$| \&\& rm -rf /var/lib/apt/lists/*|' "$here/Dockerfile" >"$work/expected"
until_true "the fix in the saved file" is_saved "$work/expected"
echo "fixed, and the finding is gone"

# The formatter of the fragment is `layerwise fmt -`.
keys g g
keys -l 'oRUN true \'
keys Enter
keys -l "true"
command_line fmt
command_line w
sed -i '1a RUN true \\\n    true' "$work/expected"
until_true "the formatted file" is_saved "$work/expected"
echo "formatted"
