// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "config/option_files.hpp"
#include "config/options.hpp"
#include "config/paths.hpp"

namespace tenon::config::testing {

// An option without limits that may stand in every scope.
inline tenon_option option(int32_t type, const char* name, const char* default_toml = nullptr) {
  return {
      sizeof(tenon_option),
      type,
      0,
      TENON_IN_ALL,
      name,
      "A doc.",
      default_toml,
      nullptr,
      1,
      0,
      nullptr};
}
inline tenon_option list(int32_t type, const char* name, const char* default_toml = nullptr) {
  tenon_option made = option(type, name, default_toml);
  made.flags = TENON_OPT_LIST;
  return made;
}
inline tenon_option choice(const char* name, const char* choices) {
  tenon_option made = option(TENON_T_ENUM, name);
  made.choices = choices;
  return made;
}
inline tenon_option bounded(int32_t type, const char* name, double min, double max) {
  tenon_option made = option(type, name);
  made.min = min;
  made.max = max;
  return made;
}

inline tenon_option secret(const char* name) {
  tenon_option made = option(TENON_T_STRING, name);
  made.flags = TENON_OPT_SECRET;
  return made;
}

// The table of a module "hello" and what is written for it: one document for each scope.
class Merged {
 public:
  explicit Merged(std::vector<tenon_option> options) : options_(std::move(options)) {
    table_ = {"hello", "module com.example.hello 1.0.0", options_.data(), options_.size()};
  }
  Merged(const Merged&) = delete;
  Merged& operator=(const Merged&) = delete;

  Merged& write(uint32_t scope, const std::string& toml) {
    const std::string file = scope == TENON_IN_SERVER ? "server"
                             : scope == TENON_IN_SITE ? "site"
                                                      : "route";
    documents_.push_back(Document::parse(file, toml, diagnostics_));
    if (documents_.back() != nullptr) tables_.push_back({scope, &documents_.back()->root()});
    return *this;
  }

  const tenon_cfg& merge() {
    const Surroundings surroundings(root_, &files);
    cfg_ = config::merge(table_, tables_, {"where", 7, 1}, surroundings, diagnostics_);
    return *cfg_;
  }

  static std::string root() { return kPathRules == PathRules::Windows ? "C:/data" : "/data"; }
  const OptionTable& table() const { return table_; }
  tenon_cfg& cfg() { return *cfg_; }
  Diagnostics& diagnostics() { return diagnostics_; }
  std::string said() const { return diagnostics_.text(); }

  OptionFiles files;

 private:
  const std::string root_ = root();
  std::vector<tenon_option> options_;
  OptionTable table_;
  Diagnostics diagnostics_;
  std::vector<std::shared_ptr<const Document>> documents_;
  std::vector<ScopedTable> tables_;
  std::unique_ptr<tenon_cfg> cfg_;
};

}  // namespace tenon::config::testing
