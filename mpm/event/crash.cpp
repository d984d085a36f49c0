// SPDX-License-Identifier: Apache-2.0
#include "event/crash.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <ctime>

#include <tenon/cpp/assert.hpp>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include "common/section_layout.hpp"
#include "event/memory_map.hpp"
#include "event/process.hpp"

namespace tenon::mpm {
namespace {

// How long a thread that crashes while another one writes waits for the end of the process.
constexpr std::time_t kOtherSeconds = 2;

enum State : std::uint32_t { kNothing = 0, kBeingWritten = 1, kWritten = 2 };

std::atomic<CrashReporter*> the_reporter = nullptr;

std::uint64_t instruction_of(const void* context) {
  const mcontext_t& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return static_cast<std::uint64_t>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return machine.pc;
#else
#error "say where this processor keeps the address of the instruction"
#endif
}

MemoryMap look_up(std::uint64_t address, int maps) {
  MemoryMap map(address);
  char piece[2048];
  ::lseek(maps, 0, SEEK_SET);
  for (;;) {
    const ssize_t n = ::read(maps, piece, sizeof piece);
    if (n <= 0 || !map.take({piece, static_cast<std::size_t>(n)})) return map;
  }
}

// With what the system said of it, so that a core dump names the same.
void raise_again(int number, siginfo_t* info) {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  ::sigaction(number, &usual, nullptr);
  // Blocked until the handler returns; then it ends the process where the thread was.
  ::syscall(SYS_rt_tgsigqueueinfo, ::getpid(), ::syscall(SYS_gettid), number, info);
}

std::string printable(const char* text, std::size_t bytes) {
  std::string out(text, ::strnlen(text, bytes));
  for (char& c : out) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return out;
}

// What %p in a pattern becomes; the rest is of no help in finding the file.
std::string with_process(std::string pattern, pid_t process) {
  const std::size_t at = pattern.find("%p");
  return at == std::string::npos ? pattern : pattern.replace(at, 2, std::to_string(process));
}

}  // namespace

CrashReporter::CrashReporter(tenon_section& section)
    : section_(section),
      maps_(::open("/proc/self/maps", O_RDONLY | O_CLOEXEC)) {
  CrashReporter* expected = nullptr;
  TENON_ASSERT(the_reporter.compare_exchange_strong(expected, this));
  struct sigaction action {};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  // A crash in the handler ends the process at once.
  for (const int number : kFatalSignals)
    ::sigaddset(&action.sa_mask, number);
  for (const int number : kFatalSignals)
    ::sigaction(number, &action, nullptr);
}

CrashReporter::~CrashReporter() {
  for (const int number : kFatalSignals)
    ::signal(number, SIG_DFL);
  the_reporter.store(nullptr);
}

// Nothing from here on allocates or takes a lock: whatever was interrupted may hold it.
void CrashReporter::on_signal(int number, siginfo_t* info, void* context) {
  if (CrashReporter* reporter = the_reporter.load()) reporter->write(number, context);
  raise_again(number, info);
}

void CrashReporter::write(int number, void* context) {
  tenon_crash& crash = section_.crash;
  std::uint32_t expected = kNothing;
  // Several threads may crash at once; the first one's words count, the others wait for its end.
  if (!std::atomic_ref(crash.state).compare_exchange_strong(expected, kBeingWritten)) {
    const timespec time = {kOtherSeconds, 0};
    ::nanosleep(&time, nullptr);
    return;
  }
  crash.code = static_cast<std::uint32_t>(number);
  crash.os_thread = static_cast<std::uint64_t>(::syscall(SYS_gettid));
  crash.address = instruction_of(context);
  const MemoryMap map = look_up(crash.address, maps_.get());
  crash.offset = map.found() ? map.offset() : crash.address;
  const std::string_view library = map.found() ? map.name() : std::string_view();
  const std::size_t length = std::min(library.size(), sizeof crash.library - 1);
  std::memcpy(crash.library, library.data(), length);
  std::atomic_ref(crash.state).store(kWritten, std::memory_order_release);
}

std::string describe_crash(const tenon_section& section) {
  const tenon_crash& crash = section.crash;
  if (load(crash.state) != kWritten) return {};
  const std::string library = printable(crash.library, sizeof crash.library);
  char offset[32];
  std::snprintf(offset, sizeof offset, "0x%llx", static_cast<unsigned long long>(crash.offset));
  return describe_signal(static_cast<int>(crash.code)) + " at " +
         (library.empty() ? "" : library + "+") + offset + ", thread " +
         std::to_string(crash.os_thread);
}

CoreRules core_rules() {
  CoreRules rules;
  const UniqueFd file(::open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC));
  std::array<char, 256> text;
  const std::size_t n = file ? read_pipe(file.get(), text) : 0;
  rules.pattern.assign(text.data(), n);
  while (rules.pattern.ends_with('\n'))
    rules.pattern.pop_back();
  rlimit limit{};
  if (::getrlimit(RLIMIT_CORE, &limit) == 0) rules.limit_bytes = limit.rlim_cur;
  return rules;
}

std::string describe_core(const CoreRules& rules, pid_t process, bool dumped) {
  const bool piped = rules.pattern.starts_with('|');
  if (dumped && piped) return "core dump: given to " + rules.pattern.substr(1);
  const std::string file = with_process(rules.pattern, process);
  const bool absolute = file.starts_with('/');
  if (dumped) return "core dump: " + file + (absolute ? "" : ", in the child's working folder");
  if (rules.pattern.empty()) return "no core dump: kernel.core_pattern is empty or not readable";
  if (rules.limit_bytes == 0 && !piped) {
    return "no core dump: RLIMIT_CORE is 0 (ulimit -c, or LimitCORE= of a unit); it would be " +
           file;
  }
  return "no core dump, though kernel.core_pattern is " + rules.pattern +
         ": its folder or program may be missing, or closed to the child's user";
}

}  // namespace tenon::mpm
