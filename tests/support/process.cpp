// SPDX-License-Identifier: Apache-2.0
#include "support/process.hpp"

#include <cerrno>
#include <csignal>
#include <mutex>
#include <thread>

#include <tenon/cpp/assert.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/unique_fd.hpp"

extern char** environ;

namespace tenon::support {

// Reads both pipes on a thread of its own, so that a chatty program never blocks.
class Process::Collector {
 public:
  Collector(UniqueFd out, UniqueFd err)
      : pipes_{std::move(out), std::move(err)},
        stop_(::eventfd(0, EFD_CLOEXEC)),
        thread_([this] { collect(); }) {}
  ~Collector() { join(); }

  std::string text(int stream) const {
    const std::lock_guard lock(mutex_);
    return text_[stream];
  }
  bool ended() const {
    const std::lock_guard lock(mutex_);
    return open_ == 0;
  }
  void join() {
    if (!thread_.joinable()) return;
    TENON_ASSERT(::eventfd_write(stop_.get(), 1) == 0);
    thread_.join();
  }

 private:
  void collect() {
    while (!ended()) {
      pollfd polled[3] = {
          {pipes_[0] ? pipes_[0].get() : -1, POLLIN, 0},
          {pipes_[1] ? pipes_[1].get() : -1, POLLIN, 0},
          {stop_.get(), POLLIN, 0}};
      if (::poll(polled, 3, -1) < 0) continue;
      bool some = false;
      for (int stream = 0; stream < 2; ++stream)
        if (polled[stream].revents != 0) some = take(stream);
      if (polled[2].revents != 0 && !some) return;
    }
  }
  bool take(int stream) {
    char bytes[16 * 1024];
    const ssize_t n = ::read(pipes_[stream].get(), bytes, sizeof bytes);
    if (n < 0 && errno == EINTR) return true;
    const std::lock_guard lock(mutex_);
    if (n > 0) {
      text_[stream].append(bytes, static_cast<size_t>(n));
      return true;
    }
    pipes_[stream].reset();
    --open_;
    return false;
  }

  UniqueFd pipes_[2];
  UniqueFd stop_;
  mutable std::mutex mutex_;
  std::string text_[2];
  int open_ = 2;
  std::thread thread_;  // last: it uses all of the above
};

namespace {

std::vector<std::string> environment_for(const Command& command) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!command.env.contains(text.substr(0, text.find('=')))) result.push_back(text);
  }
  for (const auto& [name, value] : command.env)
    if (!value.empty()) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts)
    result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

struct Pipe {
  UniqueFd read, write;

  Pipe() {
    int fds[2];
    TENON_ASSERT(::pipe2(fds, O_CLOEXEC) == 0);
    read.reset(fds[0]);
    write.reset(fds[1]);
  }
};

// Between fork and exec only system calls are safe.
[[noreturn]] void become(
    const Command& command, char* const* argv, char* const* env, int out, int err
) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(command.discard_output ? nothing : out, STDOUT_FILENO);
  ::dup2(command.discard_output ? nothing : err, STDERR_FILENO);
  if (!command.folder.empty() && ::chdir(command.folder.c_str()) != 0) ::_exit(126);
  ::execvpe(argv[0], argv, env);
  ::_exit(127);
}

int shell_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Process::Process(const Command& command) {
  const std::vector<char*> argv = pointers(command.argv);
  const std::vector<std::string> variables = environment_for(command);
  const std::vector<char*> env = pointers(variables);
  Pipe out, err;
  pid_ = ::fork();
  TENON_ASSERT(pid_ >= 0);
  if (pid_ == 0) become(command, argv.data(), env.data(), out.write.get(), err.write.get());
  output_ = std::make_unique<Collector>(std::move(out.read), std::move(err.read));
}

Process::~Process() {
  kill();
}

bool Process::running() {
  if (exit_code_) return false;
  int status = 0;
  const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
  if (ended == 0) return true;
  TENON_ASSERT(ended == pid_);
  exit_code_ = shell_code(status);
  return false;
}

bool Process::wait(Milliseconds time) {
  if (!poll_until([this] { return !running(); }, time)) return false;
  // A grandchild may hold the pipes longer than the program lived; that is for tests to judge.
  poll_until([this] { return output_->ended(); }, seconds(2));
  return true;
}

std::optional<int> Process::exit_code() {
  running();
  return exit_code_;
}

void Process::send_signal(int number) {
  if (running()) ::kill(pid_, number);
}

void Process::kill() {
  send_signal(SIGKILL);
  TENON_ASSERT(poll_until([this] { return !running(); }, seconds(60)));
}

std::string Process::out() const {
  return output_->text(0);
}

std::string Process::err() const {
  return output_->text(1);
}

CommandResult run(const Command& command, Milliseconds time) {
  Process process(command);
  const bool ended = process.wait(time);
  if (!ended) process.kill();
  return {ended ? *process.exit_code() : -1, process.out(), process.err()};
}

}  // namespace tenon::support
