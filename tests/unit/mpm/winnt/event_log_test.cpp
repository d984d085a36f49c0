// SPDX-License-Identifier: Apache-2.0
#include "winnt/event_log.hpp"

#include <string>
#include <vector>

#include <event_messages.h>
#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

struct Event {
  WORD type;
  DWORD id;
  std::wstring text;
  bool operator==(const Event&) const = default;
};

class EventLogTest : public testing::Test, private EventSink {
 protected:
  void write(WORD type, DWORD id, const std::wstring& text) override {
    events_.push_back({type, id, text});
  }

  std::vector<Event> events_;
  EventLog log_{*this};
};

TEST_F(EventLogTest, TellsTheLifeOfAServer) {
  log_.ready(1, "default=127.0.0.1:80", true);
  log_.ready(2, "default=127.0.0.1:81", true);
  log_.ended(kDone);

  const std::vector<Event> expected = {
      {EVENTLOG_INFORMATION_TYPE, TENON_EVENT_STARTED, L"generation 1 at default=127.0.0.1:80"},
      {EVENTLOG_INFORMATION_TYPE, TENON_EVENT_RELOADED, L"generation 2 at default=127.0.0.1:81"},
      {EVENTLOG_INFORMATION_TYPE, TENON_EVENT_STOPPED, L"as it was asked to"}};
  EXPECT_EQ(events_, expected);
}

TEST_F(EventLogTest, HasACrashAndNotTheChildThatReplacesIt) {
  log_.ready(1, "x", true);
  events_.clear();

  log_.crashed("generation 1 ended");
  log_.ready(2, "x", false);

  const std::vector<Event> expected = {
      {EVENTLOG_ERROR_TYPE, TENON_EVENT_CRASHED, L"generation 1 ended"}};
  EXPECT_EQ(events_, expected);
}

TEST_F(EventLogTest, SaysWhyAReloadWasRefused) {
  log_.refused({kConfig, "tenon.toml:3:1: error: no"}, false);

  const std::vector<Event> expected = {
      {EVENTLOG_WARNING_TYPE, TENON_EVENT_RELOAD_REFUSED, L"tenon.toml:3:1: error: no"}};
  EXPECT_EQ(events_, expected);
}

TEST_F(EventLogTest, SaysOnceWhyAServerDidNotStart) {
  log_.refused({kMachine, "the port is taken"}, true);
  log_.ended(kMachine);

  const std::vector<Event> expected = {
      {EVENTLOG_ERROR_TYPE, TENON_EVENT_NOT_STARTED, L"the port is taken"}};
  EXPECT_EQ(events_, expected);
}

TEST_F(EventLogTest, CutsWhatTheSystemWouldRefuse) {
  log_.crashed(std::string(100'000, 'x'));

  EXPECT_EQ(events_[0].text.size(), EventLog::kTextMax);
}

}  // namespace
}  // namespace tenon::mpm
