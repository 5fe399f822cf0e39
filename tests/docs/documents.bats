#!/usr/bin/env bats
# The runner of documents finds what fails; the installation is whole.
load ../lib/helpers

document() {
  "$OB_SOURCE/tests/docs/run" "$OB_BIN" "$1"
}

@test "a block that works, and shows its output, passes" {
  printf '```sh\ntrue\necho a\n```\n\n```text\na\n```\n' >good.md
  run document good.md
  [ "$status" -eq 0 ]
  [ "$output" = "1 blocks, 0 failed" ]
}

@test "a block that fails, or shows another output, is named by its line" {
  printf 'x\n```sh\nfalse\ntrue\n```\n' >bad.md
  run document bad.md
  [ "$status" -eq 1 ]
  [[ $output == *"bad.md:2: status 1"* ]]
  printf '```sh\necho a\n```\n```text\nb\n```\n' >bad.md
  run document bad.md
  [ "$status" -eq 1 ]
  [[ $output == *"bad.md:1: its output"* ]]
}

@test "a console block is not run, and text after prose is not output" {
  printf '```console\nfalse\n```\n```sh\necho a\n```\nSo:\n```text\nb\n```\n' >good.md
  document good.md
}

@test "a marked display of a man page is run line by line" {
  printf '.Sh EXAMPLES\n.\\" run\n.Bd -literal\n$ echo a >f\n$ cat f\na\n.Ed\n' >p.1
  run document p.1
  [ "$output" = "2 blocks, 0 failed" ]
  printf '.\\" run\n.Bd -literal\n$ echo a\nb\n.Ed\n' >p.1
  run document p.1
  [ "$status" -eq 1 ]
  [[ $output == *"p.1:3: its output"* ]]
}

@test "opsbox is in PATH of a block" {
  printf '```sh\nopsbox --version\n```\n' >good.md
  document good.md
}

@test "the installation holds binary, pages, completions and links" {
  DESTDIR=$OB_DIR/root run cmake --install "$OB_BUILD" --prefix /usr
  [ "$status" -eq 0 ]
  cd root/usr
  [ -x bin/opsbox ] && [ -f share/man/man1/opsbox.1 ]
  [ -f share/bash-completion/completions/opsbox ]
  [ -f share/zsh/site-functions/_opsbox ]
  [ -f share/fish/vendor_completions.d/opsbox.fish ]
  for name in $("$OB_BIN" --list | awk '{ print $1 }'); do
    [ "$(readlink "bin/$name")" = opsbox ]
    [ -f "share/man/man1/opsbox-$name.1" ]
  done
  run find . -type f -perm /022
  [ -z "$output" ]
}

@test "the completion scripts are scripts" {
  "$OB_BIN" completion bash | bash -n
  "$OB_BIN" completion zsh | grep -q '^#compdef\|compdef'
  "$OB_BIN" completion fish | grep -q 'complete -c'
}
