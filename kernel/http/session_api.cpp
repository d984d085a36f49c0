// SPDX-License-Identifier: Apache-2.0
#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include "http/io_thread.hpp"
#include "http/session.hpp"

// The C side of sessions: nothing but casts. Whatever else can throw here is memory running out,
// which ends the child; it is replaced.
namespace tenon::http {
namespace {

Session& session_of(tenon_session* session) {
  TENON_ASSERT(session != nullptr);
  return *static_cast<Session*>(session);
}

tenon_status TENON_CALL opened(
    void* context,
    const tenon_opened* opened,
    tenon_conn* conn,
    uint64_t now_ns,
    tenon_session** out,
    tenon_step* step
) noexcept {
  const Context& owner = **static_cast<Context**>(context);
  TENON_ASSERT(opened->io_thread < owner.io_threads.size());
  Session* const session = owner.io_threads[opened->io_thread]->acquire_session();
  session->opened(*opened, conn, now_ns, *step);
  *out = session;
  return TENON_OK;
}

void TENON_CALL received(
    tenon_session* session, tenon_buf bytes, uint64_t now_ns, uint64_t* consumed, tenon_step* step
) noexcept {
  session_of(session).received(view(bytes), now_ns, *consumed, *step);
}

void TENON_CALL eof(tenon_session* session, uint64_t now_ns, tenon_step* step) noexcept {
  session_of(session).eof(now_ns, *step);
}

void TENON_CALL
sent(tenon_session* session, uint64_t bytes, uint64_t now_ns, tenon_step* step) noexcept {
  session_of(session).sent(bytes, now_ns, *step);
}

void TENON_CALL
file_read(tenon_session* session, uint64_t bytes, uint64_t now_ns, tenon_step* step) noexcept {
  session_of(session).file_read(bytes, now_ns, *step);
}

void TENON_CALL expired(tenon_session* session, uint64_t now_ns, tenon_step* step) noexcept {
  session_of(session).expired(now_ns, *step);
}

void TENON_CALL resumed(tenon_session* session, uint64_t now_ns, tenon_step* step) noexcept {
  session_of(session).resumed(now_ns, *step);
}

void TENON_CALL draining(
    tenon_session* session, uint64_t idle_until_ns, uint64_t now_ns, tenon_step* step
) noexcept {
  session_of(session).draining(idle_until_ns, now_ns, *step);
}

void TENON_CALL closed(tenon_session* session, uint64_t now_ns) noexcept {
  session_of(session).closed(now_ns);
}

constexpr tenon_session_api kApi = {
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

}  // namespace

const tenon_session_api& session_api() {
  return kApi;
}

}  // namespace tenon::http
