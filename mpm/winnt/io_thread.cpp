// SPDX-License-Identifier: Apache-2.0
#include "winnt/io_thread.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

constexpr ULONG kEntriesMax = 64;

// How long a gracefully closed connection may go on discarding input while the server stops.
constexpr std::uint64_t kStopLingerNs = 500'000'000;

}  // namespace

IoThread::IoThread(const Setup& setup)
    : setup_(setup),
      port_(::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1)) {
  TENON_ASSERT(port_);
}

IoThread::~IoThread() {
  TENON_ASSERT(n_open_ == 0);
}

void IoThread::start() {
  thread_ = start_thread(
      L"tenon io", [](void* self) { static_cast<IoThread*>(self)->run(); }, this
  );
}

void IoThread::adopt(Accepted accepted) {
  auto connection = std::make_unique<Connection>(*this, std::move(accepted));
  Connection* handed = connection.release();  // open_all() owns it from here on
  notify(mailbox_.put([handed](Mail& mail) { mail.adopted.push(handed); }));
}

void IoThread::post(tenon_work* work) {
  notify(mailbox_.put([work](Mail& mail) { mail.work.push(work); }));
}

void IoThread::begin_drain(std::uint64_t idle_until_ns, bool stopping) {
  notify(mailbox_.put([=](Mail& mail) {
    mail.drain = true;
    mail.stopping = stopping;
    mail.idle_until_ns = idle_until_ns;
  }));
}

void IoThread::begin_abort() {
  notify(mailbox_.put([](Mail& mail) { mail.abort = true; }));
}

void IoThread::begin_stop() {
  notify(mailbox_.put([](Mail& mail) { mail.stop = true; }));
}

void IoThread::join() {
  if (thread_) wait_for(thread_);
  thread_.reset();
}

void IoThread::notify(bool was_empty) {
  if (!was_empty) return;
  // Closing the port would not wake the thread everywhere, a packet does. It can only be refused
  // for want of memory in the system, which passes; mail must not get stuck meanwhile.
  while (!::PostQueuedCompletionStatus(port_.get(), 0, 0, nullptr))
    ::Sleep(1);
}

void IoThread::run() {
  now_ns_ = host().now();
  bool had_mail = true;
  // Work may post more work, so the end is when nothing came any more.
  while (!stop_asked_ || n_open_ > 0 || had_mail) {
    wait_and_complete();
    had_mail = read_mail();
    expire_all();
    publish_counts();
  }
}

void IoThread::wait_and_complete() {
  std::array<OVERLAPPED_ENTRY, kEntriesMax> entries;
  ULONG count = 0;
  const bool is_last_look = stop_asked_ && n_open_ == 0;
  // By this turn's clock: what expires may be late by what the turn took.
  const DWORD wait_ms = is_last_look ? 0 : milliseconds_until(next_deadline(), now_ns_);
  const BOOL taken = ::GetQueuedCompletionStatusEx(
      port_.get(), entries.data(), kEntriesMax, &count, wait_ms, FALSE
  );
  now_ns_ = host().now();
  // After a time-out `count` is not to be trusted.
  for (ULONG i = 0; taken && i < count; ++i)
    complete(entries[i]);
}

void IoThread::complete(const OVERLAPPED_ENTRY& entry) {
  if (!entry.lpOverlapped) return;  // a packet of notify()
  auto& operation = *static_cast<Operation*>(entry.lpOverlapped);
  TENON_ASSERT(operation.pending);
  operation.pending = false;
  const DWORD error = completion_error(operation);
  operation.completed(operation.owner, entry.dwNumberOfBytesTransferred, error);
}

bool IoThread::read_mail() {
  const Mail mail = mailbox_.take();
  if (mail.drain) {
    draining_ = true;
    stopping_ = mail.stopping;
    idle_until_ns_ = mail.idle_until_ns;
    drain_all();
  }
  if (mail.abort) aborting_ = true;
  open_all(mail.adopted);
  run_all(mail.work);
  if (mail.abort) abort_all();
  if (mail.stop) stop_asked_ = true;
  return mail.filled;
}

void IoThread::open_all(IntrusiveQueue<Connection> adopted) {
  while (Connection* connection = adopted.pop()) {
    connection->previous = nullptr;
    connection->next = first_;
    if (first_) first_->previous = connection;
    first_ = connection;
    ++n_open_;
    ++n_ever_;
    if (aborting_) {
      connection->begin_close();
    } else {
      connection->open();
    }
  }
}

void IoThread::run_all(IntrusiveQueue<tenon_work> work) {
  while (tenon_work* piece = work.pop()) {
    now_ns_ = host().now();
    piece->run(piece, setup_.index);  // it may be gone afterwards
    // Woken only now, because events are never given from inside a call of the kernel.
    for (std::size_t i = 0; i < woken_.size(); ++i) {
      woken_[i]->woken = false;
      woken_[i]->on_wake();
    }
    woken_.clear();
  }
}

void IoThread::wake(Connection& connection) {
  if (connection.woken || connection.is_closing()) return;
  connection.woken = true;
  woken_.push_back(&connection);
}

void IoThread::drain_all() {
  for (Connection* connection = first_; connection;) {
    Connection* const next = connection->next;  // on_drain() may be the end of it
    connection->on_drain();
    connection = next;
  }
}

void IoThread::abort_all() {
  for (Connection* connection = first_; connection;) {
    Connection* const next = connection->next;
    connection->begin_close();
    connection = next;
  }
}

void IoThread::expire_all() {
  while (Deadline* deadline = deadlines_.pop_expired(now_ns_)) {
    static_cast<Connection*>(deadline)->on_deadline();
  }
  if (alarm_ns_ == 0 || alarm_ns_ > now_ns_) return;
  alarm_ns_ = 0;
  IntrusiveQueue<tenon_work> due;
  due.push(alarm_);
  run_all(std::move(due));
}

std::uint64_t IoThread::next_deadline() const {
  const std::uint64_t next = deadlines_.next_ns();
  if (alarm_ns_ == 0 || next == 0) return std::max(alarm_ns_, next);
  return std::min(alarm_ns_, next);
}

void IoThread::set_alarm(std::uint64_t at_ns, tenon_work* work) {
  alarm_ns_ = at_ns;
  alarm_ = work;
}

void IoThread::release(Connection& connection) {
  TENON_ASSERT(!connection.woken);
  deadlines_.set(connection, 0);
  if (connection.next) connection.next->previous = connection.previous;
  (connection.previous ? connection.previous->next : first_) = connection.next;
  --n_open_;
  connection.finish();
  delete &connection;
  setup_.limit->release();
}

std::uint64_t IoThread::linger_ns() const {
  return stopping_ ? kStopLingerNs : Connection::kLingerNs;
}

void IoThread::publish_counts() {
  store(setup_.slot->connections_open, n_open_);
  store(setup_.slot->connections, n_ever_);
}

}  // namespace tenon::mpm
