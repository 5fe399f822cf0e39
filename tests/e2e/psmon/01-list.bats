#!/usr/bin/env bats
load ../../lib/helpers

# A process with a name of NAME's bytes, as prctl(2) sets it: NAME.
start_named() {
  start_bg named python3 -c '
import ctypes, os, sys
ctypes.CDLL(None).prctl(15, os.fsencode(sys.argv[1]), 0, 0, 0)
print("ready", flush=True)
sys.stdin = os.fdopen(os.pipe()[0])
sys.stdin.read()' "$1"
  wait_for 5 grep -q ready named.out
}

@test "every process is a row, once" {
  ob psmon list -o pid --plain --instant >rows
  [ "$(sort -un rows | wc -l)" -eq "$(wc -l <rows)" ]
  grep -qx 1 rows
  grep -qx $$ rows
  ob psmon list --json --instant >list.json
  assert_json 'length > 2 and all(.[]; .pid > 0 and (.cmdline == null))' list.json
  assert_json '.[] | select(.pid == 1) | has("user") and has("rss_bytes")' list.json
}

@test "figures are those of ps" {
  start_bg sleeper sleep 100
  pid=$(bg_pid sleeper)
  run -0 ob psmon list -p "$pid" -o pid,ppid,pgid,sid,user,comm,nice,command --plain
  want=$(ps -o pid=,ppid=,pgid=,sid=,user=,comm=,ni=,args= -p "$pid")
  [ "$(tr -s ' \t' ' ' <<<"$output")" = "$(xargs <<<"$want")" ]
  run -0 ob psmon list -p "$pid" -o vsz --plain
  [ "$output" = "$(($(ps -o vsz= -p "$pid") * 1024))" ]
  # The kernel's cheap counter lags behind the exact one by some pages.
  run -0 ob psmon list -p "$pid" -o rss --plain
  off=$((output / 1024 - $(ps -o rss= -p "$pid")))
  [ "${off#-}" -le 512 ]
}

@test "a hostile name forges no row and no escape, and is exact in JSON" {
  start_named $'a) S \n\e]0;x'
  pid=$(bg_pid named)
  run -0 ob psmon list -p "$pid" -o pid,comm --json
  assert_json 'length == 1 and .[0].comm == "a) S \n\u001b]0;x"'
  run -0 ob psmon list -p "$pid" -o pid,comm --no-header
  [ "$output" = "$pid  a) S \\n\\x1b]0;x" ]
  run -0 ob psmon list -p "$pid" -o pid,state,ppid,comm --plain
  [ "${#lines[@]}" -eq 1 ]
}

@test "a busy loop is about one processor, the first sample unknown" {
  start_bg busy sh -c 'while :; do :; done'
  ob psmon list -p "$(bg_pid busy)" -o cpu,cpu_seconds -i 300ms -n 3 --ndjson >samples
  run -0 jq -s 'map(select(has("cpu_percent")) | .cpu_percent)' samples
  assert_json 'length == 3 and .[0] == null'
  # Others run here too: what it got is what the kernel counted.
  run -0 jq -s '[.[] | select(has("interval_seconds"))] as $heads
    | [.[] | select(has("cpu_percent"))] as $rows
    | [1, 2 | ($rows[.].cpu_seconds - $rows[. - 1].cpu_seconds)
        / $heads[.].interval_seconds * 100 - $rows[.].cpu_percent | fabs] | max' samples
  awk -v d="$output" 'BEGIN { exit !(d < 5) }'
}

@test "sorting and limit: the largest first" {
  ob psmon list -o rss,cmdline -s -rss --limit 5 --plain >largest
  [ "$(wc -l <largest)" -eq 5 ]
  cut -f 1 largest | sort -rnc
}

@test "wrong words: one line that names them, 64, nothing on standard output" {
  check_table <<'END'
$ ob psmon list -o pid,sate
2> psmon: unknown field 'sate' (did you mean 'state'?); see 'opsbox psmon list --help'
? 64
$ ob psmon list -s -cmd_line
2> psmon: unknown field 'cmd_line' (did you mean 'cmdline'?); see 'opsbox psmon list --help'
? 64
$ ob psmon lst
2> psmon: unknown verb 'lst' (did you mean 'list'?); see 'opsbox psmon --help'
? 64
$ ob psmon list 12
2> psmon: unexpected operand '12'; see 'opsbox psmon list --help'
? 64
$ ob psmon list -i 5x
2~ psmon: option '--interval': '5x' is not a duration.*
? 64
$ ob psmon list -p 999999999 --plain
? 1
$ ob psmon list --procfs nowhere
2> psmon: cannot open 'nowhere': No such file or directory
? 66
END
}

@test "no system table: 66 and one line" {
  [ "$(id -u)" -eq 0 ] || skip "needs root"
  ob_environment
  status=0
  # shellcheck disable=SC2016 # for the inner shell
  "${OB_ENVIRONMENT[@]}" unshare -m sh -c 'mount -t tmpfs none /proc && exec "$0" psmon list' \
    "$OB_BIN" >out 2>err || status=$?
  # A sanitized binary fails over its own look at /proc when it ends.
  [ "$status" -eq 66 ] || grep -q LeakSanitizer err
  [ ! -s out ]
  [ "$(grep -c '^psmon: ' err)" -eq 1 ]
  grep -qx "psmon: cannot read processes from '/proc': no process is there" err
}

@test "a full disk: 74; a reader that has gone: not a word" {
  status=0
  ob psmon list --instant >/dev/full 2>err || status=$?
  [ "$status" -eq 74 ]
  [ "$(wc -l <err)" -eq 1 ]
  ob psmon list --instant -i 10ms 2>err | head -n 1 >first
  [ -s first ]
  [ ! -s err ]
}

@test "rows while processes come and go are whole" {
  start_bg churn sh -c 'while :; do /bin/true; done'
  for _ in 1 2 3 4 5; do
    ob psmon list -o pid,ppid,user,state,comm,cmdline,start --ndjson --instant
  done >rows
  run -0 jq -s 'map(select((.pid | type) != "number" or .user == null or .start == null)) | length' rows
  [ "$output" = 0 ]
}
