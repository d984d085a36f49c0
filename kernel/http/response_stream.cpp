// SPDX-License-Identifier: Apache-2.0
#include "http/response_stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

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
    if (!dropped && done == nullptr) {
      for (size_t i = 0; i < n_parts; ++i) {
        append_copy({static_cast<const char*>(parts[i].ptr), parts[i].len});
      }
    }
    high = waiting_ > limits::kWriteHighWaterBytes;
  }
  if (dropped && done != nullptr) done(ctx);  // Outside the lock: it may call us.
  return high ? TENON_AGAIN : TENON_OK;
}

// Many small writes share a piece: a step has few views.
void ResponseStream::append_copy(std::string_view bytes) {
  if (bytes.empty()) return;
  waiting_ += bytes.size();
  if (parts_.size() > in_flight_) {
    Part& last = parts_.back();
    const size_t room = last.capacity == 0 ? 0 : last.capacity - last.bytes.len;
    const size_t piece = std::min(room, bytes.size());
    if (piece != 0) std::memcpy(last.own.get() + last.bytes.len, bytes.data(), piece);
    last.bytes.len += piece;
    bytes.remove_prefix(piece);
  }
  if (bytes.empty()) return;
  Part part;
  part.capacity = std::max(bytes.size(), limits::kWritePieceBytes);
  part.own.reset(new char[part.capacity]);
  std::memcpy(part.own.get(), bytes.data(), bytes.size());
  part.bytes = {part.own.get(), bytes.size()};
  parts_.push_back(std::move(part));
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
