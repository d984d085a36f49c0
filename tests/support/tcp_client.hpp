// SPDX-License-Identifier: Apache-2.0
#pragma once
// A blocking client for tests on 127.0.0.1, the same on both platforms.
#ifdef _WIN32
#include <winsock2.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#endif

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tenon::support {

class TcpClient {
 public:
#ifdef _WIN32
  using Socket = SOCKET;
  static constexpr Socket kNone = INVALID_SOCKET;
#else
  using Socket = int;
  static constexpr Socket kNone = -1;
#endif
  // No test waits longer for one answer.
  static constexpr int kPatienceSeconds = 10;

  explicit TcpClient(std::uint16_t port, int receive_buffer_bytes = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer_bytes > 0) set(SO_RCVBUF, receive_buffer_bytes);
    set_patience(kPatienceSeconds * 1000);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~TcpClient() {
    close();
  }
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  bool connected() const {
    return connected_;
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(socket_, bytes.data(), static_cast<Length>(bytes.size()), kSendFlags);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // Up to `bytes` bytes; fewer when the peer ends or fails, or the patience is over.
  std::string receive(std::size_t bytes) {
    std::string got;
    char block[64 * 1024];
    while (got.size() < bytes) {
      const std::size_t wanted =
          bytes - got.size() < sizeof block ? bytes - got.size() : sizeof block;
      const auto n = ::recv(socket_, block, static_cast<Length>(wanted), 0);
      ended_ = n == 0;
      failed_ = n < 0;
      if (n <= 0) break;
      got.append(block, static_cast<std::size_t>(n));
    }
    return got;
  }
  std::string receive_all() {
    return receive(SIZE_MAX);
  }

  // What the last receive() met: the end of the stream, or an error (a reset, or no patience left).
  bool ended() const {
    return ended_;
  }
  bool failed() const {
    return failed_;
  }

  void set_patience(int milliseconds) {
#ifdef _WIN32
    set(SO_RCVTIMEO, milliseconds);
#else
    const timeval time{milliseconds / 1000, milliseconds % 1000 * 1000};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
#endif
  }
  void end_sending() {
    ::shutdown(socket_, 1);
  }
  // Closes with a reset.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&hard), sizeof hard);
    close();
  }
  void close() {
    if (socket_ == kNone) return;
#ifdef _WIN32
    ::closesocket(socket_);
#else
    ::close(socket_);
#endif
    socket_ = kNone;
  }

 private:
#ifdef _WIN32
  using Length = int;
  static constexpr int kSendFlags = 0;
#else
  using Length = std::size_t;
  static constexpr int kSendFlags = MSG_NOSIGNAL;
#endif

  void set(int option, int value) {
    ::setsockopt(socket_, SOL_SOCKET, option, reinterpret_cast<const char*>(&value), sizeof value);
  }

  Socket socket_;
  bool connected_ = false;
  bool ended_ = false;
  bool failed_ = false;
};

}  // namespace tenon::support
