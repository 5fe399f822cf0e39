#!/usr/bin/env bats
# tests/fault/run finds each known mistake of sample.c, and none in the sound
# way.
load ../../lib/helpers
export OB_BUILD

faults() { # KIND MISTAKE
  OB_MISTAKE=$2 "$OB_SOURCE/tests/fault/run" \
    --lib "$OB_BUILD/tests/fault/ob-fault.so" \
    "$OB_SOURCE/tests/fault/machinery/sound.scenario" "$1"
}

finds() { # KIND MISTAKE TEXT
  run faults "$1" "$2"
  if [ "$status" -eq 0 ] || [[ $output != *"$3"* ]]; then
    echo "status $status: $output"
    return 1
  fi
}

@test "the sound way has no failure" {
  for kind in alloc call kill; do
    faults "$kind" none
  done
}

@test "a use of memory that was refused is found" {
  finds alloc crashes 'sanitizer report'
}

@test "memory lost on the way out is found" {
  finds alloc leaks 'sanitizer report'
}

@test "a failure without a message is found" {
  finds alloc silent '0 lines on standard error, not 1'
}

@test "a failure with two messages is found" {
  finds call chatters '2 lines on standard error, not 1'
}

@test "success that is none is found" {
  finds call lies 'status 0, but the old content'
}

@test "a file written in place is found" {
  finds kill torn 'torn: '
}

@test "a scenario that nothing can happen to fails" {
  printf 'command=(true)\ncodes=0\n' >empty.scenario
  run ! "$OB_SOURCE/tests/fault/run" --lib "$OB_BUILD/tests/fault/ob-fault.so" empty.scenario alloc
  run ! "$OB_SOURCE/tests/fault/run" --lib "$OB_BUILD/tests/fault/ob-fault.so" empty.scenario kill
}
