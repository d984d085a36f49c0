#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What can be seen in the files as text: length, licence line, executable bits, shell syntax, words
# that do not belong into finished source, and paths of somebody's machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly max_lines=600
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
mapfile -d '' files < <(git ls-files -z -co --exclude-standard | while IFS= read -r -d '' file; do
  [[ ! -f $file ]] || printf '%s\0' "$file"
done)
mapfile -d '' text < <(printf '%s\0' "${files[@]}" | xargs -0 grep -lIZ '' || true)

check_lengths() {
  awk -v max=$max_lines 'FNR == max + 1 && FILENAME !~ /^LICENSE$|\.schema\.json$/ { print FILENAME ":" FNR ": has more than " max " lines" }' "${text[@]}"
}

check_licence_lines() {
  awk 'FNR <= 2 && /SPDX-License-Identifier: Apache-2.0/ { has[FILENAME] = 1 }
    FNR == 1 { seen[++n] = FILENAME }
    END { for (i = 1; i <= n; i++)
      if (seen[i] ~ /(\.(c|h|cpp|hpp|cmake|sh)|CMakeLists\.txt)$/ && !has[seen[i]]) print seen[i] ":1: has no SPDX line" }' "${text[@]}"
}

check_scripts() {
  local file
  for file in "${text[@]}"; do
    if [[ $(head -c 2 "$file") == '#!' ]]; then
      [[ -x $file ]] || echo "$file:1: is a script but not executable"
      [[ $(head -1 "$file") != *bash* ]] ||
        bash -n "$file" 2>&1 | sed -E "s|^[^:]*: line ([0-9]+): |$file:\1: |" || true
    elif [[ -x $file ]]; then
      echo "$file:1: is executable but no script"
    fi
  done
}

check_words() {
  local code
  mapfile -t code < <(printf '%s\n' "${text[@]}" | grep -E '\.(c|h|cpp|hpp)$' || true)
  [[ ${#code[@]} -gt 0 ]] || return 0
  grep -nHwE 'TODO|FIXME|XXX|HACK' "${code[@]}" | sed -E 's/^([^:]*:[0-9]+):.*/\1: finished source has no such marks/' || true
  grep -nHwE '^[^/]*thread_local' "${code[@]}" |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: thread_local is slow and broken on mingw; pass the thread'"'"'s context/' || true
}

check_paths() { # The brackets keep this very line from being a finding.
  grep -nHE '(^|[^A-Za-z0-9_.*}-])/(work|root|home)[/]' "${text[@]}" |
    sed -E 's/^([^:]*:[0-9]+):.*/\1: names a path of somebody'"'"'s machine/' || true
}

{ check_lengths; check_licence_lines; check_scripts; check_words; check_paths; } >"$findings"
cat "$findings"
[[ ! -s $findings ]]
