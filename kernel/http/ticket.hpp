// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include <tenon/host.h>
#include <tenon/mpm.h>

namespace tenon::http {

struct Request;
class TicketBook;

// One ticket, live or waiting to be issued again. Modules hold it by a handle, as they hold
// requests (see handle.hpp): a ticket that is used twice is then no ticket.
struct Ticket {
  tenon_work work{};  // first, so that the work's address is the ticket's: it is on its way then
  TicketBook* book = nullptr;
  std::atomic<uint16_t> life{1};
  std::atomic<bool> cancelled{false};
  Request* request = nullptr;  // null: gone; for the I/O thread alone
  bool posted = false;         // resume() was called
  tenon_resume_fn fn = nullptr;
  void* data = nullptr;
  tenon_release_fn drop = nullptr;
};

tenon_ticket* handle_of(const Ticket& ticket);
// [any] See tenon_host; `fn` null: discards it.
tenon_status resume_ticket(
    tenon_ticket* handle, tenon_resume_fn fn, void* data, tenon_release_fn drop
);
int32_t is_cancelled(const tenon_ticket* handle) noexcept;

// All tickets of one I/O thread's requests. Tickets outlive their requests, and at the end of the
// child even the I/O thread, since modules may still hold them: the Context keeps the book.
class TicketBook {
 public:
  TicketBook(const tenon_mpm_child& mpm, uint32_t io_thread) : mpm_(&mpm), io_thread_(io_thread) {}

  // [owner] A ticket for the hook that runs.
  Ticket* issue(Request& request);
  // [I/O thread] The request does not wait any more for a ticket that has not arrived.
  void disown(Ticket* ticket);
  // [I/O thread] Takes the ticket that has arrived out of the book.
  struct Call {
    tenon_resume_fn fn = nullptr;  // null: it was discarded
    void* data = nullptr;
    tenon_release_fn drop = nullptr;
  };
  Call redeem(Ticket* ticket);
  // The I/O thread has ended: nothing is resumed any more.
  void close();

 private:
  friend tenon_status resume_ticket(tenon_ticket*, tenon_resume_fn, void*, tenon_release_fn);
  static void TENON_CALL arrive(tenon_work* work, uint32_t thread) noexcept;
  void remove(Ticket* ticket);

  std::mutex mutex_;
  const tenon_mpm_child* mpm_;  // null: closed
  const uint32_t io_thread_;
  std::vector<std::unique_ptr<Ticket>> all_;  // never freed before the book: handles may name them
  std::vector<Ticket*> free_;
  std::unordered_set<Ticket*> live_;
};

}  // namespace tenon::http
