#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every C and C++ file is formatted as clang-format 14 does it; another version formats differently.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

findings=$(git ls-files -z -co --exclude-standard -- '*.c' '*.h' '*.cpp' '*.hpp' |
  xargs -0 -r -n 32 clang-format-14 --dry-run 2>&1 |
  sed -n 's/^\([^ ]*:[0-9]*\):[0-9]*: warning: code should be clang-formatted.*/\1: is not formatted; run .\/dev fmt/p' |
  awk -F: '!seen[$1]++')
[[ -z $findings ]] || { echo "$findings"; exit 1; }
