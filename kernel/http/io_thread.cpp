// SPDX-License-Identifier: Apache-2.0
#include "http/io_thread.hpp"

#include <chrono>

#include <tenon/cpp/assert.hpp>

#include "base/limits.hpp"
#include "http/request.hpp"
#include "http/session.hpp"
#include "http/ticket.hpp"

namespace tenon::http {
namespace {

constexpr uint64_t kSecondNs = 1'000'000'000;

}  // namespace

IoThread::IoThread(Context& context, uint32_t index)
    : context_(context),
      index_(index),
      slots_(find_slots(context.section, index)) {
  if (slots_.thread == nullptr) slots_.thread = &spare_slot_;
  tickets_ = std::make_shared<TicketBook>(*context.mpm, index);
  context.ticket_books.push_back(tickets_);
}

IoThread::~IoThread() {
  tickets_->close();
}

Session* IoThread::acquire_session() {
  if (sessions_.empty()) return new Session(*this);
  Session* const session = sessions_.back().release();
  sessions_.pop_back();
  return session;
}

void IoThread::release_session(Session* session) {
  std::unique_ptr<Session> owned(session);
  if (sessions_.size() < limits::kFreeSessionsMax) sessions_.push_back(std::move(owned));
}

Request* IoThread::acquire_request() {
  if (requests_.empty()) return new Request(*this);
  Request* const request = requests_.back().release();
  requests_.pop_back();
  return request;
}

// Never freed before the thread, so that a module's stale handle finds a request, and not this one.
void IoThread::release_request(Request* request) {
  request->end();
  if (requests_.size() >= limits::kFreeRequestsMax) request->arena.release();
  requests_.emplace_back(request);
}

uint64_t IoThread::unix_ns(uint64_t now_ns) {
  if (now_ns >= clock_valid_until_ns_) read_clock(now_ns);
  return now_ns + unix_offset_ns_;
}

std::string_view IoThread::date(uint64_t now_ns) {
  if (now_ns >= clock_valid_until_ns_) read_clock(now_ns);
  return {date_, kDateBytes};
}

uint64_t IoThread::next_request_number() {
  return requests_begun_++ * context_.io_threads.size() + index_ + 1;
}

// Valid until the wall clock's next second begins.
void IoThread::read_clock(uint64_t now_ns) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto wall_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count();
  TENON_ASSERT(wall_ns >= 0);
  const uint64_t unix_ns = static_cast<uint64_t>(wall_ns);
  unix_offset_ns_ = unix_ns - now_ns;
  clock_valid_until_ns_ = now_ns + kSecondNs - unix_ns % kSecondNs;
  format_date(unix_ns / kSecondNs, date_);
}

tenon_thread_slot* find_slot(tenon_section* section, uint32_t thread) {
  if (section == nullptr || thread >= section->n_threads) return nullptr;
  char* const slots = reinterpret_cast<char*>(section) + section->threads_offset;
  return reinterpret_cast<tenon_thread_slot*>(
      slots + static_cast<size_t>(thread) * section->thread_size
  );
}

ThreadSlots find_slots(tenon_section* section, uint32_t thread) {
  ThreadSlots slots;
  slots.thread = find_slot(section, thread);
  if (slots.thread == nullptr || section->n_modules == 0) return slots;
  char* const modules = reinterpret_cast<char*>(section) + section->modules_offset;
  slots.modules = reinterpret_cast<tenon_module_slot*>(modules) +
                  static_cast<size_t>(thread) * section->n_modules;
  slots.n_modules = section->n_modules;
  return slots;
}

void start(Context& context) {
  TENON_ASSERT(context.io_threads.empty());
  for (uint32_t i = 0; i < context.mpm->n_io_threads; ++i) {
    context.io_threads.push_back(new IoThread(context, i));
  }
}

void stop(Context& context) {
  for (IoThread* const thread : context.io_threads) {
    delete thread;
  }
  context.io_threads.clear();
}

}  // namespace tenon::http
