// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "server/server.hpp"

// The server, but for the program that its child is: bench_control EXECUTABLE ARGUMENT... behaves
// like `tenon ARGUMENT...` and starts EXECUTABLE as the child. So the child alone runs in valgrind,
// which does not know what the control process asks of the system (pidfd_open).
int main(int count, char** arguments) {
  if (count < 2) return tenon::server::kExitUsage;
  const std::vector<std::string> rest(arguments + 2, arguments + count);
  return tenon::server::run_command(arguments[1], rest, tenon::server::Console());
}
