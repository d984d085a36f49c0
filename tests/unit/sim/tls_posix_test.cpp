// SPDX-License-Identifier: Apache-2.0
// The contract between MPM and sessions carries a transport: the whole server behind TLS.
#include "tests/sim/tls_posix.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <tenon/cpp/text.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/paths.hpp"
#include "files/file.hpp"
#include "tests/sim/server.hpp"

namespace tenon::sim {
namespace {

using ::testing::IsEmpty;

std::string get(std::string_view path, std::string_view more = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(more) + "\r\n";
}

class Tls : public ::testing::Test {
 protected:
  Tls() {
    transport_.sessions = &http::session_api();
    transport_.tls = tls_server_context();
    server.route("/hello", [this](tenon_req* request, const tenon_req_info&) {
      return server.text(request, "hello");
    });
    server.route("/echo", [this](tenon_req* request, const tenon_req_info&) {
      tenon_buf body{};
      EXPECT_EQ(server.host.body(request, &body), TENON_OK);
      return server.text(request, view(body));
    });
    server.route("/file", [this](tenon_req* request, const tenon_req_info&) {
      tenon_file* file = nullptr;
      EXPECT_EQ(files::api().open(request, root_, TENON_LIT("large.bin"), 1, &file), TENON_OK);
      const uint64_t size = files::size(*file);
      const tenon_status status = server.host.respond_file(request, 200, nullptr, 0, file, 0, size);
      return tenon_verdict{status == TENON_OK ? TENON_FINISHED : TENON_FAILED};
    });
    server.route("/stream", [this](tenon_req* request, const tenon_req_info& info) {
      EXPECT_EQ(server.host.start(request, 200, nullptr, 0, -1), TENON_OK);
      return stream_on_(request, info);
    });
    stream_on_ = [this](tenon_req* request, const tenon_req_info&) {
      const std::string piece(50'000, 's');
      const tenon_buf part = buf(std::string_view(piece));
      while (streamed_ < 3'000'000) {
        streamed_ += piece.size();
        if (server.host.write(request, &part, 1, nullptr, nullptr) == TENON_OK) continue;
        server.host.want(request, TENON_WANT_WRITABLE, run_hook, &stream_on_);
        return tenon_verdict{TENON_PENDING};
      }
      server.host.finish(request, nullptr, 0);
      return tenon_verdict{TENON_FINISHED};
    };
  }
  ~Tls() override {
    server.mpm.close_all();
    EXPECT_THAT(server.mpm.breaches, IsEmpty());
  }

  void connect() {
    server.connect().lose();  // starts the server
    inner_context_ = &server.context;
    transport_.context = &inner_context_;
    connection = &server.mpm.connect(&transport_, tls_session_api());
  }
  // Moves bytes between client and server until nothing moves.
  void exchange() {
    for (bool moved = true; moved;) {
      if (client.has_output()) connection->send(client.take_output(SIZE_MAX));
      server.mpm.run_all();
      const std::string got = connection->take_output();
      moved = !got.empty();
      EXPECT_TRUE(client.receive(got));
      moved = moved || client.has_output();
    }
  }
  std::vector<Answer> ask(std::string_view bytes) {
    client.write_when_ready(bytes);
    exchange();
    return answers(std::exchange(client.plaintext, {}));
  }

  // Plaintext waits for the end of the handshake.
  struct Client : TlsEnd {
    using TlsEnd::TlsEnd;
    void write_when_ready(std::string_view bytes) { write(bytes); }
  };

  void shake_hands() {
    exchange();
    ASSERT_TRUE(client.is_ready());
  }
  void make_file(uint64_t size) {
    const auto folder = std::filesystem::absolute(::testing::TempDir()) / "tenon_tls";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "large.bin", std::ios::binary) << "start";
    std::filesystem::resize_file(folder / "large.bin", size);
    ASSERT_EQ(files::api().root_open(nullptr, str(to_utf8(folder)), &root_), TENON_OK);
  }

  SslContext client_context_ = tls_client_context();
  Server server;
  Client client{*client_context_, false};
  Connection* connection = nullptr;
  tenon_root* root_ = nullptr;

