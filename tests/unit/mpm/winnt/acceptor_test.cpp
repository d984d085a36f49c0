// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

class AcceptorTest : public ServingTest, public testing::WithParamInterface<bool> {
 protected:
  AcceptorTest() { setup_.settings.use_accept_ex = GetParam(); }
};

std::string echo(TcpClient& client) {
  return client.send("ping") ? client.receive(4) : "not sent";
}

TEST_P(AcceptorTest, AcceptsMoreConnectionsThanItsAttempts) {
  serve();
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 40; ++i)
    clients.push_back(std::make_unique<TcpClient>(port_));

  for (const auto& client : clients)
    EXPECT_EQ(echo(*client), "ping");

  EXPECT_EQ(load(slot().mode), GetParam() ? TENON_ACCEPT_ACCEPTEX : TENON_ACCEPT_ACCEPT);
  EXPECT_EQ(load(slot().accepts), 40u);
}

TEST_P(AcceptorTest, PausesAtMaxConnectionsAndGoesOn) {
  setup_.settings.common.max_connections = 2;
  serve();
  TcpClient first(port_);
  TcpClient second(port_);
  ASSERT_EQ(echo(first), "ping");
  ASSERT_EQ(echo(second), "ping");

  TcpClient third(port_);
  ASSERT_TRUE(third.send("ping"));
  ASSERT_TRUE(poll_until([&] { return load(slot().paused) == 1; }));
  EXPECT_EQ(kernel_.count("opened"), 2u);

  first.close();
  EXPECT_EQ(third.receive(4), "ping");
  second.close();
  EXPECT_TRUE(poll_until([&] { return load(slot().paused) == 0; }));
}

TEST_P(AcceptorTest, StopsWhileIdle) {
  serve();

  EXPECT_TRUE(drain());

  TcpClient client(port_);
  EXPECT_FALSE(client.connected() && echo(client) == "ping");
}

TEST_P(AcceptorTest, ServesAtTheDrainWhoHadConnected) {
  setup_.settings.common.max_connections = 1;
  kernel_.on_draining = [](FakeSession& session, tenon_step& step) { session.write(step, "bye"); };
  kernel_.on_sent = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  serve();
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 20; ++i)
    clients.push_back(std::make_unique<TcpClient>(port_));
  ASSERT_TRUE(poll_until([&] { return load(slot().paused) == 1; }));
  ASSERT_TRUE(poll_until([&] { return kernel_.count("opened") == 1; }));

  // Most wait in the system's queue.
  std::thread drained([&] { EXPECT_TRUE(drain()); });

  for (const auto& client : clients) {
    EXPECT_EQ(client->receive_all(), "bye");
    client->close();
  }
  drained.join();
}

// Keeps what is accepted.
class Keeper final : public Adopter {
 public:
  void adopt(Accepted accepted) override {
    EXPECT_FALSE(socket);
    socket = std::move(accepted.socket);
    has_socket = true;
  }
  int option(int name) const {
    int value = 0;
    int bytes = sizeof value;
    ::getsockopt(socket.get(), SOL_SOCKET, name, reinterpret_cast<char*>(&value), &bytes);
    return value;
  }

  UniqueSocket socket;
  std::atomic<bool> has_socket = false;
};

class AcceptorBufferTest : public testing::TestWithParam<bool> {
 protected:
  const WinsockScope winsock_;
};

