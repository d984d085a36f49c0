// SPDX-License-Identifier: Apache-2.0
// What a module can do to its child, and what the control process makes of it.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/environment.hpp"
#include "support/load.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class Crash : public testing::Test {
 protected:
  static TestConfig config(const std::string& how) {
    TestConfig config = usual_config();
    config.modules.push_back(target_path(test_module("badmod")));
    config.route("/bad", "badmod", "badmod.how = \"" + how + "\"");
    return config;
  }
  // Lets the module do it; a new child must serve, and the log must have these words.
  static void expect_replaced(const Served& served, const std::string& words) {
    ASSERT_TRUE(served.up());
    get(served.port(), "/bad");
    ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
    EXPECT_EQ(get(served.port(), "/").status, 200);
    EXPECT_TRUE(served.server().wait_for(words)) << served.server().err();
    EXPECT_TRUE(served.server().wait_for("module badmod, phase handler, request "))
        << served.server().err();
  }
  static size_t dumps(const Served& served) {
    std::error_code error;
    size_t count = 0;
    for (std::filesystem::directory_iterator at(served.sandbox().path("run/dumps"), error), end;
         !error && at != end;
         at.increment(error)) {
      if (at->file_size() > 1000) ++count;
    }
    return count;
  }
};

TEST_F(Crash, OfAnAccessViolationNamesLibraryAndOffset) {
  const Served served(config("access_violation"));

  if (!on_windows()) {
    expect_replaced(served, "signal 11 (Segmentation fault) at mod_badmod.so+0x");
    // Whether there is one is the machine's business; it is said in any case.
    EXPECT_THAT(served.server().err(), HasSubstr("core dump"));
    return;
  }
  expect_replaced(served, "exception 0xC0000005 (access violation) at mod_badmod.dll+0x");
  EXPECT_EQ(dumps(served), 1u);
  EXPECT_THAT(served.server().err(), HasSubstr("minidump "));
}

TEST_F(Crash, OfAnIllegalInstructionIsNamed) {
  const std::string what = on_windows() ? "exception 0xC000001D" : "signal 4 (Illegal instruction)";
  const std::string file = on_windows() ? "mod_badmod.dll" : "mod_badmod.so";
  const Served served(config("fastfail"));
  expect_replaced(served, what);
  EXPECT_TRUE(served.server().wait_for(" at " + file + "+0x")) << served.server().err();
}

TEST_F(Crash, OfAbortIsReported) {
  expect_replaced(
      Served(config("abort")), on_windows() ? "exit code 3 (abort()" : "signal 6 (Aborted) at "
  );
}

TEST_F(Crash, OfExitIsReported) {
  if (sanitized()) GTEST_SKIP() << "the sanitizer looks for leaks then, and ends it otherwise";
  expect_replaced(Served(config("exit")), "exit code 7");
}

TEST_F(Crash, OfAStackThatIsUsedUpNamesTheLibrary) {
  if (on_windows()) GTEST_SKIP() << "Wine ends the process before anybody is asked";
  if (sanitized()) GTEST_SKIP() << "the sanitizer reports it";
  expect_replaced(Served(config("deep")), "signal 11 (Segmentation fault) at mod_badmod.so+0x");
}

TEST_F(Crash, OfAnExceptionThroughTheInterfaceIsReported) {
  expect_replaced(Served(config("exception")), "the child ended unasked");
}

TEST_F(Crash, IsMadeOfAHookThatLoopsForEver) {
  TestConfig looping = config("loop");
  looping.mpm += "hook_timeout = \"500ms\"\n";
  const Served served(looping);
  ASSERT_TRUE(served.up());

  const HttpConnection waiting(served.port());
  EXPECT_EQ(get(served.port(), "/bad").status, 0);

  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  EXPECT_EQ(get(served.port(), "/").status, 200);
  const std::string log = read_file(served.sandbox().path("logs/error.log"));
  EXPECT_THAT(log, HasSubstr("module badmod, phase handler, request "));
  EXPECT_THAT(log, HasSubstr("beyond hook_timeout"));
}

