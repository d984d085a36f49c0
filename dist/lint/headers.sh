#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each SDK header compiles alone, and twice, with every compiler at hand: C headers as C99, C11,
# C++17 and C++20, the C++ wrapper as C++20.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

failed=0

compile() { # Header, language, standard, compiler and its options.
  local header=$1 language=$2 standard=$3 output
  shift 3
  output=$(printf '#include <%s>\n#include <%s>\n' "$header" "$header" |
    "$@" -x "$language" "-std=$standard" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -Isdk/include - 2>&1) && return
  echo "$output" | grep -E '(error|warning):' | head -3
  echo "sdk/include/$header:1: does not compile alone as $standard with $*"
  failed=1
}

check_c_header() {
  local header=$1 compiler standard
  for standard in c99 c11 c++17 c++20; do
    local language=c suffix=gcc
    [[ $standard != c++* ]] || language=c++ suffix=g++
    compile "$header" $language $standard $suffix
    compile "$header" $language $standard x86_64-w64-mingw32-$suffix-posix
    for compiler in 'clang-14' 'clang-14 --target=x86_64-w64-windows-gnu'; do
      compile "$header" $language $standard $compiler
    done
  done
}

check_cpp_header() { # clang 14 does not find the C++ library of Debian's mingw, so it is left out there.
  compile "$1" c++ c++20 g++
  compile "$1" c++ c++20 x86_64-w64-mingw32-g++-posix
  compile "$1" c++ c++20 clang-14
}

while read -r header; do
  case $header in
    *.h) check_c_header "$header" ;;
    *.hpp) check_cpp_header "$header" ;;
  esac
done < <(cd sdk/include && git ls-files -co --exclude-standard)
exit $failed
