// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include <tenon/cpp/result.hpp>
#include <tenon/cpp/unique_resource.hpp>

namespace tenon::mpm {

struct FdTraits {
  using Value = int;
  static Value invalid() noexcept { return -1; }
  static void close(Value value) noexcept;
};
using UniqueFd = UniqueResource<FdTraits>;

// A flag that other threads set and poll() sees: an eventfd. Creating one fails only when the
// process is out of descriptors, which ends it.
class Flag {
 public:
  Flag();
  // [any]
  void set() const;
  void clear() const;
  int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

// errno, with what we were doing.
Error last_error(std::string_view context);
Error system_error(int code, std::string_view context);

// The place in `fds` of the first that is readable or hung up; -1: the time is up. -1 milliseconds:
// wait without an end. Negative descriptors are skipped.
int wait_any(std::span<const int> fds, int milliseconds);

// Whole milliseconds until `deadline_ns`, rounded up so that nobody wakes too early; -1 for 0.
int milliseconds_until(std::uint64_t deadline_ns, std::uint64_t now_ns);
// Rounded up as well.
int to_milliseconds(std::uint64_t ns);

// While it lives, handlers of signals run on a stack of their own in the thread that made it and
// ends it, so that they can tell of a thread that used up its own.
class AlternateStack {
 public:
  AlternateStack();
  ~AlternateStack();
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

 private:
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  stack_t before_{};  // a sanitizer's
};

// What ends a process that does wrong; never blocked, so that handlers, sanitizers and core dumps
// see it.
inline constexpr int kFatalSignals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
bool is_fatal(int signal);

// A new thread that takes no other signals: those go to the control process' signalfd, and to
// nobody in the child.
std::thread start_thread(const char* name, std::function<void()> run);

// Blocking. 0: the other end is gone, or the pipe is broken.
std::size_t read_pipe(int fd, std::span<char> bytes);
// False: the other end is gone.
bool write_pipe(int fd, std::string_view bytes);

// The same on a socket, with a descriptor beside the first byte (-1: none). What is received is not
// inherited, and takes the place of what is in `descriptor`.
bool send_bytes(int socket, std::string_view bytes, int descriptor);
std::size_t receive_bytes(int socket, std::span<char> bytes, UniqueFd& descriptor);

// For this process only, not for those it starts. False: there is no such descriptor.
bool set_cloexec(int fd);

}  // namespace tenon::mpm
