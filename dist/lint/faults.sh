#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No binary that ships can be told to fail: the name of the variable that has the plan
# (mpm/common/faults.hpp) is in none of them. It is in the MPM that the tests use, else this check
# would look for the wrong thing. Builds first, so that it never judges yesterday's binaries.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

readonly marker=TENON_FAULTS faulty=build/windows/stage-faults/bin/mpm_winnt.dll
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
    echo "$file:1: has injected faults; only $faulty may"
    failed=1
  done < <(find "$stage" -type f \( -path '*/bin/*' -o -path '*/modules/*' \) -exec grep -laF "$marker" {} +)
done
grep -qaF "$marker" "$faulty" || { echo "$faulty:1: has no injected faults"; failed=1; }
exit $failed
