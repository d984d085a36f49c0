// SPDX-License-Identifier: Apache-2.0
#include "config/config.hpp"
#include "tests/fuzz/fuzz.hpp"

// What a child is configured from, as it comes through the pipe.
namespace tenon::fuzz {

void snapshot(std::string_view input) {
  const Result<config::Snapshot> decoded = config::decode(input);
  if (!decoded) return;
  check(config::encode(*decoded) == input, "a snapshot encoded again is another one");
}

}  // namespace tenon::fuzz
