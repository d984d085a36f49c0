// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "server/platform.hpp"
#include "server/server.hpp"

// Windows gives UTF-16, Linux bytes; inside, all text is UTF-8.
#ifdef _WIN32
int wmain(int argc, wchar_t** argv) {
#else
int main(int argc, char** argv) {
#endif
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    arguments.push_back(tenon::server::argument_text(argv[i]));
  }
  return tenon::server::main(arguments);
}
