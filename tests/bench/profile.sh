# SPDX-License-Identifier: Apache-2.0
# Where the time of a request goes, by samples of perf; sourced by run.
# shellcheck shell=bash disable=SC2154

suite_profile() {
  local path
  must=tenon
  type -P perf >/dev/null || { leave_out perf "it is missing; 'apt-get install linux-perf' brings it" || return 0; }
  start_servers tenon
  for path in /1k.txt /hello /100k.txt; do profile_path "nanoseconds of a request: $path" $path; done
}

# The load goes on a second longer on either side.
profile_path() { # Case, path.
  local case=$1 path=$2 load cost=processor pids where share
  say "$case"
  pids=$(tr ' ' , <<<"${processes[tenon]}")
  load_once "$case" tenon 0 wrk "$path" "$connections" $((seconds + 2)) &
  load=$!
  sleep 1
  perf record -q -e cpu-clock -F 1999 -g -p "$pids" -o "$scratch/samples" sleep "$seconds" 2>"$scratch/tenon.log" ||
    { wait $load || true; leave_out perf "it takes no samples: $(last_line tenon)" || return 0; }
  wait $load
  cost=$(awk -F '\t' -v case="$case" '$2 == case && $4 == "cpu_us" { print $6 }' "$records")
  while read -r share where; do
    record "$case" "$where" 'ns@1' 0 "$(awk -v share="$share" -v us="$cost" 'BEGIN { printf "%.0f", share * us * 1000 }')"
  done < <(perf script -i "$scratch/samples" -F ip,sym,dso 2>/dev/null | shares_of_samples)
}

# A sample is a paragraph with a line for each frame, the innermost first.
shares_of_samples() {
  awk 'BEGIN { RS = ""; FS = "\n" }
    function place(sample, innermost) {
      if (match(sample, /_sys_[a-z0-9_]+/)) return "system: " substr(sample, RSTART + 5, RLENGTH - 5)
      if (innermost ~ /\[kernel|\[k\]|kallsyms|do_syscall/) return "system: entry and interrupts"
      sub(/.*\//, "", innermost)
      sub(/\)$/, "", innermost)
      return "user: " innermost
    }
    { n++; count[place($0, $1)]++ }
    END { for (p in count) if (count[p] / n >= 0.005) printf "%.4f %s\n", count[p] / n, p }' | sort -rn
}
