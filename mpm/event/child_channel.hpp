// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "common/handshake.hpp"
#include "event/posix.hpp"
#include "event/watchdog.hpp"

namespace tenon::mpm {

// The child's end of the conversation. A thread of its own reads, so that the end of the control
// process is noticed even while a module loads: the watchdog is armed then.
class ChildChannel {
 public:
  ChildChannel(UniqueFd in, UniqueFd out, Watchdog& watchdog);
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

  // Waits for DRAIN; none: the control process is gone.
  std::optional<DrainMessage> wait_for_drain();
  // What to do with a further DRAIN; none takes it back. Called on the channel's thread.
  void on_hurry(std::function<void(const DrainMessage&)> hurry);
  // What to do with the file of a LOG that comes while serving; likewise.
  void on_log(std::function<void(UniqueFd)> change);

 private:
  void run();
  bool take_in(std::string_view bytes);
  void flush();

  const UniqueFd in_;
  const UniqueFd out_;
  const Flag ended_;
  Watchdog& watchdog_;
  std::thread thread_;
  std::mutex mutex_;  // guards all below, and writing to out_
  std::condition_variable changed_;
  ChildHandshake handshake_;
  std::optional<DrainMessage> drain_;
  std::function<void(const DrainMessage&)> hurry_;
  std::function<void(UniqueFd)> change_log_;
  UniqueFd log_;  // that came beside the bytes of a message
};

}  // namespace tenon::mpm
