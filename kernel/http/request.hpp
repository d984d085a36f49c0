// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <string_view>

#include <tenon/module.h>
#include <tenon/mpm.h>

#include "base/arena.hpp"
#include "base/limits.hpp"
#include "http/body_reader.hpp"
#include "http/request_head.hpp"
#include "http/response.hpp"
#include "route/router.hpp"

namespace tenon::http {

class IoThread;
class Session;

// Where a request is on its way; see pipeline.hpp.
enum class Stage { PostRead, Rewrite, Access, Body, Handler, Response, Send, Log, Done };

// A hook call on its way to a pool thread and back.
struct PoolCall {
  tenon_work work{};  // first, so that the work's address is the call's
  tenon_req* request = nullptr;
  tenon_verdict verdict = TENON_NEXT;
};

}  // namespace tenon::http

// One request, from its complete head to the end of its answer. Belongs to its session's I/O
// thread, and to a pool thread while a hook runs there; only `cancelled` may be touched by both.
// Reused: begin() makes it new.
struct tenon_req {
  explicit tenon_req(tenon::http::IoThread& io_thread) : thread(io_thread) {}
  tenon_req(const tenon_req&) = delete;
  tenon_req& operator=(const tenon_req&) = delete;

  // Forgets the request before; its files are closed and its memory is free.
  void reset();

  tenon::http::IoThread& thread;
  tenon::http::Session* session = nullptr;
  tenon::Arena arena{tenon::limits::kArenaBytesMax};
  tenon_req_info info{};
  uint32_t listener = 0;

  tenon::http::RequestHead head;
  tenon::http::BodyReader body;
  bool body_pending = false;  // announced, and not a byte of it taken

  tenon::http::Response response{arena};
  bool close_after = false;  // the framing is lost, or the client must not go on

  const tenon::route::Site* site = nullptr;
  const tenon::route::Route* route = nullptr;
  tenon::http::Stage stage = tenon::http::Stage::PostRead;
  size_t next_hook = 0;  // in the stage
  bool pool_used = false;
  bool path_set = false;
  tenon::http::PoolCall pool_call;
  std::string_view error_note;  // what set_error said last
  std::atomic<bool> cancelled{false};
};

namespace tenon::http {

using Request = tenon_req;

}  // namespace tenon::http
