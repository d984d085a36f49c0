// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include <tenon/mpm.h>

#include "common/handshake.hpp"
#include "common/plan.hpp"
#include "common/section_layout.hpp"

namespace tenon::mpm {

// What every child of one control process is started with.
struct ChildSetup {
  const tenon_control_host* host = nullptr;
  std::uint32_t number = 0;
  std::uint32_t crashes = 0;
  std::uint32_t log_edition = 0;
  std::uint64_t control_pid = 0;
  std::uint64_t control_started_unix_ns = 0;
};

// One child with the section that it shares with its control process. The section outlives the
// child, so that a crash can be explained.
class BasicGeneration : public SupervisedChild {
 public:
  BasicGeneration(const BasicGeneration&) = delete;
  BasicGeneration& operator=(const BasicGeneration&) = delete;

  virtual std::uint64_t pid() const = 0;
  const tenon_section& section() const { return *section_; }
  // Gives the child the error log of that edition, unless it has it. REQUIRES: it serves or drains.
  void bring_log(std::uint32_t edition, std::int64_t file);

  std::uint32_t number() const override { return setup_.number; }
  std::uint64_t connections() const override;
  bool accepts() const override { return load(section_->state) != TENON_CHILD_DRAINING; }

 protected:
  explicit BasicGeneration(const ChildSetup& setup)
      : setup_(setup),
        log_edition_(setup.log_edition) {}
  const tenon_control_host& host() const { return *setup_.host; }
  SectionShape section_shape(const ListenersPlan& plan) const;
  // Makes the section of that shape in zeroed memory, which must outlive this.
  void take_section(void* memory, const SectionShape& shape, const ListenersPlan& plan);
  virtual void change_log(std::int64_t file) = 0;

  tenon_section* section_ = nullptr;

 private:
  const ChildSetup setup_;
  std::uint32_t log_edition_;
};

SupervisedChild::State child_state(ControlHandshake::State state);

}  // namespace tenon::mpm
