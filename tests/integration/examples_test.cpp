// SPDX-License-Identifier: Apache-2.0
// The modules of sdk/examples, each loaded by the real server and used as its users would.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/curl.hpp"
#include "support/environment.hpp"
#include "support/leftovers.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

using ::testing::HasSubstr;

TestConfig examples_config() {
  TestConfig config;
  for (const char* name :
       {"greet",
        "greet_c",
        "access_lines",
        "delay",
        "echo_stream",
        "events",
        "quoter",
        "quotes",
        "rot13",
        "upload_count",
        "upper",
        "worker"}) {
    config.modules.push_back(target_path(example_module(name)));
  }
  config.route("/status", "status").route("/greet", "greet").route("/greet_c", "greet_c");
  config.route("/echo", "echo_stream").route("/rot13", "echo_stream", "rot13 = {}");
  config.route("/delay", "delay", "delay.wait = \"300ms\"");
  config.route("/events", "events", "events.every = \"20ms\"");
  config.route("/quote", "quoter").route("/upload", "upload_count");
  config.route("/upper", "greet", "upper = {}");
  config.route("/upper/*", "static", "static.root = \"htdocs\"\nupper = {}");
  config.route("/lines", "greet", "access_lines = {}");
  config.route("/worker", "worker", "worker.closed = \"closed\"");
  config.more = "[server.limits]\nbody_bytes = \"64MiB\"\n";
  return config;
}

class Examples : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(served().up()); }
  static Served& served() { return Served::shared("examples", examples_config()); }
  static uint16_t port() { return served().port(); }
  static Response post(std::string_view target, std::string_view body) {
    return HttpConnection(port()).request("POST", target, "", body);
  }
};

constexpr std::string_view kChunked =
    "Host: x\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 42\r\n\r\n";

TEST_F(Examples, GreetInBothLanguages) {
  EXPECT_EQ(get(port(), "/greet").body, "Hello, 127.0.0.1!\n");
  EXPECT_EQ(get(port(), "/greet_c").body, "Hello!\n");
}

TEST_F(Examples, EchoWithTrailers) {
  const Response answer = exchange(port(), "POST /echo HTTP/1.1\r\n" + std::string(kChunked));

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.body, "hello world");
  EXPECT_EQ(answer.trailers, "x-sum: 42\r\n");
}

// Curl reads while it sends, and asks for "100 Continue" first.
TEST_F(Examples, EchoALargeBodyWhileItArrives) {
  std::string body;
  while (body.size() < 8'000'000) {
    body += std::to_string(body.size()) + " ";
  }
  served().sandbox().write("upload.txt", body);

  const CurlResult result = curl(
      port(),
      "/echo",
      {"--data-binary",
       "@" + served().sandbox().path("upload.txt"),
       "--header",
       "Content-Type: text/x-test"}
  );

  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.response.field("Content-Type"), "text/x-test");
  EXPECT_TRUE(result.response.body == body);
}

// Neither the client's end of the connection nor memory is taken for granted: it sends and never
// reads, until the server takes no more.
TEST_F(Examples, EchoHoldsAClientBackThatDoesNotRead) {
  constexpr size_t kMuch = 32'000'000;
  auto socket = Socket::connect_slow(port(), 4096);
  ASSERT_TRUE(socket);
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(kMuch) + "\r\n\r\n";
  ASSERT_TRUE(socket->send(head));

  EXPECT_FALSE(socket->send(std::string(kMuch, 'x'), Milliseconds(1500)));

  socket->reset();
  EXPECT_EQ(post("/echo", "still there").body, "still there");
}

TEST_F(Examples, CountUploadsForTheMetrics) {
  EXPECT_EQ(
      exchange(port(), "POST /upload HTTP/1.1\r\n" + std::string(kChunked)).body,
      "11 bytes, 1 trailer fields\n"
  );
  EXPECT_EQ(post("/upload", "").body, "0 bytes, 0 trailer fields\n");

  const Response metrics = get(port(), "/status?format=prometheus");

  EXPECT_EQ(metrics.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(
      metrics.body,
      HasSubstr("# TYPE upload_count_received_bytes_total counter\n"
                "upload_count_received_bytes_total 11\n")
  );
  EXPECT_THAT(metrics.body, HasSubstr("upload_count_uploads_total{trailers=\"yes\"} 1\n"));
  EXPECT_THAT(metrics.body, HasSubstr("upload_count_size_bytes_bucket{le=\"1024\"} 2\n"));
  EXPECT_THAT(metrics.body, HasSubstr("tenon_accepts_total{listener=\"default\"} "));
  EXPECT_THAT(get(port(), "/status", "Accept: text/html\r\n").body, HasSubstr("upload_count_size"));
}

TEST_F(Examples, DelayManyAtOnce) {
  const Stopwatch watch;
  std::vector<HttpConnection> waiting;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(waiting.emplace_back(port()).send("GET /delay HTTP/1.1\r\nHost: x\r\n\r\n"));
  }

  for (HttpConnection& connection : waiting) {
    EXPECT_EQ(connection.receive().body, "At last.\n");
  }
  EXPECT_GE(watch.elapsed(), Milliseconds(300));
}

