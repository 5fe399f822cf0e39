#!/usr/bin/env bats
# opsbox under its own name: dispatch, lists, links.
load ../../lib/helpers

@test "help on request goes to standard output, without a request to the error" {
  ob --help >asked
  run --separate-stderr ob
  [ "$status" -eq 64 ]
  [ -z "$output" ]
  [ "$stderr" = "$(<asked)" ]
}

@test "a wrong word is named in one line, 64" {
  check_table <<'END'
$ ob nope
2> opsbox: unknown applet 'nope'; see 'opsbox --help'
? 64
$ ob --nope
2> opsbox: unknown option '--nope'; see 'opsbox --help'
? 64
$ ob --lst
2> opsbox: unknown option '--lst' (did you mean '--list'?); see 'opsbox --help'
? 64
$ ob --list extra
2> opsbox: unexpected operand 'extra'; see 'opsbox --list --help'
? 64
$ ob --install
2> opsbox: missing operand DIR; see 'opsbox --install --help'
? 64
$ ob completion tcsh
2~ ^opsbox: unknown shell 'tcsh', expected bash, zsh or fish
? 64
$ ob help nope
2~ ^opsbox: unknown applet 'nope'
? 64
END
}

@test "the version is one line with name, version and commit" {
  run ob --version
  [ "$status" -eq 0 ]
  [ "${#lines[@]}" -eq 1 ]
  [[ $output =~ ^opsbox\ [0-9]+\.[0-9]+\.[0-9]+(\ \([0-9a-f]{10}\))? ]]
}

@test "--list, its JSON and the dump name the same applets" {
  ob --list | sort >names
  ob --list --json | jq -r '.[].name' | sort | diff names -
  ob help --json | jq -r '.applets[].name' | sort | diff names -
}

@test "--install makes links that run applets, and --uninstall removes only these" {
  mkdir bin
  ob --install -s bin
  ob --list | while read -r name; do
    [ -L "bin/$name" ]
    ob_environment
    "${OB_ENVIRONMENT[@]}" "bin/$name" --help >/dev/null
  done
  echo mine >bin/other
  ln -s /bin/true bin/stranger
  ob --uninstall bin
  [ "$(ls bin)" = $'other\nstranger' ]
}

@test "--install again changes nothing; what is in the way is kept without --force" {
  name=$(ob --list | head -n 1)
  [ -n "$name" ] || skip "this build has no applet"
  mkdir bin
  ob --install -s bin
  ls -li bin >before
  ob --install -s bin
  ls -li bin | diff before -
  rm "bin/$name"
  echo mine >"bin/$name"
  run --separate-stderr ob --install -s bin
  [ "$status" -eq 73 ]
  [ "${#stderr_lines[@]}" -le 2 ]
  [ "$(<"bin/$name")" = mine ]
  ob --install -s --force bin
  [ -L "bin/$name" ]
}

@test "hard links, where no -s is given" {
  name=$(ob --list | head -n 1)
  [ -n "$name" ] || skip "this build has no applet"
  # On the file system of the binary: hard links do not cross.
  links=$(mktemp -d "$OB_BUILD/links-XXXXXX")
  ob --install "$links"
  [ "$links/$name" -ef "$OB_BIN" ]
  ob --uninstall "$links"
  rmdir "$links"
}

@test "a missing or unwritable directory: one line and its code" {
  check_table <<'END'
$ ob --install -s nowhere
2~ ^opsbox: cannot open directory 'nowhere': No such file or directory$
? 66
$ ob --uninstall nowhere
2~ ^opsbox: cannot open directory 'nowhere': No such file or directory$
? 66
END
}

@test "a login shell's dash and a path before the name do not matter" {
  ln -s "$OB_BIN" ./-opsbox
  ob_environment
  "${OB_ENVIRONMENT[@]}" ./-opsbox --version
  "${OB_ENVIRONMENT[@]}" bash -c 'exec -a /some/where/opsbox "$0" --version' "$OB_BIN"
}

@test "an unwritable home, no environment and no file in /proc do no harm" {
  OB_ENV=(HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent)
  ob --version
  env -i "$OB_BIN" --version
}

@test "a program under the name of an applet is no link to itself" {
  name=$(ob --list | head -n 1)
  [ -n "$name" ] || skip "this build has no applet"
  mkdir bin
  cp "$OB_BIN" "bin/$name"
  ln -s "bin/$name" opsbox
  OB_BIN=./opsbox
  ob --install -s --force bin
  [ ! -L "bin/$name" ]
  ob --uninstall bin
  [ "$(ls bin)" = "$name" ]
}
