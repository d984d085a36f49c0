// SPDX-License-Identifier: Apache-2.0
// A reload is an overlap: the old child serves until the new one does, and nothing is lost.
#include <csignal>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <unistd.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/load.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using testing::HasSubstr;
using testing::Not;

class Reload : public testing::Test {
 protected:
  static CommandResult reload(const Served& served) {
    return run_tenon(served.sandbox(), {"reload"});
  }
  // A reload that must be refused, with this in its words; the server goes on.
  static void expect_refused(
      const Served& served, const TestConfig& config, int code, const std::string& words
  ) {
    served.sandbox().write_config(config.text());
    const CommandResult result = reload(served);
    EXPECT_EQ(result.exit_code, code) << result.err << result.out;
    EXPECT_THAT(result.err, HasSubstr(words));
    EXPECT_EQ(get(served.port(), "/").status, 200);
    EXPECT_EQ(served.server().ready().generation, 1u);
  }
};

TEST_F(Reload, PutsANewChildInThePlaceOfTheOldOne) {
  const Served served(usual_config());
  ASSERT_TRUE(served.up());

  const CommandResult result = reload(served);

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "tenon: generation 2 serves\n");
  EXPECT_EQ(served.server().ready().generation, 2u);
  EXPECT_EQ(served.server().port(), served.port());
  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_TRUE(poll_until([&] { return served.sandbox().processes().size() == 2; }));
}

TEST_F(Reload, TakesUpWhatTheConfigurationSaysNow) {
  TestConfig config = usual_config();
  const Served served(config);
  ASSERT_TRUE(served.up());
  ASSERT_EQ(get(served.port(), "/new").status, 404);
  config.route("/new", "hello");
  served.sandbox().write_config(config.text());

  ASSERT_EQ(run_tenon(served.sandbox(), {"-k", "graceful"}).exit_code, 0);

  EXPECT_EQ(get(served.port(), "/new").status, 200);
}

TEST_F(Reload, LosesNoRequestInTwentyInARow) {
  constexpr int kReloads = 20;
  TestConfig config = usual_config();
  config.mpm += "keepalive_drain = \"500ms\"\n";
  const Served served(config);
  ASSERT_TRUE(served.up());
  Load load(served.port(), "/hello", 2, 2);
  Process wrk(
      {.argv = {"wrk", "-t1", "-c4", "-d600s", "http://127.0.0.1:" + std::to_string(served.port())}}
  );

  for (int i = 0; i < kReloads; ++i) {
    ASSERT_TRUE(load.wait_for_more(20));
    const CommandResult result = reload(served);
    ASSERT_EQ(result.exit_code, 0) << result.err << served.server().err();
  }
  ASSERT_TRUE(load.wait_for_more(20));
  load.end();
  wrk.send_signal(SIGINT);  // it ends with its counts

  EXPECT_EQ(load.failed(), 0u);
  EXPECT_EQ(load.refused(), 0u);
  EXPECT_TRUE(wrk.wait());
  EXPECT_THAT(wrk.out(), HasSubstr("requests in"));
  EXPECT_THAT(wrk.out(), Not(HasSubstr("Socket errors")));
  EXPECT_THAT(wrk.out(), Not(HasSubstr("Non-2xx")));
  EXPECT_EQ(served.server().ready().generation, 1u + kReloads);
}

