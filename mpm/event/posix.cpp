// SPDX-License-Identifier: Apache-2.0
#include "event/posix.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <utility>

#include <tenon/cpp/assert.hpp>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tenon::mpm {
namespace {

constexpr std::size_t kWaitFdsMax = 8;

}  // namespace

void FdTraits::close(Value value) noexcept {
  // After EINTR Linux has closed the descriptor all the same.
  ::close(value);
}

Flag::Flag() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  TENON_ASSERT(fd_);
}

void Flag::set() const {
  // EAGAIN: the counter is full, so the flag is set. Anything else passes; who waits must be woken.
  while (::eventfd_write(fd_.get(), 1) != 0 && errno != EAGAIN)
    ::sched_yield();
}

void Flag::clear() const {
  eventfd_t value = 0;
  [[maybe_unused]] const int result = ::eventfd_read(fd_.get(), &value);
}

Error last_error(std::string_view context) {
  return system_error(errno, context);
}

Error system_error(int code, std::string_view context) {
  return Error{std::error_code(code, std::system_category()), std::string(context)};
}

int wait_any(std::span<const int> fds, int milliseconds) {
  TENON_ASSERT(fds.size() <= kWaitFdsMax);
  std::array<pollfd, kWaitFdsMax> polled{};
  for (std::size_t i = 0; i < fds.size(); ++i)
    polled[i] = {fds[i], POLLIN, 0};
  int count = 0;
  do {
    // A signal may stretch the wait; nothing here depends on its exact length.
    count = ::poll(polled.data(), fds.size(), milliseconds);
  } while (count < 0 && errno == EINTR);
  for (std::size_t i = 0; count > 0 && i < fds.size(); ++i) {
    if (polled[i].revents != 0) return static_cast<int>(i);
  }
  return -1;
}

int milliseconds_until(std::uint64_t deadline_ns, std::uint64_t now_ns) {
  if (deadline_ns == 0) return -1;
  return deadline_ns <= now_ns ? 0 : to_milliseconds(deadline_ns - now_ns);
}

int to_milliseconds(std::uint64_t ns) {
  constexpr std::uint64_t kMillisecond = 1'000'000;
  const std::uint64_t whole = ns / kMillisecond + (ns % kMillisecond != 0 ? 1 : 0);
  return static_cast<int>(std::min<std::uint64_t>(whole, INT_MAX));
}

AlternateStack::AlternateStack() {
  // The system's frame alone takes several KiB on processors with wide registers.
  constexpr std::size_t kOurs = 64 * 1024;
  bytes_ = kOurs + static_cast<std::size_t>(std::max(0L, ::sysconf(_SC_MINSIGSTKSZ)));
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  memory_ = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, kFlags, -1, 0);
  // Without it the thread goes on; only a crash by its stack's end then is not told of.
  if (memory_ == MAP_FAILED) return;
  stack_t stack{};
  stack.ss_sp = memory_;
  stack.ss_size = bytes_;
  ::sigaltstack(&stack, &before_);
}

AlternateStack::~AlternateStack() {
  if (memory_ == MAP_FAILED) return;
  ::sigaltstack(&before_, nullptr);
  ::munmap(memory_, bytes_);
}

bool is_fatal(int signal) {
  return std::find(std::begin(kFatalSignals), std::end(kFatalSignals), signal) !=
         std::end(kFatalSignals);
}

std::thread start_thread(const char* name, std::function<void()> run) {
  sigset_t blocked;
  sigset_t before;
  ::sigfillset(&blocked);
  for (const int fatal : kFatalSignals)
    ::sigdelset(&blocked, fatal);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);  // inherited by the thread
  std::thread thread([run = std::move(run)] {
    const AlternateStack stack;
    run();
  });
  ::pthread_setname_np(thread.native_handle(), name);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

std::size_t read_pipe(int fd, std::span<char> bytes) {
  ssize_t n = 0;
  do {
    n = ::read(fd, bytes.data(), bytes.size());
  } while (n < 0 && errno == EINTR);
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

bool write_pipe(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

bool send_bytes(int socket, std::string_view bytes, int descriptor) {
  if (descriptor < 0 || bytes.empty()) return write_pipe(socket, bytes);
  iovec first = {const_cast<char*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof descriptor)] = {};
  msghdr message{};
  message.msg_iov = &first;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  ssize_t n = 0;
  do {
    n = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (n < 0 && errno == EINTR);
  return n > 0 && write_pipe(socket, bytes.substr(static_cast<std::size_t>(n)));
}

std::size_t receive_bytes(int socket, std::span<char> bytes, UniqueFd& descriptor) {
  iovec all = {bytes.data(), bytes.size()};
  int received = -1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof received)] = {};
  msghdr message{};
  message.msg_iov = &all;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t n = 0;
  do {
    n = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (n < 0 && errno == EINTR);
  const cmsghdr* header = n > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    std::memcpy(&received, CMSG_DATA(header), sizeof received);
    descriptor.reset(received);
  }
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

bool set_cloexec(int fd) {
  return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

}  // namespace tenon::mpm
