#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Wine prefixes for running the Windows build: one template, made once, and cheap clones of it.
set -euo pipefail

readonly template=${XDG_CACHE_HOME:-$HOME/.cache}/tenon/wine-template

usage() {
  cat <<USAGE
Usage: dist/mingw/prefix.sh VERB [FOLDER]
  template     make the template prefix if it is missing, and print its path
  path         print the template's path
  clone FOLDER make FOLDER a prefix of its own, sharing the template's files (40 ms)
  warm FOLDER  start the prefix's background services, so that programs start in 50 ms
  run FOLDER COMMAND...  become COMMAND (wine prog.exe, ctest, …) in that prefix
  end FOLDER   end every process of that prefix
USAGE
}

usage_error() {
  echo "prefix.sh: error: $*" >&2
  usage >&2
  exit 2
}

# LC_ALL=C would break file names that are not ASCII; the overrides silence Mono, Gecko and crash dumps.
become() {
  exec env -u DISPLAY LC_ALL=C.UTF-8 WINEPREFIX="$1" WINEDEBUG=-all \
    WINEDLLOVERRIDES='mscoree,mshtml,winedbg.exe=' "${@:2}"
}

# Wine's services keep the streams of the process that starts them, so they get none of ours.
quietly() { (become "$@") </dev/null >/dev/null 2>&1 9>&-; }

make_template() {
  mkdir -p "$(dirname "$template")"
  exec 9>"$template.lock"
  flock 9
  [[ -f $template/.complete ]] && return
  echo "Making the Wine template prefix …" >&2
  local started=$SECONDS
  rm -rf "$template"
  quietly "$template" wineboot -i
  quietly "$template" wine winecfg -v win10
  quietly "$template" wineserver -w
  WINEDEBUG=-all wine --version >"$template/.complete"
  echo "  wine template  $((SECONDS - started)) s" >&2
}

# Clones share files by hard links, except the registry, which Wine rewrites in place.
clone() {
  mkdir -p "$(dirname "$1")"
  cp -al "$template" "$1"
  local file
  for file in "$1"/*.reg; do
    cp -p "$file" "$file.own"
    mv "$file.own" "$file"
  done
}

main() {
  local folder
  case ${1-}:$# in
    -h:1 | --help:1) usage; return ;;
    path:1 | template:1) ;;
    clone:2 | warm:2 | end:2) folder=$(realpath -m "$2") ;;
    run:*) (($# >= 3)) || usage_error "'run' needs a folder and a command" ;;
    *) usage_error "unknown or incomplete arguments '$*'" ;;
  esac
  case $1 in
    path) echo "$template" ;;
    template)
      [[ -f $template/.complete ]] || make_template
      echo "$template"
      ;;
    clone) clone "$folder" ;;
    warm)
      quietly "$folder" wineserver -p
      quietly "$folder" wine cmd /c 'exit 0'
      ;;
    run)
      folder=$(realpath -m "$2")
      become "$folder" "${@:3}"
      ;;
    end)
      quietly "$folder" wineserver -k || true
      quietly "$folder" wineserver -w || true
      ;;
  esac
}

main "$@"
