// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/log/log.hpp"

namespace tenon {
namespace {

using testing::HasSubstr;

// Every write to /dev/full fails as on a full disk.
TEST(LogOnAFullDisk, SaysSoOnceOnStderr) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0) GTEST_SKIP() << "there is no /dev/full";
  Log log;
  log.configure({.file = full, .to_stderr = false, .loss_to_stderr = true});

  testing::internal::CaptureStderr();
  log.info("one");
  log.info("two");
  const std::string said = testing::internal::GetCapturedStderr();

  EXPECT_EQ(
      said,
      "tenon: error: cannot write the error log: No space left on device; its lines are lost until "
      "it can be written again\n"
  );
  close_log_file(full);
}

}  // namespace
}  // namespace tenon
