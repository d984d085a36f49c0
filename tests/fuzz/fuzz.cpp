// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/fuzz.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace tenon::fuzz {
namespace {

std::string input_name;

}  // namespace

void check(bool fact, const char* otherwise) {
  if (fact) return;
  std::fprintf(stderr, "%s: %s\n", input_name.c_str(), otherwise);
  std::abort();
}

void name_input(std::string_view name) {
  input_name = name;
}

}  // namespace tenon::fuzz
