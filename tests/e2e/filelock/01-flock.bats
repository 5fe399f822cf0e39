#!/usr/bin/env bats
# The form of flock(1): options, codes, what a command gets.
load ../../lib/helpers

setup() {
  ob_setup
  ln -s "$OB_BIN" flock
  # A background lock on `held`, taken by the system's own flock.
  mkfifo ready
}

# hold FILE [OPTION...]: another party holds it until the test ends.
hold() {
  local file=$1
  shift
  start_bg "holder-${file##*/}" ob filelock "$@" "$file" sh -c 'echo >ready; exec sleep 60'
  read -rt 10 <>ready
}

@test "the command's status passes through" {
  check_table <<'END'
$ ob filelock lk true
$ ob filelock lk sh -c 'exit 7'
? 7
$ ob filelock lk sh -c 'kill -KILL $$'
? 137
$ ob filelock lk -c 'echo "$0:$1" words; exit 3'
> /bin/sh: words
? 3
$ ob filelock . true
$ ob filelock lk nosuchcommand
2> filelock: cannot run 'nosuchcommand': No such file or directory
? 127
$ ob filelock lk /etc/passwd
2> filelock: cannot run '/etc/passwd': Permission denied
? 126
$ ob filelock -F lk sh -c 'exit 5'
? 5
$ ob filelock -F lk nosuchcommand
2> filelock: cannot run 'nosuchcommand': No such file or directory
? 127
$ echo 'echo by the shell' >script; chmod +x script; ob filelock lk ./script
> by the shell
END
}

@test "a held lock is refused by option, code and time" {
  hold held
  check_table <<'END'
$ ob filelock -n held echo no
? 1
$ ob filelock --nonblock -E 9 held echo no
? 9
$ ob filelock --nb -E 0 held echo no
? 0
$ ob filelock -w .01 held echo no
? 1
$ ob filelock --wait 10ms -E 255 held echo no
? 255
$ ob filelock -w 0 held echo no
? 1
$ ob filelock -w 1us held echo no
? 1
$ ob filelock -sn held echo no
? 1
$ ob filelock -n --verbose held echo no
2> filelock: cannot lock 'held': it is held by another
? 1
$ ob filelock -w 0.001 -v held echo no
2> filelock: cannot lock 'held': timeout while waiting for it
? 1
$ flock -n held true
? 1
END
}

@test "flock(1) and filelock exclude each other" {
  command -v /usr/bin/flock || skip "no flock(1)"
  /usr/bin/flock other sh -c 'echo >ready; exec sleep 60' 3>&- &
  read -rt 10 <>ready
  run ob filelock -n other true
  kill %1
  [ "$status" -eq 1 ]
  hold mine
  run /usr/bin/flock -n mine true
  [ "$status" -eq 1 ]
}

@test "the last of -s, -x and -u counts, readers share" {
  hold shared -x -s
  check_table <<'END'
$ ob filelock -s -n shared echo yes
> yes
$ ob filelock -s -x -n shared echo no
? 1
$ ob filelock -x -s -n shared echo yes
> yes
$ ob filelock -s -e -n shared echo no
? 1
END
}

@test "wrong usage is one line and 64" {
  check_table <<'END'
$ ob filelock -x
2> filelock: missing file or descriptor; see 'opsbox filelock flock --help'
? 64
$ ob filelock lk
2> filelock: 'lk' is not the number of a descriptor, and a file needs a command; see 'opsbox filelock flock --help'
? 64
$ ob filelock -w nan lk true
2> filelock: option '--timeout': 'nan' is not a duration such as 0.5, 250ms, 5s or 2m; see 'opsbox filelock flock --help'
? 64
$ ob filelock -w -1 lk true
2> filelock: option '--timeout': '-1' is not a duration such as 0.5, 250ms, 5s or 2m; see 'opsbox filelock flock --help'
? 64
$ ob filelock -w 99999999999 lk true
2~ not a duration
? 64
$ ob filelock -E 256 lk true
2~ not a whole number from 0 to 255
? 64
$ ob filelock -F -o lk true
2> filelock: options '--no-fork' and '--close' exclude each other; see 'opsbox filelock flock --help'
? 64
$ ob filelock lk -c a b
2> filelock: '-c' needs exactly one command; see 'opsbox filelock flock --help'
? 64
$ ob filelock --start 3 lk true
2> filelock: options '--start' and '--length' need '--type' ofd or posix; see 'opsbox filelock flock --help'
? 64
$ ob filelock --nope lk true
2~ unknown option '--nope'
? 64
END
  [ ! -e lk ]
}

