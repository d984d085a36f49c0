// SPDX-License-Identifier: Apache-2.0
#include "http/ticket.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include <tenon/cpp/assert.hpp>

#include "http/request.hpp"
#include "http/session.hpp"

// On its way it is work posted to the request's I/O thread.
struct tenon_ticket {
  tenon_work work{};  // first, so that the work's address is the ticket's
  std::shared_ptr<tenon::http::TicketBook> book;
  tenon::http::Request* request = nullptr;  // null: gone; for the I/O thread alone
  std::atomic<bool> cancelled{false};
  bool posted = false;  // resume() was called
  tenon_resume_fn fn = nullptr;
  void* data = nullptr;
  tenon_release_fn drop = nullptr;
};

namespace tenon::http {
namespace {

void drop_data(tenon_release_fn drop, void* data) {
  if (drop != nullptr) drop(data);
}

}  // namespace

tenon_ticket* TicketBook::issue(Request& request) {
  auto* const ticket = new tenon_ticket;
  ticket->work.run = arrive;
  ticket->book = shared_from_this();
  ticket->request = &request;
  const std::lock_guard<std::mutex> lock(mutex_);
  tickets_.insert(ticket);
  return ticket;
}

tenon_status TicketBook::resume(
    tenon_ticket* ticket, tenon_resume_fn fn, void* data, tenon_release_fn drop
) {
  const std::shared_ptr<TicketBook> alive = shared_from_this();  // The ticket may be the last.
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!ticket->cancelled.load(std::memory_order_relaxed) && mpm_ != nullptr) {
      ticket->fn = fn;
      ticket->data = data;
      ticket->drop = drop;
      ticket->posted = true;
      mpm_->post(mpm_->context, io_thread_, &ticket->work);
      return TENON_OK;
    }
    remove(ticket);
  }
  drop_data(drop, data);
  return TENON_E_CANCELLED;
}

void TicketBook::arrive(tenon_work* work, uint32_t) noexcept {
  auto* const ticket = reinterpret_cast<tenon_ticket*>(work);
  if (ticket->request != nullptr) return ticket->request->session->ticket_arrived(ticket);
  const std::shared_ptr<TicketBook> book = ticket->book;
  const tenon_release_fn drop = ticket->drop;
  void* const data = ticket->data;
  {
    const std::lock_guard<std::mutex> lock(book->mutex_);
    book->remove(ticket);
  }
  drop_data(drop, data);
}

// A ticket that is on its way finds out when it arrives; one that has arrived is over.
void TicketBook::disown(tenon_ticket* ticket) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ticket->request = nullptr;
  ticket->cancelled.store(true, std::memory_order_relaxed);
}

TicketBook::Call TicketBook::redeem(tenon_ticket* ticket) {
  const Call call = {ticket->fn, ticket->data, ticket->drop};
  const std::lock_guard<std::mutex> lock(mutex_);
  remove(ticket);
  return call;
}

void TicketBook::close() {
  std::vector<std::pair<tenon_release_fn, void*>> dropped;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    mpm_ = nullptr;
    std::vector<tenon_ticket*> lost;
    for (tenon_ticket* const ticket : tickets_) {
      ticket->cancelled.store(true, std::memory_order_relaxed);
      if (ticket->posted) lost.push_back(ticket);
    }
    for (tenon_ticket* const ticket : lost) {
      dropped.emplace_back(ticket->drop, ticket->data);
      remove(ticket);
    }
  }
  for (const auto& [drop, data] : dropped) {
    drop_data(drop, data);
  }
}

void TicketBook::remove(tenon_ticket* ticket) {
  const size_t erased = tickets_.erase(ticket);
  TENON_ASSERT(erased == 1);
  delete ticket;
}

TicketBook& book_of(tenon_ticket* ticket) {
  return *ticket->book;
}

int32_t is_cancelled(const tenon_ticket& ticket) noexcept {
  return ticket.cancelled.load(std::memory_order_relaxed) ? 1 : 0;
}

}  // namespace tenon::http
