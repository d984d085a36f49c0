// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

#include "common/deadlines.hpp"
#include "common/input_buffer.hpp"
#include "winnt/accepted.hpp"
#include "winnt/operation.hpp"
#include "winnt/output.hpp"

// The opaque type of mpm.h is the public face of a Connection.
struct tenon_conn {};

namespace tenon::mpm {

class IoThread;

// One accepted socket and its session in the kernel: carries out the steps of mpm.h. Created by an
// acceptor; from open() on it is owned and touched by its I/O thread alone, which also frees it.
//
// Invariants:
// 1. At most one receive, one send and one file read are pending; Windows owns their buffers.
// 2. Whoever calls advance() or begin_close() does so as its last statement: `this` may be gone.
// 3. Time-outs, errors and shutdown only begin a close. The last completion joins it, and the I/O
//    thread's release() is the only place where a connection dies.
class Connection : public tenon_conn, public Deadline {
 public:
  static constexpr std::uint64_t kLingerNs = 2'000'000'000;
  static constexpr std::uint64_t kLingerBytesMax = 256 * 1024;

  Connection(IoThread& thread, Accepted accepted);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Events from the I/O thread.
  void open();
  void on_deadline();
  void on_wake();
  void on_drain();
  // Cancels everything; what was being sent is lost.
  void begin_close();

  // on_wake() follows soon. REQUIRES: on the I/O thread, from a piece of work.
  void wake();

  bool is_closing() const { return state_ == State::Closing; }
  // REQUIRES: nothing is pending. Tells the kernel, and closes the socket.
  void finish();

  // Owned by the I/O thread: the list of its connections, and the list of those to be adopted.
  Connection* next = nullptr;
  Connection* previous = nullptr;
  bool woken = false;

 private:
  enum class State {
    Open,
    Lingering,  // all is sent; what still comes in is discarded, so that no reset eats the answer
    Closing,    // cancelled; waiting for the last completion
  };
  enum class Eof { None, Seen, Delivered };

  void on_received(DWORD bytes, DWORD error);
  void on_sent(DWORD bytes, DWORD error);
  void on_read(DWORD bytes, DWORD error);
  void on_discarded(std::uint64_t bytes);
  void join_close();
  void begin_linger();

  // Everything that can be done now: sends, deliveries, the next receive.
  void advance();
  bool deliver_next();
  void deliver_received();
  void apply(const tenon_step& step);
  // False: the system refused, the connection is lost.
  bool submit_receive();
  bool start_receive(std::span<char> room);

  IoThread& thread_;
  Accepted accepted_;
  tenon_session* session_ = nullptr;
  State state_ = State::Open;
  Eof eof_ = Eof::None;
  bool wants_read_ = false;
  bool wants_close_ = false;
  bool lingers_ = true;  // once it closes
  bool wants_abort_ = false;
  std::uint64_t told_idle_until_ns_ = UINT64_MAX;  // of the draining() given last
  bool probing_ = false;  // the pending receive has no buffer: it only says that bytes are there
  std::uint64_t read_beyond_ = 0;
  std::uint64_t discarded_ = 0;
  InputBuffer input_;
  Operation receive_;
  Output output_;
};

}  // namespace tenon::mpm
