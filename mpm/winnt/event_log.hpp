// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "common/control_observer.hpp"
#include "winnt/win32.hpp"

namespace tenon::mpm {

// Where events go to. Tests put a list in the system's place: Wine stores no events.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // `type` is EVENTLOG_..._TYPE, `id` one of event_messages.h.
  virtual void write(WORD type, DWORD id, const std::wstring& text) = 0;
};

// The Windows Event Log, under the source that the installation of the service registers.
class SystemEvents final : public EventSink {
 public:
  explicit SystemEvents(const std::wstring& source);
  ~SystemEvents() override;
  SystemEvents(const SystemEvents&) = delete;
  SystemEvents& operator=(const SystemEvents&) = delete;

  void write(WORD type, DWORD id, const std::wstring& text) override;

 private:
  const HANDLE source_;  // null: events are lost, and the error log has them too
};

// The life of a service as events: what an administrator is to see who looks at no log of ours.
class EventLog final : public ControlObserver {
 public:
  static constexpr std::size_t kTextMax = 31'000;  // of the system's 31,839

  explicit EventLog(EventSink& sink) : sink_(sink) {}

  void ready(std::uint32_t number, std::string_view listeners, bool adopted) override;
  void refused(const Outcome& outcome, bool first) override;
  void crashed(std::string_view sentence) override;
  void ended(std::int32_t exit_code) override;

 private:
  void write(WORD type, DWORD id, std::string_view text);

  EventSink& sink_;
  bool started_ = false;
};

}  // namespace tenon::mpm
