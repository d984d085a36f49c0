// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include <sys/epoll.h>

#include "arguments.hpp"
#include "client.hpp"

// The client with many connections: opens them, has one request answered on each, and says "ready".
// Every line that it then reads from its input is a number of requests, at least one for each
// connection: it has them answered, one after the other on each connection, and says "done". So
// whoever reads that can look at what the server had used before and after. At the end of the input
// it ends, with 1 if a connection was lost.
namespace tenon::bench {
namespace {

struct Connection {
  int socket = -1;
  size_t received = 0;  // of the answer that is awaited
};

class Client {
 public:
  Client(uint16_t port, const std::string& path)
      : port_(port),
        request_("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

  bool open(size_t count) {
    connections_.resize(count);
    for (Connection& connection : connections_) {
      connection.socket = connect_to(port_);
      answer_size_ = connection.socket >= 0 ? exchange(connection.socket, request_) : 0;
      if (answer_size_ == 0) return false;
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &connection;
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
    }
    return true;
  }

  void ask(size_t requests) {
    size_t unsent = requests - std::min(requests, connections_.size());
    for (size_t i = 0; i < std::min(requests, connections_.size()); ++i)
      lost_ |= !send_request(connections_[i].socket, request_);
    for (size_t unanswered = requests; unanswered > 0 && !lost_;)
      unanswered -= handle_events(unsent);
  }

  bool lost() {
    epoll_event event{};
    lost_ |= ::epoll_wait(epoll_, &event, 1, 0) != 0;  // nothing is due: only an end can come
    return lost_;
  }

 private:
  // How many answers are complete now; where one is, the next request follows.
  size_t handle_events(size_t& unsent) {
    epoll_event events[256];
    const int count = ::epoll_wait(epoll_, events, 256, -1);
    size_t answered = 0;
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(events[i].data.ptr);
      const ssize_t n = ::recv(connection.socket, buffer_, sizeof buffer_, MSG_DONTWAIT);
      lost_ |= n <= 0;
      if (lost_) break;
      connection.received += static_cast<size_t>(n);
      if (connection.received < answer_size_) continue;
      connection.received = 0;
      ++answered;
      if (unsent == 0) continue;
      --unsent;
      lost_ |= !send_request(connection.socket, request_);
    }
    return answered;
  }

  const uint16_t port_;
  const std::string request_;
  const int epoll_;
  std::vector<Connection> connections_;
  size_t answer_size_ = 0;  // all are alike
  bool lost_ = false;
  char buffer_[64 * 1024];
};

}  // namespace
}  // namespace tenon::bench

int main(int count, char** arguments) {
  using namespace tenon::bench;
  const auto port = count == 4 ? parse_number(arguments[1]) : std::nullopt;
  const auto connections = count == 4 ? parse_number(arguments[3]) : std::nullopt;
  if (!port || *port > UINT16_MAX || !connections) {
    std::fprintf(stderr, "usage: bench_many PORT PATH CONNECTIONS\n");
    return 2;
  }
  Client client(static_cast<uint16_t>(*port), arguments[2]);
  if (!client.open(*connections)) {
    std::fprintf(stderr, "bench_many: the server does not answer on every connection\n");
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  size_t requests = 0;
  while (std::scanf("%zu", &requests) == 1) {
    client.ask(requests);
    std::puts("done");
    std::fflush(stdout);
  }
  if (!client.lost()) return 0;
  std::fprintf(stderr, "bench_many: a connection was lost\n");
  return 1;
}
