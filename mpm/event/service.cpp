// SPDX-License-Identifier: Apache-2.0
#include "event/service.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/clock.hpp"

namespace tenon::mpm {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
// A start and a stop have deadlines of their own (startup_timeout, bind_timeout, stop_timeout,
// graceful_timeout), so while we are alive the manager is asked for more time than it may have.
constexpr std::uint64_t kExtendEveryNs = 1 * kSecond;
constexpr const char* kExtension = "EXTEND_TIMEOUT_USEC=10000000";
// A manager that does not read must not hold us up.
constexpr timeval kSendTimeout = {1, 0};

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string text = value != nullptr ? value : "";
  ::unsetenv(name);
  return text;
}

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// What is said of us has one line.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace

Service::Manager Service::take_manager() {
  Manager manager;
  manager.socket = take_variable("NOTIFY_SOCKET");
  const std::string usec = take_variable("WATCHDOG_USEC");
  const std::string pid = take_variable("WATCHDOG_PID");
  const bool ours = pid.empty() || number(pid) == static_cast<std::uint64_t>(::getpid());
  if (ours) manager.watchdog_ns = number(usec) * 1'000;
  return manager;
}

Service::Service(const Manager& manager) : watchdog_ns_(manager.watchdog_ns) {
  const std::string& name = manager.socket;
  const bool usable = !name.empty() && (name[0] == '/' || name[0] == '@');
  if (!usable || name.size() >= sizeof address_.sun_path) return;
  address_.sun_family = AF_UNIX;
  std::memcpy(address_.sun_path, name.data(), name.size());
  if (name[0] == '@') address_.sun_path[0] = '\0';  // "abstract": of no file system
  address_bytes_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  socket_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &kSendTimeout, sizeof kSendTimeout);
}

std::uint64_t Service::look_every_ns() const {
  return watchdog_ns_ == 0 ? kSecond : std::min(kSecond, watchdog_ns_ / 4);
}

// Who is not heard is no reason to stop serving.
void Service::tell(const std::string& lines) const {
  if (!socket_) return;
  const auto* address = reinterpret_cast<const sockaddr*>(&address_);
  ::sendto(socket_.get(), lines.data(), lines.size(), MSG_NOSIGNAL, address, address_bytes_);
}

void Service::ready(std::uint32_t number, std::string_view listeners, bool) {
  was_ready_ = true;
  serves_ = true;
  tell(
      "READY=1\nMAINPID=" + std::to_string(::getpid()) + "\nSTATUS=generation " +
      std::to_string(number) + " serves " + std::string(listeners)
  );
}

// The manager takes a READY=1 for the end of this reload if it comes after this time.
void Service::reloading() {
  if (stopping_) return;
  const std::uint64_t usec = monotonic_now_ns() / 1'000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec) + "\nSTATUS=reloading");
}

void Service::refused(const Outcome& outcome, bool first) {
  if (stopping_) return;
  if (first) return tell("STATUS=not started: " + one_line(outcome.text));
  tell("READY=1\nSTATUS=the reload was refused: " + one_line(outcome.text));
}

void Service::crashed(std::string_view sentence) {
  serves_ = false;
  tell("STATUS=the child crashed: " + one_line(sentence));
}

void Service::stopping() {
  if (std::exchange(stopping_, true)) return;
  extended_ns_ = 0;  // a stop needs time of its own at once
  tell("STOPPING=1\nSTATUS=stopping");
}

void Service::alive(std::uint64_t now_ns) {
  if ((stopping_ || !was_ready_) && now_ns - extended_ns_ >= kExtendEveryNs) {
    extended_ns_ = now_ns;
    tell(kExtension);
  }
  if (watchdog_ns_ == 0 || !serves_ || now_ns - fed_ns_ < watchdog_ns_ / 2) return;
  fed_ns_ = now_ns;
  tell("WATCHDOG=1");
}

}  // namespace tenon::mpm
