// SPDX-License-Identifier: Apache-2.0
#include "event/listener.hpp"

#include <csignal>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "event/process.hpp"
#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Listener, FindsAFreePort) {
  const Result<Listener> listener = open_listener(loopback_listener(), 16);

  ASSERT_TRUE(listener);
  EXPECT_NE(listener->port, 0);
  EXPECT_TRUE(TcpClient(listener->port).connected());
}

TEST(Listener, NamesTheSettingWhenTheAddressIsInUse) {
  const Result<Listener> holder = open_listener(loopback_listener(), 16);
  ASSERT_TRUE(holder);
  tenon_listener wanted = loopback_listener();
  wanted.port = holder->port;

  const Result<Listener> listener = open_listener(wanted, 16);

  ASSERT_FALSE(listener);
  EXPECT_THAT(
      listener.error().text(),
      AllOf(
          HasSubstr("127.0.0.1:0"),
          HasSubstr("server.listen"),
          HasSubstr("\"default\""),
          HasSubstr("Address already in use by process " + std::to_string(::getpid())),
          HasSubstr("unit_tests; stop"),
          HasSubstr("choose another port")
      )
  );
}

TEST(Listener, SaysThatTheMachineLacksTheAddress) {
  tenon_listener wanted = loopback_listener();
  wanted.ip[0] = 192;
  wanted.ip[1] = 0;
  wanted.ip[2] = 2;  // RFC 5737: in no network

  const Result<Listener> listener = open_listener(wanted, 16);

  ASSERT_FALSE(listener);
  EXPECT_THAT(listener.error().text(), HasSubstr("use an address of this machine"));
}

TEST(Listener, ListensOnIpv6Alone) {
  tenon_listener wanted = loopback_listener();
  wanted.family = 6;
  wanted.ip[0] = 0;
  wanted.ip[3] = 0;
  wanted.ip[15] = 1;

  const Result<Listener> listener = open_listener(wanted, 16);

  ASSERT_TRUE(listener) << listener.error().text();
  EXPECT_FALSE(TcpClient(listener->port).connected());
}

TEST(Listener, IsNotInherited) {
  const Result<Listener> listener = open_listener(loopback_listener(), 16);
  ASSERT_TRUE(listener);

  EXPECT_EQ(::fcntl(listener->socket.get(), F_GETFD), FD_CLOEXEC);
}

TEST(Listener, RefusesAPayloadOfAWrongSize) {
  EXPECT_FALSE(receive_listener(""));
  EXPECT_FALSE(receive_listener(std::string(9, '\0')));
}

TEST(Listener, RefusesADescriptorThatIsNone) {
  EXPECT_FALSE(receive_listener(share_listener(100'000)));
}

TEST(DescribeStatus, NamesSignals) {
  EXPECT_EQ(describe_status(0), "exit code 0");
  EXPECT_EQ(describe_status(3 << 8), "exit code 3");
  EXPECT_EQ(describe_status(SIGSEGV), "signal 11 (Segmentation fault)");
}

}  // namespace
}  // namespace tenon::mpm
