#!/usr/bin/env bats
# list, status, check, wait, probe: what they see and that they take nothing.
load ../../lib/helpers

setup() {
  ob_setup
  mkfifo ready
}

# hold NAME WORD...: `filelock WORD... sh` holds until the test ends.
hold() {
  start_bg "$1" ob filelock "${@:2}" sh -c 'echo >ready; exec sleep 60'
  read -rt 10 <>ready
}

@test "list shows every kind of lock, held and waited for, with its owner" {
  hold plain f
  hold ofd --type ofd o
  hold posix --type posix p
  hold mine run ./r --note why --fence --
  hold marker --type dotlock m
  start_bg waiter ob filelock run ./r -- true
  wait_for 5 grep -q -- "-> .* $(bg_pid waiter) " /proc/locks
  ob filelock list --json f o p r m >five
  jq -c '.[] | [.path, .type, .state, .pid]' five >got
  cat >want <<END
["f","flock","held",$(bg_pid plain)]
["m.lock","dotlock","held",$(bg_pid marker)]
["o","ofd","held",$(bg_pid ofd)]
["p","posix","held",$(bg_pid posix)]
["r","flock","held",$(bg_pid mine)]
["r","flock","waiting",$(bg_pid waiter)]
END
  diff want got
  assert_json '.[4] | .note == "why" and .token == 1 and .since != null
    and (.command | startswith("sh -c "))' five
  # The whole system: the same locks by their full paths.
  ob filelock list --json >all
  assert_json "[.[] | select(.path == \"$OB_DIR/o\" and .pid == $(bg_pid ofd))] | length == 1" all
  assert_json "[.[] | select(.path == \"$OB_DIR/r\")] | length == 2" all
  # lslocks(8) knows no OFD owners; what it knows is in the list.
  lslocks -nr -o PID,PATH | grep " $OB_DIR/" | grep -v '^-1 ' | sort >theirs
  jq -r '.[] | "\(.pid) \(.path)"' all | grep " $OB_DIR/" | sort >ours
  [ -z "$(comm -13 ours theirs)" ]
}

@test "status tells who holds one file, or that it is free" {
  hold mine run ./r --note why --
  run ob filelock status r --json
  assert_json ".state == \"held\" and .pid == $(bg_pid mine) and .note == \"why\" and .holders == 1 and .waiters == 0 and .since != null"
  kill "$(bg_pid mine)"
  wait_bg mine
  check_table <<'END'
$ ob filelock status r --json | jq -c '[.state, .pid, .holders]'; exit ${PIPESTATUS[0]}
> ["free",null,0]
? 1
$ ob filelock who nosuch >/dev/null
? 1
$ ob filelock list --plain r
? 1
END
}

@test "check says free or held, and creates nothing" {
  hold one f
  hold two sem -j 2 ./s --
  check_table <<'END'
$ ob filelock check f
? 1
$ ob filelock check nosuch
$ ob filelock check -j 2 s
$ ob filelock check -j 1 s
? 1
$ ob filelock check --type dotlock f
$ ob filelock check /dev/null
2~ not a regular file or directory
? 65
$ ls
> f
> one.err
> one.out
> ready
> s
> s.holder
> two.err
> two.out
END
}

@test "wait returns when it is free, takes nothing, and 75 when time is over" {
  hold one f
  run ob filelock wait --timeout 50ms f
  [ "$status" -eq 75 ]
  start_bg waiter ob filelock wait f
  start_bg queued ob filelock -n -E 9 f true
  wait_bg queued
  kill "$(bg_pid one)"
  wait_bg one
  wait_bg waiter
  [ "$status" -eq 0 ]
  ob filelock wait nosuch
  [ ! -e nosuch ]
}

@test "probe tries every kind and leaves nothing" {
  run ob filelock probe --json .
  assert_json 'length == 5 and all(.[]; .works and .verdict == "flock")'
  [ "$(ls)" = ready ]
  check_table <<'END'
$ ob filelock probe /proc --plain | cut -f 1,2,7 | sort -u | tail -n 1; exit ${PIPESTATUS[0]}
> win	false	none
? 1
$ ob filelock probe nosuch
2> filelock: cannot open 'nosuch': No such file or directory
? 66
END
}
