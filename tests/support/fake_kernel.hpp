// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/cpp/text.hpp>
#include <tenon/mpm.h>

namespace tenon::support {

class FakeKernel;

// A session of the scripted kernel, with room for what its steps name.
struct FakeSession {
  FakeKernel* kernel = nullptr;
  tenon_conn* conn = nullptr;
  std::uint32_t io_thread = 0;
  std::uint32_t listener = 0;
  tenon_endpoint peer{};
  std::string out;
  std::vector<tenon_buf> views;

  // The step: send `text`, which is kept until the connection is gone or the next write.
  void write(tenon_step& step, std::string text) {
    out = std::move(text);
    views = {buf(out)};
    step.actions |= TENON_DO_WRITE;
    step.views = views.data();
    step.n_views = views.size();
  }
};

inline void read_on(tenon_step& step, std::uint64_t beyond = 0) {
  step.actions |= TENON_DO_READ;
  step.read_beyond = beyond;
}

// A kernel whose sessions do what a test says; by default they echo, and close at the end of the
// input, at a deadline and at a drain. Every event is noted by its name. The functions must be set
// before the first connection; they run on I/O threads.
class FakeKernel {
 public:
  using Event = std::function<void(FakeSession&, tenon_step&)>;

  Event on_opened = [](FakeSession&, tenon_step& step) { read_on(step); };
  // Returns how many bytes it consumes.
  std::function<std::size_t(FakeSession&, std::string_view, tenon_step&)> on_received =
      [](FakeSession& session, std::string_view bytes, tenon_step& step) {
        session.write(step, std::string(bytes));
        return bytes.size();
      };
  Event on_eof = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  Event on_sent = [](FakeSession&, tenon_step& step) { read_on(step); };
  std::function<void(FakeSession&, std::uint64_t, tenon_step&)> on_file_read =
      [](FakeSession&, std::uint64_t, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  Event on_expired = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  Event on_resumed = [](FakeSession&, tenon_step&) {};
  Event on_draining = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_CLOSE; };
  std::function<void(FakeSession&)> on_closed = [](FakeSession&) {};
  std::atomic<bool> refuse_sessions = false;

  FakeKernel() {
    host_.struct_size = sizeof host_;
    host_.context = this;
    host_.sessions = &session_api();
    host_.now = now;
    host_.report = [](void* context, std::int32_t, tenon_str text) {
      static_cast<FakeKernel*>(context)->note("report: " + std::string(view(text)));
    };
  }

  // For tests of the child's life to complete with configure, load, diagnostics and unload.
  tenon_child_host& host() { return host_; }

  static std::uint64_t TENON_CALL now() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()
    );
  }

  void note(std::string event) {
    const std::lock_guard guard(mutex_);
    events_.push_back(std::move(event));
  }
  std::vector<std::string> events() const {
    const std::lock_guard guard(mutex_);
    return events_;
  }
  std::size_t count(std::string_view prefix) const {
    std::size_t n = 0;
    for (const std::string& event : events()) {
      if (event.starts_with(prefix)) ++n;
    }
    return n;
  }
  // How many sent() bytes there were in all.
  std::uint64_t bytes_sent() const { return bytes_sent_; }
  std::uint64_t last_idle_until_ns() const { return idle_until_ns_; }

 private:
  static FakeSession& of(tenon_session* session) {
    return *reinterpret_cast<FakeSession*>(session);
  }

  static tenon_status TENON_CALL opened(
      void* context,
      const tenon_opened* opened,
      tenon_conn* conn,
      std::uint64_t,
      tenon_session** out,
      tenon_step* step
  ) {
    auto& kernel = *static_cast<FakeKernel*>(context);
    kernel.note("opened");
    if (kernel.refuse_sessions) return TENON_E_NOMEM;
    auto session = std::make_unique<FakeSession>();
    session->kernel = &kernel;
    session->conn = conn;
    session->io_thread = opened->io_thread;
    session->listener = opened->listener;
    session->peer = opened->peer;
    kernel.on_opened(*session, *step);
    *out = reinterpret_cast<tenon_session*>(session.release());
    return TENON_OK;
  }
  static void TENON_CALL received(
      tenon_session* session,
      tenon_buf bytes,
      std::uint64_t,
      std::uint64_t* consumed,
      tenon_step* step
  ) {
    FakeSession& self = of(session);
    self.kernel->note("received " + std::to_string(bytes.len));
    *consumed = self.kernel->on_received(self, view(bytes), *step);
  }
  static void TENON_CALL eof(tenon_session* session, std::uint64_t, tenon_step* step) {
    FakeSession& self = of(session);
    self.kernel->note("eof");
    self.kernel->on_eof(self, *step);
  }
  static void TENON_CALL
  sent(tenon_session* session, std::uint64_t bytes, std::uint64_t, tenon_step* step) {
    FakeSession& self = of(session);
    self.kernel->bytes_sent_ += bytes;
    self.kernel->note("sent " + std::to_string(bytes));
    self.kernel->on_sent(self, *step);
  }
  static void TENON_CALL
  file_read(tenon_session* session, std::uint64_t bytes, std::uint64_t, tenon_step* step) {
    FakeSession& self = of(session);
    self.kernel->note("file_read " + std::to_string(bytes));
    self.kernel->on_file_read(self, bytes, *step);
  }
  static void TENON_CALL expired(tenon_session* session, std::uint64_t, tenon_step* step) {
    FakeSession& self = of(session);
    self.kernel->note("expired");
    self.kernel->on_expired(self, *step);
  }
  static void TENON_CALL resumed(tenon_session* session, std::uint64_t, tenon_step* step) {
    FakeSession& self = of(session);
    self.kernel->note("resumed");
    self.kernel->on_resumed(self, *step);
  }
  static void TENON_CALL
  draining(tenon_session* session, std::uint64_t idle_until_ns, std::uint64_t, tenon_step* step) {
    FakeSession& self = of(session);
    self.kernel->idle_until_ns_ = idle_until_ns;
    self.kernel->note("draining");
    self.kernel->on_draining(self, *step);
  }
  static void TENON_CALL closed(tenon_session* session, std::uint64_t) {
    const std::unique_ptr<FakeSession> self(&of(session));
    self->kernel->on_closed(*self);
    self->kernel->note("closed");
  }

  static const tenon_session_api& session_api() {
    static const tenon_session_api api = {
        sizeof(tenon_session_api),
        0,
        opened,
        received,
        eof,
        sent,
        file_read,
        expired,
        resumed,
        draining,
        closed,
    };
    return api;
  }

  tenon_child_host host_{};
  mutable std::mutex mutex_;
  std::vector<std::string> events_;
  std::atomic<std::uint64_t> bytes_sent_ = 0;
  std::atomic<std::uint64_t> idle_until_ns_ = 0;
};

}  // namespace tenon::support
