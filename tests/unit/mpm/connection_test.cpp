// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

using testing::ElementsAre;

class ConnectionTest : public ServingTest {};

TEST_F(ConnectionTest, EchoesWhatComes) {
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("hello"));
  EXPECT_EQ(client.receive(5), "hello");
  ASSERT_TRUE(client.send("again"));
  EXPECT_EQ(client.receive(5), "again");
}

TEST_F(ConnectionTest, TellsThePeersAddress) {
  tenon_endpoint peer{};
  kernel_.on_opened = [&](FakeSession& session, tenon_step& step) {
    peer = session.peer;
    read_on(step);
  };
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(client.send("x"));
  ASSERT_EQ(client.receive(1), "x");

  EXPECT_EQ(peer.family, 4);
  EXPECT_EQ(peer.ip[0], 127);
  EXPECT_EQ(peer.ip[3], 1);
  EXPECT_NE(peer.port, 0);
}

TEST_F(ConnectionTest, EndsTheSessionAfterEof) {
  serve();
  TcpClient client(port_);

  client.end_sending();
  client.receive_all();

  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(closes_all(1));
  EXPECT_THAT(kernel_.events(), ElementsAre("opened", "eof", "closed"));
}

TEST_F(ConnectionTest, DeliversPipelinedBytesWithoutAnotherReceive) {
  kernel_.on_received = [](FakeSession& session, std::string_view bytes, tenon_step& step) {
    session.write(step, std::string(bytes.substr(0, 4)));
    return std::size_t{4};
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("aaaabbbbcccc"));

  EXPECT_EQ(client.receive(12), "aaaabbbbcccc");
  EXPECT_EQ(kernel_.count("received"), 3u);
}

TEST_F(ConnectionTest, WaitsForMoreThanReadBeyond) {
  std::vector<std::size_t> sizes;
  kernel_.on_received = [&](FakeSession& session, std::string_view bytes, tenon_step& step) {
    sizes.push_back(bytes.size());
    if (bytes.size() < 6) {
      read_on(step, bytes.size() + 2);
      return std::size_t{0};
    }
    session.write(step, std::string(bytes));
    return bytes.size();
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("abc"));
  ASSERT_TRUE(poll_until([&] { return kernel_.count("received") == 1; }));
  ASSERT_TRUE(client.send("d"));
  ASSERT_TRUE(client.send("ef"));

  EXPECT_EQ(client.receive(6), "abcdef");
  EXPECT_THAT(sizes, ElementsAre(3u, 6u));
}

TEST_F(ConnectionTest, HoldsAsManyBytesAsAReadMayAskFor) {
  kernel_.on_opened = [](FakeSession&, tenon_step& step) { read_on(step, TENON_READ_BEYOND_MAX); };
  kernel_.on_received = [](FakeSession& session, std::string_view bytes, tenon_step& step) {
    session.write(step, std::to_string(bytes.size()));
    return bytes.size();
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send(std::string(TENON_READ_BEYOND_MAX + 1, 'x')));

  EXPECT_EQ(client.receive(6), std::to_string(TENON_READ_BEYOND_MAX + 1));
}

TEST_F(ConnectionTest, DeliversNothingBeforeTheKernelReads) {
  kernel_.on_opened = [](FakeSession&, tenon_step& step) {
    step.deadline_ns = FakeKernel::now() + kSecond / 5;
  };
  kernel_.on_expired = [](FakeSession&, tenon_step& step) { read_on(step); };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("late"));

  EXPECT_EQ(client.receive(4), "late");
  EXPECT_EQ(kernel_.events()[1], "expired");
}

TEST_F(ConnectionTest, KeepsAReadThatALaterStepDoesNotName) {
  kernel_.on_opened = [](FakeSession&, tenon_step& step) {
    read_on(step);
    step.deadline_ns = FakeKernel::now() + kSecond / 10;
  };
  kernel_.on_expired = [](FakeSession&, tenon_step&) {};
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(poll_until([&] { return kernel_.count("expired") == 1; }));

  ASSERT_TRUE(client.send("still"));

  EXPECT_EQ(client.receive(5), "still");
}

