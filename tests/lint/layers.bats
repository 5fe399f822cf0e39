#!/usr/bin/env bats
# scripts/check-layers fails for each rule, and for nothing else.
load ../lib/helpers

# tree FILE TEXT...: a small tree in the current directory.
setup() {
  ob_setup
  mkdir -p core/{base,fmt,os,rt,cli} applets/toy applets/other
  touch core/base/banned.h core/base/bsd.h core/fmt/value.h core/os/file.h
  touch core/rt/loop.h core/cli/out.h applets/other/other.h applets/toy/engine.h
  echo 'opsbox_applet(toy toy.c engine.c PRINTS view.c)' >applets/toy/CMakeLists.txt
}

# refuses FILE LINE RULE: with LINE in FILE the check names the place and RULE.
refuses() {
  printf '%s\n' "$2" >"$1"
  run "$OB_SOURCE/scripts/check-layers" .
  rm "$1"
  if [ "$status" -eq 0 ] || [[ $output != *"$1:1: "*"$3"* ]]; then
    echo "for '$2' in $1: status $status, said: $output"
    return 1
  fi
}

accepts() {
  printf '%s\n' "$2" >"$1"
  run "$OB_SOURCE/scripts/check-layers" .
  rm "$1"
  if [ "$status" -ne 0 ]; then
    echo "for '$2' in $1: status $status, said: $output"
    return 1
  fi
}

@test "an engine file that prints is refused" {
  refuses applets/toy/engine.c 'void f(void) { ob_out_str(cx, "x"); }' 'engine file prints'
  refuses applets/toy/engine.c 'void f(void) { ob_diag(cx, &err); }' 'engine file prints'
  refuses applets/toy/engine.c 'void f(void) { fprintf(stderr, "x"); }' 'engine file prints'
}

@test "the entry file, and files after PRINTS, may print" {
  accepts applets/toy/toy.c 'void f(void) { ob_out_str(cx, "x"); }'
  accepts applets/toy/view.c 'void f(void) { ob_out_str(cx, "x"); }'
  accepts applets/toy/engine.c 'void f(void) { snprintf(a, n, "x"); } /* ob_out_str(x) */'
}

@test "an include against the direction of the layers is refused" {
  refuses core/base/a.c '#include "os/file.h"' 'layer base may not include os'
  refuses core/fmt/a.c '#include "os/file.h"' 'layer fmt may not include os'
  refuses core/os/a.c '#include "fmt/value.h"' 'layer os may not include fmt'
  refuses core/rt/a.c '#include "cli/out.h"' 'layer rt may not include cli'
  refuses core/cli/out.c '#include "rt/loop.h"' 'layer cli may not include rt'
  accepts core/cli/tui.c '#include "rt/loop.h"'
  accepts core/rt/a.c '#include "os/file.h"'
}

@test "an include of another applet, of no layer, or upwards is refused" {
  refuses applets/toy/toy.c '#include "other/other.h"' 'no layer "other"'
  refuses applets/toy/toy.c '#include "../other/other.h"' 'climbs out'
  refuses applets/toy/toy.c '#include "other.h"' 'not in this folder'
  refuses core/fmt/a.c '#include "value.h"' 'names no layer'
  accepts applets/toy/toy.c '#include "engine.h"'
}

@test "knowledge of the system outside core/os is refused" {
  refuses core/rt/a.c '#ifdef __linux__' 'macro of an operating system'
  refuses applets/toy/engine.c '#if defined(_WIN32)' 'macro of an operating system'
  refuses applets/toy/engine.c 'const char *p = "/proc/self/stat";' '/proc and ioctl'
  refuses core/cli/a.c 'int f(void) { return ioctl(0, 1, 2); }' '/proc and ioctl'
  accepts core/os/a.c '#ifdef __linux__'
  accepts core/rt/a.c '/* on __linux__ this reads "/proc/self" */'
}

@test "libbsd past base/bsd.h, and a banned name made usable, are refused" {
  refuses core/rt/a.c '#include <bsd/string.h>' 'only through base/bsd.h'
  refuses core/rt/a.c '#undef getenv' 'banned name'
  refuses applets/toy/toy.c '#undef printf' 'banned name'
  accepts core/rt/a.c '#undef SUITE'
}

@test "a header that needs another one first is refused" {
  echo 'size_t f(void);' >core/rt/a.h
  run "$OB_SOURCE/scripts/check-layers" .
  [ "$status" -ne 0 ]
  [[ $output == *"core/rt/a.h: does not compile alone"* ]]
}
