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
#include "event/control_channel.hpp"
#include "event/plan.hpp"
#include "event/process.hpp"

namespace tenon::mpm {

// One child as its control process sees it: process, channel, shared section.
class Generation final : public BasicGeneration {
 public:
  static Result<std::unique_ptr<Generation>> start(
      const ChildSetup& setup, std::shared_ptr<EventPlan> plan
  );
  // Ends the process if it is still there.
  ~Generation() override;

  std::uint64_t pid() const override { return static_cast<std::uint64_t>(child_.id); }
  // Readable once the handshake has come to a result; once the process has ended.
  int decided() const { return channel_->decided(); }
  int process() const { return child_.process.get(); }

  State state() override { return child_state(channel_->state()); }
  std::string why() override { return channel_->why(); }
  bool ended() override;
  void drain(const DrainMessage& message) override;
  void dismiss() override { channel_->close_input(); }
  void terminate() override;
  // REQUIRES: terminate() was called.
  Obituary obituary() const override;

 private:
  Generation(const ChildSetup& setup, std::shared_ptr<EventPlan> plan)
      : BasicGeneration(setup),
        plan_(std::move(plan)) {}
  void change_log(std::int64_t file) override;
  Result<Done> make_shared_section();
  Result<Done> start_process();
  std::vector<Message> messages() const;

  // Until it drains. Before it is ready the channel's thread adds to its snapshot.
  std::shared_ptr<EventPlan> plan_;
  std::size_t section_bytes_ = 0;
  UniqueFd section_fd_;
  Mapping mapping_;
  ChildProcess child_;
  bool reaped_ = false;
  int wait_status_ = 0;
  std::uint64_t ended_ns_ = 0;
  std::unique_ptr<ControlChannel> channel_;
};

}  // namespace tenon::mpm
