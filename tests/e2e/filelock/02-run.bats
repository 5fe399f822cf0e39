#!/usr/bin/env bats
# filelock run: names, codes, status object, several locks, slots.
load ../../lib/helpers

setup() {
  ob_setup
  mkfifo ready
}

hold() {
  start_bg holder ob filelock run "$@" -- sh -c 'echo >ready; exec sleep 60'
  read -rt 10 <>ready
}

@test "75 is a held lock, all else is the command's" {
  hold ./job
  check_table <<'END'
$ ob filelock run -n ./job -- sh -c 'exit 1'
2> filelock: cannot lock './job': it is held by another
? 75
$ ob filelock run -q --timeout 1ms ./job -- true
? 75
$ ob filelock run -q -n -E 9 ./job -- true
? 9
$ ob filelock run ./free -- sh -c 'exit 1'
? 1
$ ob filelock run ./free -- sh -c 'exit 75'
? 75
$ ob filelock run ./free -- nosuchcommand
2> filelock: cannot run 'nosuchcommand': No such file or directory
? 127
$ ob filelock run /dev/null -- true
2> filelock: cannot lock '/dev/null': not a regular file or directory
? 125
END
}

@test "the status object says which of the two it was" {
  ob filelock run -n ./job --status-file s -- sh -c 'exit 1' || [ $? -eq 1 ]
  assert_json '.result == "granted" and .exit_code == 1 and .code == 1 and .pid > 0' s
  ob filelock run ./job --status-file s -- sh -c 'kill -TERM $$' || [ $? -eq 143 ]
  assert_json '.signal == 15 and .exit_code == null and .code == 143' s
  hold ./job
  ob filelock run -q -n ./job --status-file s -- true || [ $? -eq 75 ]
  assert_json '.result == "busy" and .pid == null and .held_ms == null and .code == 75' s
  ob filelock run -q -w 20ms ./job --status-fd 5 -- true 5>s || [ $? -eq 75 ]
  assert_json '.result == "timeout" and .waited_ms >= 20' s
  ob filelock run --json ./other -- true 2>s
  assert_json '.result == "granted" and .type == "flock" and .mode == "exclusive"' s
}

@test "a name is a lock of the user, in one place or in --dir" {
  mkdir locks
  ob filelock run --dir locks job -- true
  [ -f locks/job ]
  name=test-$$-$RANDOM
  ob filelock run "$name" --unlink -- sh -c 'test -f "$OPSBOX_LOCK_PATH"; echo "$OPSBOX_LOCK_PATH"' >path
  [ "$(cat path)" = "/tmp/opsbox-$(id -u)/filelock/$name" ]
  [ ! -e "$(cat path)" ]
}

@test "waiting for a lock that one holds oneself is refused" {
  run ob filelock run ./a -- "$OB_BIN" filelock run ./a -- true
  [ "$status" -eq 75 ]
  [[ $output == *"would wait for itself"* ]]
  run ob filelock run ./a -- "$OB_BIN" filelock run ./b -- true
  [ "$status" -eq 0 ]
}

@test "several locks: all or nothing, each once" {
  hold ./b
  check_table <<'END'
$ ob filelock run -q -n --all ./a ./b -- true
? 75
$ ob filelock -n ./a echo free
> free
$ ob filelock run --all ./a ././a ./c -- sh -c '"$0" filelock -n ./c true; echo $?' "$OB_BIN"
> 1
$ ob filelock run ./a ./c -- true
2> filelock: unexpected operand './c' (several locks need '--all'); see 'opsbox filelock run --help'
? 64
$ ob filelock run ./a true
2> filelock: missing '-- COMMAND'; see 'opsbox filelock run --help'
? 64
END
}

@test "slots let N in, not more, and a killed holder's slot is free" {
  for i in 1 2 3; do
    start_bg "h$i" ob filelock run -j 3 ./s -- sh -c 'touch "slot.$OPSBOX_LOCK_SLOT"; exec sleep 60'
    wait_for 5 test -e "slot.$((i - 1))"
  done
  run ob filelock run -q -n --slots 3 ./s -- true
  [ "$status" -eq 75 ]
  kill -KILL "$(bg_pid h2)"
  wait_bg h2
  ob filelock run -w 5 -j 3 ./s -- sh -c 'echo "$OPSBOX_LOCK_SLOT"' >slot
  [ "$(cat slot)" = 1 ]
}

@test "the command does not keep the lock behind its end" {
  ob filelock run ./lk -- sh -c 'sleep 60 >/dev/null 2>&1 3>&- & echo $!' >pid
  run ob filelock -n ./lk true
  kill "$(cat pid)"
  [ "$status" -eq 0 ]
}

@test "the message that a lock is held tells the code, and -q is silent" {
  check_table <<'END'
$ ob filelock run ./a -- "$OB_BIN" filelock run --json -n ./a -- true 2>&1 | jq -r '.message, .code' | head -n 2
> cannot lock './a': it is held by another
> 75
$ ob filelock run ./a -- "$OB_BIN" filelock run -q -n ./a -- true
? 75
END
}

@test "a range is given in bytes or in sizes" {
  check_table <<'END'
$ ob filelock run --type ofd --start 1K --length 1 ./a -- "$OB_BIN" filelock -n --type ofd --start 1024 --length 1K ./a true
? 1
$ ob filelock run --type ofd --start 1K --length 1 ./a -- "$OB_BIN" filelock -n --type ofd --start 1025 ./a true
$ ob filelock run --type ofd --length 1X ./a -- true
2~ '1X' is not a size such as
? 64
$ ob filelock run --type ofd --start 8388608T ./a -- true
2~ is out of range
? 64
END
}
