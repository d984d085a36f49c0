// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/main/crash.hpp"

#include <csignal>
#include <cstdio>

#if defined(TENON_SANITIZED)
extern "C" void __sanitizer_set_death_callback(void (*callback)());
#endif

namespace tenon::sim {
namespace {

char message[512];

void print_message() {
  std::fputs(message, stderr);
  std::fflush(stderr);
}

void die(int signal) {
  print_message();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void announce(const std::string& repeat) {
  std::snprintf(message, sizeof message, "\nit crashed; repeat it: %s\n", repeat.c_str());
}

void name_seed_of_crashes() {
#if defined(TENON_SANITIZED)
  __sanitizer_set_death_callback(print_message);
#else
  std::signal(SIGSEGV, die);
#endif
  std::signal(SIGABRT, die);
}

}  // namespace tenon::sim
