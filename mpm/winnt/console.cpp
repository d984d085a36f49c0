// SPDX-License-Identifier: Apache-2.0
#include "winnt/console.hpp"

#include <atomic>

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {
namespace {

// Handlers run on threads of the system, at any time until they are removed.
std::atomic<Console*> the_console = nullptr;

}  // namespace

Console::Console(Inbox& inbox, Owner owner) : inbox_(inbox), owner_(owner) {
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
  return console != nullptr ? console->take(event) : FALSE;
}

// TRUE: the system's own handler, which ends the process, is not to run.
BOOL Console::take(DWORD event) {
  if (owner_ == Owner::Service && (event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)) {
    return TRUE;
  }
  if (event == CTRL_LOGOFF_EVENT) return FALSE;
  inbox_.put(event == CTRL_BREAK_EVENT ? Request::Reload : Request::Interrupt);
  if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT) return TRUE;
  // The console or the machine goes: returning would end the process at once, and waiting is cut
  // short by the system when its patience ends. A clean stop ends the process from main().
  ::Sleep(INFINITE);
  return TRUE;
}

}  // namespace tenon::mpm
