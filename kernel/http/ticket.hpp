// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <mutex>
#include <unordered_set>

#include <tenon/host.h>
#include <tenon/mpm.h>

namespace tenon::http {

struct Request;
struct HookRun;

// All tickets of one I/O thread's requests. Tickets outlive their requests, and at the end of the
// child even the I/O thread, since modules may still hold them.
class TicketBook : public std::enable_shared_from_this<TicketBook> {
 public:
  TicketBook(const tenon_mpm_child& mpm, uint32_t io_thread) : mpm_(&mpm), io_thread_(io_thread) {}

  // [owner] A ticket for the hook that runs.
  tenon_ticket* issue(Request& request);
  // [any] See tenon_host::resume; `fn` null: discards it.
  tenon_status resume(tenon_ticket* ticket, tenon_resume_fn fn, void* data, tenon_release_fn drop);
  // [I/O thread] The request does not wait any more for a ticket that has not arrived.
  void disown(tenon_ticket* ticket);
  // [I/O thread] Takes the ticket that has arrived out of the book.
  struct Call {
    tenon_resume_fn fn = nullptr;  // null: it was discarded
    void* data = nullptr;
    tenon_release_fn drop = nullptr;
  };
  Call redeem(tenon_ticket* ticket);
  // The I/O thread has ended: nothing is resumed any more.
  void close();

 private:
  static void TENON_CALL arrive(tenon_work* work, uint32_t thread) noexcept;
  void remove(tenon_ticket* ticket);

  std::mutex mutex_;
  const tenon_mpm_child* mpm_;  // null: closed
  const uint32_t io_thread_;
  std::unordered_set<tenon_ticket*> tickets_;
};

TicketBook& book_of(tenon_ticket* ticket);
// [any] 1 once the request is gone.
int32_t is_cancelled(const tenon_ticket& ticket) noexcept;

}  // namespace tenon::http
