# SPDX-License-Identifier: Apache-2.0
# The native server in valgrind's callgrind, which counts what one I/O thread does between two waits;
# sourced by instructions and run. Unlike time, no load of the machine changes it.
# shellcheck shell=bash disable=SC2154

readonly stage=$root/build/linux/stage tools=$root/build/linux/tests/bench

# A program folder like the staged one, whose bin/tenon runs the real one in valgrind. Only what the
# I/O thread does between two waits is counted: the rest does not happen per request.
make_counted_program() { # Further options of callgrind.
  mkdir -p "$scratch/counted/bin"
  ln -sf "$stage"/bin/mpm_* "$scratch/counted/bin/"
  ln -sfn "$stage/modules" "$scratch/counted/modules"
  cat >"$scratch/counted/bin/tenon" <<SCRIPT
#!/bin/sh
exec valgrind --tool=callgrind --callgrind-out-file=$scratch/callgrind --collect-atstart=no $1 \\
  '--toggle-collect=tenon::mpm::IoThread::wait_and_handle()' $stage/bin/tenon "\$@"
SCRIPT
  chmod +x "$scratch/counted/bin/tenon"
}

counted_server=
stop_counted() {
  [[ -n $counted_server ]] || return 0
  kill -TERM "$counted_server" 2>/dev/null || true
  wait "$counted_server" || true
  counted_server=
}

start_counted() { # Data folder: sets $counted_port.
  local deadline=$((SECONDS + 120))
  rm -f "$scratch/log" "$scratch/callgrind" # Those of the server before.
  "$tools/bench_control" "$scratch/counted/bin/tenon" run -d "$1" >"$scratch/log" 2>&1 </dev/null &
  counted_server=$!
  until counted_port=$(port_in_log 2>/dev/null) && [[ -n $counted_port ]]; do
    if ! kill -0 "$counted_server" 2>/dev/null || ((SECONDS >= deadline)); then
      die "the server does not start: $(tail -n 3 "$scratch/log")"
    fi
    sleep 0.1
  done
}

port_in_log() {
  sed -n 's/^tenon: ready .*listen=default=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$scratch/log"
}

# Starts the server, asks as often as told, ends it: the profile is then in $scratch/callgrind.
serve_counted() { # Data folder, host, path, count, arguments of bench_client...
  start_counted "$1"
  shift
  "$tools/bench_client" "$counted_port" "$@" || die "$2: the client failed"
  stop_counted
}

counted_instructions() {
  local total
  total=$(sed -n 's/^totals: \([0-9]*\)$/\1/p' "$scratch/callgrind")
  [[ -n $total ]] || die "callgrind counted nothing: $(tail -n 3 "$scratch/log")"
  echo "$total"
}
