#!/usr/bin/env bats
# mark, unmark, break, fence: locks that stay behind, and who may take them away.
load ../../lib/helpers

@test "a marker names its owner, and liblockfile agrees" {
  token=$(ob filelock mark m --pid $$)
  [[ $token =~ ^[0-9a-f]{32}$ ]]
  [ "$(head -n 1 m.lock)" = $$ ]
  if command -v lockfile-check; then
    lockfile-check --use-pid m
  fi
  check_table <<END
$ ob filelock mark -n m
2> filelock: cannot mark 'm.lock': it is marked by another
? 75
$ ob filelock mark --timeout 20ms m.lock
2> filelock: cannot mark 'm.lock': it is marked by another
? 75
$ ob filelock unmark m --token wrong
2> filelock: cannot remove 'm.lock': it has another token
? 1
$ ob filelock break m
2> filelock: cannot remove 'm.lock': its owner is alive
? 1
$ ob filelock unmark --dry-run m --token $token
> would remove 'm.lock'
$ ob filelock unmark m --token $token
$ ob filelock unmark m --token $token
2> filelock: cannot open 'm.lock': No such file or directory
? 66
END
  [ -z "$(ls)" ]
}

@test "without a token one removes the marker of a process above oneself" {
  ob filelock mark m --pid $$ >/dev/null
  ob filelock unmark m
  [ ! -e m.lock ]
  start_bg other sh -c 'exec sleep 60'
  ob filelock mark m --pid "$(bg_pid other)" >/dev/null
  run ob filelock unmark m
  [ "$status" -eq 1 ]
  [ -e m.lock ]
}

@test "the marker of a dead process is taken over within a second" {
  sh -c '"$0" filelock mark m --pid $$' "$OB_BIN" >/dev/null
  [ -e m.lock ]
  check_table <<'END'
$ ob filelock break --dry-run m
> would remove 'm.lock'
$ ob filelock mark --timeout 1s m | grep -c .
> 1
$ ob filelock mark x --pid 999999999
2~ no process has the number 999999999
? 64
END
}

@test "a marker of another machine or of nobody is never broken, but by force" {
  echo 17 >m.lock
  echo rubbish >r.lock
  check_table <<'END'
$ ob filelock break m
2> filelock: cannot remove 'm.lock': its owner may be alive on another machine
? 1
$ ob filelock mark -n m
2~ it is marked by another
? 75
$ ob filelock break r
2> filelock: cannot break 'r.lock': it names no owner
? 65
$ ob filelock break --force --dry-run r
> would remove 'r.lock'
$ ob filelock break --force m; ob filelock break --force r; ls
END
}

@test "time to live: over, everybody may break it; renewed, it goes on" {
  token=$(ob filelock mark m --pid $$ --ttl 50ms)
  # The owner lives, but its time is over.
  ob filelock mark --timeout 5s m --pid $$ >/dev/null
  run grep -q "$token" m.lock
  [ "$status" -eq 1 ]
  ob filelock break --force m
  token=$(ob filelock mark m --pid $$ --ttl 1h)
  since=$(grep -o '"since":"[^"]*"' m.lock)
  ob filelock mark m --renew --token "$token"
  [ "$since" != "$(grep -o '"since":"[^"]*"' m.lock)" ]
  run ob filelock mark m --renew --token wrong
  [ "$status" -eq 1 ]
  run ob filelock mark m --renew
  [ "$status" -eq 64 ]
}

@test "fence: as high as any before, or stale" {
  echo no number >bad
  check_table <<'END'
$ ob filelock fence check f 7
$ ob filelock fence check f 7
$ ob filelock fence check f 6
? 1
$ ob filelock fence check f 18446744073709551615; cat f
> 18446744073709551615
$ ob filelock fence check f 8
? 1
$ ob filelock fence check bad 8
2> filelock: cannot use 'bad': it holds no number
? 65
$ ob filelock fence check f x
2~ 'x' is not the number of a grant
? 64
$ ob filelock fence look f 1
2~ unknown word 'look', expected 'check'
? 64
END
}
