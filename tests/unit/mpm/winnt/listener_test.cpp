// SPDX-License-Identifier: Apache-2.0
#include "winnt/listener.hpp"

#include <string>

#include <gmock/gmock.h>

#include "tests/unit/mpm/fixture.hpp"
#include "winnt/process.hpp"

namespace tenon::mpm {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ListenerTest : public testing::Test {
 protected:
  const WinsockScope winsock_;
};

TEST_F(ListenerTest, FindsAFreePort) {
  const Result<Listener> listener = open_listener(loopback_listener(), 16);

  ASSERT_TRUE(listener);
  EXPECT_NE(listener->port, 0);
  EXPECT_TRUE(TcpClient(listener->port).connected());
}

TEST_F(ListenerTest, NamesTheSettingWhenTheAddressIsInUse) {
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
          HasSubstr("already in use (10048)"),
          HasSubstr("choose another port")
      )
  );
}

TEST_F(ListenerTest, SaysThatTheMachineLacksTheAddress) {
  tenon_listener wanted = loopback_listener();
  wanted.ip[0] = 192;
  wanted.ip[1] = 0;
  wanted.ip[2] = 2;  // RFC 5737: in no network

  const Result<Listener> listener = open_listener(wanted, 16);

  ASSERT_FALSE(listener);
  EXPECT_THAT(listener.error().text(), HasSubstr("no such address (10049)"));
}

TEST_F(ListenerTest, ListensOnIpv6Alone) {
  tenon_listener wanted = loopback_listener();
  wanted.family = 6;
  wanted.ip[0] = 0;
  wanted.ip[3] = 0;
  wanted.ip[15] = 1;

  const Result<Listener> listener = open_listener(wanted, 16);

  ASSERT_TRUE(listener) << listener.error().text();
  EXPECT_FALSE(TcpClient(listener->port).connected());
}

TEST_F(ListenerTest, IsSharedAgainWhileItLives) {
  Listener listener = std::move(*open_listener(loopback_listener(), 16));
  const SOCKET socket = listener.socket.get();
  ASSERT_TRUE(is_alive(socket));

  const Result<std::string> payload =
      share_again(listener, loopback_listener(), 16, ::GetCurrentProcessId());

  ASSERT_TRUE(payload);
  EXPECT_EQ(listener.socket.get(), socket);
  const Result<UniqueSocket> again = receive_listener(*payload);
  ASSERT_TRUE(again);
  EXPECT_TRUE(is_alive(again->get()));
}

TEST_F(ListenerTest, IsOpenedAgainOnItsPortWhenItIsDead) {
  Listener listener = std::move(*open_listener(loopback_listener(), 16));
  const std::uint16_t port = listener.port;
  listener.socket.reset();
  EXPECT_FALSE(is_alive(listener.socket.get()));

  const Result<std::string> payload =
      share_again(listener, loopback_listener(), 16, ::GetCurrentProcessId());

  ASSERT_TRUE(payload) << payload.error().text();
  EXPECT_EQ(listener.port, port);
  EXPECT_TRUE(is_alive(listener.socket.get()));
  EXPECT_TRUE(TcpClient(port).connected());
}

TEST_F(ListenerTest, SaysWhyItCannotBeOpenedAgain) {
  Listener listener = std::move(*open_listener(loopback_listener(), 16));
  tenon_listener elsewhere = loopback_listener();
  elsewhere.ip[0] = 192;
  listener.socket.reset();

  const Result<std::string> payload = share_again(listener, elsewhere, 16, ::GetCurrentProcessId());

  ASSERT_FALSE(payload);
  EXPECT_THAT(payload.error().text(), HasSubstr("cannot listen on"));
}

TEST_F(ListenerTest, IsNotInherited) {
  const Result<Listener> listener = open_listener(loopback_listener(), 16);
  ASSERT_TRUE(listener);
  DWORD flags = 0;

  ASSERT_TRUE(::GetHandleInformation(as_handle(listener->socket.get()), &flags));

  EXPECT_EQ(flags & HANDLE_FLAG_INHERIT, 0u);
}

TEST_F(ListenerTest, RefusesAPayloadOfAWrongSize) {
  EXPECT_FALSE(receive_listener(""));
  EXPECT_FALSE(receive_listener(std::string(sizeof(WSAPROTOCOL_INFOW) + 1, 'x')));
}

TEST(DescribeExitCode, NamesWhatIsWellKnown) {
  EXPECT_EQ(describe_exit_code(0), "0");
  EXPECT_EQ(describe_exit_code(2), "2");
  EXPECT_EQ(describe_exit_code(3), "3 (abort(), as after an exception that nobody caught)");
  EXPECT_EQ(describe_exit_code(0xC0000005), "0xC0000005 (access violation)");
  EXPECT_EQ(describe_exit_code(0xC0001234), "0xC0001234");
}

}  // namespace
}  // namespace tenon::mpm
