// SPDX-License-Identifier: Apache-2.0
#include "kernel/base/hash.hpp"

#include <gtest/gtest.h>

namespace tenon {
namespace {

TEST(Fnv1a, IsThatOfItsAuthors) {
  EXPECT_EQ(Fnv1a().text(), "cbf29ce484222325");
  EXPECT_EQ(Fnv1a().add("a").text(), "af63dc4c8601ec8c");
  EXPECT_EQ(Fnv1a().add("foo").add("bar").text(), "85944171f73967e8");
}

TEST(Fnv1a, KeepsTextsApart) {
  EXPECT_NE(
      Fnv1a().add_apart("ab").add_apart("c").value(), Fnv1a().add_apart("a").add_apart("bc").value()
  );
}

}  // namespace
}  // namespace tenon
