// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

// Every bound of the kernel that is not an option of the operator.
namespace tenon::limits {

inline constexpr size_t kStepBytesMax = 256 * 1024;             // memory in one write
inline constexpr uint64_t kStepFileBytesMax = 4 * 1024 * 1024;  // file range in one step
inline constexpr size_t kHeaderBytesCeiling = 128 * 1024;  // server.limits.header_bytes at most
inline constexpr uint64_t kDiscardBytesMax = 64 * 1024;  // unread body dropped to keep a connection
inline constexpr size_t kArenaBytesMax = 1024 * 1024;    // of one request, its body not counted
inline constexpr size_t kResponseFieldsMax = 64;
inline constexpr size_t kConfigBytesMax = 4 * 1024 * 1024;  // of one configuration file
inline constexpr size_t kModulesMax = 256;
inline constexpr size_t kListenersMax = 256;

}  // namespace tenon::limits
