# SPDX-License-Identifier: Apache-2.0
# Starting and ending servers, each as a job of the script and in a folder of its own; sourced by
# run. A server carries a mark in its environment, by which its processes are found, Wine's included.
# shellcheck shell=bash disable=SC2154

declare -A port=() job=() processes=() wine_prefix_of=()
declare -A left_out=() given_up=() # Server; case and server: not measured.

free_port() { # A port that nobody listens on now.
  local candidate
  for _ in {1..50}; do
    candidate=$((20000 + RANDOM % 10000))
    (: <"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || { echo $candidate && return; }
  done
  die 'no free port on 127.0.0.1'
}

# Puts servers/FILE.in into the server's folder, with what is only known now.
write_config() { # Server, file, NAME=VALUE...
  local server=$1 file=$2 text pair
  shift 2
  mkdir -p "$scratch/$server"
  text=$(<"$here/servers/$file.in")
  for pair in "PORT=${port[$server]-}" "FOLDER=$scratch/$server" "$@" "THREADS=$threads" \
    "MOST=$most_connections" "FILES=$files"; do
    text=${text//"@${pair%%=*}@"/"${pair#*=}"}
  done
  printf '%s\n' "$text" >"$scratch/$server/$file"
}

launch() { # Server, command...: on the servers' processors, its output in a file.
  local server=$1
  shift
  rm -f "$scratch/$server.log" # Of its life before.
  TENON_BENCH=$$-$server "${on_server_cpu[@]}" "$@" >"$scratch/$server.log" 2>&1 </dev/null &
  job[$server]=$!
}

launch_in_wine() { # Server, command...: in a Wine prefix of its own.
  local server=$1 folder=$scratch/prefix-$1
  shift
  wine_prefix_of[$server]=$folder
  "$prefix" clone "$folder"
  TENON_BENCH=$$-$server "${on_server_cpu[@]}" "$prefix" warm "$folder"
  launch "$server" env NODE_SKIP_PLATFORM_CHECK=1 "$prefix" run "$folder" wine "$@"
}

# A server that must be there ends the run; another one is left out, and the table says why.
leave_out() { # Server, sentence.
  tell_why_not "$1" "$1" "$2"
  left_out[$1]=yes
  [[ -z ${job[$1]-} ]] || stop_server "$1"
  return 1
}

give_up() { # Case, server, sentence: the same for one case.
  tell_why_not "$2" "$2, $1," "$3"
  given_up["$1 $2"]=yes
}

tell_why_not() { # Server, what is left out, sentence.
  [[ " $must " != *" $1 "* ]] || die "$1: $3; $(last_line "$1")"
  echo "  $2 is left out: $3"
  printf 'note\t%s\t%s\n' "$2" "$3" >>"$records"
}

find_program() { # Server, program, Debian's package: sets $program.
  program=$(PATH=$PATH:/usr/sbin type -P "$2") || leave_out "$1" "'$2' is missing; 'apt-get install $3' brings it"
}

wait_for() { # Server, command: until it succeeds, for at most 30 s.
  local server=$1 deadline=$((SECONDS + 30))
  shift
  until "$@" 2>/dev/null; do
    kill -0 "${job[$server]}" 2>/dev/null || { leave_out "$server" "it ended at once: $(last_line "$server")"; return; }
    ((SECONDS < deadline)) || { leave_out "$server" 'it does not listen after 30 s'; return; }
    sleep 0.05
  done
  processes[$server]=$(marked "$server")
}

last_line() { tail -qn 1 "$scratch/$1.log" 2>/dev/null | tr -d '\t\r' | cut -c 1-200; }

marked() { # Server: its processes. Others may end meanwhile, which grep calls a failure.
  (cd /proc && grep -slz "^TENON_BENCH=$$-$1\$" [0-9]*/environ || true) | cut -d/ -f1 | xargs
}

answers() { (: <"/dev/tcp/127.0.0.1/$1"); }

wait_for_port() { wait_for "$1" answers "${port[$1]}"; }

said_ready() { grep -q '^tenon: ready ' "$scratch/$1.log"; }

wait_for_tenon() {
  wait_for "$1" said_ready "$1" || return
  port[$1]=$(sed -n 's/^tenon: ready .*listen=default=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$scratch/$1.log")
}

stop_server() {
  local server=$1 deadline=$((SECONDS + 10))
  kill -s TERM "${job[$server]}" 2>/dev/null || true
  while kill -0 "${job[$server]}" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.05; done
  kill -s KILL "${job[$server]}" 2>/dev/null || true
  wait "${job[$server]}" 2>/dev/null || true
  [[ -z ${wine_prefix_of[$server]-} ]] || "$prefix" end "${wine_prefix_of[$server]}"
  unset "job[$server]" "wine_prefix_of[$server]"
}

stop_all() {
  local server
  for server in "${!job[@]}"; do stop_server "$server"; done
}
