// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "tests/sim/mpm.hpp"

namespace tenon::sim {
namespace {

constexpr uint64_t kStepBytesMax = 256 * 1024;
constexpr uint64_t kStepFileBytesMax = 4 * 1024 * 1024;

}  // namespace

Connection::Connection(Mpm& mpm, const tenon_session_api& api) : mpm_(mpm), api_(api) {}

Connection::~Connection() {
  if (!closed) close();
}

tenon_step Connection::new_step() const {
  tenon_step step{};
  step.struct_size = sizeof step;
  return step;
}

void Connection::lose() {
  if (!closed) close();
}

void Connection::close() {
  closed = true;
  reading_ = false;
  sending_ = reading_file_ = false;
  api_.closed(session_, mpm_.now_ns);
  session_ = nullptr;
}

void Connection::complete_send() {
  if (!sending_ || closed) return;
  sending_ = false;
  bytes_sent += send_bytes_;
  tenon_step step = new_step();
  api_.sent(session_, send_bytes_, mpm_.now_ns, &step);
  perform(step);
}

void Connection::drain(uint64_t idle_until_ns) {
  if (closed || asked_to_close) return;
  tenon_step step = new_step();
  api_.draining(session_, idle_until_ns, mpm_.now_ns, &step);
  perform(step);
}

void Connection::start_file_read(const tenon_step& step) {
  constexpr uint32_t kSend = TENON_DO_WRITE | TENON_DO_SEND_FILE;
  if (sending_ || reading_file_ || (step.actions & kSend) != 0) {
    mpm_.breach("a file read during a send or a file read");
  }
  if (step.length == 0 || step.length > kStepFileBytesMax || step.into == nullptr) {
    mpm_.breach("a bad range of a file to read");
  }
  reading_file_ = true;
  file_step_ = step;
}

void Connection::complete_file_read() {
  reading_file_ = false;
  const uint64_t length = std::min<uint64_t>(file_step_.length, behaviour.bytes_per_file_read);
  const std::string bytes = mpm_.read(file_step_.os_file, file_step_.offset, length);
  std::memcpy(file_step_.into, bytes.data(), bytes.size());
  tenon_step step = new_step();
  api_.file_read(session_, bytes.size(), mpm_.now_ns, &step);
  perform(step);
}

std::string Connection::take_output() {
  std::string output;
  output.swap(output_);
  return output;
}

bool Connection::may(Event event) const {
  if (closed) return false;
  if (asked_to_close) return event == Event::Close;
  const bool enough = buffer_.size() + arriving_.size() > read_beyond_;
  switch (event) {
    case Event::Close:
      return false;
    case Event::Sent:
      return sending_;
    case Event::FileRead:
      return reading_file_;
    case Event::Resumed:
      return woken_;
    case Event::Receive:
      return reading_ && enough;
    case Event::Eof:
      return reading_ && !enough && finished_ && !eof_told_;
  }
  return false;
}

void Connection::happen(Event event) {
  switch (event) {
    case Event::Close:
      return close();
    case Event::Sent:
      return complete_send();
    case Event::FileRead:
      return complete_file_read();
    case Event::Resumed:
      return resume();
    case Event::Receive:
      return receive();
    case Event::Eof:
      return tell_eof();
  }
}

// One event at most. False: nothing is to be done.
bool Connection::move_on() {
  for (const Event event : kEvents) {
    const bool held = event == Event::Sent || event == Event::FileRead;
    if (!may(event) || (held && behaviour.hold_sends)) continue;
    happen(event);
    return true;
  }
  return false;
}

void Connection::resume() {
  woken_ = false;
  tenon_step step = new_step();
  api_.resumed(session_, mpm_.now_ns, &step);
  perform(step);
}

void Connection::receive() {
  while (buffer_.size() <= read_beyond_) {
    const size_t piece = std::min(arriving_.size(), behaviour.bytes_per_receive);
    buffer_ += arriving_.substr(0, piece);
    arriving_.erase(0, piece);
  }
  reading_ = false;
  ++n_receives;
  tenon_step step = new_step();
  // A block of exactly that size, so that a sanitizer sees a look beyond it or after the call.
  const std::unique_ptr<char[]> block(new char[buffer_.size()]);
  std::memcpy(block.get(), buffer_.data(), buffer_.size());
  uint64_t consumed = 0;
  const tenon_buf bytes{block.get(), buffer_.size()};
  api_.received(session_, bytes, mpm_.now_ns, &consumed, &step);
  std::memset(block.get(), '~', buffer_.size());
  if (consumed > buffer_.size()) mpm_.breach("more consumed than there was");
  buffer_.erase(0, consumed);
  perform(step);
}

void Connection::tell_eof() {
  reading_ = false;
  eof_told_ = true;
  tenon_step step = new_step();
  api_.eof(session_, mpm_.now_ns, &step);
  perform(step);
}

bool Connection::is_late() const {
  return !closed && !asked_to_close && deadline_ns != 0 && deadline_ns <= mpm_.now_ns;
}

void Connection::expire() {
  deadline_ns = 0;
  tenon_step step = new_step();
  api_.expired(session_, mpm_.now_ns, &step);
  perform(step);
}

void Connection::perform(const tenon_step& step) {
  constexpr uint32_t kSend = TENON_DO_WRITE | TENON_DO_SEND_FILE;
  constexpr uint32_t kEnd = TENON_DO_CLOSE | TENON_DO_ABORT;
  if (asked_to_close && step.actions != 0) mpm_.breach("a step after the last one");
  if (step.read_beyond > TENON_READ_BEYOND_MAX) mpm_.breach("read_beyond is too large");
  deadline_ns = step.deadline_ns;
  if ((step.actions & TENON_DO_READ) != 0) {
    reading_ = true;
    read_beyond_ = step.read_beyond;
  }
  if ((step.actions & kSend) != 0) start_send(step);
  if ((step.actions & TENON_DO_READ_FILE) != 0) start_file_read(step);
  if ((step.actions & kEnd) == 0) return;
  if (sending_ && (step.actions & TENON_DO_CLOSE) != 0) mpm_.breach("closed during a send");
  asked_to_close = true;
  aborted = (step.actions & TENON_DO_ABORT) != 0;
  lingers = !aborted && (step.actions & TENON_DO_NOT_LINGER) == 0;
  if (aborted) sending_ = reading_file_ = false;
}

void Connection::start_send(const tenon_step& step) {
  if (sending_ || reading_file_) mpm_.breach("a send during a send or a file read");
  sending_ = true;
  Write write;
  if ((step.actions & TENON_DO_WRITE) != 0) {
    if (step.n_views == 0 || step.n_views > TENON_STEP_VIEWS_MAX) mpm_.breach("number of views");
    for (uint64_t i = 0; i < step.n_views; ++i) {
      write.memory.append(static_cast<const char*>(step.views[i].ptr), step.views[i].len);
    }
    if (write.memory.size() > kStepBytesMax) mpm_.breach("too much memory in a step");
  }
  if ((step.actions & TENON_DO_SEND_FILE) != 0) {
    if (step.length > kStepFileBytesMax || step.length == 0) mpm_.breach("a bad range of a file");
    write.os_file = step.os_file;
    write.offset = step.offset;
    write.length = step.length;
  }
  send_bytes_ = write.memory.size() + write.length;
  output_ += write.memory;
  output_ += mpm_.read(write.os_file, write.offset, write.length);
  writes.push_back(std::move(write));
}

}  // namespace tenon::sim
