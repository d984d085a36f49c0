// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <tenon/mpm.h>

#include "http/context.hpp"
#include "http/date.hpp"
#include "http/hook_scope.hpp"

namespace tenon::http {

class Session;
class TicketBook;
struct Request;

// What the sessions of one I/O thread share: the wall clock with its formatted Date, and sessions
// and requests waiting to be used again. Touched by its I/O thread alone.
class IoThread {
 public:
  IoThread(Context& context, uint32_t index);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  Context& context() const { return context_; }
  uint32_t index() const { return index_; }
  tenon_thread_slot& slot() const { return *slots_.thread; }
  const ThreadSlots& slots() const { return slots_; }

  Session* acquire_session();
  void release_session(Session* session);
  Request* acquire_request();
  void release_request(Request* request);
  TicketBook& tickets() const { return *tickets_; }

  // The wall clock at a monotonic time; the system is asked once a second.
  uint64_t unix_ns(uint64_t now_ns);
  // The value of the Date field at a monotonic time.
  std::string_view date(uint64_t now_ns);
  // Unique within the child, without a counter that threads share; never 0.
  uint64_t next_request_number();

 private:
  void read_clock(uint64_t now_ns);

  Context& context_;
  const uint32_t index_;
  tenon_thread_slot spare_slot_{};  // where there is no section: in tests
  ThreadSlots slots_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<std::unique_ptr<Request>> requests_;  // all free ones: handles may still name them
  std::shared_ptr<TicketBook> tickets_;
  uint64_t requests_begun_ = 0;
  uint64_t unix_offset_ns_ = 0;
  uint64_t clock_valid_until_ns_ = 0;
  char date_[kDateBytes];
};

// The slot of a thread (I/O threads first, then pool threads); null: the section has none for it.
tenon_thread_slot* find_slot(tenon_section* section, uint32_t thread);
// The same, with the slots of modules.
ThreadSlots find_slots(tenon_section* section, uint32_t thread);

}  // namespace tenon::http
