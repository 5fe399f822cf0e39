#!/usr/bin/env bats
# The helpers themselves: that each of them can fail.
load ../../lib/helpers

says() {
  echo out
  echo err >&2
  return 3
}

@test "check_table accepts rows that hold" {
  check_table <<'END'
# both streams and the status
$ says
> out
2> err
? 3

$ printf 'a\n\nb 12\n'
> a
>
~ ^b [0-9]+$
END
}

@test "check_table names a row with a wrong status, line or missing line" {
  for row in $'$ says\n> out\n2> err' $'$ says\n> other\n2> err\n? 3' \
    $'$ says\n> out\n? 3' $'$ echo a; echo b\n> a' $'$ echo a\n~ ^b'; do
    run check_table <<<"$row"
    [ "$status" -eq 1 ]
    [[ $output == *"row failed"* ]]
  done
}

@test "check_table without a row, or with an unreadable one, fails" {
  run ! check_table </dev/null
  run ! check_table <<<'echo no dollar'
}

@test "wait_for returns when the predicate holds, and shows why it never did" {
  run ! wait_for 0 cat file
  [[ $output == *"never became true: cat file"*"No such file"* ]]
  mkfifo fifo
  start_bg later sh -c 'read -r line <fifo; echo "$line" >file'
  echo now >fifo
  wait_for 5 grep -q now file
}

@test "wait_bg returns the status of the process" {
  start_bg seven sh -c 'exit 7'
  wait_bg seven
  [ "$status" -eq 7 ]
}

@test "teardown ends what a test started, and fails for what survives" {
  mkfifo hang
  start_bg deaf sh -c 'trap "" TERM; echo ready; read -r line <hang'
  wait_for 5 grep -q ready deaf.out
  pid=$(bg_pid deaf)
  if stop_bg deaf 2>said; then return 1; fi
  grep -q 'outlived SIGTERM' said
  run ! kill -0 "$pid"
}

@test "strays are found by the environment that they carry" {
  mkfifo hang
  OB_TEST_DIR=$OB_DIR setsid sh -c 'read -r line <hang' 3>&- &
  wait_for 5 test -n "$(ob_strays)"
  run ! ob_has_no_strays
  echo >hang
  wait_for 5 ob_has_no_strays
}

@test "in_tty gives a terminal of 80x24 and passes the status" {
  run in_tty sh -c 'test -t 1 && stty size && exit 5'
  [ "$status" -eq 5 ]
  [ "$output" = "24 80" ]
}

@test "a screen can be read and typed to" {
  screen sh -c 'printf "name? "; read -r name; echo "hello $name"; read -r end'
  wait_for 5 screen_shows 'name?'
  screen_keys anna Enter
  wait_for 5 screen_shows 'hello anna'
}

@test "assert_json holds and fails" {
  run echo '[{"a":1}]'
  assert_json '.[0].a == 1'
  run ! assert_json '.[0].a == 2'
}
