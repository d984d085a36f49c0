// SPDX-License-Identifier: Apache-2.0
#include "event/acceptor.hpp"

#include <algorithm>
#include <utility>

#include "event/io_thread.hpp"

namespace tenon::mpm {
namespace {

// Connections accepted before those that are open have their turn.
constexpr int kTurnMax = 64;

}  // namespace

void Acceptor::start() {
  listening_.set_paused(false);
  listening_.watch(thread_.epoll(), *this);
}

void Acceptor::on_ready(std::uint32_t) {
  for (int turn = 0; turn < kTurnMax; ++turn) {
    if (!listening_.limit().try_acquire()) {
      lacks_room_ = true;
      return pause();
    }
    Accepted accepted;
    const Listening::Taken taken = listening_.accept(accepted);
    if (taken == Listening::Taken::Failed) return pause_for_fault();
    pause_ns_ = 0;
    if (taken == Listening::Taken::None) return;
    thread_.place(std::move(accepted));
  }
}

void Acceptor::on_room() {
  if (std::exchange(lacks_room_, false)) start();
}

void Acceptor::pause() {
  listening_.set_paused(true);
  listening_.unwatch(thread_.epoll());
}

void Acceptor::pause_for_fault() {
  pause_ns_ = std::clamp(pause_ns_ * 2, kPauseNsMin, kPauseNsMax);
  thread_.deadlines().set(*this, thread_.now() + pause_ns_);
  return pause();
}

}  // namespace tenon::mpm
