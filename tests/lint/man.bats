#!/usr/bin/env bats
# scripts/check-man fails for each difference between page and table.
load ../lib/helpers

setup() {
  ob_setup
  mkdir -p man applets/toy
  cat >toy.json <<'END'
{"exit_codes": [{"code": 0, "meaning": "done"}, {"code": 64, "meaning": "usage"}],
 "applets": [{"name": "toy", "verbs": [{"name": "play", "hidden": false,
  "exits": [{"code": 75, "meaning": "busy"}], "columns": [{"key": "size_bytes"}],
  "options": [
   {"name": "limit", "letter": "n", "alias": null, "alias_letter": null,
    "house": false, "hidden": false, "setting": true},
   {"name": "json", "letter": null, "alias": null, "alias_letter": null,
    "house": true, "hidden": false, "setting": false},
   {"name": "secret", "letter": null, "alias": null, "alias_letter": null,
    "house": false, "hidden": true, "setting": false}]}]}]}
END
  printf '#!/bin/sh\ncat "${0%%/*}/toy.json"\n' >binary
  chmod +x binary
  page >man/opsbox.1
  page >man/opsbox-toy.1
}

page() {
  cat <<'END'
.Dd November 23, 2026
.Dt TOY 1
.Os
.Sh NAME
.Nm toy
.Nd a toy
.Sh SYNOPSIS
.Nm toy
.Cm play
.Op Fl n Ar N
.Sh DESCRIPTION
Its column is size_bytes.
.Bl -tag -width Ds
.It Fl n , Fl -limit Ar N
At most N.
.El
.Sh ENVIRONMENT
.Bl -tag -width Ds
.It Ev OPSBOX_TOY_LIMIT
As the option.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
Done.
.It 64
Usage.
.It 75
Busy.
.El
END
}

check() {
  "$OB_SOURCE/scripts/check-man" ./binary .
}

# refused SED-SCRIPT TEXT: the page so changed is refused with TEXT.
refused() {
  page | sed "$1" >man/opsbox-toy.1
  run check
  if [ "$status" -eq 0 ] || [[ $output != *"$2"* ]]; then
    echo "after '$1': status $status, said: $output"
    return 1
  fi
}

@test "a page that agrees is accepted" {
  check
}

@test "an option, verb, code, variable or key that the page lacks is named" {
  refused 's/^\.It Fl n , Fl -limit/.It Fl -limit/' 'lacks option -n --limit'
  refused 's/^\.Cm play/.Ar file/' 'lacks verb play'
  refused 's/^\.It 75/.It 76/' 'lacks exit 75'
  refused 's/LIMIT/MOST/' 'lacks variable OPSBOX_TOY_LIMIT'
  refused 's/size_bytes/size/' 'lacks column size_bytes'
}

@test "an option or verb that only the page has is named" {
  refused 's/^\.It Fl n /.It Fl -more\nMore.\n&/' 'has option --more, the binary not'
  refused 's/^\.Op Fl n/.Nm toy\n.Cm work\n&/' 'has verb work, the binary not'
}

@test "house options may stand in the page or not, hidden ones do not" {
  page | sed 's/^\.It Fl n /.It Fl -json\nAs JSON.\n&/' >man/opsbox-toy.1
  check
  refused 's/^\.It Fl n /.It Fl -secret\nHush.\n&/' 'has option --secret'
}

@test "a missing page, a page without applet, a code missing in opsbox.1" {
  page >man/opsbox-ghost.1
  run check
  [[ $output == *"man/opsbox-ghost.1: no applet"* ]]
  rm man/opsbox-ghost.1 man/opsbox-toy.1
  run check
  [[ $output == *"man/opsbox-toy.1: missing"* ]]
  page >man/opsbox-toy.1
  page | sed 's/^\.It 64/.It 65/' >man/opsbox.1
  run check
  [[ $output == *"man/opsbox.1: lacks exit code 64"* ]]
}

@test "what mandoc complains of is refused" {
  refused 's/^\.Sh NAME/.Sh NAME\n.Foo/' 'unknown macro'
}
