// SPDX-License-Identifier: Apache-2.0
#include "event/signals.hpp"

#include <csignal>

#include <tenon/cpp/assert.hpp>

#include <sys/signalfd.h>
#include <unistd.h>

namespace tenon::mpm {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Signals::Signals() {
  const sigset_t signals = stop_signals();
  ::signal(SIGPIPE, SIG_IGN);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  fd_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  TENON_ASSERT(fd_);
}

Signals::~Signals() {
  const sigset_t signals = stop_signals();
  take();  // or a second Ctrl-C would end the process now, with another exit code
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void Signals::take() const {
  signalfd_siginfo info;
  while (::read(fd_.get(), &info, sizeof info) > 0) {
  }
}

}  // namespace tenon::mpm
