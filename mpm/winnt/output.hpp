// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <tenon/mpm.h>

#include "winnt/file_send.hpp"
#include "winnt/operation.hpp"

namespace tenon::mpm {

// What one step gives a connection to send: views, a range of a file, or both. At most one send is
// pending; the views go out together with the first chunk of the file in one gathered send. Or what
// it gives to read: a range of a file into the kernel's memory.
class Output {
 public:
  Output(Connection& owner, Operation::Completed on_sent, Operation::Completed on_read)
      : owner_(owner),
        on_read_(on_read),
        send_(owner, on_sent) {}

  // REQUIRES: not active().
  void begin(const tenon_step& step);

  // Submits what can be submitted now. False: the system refused, the connection is lost.
  bool pump(SOCKET socket, HANDLE port, ChunkPool& chunks);
  // Completions, with pending cleared. False: the connection is lost.
  bool on_sent(DWORD bytes, DWORD error);
  bool on_read(DWORD bytes, DWORD error);

  // Once all is sent: how many bytes, once. The output is not active any more then.
  std::optional<std::uint64_t> take_finished();
  // What the step asked for was to read a file, not to send.
  bool is_reading() const { return reading_; }

  // From begin() to take_finished().
  bool active() const { return active_; }
  // Windows still owns an operation of ours.
  bool pending() const { return send_.pending || (file_ && file_->pending()); }
  // Asks Windows to give up reading the file; sends are cancelled with their socket.
  void cancel();
  // Frees the chunks. REQUIRES: not active().
  void release_file() { file_.reset(); }

 private:
  bool open_file(HANDLE port, ChunkPool& chunks);
  bool submit_send(SOCKET socket);
  void pump_read(HANDLE port, ChunkPool& chunks);

  Connection& owner_;
  const Operation::Completed on_read_;
  Operation send_;
  std::optional<FileSend> file_;
  tenon_step step_{};          // the kernel's promise: what it names lives until we say sent()
  std::uint64_t sent_ = 0;     // bytes of this step
  std::size_t submitted_ = 0;  // bytes of the pending send
  bool active_ = false;
  bool reading_ = false;
  bool read_failed_ = false;
  bool views_left_ = false;       // views that were not handed to Windows yet
  bool file_opened_ = false;      // the file's part of the step has begun
  bool chunk_submitted_ = false;  // the pending send holds the front chunk
};

}  // namespace tenon::mpm
