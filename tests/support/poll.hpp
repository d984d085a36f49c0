// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <thread>

// Waiting in tests: always for a fact, always with a deadline.
namespace tenon::support {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;
using std::chrono::seconds;

// Generous, because a loaded machine is no failure; a test that passes hardly waits.
inline constexpr Milliseconds kPatience = seconds(20);

class Deadline {
 public:
  explicit Deadline(Milliseconds time = kPatience) : at_(Clock::now() + time) {}

  bool passed() const { return Clock::now() >= at_; }
  // Never negative: what poll(2) takes.
  int left_ms() const {
    const auto left = std::chrono::ceil<Milliseconds>(at_ - Clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
  }

 private:
  Clock::time_point at_;
};

// Asks again and again until `fact` holds. False: the deadline passed first.
template <class Predicate>
bool poll_until(Predicate fact, Milliseconds time = kPatience) {
  const Deadline deadline(time);
  while (!fact()) {
    if (deadline.passed()) return fact();
    std::this_thread::sleep_for(Milliseconds(3));
  }
  return true;
}

class Stopwatch {
 public:
  Milliseconds elapsed() const {
    return std::chrono::duration_cast<Milliseconds>(Clock::now() - start_);
  }

 private:
  Clock::time_point start_ = Clock::now();
};

}  // namespace tenon::support
