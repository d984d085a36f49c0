// SPDX-License-Identifier: Apache-2.0
#include "winnt/serving.hpp"

#include <algorithm>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include "common/section_layout.hpp"

namespace tenon::mpm {

Serving::Serving(const Setup& setup)
    : setup_(setup),
      limit_(setup.settings.common.max_connections),
      pool_(Pool::Setup{
          setup.settings.common.threads_per_child,
          setup.settings.common.io_threads,
          setup.settings.common.pool_queue,
          setup.section}) {
  for (std::uint32_t i = 0; i < setup.settings.common.io_threads; ++i) {
    io_threads_.push_back(std::make_unique<IoThread>(IoThread::Setup{
        setup.host, &limit_, &thread_slot(*setup.section, i), i, setup.crowd}));
  }
  fill_table();
}

Serving::~Serving() {
  TENON_ASSERT(!running_);
}

void Serving::fill_table() {
  table_.struct_size = sizeof table_;
  table_.n_io_threads = setup_.settings.common.io_threads;
  table_.n_pool_threads = setup_.settings.common.threads_per_child;
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

void Serving::listen(UniqueSocket listener, std::uint32_t index, std::uint16_t family) {
  Acceptor::Setup setup;
  setup.host = setup_.host;
  setup.adopter = this;
  setup.source = setup_.source;
  setup.limit = &limit_;
  setup.slot = &listener_slot(*setup_.section, index);
  setup.listener = index;
  setup.family = family;
  setup.backlog = setup_.settings.common.listen_backlog;
  setup.accepts = setup_.settings.accepts_per_listener;
  setup.use_accept_ex = setup_.settings.use_accept_ex;
  setup.receive_buffer_bytes = setup_.settings.receive_buffer_bytes;
  setup.send_buffer_bytes = setup_.settings.send_buffer_bytes;
  setup.accept_ex = setup_.accept_ex;
  setup.retry_accept_ex_ms = setup_.retry_accept_ex_ms;
  auto acceptor = std::make_unique<Acceptor>(setup, std::move(listener));
  acceptor->start();
  acceptors_[index] = std::move(acceptor);
}

void Serving::replace(std::uint32_t index, UniqueSocket listener) {
  const auto found = acceptors_.find(index);
  if (found != acceptors_.end()) found->second->replace(std::move(listener));
}

void Serving::adopt(Accepted accepted) {
  const std::uint32_t turn = next_io_thread_.fetch_add(1, std::memory_order_relaxed);
  io_threads_[turn % io_threads_.size()]->adopt(std::move(accepted));
}

bool Serving::drain(DrainMode mode, std::uint64_t within_ns) {
  const std::uint64_t now_ns = setup_.host->now();
  drain_until_ns_.store(now_ns + within_ns);
  const std::uint64_t patience_ns =
      mode == DrainMode::Stop ? 0 : std::min(setup_.settings.common.keepalive_drain_ns, within_ns);
  for (const auto& [index, acceptor] : acceptors_)
    acceptor->begin_stop();
  for (const auto& [index, acceptor] : acceptors_)
    acceptor->join();
  store(setup_.section->state, std::uint32_t{TENON_CHILD_DRAINING});
  for (const auto& io_thread : io_threads_) {
    io_thread->begin_drain(now_ns + patience_ns, mode == DrainMode::Stop);
  }
  const bool in_time = wait_until_drained();
  for (const auto& io_thread : io_threads_)
    io_thread->begin_abort();
  // Cancelled operations complete at once; should one not, the watchdog ends the process.
  limit_.wait_until_empty(INFINITE);
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
  constexpr DWORD kLookMs = 100;
  for (;;) {
    const std::uint64_t now_ns = setup_.host->now();
    const std::uint64_t until_ns = drain_until_ns_.load();
    const DWORD left_ms = now_ns >= until_ns ? 0 : milliseconds_until(until_ns, now_ns);
    if (limit_.wait_until_empty(std::min(left_ms, kLookMs))) return true;
    if (left_ms == 0) return false;
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
