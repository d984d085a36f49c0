// SPDX-License-Identifier: Apache-2.0
#include "event/inherited_listeners.hpp"

#include <cstdlib>
#include <functional>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

// Descriptors from 3 on are taken, so that happens in a process of its own. True: all was well.
bool in_a_process(const std::function<bool()>& run) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(run() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0;
}

void set_variables(pid_t pid, int count, const char* names) {
  ::setenv("LISTEN_PID", std::to_string(pid).c_str(), 1);
  ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names, 1);
}

TEST(InheritedListeners, AreNobodysWithoutVariables) {
  EXPECT_TRUE(InheritedListeners::take().left_over().empty());
  EXPECT_FALSE(InheritedListeners().adopt(loopback_listener(), 16));
}

TEST(InheritedListeners, AreForTheProcessThatIsNamed) {
  EXPECT_TRUE(in_a_process([] {
    set_variables(1, 1, "http");
    return InheritedListeners::take().left_over().empty() && std::getenv("LISTEN_PID") == nullptr &&
           std::getenv("LISTEN_FDS") == nullptr && std::getenv("LISTEN_FDNAMES") == nullptr;
  }));
}

TEST(InheritedListeners, AreAdoptedByTheirAddress) {
  EXPECT_TRUE(in_a_process([] {
    tenon_listener listener = loopback_listener();
    const Result<Listener> opened = open_listener(listener, 16);
    ::dup2(opened->socket.get(), 3);
    set_variables(::getpid(), 1, "http");
    InheritedListeners inherited = InheritedListeners::take();
    const bool other_port = inherited.adopt(listener, 16).has_value();
    const bool is_left = inherited.left_over().size() == 1;
    listener.port = opened->port;
    const auto adopted = inherited.adopt(listener, 16);
    return !other_port && is_left && adopted && *adopted && (*adopted)->port == opened->port &&
           (*adopted)->socket.get() != 3 && inherited.left_over().empty() &&
           (::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0;
  }));
}

}  // namespace
}  // namespace tenon::mpm
