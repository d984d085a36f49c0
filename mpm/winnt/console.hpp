// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "winnt/inbox.hpp"

namespace tenon::mpm {

// Ctrl-C asks for a stop, Ctrl-Break for a reload, the end of the console, the session or the
// machine for a stop. Windows gives console handlers no context, so there is one of these per
// process.
class Console {
 public:
  // A service has no console, yet is told of log-offs of users, which are not its business, and of
  // the machine's shutdown, of which the service manager tells it in better time.
  enum class Owner { Operator, Service };

  // From here on no Ctrl-C ends the process by itself.
  Console(Inbox& inbox, Owner owner);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  // What the system calls, on a thread of its own.
  static BOOL WINAPI on_event(DWORD event);

 private:
  BOOL take(DWORD event);

  Inbox& inbox_;
  const Owner owner_;
};

}  // namespace tenon::mpm
