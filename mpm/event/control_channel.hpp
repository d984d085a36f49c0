// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/handshake.hpp"
#include "common/wanted_files.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

// The control process' end of the conversation with one child. A thread of its own does all the
// blocking reads and writes, so that the control process answers a stop whatever the child does.
class ControlChannel {
 public:
  // `read_wanted` runs on the thread.
  ControlChannel(
      UniqueFd to_child,
      UniqueFd from_child,
      std::vector<Message> messages,
      WantedReader read_wanted
  );
  // REQUIRES: the child has ended, or close_input() was called and the child ends.
  ~ControlChannel();
  ControlChannel(const ControlChannel&) = delete;
  ControlChannel& operator=(const ControlChannel&) = delete;

  void start();
  // Readable from the moment on when the handshake has come to a result.
  int decided() const { return decided_.fd(); }
  ControlHandshake::State state();
  std::string why();

  // REQUIRES: state() was Ready. False: the child cannot be told any more.
  bool drain(const DrainMessage& message);
  // The error log is another file, whose descriptor goes along. False as above.
  bool change_log(std::int64_t file);
  // The child sees the end of its input, and ends. REQUIRES: state() is not Talking.
  void close_input() { to_child_.reset(); }
  // Waits until everything that the child wrote was read. REQUIRES: the child has ended.
  void join();

 private:
  void run();
  void take_in(std::string_view bytes, bool ended);
  void answer_wanted(std::string_view wanted);
  bool send_pending();

  UniqueFd to_child_;
  const UniqueFd from_child_;
  const WantedReader read_wanted_;
  const Flag decided_;
  std::thread thread_;
  std::mutex mutex_;  // guards all below
  ControlHandshake handshake_;
  UniqueFd log_;  // on its way to the child, with whatever is sent next
};

}  // namespace tenon::mpm
