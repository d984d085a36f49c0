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
inline constexpr size_t kArenaBlockBytes = 8 * 1024;     // the block that an arena keeps
inline constexpr size_t kMethodBytesMax = 32;
inline constexpr size_t kChunkLineBytesMax = 256;          // a chunk's size with its extensions
inline constexpr size_t kTrailerBytesMax = 8 * 1024;       // all trailer fields of one body
inline constexpr size_t kBodyInArenaBytesMax = 16 * 1024;  // larger bodies get their own memory
inline constexpr size_t kBodyGrowthBytes = 64 * 1024;      // first piece of such a body
inline constexpr size_t kBodyPieceBytes = 16 * 1024;  // memory for pulled bodies comes in these
inline constexpr size_t kBodyQueueBytes = 64 * 1024;  // received and not consumed: read no more
inline constexpr size_t kWritePieceBytes = 4 * 1024;  // small writes share one
inline constexpr size_t kWriteHighWaterBytes = 256 * 1024;  // written and not sent: wait
inline constexpr size_t kWriteLowWaterBytes = 64 * 1024;    // less than this: write on
inline constexpr size_t kFilterFileBytes = 64 * 1024;    // read at once of a file that is filtered
inline constexpr uint64_t kBodyBytesPerSecondMin = 500;  // slower request bodies time out
inline constexpr size_t kResponseFieldsMax = 64;
inline constexpr size_t kResponseHeadBytesMax = 64 * 1024;  // fits one write with room for a body
inline constexpr size_t kErrorTextBytesMax = 1024;          // what set_error keeps
inline constexpr size_t kFreeSessionsMax = 1024;            // kept per I/O thread for reuse
inline constexpr size_t kFreeRequestsMax = 256;
inline constexpr size_t kConfigBytesMax = 4 * 1024 * 1024;  // of one configuration file
inline constexpr size_t kConfigBytesInAllMax = 16 * 1024 * 1024;
inline constexpr size_t kConfigFilesMax = 256;  // in conf.d
inline constexpr size_t kEnvironmentNamesMax = 1024;
inline constexpr size_t kEnvironmentBytesMax = 1024 * 1024;     // of the variables in a snapshot
inline constexpr size_t kExpandedBytesMax = 16 * 1024 * 1024;   // that variables add to strings
inline constexpr size_t kOptionFileBytesMax = 4 * 1024 * 1024;  // that an option of type FILE names
inline constexpr size_t kOptionFilesMax = 256;
inline constexpr size_t kOptionFilesBytesMax = 32 * 1024 * 1024;  // of all
inline constexpr size_t kSecretBytesMax = 4 * 1024;               // in the file of a secret
inline constexpr size_t kSnapshotBytesMax = 60 * 1024 * 1024;  // fits a frame of control and child
inline constexpr size_t kModulesMax = 256;
inline constexpr size_t kTimersMax = 65536;       // armed on one I/O thread
inline constexpr size_t kMetricsMax = 1024;       // of all modules
inline constexpr size_t kMetricSeriesMax = 1000;  // of one metric
inline constexpr size_t kMetricLabelsMax = 8;
inline constexpr size_t kMetricBoundsMax = 32;
inline constexpr size_t kMetricLabelBytesMax = 128;  // of a value; longer ones are cut
inline constexpr size_t kListenersMax = 256;
inline constexpr size_t kLibrariesMax = 1024;  // modules of one folder, and what they need
inline constexpr size_t kCopiesKept = 4;       // configurations whose modules' copies are kept
inline constexpr int kMoveTries = 20;
inline constexpr int kOldLogsOfASecond = 1000;
inline constexpr int kLogRetrySeconds = 300;  // after a rotation that failed

}  // namespace tenon::limits
