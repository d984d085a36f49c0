// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <tenon/mpm.h>

#include "common/messages.hpp"
#include "common/settings.hpp"
#include "event/connection_limit.hpp"
#include "event/io_thread.hpp"
#include "event/listening.hpp"
#include "event/pool.hpp"

namespace tenon::mpm {

// Everything in the child that serves: I/O threads, pool, listeners. Knows nothing of processes, so
// that tests drive it with a scripted kernel. Made, used and ended by one thread.
class Serving final : private Adopter {
 public:
  struct Setup {
    const tenon_child_host* host = nullptr;
    tenon_section* section = nullptr;  // as many slots as the settings say
    Settings settings;
    std::size_t crowd = IoThread::kCrowd;
  };

  explicit Serving(const Setup& setup);
  ~Serving();
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  // What the kernel may call; valid as long as this object.
  const tenon_mpm_child& table() const { return table_; }

  // Starts I/O threads and pool, so that work may be posted.
  void start();
  // REQUIRES: start() was called, the kernel has loaded. Begins to accept at once.
  void listen(UniqueFd listener, std::uint32_t index);

  // Stops accepting, lets the connections end, and cancels those that are still there after the
  // given time. False: some were cancelled.
  bool drain(DrainMode mode, std::uint64_t within_ns);
  // [any] While drain() runs: idle connections close at once, and less time is left.
  void hasten(std::uint64_t within_ns);
  // Ends all threads. REQUIRES: drain() was called, or listen() never was.
  void stop();

 private:
  void adopt(Accepted accepted) override;
  void fill_table();
  bool wait_until_drained();

  const Setup setup_;
  ConnectionLimit limit_;
  Pool pool_;
  std::vector<std::unique_ptr<Listening>> listening_;  // outlive the threads
  std::vector<std::unique_ptr<IoThread>> io_threads_;
  std::uint32_t next_io_thread_ = 0;
  std::atomic<std::uint64_t> drain_until_ns_ = 0;
  tenon_mpm_child table_{};
  bool running_ = false;
};

}  // namespace tenon::mpm
