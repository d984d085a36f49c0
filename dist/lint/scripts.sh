#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The tests of what is written in Python.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
while IFS= read -r test; do
  python3 -B "$test" >"$log" 2>&1 && continue
  cat "$log"
  echo "$test:1: fails"
  failed=1
done < <(git ls-files -co --exclude-standard -- '*_test.py')
exit $failed
