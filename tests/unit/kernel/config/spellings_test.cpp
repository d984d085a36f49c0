// SPDX-License-Identifier: Apache-2.0
#include "config/spellings.hpp"

#include <gtest/gtest.h>

#include "config/config.hpp"

namespace tenon::config {
namespace {

const std::vector<std::string_view> kWords = {"listen", "modules", "threads_per_child", "log"};

TEST(Nearest, FindsInsertedDroppedReplacedAndSwappedLetters) {
  for (const char* word : {"lsten", "listeen", "lisven", "lsiten"}) {
    EXPECT_EQ(nearest(word, kWords), "listen") << word;
  }
}

TEST(Nearest, IgnoresCaseUnderscoresAndDashes) {
  EXPECT_EQ(nearest("ThreadsPerChild", kWords), "threads_per_child");
  EXPECT_EQ(nearest("threads-per-child", kWords), "threads_per_child");
}

TEST(Nearest, FindsNothingForAStrangeWord) {
  for (const char* word : {"", "gzip", "xyz", "a", "___"}) {
    EXPECT_EQ(nearest(word, kWords), "") << word;
  }
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kWords), "");
}

TEST(Spellings, OfOtherServersHaveAdvice) {
  EXPECT_EQ(advice_for("loadmodule"), "modules in [server], such as modules = [\"static\"]");
  EXPECT_EQ(advice_for("server_name"), "hosts in a [[site]]");
  EXPECT_EQ(advice_for("frobnicate"), "");
}

TEST(Hint, TellsTheNearestWordThenTheAdviceThenTheWords) {
  EXPECT_EQ(hint("Listen", kWords), "; did you mean \"listen\"?");
  EXPECT_EQ(hint("DocumentRoot", kWords), "; write static.root in a [[site.route]]");
  EXPECT_EQ(hint("gzip", kWords), "; there is: listen, modules, threads_per_child, log");
}

}  // namespace
}  // namespace tenon::config
