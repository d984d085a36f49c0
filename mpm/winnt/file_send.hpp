// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "winnt/operation.hpp"

namespace tenon::mpm {

// The 128 KiB blocks that files are read into, shared by the connections of one I/O thread.
class ChunkPool {
 public:
  static constexpr std::size_t kChunkBytes = 128 * 1024;
  static constexpr std::size_t kKeptMax = 32;

  std::unique_ptr<char[]> take();  // null: there is no memory
  void give(std::unique_ptr<char[]> chunk);

 private:
  std::vector<std::unique_ptr<char[]>> free_;
};

// Reads a range of a file by overlapped reads, at most two chunks ahead of the sends. The file's
// handle belongs to one request and is opened for overlapped reading, so it may be associated with
// the port of the connection's I/O thread; its completions arrive there, as the socket's do.
class FileSend {
 public:
  FileSend(Connection& owner, Operation::Completed completed, ChunkPool& chunks)
      : chunks_(chunks),
        read_(owner, completed) {}
  ~FileSend();

  // False: the file cannot be read this way. REQUIRES: at_end() and nothing pending.
  bool begin(HANDLE file, std::uint64_t offset, std::uint64_t length, HANDLE port);

  // Starts the next read if one is due and a chunk is free. False: it was refused, or there is no
  // memory for it.
  bool read_ahead();
  // False: the file could not be read, or is shorter than the range.
  bool on_read(DWORD bytes, DWORD error);

  // The bytes to be sent next; empty: they are being read, or the range is at its end.
  std::span<const char> front() const;
  void pop_front();

  // Whether all of the range was read and popped.
  bool at_end() const { return to_read_ == 0 && waiting_ == 0 && !read_.pending; }
  bool pending() const { return read_.pending; }
  void cancel();

 private:
  struct Chunk {
    std::unique_ptr<char[]> memory;
    std::size_t bytes = 0;
  };

  ChunkPool& chunks_;
  Operation read_;
  HANDLE file_ = nullptr;  // the kernel's; open until sent() or closed()
  std::uint64_t offset_ = 0;
  std::uint64_t to_read_ = 0;
  std::array<Chunk, 2> ring_;
  std::size_t front_ = 0;
  std::size_t waiting_ = 0;  // chunks read and not popped, beginning at front_
};

}  // namespace tenon::mpm
