// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "winnt/inbox.hpp"

namespace tenon::mpm {

// L"\\\\.\\pipe\\tenon-0123456789abcdef"
std::wstring command_pipe(std::string_view instance);

// The named pipe by which `tenon reload` and its like reach this control process. Only
// administrators, the system and the user of this process may open it, and nobody from another
// machine. A few threads wait for clients; each serves one at a time, to its reply.
class CommandServer {
 public:
  static constexpr std::size_t kThreads = 4;

  CommandServer(std::string_view instance, Inbox& inbox)
      : name_(command_pipe(instance)),
        inbox_(inbox) {}
  // Writes the replies that were given already.
  ~CommandServer();
  CommandServer(const CommandServer&) = delete;
  CommandServer& operator=(const CommandServer&) = delete;

  // An error when another process has the pipe: a server runs with this configuration.
  Result<Done> start();

 private:
  Result<UniqueHandle> make_pipe(DWORD flags) const;
  void run();
  bool connect(HANDLE pipe);
  void serve(HANDLE pipe);
  std::string read_line(HANDLE pipe);
  void answer(HANDLE pipe, const std::string& line);
  bool finish(HANDLE pipe, OVERLAPPED& operation, DWORD timeout_ms, DWORD& bytes);

  const std::wstring name_;
  Inbox& inbox_;
  const UniqueHandle stop_ = make_event(EventReset::Manual);
  UniqueHandle first_;           // taken by the first thread
  SRWLOCK lock_ = SRWLOCK_INIT;  // guards first_
  std::array<UniqueHandle, kThreads> threads_;
};

}  // namespace tenon::mpm
