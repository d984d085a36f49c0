// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenon::module {
namespace {

using testing::ElementsAre;

const char* const kA[] = {"a", nullptr};
const char* const kB[] = {"b", nullptr};
const char* const kC[] = {"c", nullptr};
const char* const kAbsent[] = {"absent", nullptr};

TEST(Order, KeepsTheOrderOfTheConfiguration) {
  const HookOrder order = order_hooks({{.id = "c"}, {.id = "a"}, {.id = "b"}});

  EXPECT_THAT(order.order, ElementsAre(0, 1, 2));
}

TEST(Order, ObeysBeforeAndAfter) {
  const HookOrder order =
      order_hooks({{.id = "a", .after = kB}, {.id = "b"}, {.id = "c", .before = kA}});

  EXPECT_THAT(order.order, ElementsAre(1, 2, 0));
}

TEST(Order, IgnoresModulesThatAreNotThere) {
  const HookOrder order = order_hooks({{.id = "a", .after = kAbsent}, {.id = "b"}});

  EXPECT_THAT(order.order, ElementsAre(0, 1));
}

TEST(Order, NamesOnlyTheRing) {
  const HookOrder order = order_hooks(
      {{.id = "x", .after = kA},
       {.id = "a", .before = kB},
       {.id = "b", .before = kC},
       {.id = "c", .before = kA},
       {.id = "y"}}
  );

  EXPECT_THAT(order.cycle, ElementsAre("a", "b", "c"));
}

}  // namespace
}  // namespace tenon::module
