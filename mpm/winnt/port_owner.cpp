// SPDX-License-Identifier: Apache-2.0
#include "winnt/port_owner.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <iphlpapi.h>

#include "winnt/win32.hpp"

namespace tenon::mpm {
namespace {

// The table grows while we ask for its size; more often than that it is not worth it.
constexpr int kAttemptsMax = 4;

std::vector<std::byte> listening_sockets(ULONG family) {
  DWORD bytes = 16 * 1024;
  for (int i = 0; i < kAttemptsMax; ++i) {
    std::vector<std::byte> table(bytes);
    const DWORD error =
        ::GetExtendedTcpTable(table.data(), &bytes, FALSE, family, TCP_TABLE_OWNER_PID_LISTENER, 0);
    if (error == NO_ERROR) return table;
    if (error != ERROR_INSUFFICIENT_BUFFER) break;
  }
  return {};
}

bool is_any(const std::uint8_t* ip, std::size_t bytes) {
  return std::all_of(ip, ip + bytes, [](std::uint8_t byte) { return byte == 0; });
}

// Two addresses cannot be listened on at once if they are the same, or one is all of them.
bool collide(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes) {
  return is_any(a, bytes) || is_any(b, bytes) || std::memcmp(a, b, bytes) == 0;
}

bool matches(const MIB_TCPROW_OWNER_PID& row, const tenon_listener& listener) {
  std::uint8_t ip[4];
  std::memcpy(ip, &row.dwLocalAddr, sizeof ip);
  return collide(ip, listener.ip, sizeof ip);
}

bool matches(const MIB_TCP6ROW_OWNER_PID& row, const tenon_listener& listener) {
  return collide(row.ucLocalAddr, listener.ip, sizeof row.ucLocalAddr);
}

// 0: nobody is found.
template <class Table>
DWORD owner_in(ULONG family, const tenon_listener& listener) {
  const std::vector<std::byte> bytes = listening_sockets(family);
  if (bytes.size() < sizeof(Table)) return 0;
  const auto* table = reinterpret_cast<const Table*>(bytes.data());
  for (DWORD i = 0; i < table->dwNumEntries; ++i) {
    const auto& row = table->table[i];
    const auto port = ::ntohs(static_cast<std::uint16_t>(row.dwLocalPort));
    if (port == listener.port && matches(row, listener)) return row.dwOwningPid;
  }
  return 0;
}

std::string image_of(DWORD process_id) {
  const UniqueHandle process(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process_id));
  std::wstring path(MAX_PATH, L'\0');
  auto units = static_cast<DWORD>(path.size());
  if (!process || !::QueryFullProcessImageNameW(process.get(), 0, path.data(), &units)) return {};
  path.resize(units);
  return narrow(path);
}

}  // namespace

std::string port_owner(const tenon_listener& listener) {
  const DWORD process_id = listener.family == 6
                               ? owner_in<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, listener)
                               : owner_in<MIB_TCPTABLE_OWNER_PID>(AF_INET, listener);
  if (process_id == 0) return {};
  const std::string image = image_of(process_id);
  return "process " + std::to_string(process_id) + (image.empty() ? "" : ", " + image);
}

}  // namespace tenon::mpm
