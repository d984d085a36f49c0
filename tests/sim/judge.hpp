// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "tests/sim/world.hpp"

namespace tenon::sim {

// Whether the clients of a world got what they should; adds what is wrong to `failures`.
void judge(World& world, const Script& script, std::vector<std::string>& failures);

// The answers of one client, without what may differ from run to run: dates, interim answers, and
// how a body was framed where that depends on timing.
std::vector<std::string> transcript(const Client& client);

// Plays the world of a seed, twice if it is a peaceful one. Empty: all is well.
std::vector<std::string> play_seed(uint64_t seed, bool trace);

}  // namespace tenon::sim
