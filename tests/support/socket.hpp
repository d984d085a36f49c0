// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "support/poll.hpp"
#include "support/unique_fd.hpp"

namespace tenon::support {

// A TCP connection to a server on 127.0.0.1; every call has a deadline.
class Socket {
 public:
  // Empty: refused, or not answered in time.
  static std::optional<Socket> connect(uint16_t port, Milliseconds time = kPatience);
  // With a receive buffer of that many bytes, so that the server soon has to wait for us.
  static std::optional<Socket> connect_slow(uint16_t port, int receive_buffer);

  bool send(std::string_view bytes, Milliseconds time = kPatience);
  // Appends what is there. 0: the peer closed; -1: it reset the connection, or the time passed.
  int receive(std::string& into, Milliseconds time = kPatience);
  // Until the peer closes. False: reset, or the time passed; `into` has what came before.
  bool receive_all(std::string& into, Milliseconds time = kPatience);
  // Whether the peer closes (or resets) within the time; what it sends before is dropped.
  bool closed_by_peer(Milliseconds time = kPatience);
  void shutdown_write();
  void reset();  // closes with RST
  int fd() const { return fd_.get(); }

 private:
  explicit Socket(UniqueFd fd) : fd_(std::move(fd)) {}
  bool wait(short events, const Deadline& deadline) const;
  static std::optional<Socket> connect_with(uint16_t port, int receive_buffer, Milliseconds time);

  UniqueFd fd_;
};

}  // namespace tenon::support
