# Helpers of the bats files. A file starts with
#
#   load ../../lib/helpers
#
# and may define its own setup() and teardown(); these then call ob_setup and
# ob_teardown. Each test has an empty directory of its own, which is its cwd and
# its HOME, and ends with none of its processes alive. ctest passes
#
#   OB_BIN      the opsbox binary        OB_BUILD   its build directory
#   OB_SOURCE   the tree
#
# No test sleeps: wait for what shall happen (wait_for), or end a process.
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

OB_SOURCE=${OB_SOURCE:-$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)}
OB_BUILD=${OB_BUILD:-$OB_SOURCE/build-test}
OB_BIN=${OB_BIN:-$OB_BUILD/opsbox}
OB_TIMEOUT=${OB_TIMEOUT:-10}

ob_setup() {
  # Short, since the paths of unix sockets must fit into 108 bytes.
  OB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/ob-XXXXXX")
  cd "$OB_DIR" || return 1
  OB_ENV=()
  OB_TTY=()
  declare -gA OB_PIDS=()
}

ob_teardown() {
  local failed=0 name pid
  for name in "${!OB_PIDS[@]}"; do
    stop_bg "$name" || failed=1
  done
  # Whatever carries this test's directory in its environment is its child.
  wait_for 2 ob_has_no_strays 2>/dev/null || failed=1
  for pid in $(ob_strays); do
    echo "still alive: $pid $(tr '\0' ' ' <"/proc/$pid/cmdline")" >&2
    kill -KILL "$pid" 2>/dev/null
  done
  cd / && chmod -R u+rwX "$OB_DIR" && rm -rf "$OB_DIR"
  return "$failed"
}

setup() { ob_setup; }
teardown() { ob_teardown; }

# The environment that every tested process gets, as words of env(1). A test
# adds its own by OB_ENV+=(NAME=VALUE).
ob_environment() {
  OB_ENVIRONMENT=(env -i "OB_TEST_DIR=$OB_DIR" "HOME=$OB_DIR" "PATH=$PATH"
    LC_ALL=C TZ=UTC "TMPDIR=$OB_DIR" "XDG_RUNTIME_DIR=$OB_DIR/run"
    "XDG_STATE_HOME=$OB_DIR/state" "XDG_CONFIG_HOME=$OB_DIR/config"
    "ASAN_OPTIONS=${ASAN_OPTIONS:-}" "UBSAN_OPTIONS=print_stacktrace=1"
    "${OB_ENV[@]}")
}

# ob ARGS...: opsbox ARGS with a clean environment and a deadline (status 124).
ob() {
  ob_environment
  "${OB_ENVIRONMENT[@]}" timeout "${OB_TTY[@]}" -k 1 "$OB_TIMEOUT" "$OB_BIN" "$@"
}

# ob_strays: the pids of this test's processes that are alive, zombies not.
ob_strays() {
  grep -lsF "OB_TEST_DIR=$OB_DIR" /proc/[0-9]*/environ | cut -d / -f 3
}

ob_has_no_strays() {
  [ -z "$(ob_strays)" ]
}

# ob_tick: lets 20 ms pass, for a loop that looks at something with a deadline.
ob_tick() {
  read -rt 0.02 <> <(:) || true
}

# wait_for SECONDS CMD...: until CMD succeeds; fails with its last output.
wait_for() {
  local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000)) said
  shift
  until said=$("$@" 2>&1); do
    if [ "${EPOCHREALTIME/./}" -ge "$deadline" ]; then
      echo "never became true: $*" >&2
      printf '%s\n' "$said" >&2
      return 1
    fi
    ob_tick
  done
}

# start_bg NAME CMD...: CMD in the background, output in NAME.out and NAME.err.
# CMD is `ob ARGS...` or a program; teardown ends it by its pid.
start_bg() {
  local name=$1
  shift
  if [ "$1" = ob ]; then
    shift
    ob_environment
    set -- "${OB_ENVIRONMENT[@]}" "$OB_BIN" "$@"
  fi
  OB_TEST_DIR=$OB_DIR "$@" >"$name.out" 2>"$name.err" </dev/null 3>&- &
  OB_PIDS[$name]=$!
}

bg_pid() {
  echo "${OB_PIDS[$1]}"
}

# wait_bg NAME [SECONDS]: waits for its end (10 s); its status is in $status.
# Not under `run`: only the shell that started it can wait for it.
wait_bg() {
  local name=$1 pid=${OB_PIDS[$1]}
  wait_for "${2:-10}" ob_has_ended "$pid" || return 1
  unset "OB_PIDS[$name]"
  status=0
  wait "$pid" || status=$?
}

# stop_bg NAME [SIGNAL]: ends it; fails when it outlives the signal by 3 s.
stop_bg() {
  local name=$1 pid=${OB_PIDS[$1]}
  kill -s "${2:-TERM}" "$pid" 2>/dev/null
  if ! wait_for 3 ob_has_ended "$pid" 2>/dev/null; then
    echo "'$name' ($pid) outlived SIG${2:-TERM}" >&2
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    unset "OB_PIDS[$name]"
    return 1
  fi
  wait "$pid" 2>/dev/null
  unset "OB_PIDS[$name]"
}

ob_has_ended() {
  local state
  state=$(ps -o stat= -p "$1") || return 0
  [[ $state == Z* ]]
}

