// SPDX-License-Identifier: Apache-2.0
#include "http/ticket.hpp"

#include <utility>

#include <tenon/cpp/assert.hpp>

#include "http/handle.hpp"
#include "http/request.hpp"
#include "http/session.hpp"

namespace tenon::http {
namespace {

void drop_data(tenon_release_fn drop, void* data) {
  if (drop != nullptr) drop(data);
}

Ticket* ticket_at(const tenon_ticket* handle) {
  const auto bits = reinterpret_cast<uintptr_t>(handle);
  return reinterpret_cast<Ticket*>(bits & ((uintptr_t{1} << kHandleAddressBits) - 1));
}

bool names_it(const tenon_ticket* handle, const Ticket& ticket) {
  return handle == handle_of(ticket);
}

}  // namespace

tenon_ticket* handle_of(const Ticket& ticket) {
  const auto address = reinterpret_cast<uintptr_t>(&ticket);
  const auto life = static_cast<uintptr_t>(ticket.life.load(std::memory_order_relaxed));
  return reinterpret_cast<tenon_ticket*>(address | life << kHandleAddressBits);
}

Ticket* TicketBook::issue(Request& request) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (free_.empty()) {
    all_.push_back(std::make_unique<Ticket>());
    all_.back()->book = this;
    free_.push_back(all_.back().get());
  }
  Ticket* const ticket = free_.back();
  free_.pop_back();
  ticket->work.run = arrive;
  ticket->request = &request;
  ticket->cancelled.store(false, std::memory_order_relaxed);
  live_.insert(ticket);
  return ticket;
}

tenon_status resume_ticket(
    tenon_ticket* handle, tenon_resume_fn fn, void* data, tenon_release_fn drop
) {
  Ticket& ticket = *ticket_at(handle);
  TicketBook& book = *ticket.book;
  {
    const std::lock_guard<std::mutex> lock(book.mutex_);
    if (!names_it(handle, ticket) || ticket.posted) return TENON_E_STATE;
    if (!ticket.cancelled.load(std::memory_order_relaxed) && book.mpm_ != nullptr) {
      ticket.fn = fn;
      ticket.data = data;
      ticket.drop = drop;
      ticket.posted = true;
      book.mpm_->post(book.mpm_->context, book.io_thread_, &ticket.work);
      return TENON_OK;
    }
    book.remove(&ticket);
  }
  drop_data(drop, data);
  return TENON_E_CANCELLED;
}

int32_t is_cancelled(const tenon_ticket* handle) noexcept {
  const Ticket& ticket = *ticket_at(handle);
  return !names_it(handle, ticket) || ticket.cancelled.load(std::memory_order_relaxed) ? 1 : 0;
}

void TicketBook::arrive(tenon_work* work, uint32_t) noexcept {
  static_assert(offsetof(Ticket, work) == 0);
  auto* const ticket = reinterpret_cast<Ticket*>(work);
  if (ticket->request != nullptr) return ticket->request->session->ticket_arrived(ticket);
  const Call call = ticket->book->redeem(ticket);
  drop_data(call.drop, call.data);
}

// A ticket that is on its way finds out when it arrives; one that has arrived is over.
void TicketBook::disown(Ticket* ticket) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ticket->request = nullptr;
  ticket->cancelled.store(true, std::memory_order_relaxed);
}

TicketBook::Call TicketBook::redeem(Ticket* ticket) {
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
    std::vector<Ticket*> lost;
    for (Ticket* const ticket : live_) {
      ticket->cancelled.store(true, std::memory_order_relaxed);
      if (ticket->posted) lost.push_back(ticket);
    }
    for (Ticket* const ticket : lost) {
      dropped.emplace_back(ticket->drop, ticket->data);
      remove(ticket);
    }
  }
  for (const auto& [drop, data] : dropped) {
    drop_data(drop, data);
  }
}

// From here on its handle is stale.
void TicketBook::remove(Ticket* ticket) {
  const size_t erased = live_.erase(ticket);
  TENON_ASSERT(erased == 1);
  ++ticket->life;
  ticket->posted = false;
  ticket->fn = nullptr;
  ticket->data = nullptr;
  ticket->drop = nullptr;
  ticket->request = nullptr;
  free_.push_back(ticket);
}

}  // namespace tenon::http
