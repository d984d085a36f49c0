// SPDX-License-Identifier: Apache-2.0
#include "winnt/file_send.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {

std::unique_ptr<char[]> ChunkPool::take() {
  if (free_.empty()) return std::unique_ptr<char[]>(new (std::nothrow) char[kChunkBytes]);
  std::unique_ptr<char[]> chunk = std::move(free_.back());
  free_.pop_back();
  return chunk;
}

void ChunkPool::give(std::unique_ptr<char[]> chunk) {
  if (chunk && free_.size() < kKeptMax) free_.push_back(std::move(chunk));
}

FileSend::~FileSend() {
  TENON_ASSERT(!read_.pending);
  for (Chunk& chunk : ring_)
    chunks_.give(std::move(chunk.memory));
}

bool FileSend::begin(HANDLE file, std::uint64_t offset, std::uint64_t length, HANDLE port) {
  TENON_ASSERT(at_end());
  file_ = file;
  offset_ = offset;
  to_read_ = length;
  front_ = 0;
  if (length == 0 || ::CreateIoCompletionPort(file, port, 0, 0)) return true;
  // An association lasts as long as the handle, and an answer of many steps comes here many times.
  // The value of the handle proves nothing, because values are used again: so we ask every time.
  return ::GetLastError() == ERROR_INVALID_PARAMETER;
}

bool FileSend::read_ahead() {
  if (read_.pending || to_read_ == 0 || waiting_ == ring_.size()) return true;
  Chunk& chunk = ring_[(front_ + waiting_) % ring_.size()];
  if (!chunk.memory) chunk.memory = chunks_.take();
  if (!chunk.memory) return false;
  const auto wanted = static_cast<DWORD>(std::min<std::uint64_t>(to_read_, ChunkPool::kChunkBytes));
  read_.begin(offset_);
  return read_.submitted(::ReadFile(file_, chunk.memory.get(), wanted, nullptr, &read_));
}

bool FileSend::on_read(DWORD bytes, DWORD error) {
  // The end of the file before the end of the range: it was cut while we read it. What was promised
  // to the client cannot be sent any more.
  if (error != 0 || bytes == 0) return false;
  TENON_ASSERT(bytes <= to_read_);
  ring_[(front_ + waiting_) % ring_.size()].bytes = bytes;
  ++waiting_;
  offset_ += bytes;
  to_read_ -= bytes;
  return true;
}

std::span<const char> FileSend::front() const {
  if (waiting_ == 0) return {};
  return {ring_[front_].memory.get(), ring_[front_].bytes};
}

void FileSend::pop_front() {
  TENON_ASSERT(waiting_ > 0);
  front_ = (front_ + 1) % ring_.size();
  --waiting_;
}

void FileSend::cancel() {
  if (read_.pending) ::CancelIoEx(file_, &read_);
}

}  // namespace tenon::mpm
