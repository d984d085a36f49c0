// SPDX-License-Identifier: Apache-2.0
// The documents show the examples that are compiled, to the letter.
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/places.hpp"

namespace tenon {
namespace {

std::string content(const std::string& name) {
  std::ifstream file(source_folder() + "/" + name, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_NE(text, "") << name;
  return text;
}

// Without the line that names the licence.
std::string example(const std::string& name) {
  const std::string text = content("sdk/examples/" + name);
  return text.substr(text.find('\n') + 1);
}

TEST(Documents, ShowTheExampleInCpp) {
  const std::string block = "```cpp\n" + example("greet.cpp") + "```\n";

  EXPECT_NE(content("sdk/README.md").find(block), std::string::npos);
  EXPECT_NE(content("README.md").find(block), std::string::npos);
}

TEST(Documents, ShowTheExampleInC) {
  const std::string block = "```c\n" + example("greet.c") + "```\n";

  EXPECT_NE(content("sdk/README.md").find(block), std::string::npos);
}

}  // namespace
}  // namespace tenon
