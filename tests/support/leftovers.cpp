// SPDX-License-Identifier: Apache-2.0
#include "support/leftovers.hpp"

#include <filesystem>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "support/poll.hpp"
#include "support/socket.hpp"
#include "support/unique_fd.hpp"

namespace tenon::support {

namespace fs = std::filesystem;

namespace {

void expect_no_process(const Sandbox& sandbox) {
  if (poll_until([&] { return sandbox.processes().empty(); }, seconds(10))) return;
  for (const ProcessEntry& entry : sandbox.processes())
    ADD_FAILURE() << "process " << entry.pid << " is left: " << entry.command;
}

void expect_free_port(uint16_t port) {
  EXPECT_TRUE(poll_until([&] { return !Socket::connect(port); }, seconds(5)))
      << "port " << port << " still accepts connections";
  EXPECT_TRUE(poll_until([&] { return can_bind(port); }, seconds(5)))
      << "port " << port << " cannot be bound again";
}

// A file that a Windows process still held without sharing could not be renamed.
void expect_free_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files.push_back(entry.path());
  for (const fs::path& file : files) {
    std::error_code error;
    fs::rename(file, file.string() + ".moved", error);
    EXPECT_FALSE(error) << file << ": " << error.message();
    EXPECT_TRUE(fs::remove(file.string() + ".moved", error)) << file << ": " << error.message();
  }
}

}  // namespace

bool can_bind(uint16_t port) {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Old connections in TIME_WAIT are no obstacle to a server either.
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
         ::listen(listener.get(), 1) == 0;
}

void expect_nothing_left(const Sandbox& sandbox, const std::vector<uint16_t>& ports) {
  expect_no_process(sandbox);
  for (const uint16_t port : ports)
    expect_free_port(port);
  expect_free_files(sandbox.path("logs"));
}

}  // namespace tenon::support
