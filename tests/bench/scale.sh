# SPDX-License-Identifier: Apache-2.0
# How the cost of a request grows with connections, I/O threads, sites and routes; sourced by run.
# Metrics are named METRIC@HOW_MANY.
# shellcheck shell=bash disable=SC2154

readonly scale_asked=30000   # requests of one measurement of processor time
readonly traced=10000        # requests of one count of system calls
readonly counted_each=2000   # requests of one count by callgrind: what is around them is below 0.5 %

suite_scale() {
  must='tenon_1 tenon_2 tenon_4 floor'
  start_scale_servers
  scale_connections
  unpin_scale_servers
  scale_threads
  scale_waits
  stop_all
  type -P valgrind >/dev/null || { leave_out valgrind "it is missing; 'apt-get install valgrind' brings it" || return 0; }
  make_counted_program ''
  scale_own_connections
  scale_routing
  scale_atomics
}

start_scale_servers() { # A server is named by its I/O threads.
  local count
  for count in 1 2 4; do
    write_config tenon_$count tenon.toml MPM=event THREADS=$count
    start_tenon_natively tenon_$count
  done
  answer_bytes=$(curl -fsS -i "http://127.0.0.1:${port[tenon_1]}/1k.txt" | wc -c)
  start_linux_floor
}

# ---- processor time by connections and by I/O threads ----

scale_connections() { # All threads of a server on its processor, which makes the figures steady.
  local count server round
  say 'processor time by connections'
  for ((round = 0; round < rounds && round < 3; round++)); do
    for count in 1 10 100 1000 "$idle_connections"; do
      for server in tenon_1 tenon_2 tenon_4 floor; do
        scale_round 'processor time by connections' $server $server "cpu_us@$count" "$count" $round
      done
    done
  done
}

# All processors for everybody, so that I/O threads do meet.
unpin_scale_servers() {
  local server pid
  for server in tenon_1 tenon_2 tenon_4; do
    for pid in ${processes[$server]}; do taskset -a -p -c "$all_cpus" "$pid" >/dev/null; done
  done
}

scale_threads() {
  local count round on_client_cpu=()
  say 'processor time by I/O threads'
  for ((round = 0; round < rounds && round < 3; round++)); do
    for count in 1 2 4; do
      scale_round 'processor time by I/O threads' tenon "tenon_$count" "cpu_us@$count" 100 $round
    done
  done
}

# All connections are open before the processor time is read, and stay open until it is read again.
scale_round() { # Case, its line, server, metric, connections, round.
  local case=$1 line=$2 server=$3 before
  hold_connections "$server" "$5" || die "$server does not take $5 connections"
  before=$(cpu_ticks "$server")
  ask_holder $scale_asked || die "$server loses connections"
  record "$case" "$line" "$4" "$6" \
    "$(quotient $((($(cpu_ticks "$server") - before) * 10000)) $scale_asked)"
  let_go || die "$server lost one of $5 connections"
}

# A lock that is contended shows as a call of futex; one that is free costs none.
scale_waits() {
  local count on_client_cpu=()
  say 'waits for locks by I/O threads'
  type -P strace >/dev/null || { leave_out strace "it is missing; 'apt-get install strace' brings it" || return 0; }
  for count in 1 2 4; do waits_round $count; done
}

waits_round() { # I/O threads.
  local server=tenon_$1 tracer calls pid arguments=()
  for pid in ${processes[$server]}; do arguments+=(-p "$pid"); done
  strace -f -c -e trace=futex -o "$scratch/futex" "${arguments[@]}" 2>/dev/null &
  tracer=$!
  hold_connections "$server" 100 || die "$server does not take 100 connections"
  ask_holder $traced || die "$server loses connections"
  let_go || die "$server lost one of 100 connections"
  kill -INT $tracer
  wait $tracer || true
  calls=$(awk '$NF == "futex" { n = $4 } END { print n + 0 }' "$scratch/futex")
  record 'waits for locks by I/O threads' tenon "futex_per_1000@$1" 0 "$(quotient $((calls * 1000)) $traced)"
}

# ---- instructions by connections: what is ours of the processor time ----

scale_own_connections() {
  local count once
  say 'instructions by connections'
  write_config counted tenon.toml MPM=event THREADS=1
  mkdir -p "$scratch/counted/config"
  mv "$scratch/counted/tenon.toml" "$scratch/counted/config/"
  for count in 1 100 "$idle_connections"; do
    count_busy "$count" "$idle_connections"
    once=$(counted_instructions)
    count_busy "$count" $((2 * idle_connections)) # The difference leaves out opening them.
    record 'instructions by connections' tenon "instructions@$count" 0 \
      "$(quotient $(($(counted_instructions) - once)) "$idle_connections")"
  done
}

count_busy() { # Connections, requests of all of them.
  start_counted "$scratch/counted"
  "$tools/bench_many" "$counted_port" /1k.txt "$1" <<<"$2" >/dev/null || die "$1 connections: the client failed"
  stop_counted
}

# ---- instructions by sites and routes ----

routing_config() { # Kind, how many: the last one is what is asked for.
  printf '[server]\nlisten = ["127.0.0.1:0"]\nmodules = ["static", "hello"]\n'
  printf '[mpm.event]\nio_threads = 1\nthreads_per_child = 1\nstartup_timeout = "5m"\n'
  [[ $1 == sites ]] || printf '[[site]]\n'
  awk -v kind="$1" -v count="$2" -v files="$files" 'BEGIN {
    for (i = 1; i <= count; i++) {
      if (kind == "sites") printf "[[site]]\nhosts = [\"site%d.example\"]\n", i
      path = kind == "sites" ? "/*" : kind == "folders" ? "/folder" i "/*" : "/path" i
      printf "[[site.route]]\npath = \"%s\"\n", path
      if (kind == "paths") printf "handler = \"hello\"\n"
      else printf "handler = \"static\"\nstatic.root = \"%s\"\n", files
    }
  }'
}

asked_for() { # Kind, how many: host and path.
  case $1 in
    sites) echo "site$2.example /1k.txt" ;;
    folders) echo "127.0.0.1 /folder$2/1k.txt" ;;
    paths) echo "127.0.0.1 /path$2" ;;
  esac
}

scale_routing() {
  local kind count
  say 'instructions by sites and routes'
  for kind in sites folders paths; do
    for count in 1 10 100 1000; do
      serve_routing $kind $count
      record 'instructions by sites and routes' $kind "instructions@$count" 0 \
        "$(quotient "$(counted_instructions)" $counted_each)"
    done
  done
}

serve_routing() { # Kind, how many.
  local folder=$scratch/routing target
  mkdir -p "$folder/config"
  routing_config "$@" >"$folder/config/tenon.toml"
  read -r -a target < <(asked_for "$@")
  serve_counted "$folder" "${target[@]}" $counted_each
}

# ---- atomic instructions: where threads may meet ----

scale_atomics() {
  local kind each function
  say 'atomic instructions of a request'
  type -P objdump >/dev/null || { leave_out objdump "it is missing; 'apt-get install binutils' brings it" || return 0; }
  make_counted_program --dump-instr=yes
  for kind in sites paths; do
    serve_routing $kind 1
    while read -r each function; do
      record 'atomic instructions of a request' "$([[ $kind == sites ]] && echo static || echo hello): $function" \
        'atomics@1' 0 "$each"
    done < <("$here/atomics.py" "$scratch/callgrind" $counted_each)
  done
}
