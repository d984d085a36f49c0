// SPDX-License-Identifier: Apache-2.0
// How accepting heals, by errors that are injected into the MPM of build/windows/stage-faults
// (mpm/common/faults.hpp); mpm/winnt/README.md says what is promised.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kFallbackLine = "winnt_accept: AcceptEx failed. Attempting to recover.";

size_t count(const std::string& text, std::string_view what) {
  size_t n = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++n;
  return n;
}

class Healing : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!on_windows()) GTEST_SKIP() << "only mpm_winnt can be built with faults";
    if (without_accept_ex()) GTEST_SKIP() << "AcceptEx is what heals";
    ASSERT_EQ(::access(program(stage_faults()).c_str(), R_OK), 0)
        << "./dev build windows makes " << stage_faults();
  }
  void TearDown() override {
    if (!server_) return;
    EXPECT_TRUE(server_->stop()) << server_->err();
    EXPECT_EQ(server_->control().exit_code(), 0) << server_->err();
    expect_nothing_left(sandbox_, {port()});
  }

  void serve(const std::string& plan, const std::string& listen = "\"127.0.0.1:0\"") {
    TestConfig config = usual_config();
    config.listen = listen;
    sandbox_.write_config(config.text());
    server_ = std::make_unique<ServerProcess>(sandbox_, ServerProcess::Faults{plan});
    ASSERT_TRUE(server_->wait_ready()) << server_->err();
  }
  uint16_t port(const std::string& listener = "default") const { return server_->port(listener); }
  // Whether requests on connections of their own are answered.
  bool answers(int times = 1, const std::string& listener = "default") const {
    for (int i = 0; i < times; ++i) {
      if (get(port(listener), "/hello").status != 200) return false;
    }
    return true;
  }
  // What the child and its control process wrote.
  std::string log() const { return read_file(sandbox_.path("logs/error.log")); }
  // What the status module says of a listener; asking needs a listener that accepts.
  nlohmann::json listener(size_t index = 0, const std::string& asked = "default") const {
    const Response answer = get(port(asked), "/status?format=json");
    const auto status = nlohmann::json::parse(answer.body, nullptr, false);
    return status.is_object() ? status["listeners"][index] : nlohmann::json::object();
  }
  bool has_mode(const std::string& mode, size_t index = 0, const std::string& asked = "default") {
    return poll_until([&] { return listener(index, asked)["accept_mode"] == mode; });
  }

  Sandbox sandbox_;
  std::unique_ptr<ServerProcess> server_;
};

TEST_F(Healing, ThousandsOfClientErrorsChangeNothing) {
  serve(
      "acceptex:count=1000,error=64;acceptex:at=1001,count=1000,error=1236;"
      "acceptex:at=2001,count=1000,error=10053;acceptex:at=3001,count=1000,error=10054"
  );

  EXPECT_TRUE(answers(20));

  const nlohmann::json slot = listener();
  EXPECT_EQ(slot["client_errors"], 4000) << slot;
  EXPECT_EQ(slot["accept_mode"], "acceptex");
  EXPECT_EQ(slot["fallbacks"], 0);
  EXPECT_EQ(slot["other_errors"], 0);
  EXPECT_THAT(log(), Not(HasSubstr("accept")));
}

TEST_F(Healing, ConnectionsThatDieWhileTheyAreAcceptedChangeNothing) {
  serve("accepted:every=2,error=64");

  int answered = 0;
  for (int i = 0; i < 40; ++i)
    answered += get(port(), "/hello").status == 200 ? 1 : 0;

  EXPECT_EQ(answered, 20);
  EXPECT_THAT(log(), Not(HasSubstr("accept")));
}

TEST_F(Healing, TenRefusalsFallBackForThatListenerAloneAndAcceptExComesBack) {
  serve(
      "acceptex@1:count=10,error=10022;clock:factor=30",
      "\"127.0.0.1:0\", { name = \"second\", address = \"127.0.0.1:0\" }"
  );
  ASSERT_TRUE(has_mode("accept", 1));
  EXPECT_EQ(count(log(), kFallbackLine), 1u) << log();
  EXPECT_EQ(listener(0)["accept_mode"], "acceptex");
  EXPECT_EQ(listener(0)["fallbacks"], 0);
  EXPECT_EQ(listener(1)["fallbacks"], 1);
  EXPECT_EQ(listener(1)["other_errors"], 10);
  EXPECT_TRUE(answers(5, "second"));

  // After 60 s, which are 2 here, with the next client.
  EXPECT_TRUE(poll_until([&] {
    return answers(1, "second") && listener(1)["accept_mode"] == "acceptex";
  }));
  EXPECT_TRUE(answers(5, "second"));
  EXPECT_EQ(listener(1)["fallbacks"], 1);
  EXPECT_EQ(count(log(), kFallbackLine), 1u);
}

