// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include <sys/un.h>

#include "common/control_observer.hpp"
#include "event/posix.hpp"

namespace tenon::mpm {

// A control process as systemd sees it, or another manager that speaks sd_notify(3): what happens
// to the server becomes datagrams. Without such a manager it says nothing.
class Service final : public ControlObserver {
 public:
  // What the manager left in our environment.
  struct Manager {
    std::string socket;             // a path, or "@" and an abstract name; "": there is no manager
    std::uint64_t watchdog_ns = 0;  // it wants to hear from us so often; 0: it does not
  };
  // Takes the variables out of the environment, where children would find them.
  static Manager take_manager();

  explicit Service(const Manager& manager);

  // How often alive() is to be called, so that the manager's watchdog has its half time.
  std::uint64_t look_every_ns() const;

  void ready(std::uint32_t number, std::string_view listeners, bool adopted) override;
  void reloading() override;
  void refused(const Outcome& outcome, bool first) override;
  void crashed(std::string_view sentence) override;
  void stopping() override;
  void alive(std::uint64_t now_ns) override;

 private:
  void tell(const std::string& lines) const;

  const std::uint64_t watchdog_ns_;
  sockaddr_un address_{};
  socklen_t address_bytes_ = 0;
  UniqueFd socket_;
  bool was_ready_ = false;
  bool serves_ = false;
  bool stopping_ = false;
  std::uint64_t fed_ns_ = 0;       // the watchdog, last
  std::uint64_t extended_ns_ = 0;  // the time to start or stop, last
};

}  // namespace tenon::mpm
