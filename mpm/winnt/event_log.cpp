// SPDX-License-Identifier: Apache-2.0
#include "winnt/event_log.hpp"

#include <event_messages.h>

namespace tenon::mpm {

SystemEvents::SystemEvents(const std::wstring& source)
    : source_(::RegisterEventSourceW(nullptr, source.c_str())) {}

SystemEvents::~SystemEvents() {
  if (source_ != nullptr) ::DeregisterEventSource(source_);
}

void SystemEvents::write(WORD type, DWORD id, const std::wstring& text) {
  if (source_ == nullptr) return;
  const wchar_t* strings[] = {text.c_str()};
  ::ReportEventW(source_, type, 0, id, nullptr, 1, 0, strings, nullptr);
}

// A child that replaces a crashed one, or a recycled one, is no news.
void EventLog::ready(std::uint32_t number, std::string_view listeners, bool adopted) {
  const std::string text = "generation " + std::to_string(number) + " at " + std::string(listeners);
  if (!started_) {
    write(EVENTLOG_INFORMATION_TYPE, TENON_EVENT_STARTED, text);
  } else if (adopted) {
    write(EVENTLOG_INFORMATION_TYPE, TENON_EVENT_RELOADED, text);
  }
  started_ = true;
}

void EventLog::refused(const Outcome& outcome, bool first) {
  if (first) return write(EVENTLOG_ERROR_TYPE, TENON_EVENT_NOT_STARTED, outcome.text);
  write(EVENTLOG_WARNING_TYPE, TENON_EVENT_RELOAD_REFUSED, outcome.text);
}

void EventLog::crashed(std::string_view sentence) {
  write(EVENTLOG_ERROR_TYPE, TENON_EVENT_CRASHED, sentence);
}

void EventLog::ended(std::int32_t exit_code) {
  if (!started_) return;  // what is in the log already says why
  const bool asked = exit_code == kDone;
  write(
      asked ? EVENTLOG_INFORMATION_TYPE : EVENTLOG_ERROR_TYPE,
      TENON_EVENT_STOPPED,
      asked ? "as it was asked to" : "exit code " + std::to_string(exit_code)
  );
}

void EventLog::write(WORD type, DWORD id, std::string_view text) {
  sink_.write(type, id, widen(text).substr(0, kTextMax));
}

}  // namespace tenon::mpm
