// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "winnt/win32.hpp"

namespace tenon::mpm {

// Ctrl-C, Ctrl-Break, and the end of the console or the session, as events. Windows gives console
// handlers no context, so there is one of these per process.
class Console {
 public:
  // From here on no Ctrl-C ends the process by itself.
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // Set by the first request, and stays set.
  HANDLE stop() const { return stop_.get(); }
  // Set by the second: stop at once.
  HANDLE hurry() const { return hurry_.get(); }

 private:
  static BOOL WINAPI on_event(DWORD event);

  const UniqueHandle stop_;
  const UniqueHandle hurry_;
};

}  // namespace tenon::mpm
