// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/tls_posix.hpp"

#include <algorithm>
#include <utility>

#include <tenon/cpp/text.hpp>

namespace tenon::sim {
namespace {

constexpr size_t kWriteBytesMax = 256 * 1024;  // in one step; see tenon_step
constexpr uint64_t kFileBytes = 64 * 1024;     // read at once

// One connection. The session behind it has asked for things, which are kept here until they are
// done: its view of what is in flight is not the MPM's.
class TlsSession {
 public:
  TlsSession(TlsTransport& transport) : api_(*transport.sessions), tls_(*transport.tls, true) {}

  tenon_status opened(
      void* context, const tenon_opened& opened, tenon_conn* conn, uint64_t now_ns, tenon_step& out
  ) {
    tenon_step step = new_step();
    const tenon_status status = api_.opened(context, &opened, conn, now_ns, &session_, &step);
    if (status != TENON_OK) return status;
    take(step);
    go_on(now_ns, out);
    return TENON_OK;
  }

  void received(std::string_view bytes, uint64_t now_ns, uint64_t& consumed, tenon_step& out) {
    consumed = bytes.size();  // TLS keeps what is no whole record yet.
    if (!tls_.receive(bytes)) broken_ = true;
    go_on(now_ns, out);
  }

  void eof(uint64_t now_ns, tenon_step& out) {
    peer_ended_ = true;
    go_on(now_ns, out);
  }

  void sent(uint64_t now_ns, tenon_step& out) {
    sending_ = false;
    go_on(now_ns, out);
  }

  void file_read(uint64_t bytes, uint64_t now_ns, tenon_step& out) {
    reading_file_ = false;
    if (inner_file_read_) {
      inner_file_read_ = false;
      tell(&tenon_session_api::file_read, bytes, now_ns);
      return go_on(now_ns, out);
    }
    const uint64_t asked = std::min(file_left_, kFileBytes);
    if (bytes < asked) broken_ = true;  // The answer's length cannot be kept.
    tls_.write({file_buffer_.data(), bytes});
    file_at_ += asked;
    file_left_ -= asked;
    go_on(now_ns, out);
  }

  // expired and resumed: only the session knows what for.
  template <class Event>
  void pass_on(Event event, uint64_t now_ns, tenon_step& out) {
    tenon_step step = new_step();
    (api_.*event)(session_, now_ns, &step);
    take(step);
    go_on(now_ns, out);
  }

  void draining(uint64_t idle_until_ns, uint64_t now_ns, tenon_step& out) {
    tenon_step step = new_step();
    api_.draining(session_, idle_until_ns, now_ns, &step);
    take(step);
    go_on(now_ns, out);
  }

  void closed(uint64_t now_ns) { api_.closed(session_, now_ns); }

 private:
  static tenon_step new_step() {
    tenon_step step{};
    step.struct_size = sizeof step;
    return step;
  }

  template <class Event>
  void tell(Event event, uint64_t bytes, uint64_t now_ns) {
    tenon_step step = new_step();
    (api_.*event)(session_, bytes, now_ns, &step);
    take(step);
  }

  // What the session asks for. A file is read and written, as only so it can be encrypted.
  void take(const tenon_step& step) {
    deadline_ns_ = step.deadline_ns;
    if ((step.actions & TENON_DO_READ) != 0) {
      wants_read_ = true;
      read_beyond_ = step.read_beyond;
    }
    if ((step.actions & TENON_DO_WRITE) != 0) {
      writing_ = true;
      for (uint64_t i = 0; i < step.n_views; ++i) {
        tls_.write(view(step.views[i]));
        written_bytes_ += step.views[i].len;
      }
    }
    if ((step.actions & (TENON_DO_SEND_FILE | TENON_DO_READ_FILE)) != 0) {
      const bool send = (step.actions & TENON_DO_SEND_FILE) != 0;
      file_ = step.os_file;
      file_at_ = step.offset;
      file_left_ = step.length;
      inner_file_read_ = !send;
      file_into_ = step.into;
      writing_ = writing_ || send;
      if (send) written_bytes_ += step.length;
    }
    if ((step.actions & TENON_DO_CLOSE) != 0) {
      tls_.shut_down();
      closing_ = true;
    }
    if ((step.actions & TENON_DO_ABORT) != 0) broken_ = true;
  }

  // Tells the session what has happened, until it waits for the MPM; then says what that is for.
  void go_on(uint64_t now_ns, tenon_step& out) {
    while (!broken_ && !closing_ && (deliver(now_ns) || confirm(now_ns))) {
    }
    fill(out);
  }

  bool deliver(uint64_t now_ns) {
    if (!wants_read_) return false;
    if (tls_.plaintext.size() > read_beyond_) {
      wants_read_ = false;
      uint64_t consumed = 0;
      tenon_step step = new_step();
      api_.received(session_, buf(std::string_view(tls_.plaintext)), now_ns, &consumed, &step);
      tls_.plaintext.erase(0, consumed);
      take(step);
      return true;
    }
    if (!(peer_ended_ || tls_.peer_ended()) || std::exchange(eof_told_, true)) return false;
    wants_read_ = false;
    tenon_step step = new_step();
    api_.eof(session_, now_ns, &step);
    take(step);
    return true;
  }

