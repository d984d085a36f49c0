// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "common/handshake.hpp"
#include "winnt/accepted.hpp"
#include "winnt/watchdog.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// The child's end of the conversation. A thread of its own reads, so that the end of the control
// process is noticed even while a module loads: the watchdog is armed then.
class ChildChannel final : public ListenerSource {
 public:
  ChildChannel(UniqueHandle in, UniqueHandle out, Watchdog& watchdog);
  ~ChildChannel();
  ChildChannel(const ChildChannel&) = delete;
  ChildChannel& operator=(const ChildChannel&) = delete;

  void start();

  // Waits for START. False: there is nothing to start; the control process knows, or is gone.
  bool wait_for_start();
  // REQUIRES: wait_for_start() was true. What was received does not change any more, but for the
  // snapshot in wait_for_wanted().
  ChildHandshake::Received& received() { return handshake_.received(); }
  // Waits for the snapshot that has what is wanted. False: the control process will not give it, or
  // is gone.
  bool wait_for_wanted(std::string wanted);
  void ready();
  void refuse(const std::string& diagnostics);

  // What to do with a further DRAIN; none takes it back. Called on the channel's thread.
  void on_hurry(std::function<void(const DrainMessage&)> hurry);
  // What to do with a LOG that comes while serving; likewise.
  void on_log(std::function<void(const LogMessage&)> change);
  // [any] Asks for another socket; nothing once the child is to drain.
  void lost(std::uint32_t listener) override;
  // What a child that serves is told.
  using Order = std::variant<DrainMessage, ListenerMessage>;
  // Waits for it; none: the control process is gone.
  std::optional<Order> wait_for_order();

 private:
  void run();
  bool take_in(std::string_view bytes);
  void flush();

  const UniqueHandle in_;
  const UniqueHandle out_;
  Watchdog& watchdog_;
  UniqueHandle thread_;
  SRWLOCK lock_ = SRWLOCK_INIT;  // guards all below, and writing to out_
  CONDITION_VARIABLE changed_ = CONDITION_VARIABLE_INIT;
  ChildHandshake handshake_;
  std::optional<DrainMessage> drain_;
  std::function<void(const DrainMessage&)> hurry_;
  std::function<void(const LogMessage&)> change_log_;
  std::deque<ListenerMessage> replacements_;
};

}  // namespace tenon::mpm
