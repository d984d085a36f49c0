// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/sandbox.hpp"

// A module of the operator's own below the data root, in two versions, with a library beside it.
namespace tenon::support::swapped_module {

inline std::string file(const std::string& name) {
  return name + (on_windows() ? ".dll" : ".so");
}

inline std::string bytes(const std::string& version, const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(test_module("x")).parent_path();
  return read_file(folder / "swapped" / version / file(name));
}

// Version "old" or "new".
inline void install(const Sandbox& sandbox, const std::string& version) {
  for (const char* name : {"mod_swapped", "part"})
    sandbox.write("acme/" + file(name), bytes(version, name));
}

// As a copy that is under way leaves it.
inline void half_write(const Sandbox& sandbox, const std::string& version) {
  for (const char* name : {"mod_swapped", "part"}) {
    const std::string whole = bytes(version, name);
    sandbox.write("acme/" + file(name), whole.substr(0, whole.size() / 2));
  }
}

// What it answers.
inline std::string answer(const std::string& version) {
  return "module " + version + ", part " + version;
}

}  // namespace tenon::support::swapped_module
