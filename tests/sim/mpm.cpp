// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/mpm.hpp"

#include <chrono>
#include <thread>

#include "tests/sim/pool_thread.hpp"

namespace tenon::sim {
namespace {

tenon_endpoint endpoint(uint16_t port) {
  tenon_endpoint result{};
  result.family = 4;
  result.port = port;
  result.ip[0] = 127;
  result.ip[3] = 1;
  return result;
}

}  // namespace

Mpm::Mpm(size_t pool_queue_max) : pool_queue_max_(pool_queue_max) {
  table_.struct_size = sizeof table_;
  table_.n_io_threads = 1;
  table_.n_pool_threads = 1;
  table_.context = this;
  table_.post = post;
  table_.wake = wake;
  table_.run_in_pool = run_in_pool;
  table_.set_alarm = set_alarm;
}

Connection& Mpm::connect(void* context, const tenon_session_api& api, uint32_t listener) {
  connections_.push_back(std::make_unique<Connection>(*this, api));
  Connection& connection = *connections_.back();
  tenon_opened opened{};
  opened.struct_size = sizeof opened;
  opened.listener = listener;
  opened.peer = endpoint(54321);
  opened.local = endpoint(8080);
  tenon_step step = connection.new_step();
  auto* const conn = reinterpret_cast<tenon_conn*>(&connection);
  if (api.opened(context, &opened, conn, now_ns, &connection.session_, &step) != TENON_OK) {
    breach("opened() failed");
  }
  connection.perform(step);
  return connection;
}

void Mpm::run() {
  bool moved = true;
  while (moved) {
    moved = run_posted();
    for (const auto& connection : connections_) {
      moved = connection->move_on() || moved;
    }
  }
}

bool Mpm::run_posted() {
  bool any = false;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (posted_.empty()) return any;
    }
    run_one_posted();
    any = true;
  }
}

void Mpm::run_one_posted() {
  tenon_work* work = nullptr;
  {
    const std::lock_guard lock(mutex_);
    work = posted_.front();
    posted_.pop_front();
  }
  work->run(work, 0);
}

std::unique_ptr<PoolThread> Mpm::start_pool_thread() {
  tenon_work* const work = pool_.front();
  pool_.pop_front();
  auto thread = std::make_unique<PoolThread>(work);
  go_on(*thread);
  return thread;
}

void Mpm::go_on(PoolThread& thread) {
  running_ = &thread;
  thread.go_on();
  running_ = nullptr;
}

void Mpm::wait_in_pool(void* context, std::unique_lock<std::mutex>& lock) {
  PoolThread& thread = *static_cast<Mpm*>(context)->running_;
  lock.unlock();
  thread.pause();
  lock.lock();
}

void Mpm::ring_alarm() {
  alarm_ns_ = 0;
  alarm_->run(alarm_, 0);
}

bool Mpm::run_pool() {
  if (pool_.empty()) return false;
  tenon_work* const work = pool_.front();
  pool_.pop_front();
  std::thread([work] { work->run(work, 1); }).join();
  return true;
}

std::thread Mpm::start_pool() {
  if (pool_.empty()) return {};
  tenon_work* const work = pool_.front();
  pool_.pop_front();
  return std::thread([work] { work->run(work, 1); });
}

void Mpm::run_until(const std::function<bool()>& done) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!done()) {
    run();
    if (std::chrono::steady_clock::now() > deadline) return breach("it does not end");
    std::this_thread::yield();
  }
  run();
}

std::string Mpm::read(int64_t os_file, uint64_t offset, uint64_t length) const {
  const auto found = files.find(os_file);
  if (found == files.end()) return std::string(length, 'F');
  return offset > found->second.size() ? "" : found->second.substr(offset, length);
}

void Mpm::run_all() {
  do {
    run();
  } while (run_pool());
}

void Mpm::advance(uint64_t ns) {
  now_ns += ns;
  for (const auto& connection : connections_) {
    if (connection->is_late()) connection->expire();
  }
  if (alarm_ns_ != 0 && alarm_ns_ <= now_ns) ring_alarm();
  run();
}

void Mpm::close_all() {
  for (const auto& connection : connections_) {
    connection->lose();
  }
  run_all();
}

void TENON_CALL Mpm::post(void* context, uint32_t, tenon_work* work) {
  Mpm& self = *static_cast<Mpm*>(context);
  const std::lock_guard lock(self.mutex_);
  self.posted_.push_back(work);
}

void TENON_CALL Mpm::set_alarm(void* context, uint32_t, uint64_t at_ns, tenon_work* work) {
  Mpm& self = *static_cast<Mpm*>(context);
  self.alarm_ns_ = at_ns;
  self.alarm_ = work;
}

void TENON_CALL Mpm::wake(void* context, tenon_conn* conn) {
  Connection& connection = *reinterpret_cast<Connection*>(conn);
  if (connection.closed) static_cast<Mpm*>(context)->breach("a wake after closed()");
  connection.woken_ = true;
}

tenon_status TENON_CALL Mpm::run_in_pool(void* context, tenon_work* work) {
  Mpm& self = *static_cast<Mpm*>(context);
  if (self.pool_.size() >= self.pool_queue_max_) return TENON_AGAIN;
  self.pool_.push_back(work);
  return TENON_OK;
}

}  // namespace tenon::sim