 private:
  TlsTransport transport_;
  http::Context* inner_context_ = nullptr;
  Hook stream_on_;
  uint64_t streamed_ = 0;
};

TEST_F(Tls, ServesKeptConnections) {
  connect();
  shake_hands();

  EXPECT_EQ(ask(get("/hello")).at(0).body, "hello");
  const std::vector<Answer> two = ask(get("/hello") + get("/none"));

  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[0].body, "hello");
  EXPECT_EQ(two[1].status, 404);
  EXPECT_FALSE(connection->closed);
}

TEST_F(Tls, ComesInSingleBytes) {
  connect();
  connection->behaviour.bytes_per_receive = 1;
  shake_hands();

  EXPECT_EQ(ask(get("/hello")).at(0).body, "hello");
  const std::string body(3000, 'b');
  const std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000\r\n\r\n" + body;
  EXPECT_EQ(ask(post).at(0).body, body);
}

// The session says send_file; the transport reads and writes it.
TEST_F(Tls, SendsALargeFile) {
  constexpr uint64_t kSize = 9 * 1024 * 1024 + 1;
  make_file(kSize);
  connect();
  shake_hands();

  const Answer answer = ask(get("/file")).at(0);

  EXPECT_EQ(answer.body.size(), kSize);
  EXPECT_EQ(answer.body.find_first_not_of('F'), std::string::npos);
  for (const Write& write : connection->writes) {
    EXPECT_EQ(write.os_file, -1);
  }
  EXPECT_EQ(ask(get("/hello")).at(0).body, "hello");
  files::api().root_close(root_);
}

TEST_F(Tls, CutsTheConnectionWhenAFileBecameShorter) {
  make_file(1'000'000);  // more than the cache of files keeps
  connect();
  shake_hands();
  connection->behaviour.bytes_per_file_read = 1000;

  client.write(get("/file"));
  exchange();

  EXPECT_TRUE(connection->aborted);
  files::api().root_close(root_);
}

TEST_F(Tls, StreamsNoFasterThanTheClientReads) {
  connect();
  shake_hands();
  connection->behaviour.hold_sends = true;
  client.write(get("/stream"));
  exchange();
  size_t bytes = 0;
  for (const Write& write : connection->writes) {
    bytes += write.memory.size();
  }
  EXPECT_LT(bytes, 1'000'000u);

  connection->behaviour.hold_sends = false;
  exchange();

  EXPECT_EQ(answers(client.plaintext).at(0).body.size(), 3'000'000u);
}

TEST_F(Tls, SaysThatItEnds) {
  connect();
  shake_hands();

  EXPECT_EQ(ask(get("/hello", "Connection: close\r\n")).at(0).body, "hello");

  EXPECT_TRUE(client.peer_ended()) << "close_notify came";
  EXPECT_TRUE(connection->asked_to_close);
  EXPECT_FALSE(connection->aborted);
}

TEST_F(Tls, ClosesWhenTheClientSaysThatItEnds) {
  connect();
  shake_hands();

  client.shut_down();
  exchange();

  EXPECT_TRUE(connection->asked_to_close);
  EXPECT_FALSE(connection->aborted);
}

TEST_F(Tls, KeepsTheDeadlinesOfTheSession) {
  connect();
  EXPECT_NE(connection->deadline_ns, 0u) << "a client that never says hello";
  shake_hands();
  EXPECT_EQ(ask(get("/hello")).size(), 1u);
  EXPECT_NE(connection->deadline_ns, 0u);

  server.mpm.advance(3'600'000'000'000);

  EXPECT_TRUE(connection->asked_to_close);
}

TEST_F(Tls, DrainsLikeASession) {
  connect();
  shake_hands();
  EXPECT_EQ(ask(get("/hello")).size(), 1u);

  connection->drain(UINT64_MAX);
  const Answer last = ask(get("/hello")).at(0);

  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_TRUE(client.peer_ended());
}

TEST_F(Tls, IsNotSpokenByEverybody) {
  connect();

  connection->send(get("/hello"));
  server.mpm.run();

  EXPECT_TRUE(connection->aborted);
}

}  // namespace
}  // namespace tenon::sim
