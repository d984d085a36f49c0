// SPDX-License-Identifier: Apache-2.0
#include "support/mixed_load.hpp"

#include <optional>

#include "support/environment.hpp"
#include "support/served.hpp"

namespace tenon::support {
namespace {

constexpr size_t kLargeBytes = 700'000;  // more than is kept in memory, in several chunks
constexpr uint64_t kSmallFiles = 200;

std::string small_content(uint64_t number) {
  return "the file of number " + std::to_string(number) + "\n";
}

std::string get_of(const std::string& target, const std::string& lines = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n";
}

std::string post_of(const std::string& target, const std::string& body) {
  return "POST " + target +
         " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace

TestConfig mixed_config() {
  TestConfig config = usual_config();
  for (const char* example : {"echo_stream", "upper"})
    config.modules.push_back(target_path(example_module(example)));
  config.route("/stream", "echo_stream");
  config.route("/upper/*", "static", "static.root = \"htdocs\"\nupper = {}");
  return config;
}

void make_mixed_files(const Sandbox& sandbox) {
  sandbox.write("htdocs/large.txt", std::string(kLargeBytes, 'l'));
  for (uint64_t number = 0; number < kSmallFiles; ++number)
    sandbox.write("htdocs/small/" + std::to_string(number) + ".txt", small_content(number));
}

MixedLoad::MixedLoad(uint16_t port, int clients) : port_(port) {
  for (int i = 0; i < clients; ++i)
    clients_.emplace_back([this, i] { run(static_cast<uint64_t>(i) * 101); });
}

void MixedLoad::end() {
  over_ = true;
  for (std::thread& client : clients_)
    client.join();
  clients_.clear();
}

MixedLoad::Wanted MixedLoad::wanted(uint64_t turn) {
  const uint64_t number = turn % kSmallFiles;
  switch (turn % kKinds) {
    case 0:
      return {get_of("/hello"), ""};
    case 1:
      return {get_of("/large.txt"), std::string(kLargeBytes, 'l')};
    case 2:
      return {post_of("/echo", std::string(40'000, 'e')), std::string(40'000, 'e')};
    case 3:
      return {post_of("/stream", std::string(60'000, 's')), std::string(60'000, 's')};
    case 4:
      return {get_of("/hello", "X-Long: " + std::string(12'000, 'x') + "\r\n"), ""};
    case 5:
      return {get_of("/upper/large.txt"), std::string(kLargeBytes, 'L')};
    case 6:
      return {get_of("/hello_c", "Connection: close\r\n"), ""};
    default:
      return {get_of("/small/" + std::to_string(number) + ".txt"), small_content(number)};
  }
}

void MixedLoad::run(uint64_t first_turn) {
  std::optional<HttpConnection> connection;
  for (uint64_t turn = first_turn; !over_; ++turn) {
    const Wanted wanted = MixedLoad::wanted(turn);
    const Stopwatch watch;
    if (!connection) connection.emplace(port_);
    Response answer;
    if (connection->send(wanted.request)) answer = connection->receive();
    judge(answer, wanted, watch.elapsed());
    if (!answer.complete || answer.field("Connection") == "close") connection.reset();
  }
}

void MixedLoad::judge(const Response& answer, const Wanted& wanted, Milliseconds took) {
  const bool good = answer.status == 200 && answer.complete;
  ++(good ? answered_ : failed_);
  const bool stuck = took >= kPatience;
  if (!stuck && (!good || wanted.body.empty() || answer.body == wanted.body)) return;
  const std::scoped_lock lock(mutex_);
  if (!wrong_.empty()) return;
  wrong_ = (stuck ? "no end in " + std::to_string(took.count()) + " ms of " : "wrong answer to ") +
           wanted.request.substr(0, 60) + ": " + std::to_string(answer.status) + ", " +
           std::to_string(answer.body.size()) + " bytes";
}

std::string MixedLoad::ask_for_all(uint16_t port) {
  for (uint64_t turn = 0; turn < kKinds; ++turn) {
    const Wanted wanted = MixedLoad::wanted(turn);
    const Response answer = support::exchange(port, wanted.request);
    const bool right = wanted.body.empty() || answer.body == wanted.body;
    if (answer.status != 200 || !answer.complete || !right)
      return wanted.request.substr(0, 60) + ": " + std::to_string(answer.status);
  }
  return "";
}

}  // namespace tenon::support
