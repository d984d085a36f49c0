// SPDX-License-Identifier: Apache-2.0
#include "winnt/command_server.hpp"

#include <memory>
#include <utility>

#include "winnt/security.hpp"

namespace tenon::mpm {
namespace {

constexpr DWORD kPipeBytes = 64 * 1024;
constexpr DWORD kRequestMs = 2'000;  // a client that says nothing
constexpr DWORD kReplyMs = 10'000;   // a client that does not read
// The last reply of a server that ends is given moments before.
constexpr DWORD kLastReplyMs = 1'000;

// One reply on its way from the control thread to the thread that writes it. Both hold it, for the
// control process may end first.
struct Pending {
  const UniqueHandle given = make_event(EventReset::Manual);
  Outcome outcome;
};

std::string already_running(const std::wstring& name) {
  std::string who;
  const UniqueHandle pipe(::CreateFileW(
      name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr
  ));
  ULONG pid = 0;
  if (pipe && pipe.get() != INVALID_HANDLE_VALUE && ::GetNamedPipeServerProcessId(pipe.get(), &pid))
    who = " (process " + std::to_string(pid) + ")";
  return "a server runs with this configuration already" + who +
         "; `tenon stop` stops it, `tenon reload` lets it take up a changed configuration";
}

}  // namespace

std::wstring command_pipe(std::string_view instance) {
  return L"\\\\.\\pipe\\tenon-" + widen(instance);
}

CommandServer::~CommandServer() {
  ::SetEvent(stop_.get());
  for (const UniqueHandle& thread : threads_) {
    if (thread) wait_for(thread);
  }
}

Result<Done> CommandServer::start() {
  Result<UniqueHandle> first = make_pipe(FILE_FLAG_FIRST_PIPE_INSTANCE);
  if (!first) return fail(first.error());
  first_ = std::move(*first);
  for (UniqueHandle& thread : threads_) {
    thread = start_thread(
        L"tenon commands", [](void* self) { static_cast<CommandServer*>(self)->run(); }, this
    );
  }
  return Done{};
}

Result<UniqueHandle> CommandServer::make_pipe(DWORD flags) const {
  const OwnersOnly security;
  HANDLE pipe = ::CreateNamedPipeW(
      name_.c_str(),
      PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | flags,
      PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
      kThreads,
      kPipeBytes,
      kPipeBytes,
      0,
      security.attributes()
  );
  if (pipe != INVALID_HANDLE_VALUE) return UniqueHandle(pipe);
  const DWORD error = ::GetLastError();
  if (error == ERROR_ACCESS_DENIED || error == ERROR_PIPE_BUSY) {
    return fail(Error{{}, already_running(name_)});
  }
  return fail(system_error(error, "creating the pipe for commands"));
}

void CommandServer::run() {
  UniqueHandle pipe;
  {
    const SrwGuard guard(lock_);
    pipe = std::move(first_);
  }
  if (!pipe) {
    Result<UniqueHandle> next = make_pipe(0);
    if (!next) return;  // the other threads go on
    pipe = std::move(*next);
  }
  while (connect(pipe.get())) {
    serve(pipe.get());
    ::FlushFileBuffers(pipe.get());
    ::DisconnectNamedPipe(pipe.get());
  }
}

// False: the server ends.
bool CommandServer::connect(HANDLE pipe) {
  const UniqueHandle event = make_event(EventReset::Manual);
  OVERLAPPED operation{};
  operation.hEvent = event.get();
  if (!::ConnectNamedPipe(pipe, &operation)) {
    const DWORD error = ::GetLastError();
    if (error == ERROR_PIPE_CONNECTED) return true;
    DWORD bytes = 0;
    if (error != ERROR_IO_PENDING) return false;
    if (!finish(pipe, operation, INFINITE, bytes)) return false;
  }
  return ::WaitForSingleObject(stop_.get(), 0) != WAIT_OBJECT_0;
}

// False: it failed, took too long, or the server ends.
bool CommandServer::finish(HANDLE pipe, OVERLAPPED& operation, DWORD timeout_ms, DWORD& bytes) {
  const HANDLE objects[] = {operation.hEvent, stop_.get()};
  if (::WaitForMultipleObjects(2, objects, FALSE, timeout_ms) != WAIT_OBJECT_0) {
    ::CancelIoEx(pipe, &operation);
    ::GetOverlappedResult(pipe, &operation, &bytes, TRUE);
    return false;
  }
  return ::GetOverlappedResult(pipe, &operation, &bytes, TRUE) != 0;
}

void CommandServer::serve(HANDLE pipe) {
  const std::string line = read_line(pipe);
  const std::optional<Request> request = decode_request(line);
  if (!request) {
    if (!line.empty()) answer(pipe, encode_reply({kConfig, "this server has no such command"}));
    return;
  }
  const auto pending = std::make_shared<Pending>();
  inbox_.put(*request, [pending](const Outcome& outcome) {
    pending->outcome = outcome;
    ::SetEvent(pending->given.get());
  });
  const HANDLE objects[] = {pending->given.get(), stop_.get()};
  ::WaitForMultipleObjects(2, objects, FALSE, INFINITE);
  if (::WaitForSingleObject(pending->given.get(), kLastReplyMs) != WAIT_OBJECT_0) return;
  answer(pipe, encode_reply(pending->outcome));
}

std::string CommandServer::read_line(HANDLE pipe) {
  const UniqueHandle event = make_event(EventReset::Manual);
  std::string line;
  while (line.size() < kRequestBytesMax && !line.ends_with('\n')) {
    std::array<char, kRequestBytesMax> bytes;
    OVERLAPPED operation{};
    operation.hEvent = event.get();
    DWORD count = 0;
    const auto room = static_cast<DWORD>(kRequestBytesMax - line.size());
    if (!::ReadFile(pipe, bytes.data(), room, nullptr, &operation) &&
        ::GetLastError() != ERROR_IO_PENDING) {
      return {};
    }
    if (!finish(pipe, operation, kRequestMs, count) || count == 0) return {};
    line.append(bytes.data(), count);
  }
  return line;
}

// Also while the server ends: this may be the answer to a stop.
void CommandServer::answer(HANDLE pipe, const std::string& bytes) {
  const UniqueHandle event = make_event(EventReset::Manual);
  OVERLAPPED operation{};
  operation.hEvent = event.get();
  DWORD written = 0;
  if (!::WriteFile(pipe, bytes.data(), static_cast<DWORD>(bytes.size()), nullptr, &operation) &&
      ::GetLastError() != ERROR_IO_PENDING) {
    return;
  }
  if (::WaitForSingleObject(event.get(), kReplyMs) != WAIT_OBJECT_0) ::CancelIoEx(pipe, &operation);
  ::GetOverlappedResult(pipe, &operation, &written, TRUE);
}

}  // namespace tenon::mpm
