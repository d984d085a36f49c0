// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/supervisor.hpp"

namespace tenon::mpm {

// Whoever is to know what becomes of a server: the service manager, the event log. Called by the
// control process' own thread.
class ControlObserver {
 public:
  virtual ~ControlObserver() = default;
  // A child serves at these addresses. `adopted`: with another configuration than the one before.
  virtual void ready(std::uint32_t, std::string_view /*listeners*/, bool /*adopted*/) {}
  // A reload was asked for; ready() or refused() follows.
  virtual void reloading() {}
  // The server does not start (`first`), or a reload was refused.
  virtual void refused(const Outcome&, bool /*first*/) {}
  virtual void crashed(std::string_view /*sentence*/) {}
  virtual void stopping() {}  // maybe more than once
  // Every second at least, from before the first child to after the last.
  virtual void alive(std::uint64_t /*now_ns*/) {}
  virtual void ended(std::int32_t /*exit_code*/) {}
};
using ControlObservers = std::vector<ControlObserver*>;

}  // namespace tenon::mpm