TEST_F(Healing, NineRefusalsAreNotEnough) {
  serve("acceptex:count=9,error=10045");

  EXPECT_TRUE(answers(20));

  EXPECT_EQ(listener()["accept_mode"], "acceptex");
  EXPECT_EQ(listener()["other_errors"], 9);
  EXPECT_THAT(log(), Not(HasSubstr(kFallbackLine)));
}

TEST_F(Healing, AcceptExThatIsNotToBeHadFallsBack) {
  serve("pointer:error=10045;clock:factor=60");

  ASSERT_TRUE(has_mode("accept"));
  EXPECT_TRUE(answers(5));
  EXPECT_TRUE(poll_until([&] { return answers() && listener()["fallbacks"] >= 2; }));

  EXPECT_TRUE(answers(5));
  EXPECT_GE(count(log(), kFallbackLine), 2u);
}

class Shortage : public Healing, public ::testing::WithParamInterface<std::string> {};

TEST_P(Shortage, PausesWithoutAFallback) {
  // The first eight are posted before READY.
  serve("acceptex:at=9,count=4,error=" + GetParam());
  const Stopwatch watch;

  EXPECT_TRUE(poll_until([&] { return answers() && listener()["resource_errors"] == 4; }));

  // At least 100 ms between any two attempts; with those that were pending it goes on meanwhile.
  EXPECT_GE(watch.elapsed().count(), 300);
  EXPECT_EQ(listener()["resource_errors"], 4);
  EXPECT_EQ(listener()["accept_mode"], "acceptex");
  EXPECT_EQ(listener()["fallbacks"], 0);
  EXPECT_THAT(log(), HasSubstr("accepting on listener 0 pauses"));
  EXPECT_THAT(log(), HasSubstr("(" + GetParam() + ")"));
}

INSTANTIATE_TEST_SUITE_P(Healing, Shortage, ::testing::Values("10055", "10024", "1450"));

TEST_F(Healing, AcceptPausesForWantOfResources) {
  serve("pointer:error=10045;accept:count=2,error=10055");

  EXPECT_TRUE(answers(3));

  EXPECT_EQ(listener()["resource_errors"], 2);
  EXPECT_EQ(listener()["accept_mode"], "accept");
}

TEST_F(Healing, AListenerThatTheChildLostIsReplaced) {
  serve("listener:at=12,error=10038");

  EXPECT_TRUE(poll_until([&] { return answers() && listener()["replacements"] == 1; }))
      << listener();

  EXPECT_TRUE(answers(20));
  EXPECT_EQ(listener()["accept_mode"], "acceptex");
  EXPECT_EQ(count(log(), "listener 0 needs another socket"), 1u) << log();
  EXPECT_EQ(server_->ready().generation, 1u);
}

TEST_F(Healing, AListenerThatIsLostAgainAndAgainIsReplacedEachTime) {
  serve("listener:every=15,error=10038");

  EXPECT_TRUE(poll_until([&] { return answers(5) && listener()["replacements"] >= 3; }))
      << listener() << log();

  EXPECT_TRUE(answers(20));
  EXPECT_EQ(listener()["fallbacks"], 0);
}

TEST_F(Healing, AListenerThatBothProcessesLostIsOpenedAgain) {
  serve("listener:at=12,error=10038;control_listener:at=2,error=10038");
  const uint16_t before = port();

  EXPECT_TRUE(poll_until([&] { return answers() && listener()["replacements"] == 1; }))
      << listener() << log();

  EXPECT_TRUE(answers(20));
  EXPECT_EQ(port(), before);
}

TEST_F(Healing, ANewChildGetsAListenerThatLives) {
  serve("control_listener:at=2,error=10038");
  const uint16_t before = port();

  ::kill(server_->child_pid(), SIGKILL);

  ASSERT_TRUE(server_->wait_ready(2)) << server_->err();
  EXPECT_EQ(port(), before);
  EXPECT_TRUE(answers(5));
}

TEST_F(Healing, AListenerIsReplacedInAcceptMode) {
  serve("pointer:error=10045;listener:at=20,error=10038");

  EXPECT_TRUE(poll_until([&] { return answers() && listener()["replacements"] == 1; }))
      << listener() << log();

  EXPECT_TRUE(answers(10));
}

TEST_F(Healing, APlanThatMakesNoSenseIsRefused) {
  sandbox_.write_config(usual_config().text());
  ServerProcess server(sandbox_, ServerProcess::Faults{"acceptex:evry=3,error=64"});

  ASSERT_TRUE(server.control().wait());

  EXPECT_EQ(server.control().exit_code(), 2);
  EXPECT_THAT(
      server.err(),
      HasSubstr("TENON_FAULTS: \"acceptex:evry=3,error=64\" has the unknown key \"evry\"")
  );
}

}  // namespace
}  // namespace tenon::support