# in_tty CMD...: runs CMD under a pseudo-terminal of 80x24; its output, without
# carriage returns, is ours, and so is its status.
in_tty() {
  local status words
  printf -v words '%q ' "$@"
  export -f ob ob_environment
  printf -v words '%s OB_TTY=(--foreground); OB_ENV+=(TERM=xterm); %s' \
    "$(declare -p OB_ENV OB_DIR OB_BIN OB_TIMEOUT | tr '\n' ';')stty cols 80 rows 24;" "$words"
  SHELL=$BASH script -qec "$words" /dev/null </dev/null >tty.out
  status=$?
  tr -d '\r' <tty.out
  rm -f tty.out
  return "$status"
}

# screen CMD...: starts CMD on a terminal of 80x24 of its own. screen_text shows
# what stands there, screen_keys types (names as in tmux(1): Enter, C-c, Up).
screen() {
  ob_environment
  "${OB_ENVIRONMENT[@]}" tmux -S "$OB_DIR/tmux" -f /dev/null new-session -d \
    -x 80 -y 24 "$(printf '%q ' "$@")"
  OB_PIDS[screen]=$(tmux -S "$OB_DIR/tmux" display-message -p '#{pid}')
}

screen_text() {
  tmux -S "$OB_DIR/tmux" capture-pane -p
}

screen_keys() {
  tmux -S "$OB_DIR/tmux" send-keys "$@"
}

# screen_shows TEXT: for wait_for.
screen_shows() {
  screen_text | tee /dev/stderr | grep -qF -- "$1"
}

# assert_json EXPR [FILE]: the jq expression holds for FILE, else for $output.
assert_json() {
  if [ $# -gt 1 ]; then
    set -- "$1" "$(cat "$2")"
  else
    set -- "$1" "${output:-}"
  fi
  if ! jq -e "$1" >/dev/null <<<"$2"; then
    printf 'JSON does not satisfy %s:\n%s\n' "$1" "$2" >&2
    return 1
  fi
}

# check_table <<'END': many cases in one test. Reads from its input
#
#   # remark                      blank lines and remarks separate cases
#   $ ob filelock --nope          a command, for the shell
#   > TEXT                        a line of standard output
#   ~ REGEX                       a line of standard output that matches
#   2> TEXT                       a line of standard error
#   2~ REGEX                      a line of standard error that matches
#   ? STATUS                      exit status; 0 when not given
#
# Output, error and status are compared exactly. All rows run; a row that fails
# is shown with what was expected and what came.
check_table() {
  local line row="" failed=0 rows=0
  local -a want_out want_err
  local want_status
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      '$ '*)
        ob_check_row || failed=$((failed + 1))
        row=${line#'$ '} want_out=() want_err=() want_status=0
        rows=$((rows + 1))
        ;;
      '> '* | '~ '*) want_out+=("$line") ;;
      '>') want_out+=('> ') ;;
      '2> '* | '2~ '*) want_err+=("${line#2}") ;;
      '? '*) want_status=${line#'? '} ;;
      '' | '#'*) ;;
      *)
        echo "check_table: cannot read row '$line'" >&2
        return 1
        ;;
    esac
  done
  ob_check_row || failed=$((failed + 1))
  if [ "$rows" -eq 0 ] || [ "$failed" -gt 0 ]; then
    echo "check_table: $failed of $rows rows failed" >&2
    return 1
  fi
}

# One row of check_table, by its variables.
ob_check_row() {
  local got_status=0 bad=""
  local -a got_out got_err
  [ -n "$row" ] || return 0
  (eval "$row") >"$OB_DIR/.row.out" 2>"$OB_DIR/.row.err" </dev/null || got_status=$?
  mapfile -t got_out <"$OB_DIR/.row.out"
  mapfile -t got_err <"$OB_DIR/.row.err"
  rm -f "$OB_DIR/.row.out" "$OB_DIR/.row.err"
  [ "$got_status" = "$want_status" ] || bad="status $got_status, not $want_status"
  ob_lines_match want_out got_out || bad+="${bad:+; }standard output"
  ob_lines_match want_err got_err || bad+="${bad:+; }standard error"
  [ -n "$bad" ] || return 0
  {
    printf 'row failed (%s):\n$ %s\n' "$bad" "$row"
    [ ${#got_out[@]} -eq 0 ] || printf '> %s\n' "${got_out[@]}"
    [ ${#got_err[@]} -eq 0 ] || printf '2> %s\n' "${got_err[@]}"
    printf '? %s\nexpected:\n' "$got_status"
    [ ${#want_out[@]} -eq 0 ] || printf '%s\n' "${want_out[@]}"
    [ ${#want_err[@]} -eq 0 ] || printf '2%s\n' "${want_err[@]}"
  } >&2
  return 1
}

ob_lines_match() {
  local -n want=$1 got=$2
  local i
  [ ${#want[@]} -eq ${#got[@]} ] || return 1
  for i in "${!want[@]}"; do
    case ${want[i]} in
      '> '*) [ "${want[i]#'> '}" = "${got[i]}" ] || return 1 ;;
      '~ '*) [[ ${got[i]} =~ ${want[i]#'~ '} ]] || return 1 ;;
    esac
  done
}
