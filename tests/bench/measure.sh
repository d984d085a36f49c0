# SPDX-License-Identifier: Apache-2.0
# Measuring and counting; sourced by run. What is found goes line by line into the file of records,
# which report.py reads: suite, case, server, metric, round, value.
# shellcheck shell=bash disable=SC2154

record() { # Case, server, metric, round, value.
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$suite" "$@" >>"$records"
}

cpu_ticks() { # Server: processor time of all its processes so far, in ticks of 10 ms.
  local pid ticks=0 stat fields
  for pid in ${processes[$1]}; do
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    read -r -a fields <<<"${stat##*) }"
    ((ticks += fields[11] + fields[12]))
  done
  echo $ticks
}

memory_bytes() { # Server: what its processes have of the memory, shared pages divided.
  local pid files=()
  for pid in ${processes[$1]}; do files+=("/proc/$pid/smaps_rollup"); done
  cat "${files[@]}" 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { printf "%.0f", sum * 1024 }'
}

quotient() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }

record_cost() { # Case, server, round, ticks, requests: microseconds of processor time for each.
  record "$1" "$2" cpu_us "$3" "$(quotient "$(($4 * 10000))" "$5")"
}

# ---- clients: each prints rate, requests and the 99th percentile in ms; or fails with a sentence ----

client_wrk() { # Address, connections, seconds, arguments...
  local address=$1 connections=$2 seconds=$3 text
  shift 3
  text=$(timeout $((seconds + 60)) "${on_client_cpu[@]}" wrk "-t$threads" -c"$connections" \
    -d"${seconds}s" --timeout 30s --latency "$@" "$address" 2>&1) || { echo "wrk: $text"; return 1; }
  grep -E 'Socket errors:.*(connect|read|write|timeout) [1-9]|Non-2xx' <<<"$text" && return 1
  awk '/^Requests\/sec:/ { rate = $2 } / requests in / { requests = $1 } $1 == "99%" { tail = $2 }
    function ms(t) { return t ~ /us$/ ? t / 1000 : t ~ /ms$/ ? t + 0 : t * 1000 }
    END { printf "%s %d %.3f\n", rate, requests, ms(tail) }' <<<"$text"
}

client_h2load() { # Address, connections, seconds, arguments... It says no percentiles.
  local address=$1 connections=$2 seconds=$3 text
  shift 3
  # As many as wrk had answered in that time: told a time, h2load sometimes does not end.
  text=$(timeout $((seconds * 10 + 60)) "${on_client_cpu[@]}" h2load --h1 "-t$threads" -c "$connections" \
    -n $((usual_rate * seconds + connections)) "$@" "$address" 2>&1) ||
    { echo "h2load: $(tail -n 1 <<<"$text")"; return 1; }
  grep -E '[1-9][0-9]* (failed|errored|timeout|[345]xx)' <<<"$text" && return 1
  awk '/^finished in/ { rate = $4 } /^requests:/ { requests = $8 }
    END { printf "%s %d -\n", rate, requests }' <<<"$text"
}

rate_of() { # Server: what it had in the first case, or little.
  awk -F '\t' -v server="$1" '$2 == "1 KiB, keep-alive" && $3 == server && $4 == "rate" { rate = $6 }
    END { printf "%.0f", (rate > 0 ? rate : 1000) }' "$records"
}

# ---- rounds ----

# One round of one server. A failed request is no result: it ends the run, or that server's part in
# this case. A slow answer, on a busy machine, is a result.
load_once() { # Case, server, round, client, path, arguments of the client...
  local case=$1 server=$2 round=$3 client=$4 path=$5 before found rate requests tail
  shift 5
  usual_rate=$(rate_of "$server")
  before=$(cpu_ticks "$server")
  if ! found=$("client_$client" "http://127.0.0.1:${port[$server]}$path" "$@"); then
    give_up "$case" "$server" "requests failed: ${found//[$'\n\t']/ }"
    return
  fi
  read -r rate requests tail <<<"$found"
  ((requests > 0)) || { give_up "$case" "$server" 'it answered nothing'; return; }
  record "$case" "$server" rate "$round" "$rate"
  record_cost "$case" "$server" "$round" $(($(cpu_ticks "$server") - before)) "$requests"
  [[ $tail == - ]] || record "$case" "$server" p99_ms "$round" "$tail"
}

takes_part() { # Case, server, round: those without a goal do fewer.
  [[ -z ${left_out[$2]-}${given_up["$1 $2"]-} ]] || return
  [[ " $must " == *" $2 "* ]] || (($3 < rounds_of_others))
}

# A B C, B C A, C A B, ...: what else the machine does meanwhile hits all alike.
rounds_of() { # Case, "servers", client, path, arguments of the client...
  local case=$1 round i server
  local -a servers
  read -r -a servers <<<"$2"
  shift 2
  say "$case"
  for ((round = 0; round < rounds; round++)); do
    for i in "${!servers[@]}"; do
      server=${servers[(i + round) % ${#servers[@]}]}
      ! takes_part "$case" "$server" $round || load_once "$case" "$server" $round "$@"
    done
  done
}

# ---- idle connections ----

# Opens connections, each with one request; the client holds them until it is let go.
hold_connections() { # Server, how many.
  coproc holder { "${on_client_cpu[@]}" "$tools/bench_many" "${port[$1]}" /1k.txt "$2" 2>&1; }
  holder_pid=$! holder_out=${holder[0]} holder_in=${holder[1]}
  holder_says ready
}

holder_says() { # A word, within two minutes.
  local word
  read -r -t 120 word <&"$holder_out" && [[ $word == "$1" ]]
}

ask_holder() { # For so many requests, one after the other on each connection.
  echo "$1" >&"$holder_in"
  holder_says 'done'
}

let_go() { # Fails if the server closed one of them meanwhile.
  exec {holder_in}>&-
  wait "$holder_pid"
}

# What connections cost is what a server has with all of them, less what one has that was made for
# few: some allocate at their start for as many as they may ever have. Both are started for this
# alone, since a server that has worked has memory to spare.
idle_round() { # Case, server, round.
  local case=$1 server=$2 round=$3 before after
  most_connections=$few_connections "start_linux_$server" || return 0
  client_wrk "http://127.0.0.1:${port[$server]}/1k.txt" 32 1 >/dev/null || true
  before=$(memory_bytes "$server")
  stop_server "$server"
  "start_linux_$server" || return 0
  if ! hold_connections "$server" "$idle_connections"; then
    let_go || true
    give_up "$case" "$server" 'it did not take all of them'
    stop_server "$server"
    return
  fi
  after=$(memory_bytes "$server")
  record "$case" "$server" idle_bytes "$round" "$(quotient $((after - before)) "$idle_connections")"
  record "$case" "$server" memory_mib "$round" "$(quotient "$after" 1048576)"
  load_once "$case" "$server" "$round" wrk /1k.txt 16 "$seconds"
  let_go || give_up "$case" "$server" 'it closed some of them'
  stop_server "$server"
}

idle_rounds() { # Case, "servers".
  local case=$1 round server
  say "$case"
  for ((round = 0; round < rounds && round < rounds_of_idle; round++)); do
    for server in $2; do
      ! takes_part "$case" "$server" $round || idle_round "$case" "$server" $round
    done
  done
}
