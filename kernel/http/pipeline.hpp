// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "http/request.hpp"

// The way of a request through the hooks of its route:
//   router -> POST_READ -> REWRITE (-> router again, once) -> ACCESS -> body -> HANDLER -> RESPONSE
//   -> send -> LOG
// An answer in any phase, of a hook or of the kernel, leads straight to RESPONSE. The plan belongs
// to the route, so the router comes first; no hook can tell, as only REWRITE changes the path.
namespace tenon::http::pipeline {

// What advance() stopped for.
enum class Progress {
  Parked,     // a hook runs in the pool; the request belongs to it until Session::pool_done
  WantsBody,  // read the body, then advance() again
  Send,       // the answer is ready
  Done        // the log hooks have run
};

// Finds site and route; a request that has none is answered. Before the first advance().
void route(Request& request);
// Runs hooks on the I/O thread until the request must wait for something.
Progress advance(Request& request, uint64_t now_ns);
// [I/O thread] Takes over the verdict that came back from the pool; then advance().
void finish_pool_call(Request& request);
// Answers in place of what the request was about to do; then advance().
void answer_error(Request& request, int status);
// The answer is out (or the client gone): goes on to the log hooks.
void skip_to_log(Request& request);

}  // namespace tenon::http::pipeline
