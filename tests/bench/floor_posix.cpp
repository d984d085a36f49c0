// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "floor.hpp"

// The floor on Linux: one thread, epoll, one recv and one send per request.
namespace tenon::bench {
namespace {

struct Connection {
  int socket;
  size_t size = 0;
  char input[kInputBytes];
};

int listen_on(uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const name = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(listener, name, sizeof address) != 0 || ::listen(listener, kBacklog) != 0) return -1;
  return listener;
}

class Server {
 public:
  Server(int listener, std::string answer)
      : listener_(listener),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)),
        answer_(std::move(answer)) {
    watch(listener_, nullptr);
  }

  void run() {
    epoll_event events[64];
    for (;;) {
      const int count = ::epoll_wait(epoll_, events, 64, -1);
      for (int i = 0; i < count; ++i) {
        auto* const connection = static_cast<Connection*>(events[i].data.ptr);
        if (connection == nullptr) {
          accept_all();
        } else if (!serve(*connection)) {
          ::close(connection->socket);
          delete connection;
        }
      }
    }
  }

 private:
  void watch(int socket, Connection* connection) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }

  void accept_all() const {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(socket, new Connection{socket, 0, {}});
    }
  }

  // A client that does not read its answers gets none: this server is for well-behaved load.
  bool serve(Connection& connection) const {
    char* const room = connection.input + connection.size;
    const ssize_t n = ::recv(connection.socket, room, kInputBytes - connection.size, 0);
    if (n <= 0) return false;
    connection.size += static_cast<size_t>(n);
    for (size_t left = take_requests(connection.input, connection.size); left > 0; --left) {
      const ssize_t sent = ::send(connection.socket, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      if (sent != static_cast<ssize_t>(answer_.size())) return false;
    }
    return true;
  }

  const int listener_;
  const int epoll_;
  const std::string answer_;
};

}  // namespace
}  // namespace tenon::bench

int main(int count, char** arguments) {
  using namespace tenon::bench;
  const auto parsed = parse_arguments(count, arguments);
  if (!parsed) {
    std::fprintf(stderr, "usage: bench_floor PORT ANSWER_BYTES\n");
    return 2;
  }
  const int listener = listen_on(parsed->port);
  if (listener < 0) {
    std::perror("bench_floor: listen");
    return 1;
  }
  Server(listener, make_answer(parsed->answer_bytes)).run();
}
