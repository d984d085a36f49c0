// SPDX-License-Identifier: Apache-2.0
#include "event/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tenon::mpm {
namespace {

constexpr int kExecFailed = 127;

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Result<Pipe> make_pipe() {
  int fds[2] = {-1, -1};
  if (::pipe2(fds, O_CLOEXEC) != 0) return fail(last_error("pipe"));
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<Pipe> make_socket_pair() {
  int fds[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return fail(last_error("socketpair"));
  }
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

// All that the new process needs between fork() and exec(), where it may call nothing that takes a
// lock or memory: another thread of ours may have held either when we forked.
struct Launch {
  char* const* arguments = nullptr;
  std::span<const int> inherited;
  const Identity* identity = nullptr;
  int in = -1;
  int out = -1;
  int failure = -1;  // a RightsFault goes here when something fails; of exec() without a step
  sigset_t signals;  // blocked in the child
};

bool keep_open(int fd) {
  return ::fcntl(fd, F_SETFD, 0) == 0;
}

bool keep_named_only(const Launch& launch) {
  // What we were started with ourselves may lack CLOEXEC. Kernels before 5.11 cannot do this; there
  // the child has a few descriptors too many.
  ::close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  bool kept = keep_open(launch.in) && keep_open(launch.out);
  for (const int fd : launch.inherited)
    kept = kept && keep_open(fd);
  return kept;
}

[[noreturn]] void become_child(const Launch& launch) {
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  ::signal(SIGPIPE, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &launch.signals, nullptr);
  RightsFault fault;
  if (keep_named_only(launch)) fault = give_up_rights(*launch.identity);
  if (fault.error == 0) ::execv(launch.arguments[0], launch.arguments);
  if (fault.error == 0) fault.error = errno;
  [[maybe_unused]] const ssize_t n = ::write(launch.failure, &fault, sizeof fault);
  ::_exit(kExecFailed);
}

// Without an error: the pipe was closed by a successful exec(). The step's address is ours as well.
RightsFault read_failure(int fd) {
  RightsFault fault;
  const std::size_t n = read_pipe(fd, {reinterpret_cast<char*>(&fault), sizeof fault});
  return n == sizeof fault ? fault : RightsFault{};
}

Error cannot_start(const RightsFault& fault, const Identity& identity, const std::string& program) {
  const std::string whose = identity.change ? " as user " + identity.name : "";
  if (fault.step != nullptr) return system_error(fault.error, fault.step + whose);
  Error error = system_error(fault.error, program + whose);
  if (!identity.change || fault.error != EACCES) return error;
  return Error{{}, error.text() + "; the user must be able to read the program and its folders"};
}

// The C library's header for it forgets to say extern "C" before 2.37.
int open_pidfd(pid_t id) {
  return static_cast<int>(::syscall(SYS_pidfd_open, id, 0));
}

// The child's own mask must not have what our signalfd blocks.
sigset_t without_ours() {
  sigset_t signals;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &signals);
  ::sigdelset(&signals, SIGINT);
  ::sigdelset(&signals, SIGTERM);
  return signals;
}

Result<ChildProcess> launch_child(Launch launch, ChildProcess child, const std::string& program) {
  Result<Pipe> failure = make_pipe();
  if (!failure) return fail(failure.error());
  launch.failure = failure->write.get();
  launch.signals = without_ours();
  child.id = ::fork();
  if (child.id < 0) return fail(last_error("fork"));
  if (child.id == 0) become_child(launch);
  child.process.reset(open_pidfd(child.id));
  failure->write.reset();
  const RightsFault fault = read_failure(failure->read.get());
  if (fault.error == 0 && child.process) return child;
  const Error error =
      fault.error != 0 ? cannot_start(fault, *launch.identity, program) : last_error("pidfd_open");
  ::kill(child.id, SIGKILL);
  reap(child);
  return fail(error);
}

}  // namespace

Result<ChildProcess> start_child_process(
    const ChildCommand& command, std::span<const int> inherited
) {
  Result<Pipe> down = make_socket_pair();
  if (!down) return fail(down.error());
  Result<Pipe> up = make_pipe();
  if (!up) return fail(up.error());
  std::string executable = command.executable;
  std::string verb = "child";
  std::string mpm_file = command.mpm_file;
  std::string in = std::to_string(down->read.get());
  std::string out = std::to_string(up->write.get());
  char* const arguments[] = {
      executable.data(), verb.data(), mpm_file.data(), in.data(), out.data(), nullptr};
  Launch launch;
  launch.arguments = arguments;
  launch.inherited = inherited;
  launch.identity = &command.identity;
  launch.in = down->read.get();
  launch.out = up->write.get();
  ChildProcess child;
  child.to_child = std::move(down->write);
  child.from_child = std::move(up->read);
  return launch_child(launch, std::move(child), command.executable);
}

int reap(const ChildProcess& child) {
  int status = 0;
  while (::waitpid(child.id, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

std::string describe_status(int wait_status) {
  if (!WIFSIGNALED(wait_status)) return "exit code " + std::to_string(WEXITSTATUS(wait_status));
  return describe_signal(WTERMSIG(wait_status));
}

std::string describe_signal(int number) {
  const char* name = ::sigdescr_np(number);
  return "signal " + std::to_string(number) + " (" + (name ? name : "unknown") + ")";
}

Mapping::~Mapping() {
  if (memory_) ::munmap(memory_, bytes_);
}

Mapping::Mapping(Mapping&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)),
      bytes_(other.bytes_) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Result<Mapping> Mapping::map(int section, std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, section, 0);
  if (memory == MAP_FAILED) return fail(last_error("mapping the shared section"));
  Mapping mapping;
  mapping.memory_ = memory;
  mapping.bytes_ = bytes;
  return mapping;
}

Result<UniqueFd> make_section(std::size_t bytes) {
  UniqueFd section(::memfd_create("tenon-section", MFD_CLOEXEC));
  if (!section || ::ftruncate(section.get(), static_cast<off_t>(bytes)) != 0) {
    return fail(last_error("making the shared section"));
  }
  return section;
}

}  // namespace tenon::mpm
