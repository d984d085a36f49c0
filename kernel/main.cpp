// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "base/paths.hpp"
#include "server/server.hpp"

// Windows gives UTF-16, Linux bytes; inside, all text is UTF-8.
#ifdef _WIN32
int wmain(int argc, wchar_t** argv) {
#else
int main(int argc, char** argv) {
#endif
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const std::filesystem::path argument(argv[i]);
    const std::u8string text = argument.u8string();
    arguments.emplace_back(text.begin(), text.end());
  }
  return tenon::server::main(arguments);
}
