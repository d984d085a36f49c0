// SPDX-License-Identifier: Apache-2.0
// Clients that mean no good, or whose machines died: whatever they do, the server answers others,
// and nothing of them is left.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/environment.hpp"
#include "support/mixed_load.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

constexpr size_t kLargeBytes = 8'000'000;  // more than the system's buffers take

const std::string kGet = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kPost = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
const std::string kChunks =
    "POST /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nhel\r\n2\r\nlo\r\n0\r\nX-Sum: 1\r\n\r\n";

std::string get_of(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override {
    TestConfig config = mixed_config();
    config.server = "[server.timeouts]\nwrite = \"1s\"\n";
    served_ = &Served::shared("hostile", config, [](const Sandbox& sandbox) {
      make_mixed_files(sandbox);
      sandbox.write("htdocs/huge.txt", std::string(kLargeBytes, 'h'));
    });
    ASSERT_TRUE(served_->up());
    child_ = served_->server().child_pid();
  }
  void TearDown() override {
    EXPECT_TRUE(poll_until([&] { return is_idle(port()); })) << status_of(port());
    // Accepting never pauses for what a client did.
    const nlohmann::json listener = status_of(port())["listeners"][0];
    EXPECT_EQ(listener["resource_errors"], 0) << listener;
    EXPECT_EQ(listener["other_errors"], 0) << listener;
    EXPECT_EQ(served_->server().child_pid(), child_) << served_->server().err();
  }

  uint16_t port() const { return served_->port(); }
  // Of the child, which is a Linux process under Wine too.
  size_t resident_kib() const {
    std::ifstream status("/proc/" + std::to_string(child_) + "/status");
    std::string word;
    size_t kib = 0;
    while (status >> word && word != "VmRSS:") {
    }
    status >> kib;
    return kib;
  }

  // The most that the system keeps for one connection of the server's, unread by its client.
  size_t most_queued() const {
    std::ifstream table("/proc/net/tcp");
    const auto is_ours = [&](const std::string& local) {
      return local.size() > 4 && std::stoul(local.substr(local.size() - 4), nullptr, 16) == port();
    };
    size_t most = 0;
    std::string line, number, local, remote, state, queues;
    for (std::getline(table, line); std::getline(table, line);) {
      std::istringstream(line) >> number >> local >> remote >> state >> queues;
      if (is_ours(local)) most = std::max(most, std::stoul(queues.substr(0, 8), nullptr, 16));
    }
    return most;
  }

  const Served* served_ = nullptr;
  pid_t child_ = 0;
};

TEST_F(Hostile, OneByteAtATimeIsARequestLikeOthers) {
  for (const std::string& request : {kGet, kPost, kChunks}) {
    HttpConnection connection(port());
    for (const char byte : request)
      ASSERT_TRUE(connection.send(std::string_view(&byte, 1)));

    const Response answer = connection.receive();

    EXPECT_EQ(answer.status, 200) << request;
    EXPECT_TRUE(answer.complete);
    EXPECT_TRUE(request == kGet || answer.body == "hello") << answer.body;
  }
}

TEST_F(Hostile, AHalfClosedConnectionGetsItsAnswer) {
  for (const std::string& request :
       {kGet, kPost, kChunks, get_of("/huge.txt"), get_of("/upper/large.txt")}) {
    HttpConnection connection(port());
    ASSERT_TRUE(connection.send(request));
    connection.socket().shutdown_write();

    const Response answer = connection.receive();

    EXPECT_EQ(answer.status, 200) << request;
    EXPECT_TRUE(answer.complete) << request;
    EXPECT_TRUE(connection.socket().closed_by_peer());
  }
}

TEST_F(Hostile, AResetAfterAnyByteOfARequestIsForgotten) {
  for (const std::string& request : {kPost, kChunks}) {
    for (size_t bytes = 0; bytes <= request.size(); ++bytes) {
      std::optional<Socket> socket = Socket::connect(port());
      ASSERT_TRUE(socket);
      ASSERT_TRUE(socket->send(std::string_view(request).substr(0, bytes)));
      socket->reset();
    }
  }
}

// Of answers that come from memory, from a file, through a filter, and from a client's own body.
TEST_F(Hostile, AResetWithinAnAnswerIsForgotten) {
  const std::string upload = "POST /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n" +
                             std::string(200'000, 'u');
  for (const std::string& request :
       {kGet, get_of("/huge.txt"), get_of("/upper/huge.txt"), upload}) {
    for (const size_t wanted : {size_t{1}, size_t{20}, size_t{120}, size_t{70'000}}) {
      std::optional<Socket> socket = Socket::connect_slow(port(), 4096);
      ASSERT_TRUE(socket && socket->send(request));
      std::string got;
      // An answer of fewer bytes is all there is.
      while (got.size() < wanted && (request != kGet || got.empty()))
        ASSERT_GT(socket->receive(got), 0) << request.substr(0, 40);
      socket->reset();
    }
  }
}

TEST_F(Hostile, AResetWhileManyRequestsWaitIsForgotten) {
  std::string requests;
  for (int i = 0; i < 200; ++i)
    requests += kGet + kPost;
  for (size_t cut = 0; cut < 10; ++cut) {
    std::optional<Socket> socket = Socket::connect(port());
    ASSERT_TRUE(socket && socket->send(std::string_view(requests).substr(cut * 7)));
    socket->reset();
  }
}

// Each asks for more than anybody may keep in memory, and for a thousand answers at once.
TEST_F(Hostile, WhoNeverReadsCostsLittleAndIsCut) {
  constexpr int kClients = 24;
  constexpr size_t kKibEach = 1024;
  const size_t before = resident_kib();
  std::string many;
  for (int i = 0; i < 1000; ++i)
    many += get_of("/large.txt");
  const std::vector<std::string> requests = {get_of("/huge.txt"), get_of("/upper/huge.txt"), many};
  std::vector<Socket> clients;
  for (int i = 0; i < kClients; ++i) {
    std::optional<Socket> socket = Socket::connect_slow(port(), 4096);
    ASSERT_TRUE(socket);
    // What the server does not take in time is not sent: it reads no more than it answers.
    socket->send(requests[static_cast<size_t>(i) % requests.size()], Milliseconds(10));
    clients.push_back(std::move(*socket));
  }

  size_t most = before;
  size_t queued = 0;
  const auto cut = [&] {
    most = std::max(most, resident_kib());
    queued = std::max(queued, most_queued());
    EXPECT_EQ(get(port(), "/hello").status, 200);
    return is_idle(port());
  };
  EXPECT_TRUE(poll_until(cut)) << status_of(port());

  // A sanitizer keeps freed memory for a while.
  EXPECT_TRUE(sanitized() || most - before < kClients * kKibEach) << most - before << " KiB";
  if (!on_windows()) {
    EXPECT_LT(queued, 150u * 1024);
    EXPECT_GT(queued, 0u);
  }
  for (Socket& client : clients)
    EXPECT_TRUE(client.closed_by_peer());
}

}  // namespace
}  // namespace tenon::support