TEST_F(Examples, WorkOnThePool) {
  EXPECT_EQ(get(port(), "/worker?100").body, "25 primes\n");

  served().sandbox().write("closed", "");
  EXPECT_EQ(get(port(), "/worker?100").status, 503);
  std::filesystem::remove(served().sandbox().path("closed"));
  EXPECT_EQ(get(port(), "/worker?3").body, "1 primes\n");
}

TEST_F(Examples, FilterAnswers) {
  EXPECT_EQ(get(port(), "/upper").body, "HELLO, 127.0.0.1!\n");

  const Response file = get(port(), "/upper/index.html");
  EXPECT_EQ(file.status, 200);
  EXPECT_THAT(file.body, HasSubstr("<!DOCTYPE HTML>"));
  EXPECT_TRUE(file.complete);
  EXPECT_EQ(curl(port(), "/upper/index.html").response.body, file.body);
}

TEST_F(Examples, FilterRequests) {
  EXPECT_EQ(post("/rot13", "Hello, World").body, "Uryyb, Jbeyq");
}

TEST_F(Examples, UseOneAnothersServices) {
  EXPECT_EQ(get(port(), "/quote?0").body, "Simplicity is prerequisite for reliability.\n");
  EXPECT_EQ(get(port(), "/quote?3").body, "Make it work, then make it fast.\n");
}

TEST_F(Examples, LogTheirLines) {
  EXPECT_EQ(get(port(), "/lines?a=b").status, 200);

  const std::string log = served().sandbox().path("logs/error.log");
  EXPECT_TRUE(poll_until([&] {
    return read_file(log).find("[info] answered module=access_lines") != std::string::npos;
  })) << read_file(log);
  EXPECT_THAT(
      read_file(log),
      HasSubstr("peer=127.0.0.1 method=GET target=\"/lines?a=b\" status=200 bytes=18 micros=")
  );
}

bool has_events(std::string& text, Socket& socket, const char* last) {
  return poll_until([&] {
           return text.find(last) != std::string::npos || socket.receive(text) <= 0;
         }) &&
         text.find(last) != std::string::npos;
}

TEST_F(Examples, SendEventsUntilTheClientGoes) {
  auto socket = Socket::connect(port());
  ASSERT_TRUE(socket && socket->send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"));
  std::string text;

  EXPECT_TRUE(has_events(text, *socket, "data: event 3\n\n")) << text;
  EXPECT_THAT(text, HasSubstr("Content-Type: text/event-stream\r\n"));
  socket->reset();

  EXPECT_EQ(get(port(), "/greet").status, 200);
}

// The stream ends as such, and the server needs no time-out for it.
TEST(ExampleEvents, EndWhenTheServerStops) {
  const Sandbox sandbox;
  TestConfig config = examples_config();
  config.mpm = "io_threads = 2\nthreads_per_child = 4\nstop_timeout = \"15s\"\n";
  const auto server = ServerProcess::start(sandbox, config.text());
  ASSERT_TRUE(server);
  const uint16_t port = server->port();
  auto socket = Socket::connect(port);
  ASSERT_TRUE(socket && socket->send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"));
  std::string text;
  ASSERT_TRUE(has_events(text, *socket, "data: event 1\n\n")) << text;

  server->interrupt();

  EXPECT_TRUE(socket->receive_all(text));
  EXPECT_TRUE(text.ends_with("\r\n0\r\n\r\n")) << text;
  EXPECT_TRUE(server->stop());
  expect_nothing_left(sandbox, {port});
}

TEST(ExampleServices, AreAskedForBeforeTheServerRuns) {
  const Sandbox sandbox;
  TestConfig config;
  config.modules.push_back(target_path(example_module("quoter")));
  sandbox.write_config(config.text());

  const CommandResult result = run_tenon(sandbox, {"check"});

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(
      result.err,
      HasSubstr(
          "it needs the service \"com.example.quotes/1\", which no loaded module offers; load "
          "the module that does"
      )
  );
}

TEST(ExampleInRust, Greets) {
  const std::string module = example_module("hello_rust");
  if (!std::filesystem::exists(module)) {
    GTEST_SKIP() << "there is no rustc that builds for this target";
  }
  TestConfig config;
  config.modules.push_back(target_path(module));
  config.route("/rust", "hello_rust");
  const Served served(config);
  ASSERT_TRUE(served.up());

  EXPECT_EQ(get(served.port(), "/rust").body, "Hello from Rust!\n");
}

}  // namespace
}  // namespace tenon::support
