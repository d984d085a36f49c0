// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

class AcceptorTest : public ServingTest {};

std::string echo(TcpClient& client) {
  return client.send("ping") ? client.receive(4) : "not sent";
}

TEST_F(AcceptorTest, AcceptsManyConnections) {
  serve();
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 40; ++i)
    clients.push_back(std::make_unique<TcpClient>(port_));

  for (const auto& client : clients)
    EXPECT_EQ(echo(*client), "ping");

  EXPECT_EQ(load(slot().mode), TENON_ACCEPT_EPOLL + 0u);
  EXPECT_EQ(load(slot().accepts), 40u);
}

TEST_F(AcceptorTest, SpreadsConnectionsThatStay) {
  serve();
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 60; ++i) {
    clients.push_back(std::make_unique<TcpClient>(port_));
    ASSERT_EQ(echo(*clients.back()), "ping");
  }

  for (const std::uint32_t thread : {0, 1})
    EXPECT_GE(load(thread_slot(section_->get(), thread).connections), 15u) << thread;
}

TEST_F(AcceptorTest, AcceptsWhileAThreadIsBusy) {
  std::atomic<bool> go_on = false;
  kernel_.on_received = [&](FakeSession& session, std::string_view bytes, tenon_step& step) {
    if (bytes == "busy") poll_until([&] { return go_on.load(); });
    session.write(step, std::string(bytes));
    return bytes.size();
  };
  serve();
  TcpClient busy(port_);
  ASSERT_TRUE(busy.send("busy"));
  ASSERT_TRUE(poll_until([&] { return kernel_.count("received") == 1; }));

  const std::uint64_t held_up_ns = FakeKernel::now() + kSecond / 10;
  ASSERT_TRUE(poll_until([&] { return FakeKernel::now() > held_up_ns; }));

  // So many that the other thread would hand some over.
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<TcpClient>(port_));
    ASSERT_EQ(echo(*clients.back()), "ping") << i;
  }
  go_on = true;
  EXPECT_EQ(busy.receive(4), "busy");
}

TEST_F(AcceptorTest, PausesAtMaxConnectionsAndGoesOn) {
  setup_.settings.max_connections = 2;
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

TEST_F(AcceptorTest, StopsWhileIdle) {
  serve();

  EXPECT_TRUE(drain());

  TcpClient client(port_);
  EXPECT_FALSE(client.connected() && echo(client) == "ping");
}

TEST_F(AcceptorTest, ServesAtTheDrainWhatTheSystemHasQueued) {
  setup_.settings.max_connections = 1;
  kernel_.on_draining = [](FakeSession& session, tenon_step& step) { session.write(step, "bye"); };
  kernel_.on_sent = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  serve();
  TcpClient first(port_);
  TcpClient second(port_);
  ASSERT_TRUE(poll_until([&] { return load(slot().paused) == 1; }));
  ASSERT_TRUE(poll_until([&] { return kernel_.count("opened") == 1; }));

  EXPECT_TRUE(drain());

  EXPECT_EQ(first.receive_all(), "bye");
  EXPECT_EQ(second.receive_all(), "bye");
}

}  // namespace
}  // namespace tenon::mpm
