// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cctype>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/http1/cases.hpp"

namespace tenon::http1 {

// One case with the configuration of its file, as a parameter of a test.
struct Param {
  std::string config;
  Case test;
};

inline void PrintTo(const Param& param, std::ostream* out) {
  *out << param.test.place() << " " << param.test.name;
}

// A file with faults gives one case without steps for each of them.
inline std::vector<Param> all_cases(const std::string& folder) {
  std::vector<Param> all;
  for (const File& file : read_folder(folder)) {
    for (const Fault& fault : file.faults) {
      all.push_back({"", {file.name, fault.line, fault.message, Scope::Own, {}}});
    }
    if (!file.faults.empty()) continue;
    for (const Case& test : file.cases) {
      all.push_back({file.config, test});
    }
  }
  return all;
}

// "host_RefusesTwoOfThem": the file, then the heading in one word. A fault has its line as well.
inline std::string test_name(const ::testing::TestParamInfo<Param>& info) {
  const Case& test = info.param.test;
  std::string name;
  for (const char c : test.file.substr(0, test.file.find('.'))) {
    name += c == '-' ? '_' : c;
  }
  name += "_";
  if (test.steps.empty()) return name + "is_malformed_in_line_" + std::to_string(test.line);
  bool begins = true;
  for (const char c : test.name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      name += begins ? static_cast<char>(std::toupper(byte)) : c;
    }
    begins = std::isalnum(byte) == 0;
  }
  return name;
}

}  // namespace tenon::http1
