// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/served.hpp"
#include "support/wine_prefix.hpp"

namespace tenon::support {

namespace {

// Checks the stage before the first test, and ends the Wine prefix after the last one.
class TestEnvironment : public ::testing::Environment {
 public:
  void SetUp() override {
    ASSERT_EQ(::access(program().c_str(), R_OK), 0)
        << program() << " is missing: ./dev build stages it, TENON_STAGE says where.";
  }
  void TearDown() override {
    Served::end_shared();
    EXPECT_TRUE(WinePrefix::end()) << "a process of the Wine prefix could not be ended";
  }
};

[[maybe_unused]] const auto* const environment =
    ::testing::AddGlobalTestEnvironment(new TestEnvironment);

}  // namespace

}  // namespace tenon::support
