// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include <tenon/mpm.h>

#include "common/deadlines.hpp"
#include "winnt/accepted.hpp"
#include "winnt/connection.hpp"
#include "winnt/connection_limit.hpp"
#include "winnt/file_send.hpp"
#include "winnt/mailbox.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// One thread with a completion port of its own, and the connections that live there from accept to
// close. Other threads only put mail into its box and post a packet to its port.
class IoThread {
 public:
  // Above this many connections idle ones give their buffer back and wait with zero-byte receives:
  // few connections cost no extra call, many cost no memory.
  static constexpr std::size_t kCrowd = 1024;

  struct Setup {
    const tenon_child_host* host = nullptr;
    ConnectionLimit* limit = nullptr;
    tenon_thread_slot* slot = nullptr;
    std::uint32_t index = 0;
    std::size_t crowd = kCrowd;
  };

  explicit IoThread(const Setup& setup);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();

  // [any] The connection's place in the limit has been taken by the caller.
  void adopt(Accepted accepted);
  void post(tenon_work* work);
  void begin_drain(std::uint64_t idle_until_ns, bool stopping);
  void begin_abort();
  // Ends the thread once no connection is left; what was posted before that still runs.
  void begin_stop();
  void join();

  // [this thread] As tenon_mpm_child::set_alarm.
  void set_alarm(std::uint64_t at_ns, tenon_work* work);

  // For connections and for work, on this thread only.
  void wake(Connection& connection);
  void release(Connection& connection);
  const tenon_child_host& host() const { return *setup_.host; }
  const tenon_session_api& sessions() const { return *setup_.host->sessions; }
  std::uint32_t index() const { return setup_.index; }
  std::uint64_t now() const { return now_ns_; }
  HANDLE port() const { return port_.get(); }
  Deadlines& deadlines() { return deadlines_; }
  ChunkPool& chunks() { return chunks_; }
  bool is_crowded() const { return n_open_ > setup_.crowd; }
  bool is_draining() const { return draining_; }
  std::uint64_t idle_until() const { return idle_until_ns_; }
  std::uint64_t linger_ns() const;

 private:
  void run();
  void wait_and_complete();
  void complete(const OVERLAPPED_ENTRY& entry);
  // False: there was none.
  bool read_mail();
  void open_all(IntrusiveQueue<Connection> adopted);
  void run_all(IntrusiveQueue<tenon_work> work);
  void drain_all();
  void abort_all();
  void expire_all();
  std::uint64_t next_deadline() const;
  void notify(bool was_empty);
  void publish_counts();

  const Setup setup_;
  UniqueHandle port_;
  UniqueHandle thread_;
  Mailbox mailbox_;
  Deadlines deadlines_;
  ChunkPool chunks_;
  Connection* first_ = nullptr;
  std::size_t n_open_ = 0;
  std::uint64_t n_ever_ = 0;
  std::vector<Connection*> woken_;
  std::uint64_t alarm_ns_ = 0;  // 0: none
  tenon_work* alarm_ = nullptr;
  std::uint64_t now_ns_ = 0;
  std::uint64_t idle_until_ns_ = 0;
  bool draining_ = false;
  bool stopping_ = false;
  bool aborting_ = false;
  bool stop_asked_ = false;
};

}  // namespace tenon::mpm
