// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/handshake.hpp"
#include "common/wanted_files.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// The control process' end of the conversation with one child. A thread of its own does all the
// blocking reads and writes, so that the control process answers a stop whatever the child does.
class ControlChannel {
 public:
  // `read_wanted` runs on the thread.
  ControlChannel(
      UniqueHandle to_child,
      UniqueHandle from_child,
      std::vector<Message> messages,
      WantedReader read_wanted
  );
  // REQUIRES: the child has ended, or close_input() was called and the child ends.
  ~ControlChannel();
  ControlChannel(const ControlChannel&) = delete;
  ControlChannel& operator=(const ControlChannel&) = delete;

  void start();
  // Set from the moment on when the handshake has come to a result.
  HANDLE decided() const { return decided_.get(); }
  ControlHandshake::State state();
  std::string why();

  // REQUIRES: state() was Ready. False: the child cannot be told any more.
  bool drain(const DrainMessage& message);
  // Signalled from the moment on when the child has lost a listener, until take_lost().
  HANDLE lost() const { return lost_.get(); }
  std::vector<std::uint32_t> take_lost();
  // Another socket for one of them, as share_listener() gives it. False as above. By the thread
  // that calls drain().
  bool replace(std::uint32_t index, std::string socket);
  // The error log is another file, by the number that it has for the child. False as above.
  bool change_log(std::int64_t file);
  // The child sees the end of its input, and ends.
  void close_input() { to_child_.reset(); }
  // Waits until everything that the child wrote was read. REQUIRES: the child has ended.
  void join();

 private:
  void run();
  void take_in(std::string_view bytes, bool ended);
  void answer_wanted(std::string_view wanted);
  bool send_pending();

  UniqueHandle to_child_;
  const UniqueHandle from_child_;
  const WantedReader read_wanted_;
  const UniqueHandle decided_;
  const UniqueHandle lost_;
  UniqueHandle thread_;
  SRWLOCK lock_ = SRWLOCK_INIT;  // guards handshake_
  ControlHandshake handshake_;
};

}  // namespace tenon::mpm
