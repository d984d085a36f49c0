// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <tenon/host.h>

#include "http/request.hpp"

// The parts of the host table that concern a request; fill_request_api() in context.hpp fills all.
namespace tenon::http {

void fill_body_api(tenon_host& host);
void fill_answer_api(tenon_host& host);
void fill_wait_api(tenon_host& host);

// Whether the code that runs is the handler's.
bool may_read_body(const Request& request);
// Has the I/O thread read it, from now on.
void ask_for_body(Request& request);
// Whether the hook that runs may block: it is on a pool thread.
inline bool may_block(const Request& request) {
  return (request.info.flags & TENON_REQ_IN_POOL) != 0;
}
// [pool thread] Has the request's I/O thread look at what changed. REQUIRES: exchange.mutex held.
void poke(Request& request);

}  // namespace tenon::http