  // All of the session's write has left.
  bool confirm(uint64_t now_ns) {
    if (!writing_ || sending_ || reading_file_ || file_left_ != 0 || tls_.has_output())
      return false;
    writing_ = false;
    tell(&tenon_session_api::sent, std::exchange(written_bytes_, 0), now_ns);
    return true;
  }

  void fill(tenon_step& out) {
    out.actions = 0;
    out.deadline_ns = deadline_ns_;
    if (broken_) {
      out.actions = TENON_DO_ABORT;
      return;
    }
    if (!sending_ && !reading_file_) fill_transfer(out);
    if (closing_) {
      const bool all_sent = !sending_ && !tls_.has_output();
      if (all_sent && !std::exchange(close_told_, true)) out.actions |= TENON_DO_CLOSE;
      return;
    }
    // Who is held back by the session is held back by us.
    const bool enough = tls_.is_ready() && !wants_read_;
    if (!enough && !peer_ended_) out.actions |= TENON_DO_READ;
    out.read_beyond = 0;
  }

  void fill_transfer(tenon_step& out) {
    if (tls_.has_output()) {
      output_ = tls_.take_output(kWriteBytesMax);
      view_ = buf(std::string_view(output_));
      out.actions |= TENON_DO_WRITE;
      out.views = &view_;
      out.n_views = 1;
      sending_ = true;
      return;
    }
    if (file_left_ == 0) return;
    if (!inner_file_read_) file_buffer_.resize(kFileBytes);
    out.actions |= TENON_DO_READ_FILE;
    out.os_file = file_;
    out.offset = file_at_;
    out.length = inner_file_read_ ? std::exchange(file_left_, 0) : std::min(file_left_, kFileBytes);
    out.into = inner_file_read_ ? file_into_ : file_buffer_.data();
    reading_file_ = true;
  }

  const tenon_session_api& api_;
  tenon_session* session_ = nullptr;
  TlsEnd tls_;
  uint64_t deadline_ns_ = 0;

  // What the session waits for.
  bool wants_read_ = false;
  uint64_t read_beyond_ = 0;
  bool writing_ = false;
  uint64_t written_bytes_ = 0;
  int64_t file_ = -1;
  uint64_t file_at_ = 0;
  uint64_t file_left_ = 0;
  bool inner_file_read_ = false;  // it wants to see the bytes of the file itself
  void* file_into_ = nullptr;
  bool closing_ = false;
  bool eof_told_ = false;

  // What the MPM is at.
  bool sending_ = false;
  bool reading_file_ = false;
  bool peer_ended_ = false;
  bool close_told_ = false;
  bool broken_ = false;
  std::string output_;
  tenon_buf view_{};
  std::string file_buffer_;
};

TlsSession& from(tenon_session* session) {
  return *reinterpret_cast<TlsSession*>(session);
}

tenon_session_api make_api() {
  tenon_session_api api{};
  api.struct_size = sizeof api;
  api.opened = [](void* context,
                  const tenon_opened* opened,
                  tenon_conn* conn,
                  uint64_t now_ns,
                  tenon_session** out,
                  tenon_step* step) noexcept {
    TlsTransport& transport = *static_cast<TlsTransport*>(context);
    auto session = std::make_unique<TlsSession>(transport);
    const tenon_status status = session->opened(transport.context, *opened, conn, now_ns, *step);
    if (status == TENON_OK) *out = reinterpret_cast<tenon_session*>(session.release());
    return status;
  };
  api.received = [](tenon_session* session,
                    tenon_buf bytes,
                    uint64_t now_ns,
                    uint64_t* consumed,
                    tenon_step* step) noexcept {
    from(session).received(view(bytes), now_ns, *consumed, *step);
  };
  api.eof = [](tenon_session* session, uint64_t now_ns, tenon_step* step) noexcept {
    from(session).eof(now_ns, *step);
  };
  api.sent = [](tenon_session* session, uint64_t, uint64_t now_ns, tenon_step* step) noexcept {
    from(session).sent(now_ns, *step);
  };
  api.file_read = [](tenon_session* session, uint64_t bytes, uint64_t now_ns, tenon_step* step
                  ) noexcept { from(session).file_read(bytes, now_ns, *step); };
  api.expired = [](tenon_session* session, uint64_t now_ns, tenon_step* step) noexcept {
    from(session).pass_on(&tenon_session_api::expired, now_ns, *step);
  };
  api.resumed = [](tenon_session* session, uint64_t now_ns, tenon_step* step) noexcept {
    from(session).pass_on(&tenon_session_api::resumed, now_ns, *step);
  };
  api.draining =
      [](tenon_session* session, uint64_t idle_until_ns, uint64_t now_ns, tenon_step* step
      ) noexcept { from(session).draining(idle_until_ns, now_ns, *step); };
  api.closed = [](tenon_session* session, uint64_t now_ns) noexcept {
    const std::unique_ptr<TlsSession> owned(&from(session));
    owned->closed(now_ns);
  };
  return api;
}

}  // namespace

const tenon_session_api& tls_session_api() {
  static const tenon_session_api kApi = make_api();
  return kApi;
}

}  // namespace tenon::sim
