// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "server/command_line.hpp"
#include "server/console.hpp"
#include "server/program.hpp"

namespace tenon::server {

// The control process, from reading the configuration to the end of the server. Returns the exit
// code.
int run(const Program& program, const Console& console);

// A command to the running server or to the service manager, which the MPM carries out. A
// configuration that cannot be read is no obstacle: the server that runs has another one.
int command(const Program& program, const CommandLine& line, const Console& console);

}  // namespace tenon::server
