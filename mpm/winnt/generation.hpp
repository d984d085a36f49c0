// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tenon/mpm.h>

#include "common/section_layout.hpp"
#include "winnt/control_channel.hpp"
#include "winnt/plan.hpp"
#include "winnt/process.hpp"

namespace tenon::mpm {

// One child as its control process sees it: process, channel, shared section. The section outlives
// the child, so that a crash can be explained.
class Generation final : public SupervisedChild {
 public:
  struct Setup {
    const tenon_control_host* host = nullptr;
    std::shared_ptr<WinntPlan> plan;
    std::uint32_t number = 0;
    std::uint32_t crashes = 0;
    std::uint64_t control_started_unix_ns = 0;
  };
  static Result<std::unique_ptr<Generation>> start(const Setup& setup);
  // Ends the process if it is still there.
  ~Generation() override;
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  DWORD process_id() const { return child_.id; }
  const tenon_section& section() const { return *section_; }
  // What to wait for: the handshake has come to a result; the process has ended.
  HANDLE decided() const { return channel_->decided(); }
  HANDLE process() const { return child_.process.get(); }
  // The child stands in its crash, and waits for look_at_crash().
  HANDLE crashed() const { return crashed_.get(); }
  // The child has lost listeners, and waits for replace_lost().
  HANDLE lost() const { return channel_->lost(); }
  // Gives it other sockets; those that cannot be had it asks for again.
  void replace_lost();
  // Writes a minidump and lets the child end. Does nothing if it has not crashed.
  void look_at_crash();

  std::uint32_t number() const override { return number_; }
  State state() override;
  std::string why() override { return channel_->why(); }
  bool ended() override;
  std::uint64_t connections() const override;
  bool accepts() const override { return load(section_->state) != TENON_CHILD_DRAINING; }
  void drain(const DrainMessage& message) override;
  // Gives the child another file as error log.
  void change_log(std::int64_t file);
  void dismiss() override { channel_->close_input(); }
  void terminate() override;
  Obituary obituary() const override;

 private:
  explicit Generation(const Setup& setup)
      : host_(*setup.host),
        number_(setup.number),
        plan_(setup.plan),
        minidumps_(setup.plan->winnt.minidumps) {}
  Result<Done> make_shared_section(const Setup& setup);
  Result<Done> start_process(const Setup& setup);
  Result<std::string> share(const PlannedListener& listener);

  const tenon_control_host& host_;
  const std::uint32_t number_;
  // Until it drains. Before it is ready the channel's thread adds to its snapshot.
  std::shared_ptr<WinntPlan> plan_;
  const bool minidumps_;
  std::size_t section_bytes_ = 0;
  UniqueHandle section_handle_;
  const UniqueHandle crashed_ = make_event(EventReset::Manual);
  const UniqueHandle seen_ = make_event(EventReset::Automatic);
  std::string dump_;  // what became of the minidump; "": there is none
  UniqueMapping mapping_;
  tenon_section* section_ = nullptr;
  ChildProcess child_;
  std::unique_ptr<ControlChannel> channel_;
};

// Nanoseconds since 1970.
std::uint64_t unix_now_ns();
// The clock by which hooks are timed; the same in every process.
std::uint64_t monotonic_now_ns();

}  // namespace tenon::mpm
