# SPDX-License-Identifier: Apache-2.0
# Measuring and counting; sourced by run.
# shellcheck shell=bash disable=SC2154

declare -A rates=() costs=() tails=() # Of "case server": one number per round.

cpu_ticks() { # Server: processor time of all its processes so far, in ticks of 10 ms.
  local pid ticks=0 stat fields
  for pid in ${processes[$1]}; do
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
    read -r -a fields <<<"${stat##*) }"
    ((ticks += fields[11] + fields[12]))
  done
  echo $ticks
}

# One round of one server. Any failed request is the end of the benchmark: a fast error is no result;
# but a slow answer, on a busy machine, is one.
load_once() { # Case, server, path, connections, seconds, arguments of wrk...
  local case=$1 server=$2 path=$3 connections=$4 seconds=$5 before after text rate requests tail
  shift 5
  before=$(cpu_ticks "$server")
  text=$("${on_client_cpu[@]}" wrk -t1 -c"$connections" -d"${seconds}s" --timeout 30s --latency "$@" \
    "http://127.0.0.1:${port[$server]}$path" 2>&1) || die "wrk: $text"
  after=$(cpu_ticks "$server")
  ! grep -E 'Socket errors:.*(connect|read|write|timeout) [1-9]|Non-2xx' <<<"$text" >&2 ||
    die "$case: $server failed requests"
  rate=$(awk '/^Requests\/sec:/ { print $2 }' <<<"$text")
  requests=$(awk '/ requests in / { print $1 }' <<<"$text")
  tail=$(awk '$1 == "99%" { print $2 }' <<<"$text")
  ((requests > 0)) || die "$case: $server answered nothing: $text"
  rates["$case $server"]+="$rate "
  costs["$case $server"]+="$(awk -v t=$((after - before)) -v n="$requests" 'BEGIN { printf "%.2f", t * 10000 / n }') "
  tails["$case $server"]+="$(as_milliseconds "$tail") "
}

as_milliseconds() { # 950us, 1.20ms, 2s
  awk -v t="$1" 'BEGIN { v = t + 0
    if (t ~ /us$/) v /= 1000; else if (t !~ /ms$/) v *= 1000
    printf "%.3f", v }'
}

one_a_line() { tr -s ' ' '\n' <<<"${1% }"; }

median() { # Numbers in one word: median, least, greatest.
  one_a_line "$1" | sort -g | awk '{ v[NR] = $1 }
    END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
      printf "%.3f %.3f %.3f\n", m, v[1], v[NR] }'
}

ratios() { # Two lists: the quotients, round by round.
  local -a a b
  read -r -a a <<<"$1"
  read -r -a b <<<"$2"
  local i
  for i in "${!a[@]}"; do awk -v a="${a[i]}" -v b="${b[i]}" 'BEGIN { printf "%.4f ", a / b }'; done
}

# A B C, B C A, C A B, ...: what else the machine does meanwhile hits all alike.
rounds_of() { # Case, path, connections, "servers", arguments of wrk...
  local case=$1 path=$2 connections=$3 round i
  local -a servers
  read -r -a servers <<<"$4"
  shift 4
  for ((round = 0; round < rounds; round++)); do
    for i in "${!servers[@]}"; do
      load_once "$case" "${servers[(i + round) % ${#servers[@]}]}" "$path" "$connections" "$seconds" "$@"
    done
  done
  report_case "$case" "${servers[@]}"
}

report_case() { # Case, servers: the first is Tenon.
  local case=$1 server rate cost tail ratio goal verdict
  shift
  printf '\n%s\n' "$case"
  for server in "$@"; do
    read -r rate _ <<<"$(median "${rates["$case $server"]}")"
    read -r cost _ <<<"$(median "${costs["$case $server"]}")"
    read -r tail _ <<<"$(median "${tails["$case $server"]}")"
    printf '  %-14s %10.0f requests/s  %8.2f us of processor each  p99 %8.3f ms' \
      "$server" "$rate" "$cost" "$tail"
    if [[ $server == "$1" ]]; then
      printf '\n'
      json_server "$case" "$server" "$rate" "$cost" "$tail"
      continue
    fi
    read -r -a ratio <<<"$(median "$(ratios "${rates["$case $1"]}" "${rates["$case $server"]}")")"
    goal=${goals["$case $server"]-} verdict=
    [[ -z $goal || -n $quick ]] || verdict=$(judge "$case" "$server" "$goal" "${ratio[0]}")
    printf '  ratio %.3f [%.3f .. %.3f]%s\n' "${ratio[@]}" "${verdict:+  goal >= $goal: $verdict}"
    [[ $verdict != missed ]] || missed+=("$case, $server: ${ratio[0]} < $goal")
    json_server "$case" "$server" "$rate" "$cost" "$tail" "${ratio[*]}" "$goal"
  done
}

judge() { # Case, server, goal, ratio.
  awk -v r="$4" -v g="$3" 'BEGIN { print (r >= g) ? "met" : "missed" }'
}

json_numbers() { one_a_line "$1" | paste -sd, -; }

json_server() { # Case, server, rate, cost, p99, ratio's three numbers or '', goal or ''.
  local key="$1 $2" text
  text=$(printf '{"case": "%s", "server": "%s", "requests_per_second": %s, "cpu_us_per_request": %s, "p99_ms": %s, "rounds": [%s]' \
    "$1" "$2" "$3" "$4" "$5" "$(json_numbers "${rates[$key]}")")
  if [[ -n ${6-} ]]; then
    local -a r
    read -r -a r <<<"$6"
    text+=$(printf ', "tenon_ratio": {"median": %s, "min": %s, "max": %s}' "${r[@]}")
  fi
  [[ -z ${7-} ]] || text+=", \"goal\": $7"
  json_rows+=("$text}")
}

write_json() { # File.
  {
    printf '{\n  "date": "%s",\n  "commit": "%s",\n' "$(date -u +%FT%TZ)" \
      "$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)"
    printf '  "machine": {"processors": %d, "load_before": "%s", "load_after": "%s"},\n' \
      "$(nproc)" "$load_before" "$(cut -d' ' -f1-3 /proc/loadavg)"
    printf '  "rounds": %d, "seconds": %s, "pinned": %s,\n  "results": [\n' \
      "$rounds" "$seconds" "$([[ ${#on_server_cpu[@]} -gt 0 ]] && echo true || echo false)"
    printf '    %s\n' "$(printf '%s,\n    ' "${json_rows[@]}" | sed '$d' | sed '$s/,$//')"
    printf '  ]\n}\n'
  } >"$1"
}
