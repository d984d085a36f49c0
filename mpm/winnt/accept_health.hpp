// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "winnt/win32.hpp"

namespace tenon::mpm {

// Why an accept failed, by whose fault it is.
enum class AcceptFault {
  Client,     // anybody can cause it at will: never more than counted
  Resource,   // memory, ports or handles are short; it passes
  Refused,    // AcceptEx itself does not work here (a layered provider, an old filter driver)
  Cancelled,  // by ourselves
  Lost,       // our handle of the listener is no socket any more
  Other,
};

AcceptFault classify_accept_error(DWORD error);

// How a listener's acceptor heals: how long it pauses after a fault, and when AcceptEx is given up
// for accept(). Pure; used by one thread.
class AcceptHealth {
 public:
  static constexpr std::uint32_t kRefusalsMax = 10;
  static constexpr DWORD kPauseMsMin = 100;
  static constexpr DWORD kPauseMsMax = 1000;
  static constexpr DWORD kRetryMs = 10;

  // Milliseconds to pause before the next attempt, or before another socket is asked for.
  DWORD on_fault(AcceptFault fault);
  void on_success();

  // AcceptEx was refused so often in a row that it should be replaced.
  bool wants_fallback() const { return refusals_ >= kRefusalsMax; }
  // The first fault of a row that deserves a line in the log.
  bool first_of_row() const { return row_ == 1; }

 private:
  std::uint32_t refusals_ = 0;
  std::uint32_t row_ = 0;  // faults in a row that are not a client's
  DWORD pause_ms_ = 0;
};

}  // namespace tenon::mpm
