// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "server/console.hpp"
#include "server/program.hpp"

namespace tenon::server {

// The control process, from reading the configuration to the end of the server. Returns the exit
// code.
int run(const Program& program, const Console& console);

}  // namespace tenon::server
