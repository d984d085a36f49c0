// SPDX-License-Identifier: Apache-2.0
#include "http/request.hpp"

#include "http/hook_call.hpp"

namespace tenon::http {

void Request::end() {
  ++life;
  forget_wait(run);
  forget_wait(producer);
  request_filters.close();
  response_filters.close();
  // What was set last may lean on what was set first.
  while (!contexts.empty()) {
    const ModuleContext last = contexts.back();
    contexts.pop_back();
    if (last.release != nullptr) last.release(last.ctx);
  }
  response.reset();
  body.reset();
  filtered_body.reset();
  filtered_whole.clear();
  filtered_end = body_begun = false;
  exchange.reset();
  session = nullptr;
  info = {};
  head = {};
  body_announced = filter_failed = false;
  head_out = complete = cut = close_after = false;
  body_bytes_sent = 0;
  site = nullptr;
  route = nullptr;
  stage = Stage::PostRead;
  next_hook = 0;
  run = producer = {};
  active = nullptr;
  pool_used = path_set = false;
  error_note = {};
  cancelled.store(false, std::memory_order_relaxed);
  arena.reset();
}

}  // namespace tenon::http
