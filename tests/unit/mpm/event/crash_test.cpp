// SPDX-License-Identifier: Apache-2.0
#include "event/crash.hpp"

#include <csignal>
#include <cstring>
#include <functional>
#include <optional>

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/section_layout.hpp"
#include "event/process.hpp"

namespace tenon::mpm {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

// A process that crashes as a test says, with a section that both see.
class CrashReporterTest : public testing::Test {
 protected:
  CrashReporterTest() {
    const std::size_t bytes = section_bytes(SectionShape{});
    file_ = std::move(*make_section(bytes));
    memory_ = std::move(*Mapping::map(file_.get(), bytes));
    section_ = &create_section(memory_.get(), SectionShape{});
  }

  // The signal that ended it; 0: it ended by itself.
  int crash(const std::function<void()>& how) const {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit no_core = {0, 0};
      ::setrlimit(RLIMIT_CORE, &no_core);
      const CrashReporter reporter(*section_);
      how();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

  UniqueFd file_;
  Mapping memory_;
  tenon_section* section_ = nullptr;
};

int* volatile nowhere = nullptr;

TEST_F(CrashReporterTest, NamesSignalFileAndThread) {
  EXPECT_EQ(crash([] { *nowhere = 1; }), SIGSEGV);

  EXPECT_THAT(
      describe_crash(*section_),
      MatchesRegex("signal 11 \\(Segmentation fault\\) at unit_tests\\+0x[0-9a-f]+, thread [0-9]+")
  );
  EXPECT_LT(section_->crash.offset, section_->crash.address) << "of the file, not of the process";
}

TEST_F(CrashReporterTest, LetsTheSystemEndTheProcessByTheSameSignal) {
  EXPECT_EQ(crash([] { __builtin_trap(); }), SIGILL);
  EXPECT_THAT(describe_crash(*section_), StartsWith("signal 4 (Illegal instruction)"));
}

TEST_F(CrashReporterTest, NamesTheLibraryOfAnAbort) {
  EXPECT_EQ(crash([] { std::abort(); }), SIGABRT);
  EXPECT_THAT(describe_crash(*section_), HasSubstr("signal 6 (Aborted) at libc.so.6+0x"));
}

TEST_F(CrashReporterTest, HasNoNameForMemoryWithoutAFile) {
  EXPECT_EQ(
      crash([] {
        void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
        reinterpret_cast<void (*)()>(page)();
      }),
      SIGSEGV
  );

  EXPECT_THAT(describe_crash(*section_), ContainsRegex("at 0x[0-9a-f]+, thread"));
}

std::size_t use_up(std::size_t depth) {
  volatile char frame[4096];
  frame[depth % sizeof frame] = static_cast<char>(depth);
  return depth == 0 ? 0 : use_up(depth + 1) + static_cast<std::size_t>(frame[0]);
}

TEST_F(CrashReporterTest, TellsOfAStackThatIsUsedUp) {
  EXPECT_EQ(crash([] { use_up(1); }), SIGSEGV);
  EXPECT_THAT(describe_crash(*section_), HasSubstr("at unit_tests+0x"));

  section_->crash = {};
  EXPECT_EQ(crash([] { start_thread("deep", [] { use_up(1); }).join(); }), SIGSEGV);
  EXPECT_THAT(describe_crash(*section_), HasSubstr("at unit_tests+0x"));
}

TEST_F(CrashReporterTest, SaysNothingOfAProcessThatEnds) {
  EXPECT_EQ(crash([] {}), 0);
  EXPECT_EQ(describe_crash(*section_), "");
}

TEST_F(CrashReporterTest, KeepsNonsenseOutOfTheLog) {
  section_->crash.state = 2;
  section_->crash.code = 11;
  std::memset(section_->crash.library, '\n', sizeof section_->crash.library);

  EXPECT_THAT(describe_crash(*section_), HasSubstr(" at " + std::string(64, '?') + "+0x0"));
}

TEST(CoreDump, IsNamedWithTheProcess) {
  const CoreRules rules{"/var/core/%e.%p", 1};
  EXPECT_EQ(describe_core(rules, 42, true), "core dump: /var/core/%e.42");
  EXPECT_THAT(
      describe_core({"core", 1}, 42, true), HasSubstr("core, in the child's working folder")
  );
}

TEST(CoreDump, GoesToAProgram) {
  const CoreRules rules{"|/usr/lib/systemd/systemd-coredump %P", 0};
  EXPECT_EQ(
      describe_core(rules, 42, true), "core dump: given to /usr/lib/systemd/systemd-coredump %P"
  );
  EXPECT_THAT(describe_core(rules, 42, false), HasSubstr("no core dump, though"));
}

TEST(CoreDump, IsMissingForAReason) {
  EXPECT_THAT(describe_core({"core", 0}, 42, false), HasSubstr("RLIMIT_CORE is 0"));
  EXPECT_THAT(describe_core({"/gone/core", 1}, 42, false), HasSubstr("/gone/core"));
  EXPECT_THAT(describe_core({"", 1}, 42, false), HasSubstr("core_pattern is empty"));
}

}  // namespace
}  // namespace tenon::mpm
