// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <tenon/mpm.h>

#include <sys/uio.h>

namespace tenon::mpm {

// What one step gives a connection to send: views, a range of a file, or both.
class Output {
 public:
  // What one connection may send before the others of its I/O thread have their turn.
  static constexpr std::size_t kTurnBytesMax = 1024 * 1024;
  // Who took so much reads fast enough to be given all that the system likes to hold; until then
  // the listener's kUnsentBytesMax bounds it.
  static constexpr std::uint64_t kProbationBytes = 256 * 1024;

  // REQUIRES: not active().
  void begin(const tenon_step& step);

  void begin_turn() { turn_left_ = kTurnBytesMax; }
  // Sends what the socket takes within this turn. False: the connection is lost, or the file could
  // not be read, or is shorter than its range.
  bool pump(int socket);

  // Once all is sent: how many bytes, once. The output is not active any more then.
  std::optional<std::uint64_t> take_finished();

  // From begin() to take_finished().
  bool active() const { return active_; }

 private:
  enum class Progress { Some, Blocked, Lost };

  bool views_left() const { return next_view_ < n_views_; }
  Progress send_views(int socket);
  Progress send_file(int socket);
  void drop_sent(std::size_t bytes);
  void count(std::size_t bytes);
  void end_probation(int socket);

  std::array<iovec, TENON_STEP_VIEWS_MAX> views_{};  // what is left of them, from next_view_ on
  std::size_t next_view_ = 0;
  std::size_t n_views_ = 0;
  int file_ = -1;  // the kernel's; open until sent() or closed()
  std::uint64_t offset_ = 0;
  std::uint64_t file_left_ = 0;
  std::uint64_t sent_ = 0;   // bytes of this step
  std::uint64_t taken_ = 0;  // bytes of all steps
  bool on_probation_ = true;
  std::size_t turn_left_ = kTurnBytesMax;
  bool active_ = false;
};

}  // namespace tenon::mpm
