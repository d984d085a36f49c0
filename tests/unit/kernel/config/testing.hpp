// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/config.hpp"
#include "config/paths.hpp"

namespace tenon::config::testing {

// Roots that are absolute on the platform that the tests run on.
inline Roots roots() {
  return kPathRules == PathRules::Windows ? Roots{"C:/tenon", "C:/data"} : Roots{"/tenon", "/data"};
}

struct Outcome {
  Config config;
  Diagnostics diagnostics;

  std::string text() const { return diagnostics.text(); }
};

inline Outcome parse_text(const std::string& toml) {
  Outcome outcome;
  outcome.config = parse({roots(), {{"t.toml", toml}}}, outcome.diagnostics);
  return outcome;
}

// A complete configuration with one route; `toml` is put before it.
inline std::string with_site(const std::string& toml) {
  return toml + "\n[[site]]\n[[site.route]]\npath = \"/*\"\n";
}

// A mistake and what is said about it, place included.
struct Mistake {
  std::string toml;
  std::string said;
};

inline void expect_said(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    EXPECT_EQ(parse_text(mistake.toml).text(), mistake.said) << mistake.toml;
  }
}

}  // namespace tenon::config::testing
