#!/usr/bin/env bats
# scripts/check-style fails for each rule, and for nothing else.
load ../lib/helpers

setup() {
  ob_setup
  mkdir -p core/base tests/e2e scripts
  cp "$OB_SOURCE/.clang-format" .
  touch CMakeLists.txt
  printf 'int\nf(void)\n{\n\treturn 0;\n}\n' >core/base/a.c
}

check() {
  "$OB_SOURCE/scripts/check-style" .
}

refused() {
  run check
  [ "$status" -ne 0 ]
  [[ $output == *"$1"* ]]
}

@test "a tidy tree is accepted" {
  check
}

@test "a function of 151 lines is refused, one of 150 is not" {
  long() {
    printf 'int\nf(int n)\n{\n'
    for ((i = 0; i < $1 - 4; i++)); do printf '\tn++;\n'; done
    printf '\treturn n;\n}\n'
  }
  long 150 >core/base/b.c
  check
  long 151 >core/base/b.c
  refused 'core/base/b.c:2: f: more than 150 lines'
}

@test "a file of 1501 lines is refused" {
  for ((i = 0; i < 1501; i++)); do echo "int v$i;"; done >core/base/b.h
  refused 'core/base/b.h: more than 1500 lines'
}

@test "layout, trailing blanks and non-ASCII letters are refused" {
  printf 'int f (void) { return 0; }\n' >core/base/b.c
  refused 'core/base/b.c:1: clang-format'
  rm core/base/b.c
  printf 'set(a b) \n' >CMakeLists.txt
  refused 'CMakeLists.txt:1: blanks'
  printf '# caf\303\251\n' >CMakeLists.txt
  refused 'CMakeLists.txt:1: not ASCII'
}

@test "a test that sleeps is refused, a sleeping process is not" {
  printf 'start_bg s sleep 100\nflock f sleep 100 &\n' >tests/e2e/a.bats
  check
  printf 'do_it; %s 1\n' sleep >tests/e2e/a.bats
  refused 'tests/e2e/a.bats:1: a test sleeps'
  printf '  %s 0.1\n' sleep >tests/e2e/a.bats
  refused 'tests/e2e/a.bats:1: a test sleeps'
}
