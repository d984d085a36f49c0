// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace tenon::sim {

// The command that repeats what is played now, for who dies of it.
void announce(const std::string& repeat);
// From here on a crash, a failed assertion and a sanitizer's report are followed by the command
// that repeats them.
void name_seed_of_crashes();

}  // namespace tenon::sim
