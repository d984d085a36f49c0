// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>

#include <tenon/mpm.h>

#include "common/control_observer.hpp"
#include "winnt/inbox.hpp"

namespace tenon::mpm {

// A control process as the service manager sees it: what happens to the server becomes states,
// what the manager asks for becomes requests. Running means that the first child serves.
class Service final : public ControlObserver {
 public:
  using Tell = std::function<void(const SERVICE_STATUS&)>;
  static constexpr DWORD kReloadControl = 128;  // httpd's; PARAMCHANGE does the same
  static constexpr std::uint64_t kCheckpointNs = 1'000'000'000;

  Service(Inbox& inbox, Tell tell);

  // [any] Returns what the manager's handler is to return.
  DWORD control(DWORD code);
  void starting();
  // The last word: the system may end the process as soon as it is said.
  void stopped(std::int32_t exit_code);

  void ready(std::uint32_t number, std::string_view listeners, bool adopted) override;
  void stopping() override;
  void alive(std::uint64_t now_ns) override;

 private:
  void enter(DWORD state);
  void stop();

  Inbox& inbox_;
  const Tell tell_;
  SRWLOCK lock_ = SRWLOCK_INIT;  // guards what follows, and the order in which states are told
  SERVICE_STATUS status_{};
  std::uint64_t checkpoint_ns_ = 0;
};

// TENON_CMD_RUN_SERVICE: serves until the service manager or a command stops it.
std::int32_t run_service(const tenon_control_host& host, const tenon_command& command);

}  // namespace tenon::mpm
