#!/usr/bin/env bats
# What flock(1) has not: records, numbers of grants, markers, limits, circles.
load ../../lib/helpers

setup() {
  ob_setup
  mkfifo ready go
}

@test "a grant is numbered, and numbers rise whatever happens" {
  check_table <<'END'
$ for i in 1 2 3; do ob filelock run --fence ./a -- sh -c 'echo $OPSBOX_LOCK_TOKEN'; done
> 1
> 2
> 3
$ ob filelock run --fence --unlink ./a -- true; ls a*
> a.holder
$ ob filelock --fence ./a sh -c 'echo $OPSBOX_LOCK_TOKEN'
> 5
$ echo mine >b.holder; ob filelock run --fence ./b -- echo no; cat b.holder
2> filelock: cannot use './b.holder': it holds no records of filelock
> mine
$ ob filelock run ./b -- echo yes
2> filelock: cannot use './b.holder': it holds no records of filelock
> yes
$ ob filelock --fence --fd 9 true 9>c
2~ a descriptor has no name
? 64
END
}

@test "a record comes with run and goes with it" {
  check_table <<'END'
$ ob filelock run --unlink ./a --note why -- sh -c 'grep -c why a.holder'; ls
> 1
> go
> ready
$ ob filelock run --no-record ./a -- ls; rm a
> a
> go
> ready
$ ob filelock a ls; rm a
> a
> go
> ready
$ ob filelock --mode 0606 --note x a stat -c %a a a.holder; rm a*
> 606
> 606
$ ob filelock --mode 9 a true
2~ '9' is not a mode such as 0660
? 64
$ ob filelock --group nosuchgroup a true
2~ no group 'nosuchgroup'
? 64
END
}

@test "a pid file lives as long as the command" {
  run ob filelock --pidfile pid lk sh -c 'until [ -s pid ]; do :; done; read -r p <pid; [ "$p" = $$ ] && echo mine'
  [ "$output" = mine ]
  [ ! -e pid ]
}

@test "a command that takes too long is ended with its group: 124" {
  run ob filelock run --timeout-run 0.1 --status-file s ./lk -- sh -c 'sleep 60 & wait'
  [ "$status" -eq 124 ]
  assert_json '.code == 124 and .exit_code == null' s
  # One that does not mind TERM is killed.
  run ob filelock run --timeout-run 0.1 --kill-after 0.1 ./lk -- sh -c 'trap "" TERM; while :; do read -r _ <go; done'
  [ "$status" -eq 124 ]
  # A signal from outside reaches the group, and is not a timeout.
  start_bg f ob filelock run --timeout-run 1m ./lk -- sh -c 'trap "exit 3" USR1; echo >ready; while :; do read -r _ <go; done'
  read -rt 10 <>ready
  kill -USR1 "$(bg_pid f)"
  wait_bg f
  [ "$status" -eq 3 ]
}

@test "a marker is a lock, and names its owner" {
  start_bg holder ob filelock --type dotlock m sh -c 'echo >ready; exec sleep 60'
  read -rt 10 <>ready
  [ "$(head -n 1 m.lock)" = "$(bg_pid holder)" ]
  check_table <<'END'
$ ob filelock run -q -n --type dotlock ./m -- true
? 75
$ ob filelock -n --type dotlock m.lock true
? 1
$ ob filelock --type dotlock -s m true
2~ a lock of type dotlock is exclusive
? 64
END
  # Killed, it leaves its marker, which the next one takes over at once.
  kill -KILL "$(bg_pid holder)"
  wait_bg holder
  [ -e m.lock ]
  run ob filelock -w 5 --type dotlock m sh -c 'echo "$OPSBOX_LOCK_TYPE $OPSBOX_LOCK_PATH"'
  [ "$output" = "dotlock m.lock" ]
  [ ! -e m.lock ]
}

@test "a marker that may be of another machine is never broken" {
  echo 17 >m.lock
  run ob filelock -n --type dotlock m true
  [ "$status" -eq 1 ]
  [ "$(cat m.lock)" = 17 ]
}

# without CALLS COMMAND...: these system calls answer ENOLCK.
without() {
  ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null -e trace="$1" \
    -e inject="$1":error=ENOLCK "$OB_BIN" "${@:2}"
}

@test "where flock cannot be, --fallback takes another kind and says so" {
  check_table <<'END'
$ without flock filelock m true
2> filelock: cannot lock 'm': No locks available
? 71
$ without flock filelock --fallback m sh -c 'echo $OPSBOX_LOCK_TYPE'
2> filelock: no flock locks there, using ofd instead
> ofd
$ without flock,fcntl filelock --fallback ./m printenv OPSBOX_LOCK_TYPE
2> filelock: no flock locks there, using dotlock instead
> dotlock
END
}

@test "a wait that closes a circle is refused, once" {
  start_bg one ob filelock run ./a -- sh -c 'echo >ready; read -r _ <go; exec "$0" filelock run -w 30 ./b -- true' "$OB_BIN"
  read -rt 10 <>ready
  start_bg two ob filelock run ./b -- sh -c 'echo >ready; exec "$0" filelock run -w 30 --deadlock ./a -- true' "$OB_BIN"
  wait_for 5 test -e b.holder
  read -rt 10 <>ready
  echo >go
  wait_bg two
  [ "$status" -eq 75 ]
  grep -q 'the wait would never end: held by' two.err
  wait_bg one
  [ "$status" -eq 0 ]
}

@test "a descriptor's lock is converted, or one learns what became of it" {
  check_table <<'END'
$ { ob filelock -s 9; ob filelock --convert ex 9; echo $?; ob filelock -n -s lk true; echo $?; } 9>lk
> 0
> 1
$ { ob filelock 9; ob filelock --convert sh 9; echo $?; ob filelock -n -s lk true; echo $?; } 9>lk
> 0
> 0
$ { ob filelock -s 9; ob filelock -s 8; ob filelock -n --convert ex -v 9; echo $?; } 9>lk 8<lk
> 1
2> filelock: cannot lock 'descriptor': it is held by another
$ ob filelock --convert sh lk true
2~ option '--convert' is for a descriptor
? 64
END
}

@test "leases are refused" {
  check_table <<'END'
$ ob filelock run --on redis://localhost x -- true
2> filelock: cannot use '--on': leases are not in this build
? 69
END
}
