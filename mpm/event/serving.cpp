// SPDX-License-Identifier: Apache-2.0
#include "event/serving.hpp"

#include <algorithm>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include "common/section_layout.hpp"

namespace tenon::mpm {

Serving::Serving(const Setup& setup)
    : setup_(setup),
      limit_(setup.settings.max_connections),
      pool_(Pool::Setup{
          setup.settings.threads_per_child,
          setup.settings.io_threads,
          setup.settings.pool_queue,
          setup.section}) {
  for (std::uint32_t i = 0; i < setup.settings.io_threads; ++i) {
    io_threads_.push_back(std::make_unique<IoThread>(IoThread::Setup{
        setup.host, &limit_, &thread_slot(*setup.section, i), &io_threads_, i, setup.crowd}));
  }
  fill_table();
}

Serving::~Serving() {
  TENON_ASSERT(!running_);
}

void Serving::fill_table() {
  table_.struct_size = sizeof table_;
  table_.n_io_threads = setup_.settings.io_threads;
  table_.n_pool_threads = setup_.settings.threads_per_child;
  table_.context = this;
  table_.post = [](void* context, std::uint32_t io_thread, tenon_work* work) {
    static_cast<Serving*>(context)->io_threads_[io_thread]->post(work);
  };
  table_.wake = [](void*, tenon_conn* conn) { static_cast<Connection*>(conn)->wake(); };
  table_.run_in_pool = [](void* context, tenon_work* work) {
    return static_cast<Serving*>(context)->pool_.submit(work);
  };
  table_.set_alarm =
      [](void* context, std::uint32_t io_thread, std::uint64_t at_ns, tenon_work* work) {
        static_cast<Serving*>(context)->io_threads_[io_thread]->set_alarm(at_ns, work);
      };
}

void Serving::start() {
  running_ = true;
  for (const auto& io_thread : io_threads_)
    io_thread->start();
  pool_.start();
}

void Serving::listen(UniqueFd listener, std::uint32_t index) {
  Listening::Setup setup;
  setup.host = setup_.host;
  setup.limit = &limit_;
  setup.slot = &listener_slot(*setup_.section, index);
  setup.listener = index;
  setup.backlog = setup_.settings.listen_backlog;
  listening_.push_back(std::make_unique<Listening>(setup, std::move(listener)));
  for (const auto& io_thread : io_threads_)
    io_thread->listen(*listening_.back());
}

void Serving::adopt(Accepted accepted) {
  io_threads_[next_io_thread_++ % io_threads_.size()]->adopt(std::move(accepted));
}

bool Serving::drain(DrainMode mode, std::uint64_t within_ns) {
  const std::uint64_t now_ns = setup_.host->now();
  drain_until_ns_.store(now_ns + within_ns);
  const std::uint64_t patience_ns =
      mode == DrainMode::Stop ? 0 : std::min(setup_.settings.keepalive_drain_ns, within_ns);
  for (const auto& listening : listening_)
    listening->stop(*this);
  store(setup_.section->state, std::uint32_t{TENON_CHILD_DRAINING});
  for (const auto& io_thread : io_threads_) {
    io_thread->begin_drain(now_ns + patience_ns, mode == DrainMode::Stop);
  }
  const bool in_time = wait_until_drained();
  for (const auto& io_thread : io_threads_)
    io_thread->begin_abort();
  // Nothing is pending in a socket; should a hook hang in an I/O thread, the watchdog bites.
  limit_.wait_until_empty();
  return in_time;
}

void Serving::hasten(std::uint64_t within_ns) {
  const std::uint64_t now_ns = setup_.host->now();
  drain_until_ns_.store(std::min(drain_until_ns_.load(), now_ns + within_ns));
  for (const auto& io_thread : io_threads_)
    io_thread->begin_drain(now_ns, true);
}

// In short waits, since the end may be hastened meanwhile.
bool Serving::wait_until_drained() {
  constexpr std::uint64_t kLookNs = 100'000'000;
  for (;;) {
    const std::uint64_t now_ns = setup_.host->now();
    const std::uint64_t until_ns = drain_until_ns_.load();
    const std::uint64_t left_ns = now_ns >= until_ns ? 0 : until_ns - now_ns;
    if (limit_.wait_until_empty(std::min(left_ns, kLookNs))) return true;
    if (left_ns == 0) return false;
  }
}

void Serving::stop() {
  // The pool first: its last pieces of work may post to the I/O threads.
  pool_.begin_stop();
  pool_.join();
  for (const auto& io_thread : io_threads_)
    io_thread->begin_stop();
  for (const auto& io_thread : io_threads_)
    io_thread->join();
  running_ = false;
}

}  // namespace tenon::mpm
