// SPDX-License-Identifier: Apache-2.0
#include "mpm/event/options.hpp"
#include "tests/unit/kernel/config/shipped_file.hpp"

namespace tenon::config {
namespace {

TEST(ShippedFile, NamesTheTrueDefaultsOfTheEventMpm) {
  testing::expect_true_mpm_comments("event", mpm::event_options());
}

}  // namespace
}  // namespace tenon::config
