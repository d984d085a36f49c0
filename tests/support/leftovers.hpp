// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "support/sandbox.hpp"

namespace tenon::support {

// Fails the test unless, within the time, no process of the sandbox is left, every port refuses
// connections and can be bound again, and the log files can be renamed and deleted.
void expect_nothing_left(const Sandbox& sandbox, const std::vector<uint16_t>& ports);

// Whether a new server could listen there now.
bool can_bind(uint16_t port);

}  // namespace tenon::support
