// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/mpm.h>

#include "config/config.hpp"
#include "log/log.hpp"
#include "route/router.hpp"

namespace tenon::http {

class TicketBook;
class IoThread;  // what the sessions of one I/O thread share: cached Date, free sessions and arenas

// All that sessions need of their generation. Owned by the child's runtime, outlives every session.
struct Context {
  const route::Router* router = nullptr;
  const tenon_mpm_child* mpm = nullptr;
  tenon_section* section = nullptr;
  Log* log = nullptr;
  config::Limits limits;
  config::Timeouts timeouts;
  std::vector<std::string> listener_names;  // by index
  std::string server_field = "Tenon";       // value of the Server field; empty: none
  std::atomic<bool> draining{false};        // [any] the child is to end
  std::vector<IoThread*> io_threads;        // by index; made and destroyed by start() and stop()
  std::vector<std::shared_ptr<TicketBook>> ticket_books;  // for tickets that are held longer
  // How a hook in the pool waits for its I/O thread; null: it sleeps until that has news. An MPM
  // in memory decides itself when which thread runs on. `mpm_context`: tenon_mpm_child::context.
  void (*pool_wait)(void* mpm_context, std::unique_lock<std::mutex>& lock) = nullptr;
};

// Makes the per-thread state (n_io_threads of context.mpm); before the first session.
void start(Context& context);
// All sessions are closed.
void stop(Context& context);

// The table that the MPM drives sessions with. Its `opened` is called with the child host's
// context, which must therefore begin with a pointer to Context: see server/child.cpp.
const tenon_session_api& session_api();

// Fills the request functions of the host table (headers ... cancelled).
void fill_request_api(tenon_host& host);

// [owner] What a module said through set_error with a request: logged if its hook then fails.
// Copied.
void note_error(tenon_req* request, std::string_view message) noexcept;
// [owner] tenon_req_info::request_number, for the fields of a log line.
uint64_t request_number(const tenon_req* request) noexcept;

// [any] Monotonic, in nanoseconds, never 0: tenon_child_host::now.
uint64_t now_ns() noexcept;

}  // namespace tenon::http
