// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/options.hpp"

namespace tenon::server {

// One loaded module, as far as a configuration is concerned.
struct DescribedModule {
  config::OptionTable options;
  std::string id;
  std::string summary;
  bool handles = false;
  bool has_table = false;  // other hooks, which run where its table is
};

// What may be written in a configuration that loads these modules with these MPMs.
struct Description {
  std::vector<config::OptionTable> mpms;  // named "mpm.winnt"
  std::vector<DescribedModule> modules;
};

// A JSON Schema, draft 4, of the whole file. All in one place, without $ref, beside which editors
// do not show descriptions.
nlohmann::ordered_json make_schema(const Description& description);

// The reference in Markdown: every key of the kernel, the MPMs and the modules.
std::string make_reference(const Description& description);

}  // namespace tenon::server