TEST_F(Crash, IsNotMadeOfAHookThatNeverReturnsInThePool) {
  TestConfig hanging = config("pool_never");
  hanging.mpm += "hook_timeout = \"300ms\"\n";
  const Served served(hanging);
  ASSERT_TRUE(served.up());
  HttpConnection lost(served.port());
  ASSERT_TRUE(lost.send("GET /bad HTTP/1.1\r\nHost: x\r\n\r\n"));

  const auto named = [&] {
    return read_file(served.sandbox().path("logs/error.log")).find("its thread is lost") !=
           std::string::npos;
  };
  EXPECT_TRUE(poll_until(named));

  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_EQ(served.server().ready().generation, 1u);
}

TEST_F(Crash, IsNotMadeOfAThreadThatIsLeftRunning) {
  const Served served(config("thread"));
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/bad").status, 200);
  EXPECT_EQ(run_tenon(served.sandbox(), {"reload"}).exit_code, 0);

  EXPECT_EQ(get(served.port(), "/").status, 200);
}

TEST_F(Crash, OfAHeapThatAModuleSpoiltLeavesTheServer) {
  if (sanitized()) GTEST_SKIP() << "the sanitizer reports it";
  const Served served(config("double_free"));
  ASSERT_TRUE(served.up());

  get(served.port(), "/bad");  // the system may notice or not

  EXPECT_TRUE(poll_until([&] { return get(served.port(), "/").status == 200; }));
}

// From the end of a child to the next answer, as a client sees it who asks all the time.
TEST_F(Crash, IsOverWithinAMoment) {
  constexpr size_t kTimes = 3;  // with a server each, since the second crash of one has to wait
  std::vector<Milliseconds> gaps;
  for (size_t i = 0; i < kTimes; ++i) {
    const Served served(usual_config());
    ASSERT_TRUE(served.up());
    ::kill(served.server().child_pid(), SIGKILL);
    const Stopwatch gap;
    ASSERT_TRUE(poll_until([&] { return get(served.port(), "/").status == 200; }));
    gaps.push_back(gap.elapsed());
  }
  std::sort(gaps.begin(), gaps.end());
  RecordProperty("median_gap_ms", static_cast<int>(gaps[kTimes / 2].count()));  // `dev` prints it
  EXPECT_LT(gaps.back(), seconds(3));
}

TEST_F(Crash, LosesOnlyTheConnectionsOfItsChild) {
  const Served served(config("abort"));
  ASSERT_TRUE(served.up());
  constexpr int kClients = 4;
  Load load(served.port(), "/hello", kClients, 0);
  ASSERT_TRUE(load.wait_for_more(20));

  ::kill(served.server().child_pid(), SIGKILL);
  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  ASSERT_TRUE(load.wait_for_more(20));
  load.end();

  EXPECT_EQ(load.refused(), 0u);
  EXPECT_LE(load.failed(), uint64_t{kClients});
}

TEST_F(Crash, LoopShowsInTheStatusAndEndsByAReload) {
  const Served served(config("abort"));
  ASSERT_TRUE(served.up());
  get(served.port(), "/bad");
  ASSERT_TRUE(served.server().wait_ready(2)) << served.server().err();
  get(served.port(), "/bad");
  ASSERT_TRUE(served.server().wait_for("the next child starts in 1000 ms"));

  EXPECT_THAT(run_tenon(served.sandbox(), {"status"}).out, HasSubstr("crashes=2"));
  EXPECT_EQ(run_tenon(served.sandbox(), {"reload"}).exit_code, 0);

  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_THAT(run_tenon(served.sandbox(), {"status"}).out, AnyOf(HasSubstr("restart_in_ms=0")));
}

}  // namespace
}  // namespace tenon::support
