// SPDX-License-Identifier: Apache-2.0
#include "event/output.hpp"

#include <algorithm>
#include <cerrno>

#include <tenon/cpp/assert.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

namespace tenon::mpm {

void Output::begin(const tenon_step& step) {
  TENON_ASSERT(!active_);
  active_ = true;
  sent_ = 0;
  next_view_ = n_views_ = 0;
  if (step.actions & TENON_DO_WRITE) {
    TENON_ASSERT(step.n_views <= TENON_STEP_VIEWS_MAX);
    for (std::uint64_t i = 0; i < step.n_views; ++i) {
      const tenon_buf& view = step.views[i];
      if (view.len > 0) views_[n_views_++] = {const_cast<void*>(view.ptr), view.len};
    }
  }
  const bool has_file = (step.actions & TENON_DO_SEND_FILE) != 0;
  file_ = has_file ? static_cast<int>(step.os_file) : -1;
  offset_ = step.offset;
  file_left_ = has_file ? step.length : 0;
}

bool Output::pump(int socket) {
  while (active_ && (views_left() || file_left_ > 0)) {
    if (turn_left_ == 0) return true;
    const Progress progress = views_left() ? send_views(socket) : send_file(socket);
    if (progress != Progress::Some) return progress == Progress::Blocked;
    if (on_probation_ && taken_ >= kProbationBytes) end_probation(socket);
  }
  return true;
}

Output::Progress Output::send_views(int socket) {
  msghdr message{};
  message.msg_iov = &views_[next_view_];
  message.msg_iovlen = n_views_ - next_view_;
  // The head waits for the first bytes of its file, so that both leave in one packet.
  const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (file_left_ > 0 ? MSG_MORE : 0);
  const ssize_t n = ::sendmsg(socket, &message, flags);
  if (n < 0) {
    if (errno == EINTR) return Progress::Some;
    return errno == EAGAIN ? Progress::Blocked : Progress::Lost;
  }
  drop_sent(static_cast<std::size_t>(n));
  return Progress::Some;
}

void Output::drop_sent(std::size_t bytes) {
  count(bytes);
  while (bytes > 0) {
    iovec& view = views_[next_view_];
    const std::size_t taken = std::min(bytes, view.iov_len);
    view.iov_base = static_cast<char*>(view.iov_base) + taken;
    view.iov_len -= taken;
    bytes -= taken;
    if (view.iov_len == 0) ++next_view_;
  }
}

Output::Progress Output::send_file(int socket) {
  auto offset = static_cast<off_t>(offset_);
  const std::size_t wanted = std::min<std::uint64_t>(file_left_, turn_left_);
  const ssize_t n = ::sendfile(socket, file_, &offset, wanted);
  if (n < 0) {
    if (errno == EINTR) return Progress::Some;
    return errno == EAGAIN ? Progress::Blocked : Progress::Lost;
  }
  // The file has become shorter: the length that the head announced cannot be kept.
  if (n == 0) return Progress::Lost;
  offset_ += static_cast<std::uint64_t>(n);
  file_left_ -= static_cast<std::uint64_t>(n);
  count(static_cast<std::size_t>(n));
  return Progress::Some;
}

void Output::count(std::size_t bytes) {
  sent_ += bytes;
  turn_left_ -= std::min(turn_left_, bytes);
  taken_ += bytes;
}

// 0: the system's own limit. That it cannot be set costs speed alone.
void Output::end_probation(int socket) {
  const int none = 0;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &none, sizeof none);
  on_probation_ = false;
}

std::optional<std::uint64_t> Output::take_finished() {
  if (!active_ || views_left() || file_left_ > 0) return std::nullopt;
  active_ = false;
  return sent_;
}

}  // namespace tenon::mpm
