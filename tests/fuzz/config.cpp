// SPDX-License-Identifier: Apache-2.0
#include "config/config.hpp"

#include <algorithm>

#include "tests/fuzz/fuzz.hpp"

// A whole configuration file: findings, never a crash.
namespace tenon::fuzz {

void config(std::string_view input) {
  const config::Snapshot snapshot = {
      {"/program", "/data"}, {{"/data/config/tenon.toml", std::string(input)}}};
  Diagnostics first;
  const config::Config parsed = config::parse(snapshot, first);
  Diagnostics second;
  config::parse(snapshot, second);
  check(first.text() == second.text(), "the same file gives other findings");
  if (first.has_errors()) return;
  check(!parsed.listeners.empty(), "a configuration without a listener is taken");
  check(!parsed.mpm.empty(), "a configuration without an MPM is taken");
  for (const config::ModuleRef& module : parsed.modules) {
    check(!module.file.empty(), "a module without a file is taken");
  }
}

}  // namespace tenon::fuzz