TEST_P(AcceptorBufferTest, SetsTheBuffersOfWhatItAccepts) {
  FakeKernel kernel;
  Keeper keeper;
  ConnectionLimit limit(10);
  tenon_listener_slot slot{};
  Acceptor::Setup setup;
  setup.host = &kernel.host();
  setup.adopter = &keeper;
  setup.limit = &limit;
  setup.slot = &slot;
  setup.use_accept_ex = GetParam();
  setup.receive_buffer_bytes = 12'000;
  setup.send_buffer_bytes = 24'000;
  Listener listener = std::move(*open_listener(loopback_listener(), 16));
  Acceptor acceptor(setup, std::move(listener.socket));
  acceptor.start();

  const TcpClient client(listener.port);
  ASSERT_TRUE(poll_until([&] { return keeper.has_socket.load(); }));
  acceptor.begin_stop();
  acceptor.join();

  EXPECT_EQ(keeper.option(SO_RCVBUF), 12'000);
  EXPECT_EQ(keeper.option(SO_SNDBUF), 24'000);
}

INSTANTIATE_TEST_SUITE_P(Modes, AcceptorBufferTest, testing::Bool());

INSTANTIATE_TEST_SUITE_P(
    Modes,
    AcceptorTest,
    testing::Bool(),
    [](const testing::TestParamInfo<bool>& mode) { return mode.param ? "AcceptEx" : "Accept"; }
);

// AcceptEx as it fails on machines with broken network filters.
std::atomic<int> refusals_left = 0;
LPFN_ACCEPTEX real_accept_ex = nullptr;
std::atomic<DWORD> refusal = WSAEINVAL;

BOOL PASCAL failing_accept_ex(
    SOCKET listener,
    SOCKET socket,
    PVOID output,
    DWORD receive_bytes,
    DWORD local_bytes,
    DWORD remote_bytes,
    LPDWORD received,
    LPOVERLAPPED overlapped
) {
  if (refusals_left > 0) {
    --refusals_left;
    ::WSASetLastError(static_cast<int>(refusal.load()));
    return FALSE;
  }
  return real_accept_ex(
      listener, socket, output, receive_bytes, local_bytes, remote_bytes, received, overlapped
  );
}

class AcceptorHealingTest : public ServingTest {
 protected:
  AcceptorHealingTest() {
    setup_.accept_ex = failing_accept_ex;
    real_accept_ex = &::AcceptEx;
  }
};

TEST_F(AcceptorHealingTest, FallsBackToAcceptAndTriesAcceptExAgain) {
  refusal = WSAEINVAL;
  refusals_left = AcceptHealth::kRefusalsMax;
  setup_.retry_accept_ex_ms = 1;
  serve();
  ASSERT_TRUE(
      poll_until([&] { return load(slot().mode) == TENON_ACCEPT_ACCEPT; }) ||
      load(slot().mode) == TENON_ACCEPT_ACCEPTEX
  );

  TcpClient first(port_);
  TcpClient second(port_);
  EXPECT_EQ(echo(first), "ping");
  EXPECT_EQ(echo(second), "ping");

  EXPECT_TRUE(poll_until([&] { return load(slot().mode) == TENON_ACCEPT_ACCEPTEX; }));
  EXPECT_EQ(kernel_.count("report: winnt_accept: AcceptEx failed. Attempting to recover."), 1u);
  EXPECT_EQ(load(slot().other_errors), AcceptHealth::kRefusalsMax);
  EXPECT_EQ(load(slot().fallbacks), 1u);
}

TEST_F(AcceptorHealingTest, PausesWhenResourcesAreShort) {
  refusal = WSAENOBUFS;
  refusals_left = 2;
  serve();
  TcpClient client(port_);

  EXPECT_EQ(echo(client), "ping");

  EXPECT_EQ(load(slot().resource_errors), 2u);
  EXPECT_EQ(load(slot().mode), TENON_ACCEPT_ACCEPTEX);
  EXPECT_EQ(kernel_.count("report: accepting on listener 0 pauses"), 1u);
}

TEST_F(AcceptorHealingTest, OnlyCountsWhatClientsCause) {
  refusal = WSAECONNRESET;
  refusals_left = 50;
  serve();
  TcpClient client(port_);

  EXPECT_EQ(echo(client), "ping");

  EXPECT_EQ(load(slot().client_errors), 50u);
  EXPECT_EQ(kernel_.count("report"), 0u);
}

// Gives another socket only when a test says so.
class Source final : public ListenerSource {
 public:
  void lost(std::uint32_t listener) override { asked = listener + 1; }
  std::atomic<std::uint32_t> asked = 0;
};

class AcceptorLossTest : public AcceptorHealingTest {
 protected:
  AcceptorLossTest() {
    refusal = WSAENOTSOCK;
    setup_.source = &source_;
    setup_.settings.use_accept_ex = true;
  }

  Source source_;
};

TEST_F(AcceptorLossTest, GoesOnWithAnotherSocket) {
  refusals_left = 1;
  serve();
  ASSERT_TRUE(poll_until([&] { return source_.asked == 1; }));
  EXPECT_EQ(load(slot().mode), TENON_ACCEPT_NONE + 0u);
  EXPECT_EQ(load(slot().paused), 1u);
  Result<Listener> other = open_listener(loopback_listener(), 16);
  ASSERT_TRUE(other);
  const std::uint16_t port = other->port;

  serving_->replace(0, std::move(other->socket));

  TcpClient client(port);
  EXPECT_EQ(echo(client), "ping");
  EXPECT_EQ(load(slot().mode), TENON_ACCEPT_ACCEPTEX + 0u);
  EXPECT_EQ(load(slot().replacements), 1u);
  EXPECT_EQ(load(slot().fallbacks), 0u);
  EXPECT_EQ(kernel_.count("report: accepting on listener 0 needs another socket"), 1u);
}

TEST_F(AcceptorLossTest, TakesNoSocketUnasked) {
  refusals_left = 0;
  serve();
  TcpClient first(port_);
  ASSERT_EQ(echo(first), "ping");

  serving_->replace(0, std::move(open_listener(loopback_listener(), 16)->socket));
  serving_->replace(7, std::move(open_listener(loopback_listener(), 16)->socket));

  TcpClient second(port_);
  EXPECT_EQ(echo(second), "ping");
  EXPECT_EQ(load(slot().replacements), 0u);
}

TEST_F(AcceptorLossTest, StopsWithoutASocket) {
  refusals_left = 1;
  serve();
  ASSERT_TRUE(poll_until([&] { return source_.asked == 1; }));

  EXPECT_TRUE(drain());
}

// A peer that resets before it was accepted is told as one or the other.
TEST(AcceptHealth, KnowsWhatClientsCanCause) {
  for (const DWORD error : {59, 64, 1236, 10052, 10053, 10054, 10060})
    EXPECT_EQ(classify_accept_error(error), AcceptFault::Client) << error;
}

TEST(AcceptHealth, AsksAtOnceOnlyTheFirstTime) {
  AcceptHealth health;

  EXPECT_EQ(health.on_fault(AcceptFault::Lost), 0u);
  EXPECT_EQ(health.on_fault(AcceptFault::Lost), 100u);
  EXPECT_EQ(health.on_fault(AcceptFault::Lost), 200u);
  EXPECT_FALSE(health.wants_fallback());
}

TEST(AcceptHealth, DoublesThePauseUpToASecond) {
  AcceptHealth health;

  EXPECT_EQ(health.on_fault(AcceptFault::Resource), 100u);
  EXPECT_EQ(health.on_fault(AcceptFault::Resource), 200u);
  for (int i = 0; i < 5; ++i)
    health.on_fault(AcceptFault::Resource);
  EXPECT_EQ(health.on_fault(AcceptFault::Resource), 1000u);

  health.on_success();
  EXPECT_EQ(health.on_fault(AcceptFault::Resource), 100u);
}

TEST(AcceptHealth, GivesAcceptExUpAfterTenRefusalsInARow) {
  AcceptHealth health;

  for (int i = 0; i < 9; ++i)
    health.on_fault(AcceptFault::Refused);
  EXPECT_FALSE(health.wants_fallback());
  health.on_fault(AcceptFault::Client);
  health.on_fault(AcceptFault::Refused);

  EXPECT_TRUE(health.wants_fallback());
}

TEST(AcceptHealth, ForgetsRefusalsAfterASuccess) {
  AcceptHealth health;

  for (int i = 0; i < 9; ++i)
    health.on_fault(AcceptFault::Refused);
  health.on_success();
  health.on_fault(AcceptFault::Refused);

  EXPECT_FALSE(health.wants_fallback());
}

TEST(AcceptHealth, SortsErrorsByWhoseFaultTheyAre) {
  EXPECT_EQ(classify_accept_error(ERROR_NETNAME_DELETED), AcceptFault::Client);
  EXPECT_EQ(classify_accept_error(WSAECONNRESET), AcceptFault::Client);
  EXPECT_EQ(classify_accept_error(WSAENOBUFS), AcceptFault::Resource);
  EXPECT_EQ(classify_accept_error(ERROR_NO_SYSTEM_RESOURCES), AcceptFault::Resource);
  EXPECT_EQ(classify_accept_error(WSAEINVAL), AcceptFault::Refused);
  EXPECT_EQ(classify_accept_error(ERROR_OPERATION_ABORTED), AcceptFault::Cancelled);
  EXPECT_EQ(classify_accept_error(WSAENOTSOCK), AcceptFault::Lost);
  EXPECT_EQ(classify_accept_error(ERROR_ACCESS_DENIED), AcceptFault::Other);
}

}  // namespace
}  // namespace tenon::mpm