TEST_F(ConnectionTest, SendsViewsInOrder) {
  kernel_.on_received = [](FakeSession& session, std::string_view bytes, tenon_step& step) {
    session.out = "headbodytail";
    session.views = {buf("head"), buf(""), buf("body"), buf("tail")};
    step.actions = TENON_DO_WRITE;
    step.views = session.views.data();
    step.n_views = session.views.size();
    return bytes.size();
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_EQ(client.receive(12), "headbodytail");
  EXPECT_TRUE(poll_until([&] { return kernel_.count("sent 12") == 1; }));
}

TEST_F(ConnectionTest, ReportsAWriteOfNothing) {
  kernel_.on_received = [](FakeSession& session, std::string_view bytes, tenon_step& step) {
    session.write(step, "");
    return bytes.size();
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_TRUE(poll_until([&] { return kernel_.count("sent 0") == 1; }));
}

TEST_F(ConnectionTest, SendsMoreThanThePeerBuffers) {
  constexpr std::size_t kStep = 256 * 1024;
  constexpr int kSteps = 20;
  std::atomic<int> left = kSteps;
  kernel_.on_received = [&](FakeSession& session, std::string_view bytes, tenon_step& step) {
    session.write(step, std::string(kStep, 'a'));
    return bytes.size();
  };
  kernel_.on_sent = [&](FakeSession& session, tenon_step& step) {
    if (--left > 0) return session.write(step, std::string(kStep, 'a'));
    step.actions = TENON_DO_CLOSE;
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_EQ(client.receive_all().size(), kStep * kSteps);
  EXPECT_TRUE(client.ended());
  EXPECT_EQ(kernel_.bytes_sent(), kStep * kSteps);
}

TEST_F(ConnectionTest, ExpiresOnceAtItsDeadline) {
  kernel_.on_opened = [](FakeSession&, tenon_step& step) {
    read_on(step);
    step.deadline_ns = FakeKernel::now() + kSecond / 10;
  };
  serve();
  TcpClient client(port_);

  client.receive_all();

  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(closes_all(1));
  EXPECT_EQ(kernel_.count("expired"), 1u);
}

TEST_F(ConnectionTest, KeepsTheAnswerWhenInputIsUnread) {
  const std::string answer(100'000, 'a');
  kernel_.on_received = [&](FakeSession& session, std::string_view, tenon_step& step) {
    session.write(step, answer);
    return std::size_t{0};
  };
  kernel_.on_sent = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send(std::string(60'000, 'q')));
  ASSERT_TRUE(poll_until([&] { return kernel_.count("sent") == 1; }));
  ASSERT_TRUE(client.send(std::string(60'000, 'q')));

  EXPECT_EQ(client.receive_all(), answer);
  EXPECT_TRUE(client.ended());
}

TEST_F(ConnectionTest, DoesNotWaitForAClientThatHasSaidItsLast) {
  kernel_.on_received = [&](FakeSession& session, std::string_view bytes, tenon_step& step) {
    session.write(step, "answer");
    return bytes.size();
  };
  kernel_.on_sent = [](FakeSession&, tenon_step& step) {
    step.actions = TENON_DO_CLOSE | TENON_DO_NOT_LINGER;
  };
  serve();
  TcpClient client(port_);
  const std::uint64_t begin_ns = FakeKernel::now();

  ASSERT_TRUE(client.send("x"));

  EXPECT_TRUE(closes_all(1));  // though the client's end stays open
  EXPECT_LT(FakeKernel::now() - begin_ns, Connection::kLingerNs);
  EXPECT_EQ(client.receive_all(), "answer");
  EXPECT_TRUE(client.ended());
}

TEST_F(ConnectionTest, KeepsTheAnswerWhenAClientSaysMoreAllTheSame) {
  kernel_.on_received = [&](FakeSession& session, std::string_view, tenon_step& step) {
    session.write(step, "answer");
    return std::size_t{1};
  };
  kernel_.on_sent = [](FakeSession&, tenon_step& step) {
    step.actions = TENON_DO_CLOSE | TENON_DO_NOT_LINGER;
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x and more"));
  ASSERT_TRUE(poll_until([&] { return kernel_.count("sent") == 1; }));
  ASSERT_TRUE(client.send("and still more"));

  EXPECT_EQ(client.receive_all(), "answer");
  EXPECT_TRUE(client.ended());
}

TEST_F(ConnectionTest, StopsDiscardingAfterAWhile) {
  kernel_.on_received = [](FakeSession&, std::string_view bytes, tenon_step& step) {
    step.actions = TENON_DO_CLOSE;
    return bytes.size();
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  // The client never closes its end.
  EXPECT_TRUE(closes_all(1));
  client.receive_all();
  EXPECT_TRUE(client.ended());
}

TEST_F(ConnectionTest, ResetsThePeerOnAbort) {
  kernel_.on_received = [](FakeSession&, std::string_view bytes, tenon_step& step) {
    step.actions = TENON_DO_ABORT;
    return bytes.size();
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));
  client.receive_all();

  EXPECT_TRUE(was_reset(client));
  EXPECT_TRUE(closes_all(1));
}

TEST_F(ConnectionTest, NoticesAResetWhileParked) {
  kernel_.on_received = [](FakeSession&, std::string_view bytes, tenon_step&) {
    return bytes.size();
  };
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(client.send("x"));
  ASSERT_TRUE(poll_until([&] { return kernel_.count("received") == 1; }));

  client.reset();

  EXPECT_TRUE(closes_all(1));
}

TEST_F(ConnectionTest, ClosesWhenThePeerResetsDuringAWrite) {
  const auto write = [](FakeSession& session, tenon_step& step) {
    session.write(step, std::string(256 * 1024, 'a'));
    step.deadline_ns = FakeKernel::now() + kSecond;
  };
  kernel_.on_received = [=](FakeSession& session, std::string_view bytes, tenon_step& step) {
    write(session, step);
    return bytes.size();
  };
  kernel_.on_sent = write;
  // Under Wine a reset may read as the end of the input, and the send stays pending for ever; then
  // the deadline is what ends it.
  kernel_.on_expired = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_ABORT; };
  serve();
  TcpClient client(port_, 4096);
  ASSERT_TRUE(client.send("x"));
  ASSERT_EQ(client.receive(1000).size(), 1000u);

  client.reset();

  EXPECT_TRUE(closes_all(1));
}

TEST_F(ConnectionTest, CancelsAWriteThatThePeerDoesNotTake) {
  kernel_.on_received = [](FakeSession& session, std::string_view bytes, tenon_step& step) {
    session.write(step, std::string(256 * 1024, 'a'));
    step.deadline_ns = FakeKernel::now() + kSecond / 5;
    return bytes.size();
  };
  kernel_.on_sent = [](FakeSession& session, tenon_step& step) {
    session.write(step, std::string(256 * 1024, 'a'));
    step.deadline_ns = FakeKernel::now() + kSecond / 5;
  };
  kernel_.on_expired = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_ABORT; };
  serve();
  TcpClient client(port_, 4096);

  ASSERT_TRUE(client.send("x"));

  EXPECT_TRUE(closes_all(1));
  EXPECT_EQ(kernel_.count("expired"), 1u);
}

TEST_F(ConnectionTest, ClosesTheSocketOfARefusedSession) {
  kernel_.refuse_sessions = true;
  serve();
  TcpClient client(port_);

  client.receive_all();

  EXPECT_TRUE(client.ended() || client.failed());
  EXPECT_EQ(kernel_.count("closed"), 0u);
}

TEST_F(ConnectionTest, WakesAParkedSessionFromThePool) {
  std::vector<std::unique_ptr<TestWork>> works;
  kernel_.on_received = [&](FakeSession& session, std::string_view bytes, tenon_step&) {
    tenon_conn* conn = session.conn;
    const std::uint32_t io_thread = session.io_thread;
    auto back = std::make_unique<TestWork>([&, conn](std::uint32_t) {
      mpm().wake(mpm().context, conn);
      mpm().wake(mpm().context, conn);
    });
    tenon_work* answer = back.get();
    works.push_back(std::move(back));
    works.push_back(std::make_unique<TestWork>([&, io_thread, answer](std::uint32_t) {
      mpm().post(mpm().context, io_thread, answer);
    }));
    EXPECT_EQ(mpm().run_in_pool(mpm().context, works.back().get()), TENON_OK);
    return bytes.size();
  };
  kernel_.on_resumed = [](FakeSession& session, tenon_step& step) { session.write(step, "done"); };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_EQ(client.receive(4), "done");
  EXPECT_EQ(kernel_.count("resumed"), 1u);
  stop();  // the last piece of work may still be returning
}

TEST_F(ConnectionTest, ServesACrowdWithoutBuffersOfTheirOwn) {
  setup_.crowd = 1;
  serve();
  std::vector<std::unique_ptr<TcpClient>> clients;
  for (int i = 0; i < 8; ++i)
    clients.push_back(std::make_unique<TcpClient>(port_));

  for (int round = 0; round < 3; ++round) {
    for (const auto& client : clients)
      ASSERT_TRUE(client->send("ping"));
    for (const auto& client : clients)
      ASSERT_EQ(client->receive(4), "ping");
  }

  clients[0]->end_sending();
  clients[0]->receive_all();
  EXPECT_TRUE(clients[0]->ended());
}

TEST_F(ConnectionTest, CountsConnectionsInTheSection) {
  serve();
  TcpClient client(port_);
  ASSERT_TRUE(client.send("x"));
  ASSERT_EQ(client.receive(1), "x");

  const auto open = [&] {
    return load(thread_slot(section_->get(), 0).connections_open) +
           load(thread_slot(section_->get(), 1).connections_open);
  };
  EXPECT_TRUE(poll_until([&] { return open() == 1; }));
  client.close();
  EXPECT_TRUE(poll_until([&] { return open() == 0; }));
  EXPECT_EQ(load(slot().accepts), 1u);
}

}  // namespace
}  // namespace tenon::mpm
