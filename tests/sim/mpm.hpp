// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <tenon/mpm.h>

// An MPM in memory: it drives sessions as tenon/mpm.h says, under a test's control of every split,
// delay and loss, and notes every breach of that contract by the kernel.
namespace tenon::sim {

class Mpm;
class PoolThread;

// What can happen to a connection next.
enum class Event { Close, Sent, FileRead, Resumed, Receive, Eof };
inline constexpr Event kEvents[] = {
    Event::Close, Event::Sent, Event::FileRead, Event::Resumed, Event::Receive, Event::Eof};

// How a connection behaves; may be changed at any time.
struct Behaviour {
  size_t bytes_per_receive = SIZE_MAX;    // at most so many bytes arrive at once
  bool hold_sends = false;                // sends stay in flight until complete_send()
  size_t bytes_per_file_read = SIZE_MAX;  // files end after so many bytes of a READ_FILE
};

// One step that wrote, as the MPM saw it.
struct Write {
  std::string memory;
  int64_t os_file = -1;
  uint64_t offset = 0;
  uint64_t length = 0;  // of the file
};

// One connection. The client's side: send(), finish(), lose(); what it got: output, closed.
class Connection {
 public:
  Connection(Mpm& mpm, const tenon_session_api& api);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(std::string_view bytes) { arriving_ += bytes; }
  void finish() { finished_ = true; }
  void lose();
  void complete_send();
  // One event, in whatever order the test likes. REQUIRES for happen(): may().
  bool may(Event event) const;
  void happen(Event event);
  // The deadline has passed.
  bool is_late() const;
  void expire();
  // What is in flight: a send, or a file that is being read.
  bool is_sending() const { return sending_; }
  void drain(uint64_t idle_until_ns);
  // All that the client received since the last call; bytes of files that Mpm::files lacks are
  // 'F's.
  std::string take_output();

  Behaviour behaviour;
  std::vector<Write> writes;
  bool asked_to_close = false;
  bool aborted = false;
  bool lingers = true;  // closed so that what the client still sends is discarded
  bool closed = false;
  uint64_t deadline_ns = 0;
  size_t n_receives = 0;  // calls of received()
  uint64_t bytes_sent = 0;
  bool parked() const { return !closed && !reading_ && !sending_ && !reading_file_; }
  bool is_reading() const { return reading_; }
  const std::string& output() const { return output_; }
  size_t unread() const { return buffer_.size() + arriving_.size(); }

 private:
  friend class Mpm;
  bool move_on();
  void receive();
  void tell_eof();
  void resume();
  void perform(const tenon_step& step);
  void start_send(const tenon_step& step);
  void start_file_read(const tenon_step& step);
  void complete_file_read();
  void close();
  tenon_step new_step() const;

  Mpm& mpm_;
  const tenon_session_api& api_;
  tenon_session* session_ = nullptr;
  std::string arriving_;  // sent by the client, not yet received
  std::string buffer_;    // received, not yet consumed
  std::string output_;
  bool finished_ = false;
  bool eof_told_ = false;
  bool reading_ = false;
  uint64_t read_beyond_ = 0;
  bool sending_ = false;
  uint64_t send_bytes_ = 0;
  bool reading_file_ = false;
  tenon_step file_step_{};
  bool woken_ = false;
};

class Mpm {
 public:
  explicit Mpm(size_t pool_queue_max = 16);

  const tenon_mpm_child& table() const { return table_; }
  // `context`: as the child host's, a pointer to a pointer to http::Context.
  Connection& connect(void* context, const tenon_session_api& api, uint32_t listener = 0);

  // Moves everything on until nothing moves; hooks in the pool wait for run_pool().
  void run();
  // Runs what was posted to the I/O thread, and nothing else.
  bool run_posted();
  // Runs the oldest work of the pool's queue on a thread of its own. False: there is none.
  bool run_pool();
  // The same, without waiting for it: for hooks that block until run() has moved something on.
  std::thread start_pool();
  // Until nothing moves, the pool included.
  void run_all();
  // Moves everything on, whatever other threads post meanwhile, until `done`.
  void run_until(const std::function<bool()>& done);
  // ---- for who decides about every single event ----
  bool has_posted() const { return !posted_.empty(); }
  void run_one_posted();
  // The oldest work of the pool's queue on a thread that runs only when go_on() lets it, up to the
  // next time it waits. REQUIRES: Server::context.pool_wait is Mpm::wait_in_pool; the queue is not
  // empty.
  std::unique_ptr<PoolThread> start_pool_thread();
  void go_on(PoolThread& thread);
  static void wait_in_pool(void* context, std::unique_lock<std::mutex>& lock);
  uint64_t alarm_ns() const { return alarm_ns_; }
  void ring_alarm();

  // Lets time pass: deadlines that lie before then expire.
  void advance(uint64_t ns);
  // Loses every connection and runs what is left in the pool.
  void close_all();

  // `length` bytes of a file.
  std::string read(int64_t os_file, uint64_t offset, uint64_t length) const;
  std::map<int64_t, std::string> files;  // content by os_file

  size_t pool_queue_size() const { return pool_.size(); }
  uint64_t now_ns = 1'000'000'000;
  std::vector<std::string> breaches;  // of the contract, by the kernel

 private:
  friend class Connection;
  void breach(std::string what) { breaches.push_back(std::move(what)); }
  static void TENON_CALL post(void* context, uint32_t io_thread, tenon_work* work);
  static void TENON_CALL
  set_alarm(void* context, uint32_t io_thread, uint64_t at_ns, tenon_work* work);
  static void TENON_CALL wake(void* context, tenon_conn* conn);
  static tenon_status TENON_CALL run_in_pool(void* context, tenon_work* work);

  tenon_mpm_child table_{};
  size_t pool_queue_max_;
  std::mutex mutex_;  // guards posted_: pool threads post
  std::deque<tenon_work*> posted_;
  std::deque<tenon_work*> pool_;
  PoolThread* running_ = nullptr;
  uint64_t alarm_ns_ = 0;
  tenon_work* alarm_ = nullptr;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace tenon::sim
