// SPDX-License-Identifier: Apache-2.0
#include "event/port_owner.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace tenon::mpm {
namespace {

namespace fs = std::filesystem;

// A line of /proc/net/tcp or tcp6 that is of a listener.
struct Row {
  std::size_t ip_bytes = 0;  // 4 or 16
  std::uint8_t ip[16] = {};
  unsigned port = 0;
  unsigned long inode = 0;
};

bool parse(const std::string& line, Row& row) {
  constexpr unsigned kListens = 0x0A;
  char ip[33] = {};
  unsigned state = 0;
  // "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 ..."
  constexpr const char* kFormat =
      "%*u: %32[0-9A-F]:%x %*[0-9A-F]:%*x %x %*x:%*x %*x:%*x %*x %*u %*u %lu";
  const int fields = std::sscanf(line.c_str(), kFormat, ip, &row.port, &state, &row.inode);
  if (fields != 4 || state != kListens) return false;
  // Words in the machine's own order, of bytes in the network's.
  for (row.ip_bytes = 0; ip[row.ip_bytes * 2] != '\0'; row.ip_bytes += 4) {
    unsigned word = 0;
    if (std::sscanf(ip + row.ip_bytes * 2, "%8x", &word) != 1) return false;
    std::memcpy(row.ip + row.ip_bytes, &word, sizeof word);
  }
  return true;
}

bool is_any(const std::uint8_t* ip, std::size_t bytes) {
  return std::all_of(ip, ip + bytes, [](std::uint8_t byte) { return byte == 0; });
}

// Two addresses cannot be listened on at once if they are the same, or one is all of them. "::" may
// be all of IPv4 too.
bool collides(const Row& row, const tenon_listener& listener) {
  const std::size_t bytes = listener.family == 6 ? 16 : 4;
  if (row.port != listener.port) return false;
  if (row.ip_bytes != bytes) return row.ip_bytes > bytes && is_any(row.ip, row.ip_bytes);
  return is_any(row.ip, bytes) || is_any(listener.ip, bytes) ||
         std::memcmp(row.ip, listener.ip, bytes) == 0;
}

// 0: nobody is found.
unsigned long socket_of(const tenon_listener& listener) {
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    for (std::string line; std::getline(file, line);) {
      Row row;
      if (parse(line, row) && collides(row, listener)) return row.inode;
    }
  }
  return 0;
}

bool holds(const fs::path& process, const std::string& socket) {
  std::error_code error;
  for (fs::directory_iterator at(process / "fd", error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (fs::read_symlink(at->path(), ignored) == socket) return true;
  }
  return false;
}

}  // namespace

std::string port_owner(const tenon_listener& listener) {
  const unsigned long inode = socket_of(listener);
  if (inode == 0) return {};
  const std::string socket = "socket:[" + std::to_string(inode) + "]";
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    if (name.front() < '0' || name.front() > '9' || !holds(at->path(), socket)) continue;
    std::error_code ignored;
    const std::string program = fs::read_symlink(at->path() / "exe", ignored);
    return "process " + name + (program.empty() ? "" : ", " + program);
  }
  return {};
}

}  // namespace tenon::mpm
