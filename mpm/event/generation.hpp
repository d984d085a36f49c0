// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tenon/mpm.h>

#include "common/section_layout.hpp"
#include "event/control_channel.hpp"
#include "event/plan.hpp"
#include "event/process.hpp"

namespace tenon::mpm {

// One child as its control process sees it: process, channel, shared section. The section outlives
// the child, so that a crash can be explained.
class Generation final : public SupervisedChild {
 public:
  struct Setup {
    const tenon_control_host* host = nullptr;
    std::shared_ptr<EventPlan> plan;
    std::uint32_t number = 0;
    std::uint32_t crashes = 0;
    std::uint64_t control_started_unix_ns = 0;
  };
  static Result<std::unique_ptr<Generation>> start(const Setup& setup);
  // Ends the process if it is still there.
  ~Generation() override;
  Generation(const Generation&) = delete;
  Generation& operator=(const Generation&) = delete;

  pid_t process_id() const { return child_.id; }
  const tenon_section& section() const { return *section_; }
  // Readable once the handshake has come to a result; once the process has ended.
  int decided() const { return channel_->decided(); }
  int process() const { return child_.process.get(); }

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
  // REQUIRES: terminate() was called.
  Obituary obituary() const override;

 private:
  explicit Generation(const Setup& setup) : number_(setup.number), plan_(setup.plan) {}
  Result<Done> make_shared_section(const Setup& setup);
  Result<Done> start_process(const Setup& setup);
  std::vector<Message> messages(const Setup& setup) const;

  const std::uint32_t number_;
  // Until it drains. Before it is ready the channel's thread adds to its snapshot.
  std::shared_ptr<EventPlan> plan_;
  std::size_t section_bytes_ = 0;
  UniqueFd section_fd_;
  Mapping mapping_;
  tenon_section* section_ = nullptr;
  ChildProcess child_;
  bool reaped_ = false;
  int wait_status_ = 0;
  std::uint64_t ended_ns_ = 0;
  std::unique_ptr<ControlChannel> channel_;
};

// Nanoseconds since 1970.
std::uint64_t unix_now_ns();
// On the clock that the child's hooks are timed with.
std::uint64_t monotonic_now_ns();

}  // namespace tenon::mpm
