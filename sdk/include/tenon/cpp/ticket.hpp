// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <type_traits>
#include <utility>

#include <tenon/cpp/request.hpp>

namespace tenon {

// The right to resume one pending request, once, from any thread. A ticket that is not used is
// given back at its end; the server then answers 500 in the module's name.
class Ticket {
 public:
  Ticket() noexcept = default;
  explicit Ticket(tenon_ticket* ticket) noexcept : ticket_(ticket) {}
  Ticket(Ticket&& other) noexcept : ticket_(std::exchange(other.ticket_, nullptr)) {}
  Ticket& operator=(Ticket&& other) noexcept {
    std::swap(ticket_, other.ticket_);
    return *this;
  }
  ~Ticket() {
    if (ticket_ != nullptr) loaded.host->discard(ticket_);
  }

  explicit operator bool() const noexcept { return ticket_ != nullptr; }
  // [any] The request is gone: work for it can stop.
  bool cancelled() const {
    return ticket_ == nullptr || loaded.host->ticket_cancelled(ticket_) != 0;
  }

  // [any] Uses the ticket up. `call`, as Verdict(Request&), runs on the request's I/O thread in the
  // hook's place. When the request is gone it is destroyed without being called, and the result is
  // false if that is known already.
  template <class Call>
  bool resume(Call&& call) {
    using Kept = std::decay_t<Call>;
    auto kept = std::make_unique<Kept>(std::forward<Call>(call));
    tenon_ticket* const ticket = std::exchange(ticket_, nullptr);
    if (ticket == nullptr) return false;
    const tenon_status status = loaded.host->resume(ticket, &run<Kept>, kept.get(), &drop<Kept>);
    // Either run() or drop() has it, or had it.
    if (status == TENON_OK || status == TENON_E_CANCELLED) static_cast<void>(kept.release());
    return status == TENON_OK;
  }

 private:
  template <class Kept>
  static tenon_verdict TENON_CALL
  run(void*, tenon_req* raw, const tenon_req_info* info, void* data) noexcept {
    const std::unique_ptr<Kept> kept(static_cast<Kept*>(data));
    return detail::run_guarded(raw, info, *kept);
  }
  template <class Kept>
  static void TENON_CALL drop(void* data) noexcept {
    delete static_cast<Kept*>(data);
  }

  tenon_ticket* ticket_ = nullptr;
};

inline Ticket Request::suspend() const {
  tenon_ticket* ticket = nullptr;
  return loaded.host->suspend(request_, &ticket) == TENON_OK ? Ticket(ticket) : Ticket();
}

}  // namespace tenon
