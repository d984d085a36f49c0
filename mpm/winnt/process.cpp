// SPDX-License-Identifier: Apache-2.0
#include "winnt/process.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

namespace tenon::mpm {
namespace {

// Enough for every message but a large snapshot, so that DRAIN never waits for a child that hangs.
constexpr DWORD kPipeBytes = 64 * 1024;

struct Pipe {
  UniqueHandle read;
  UniqueHandle write;
};

Result<Pipe> make_pipe() {
  HANDLE read = nullptr;
  HANDLE write = nullptr;
  if (!::CreatePipe(&read, &write, nullptr, kPipeBytes)) {
    return fail(last_error("creating a pipe to the child"));
  }
  return Pipe{UniqueHandle(read), UniqueHandle(write)};
}

// The list of handles that CreateProcess shall pass on, in the form it wants.
class AttributeList {
 public:
  explicit AttributeList(std::vector<HANDLE> handles) : handles_(std::move(handles)) {
    SIZE_T bytes = 0;
    ::InitializeProcThreadAttributeList(nullptr, 1, 0, &bytes);
    memory_ = std::make_unique<std::byte[]>(bytes);
    valid_ = ::InitializeProcThreadAttributeList(get(), 1, 0, &bytes) &&
             ::UpdateProcThreadAttribute(
                 get(),
                 0,
                 PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                 handles_.data(),
                 handles_.size() * sizeof(HANDLE),
                 nullptr,
                 nullptr
             );
  }
  ~AttributeList() { ::DeleteProcThreadAttributeList(get()); }
  AttributeList(const AttributeList&) = delete;
  AttributeList& operator=(const AttributeList&) = delete;

  bool valid() const { return valid_; }
  LPPROC_THREAD_ATTRIBUTE_LIST get() {
    return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.get());
  }

 private:
  std::vector<HANDLE> handles_;  // referred to, not copied, by the system's list
  std::unique_ptr<std::byte[]> memory_;
  bool valid_ = false;
};

std::wstring command_line(const ChildCommand& command, std::uint64_t in, std::uint64_t out) {
  // Neither path can hold a quotation mark, nor end in a backslash, for both name files.
  return L"\"" + widen(command.executable) + L"\" child \"" + widen(command.mpm_file) + L"\" " +
         std::to_wstring(in) + L" " + std::to_wstring(out);
}

// Assertions print to stderr, so the child shares ours if there is one.
Result<std::uint64_t> share_stderr(InheritedHandles& inherited) {
  const HANDLE own = ::GetStdHandle(STD_ERROR_HANDLE);
  if (own == nullptr || own == INVALID_HANDLE_VALUE) return std::uint64_t{0};
  return inherited.add(own);
}

// For accounting and limits only, without kill-on-close, because the child outlives us to drain. A
// machine that allows no job loses nothing else.
UniqueHandle put_into_job(HANDLE process, std::uint64_t memory_limit) {
  UniqueHandle job(::CreateJobObjectW(nullptr, nullptr));
  if (job && memory_limit != 0) {
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_JOB_MEMORY;
    limits.JobMemoryLimit = memory_limit;
    ::SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits);
  }
  if (job && !::AssignProcessToJobObject(job.get(), process)) job.reset();
  return job;
}

}  // namespace

Result<std::uint64_t> InheritedHandles::add(HANDLE handle) {
  HANDLE duplicate = nullptr;
  const HANDLE self = ::GetCurrentProcess();
  if (!::DuplicateHandle(self, handle, self, &duplicate, 0, TRUE, DUPLICATE_SAME_ACCESS)) {
    return fail(last_error("duplicating a handle for the child"));
  }
  duplicates_.emplace_back(duplicate);
  return as_number(duplicate);
}

std::vector<HANDLE> InheritedHandles::list() const {
  std::vector<HANDLE> handles;
  for (const UniqueHandle& duplicate : duplicates_)
    handles.push_back(duplicate.get());
  return handles;
}

Result<ChildProcess> start_child_process(const ChildCommand& command, InheritedHandles inherited) {
  Result<Pipe> down = make_pipe();
  Result<Pipe> up = down ? make_pipe() : Result<Pipe>(fail(down.error()));
  if (!up) return fail(up.error());
  const Result<std::uint64_t> in = inherited.add(down->read.get());
  const Result<std::uint64_t> out = inherited.add(up->write.get());
  const Result<std::uint64_t> error_output = share_stderr(inherited);
  if (!in || !out || !error_output) return fail((!in ? in : !out ? out : error_output).error());

  AttributeList attributes(inherited.list());
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdError = as_handle(static_cast<std::int64_t>(*error_output));
  startup.lpAttributeList = attributes.get();
  PROCESS_INFORMATION started{};
  std::wstring line = command_line(command, *in, *out);
  if (!attributes.valid() || !::CreateProcessW(
                                 widen(command.executable).c_str(),
                                 line.data(),
                                 nullptr,
                                 nullptr,
                                 TRUE,
                                 DETACHED_PROCESS | EXTENDED_STARTUPINFO_PRESENT,
                                 nullptr,
                                 nullptr,
                                 &startup.StartupInfo,
                                 &started
                             )) {
    return fail(last_error("starting " + std::string(command.executable)));
  }
  const UniqueHandle thread(started.hThread);
  ChildProcess child;
  child.process.reset(started.hProcess);
  child.id = started.dwProcessId;
  child.to_child = std::move(down->write);
  child.from_child = std::move(up->read);
  // Not too late: the child does nothing before it was told to through the pipe.
  child.job = put_into_job(child.process.get(), command.memory_limit);
  return child;
}

Result<UniqueHandle> make_section(std::size_t bytes) {
  const auto high = static_cast<DWORD>(static_cast<std::uint64_t>(bytes) >> 32);
  UniqueHandle section(::CreateFileMappingW(
      INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, high, static_cast<DWORD>(bytes), nullptr
  ));
  if (!section) return fail(last_error("creating the shared section"));
  return section;
}

Result<UniqueMapping> map_section(HANDLE section, std::size_t bytes) {
  UniqueMapping mapping(::MapViewOfFile(section, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, bytes));
  if (!mapping) return fail(last_error("mapping the shared section"));
  return mapping;
}

std::string describe_exit_code(DWORD code) {
  struct Known {
    DWORD code;
    const char* meaning;
  };
  static constexpr std::array<Known, 9> kKnown = {{
      {0xC0000005, "access violation"},
      {0xC0000006, "a page could not be read"},
      {0xC000001D, "illegal instruction"},
      {0xC0000094, "integer division by zero"},
      {0xC00000FD, "stack overflow"},
      {0xC0000135, "a DLL was not found"},
      {0xC0000142, "a DLL failed to start"},
      {0xC0000374, "heap corruption"},
      {0xC0000409, "fast failure, such as a stack buffer overrun"},
  }};
  if (code == 3) return "3 (abort(), as after an exception that nobody caught)";
  if (code < 0x80000000) return std::to_string(code);
  char text[16];
  std::snprintf(text, sizeof text, "0x%08lX", code);
  for (const Known& known : kKnown) {
    if (known.code == code) return std::string(text) + " (" + known.meaning + ")";
  }
  return text;
}

}  // namespace tenon::mpm
