// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include <tenon/cpp/host.hpp>
#include <tenon/timers.h>

// Work beside requests: on pool threads, and after a while.
namespace tenon {
namespace detail {

// What is thrown where nobody waits for an answer is logged.
template <class Call>
void run_logged(Call& call) noexcept {
  try {
    call();
  } catch (const std::exception& error) {
    const tenon_header reason = field("reason", error.what());
    tenon::log(TENON_LOG_ERROR, "work of the module failed", {&reason, 1});
  } catch (...) {
    tenon::log(TENON_LOG_ERROR, "work of the module failed");
  }
}

template <class Kept>
void TENON_CALL run_once(void* data) noexcept {
  const std::unique_ptr<Kept> kept(static_cast<Kept*>(data));
  run_logged(*kept);
}
template <class Kept>
void TENON_CALL run_again(void* data) noexcept {
  run_logged(*static_cast<Kept*>(data));
}
template <class Kept>
void TENON_CALL destroy(void* data) noexcept {
  delete static_cast<Kept*>(data);
}

}  // namespace detail

// [any] Runs `call()` on a pool thread, where it may block. False: the pool's queue is full (or
// there is no pool: in load(), and at the end). `call` is destroyed once, whatever happens.
template <class Call>
bool run_blocking(Call&& call) {
  using Kept = std::decay_t<Call>;
  auto kept = std::make_unique<Kept>(std::forward<Call>(call));
  const tenon_status status =
      loaded.host
          ->run_blocking(loaded.self, &detail::run_once<Kept>, kept.get(), &detail::destroy<Kept>);
  if (status == TENON_OK) static_cast<void>(kept.release());
  return status == TENON_OK;
}

// The interface; null where the server doesn't offer it. Asked for once.
inline const tenon_timers* timers_api() {
  static const tenon_timers* const api = query<tenon_timers>(TENON_TIMERS_ID);
  return api;
}

namespace detail {

// The timer's id, or 0: too many are armed.
template <class Call>
uint64_t arm(std::chrono::nanoseconds delay, std::chrono::nanoseconds period, Call&& call) {
  using Kept = std::decay_t<Call>;
  if (timers_api() == nullptr) return 0;
  auto kept = std::make_unique<Kept>(std::forward<Call>(call));
  uint64_t id = 0;
  const tenon_status status = timers_api()->arm(
      loaded.self,
      static_cast<uint64_t>(delay.count()),
      static_cast<uint64_t>(period.count()),
      &run_again<Kept>,
      kept.get(),
      &destroy<Kept>,
      &id
  );
  if (status != TENON_OK) return 0;
  static_cast<void>(kept.release());  // the timer's
  return id;
}

}  // namespace detail

// [any] Calls `call()` once, on an I/O thread, where it must not block. False: too many timers.
template <class Call>
bool call_after(std::chrono::nanoseconds delay, Call&& call) {
  return detail::arm(delay, std::chrono::nanoseconds(0), std::forward<Call>(call)) != 0;
}

// A timer that goes on until stop(), or its own end. One that is called just now is not waited for.
class Timer {
 public:
  Timer() noexcept = default;
  // [any] Calls `call()` every `period`, of at least a millisecond; false: too many timers.
  template <class Call>
  static Timer every(std::chrono::nanoseconds period, Call&& call) {
    return Timer(detail::arm(period, period, std::forward<Call>(call)));
  }

  Timer(Timer&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
  Timer& operator=(Timer&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Timer() { stop(); }

  explicit operator bool() const noexcept { return id_ != 0; }
  void stop() {
    if (const uint64_t id = std::exchange(id_, 0); id != 0) timers_api()->disarm(loaded.self, id);
  }

 private:
  explicit Timer(uint64_t id) noexcept : id_(id) {}

  uint64_t id_ = 0;
};

}  // namespace tenon
