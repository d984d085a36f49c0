#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the staged binaries export: a module exactly tenon_module_v0, an MPM exactly tenon_mpm_v0,
# the server nothing. Builds first, so that it never judges yesterday's binaries.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
./dev build >"$log" 2>&1 || { cat "$log"; exit 1; }
failed=0

exports_of() {
  case $1 in
    *.dll | *.exe)
      x86_64-w64-mingw32-objdump -p "$1" | awk '
        /^\[Ordinal\/Name Pointer\] Table/ { table = 1; next }
        table && NF == 0 { exit }
        table { print $NF }'
      ;;
    *.so) nm -D --defined-only "$1" | awk '{ print $NF }' ;;
    *) nm -D --defined-only "$1" | awk '$NF ~ /tenon/ { print $NF }' ;; # Copies of libstdc++ objects are no exports.
  esac
}

expect() { # File, the one symbol or ''.
  local found
  found=$(exports_of "$1" | sort | tr '\n' ' ')
  [[ $found == "${2:+$2 }" ]] && return
  echo "$1:1: exports '${found% }' but must export ${2:-nothing}" | cut -c1-400
  failed=1
}

shopt -s nullglob
for stage in build/windows/stage build/linux/stage; do
  server=("$stage"/bin/tenon "$stage"/bin/tenon.exe) mpms=("$stage"/bin/mpm_*) modules=("$stage"/modules/mod_*)
  [[ ${#mpms[@]} -gt 0 && ${#modules[@]} -gt 0 ]] || { echo "$stage:1: holds no MPM or no module"; failed=1; }
  for file in "${server[@]}"; do [[ ! -f $file ]] || expect "$file" ''; done
  for file in "${mpms[@]}"; do expect "$file" tenon_mpm_v0; done
  for file in "${modules[@]}"; do expect "$file" tenon_module_v0; done
done
exit $failed
