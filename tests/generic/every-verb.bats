#!/usr/bin/env bats
# What every verb of the applet $OB_APPLET promises, as ux.md lists it; the
# verbs are found by `opsbox help --json`. Lines of tests/e2e/<applet>/inproc.args
# serve as examples of real output.
load ../lib/helpers

setup_file() {
  if [ "$OB_APPLET" = opsbox ]; then
    printf '%s\n' --list --install --uninstall help completion
  else
    "$OB_BIN" help --json | jq -r --arg a "$OB_APPLET" \
      '.applets[] | select(.name == $a) | .verbs[] | select(.hidden | not)
       | $a + " " + .name'
  fi >"$BATS_FILE_TMPDIR/verbs"
  [ -s "$BATS_FILE_TMPDIR/verbs" ]
}

# for_each_verb FUNCTION: calls it with the words that name each verb; all are
# tried, and those that fail are named.
for_each_verb() {
  local verb words failed=0
  while IFS= read -r verb; do
    read -ra words <<<"$verb"
    if ! "$1" "${words[@]}" >&2; then
      echo "failed for 'opsbox $verb': status ${got:-}" >&2
      head -n 5 out err >&2
      failed=1
    fi
  done <"$BATS_FILE_TMPDIR/verbs"
  return "$failed"
}

# go WORD...: runs opsbox into the files out and err and the variable got.
go() {
  got=0
  ob "$@" >out 2>err </dev/null || got=$?
}

lines_of() { wc -l <"$1"; }

# One line that starts with who speaks, and nothing of a sanitizer.
one_line() {
  [ "$(lines_of err)" -eq 1 ] && grep -qE '^[a-z-]+: ' err
}

helps() {
  go "$@" --help
  [ "$got" -eq 0 ] && [ ! -s err ] && [ "$(lines_of out)" -ge 4 ] || return 1
  [ "$(lines_of out)" -le 24 ] || return 1
  ! LC_ALL=C.UTF-8 grep -qE '^.{81,}$' out || return 1
  go "$@" --help=all
  [ "$got" -eq 0 ] && [ ! -s err ] && ! LC_ALL=C.UTF-8 grep -qE '^.{81,}$' out
}

@test "--help: standard output, 0, at most 24 lines of 80 columns" {
  for_each_verb helps
}

refuses() {
  go "$@" --no-such-option
  [ "$got" -eq 64 ] && [ ! -s out ] && one_line || return 1
  grep -qF -- "'--no-such-option'" err && grep -qF -- "--help'" err
}

@test "an unknown option: one line with the word and a pointer, 64, no output" {
  for_each_verb refuses
}

refuses_bytes() {
  go "$@" $'--\xff\x01\n'
  [ "$got" -eq 64 ] && [ ! -s out ] && one_line || return 1
  ! LC_ALL=C grep -qP '[^\x20-\x7e]' err || return 1
  go "$@" --no-such="$(head -c 100000 /dev/zero | tr '\0' x)"
  [ "$got" -eq 64 ] && [ "$(lines_of err)" -eq 1 ]
}

@test "control bytes, non-UTF-8 and very long words are shown escaped, in one line" {
  for_each_verb refuses_bytes
}

full() {
  got=0
  ob "$@" --help >/dev/full 2>err </dev/null || got=$?
  : >out
  [ "$got" -eq 74 ] && one_line
}

@test "a full disk behind standard output: 74 and one line" {
  for_each_verb full
}

closed_out() {
  got=0
  ob "$@" --help 2>err </dev/null >&- || got=$?
  : >out
  [ "$got" -eq 74 ] && one_line
}

@test "closed standard output: no success, one line" {
  for_each_verb closed_out
}

closed_others() {
  got=0
  ob "$@" --help >out 2>err <&- || got=$?
  [ "$got" -eq 0 ] && [ -s out ] && [ ! -s err ] || return 1
  got=0
  ob "$@" --no-such-option >out </dev/null 2>&- || got=$?
  [ "$got" -eq 64 ] && [ ! -s out ] || return 1
  got=0
  ob "$@" --no-such-option <&- >&- 2>&- || got=$?
  [ "$got" -eq 64 ]
}

@test "closed standard input and error: the same status, nothing goes elsewhere" {
  for_each_verb closed_others
}

broken_pipe() {
  got=0
  mkfifo pipe
  exec 8<>pipe
  exec 9>pipe 8>&-
  ob "$@" --help >&9 2>err </dev/null || got=$?
  exec 9>&-
  rm pipe
  : >out
  [ "$got" -eq 141 ] && [ ! -s err ]
}

@test "a pipe without reader: 141 without a word" {
  for_each_verb broken_pipe
}

quiet_colours() {
  local want
  for want in NO_COLOR=1 TERM=dumb; do
    # shellcheck disable=SC2034 # read by ob
    OB_ENV=("$want")
    got=0
    in_tty ob "$@" --help >out 2>err || got=$?
    [ "$got" -eq 0 ] && ! grep -q $'\e' out || return 1
  done
}

@test "NO_COLOR and TERM=dumb on a terminal: no escape codes" {
  for_each_verb quiet_colours
}

# The real lines: as the verb, with each form of output it has.
@test "example lines give parsable JSON, and plain rows without escapes" {
  args="$OB_SOURCE/tests/e2e/$OB_APPLET/inproc.args"
  [ -f "$args" ] || skip "no verb runs in the shell's process"
  if [ -f "${args%.args}.prepare" ]; then
    bash -e "${args%.args}.prepare"
  fi
  while IFS= read -r line; do
    eval "words=($line)"
    [ ${#words[@]} -gt 0 ] || continue
    [ "$OB_APPLET" = opsbox ] || words=("$OB_APPLET" "${words[@]}")
    go "${words[@]}"
    [ "$got" -le 1 ] || { cat err; echo "$line: $got"; return 1; }
    ob "${words[@]}" --help=all >help 2>&1 || continue
    if grep -q -- '--json ' help; then
      go "${words[@]}" --json
      jq empty out || { echo "$line --json"; return 1; }
    fi
    if grep -q -- '--ndjson ' help; then
      go "${words[@]}" --ndjson
      jq -c . out >again || { echo "$line --ndjson"; return 1; }
      [ "$(lines_of out)" -eq "$(lines_of again)" ]
      go "${words[@]}" --plain
      run ! grep -q $'\e' out
    fi
    # Output that did not arrive is no success.
    go "${words[@]}"
    [ -s out ] || continue
    got=0
    ob "${words[@]}" >/dev/full 2>err </dev/null || got=$?
    [ "$got" -eq 74 ] || { echo "$line >/dev/full: $got"; return 1; }
  done < <(sed 's/^#.*//' "$args")
}
