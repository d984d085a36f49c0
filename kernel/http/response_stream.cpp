// SPDX-License-Identifier: Apache-2.0
#include "http/response_stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/grant.hpp"
#include "base/limits.hpp"

namespace tenon::http {
namespace {

size_t size_of(const tenon_buf* parts, size_t n_parts) {
  size_t size = 0;
  for (size_t i = 0; i < n_parts; ++i) {
    size += parts[i].len;
  }
  return size;
}

}  // namespace

tenon_status ResponseStream::write(
    const tenon_buf* parts, size_t n_parts, tenon_release_fn done, void* ctx
) {
  bool dropped = false;
  bool high = false;
  {
    const std::lock_guard<std::mutex> lock(exchange_.mutex);
    dropped = discarded_ || size_of(parts, n_parts) == 0;
    if (!dropped && done != nullptr) append_view(parts, n_parts, done, ctx);
    if (!dropped && done == nullptr && !append_copies(parts, n_parts)) return TENON_E_NOMEM;
    high = waiting_ > limits::kWriteHighWaterBytes;
  }
  if (dropped && done != nullptr) done(ctx);  // Outside the lock: it may call us.
  return high ? TENON_AGAIN : TENON_OK;
}

size_t ResponseStream::room_in_last() const {
  if (parts_.size() <= in_flight_ || parts_.back().capacity == 0) return 0;
  return parts_.back().capacity - parts_.back().bytes.len;
}

// Many small writes share a piece: a step has few views. What does not fit into the last one gets
// its memory before anything is taken, so that half of a write is never sent.
bool ResponseStream::append_copies(const tenon_buf* parts, size_t n_parts) {
  const size_t size = size_of(parts, n_parts);
  size_t room = room_in_last();
  Part next;
  if (size > room) {
    next.capacity = std::max(size - room, limits::kWritePieceBytes);
    next.own = grant(next.capacity);
    if (next.own == nullptr) return false;
    next.bytes = {next.own.get(), 0};
  }
  const auto put = [](Part& part, const char* bytes, size_t length) {
    if (length != 0) std::memcpy(part.own.get() + part.bytes.len, bytes, length);
    part.bytes.len += length;
  };
  for (size_t i = 0; i < n_parts; ++i) {
    const char* const bytes = static_cast<const char*>(parts[i].ptr);
    const size_t first = std::min(room, parts[i].len);
    if (first != 0) put(parts_.back(), bytes, first);
    room -= first;
    put(next, bytes + first, parts[i].len - first);
  }
  waiting_ += size;
  if (next.own != nullptr) parts_.push_back(std::move(next));
  return true;
}

// `done` goes with the last of the parts that hold bytes.
void ResponseStream::append_view(
    const tenon_buf* parts, size_t n_parts, tenon_release_fn done, void* ctx
) {
  for (size_t i = 0; i < n_parts; ++i) {
    if (parts[i].len == 0) continue;
    waiting_ += parts[i].len;
    Part part;
    part.bytes = parts[i];
    parts_.push_back(std::move(part));
  }
  parts_.back().done = done;
  parts_.back().ctx = ctx;
}

void ResponseStream::finish() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  finished_ = true;
}

size_t ResponseStream::take(tenon_buf* views, size_t views_max, size_t bytes_max) {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  size_t n_views = 0;
  while (in_flight_ < parts_.size() && n_views < views_max && bytes_max != 0) {
    Part& part = parts_[in_flight_];
    const size_t left = part.bytes.len - front_taken_;
    const size_t piece = std::min(left, bytes_max);
    views[n_views++] = {static_cast<const char*>(part.bytes.ptr) + front_taken_, piece};
    bytes_max -= piece;
    waiting_ -= piece;
    front_taken_ += piece;
    if (piece != left) break;
    front_taken_ = 0;
    ++in_flight_;
  }
  // What is in flight must not grow: its view has left.
  if (front_taken_ != 0) parts_[in_flight_].capacity = 0;
  exchange_.changed.notify_all();
  return n_views;
}

void ResponseStream::sent() {
  std::vector<Part> gone;
  {
    const std::lock_guard<std::mutex> lock(exchange_.mutex);
    for (; in_flight_ != 0; --in_flight_) {
      gone.push_back(std::move(parts_.front()));
      parts_.pop_front();
    }
  }
  for (Part& part : gone) {
    release(part);
  }
}

void ResponseStream::discard() {
  std::vector<Part> gone;
  {
    const std::lock_guard<std::mutex> lock(exchange_.mutex);
    discarded_ = true;
    gone.assign(std::make_move_iterator(parts_.begin()), std::make_move_iterator(parts_.end()));
    parts_.clear();
    in_flight_ = 0;
    front_taken_ = 0;
    waiting_ = 0;
    exchange_.changed.notify_all();
  }
  for (Part& part : gone) {
    release(part);
  }
}

std::vector<ResponseStream::Part> ResponseStream::take_all() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  std::vector<Part> all(
      std::make_move_iterator(parts_.begin()), std::make_move_iterator(parts_.end())
  );
  parts_.clear();
  waiting_ = 0;
  return all;
}

void ResponseStream::release(Part& part) {
  if (part.done != nullptr) std::exchange(part.done, nullptr)(part.ctx);
}

bool ResponseStream::is_finished() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return finished_;
}

bool ResponseStream::is_empty() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return parts_.empty();
}

bool ResponseStream::has_bytes() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return waiting_ != 0;
}

bool ResponseStream::is_low() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return is_low_locked();
}

bool ResponseStream::is_low_locked() const {
  return waiting_ < limits::kWriteLowWaterBytes;
}

bool ResponseStream::is_high() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return waiting_ > limits::kWriteHighWaterBytes;
}

uint64_t ResponseStream::waiting() {
  const std::lock_guard<std::mutex> lock(exchange_.mutex);
  return waiting_;
}

void ResponseStream::reset() {
  discard();
  finished_ = false;
  discarded_ = false;
}

}  // namespace tenon::http
