// SPDX-License-Identifier: Apache-2.0
#include "event/signals.hpp"

#include <csignal>

#include <tenon/cpp/assert.hpp>

#include <sys/signalfd.h>
#include <unistd.h>

namespace tenon::mpm {
namespace {

sigset_t our_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGWINCH, SIGHUP, SIGUSR1})
    ::sigaddset(&signals, number);
  return signals;
}

Request request_of(std::uint32_t number) {
  switch (number) {
    case SIGHUP:
    case SIGUSR1:
      return Request::Reload;
    case SIGWINCH:
      return Request::GracefulStop;
    default:
      return Request::Interrupt;
  }
}

}  // namespace

Signals::Signals() {
  const sigset_t signals = our_signals();
  ::signal(SIGPIPE, SIG_IGN);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  fd_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  TENON_ASSERT(fd_);
}

Signals::~Signals() {
  const sigset_t signals = our_signals();
  take();  // or a second Ctrl-C would end the process now, with another exit code
  ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

std::vector<Request> Signals::take() const {
  std::vector<Request> requests;
  signalfd_siginfo info;
  while (::read(fd_.get(), &info, sizeof info) > 0)
    requests.push_back(request_of(info.ssi_signo));
  return requests;
}

}  // namespace tenon::mpm
