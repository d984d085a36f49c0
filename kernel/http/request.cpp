// SPDX-License-Identifier: Apache-2.0
#include "http/request.hpp"

void tenon_req::reset() {
  session = nullptr;
  info = {};
  head = {};
  body.reset();
  body_pending = false;
  response.reset();
  close_after = false;
  site = nullptr;
  route = nullptr;
  stage = tenon::http::Stage::PostRead;
  next_hook = 0;
  pool_used = false;
  path_set = false;
  error_note = {};
  cancelled.store(false, std::memory_order_relaxed);
  arena.reset();
}
