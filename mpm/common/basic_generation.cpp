// SPDX-License-Identifier: Apache-2.0
#include "common/basic_generation.hpp"

#include <vector>

namespace tenon::mpm {

void BasicGeneration::bring_log(std::uint32_t edition, std::int64_t file) {
  if (log_edition_ == edition) return;
  log_edition_ = edition;
  change_log(file);
}

std::uint64_t BasicGeneration::connections() const {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < section_->n_io_threads; ++i)
    sum += load(thread_slot(*section_, i).connections);
  return sum;
}

SectionShape BasicGeneration::section_shape(const ListenersPlan& plan) const {
  SectionShape shape;
  shape.generation = setup_.number;
  shape.n_io_threads = plan.settings.io_threads;
  shape.n_pool_threads = plan.settings.threads_per_child;
  shape.n_listeners = static_cast<std::uint32_t>(plan.addresses().size());
  return shape;
}

void BasicGeneration::take_section(
    void* memory, const SectionShape& shape, const ListenersPlan& plan
) {
  section_ = &create_section(memory, shape);
  section_->crashes = setup_.crashes;
  section_->control_started_unix_ns = setup_.control_started_unix_ns;
  section_->control_pid = setup_.control_pid;
  const std::vector<ListenAddress> addresses = plan.addresses();
  for (std::uint32_t i = 0; i < addresses.size(); ++i)
    describe_listener(listener_slot(*section_, i), addresses[i].name, addresses[i].bound);
}

SupervisedChild::State child_state(ControlHandshake::State state) {
  using State = SupervisedChild::State;
  switch (state) {
    case ControlHandshake::State::Talking:
      return State::Starting;
    case ControlHandshake::State::Ready:
      return State::Ready;
    case ControlHandshake::State::Refused:
      return State::Refused;
    case ControlHandshake::State::Broken:
      return State::Broken;
  }
  return State::Broken;
}

}  // namespace tenon::mpm
