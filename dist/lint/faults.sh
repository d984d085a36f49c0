#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No binary that ships can be told to fail: the name of the variable that has the plan
# (mpm/common/faults.hpp) is in none of them. It is in those that the tests use, else this check
# would look for the wrong thing. Builds first, so that it never judges yesterday's binaries.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

readonly marker=TENON_FAULTS
log=$(mktemp)
trap 'rm -f "$log"' EXIT
./dev build >"$log" 2>&1 || { cat "$log"; exit 1; }
failed=0

for stage in build/windows/stage build/linux/stage; do
  if [[ -z $(find "$stage" -name 'mpm_*' -print -quit) ]]; then
    echo "$stage:1: holds no MPM"
    failed=1
  fi
  while IFS= read -r file; do
    echo "$file:1: can be told to fail; only what is in $stage-faults may"
    failed=1
  done < <(find "$stage" -type f \( -path '*/bin/*' -o -path '*/modules/*' \) -exec grep -laF "$marker" {} +)
done
for faulty in build/windows/stage-faults/bin/{tenon.exe,mpm_winnt.dll} build/linux/stage-faults/bin/{tenon,mpm_event.so}; do
  grep -qaF "$marker" "$faulty" || { echo "$faulty:1: cannot be told to fail"; failed=1; }
done
exit $failed