TEST_F(Reload, LetsTransfersFinishOnTheOldChild) {
  TestConfig config = usual_config();
  config.mpm =
      "io_threads = 2\nthreads_per_child = 4\ngraceful_timeout = \"30s\"\nstop_timeout = \"1s\"\n";
  config.modules.push_back(target_path(example_module("events")));
  config.route("/events", "events", "events.every = \"20ms\"");
  const std::string big(8 * 1024 * 1024, 'b');
  const Served served(config, [&](const Sandbox& sandbox) { sandbox.write("htdocs/big", big); });
  ASSERT_TRUE(served.up());
  auto download = Socket::connect_slow(served.port(), 4096);
  ASSERT_TRUE(
      download && download->send("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
  );
  HttpConnection upload(served.port());
  ASSERT_TRUE(upload.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"));
  auto events = Socket::connect(served.port());
  ASSERT_TRUE(events && events->send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"));
  std::string downloaded, seen;
  ASSERT_GT(download->receive(downloaded), 0);
  ASSERT_GT(events->receive(seen), 0);

  ASSERT_EQ(reload(served).exit_code, 0);

  EXPECT_TRUE(upload.send("cd"));
  const Response answer = upload.receive();
  EXPECT_EQ(answer.body, "abcd");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(events->receive_all(seen));
  EXPECT_THAT(seen, testing::EndsWith("\r\n0\r\n\r\n")) << "the stream ends as a whole";
  EXPECT_TRUE(download->receive_all(downloaded));
  EXPECT_TRUE(downloaded.ends_with(big));
}

TEST_F(Reload, IsRefusedForABadConfiguration) {
  const TestConfig good = usual_config();
  const Served served(good);
  ASSERT_TRUE(served.up());

  TestConfig bad = good;
  bad.more += "[[[\n";
  expect_refused(served, bad, 2, "config/tenon.toml:");
  bad = good;
  bad.server = "lisen = []\n";
  expect_refused(served, bad, 2, "did you mean \"listen\"?");
  bad = good;
  bad.modules.push_back("missing");
  expect_refused(served, bad, 2, "missing");
  bad = good;
  bad.modules.push_back(target_path(test_module("refuses")));
  expect_refused(served, bad, 2, "config/tenon.toml:");
  bad = good;
  bad.mpm += "listen_backlog = 17\n";
  expect_refused(served, bad, 2, "needs a restart");
}

TEST_F(Reload, IsRefusedWhenTheMachineSaysNo) {
  const Served other(usual_config());
  const TestConfig good = usual_config();
  const Served served(good);
  ASSERT_TRUE(served.up() && other.up());

  TestConfig bad = good;
  bad.listen +=
      ", { name = \"taken\", address = \"127.0.0.1:" + std::to_string(other.port()) + "\" }";
  expect_refused(served, bad, 1, "already in use");
  bad = good;
  bad.mpm += "startup_timeout = \"500ms\"\n";
  bad.modules.push_back(target_path(test_module("hangs_at_start")));
  bad.more += "[hangs_at_start]\n";
  expect_refused(served, bad, 1, "startup_timeout");
}

TEST_F(Reload, AddsAndRemovesListeners) {
  TestConfig config = usual_config();
  const Served served(config);
  ASSERT_TRUE(served.up());
  config.listen += ", { name = \"second\", address = \"127.0.0.1:0\" }";
  served.sandbox().write_config(config.text());

  ASSERT_EQ(reload(served).exit_code, 0);
  const uint16_t second = served.server().port("second");
  EXPECT_EQ(get(second, "/").status, 200);
  EXPECT_EQ(get(served.port(), "/").status, 200);
  served.sandbox().write_config(usual_config().text());
  ASSERT_EQ(reload(served).exit_code, 0);

  EXPECT_EQ(get(served.port(), "/").status, 200);
  EXPECT_TRUE(poll_until([&] { return !Socket::connect(second); }));
}

TEST_F(Reload, WorksWhileEveryThreadIsBusy) {
  TestConfig config = usual_config();
  config.modules.push_back(target_path(test_module("slow")));
  config.route("/slow", "slow", "slow.started = \"started\"\nslow.release = \"release\"");
  const Served served(config);
  ASSERT_TRUE(served.up());
  std::vector<HttpConnection> busy;
  for (int i = 0; i < 6; ++i) {
    busy.emplace_back(served.port());
    ASSERT_TRUE(busy.back().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  ASSERT_TRUE(poll_until([&] { return access(served.sandbox().path("started").c_str(), F_OK) == 0; }
  ));

  EXPECT_EQ(reload(served).exit_code, 0);
  EXPECT_EQ(get(served.port(), "/").status, 200);

  served.sandbox().write("release", "");
  for (HttpConnection& connection : busy)
    EXPECT_EQ(connection.receive().status, 200);
}

TEST_F(Reload, RecyclesAChildWithoutLosingARequest) {
  TestConfig config = usual_config();
  config.mpm += "max_connections_per_child = 40\nkeepalive_drain = \"500ms\"\n";
  const Served served(config);
  ASSERT_TRUE(served.up());
  Load load(served.port(), "/hello", 2, 2);

  EXPECT_TRUE(served.server().wait_ready(4)) << served.server().err();
  load.end();

  EXPECT_EQ(load.failed(), 0u);
  EXPECT_EQ(load.refused(), 0u);
}

}  // namespace
}  // namespace tenon::support
