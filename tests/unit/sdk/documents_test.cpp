// SPDX-License-Identifier: Apache-2.0
// The documents show the examples that are compiled, to the letter.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <tenon/abi.h>

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

TEST(Documents, ShowExamplesToTheLetter) {
  const std::string readme = content("sdk/README.md");
  for (const char* const name : {"echo_stream.cpp", "delay.cpp", "upper.cpp", "quotes.h"}) {
    EXPECT_NE(readme.find("\n" + example(name) + "```\n"), std::string::npos) << name;
  }
}

TEST(Documents, NameEveryExample) {
  const std::string readme = content("sdk/README.md");
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() + "/sdk/examples")) {
    const std::string name = entry.path().filename().string();
    if (name == "CMakeLists.txt") continue;
    EXPECT_NE(readme.find("`" + name + "`"), std::string::npos) << name;
  }
}

// It has the number of the headers written by hand.
TEST(Documents, TheExampleInRustIsOfThisAbi) {
  const std::string line = "const ABI_MINOR: u32 = " + std::to_string(TENON_ABI_MINOR) + ";";

  EXPECT_NE(content("sdk/examples/hello_rust.rs").find(line), std::string::npos) << line;
}

}  // namespace
}  // namespace tenon
