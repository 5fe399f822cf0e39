#!/usr/bin/env bats
# Signals, deaths and what is left behind by them.
load ../../lib/helpers

setup() {
  ob_setup
  mkfifo ready
}

@test "signals reach the command, and its status comes back" {
  for signal in TERM INT HUP QUIT USR1 USR2; do
    # A background process of a shell ignores INT and QUIT: env resets that.
    start_bg f env --default-signal "$OB_BIN" filelock lk sh -c \
      'trap "exit 3" '$signal'; touch up; while :; do read -r _ <ready; done'
    wait_for 5 test -e up
    rm up
    kill -s "$signal" "$(bg_pid f)"
    wait_bg f
    [ "$status" -eq 3 ]
  done
}

@test "a wrapper that is killed takes the command of run with it" {
  start_bg f ob filelock run ./lk -- sh -c 'echo $$ >pid; echo >ready; exec sleep 60'
  read -rt 10 <>ready
  kill -KILL "$(bg_pid f)"
  wait_bg f
  ob filelock -w 5 ./lk true
  wait_for 5 ob_has_ended "$(cat pid)"
}

@test "the command of the flock form keeps the lock of a killed wrapper" {
  start_bg f ob filelock lk sh -c 'echo $$ >pid; echo >ready; exec sleep 60'
  read -rt 10 <>ready
  kill -KILL "$(bg_pid f)"
  wait_bg f
  run ob filelock -n lk true
  kill "$(cat pid)"
  [ "$status" -eq 1 ]
}

@test "a waiter that is ended does not run its command" {
  start_bg holder ob filelock lk sh -c 'echo >ready; exec sleep 60'
  read -rt 10 <>ready
  start_bg waiter ob filelock lk touch ran
  wait_for 5 grep -q -- "-> .* $(bg_pid waiter) " /proc/locks
  kill -TERM "$(bg_pid waiter)"
  wait_bg waiter
  [ "$status" -eq 143 ]
  kill "$(bg_pid holder)"
  wait_bg holder
  ob filelock lk true
  [ ! -e ran ]
}

@test "a parent that ignores SIGCHLD does not lose the status" {
  run env --ignore-signal=CHLD "$OB_BIN" filelock lk sh -c 'exit 7'
  [ "$status" -eq 7 ]
}

@test "a stopped command stops the wrapper, and goes on with it" {
  start_bg f ob filelock lk sh -c 'echo $$ >pid; echo >ready; kill -STOP $$; exit 4'
  read -rt 10 <>ready
  is_stopped() { [[ $(ps -o stat= -p "$1") == T* ]]; }
  wait_for 5 is_stopped "$(bg_pid f)"
  kill -CONT "$(bg_pid f)"
  wait_bg f
  [ "$status" -eq 4 ]
}

@test "every way of closed standard streams works" {
  for redirects in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    run bash -c "\"\$OB_BIN\" filelock lk sh -c 'exit 9' $redirects"
    [ "$status" -eq 9 ]
  done
}

# Small, since a sanitized start costs 40 ms; tests/stress has the full load.
@test "shells that count lose nothing, with --unlink too" {
  for option in "" --unlink; do
    echo 0 >n
    for i in 1 2 3 4 5 6; do
      for j in 1 2 3; do
        # shellcheck disable=SC2016,SC2086
        "$OB_BIN" filelock $option lk sh -c 'read -r v <n; echo $((v + 1)) >n'
      done 3>&- &
    done
    wait
    [ "$(cat n)" -eq 18 ]
  done
  [ ! -e lk ]
}

@test "a writer passes among readers without end with --fair" {
  touch go
  for i in 1 2; do
    (while [ -e go ]; do
      "$OB_BIN" filelock --fair -s lk bash -c ': >up; read -rt 0.3 _ <>ready'
    done) 3>&- &
  done
  wait_for 5 test -e up
  run ob filelock --fair -w 8 -x lk true
  rm go
  wait
  [ "$status" -eq 0 ]
}

few_descriptors() {
  (exec 3>&- 4>&- 10>&- && ulimit -n "$1" && shift && exec "$@")
}

@test "a low limit of descriptors is no obstacle, or is named" {
  ln -s "$OB_BIN" flock
  check_table <<'END'
$ few_descriptors 6 "$OB_BIN" filelock lk true
$ few_descriptors 4 "$OB_BIN" filelock lk true
2> filelock: cannot start a process for 'true': Too many open files
? 71
$ few_descriptors 4 ./flock lk true
2> flock: cannot start a process for 'true': Too many open files
? 71
END
}
