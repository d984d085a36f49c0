// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tenon/mpm.h>

#include "common/basic_generation.hpp"
#include "winnt/control_channel.hpp"
#include "winnt/plan.hpp"
#include "winnt/process.hpp"

namespace tenon::mpm {

// One child as its control process sees it: process, channel, shared section.
class Generation final : public BasicGeneration {
 public:
  static Result<std::unique_ptr<Generation>> start(
      const ChildSetup& setup, std::shared_ptr<WinntPlan> plan
  );
  // Ends the process if it is still there.
  ~Generation() override;

  std::uint64_t pid() const override { return child_.id; }
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

  State state() override { return child_state(channel_->state()); }
  std::string why() override { return channel_->why(); }
  bool ended() override;
  void drain(const DrainMessage& message) override;
  void dismiss() override { channel_->close_input(); }
  void terminate() override;
  Obituary obituary() const override;

 private:
  Generation(const ChildSetup& setup, std::shared_ptr<WinntPlan> plan)
      : BasicGeneration(setup),
        plan_(std::move(plan)),
        minidumps_(plan_->winnt.minidumps) {}
  void change_log(std::int64_t file) override;
  Result<Done> make_shared_section();
  Result<Done> start_process();
  Result<std::string> share(const PlannedListener& listener);

  // Until it drains. Before it is ready the channel's thread adds to its snapshot.
  std::shared_ptr<WinntPlan> plan_;
  const bool minidumps_;
  std::size_t section_bytes_ = 0;
  UniqueHandle section_handle_;
  const UniqueHandle crashed_ = make_event(EventReset::Manual);
  const UniqueHandle seen_ = make_event(EventReset::Automatic);
  std::string dump_;  // what became of the minidump; "": there is none
  UniqueMapping mapping_;
  ChildProcess child_;
  std::unique_ptr<ControlChannel> channel_;
};

}  // namespace tenon::mpm
