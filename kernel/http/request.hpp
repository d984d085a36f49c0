// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <tenon/module.h>
#include <tenon/mpm.h>

#include "base/arena.hpp"
#include "base/limits.hpp"
#include "http/exchange.hpp"
#include "http/filter_chain.hpp"
#include "http/hook_scope.hpp"
#include "http/request_body.hpp"
#include "http/request_head.hpp"
#include "http/response.hpp"
#include "route/router.hpp"

namespace tenon::http {

class IoThread;
class Session;
struct Ticket;

// Where a request is on its way; see pipeline.hpp.
enum class Stage { PostRead, Rewrite, Access, Body, Handler, Response, Send, Log, Done };

// One call of a hook that is not over: it runs in the pool, or waits to be resumed.
struct HookRun {
  enum class State { Idle, InPool, Pending };
  State state = State::Idle;
  const route::HookCall* hook = nullptr;

  Ticket* ticket = nullptr;  // issued, and neither resumed nor discarded
  bool resumed = false;      // the ticket is back
  uint32_t want_events = 0;  // TENON_WANT_...; 0: none
  tenon_resume_fn want_fn = nullptr;
  void* want_data = nullptr;

  bool is_open() const { return state != State::Idle; }
};

// A hook call on its way to a pool thread and back.
struct PoolCall {
  tenon_work work{};  // first, so that the work's address is the call's
  Request* request = nullptr;
  tenon_verdict verdict = TENON_NEXT;
  ThreadSlots slots = {};  // of the pool thread, while it runs there
};

// "Look at what changed", on its way to the I/O thread.
struct Poke {
  tenon_work work{};  // first
  Request* request = nullptr;
};

// A module's own pointer; see tenon_host::ctx_set.
struct ModuleContext {
  const tenon_self* self;
  void* ctx;
  tenon_release_fn release;
};

// One request, from its complete head to the end of its answer. Belongs to its session's I/O
// thread, and to a pool thread while a hook runs there; both may touch `exchange`, `cancelled`, and
// body and stream as these say. Reused, but never freed before its I/O thread: see handle.hpp.
struct Request {
  explicit Request(IoThread& io_thread) : thread(io_thread) {}
  ~Request() { end(); }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // The request is over: its handles are stale, and what modules and files hold is given back.
  void end();

  IoThread& thread;
  std::atomic<uint16_t> life{1};
  std::atomic<std::thread::id> owner{};  // set in debug builds only
  Session* session = nullptr;
  Arena arena{limits::kArenaBytesMax};
  tenon_req_info info{};
  uint32_t listener = 0;
  uint64_t begun_ns = 0;

  RequestHead head;
  Exchange exchange;
  RequestBody body{exchange};
  bool body_announced = false;  // and not a byte of it taken
  bool filter_failed = false;
  FilterChain request_filters;
  ByteQueue filtered_body;     // what came out of them
  std::string filtered_whole;  // the same, of a body that is whole
  bool filtered_end = false;   // nothing more comes out
  bool body_begun = false;     // its filters were opened

  Response response{arena, exchange};
  FilterChain response_filters;
  bool head_out = false;     // nothing but the body can change any more
  bool complete = false;     // all of the answer was sent
  bool cut = false;          // the answer cannot be finished: the connection must not look as if
  bool close_after = false;  // the framing is lost, or the client must not go on
  uint64_t body_bytes_sent = 0;
  std::array<tenon_buf, TENON_STEP_VIEWS_MAX>
      views{};  // of the step under way; idle sessions need none

  const route::Site* site = nullptr;
  const route::Route* route = nullptr;
  Stage stage = Stage::PostRead;
  size_t next_hook = 0;       // in the stage
  HookRun run;                // of the stage's hook
  HookRun producer;           // of the handler that goes on writing while the answer is sent
  HookRun* active = nullptr;  // the one whose code runs
  bool pool_used = false;
  bool path_set = false;
  PoolCall pool_call;
  Poke poke;
  std::vector<ModuleContext> contexts;
  std::string_view error_note;  // what set_error said last
  std::atomic<bool> cancelled{false};
};

// The running thread owns the request from here on; known in debug builds only.
inline void set_owner([[maybe_unused]] Request& request) {
#ifndef NDEBUG
  request.owner.store(std::this_thread::get_id(), std::memory_order_relaxed);
#endif
}

}  // namespace tenon::http
