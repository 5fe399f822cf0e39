#!/usr/bin/env bats
# What a command that envcfg runs is given, and what comes back.
load ../../lib/helpers

@test "run hands over exactly the configuration" {
  printf '{"db":{"port":5432}}' >a.json
  printf 'A=$2b$10$abc\nB="x\\ty"\n' >.env
  printf 'echo "$0 $1 $A"\n' >script
  chmod +x script
  check_table <<'END'
$ ob envcfg run --pure --file a.json --prefix P_ -- env
> P_DB__PORT=5432

$ ob envcfg run --pure --keep HOME --env-file .env -- env | sort
~ ^A=.2b.10.abc$
~ ^B=x	y$
~ ^HOME=/

$ ob envcfg run --env-file .env -- printenv A
> $2b$10$abc

$ ob envcfg run --env-file .env -- ./script word
> ./script word $2b$10$abc
END
}

@test "the environment beats .env, unless told otherwise" {
  # shellcheck disable=SC2030,SC2031 # of this test alone
  OB_ENV+=(A=env)
  printf 'A=file\n' >.env
  check_table <<'END'
$ ob envcfg run --env-file .env -- printenv A
> env

$ ob envcfg run --env-override --env-file .env -- printenv A
> file
END
}

@test "a command is found without a PATH" {
  run env -i "$OB_BIN" envcfg run -- sh -c 'exit 3'
  [ "$status" -eq 3 ]
  run -127 env -i PATH= "$OB_BIN" envcfg run -- sh -c 'exit 3'
}

@test "run passes the command's status and has its own" {
  printf 'A="x"y\n' >bad.env
  touch file
  check_table <<'END'
$ ob envcfg run -- sh -c 'exit 7'
? 7

$ ob envcfg run -- nosuch
2> envcfg: cannot run 'nosuch': No such file or directory
? 127

$ ob envcfg run -- ./file
2> envcfg: cannot run './file': Permission denied
? 126

$ ob envcfg run -q --env-file bad.env -- touch ran
2> envcfg: cannot parse 'bad.env': 1:6: expected the end of the line, found 'y'
? 125

$ ob envcfg run --file no.json -- true
2> envcfg: cannot open 'no.json': No such file or directory
? 125

$ ob envcfg run
2> envcfg: missing operand COMMAND; see 'opsbox envcfg run --help'
? 64
END
  [ ! -e ran ]
}

@test "a value that is too long for a process is named" {
  head -c 300000 /dev/zero | tr '\0' x >long
  run --separate-stderr ob envcfg run --set-file big.one=long -- true
  [ "$status" -eq 125 ]
  [[ $stderr == *"cannot run 'true': Argument list too long"* ]]
  [[ $stderr == *"hint: the longest value is that of 'big.one': 300000 bytes"* ]]
}

@test "explain names each source of a key" {
  printf '[db]\nport = 5432 # prod\n' >a.toml
  printf '{"db":{"port":1}}' >b.json
  # shellcheck disable=SC2030,SC2031 # of this test alone
  OB_ENV+=(APP_DB__PORT=7)
  check_table <<'END'
$ ob envcfg explain --file a.toml --file b.json --env-prefix APP_ --set db.port=9 --plain db.port | cut -f 2,4,5,6,7,8,9 | tr '\t' ,
> 9,winner,cli,,,,--set
> 7,shadowed,env,,,,APP_DB__PORT
> 1,shadowed,file,b.json,1,15,
> 5432,shadowed,file,a.toml,2,8,
END
}

@test "deep and exploding documents are refused, not followed" {
  printf '%100000s' '' | tr ' ' '[' >deep.json
  { echo 'a0: &a0 [x,x]'; for i in {1..30}; do echo "a$i: &a$i [*a$((i - 1)),*a$((i - 1))]"; done; } >laughs.yaml
  (ulimit -s 256 && run ob envcfg list -q --file deep.json && [ "$status" -eq 65 ])
  run --separate-stderr ob envcfg list -q --file laughs.yaml
  [ "$status" -eq 65 ] || [ "$status" -eq 69 ]
  [ "$status" -eq 69 ] || [[ $stderr == *"node limit"* ]]
}

@test "a FIFO in place of a file is refused at once" {
  mkfifo f.json
  run --separate-stderr ob envcfg list --file f.json
  [ "$status" -eq 65 ]
  [[ $stderr == *"'f.json'"* ]]
}

@test "a message shows no line of a secret, not even the second" {
  printf 'PASSWORD="abc\nhunter2 ${NOPE}\n"\n' >a.env
  printf '{"password":\n\n"hunter2" x}' >b.json
  printf 'a.token = """\nhunter2\\q\n"""' >c.toml
  printf 'TOKEN=x\nA=${NOPE}\n' >d.env
  check_table <<'END'
$ ob envcfg list --env-file a.env
2~ NOPE.*
2>   (the line may hold a secret)
? 78
$ ob envcfg list --file b.json 2>&1 | grep -c hunter2
> 0
? 1
$ ob envcfg list --file c.toml 2>&1 | grep -c hunter2
> 0
? 1
$ ob envcfg list --env-file d.env 2>&1 | grep NOPE}
>   A=${NOPE}
END
}

@test "a directory is no input, 66" {
  check_table <<'END'
$ ob envcfg list --file json:.
2> envcfg: cannot open '.': it is a directory, not a regular file
? 66
$ ob envcfg list --set-file a=.
2> envcfg: cannot read '.': Is a directory
? 66
END
}