@test "paths that cannot be locked are one line, and nothing hangs" {
  mkfifo p
  ln -s nowhere dangling
  check_table <<'END'
$ ob filelock -w 5 p true
2> filelock: cannot lock 'p': not a regular file or directory
? 65
$ ob filelock /dev/null true
2> filelock: cannot lock '/dev/null': not a regular file or directory
? 65
$ ob filelock no/such true
2> filelock: cannot open 'no/such': No such file or directory
? 66
$ ob filelock dangling true
2> filelock: cannot open 'dangling': a symbolic link to nothing
? 66
$ ob filelock --type ofd . true
2> filelock: cannot lock '.': kind ofd needs a file that can be written
? 65
$ ob filelock 99
2> filelock: cannot examine descriptor 99: Bad file descriptor
? 65
END
  [ ! -e nowhere ]
}

@test "descriptors of the shell are locked, released and passed on" {
  check_table <<'END'
$ { ob filelock -n 9 && echo got; ob filelock -n lk true; echo $?; ob filelock -u 9; ob filelock -n lk echo free; } 9>lk
> got
> 1
> free
$ ob filelock --fd 9 sh -c 'echo under; '"$OB_BIN"' filelock -n lk true; echo $?' 9>lk
> under
> 1
$ ob filelock --type posix 9 9>lk
2~ a lock of type posix ends with its process
? 64
$ ob filelock --fd 9 -o sh -c 'echo x >&9' 9>lk 2>/dev/null
? 2
END
}

@test "a background child keeps the lock, with -o it does not" {
  ob filelock lk sh -c 'sleep 60 >/dev/null 2>&1 3>&- & echo $!' >pid
  run ob filelock -n lk true
  kill "$(cat pid)"
  [ "$status" -eq 1 ]
  ob filelock -o lk sh -c 'sleep 60 >/dev/null 2>&1 3>&- & echo $!' >pid
  run ob filelock -n lk true
  kill "$(cat pid)"
  [ "$status" -eq 0 ]
}

@test "the lock file is no stdin, is not written, may be read-only" {
  printf hello >g
  chmod 444 g
  check_table <<'END'
$ ob filelock g cat <&-
2~ Bad file descriptor
? 1
$ ob filelock g cat g
> hello
END
  [ "$(cat g)" = hello ]
}

@test "parts of a file are locked apart" {
  hold f --type ofd --start 0 --length 10
  check_table <<'END'
$ ob filelock -n --type ofd --start 10 --length 10 f echo yes
> yes
$ ob filelock -n --type ofd --start 5 --length 1 f echo no
? 1
$ ob filelock -n --fcntl f echo no
? 1
$ ob filelock -n --type posix --start 9 --length 1 f echo no
? 1
END
}

@test "under the name flock codes are flock's, and there are no verbs" {
  check_table <<'END'
$ env -i PATH="$PATH" ./flock lk nosuchcommand
2> flock: cannot run 'nosuchcommand': No such file or directory
? 69
$ env -i PATH="$PATH" ./flock run true; ls run
> run
$ env -i PATH="$PATH" ./flock lk sh -c 'set | grep -c OPSBOX_LOCK'
> 0
? 1
$ ./flock -V
~ ^opsbox [0-9.]+
END
}

@test "a command learns about its lock" {
  run ob filelock lk sh -c 'echo "$OPSBOX_LOCK_PATH $OPSBOX_LOCK_TYPE $OPSBOX_LOCK_MODE"'
  [ "$output" = "lk flock exclusive" ]
}
