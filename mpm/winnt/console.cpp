// SPDX-License-Identifier: Apache-2.0
#include "winnt/console.hpp"

#include <atomic>

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {
namespace {

// Handlers run on threads of the system, at any time until they are removed.
std::atomic<Console*> the_console = nullptr;

}  // namespace

Console::Console(Inbox& inbox) : inbox_(inbox) {
  Console* expected = nullptr;
  TENON_ASSERT(the_console.compare_exchange_strong(expected, this));
  // A process that was started in a group of its own ignores Ctrl-C until it says otherwise.
  ::SetConsoleCtrlHandler(nullptr, FALSE);
  ::SetConsoleCtrlHandler(on_event, TRUE);
}

Console::~Console() {
  ::SetConsoleCtrlHandler(on_event, FALSE);
  the_console.store(nullptr);
}

BOOL WINAPI Console::on_event(DWORD event) {
  Console* console = the_console.load();
  // A service is told of log-offs that are not its own.
  if (!console || event == CTRL_LOGOFF_EVENT) return FALSE;
  console->inbox_.put(event == CTRL_BREAK_EVENT ? Request::Reload : Request::Interrupt);
  if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT) return TRUE;
  // The console or the machine goes: returning would end the process at once, and waiting is cut
  // short by the system when its patience ends. A clean stop ends the process from main().
  ::Sleep(INFINITE);
  return TRUE;
}

}  // namespace tenon::mpm
