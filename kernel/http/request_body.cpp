// SPDX-License-Identifier: Apache-2.0
#include "http/request_body.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/grant.hpp"
#include "base/limits.hpp"

namespace tenon::http {

bool ByteQueue::append(std::string_view bytes) {
  while (!bytes.empty()) {
    if (pieces_.empty() || pieces_.back().end == pieces_.back().capacity) {
      std::unique_ptr<char[]> memory = grant(limits::kBodyPieceBytes);
      if (memory == nullptr) return false;
      pieces_.push_back({std::move(memory), limits::kBodyPieceBytes});
    }
    Piece& piece = pieces_.back();
    const size_t part = std::min(bytes.size(), piece.capacity - piece.end);
    std::memcpy(piece.bytes.get() + piece.end, bytes.data(), part);
    piece.end += part;
    size_ += part;
    bytes.remove_prefix(part);
  }
  return true;
}

std::string_view ByteQueue::front() const {
  if (pieces_.empty()) return {};
  const Piece& piece = pieces_.front();
  return {piece.bytes.get() + piece.begin, piece.end - piece.begin};
}

// The last piece is used again from its start: a body that is read as it comes needs no other.
void ByteQueue::drop(size_t bytes) {
  if (bytes == 0) return;
  size_ -= bytes;
  Piece& piece = pieces_.front();
  piece.begin += bytes;
  if (piece.begin != piece.end) return;
  piece.begin = piece.end = 0;
  if (pieces_.size() > 1) pieces_.pop_front();
}

void ByteQueue::reset() {
  if (!pieces_.empty()) pieces_.clear();
  size_ = 0;
}

void RequestBody::keep_whole(Arena& arena, int64_t bytes_announced) {
  keep_whole_ = true;
  const auto announced = static_cast<uint64_t>(std::max<int64_t>(bytes_announced, 0));
  if (announced == 0 || announced > limits::kBodyInArenaBytesMax) return;
  whole_ = arena.allocate_text(static_cast<size_t>(announced));
  if (whole_ != nullptr) whole_capacity_ = static_cast<size_t>(announced);
}

bool RequestBody::append(std::string_view bytes) {
  if (keep_whole_) return append_whole(bytes);
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  const bool taken = queue_.append(bytes);
  exchange_.changed.notify_all();
  return taken;
}

// Memory grows with what has really arrived, not with what was announced.
bool RequestBody::append_whole(std::string_view bytes) {
  const size_t size = whole_size_ + bytes.size();
  if (size > whole_capacity_) {
    const size_t capacity = std::max({size, 2 * whole_capacity_, limits::kBodyGrowthBytes});
    std::unique_ptr<char[]> grown = grant(capacity);
    if (grown == nullptr) return false;
    if (whole_size_ != 0) std::memcpy(grown.get(), whole_, whole_size_);
    own_ = std::move(grown);
    whole_ = own_.get();
    whole_capacity_ = capacity;
  }
  std::memcpy(whole_ + whole_size_, bytes.data(), bytes.size());
  whole_size_ = size;
  return true;
}

void RequestBody::open() {
  end_ = TENON_AGAIN;
}

void RequestBody::complete(const tenon_header* trailers, size_t n_trailers) {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  end_ = TENON_END;
  trailers_ = trailers;
  n_trailers_ = n_trailers;
  exchange_.changed.notify_all();
}

void RequestBody::fail(tenon_status why, const Refusal& refusal) {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  if (end_ != TENON_AGAIN) return;
  end_ = why;
  refusal_ = refusal;
  exchange_.changed.notify_all();
}

bool RequestBody::has_room() {
  if (keep_whole_) return true;
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return queue_.size() < limits::kBodyQueueBytes;
}

bool RequestBody::is_open() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return end_ == TENON_AGAIN;
}

bool RequestBody::has_news() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return has_news_locked();
}

bool RequestBody::has_news_locked() const {
  tenon_buf unused{};
  return peek_locked(unused) != TENON_AGAIN;
}

Refusal RequestBody::refusal() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return refusal_;
}

// What came before a failure is not shown: nobody should act on half of a body.
tenon_status RequestBody::peek_locked(tenon_buf& out) const {
  out = {nullptr, 0};
  if (end_ < 0) return end_;
  const std::string_view front = queue_.front();
  if (front.empty()) return end_;
  out = {front.data(), front.size()};
  return TENON_OK;
}

tenon_status RequestBody::peek(tenon_buf& out) {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return peek_locked(out);
}

tenon_status RequestBody::consume(uint64_t bytes) {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  if (bytes > queue_.front().size()) return TENON_E_ARG;
  queue_.drop(static_cast<size_t>(bytes));
  return TENON_OK;
}

void RequestBody::reset() {
  queue_.reset();
  end_ = TENON_END;
  refusal_ = {};
  trailers_ = nullptr;
  n_trailers_ = 0;
  keep_whole_ = false;
  own_.reset();
  whole_ = nullptr;
  whole_size_ = 0;
  whole_capacity_ = 0;
}

}  // namespace tenon::http
