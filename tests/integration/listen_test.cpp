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

}  // namespace
}  // namespace tenon::support
