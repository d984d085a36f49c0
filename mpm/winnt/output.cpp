// SPDX-License-Identifier: Apache-2.0
#include "winnt/output.hpp"

#include <array>
#include <cstring>

#include <tenon/cpp/assert.hpp>

namespace tenon::mpm {

void Output::begin(const tenon_step& step) {
  TENON_ASSERT(!active_);
  TENON_ASSERT(step.n_views <= TENON_STEP_VIEWS_MAX || !(step.actions & TENON_DO_WRITE));
  step_ = step;
  sent_ = 0;
  active_ = true;
  views_left_ = (step.actions & TENON_DO_WRITE) != 0 && step.n_views > 0;
  reading_ = (step.actions & TENON_DO_READ_FILE) != 0;
  read_failed_ = false;
  file_opened_ = (step.actions & TENON_DO_SEND_FILE) == 0 && !reading_;
  if (file_opened_) release_file();
}

bool Output::pump(SOCKET socket, HANDLE port, ChunkPool& chunks) {
  if (!active_) return true;
  if (reading_) {
    pump_read(port, chunks);
    return true;
  }
  if (!file_opened_ && !open_file(port, chunks)) return false;
  if (file_ && !file_->read_ahead()) return false;
  if (send_.pending) return true;
  // The views wait for the file's first chunk, so that head and body leave in one packet.
  if (file_ && file_->front().empty() && !file_->at_end()) return true;
  return submit_send(socket);
}

// The bytes cross a block of ours on the way: one way to read files is worth one copy.
void Output::pump_read(HANDLE port, ChunkPool& chunks) {
  if (!file_opened_ && !open_file(port, chunks)) read_failed_ = true;
  if (read_failed_ || !file_->read_ahead()) {
    read_failed_ = true;
    return;
  }
  for (std::span<const char> chunk = file_->front(); !chunk.empty(); chunk = file_->front()) {
    std::memcpy(static_cast<char*>(step_.into) + sent_, chunk.data(), chunk.size());
    sent_ += chunk.size();
    file_->pop_front();
    if (!file_->read_ahead()) read_failed_ = true;
  }
}

bool Output::on_read(DWORD bytes, DWORD error) {
  if (file_->on_read(bytes, error)) return true;
  read_failed_ = true;
  return reading_;
}

bool Output::open_file(HANDLE port, ChunkPool& chunks) {
  file_opened_ = true;
  if (!file_) file_.emplace(owner_, on_read_, chunks);
  return file_->begin(as_handle(step_.os_file), step_.offset, step_.length, port);
}

bool Output::submit_send(SOCKET socket) {
  std::array<WSABUF, TENON_STEP_VIEWS_MAX + 1> buffers;
  DWORD count = 0;
  submitted_ = 0;
  const auto add = [&](const void* bytes, std::size_t length) {
    if (length == 0) return;
    char* start = const_cast<char*>(static_cast<const char*>(bytes));
    buffers[count++] = WSABUF{static_cast<ULONG>(length), start};
    submitted_ += length;
  };
  if (views_left_) {
    for (std::uint64_t i = 0; i < step_.n_views; ++i)
      add(step_.views[i].ptr, step_.views[i].len);
  }
  views_left_ = false;
  const std::span<const char> chunk = file_ ? file_->front() : std::span<const char>();
  chunk_submitted_ = !chunk.empty();
  add(chunk.data(), chunk.size());
  if (count == 0) return true;  // all is sent
  send_.begin();
  return send_.submitted(
      ::WSASend(socket, buffers.data(), count, nullptr, 0, &send_, nullptr) == 0
  );
}

bool Output::on_sent(DWORD bytes, DWORD error) {
  // An overlapped send takes everything or fails; less means that it was cut off.
  if (error != 0 || bytes != submitted_) return false;
  sent_ += bytes;
  if (chunk_submitted_) file_->pop_front();
  chunk_submitted_ = false;
  return true;
}

std::optional<std::uint64_t> Output::take_finished() {
  if (active_ && reading_ && read_failed_ && !pending()) {
    active_ = false;
    return sent_;
  }
  if (!active_ || pending() || views_left_ || !file_opened_) return std::nullopt;
  if (file_ && !file_->at_end()) return std::nullopt;
  active_ = false;
  return sent_;
}

void Output::cancel() {
  if (file_) file_->cancel();
}

}  // namespace tenon::mpm
