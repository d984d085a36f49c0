// SPDX-License-Identifier: Apache-2.0
#include "event/io_thread.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include <sys/epoll.h>

#include "common/section_layout.hpp"

namespace tenon::mpm {
namespace {

constexpr int kEventsMax = 64;

// A thread keeps what it has accepted unless another has an eighth, and this many, fewer. The
// system likes to wake the thread that slept last, which connections that stay would all end up
// with.
constexpr std::uint64_t kFewerMin = 8;

// A thread that is busy for so long is held up by a hook, and gets no connection of others.
constexpr std::uint64_t kHeldUpNs = 10'000'000;

// How long a gracefully closed connection may go on discarding input while the server stops.
constexpr std::uint64_t kStopLingerNs = 500'000'000;

}  // namespace

IoThread::IoThread(const Setup& setup) : setup_(setup), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  TENON_ASSERT(epoll_);
  epoll_event event{};
  event.events = EPOLLIN;  // data.ptr stays null: no connection
  const int added = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, flag_.fd(), &event);
  TENON_ASSERT(added == 0);
  setup_.limit->watch(flag_);
}

IoThread::~IoThread() {
  TENON_ASSERT(n_open_ == 0);
}

void IoThread::start() {
  thread_ = start_thread("tenon io", [this] { run(); });
}

void IoThread::listen(Listening& listening) {
  Acceptor* handed = new Acceptor(*this, listening);  // start_all() owns it from here on
  notify(mailbox_.put([handed](Mail& mail) { mail.acceptors.push(handed); }));
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
  if (thread_.joinable()) thread_.join();
}

void IoThread::notify(bool was_empty) {
  if (was_empty) flag_.set();
}

void IoThread::run() {
  now_ns_ = host().now();
  // The last work may post again to this very thread.
  while (!ended_ || n_open_ > 0 || !mailbox_.empty()) {
    if (wait_and_handle()) read_mail();
    expire_all();
    publish_counts();
  }
}

bool IoThread::wait_and_handle() {
  std::array<epoll_event, kEventsMax> events;
  // By this turn's clock: what expires may be late by what the turn took.
  const int wait_ms = milliseconds_until(next_deadline(), now_ns_);
  busy_since_ns_.store(0, std::memory_order_relaxed);
  const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsMax, wait_ms);
  now_ns_ = host().now();
  busy_since_ns_.store(now_ns_, std::memory_order_relaxed);
  bool has_mail = false;
  // An event can only end its own connection, and each has at most one in the batch.
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) {
      flag_.clear();  // before the mail is read, so that no letter is missed
      has_mail = true;
    } else {
      static_cast<Watched*>(event.data.ptr)->on_ready(event.events);
    }
  }
  return has_mail;
}

void IoThread::read_mail() {
  const Mail mail = mailbox_.take();
  if (mail.drain) {
    draining_ = true;
    stopping_ = mail.stopping;
    idle_until_ns_ = mail.idle_until_ns;
    drain_all();
  }
  if (mail.abort) aborting_ = true;
  for (const std::unique_ptr<Acceptor>& acceptor : acceptors_)
    acceptor->on_room();
  start_all(mail.acceptors);
  open_all(mail.adopted);
  run_all(mail.work);
  if (mail.abort) abort_all();
  if (mail.stop) ended_ = true;
}

void IoThread::start_all(IntrusiveQueue<Acceptor> acceptors) {
  while (Acceptor* acceptor = acceptors.pop()) {
    acceptors_.emplace_back(acceptor);
    acceptor->start();
  }
}

void IoThread::place(Accepted accepted) {
  const auto& all = *setup_.all;
  next_peer_ = (next_peer_ + 1) % all.size();
  IoThread& peer = *all[next_peer_];
  const std::uint64_t theirs = load(peer.setup_.slot->connections_open);
  if (theirs + n_open_ / 8 + kFewerMin < n_open_ && !peer.is_held_up(now_ns_)) {
    return peer.adopt(std::move(accepted));
  }
  open(*std::make_unique<Connection>(*this, std::move(accepted)).release());
}

bool IoThread::is_held_up(std::uint64_t now_ns) const {
  const std::uint64_t since_ns = busy_since_ns_.load(std::memory_order_relaxed);
  return since_ns != 0 && now_ns > since_ns + kHeldUpNs;
}

void IoThread::open_all(IntrusiveQueue<Connection> adopted) {
  while (Connection* connection = adopted.pop())
    open(*connection);
}

void IoThread::open(Connection& connection) {
  connection.previous = nullptr;
  connection.next = first_;
  if (first_) first_->previous = &connection;
  first_ = &connection;
  ++n_open_;
  ++n_ever_;
  return aborting_ ? connection.begin_close() : connection.open();
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
  if (connection.woken) return;
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
    static_cast<Watched*>(deadline)->on_deadline();
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
