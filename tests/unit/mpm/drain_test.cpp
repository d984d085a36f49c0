// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

class DrainTest : public ServingTest {};

TEST_F(DrainTest, ClosesIdleConnectionsAtOnceWhenStopping) {
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(client.send("x"));
  ASSERT_EQ(client.receive(1), "x");
  const std::uint64_t before = FakeKernel::now();

  EXPECT_TRUE(drain());

  EXPECT_LT(FakeKernel::now() - before, 2 * kSecond);
  EXPECT_LE(kernel_.last_idle_until_ns(), FakeKernel::now());
  client.receive_all();
  EXPECT_TRUE(client.ended());
}

TEST_F(DrainTest, LetsIdleConnectionsWaitWhenGraceful) {
  kernel_.on_draining = [](FakeSession&, tenon_step& step) { read_on(step); };
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(poll_until([&] { return kernel_.count("opened") == 1; }));
  const std::uint64_t before = FakeKernel::now();

  EXPECT_FALSE(drain(DrainMode::Graceful, kSecond / 2));

  // keepalive_drain is longer than the time that is left in all, so the latter counts.
  EXPECT_GE(kernel_.last_idle_until_ns(), before + kSecond / 2);
  EXPECT_LT(kernel_.last_idle_until_ns(), before + kSecond);
  EXPECT_GE(FakeKernel::now(), before + kSecond / 2);
}

TEST_F(DrainTest, ServesARequestThatComesWhileDraining) {
  kernel_.on_draining = [](FakeSession&, tenon_step& step) { read_on(step); };
  kernel_.on_sent = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(poll_until([&] { return kernel_.count("opened") == 1; }));
  std::thread draining([&] { EXPECT_TRUE(drain(DrainMode::Graceful, 5 * kSecond)); });
  EXPECT_TRUE(poll_until([&] { return kernel_.count("draining") == 1; }));

  EXPECT_TRUE(client.send("last"));

  EXPECT_EQ(client.receive_all(), "last");
  client.close();
  draining.join();
  EXPECT_EQ(kernel_.count("closed"), 1u);
}

TEST_F(DrainTest, CutsWhatIsStillBusyAtTheDeadline) {
  kernel_.on_draining = [](FakeSession&, tenon_step&) {};
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(poll_until([&] { return kernel_.count("opened") == 1; }));

  EXPECT_FALSE(drain(DrainMode::Stop, kSecond / 10));

  EXPECT_EQ(kernel_.count("closed"), 1u);
}

TEST_F(DrainTest, RunsPoolWorkThatAnswersAfterTheConnectionIsGone) {
  serve();
  Gate gate;
  TestWork answer([](std::uint32_t) {});
  TestWork work([&](std::uint32_t) {
    gate.wait();
    mpm().post(mpm().context, 0, &answer);
  });
  ASSERT_EQ(mpm().run_in_pool(mpm().context, &work), TENON_OK);
  EXPECT_TRUE(drain());
  gate.open();

  serving_->stop();
  serving_.reset();

  EXPECT_TRUE(work.done);
  EXPECT_TRUE(answer.done);
}

TEST_F(DrainTest, RunsWorkThatWorkPostsAtTheVeryEnd) {
  serve();
  constexpr int kLinks = 50;
  std::vector<std::unique_ptr<TestWork>> chain;
  for (int i = 0; i < kLinks; ++i) {
    chain.push_back(std::make_unique<TestWork>([&, i](std::uint32_t) {
      if (i + 1 < kLinks)
        mpm().post(mpm().context, 0, chain[static_cast<std::size_t>(i) + 1].get());
    }));
  }
  EXPECT_TRUE(drain());

  mpm().post(mpm().context, 0, chain[0].get());
  serving_->stop();
  const bool all_done = chain.back()->done;
  serving_.reset();

  EXPECT_TRUE(all_done);
}

}  // namespace
}  // namespace tenon::mpm
