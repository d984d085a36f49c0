// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "server/console.hpp"

namespace tenon::server {

// The whole program: `arguments` without its name, UTF-8; `executable` is the absolute path of
// bin/tenon. Returns the exit code.
int run_command(
    const std::string& executable, const std::vector<std::string>& arguments, const Console& console
);

// What main() does: the above, in a prepared process, for its own executable.
int main(const std::vector<std::string>& arguments);

}  // namespace tenon::server
