// SPDX-License-Identifier: Apache-2.0
// Addresses that cannot be listened on: the sentence names the setting, the exit code is 1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Listen : public ::testing::Test {
 protected:
  std::string refusal(const std::string& listen) {
    TestConfig config;
    config.listen = listen;
    config.mpm += "bind_timeout = \"200ms\"\n";
    sandbox_.write_config(config.text());
    const CommandResult result = run_tenon(sandbox_, {});
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_THAT(result.err, Not(HasSubstr("tenon: ready")));
    expect_nothing_left(sandbox_, {});
    return result.err;
  }

  Sandbox sandbox_;
};

TEST_F(Listen, PortInUseNamesSettingListenerAndAddress) {
  const Served& holder = usual_server();
  ASSERT_TRUE(holder.up());
  const std::string address = "127.0.0.1:" + std::to_string(holder.port());

  const std::string text = refusal("{ name = \"front\", address = \"" + address + "\" }");

  EXPECT_THAT(text, AllOf(HasSubstr("server.listen"), HasSubstr("front"), HasSubstr(address)));
  EXPECT_THAT(text, HasSubstr("already in use"));
  EXPECT_THAT(text, HasSubstr("tenon.toml:2:"));
  EXPECT_EQ(get(holder.port(), "/").status, 200) << "the one that holds the port goes on";
}

TEST_F(Listen, AStopEndsTheWaitForAnAddress) {
  const Served& holder = usual_server();
  ASSERT_TRUE(holder.up());
  TestConfig config;
  config.listen = "\"127.0.0.1:" + std::to_string(holder.port()) + "\"";
  config.mpm += "bind_timeout = \"60s\"\n";
  sandbox_.write_config(config.text());
  ServerProcess server(sandbox_);
  ASSERT_TRUE(server.wait_for("trying again for 60000 ms")) << server.err();

  EXPECT_TRUE(server.stop());
  EXPECT_EQ(server.control().exit_code(), 0) << server.err();
  expect_nothing_left(sandbox_, {});
}

TEST_F(Listen, AnAddressThatSomebodyHoldsIsTriedAgain) {
  const Served holder(usual_config());
  ASSERT_TRUE(holder.up());
  TestConfig config = usual_config();
  config.listen = "\"127.0.0.1:" + std::to_string(holder.port()) + "\"";
  sandbox_.write_config(config.text());

  ServerProcess server(sandbox_);
  ASSERT_TRUE(server.wait_for("trying again for 12000 ms (bind_timeout)")) << server.err();
  if (!on_windows()) {
    EXPECT_THAT(server.err(), HasSubstr("already in use by process "));
  }
  ASSERT_TRUE(holder.server().stop());

  ASSERT_TRUE(server.wait_ready()) << server.err();
  EXPECT_EQ(get(server.port(), "/hello").status, 200);
  EXPECT_TRUE(server.stop());
}

TEST_F(Listen, SecondListenerInUseClosesTheFirst) {
  const Served& holder = usual_server();
  ASSERT_TRUE(holder.up());
  const std::string address = "127.0.0.1:" + std::to_string(holder.port());

  const std::string text =
      refusal("\"127.0.0.1:0\", { name = \"second\", address = \"" + address + "\" }");

  EXPECT_THAT(text, HasSubstr("second"));
}

TEST_F(Listen, AddressOfAnotherMachineIsRefused) {
  const std::string text = refusal("\"192.0.2.1:0\"");

  EXPECT_THAT(text, AllOf(HasSubstr("server.listen"), HasSubstr("192.0.2.1")));
}

TEST_F(Listen, Ipv6IsServed) {
  TestConfig config = usual_config();
  config.listen = "\"[::1]:0\"";
  const auto server = ServerProcess::start(sandbox_, config.text());
  ASSERT_TRUE(server);
  const std::string url = "http://[::1]:" + std::to_string(server->port()) + "/hello";

  const CommandResult answer =
      run({.argv = {"curl", "--silent", "--globoff", "--noproxy", "*", url}});

  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_THAT(answer.out, HasSubstr("Hello"));
  EXPECT_TRUE(server->stop());
}

TEST_F(Listen, AHundredListenersAreServed) {
  TestConfig config = usual_config();
  for (int i = 0; i < 100; ++i)
    config.listen += ", { name = \"l" + std::to_string(i) + "\", address = \"127.0.0.1:0\" }";
  const Served served(config);
  ASSERT_TRUE(served.up());

  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(get(served.server().port("l" + std::to_string(i)), "/hello").status, 200) << i;
}

TEST_F(Listen, BothFamiliesShareAPort) {
  const Served probe(usual_config());  // a port that is free, once this one has stopped
  ASSERT_TRUE(probe.up());
  const std::string port = std::to_string(probe.port());
  ASSERT_TRUE(probe.server().stop());
  TestConfig config = usual_config();
  config.listen = "\"127.0.0.1:" + port + "\", { name = \"v6\", address = \"[::1]:" + port + "\" }";

  const Served served(config);

  ASSERT_TRUE(served.up());
  EXPECT_EQ(get(served.port(), "/hello").status, 200);
  EXPECT_EQ(served.server().port("v6"), served.port());
}

TEST_F(Listen, WithoutIpv6TheOtherAddressesAreServed) {
  if (!on_windows()) GTEST_SKIP() << "only mpm_winnt can be built with faults";
  TestConfig config = usual_config();
  config.listen = "\"127.0.0.1:0\", { name = \"v6\", address = \"[::1]:0\" }";
  sandbox_.write_config(config.text());
  ServerProcess server(sandbox_, ServerProcess::Faults{"socket:at=2,error=10047"});

  ASSERT_TRUE(server.wait_ready()) << server.err();

  EXPECT_EQ(get(server.port(), "/hello").status, 200);
  EXPECT_THAT(server.err(), HasSubstr("warning: cannot listen on [::1]:0"));
  EXPECT_TRUE(server.stop());
}

}  // namespace
}  // namespace tenon::support
