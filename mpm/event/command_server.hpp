// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>

#include "event/inbox.hpp"

namespace tenon::mpm {

// run/INSTANCE.sock below the data root. A socket's path has room for a hundred bytes, so both
// sides name it by the descriptor of its folder.
class CommandAddress {
 public:
  // The folder is made if it is missing and `make` says so.
  static Result<CommandAddress> open(
      std::string_view data_root, std::string_view instance, bool make
  );

  int folder() const { return folder_.get(); }
  const std::string& name() const { return name_; }
  Result<UniqueFd> listen() const;
  // errno when nobody listens there, or we may not.
  Result<UniqueFd, int> connect() const;

 private:
  UniqueFd folder_;
  std::string name_;
};

// The socket by which `tenon reload` and its like reach this control process. Only its own user
// (and root) may open it. A few threads wait for clients; each serves one at a time, to its reply.
class CommandServer {
 public:
  static constexpr std::size_t kThreads = 4;

  CommandServer(CommandAddress address, Inbox& inbox);
  // Writes the replies that were given already.
  ~CommandServer();
  CommandServer(const CommandServer&) = delete;
  CommandServer& operator=(const CommandServer&) = delete;

  // An error when another process holds the lock: a server runs with this configuration.
  Result<Done> start();

 private:
  Result<Done> take_lock();
  void run();
  void serve(const UniqueFd& client);

  const CommandAddress address_;
  Inbox& inbox_;
  const Flag stop_;
  UniqueFd lock_;
  UniqueFd listener_;
  std::array<std::thread, kThreads> threads_;
};

}  // namespace tenon::mpm
