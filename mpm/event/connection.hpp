// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include <tenon/mpm.h>

#include "common/input_buffer.hpp"
#include "event/accepted.hpp"
#include "event/output.hpp"
#include "event/watched.hpp"

// The opaque type of mpm.h is the public face of a Connection.
struct tenon_conn {};

namespace tenon::mpm {

class IoThread;

// One accepted socket and its session in the kernel: carries out the steps of mpm.h. From open() on
// it is owned and touched by its I/O thread alone, which also frees it.
//
// Invariants:
// 1. epoll is level-triggered: what is not done now is told again, as long as watch() asked for it.
// 2. Whoever calls advance() or begin_close() does so as its last statement: `this` may be gone.
// 3. The I/O thread's release() is the only place where a connection dies.
class Connection final : public tenon_conn, public Watched {
 public:
  static constexpr std::uint64_t kLingerNs = 2'000'000'000;
  static constexpr std::uint64_t kLingerBytesMax = 256 * 1024;

  Connection(IoThread& thread, Accepted accepted);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // [owner] The kernel asks for resumed().
  void wake();

  // Events from the I/O thread.
  void open();
  void on_ready(std::uint32_t events) override;
  void on_deadline() override;
  void on_wake();
  void on_drain();
  // Gives everything up; what was being sent is lost.
  void begin_close();

  // Tells the kernel, and closes the socket.
  void finish();

  // Owned by the I/O thread: the list of its connections, and the list of those to be adopted.
  Connection* next = nullptr;
  Connection* previous = nullptr;
  bool woken = false;

 private:
  enum class State {
    Open,
    Lingering,  // all is sent; what still comes in is discarded, so that no reset eats the answer
  };
  enum class Eof { None, Seen, Delivered };

  bool open_session();
  void begin_linger();
  void discard();
  void on_discarded(std::uint64_t bytes);

  // Everything that can be done now: sends, deliveries, what to wait for.
  void advance();
  bool deliver_next();
  void deliver_received();
  void apply(const tenon_step& step);
  void read_file(const tenon_step& step);
  // False: the connection is lost.
  bool receive();
  bool watch();

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
  std::uint32_t watched_ = 0;                      // what epoll was asked for
  std::uint64_t read_beyond_ = 0;
  std::uint64_t discarded_ = 0;
  InputBuffer input_;
  Output output_;
  std::optional<std::uint64_t> file_read_;  // bytes of a file that the kernel is to be told of
};

}  // namespace tenon::mpm
