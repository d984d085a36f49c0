// SPDX-License-Identifier: Apache-2.0
#include "mpm/winnt/options.hpp"
#include "tests/unit/kernel/config/shipped_file.hpp"

namespace tenon::config {
namespace {

TEST(ShippedFile, NamesTheTrueDefaultsOfTheWinntMpm) {
  testing::expect_true_mpm_comments("winnt", mpm::winnt_options());
}

}  // namespace
}  // namespace tenon::config
