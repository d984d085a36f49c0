// SPDX-License-Identifier: Apache-2.0
// clang-format off
#include <winsock2.h>
#include <windows.h>
// clang-format on

#include <cstdio>
#include <thread>

#include "floor.hpp"

// The floor on Windows: one thread with a completion port, one WSARecv and one WSASend per request;
// one more thread accepts.
namespace tenon::bench {
namespace {

struct Connection;

struct Operation : OVERLAPPED {
  bool pending = false;  // Windows owns it
};

struct Connection {
  explicit Connection(SOCKET socket) : socket(socket) {}

  SOCKET socket;
  Operation receive{};
  Operation send{};
  size_t requests = 0;  // read and not answered yet
  size_t size = 0;
  bool broken = false;
  char input[kInputBytes];
};

SOCKET listen_on(uint16_t port) {
  const SOCKET listener =
      ::WSASocketW(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* const name = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(listener, name, sizeof address) != 0 || ::listen(listener, kBacklog) != 0) {
    return INVALID_SOCKET;
  }
  return listener;
}

class Server {
 public:
  Server(SOCKET listener, std::string answer)
      : listener_(listener),
        port_(::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1)),
        answer_(std::move(answer)) {}

  void run() {
    std::thread([this] { accept_all(); }).detach();
    OVERLAPPED_ENTRY entries[64];
    for (;;) {
      ULONG count = 0;
      if (!::GetQueuedCompletionStatusEx(port_, entries, 64, &count, INFINITE, FALSE)) continue;
      for (ULONG i = 0; i < count; ++i)
        complete(entries[i]);
    }
  }

 private:
  void accept_all() const {
    for (;;) {
      const SOCKET socket = ::accept(listener_, nullptr, nullptr);
      if (socket == INVALID_SOCKET) return;
      const BOOL on = TRUE;
      const auto* const value = reinterpret_cast<const char*>(&on);
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, value, sizeof on);
      auto* const connection = new Connection(socket);
      const auto key = reinterpret_cast<ULONG_PTR>(connection);
      ::CreateIoCompletionPort(reinterpret_cast<HANDLE>(socket), port_, key, 0);
      ::PostQueuedCompletionStatus(port_, 0, key, nullptr);  // begin on the port's thread
    }
  }

  void complete(const OVERLAPPED_ENTRY& entry) const {
    auto& connection = *reinterpret_cast<Connection*>(entry.lpCompletionKey);
    auto* const operation = static_cast<Operation*>(entry.lpOverlapped);
    if (operation == nullptr) return advance(connection);
    const DWORD bytes = entry.dwNumberOfBytesTransferred;
    operation->pending = false;
    if (operation->Internal != 0 || bytes == 0) connection.broken = true;
    if (operation == &connection.receive) {
      connection.size += bytes;
      connection.requests += take_requests(connection.input, connection.size);
    } else {
      --connection.requests;
    }
    return advance(connection);
  }

  // A receive is always posted, as a server does that wants to learn of the loss of its client.
  void advance(Connection& connection) const {
    if (!connection.broken && connection.requests > 0 && !connection.send.pending) {
      send(connection);
    }
    if (!connection.broken && !connection.receive.pending) receive(connection);
    if (!connection.broken) return;
    if (connection.socket != INVALID_SOCKET) ::closesocket(connection.socket);
    connection.socket = INVALID_SOCKET;
    if (!connection.receive.pending && !connection.send.pending) delete &connection;
  }

  static void receive(Connection& connection) {
    WSABUF room{
        static_cast<ULONG>(kInputBytes - connection.size), connection.input + connection.size};
    DWORD flags = 0;
    Operation& operation = connection.receive;
    operation = {{}, true};
    submitted(
        connection,
        operation,
        ::WSARecv(connection.socket, &room, 1, nullptr, &flags, &operation, nullptr)
    );
  }

  void send(Connection& connection) const {
    WSABUF bytes{static_cast<ULONG>(answer_.size()), const_cast<char*>(answer_.data())};
    Operation& operation = connection.send;
    operation = {{}, true};
    submitted(
        connection,
        operation,
        ::WSASend(connection.socket, &bytes, 1, nullptr, 0, &operation, nullptr)
    );
  }

  static void submitted(Connection& connection, Operation& operation, int result) {
    if (result == 0 || ::WSAGetLastError() == WSA_IO_PENDING) return;
    operation.pending = false;
    connection.broken = true;
  }

  const SOCKET listener_;
  const HANDLE port_;
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
  WSADATA data;
  if (::WSAStartup(MAKEWORD(2, 2), &data) != 0) return 1;
  const SOCKET listener = listen_on(parsed->port);
  if (listener == INVALID_SOCKET) {
    std::fprintf(stderr, "bench_floor: listen: %d\n", ::WSAGetLastError());
    return 1;
  }
  Server(listener, make_answer(parsed->answer_bytes)).run();
}
