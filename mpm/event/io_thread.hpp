// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <vector>

#include <tenon/mpm.h>

#include "common/deadlines.hpp"
#include "common/input_buffer.hpp"
#include "event/accepted.hpp"
#include "event/acceptor.hpp"
#include "event/connection.hpp"
#include "event/connection_limit.hpp"
#include "event/listening.hpp"
#include "event/mailbox.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

// One thread with an epoll set of its own, and the connections that live there from accept to
// close. Other threads only put mail into its box and set its flag.
class IoThread {
 public:
  // Above this many connections all idle ones give back what buffer they have.
  static constexpr std::size_t kCrowd = 1024;

  struct Setup {
    const tenon_child_host* host = nullptr;
    ConnectionLimit* limit = nullptr;
    tenon_thread_slot* slot = nullptr;
    const std::vector<std::unique_ptr<IoThread>>* all = nullptr;
    std::uint32_t index = 0;
    std::size_t crowd = kCrowd;
  };

  explicit IoThread(const Setup& setup);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();

  // [any] From then on the thread accepts from that listener, which must outlive join().
  void listen(Listening& listening);
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

  // For acceptors, connections and work, on this thread only.
  // Opens the connection here, unless another thread that is not held up has far fewer.
  void place(Accepted accepted);
  void wake(Connection& connection);
  void release(Connection& connection);
  const tenon_child_host& host() const { return *setup_.host; }
  const tenon_session_api& sessions() const { return *setup_.host->sessions; }
  std::uint32_t index() const { return setup_.index; }
  std::uint64_t now() const { return now_ns_; }
  int epoll() const { return epoll_.get(); }
  Deadlines& deadlines() { return deadlines_; }
  // The memory that the last connection received into; an idle one has none of its own.
  InputBuffer& spare_input() { return spare_input_; }
  // For bytes that nobody wants.
  std::span<char> scratch() { return scratch_; }
  bool is_crowded() const { return n_open_ > setup_.crowd; }
  bool is_draining() const { return draining_; }
  std::uint64_t idle_until() const { return idle_until_ns_; }
  std::uint64_t linger_ns() const;

 private:
  void run();
  // True: there is mail.
  bool wait_and_handle();
  void read_mail();
  void start_all(IntrusiveQueue<Acceptor> acceptors);
  void open_all(IntrusiveQueue<Connection> adopted);
  void open(Connection& connection);
  void run_all(IntrusiveQueue<tenon_work> work);
  void drain_all();
  void abort_all();
  void expire_all();
  bool is_held_up(std::uint64_t now_ns) const;
  std::uint64_t next_deadline() const;
  void notify(bool was_empty);
  void publish_counts();

  const Setup setup_;
  const UniqueFd epoll_;
  const Flag flag_;
  std::thread thread_;
  Mailbox mailbox_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::size_t next_peer_ = 0;  // to be compared with
  Deadlines deadlines_;
  Connection* first_ = nullptr;
  std::size_t n_open_ = 0;
  std::uint64_t n_ever_ = 0;
  std::vector<Connection*> woken_;
  std::uint64_t alarm_ns_ = 0;  // 0: none
  tenon_work* alarm_ = nullptr;
  std::uint64_t now_ns_ = 0;
  // Since when it handles what epoll told; 0: it waits. Read by other threads.
  std::atomic<std::uint64_t> busy_since_ns_ = 0;
  std::uint64_t idle_until_ns_ = 0;
  bool draining_ = false;
  bool stopping_ = false;
  bool aborting_ = false;
  bool ended_ = false;
  InputBuffer spare_input_;
  std::array<char, 16 * 1024> scratch_;
};

}  // namespace tenon::mpm
