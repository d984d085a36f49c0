// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "http/request.hpp"

// The way of a request through the hooks of its route:
//   router -> POST_READ -> REWRITE (-> router again, once) -> ACCESS -> HANDLER -> RESPONSE -> send
//   -> LOG
// An answer in any phase, of a hook or of the kernel, leads straight to RESPONSE. A handler that
// streams its answer goes on beside RESPONSE and sending: it is then the request's `producer`. The
// plan belongs to the route, so the router comes first; no hook can tell, as only REWRITE changes
// the path. All of it on the I/O thread.
namespace tenon::http::pipeline {

// What advance() stopped for.
enum class Progress {
  Parked,     // a hook runs in the pool until Session::pool_done
  Waiting,    // a hook waits to be resumed
  WantsBody,  // the handler wants the body whole: read it, then advance() again
  Send,       // the answer's head is decided; the producer, if any, has said what it could
  Done        // the log hooks have run
};

// Finds site and route; a request that has none is answered. Before the first advance().
void route(Request& request);
// Runs hooks until the request must wait for something.
Progress advance(Request& request, uint64_t now_ns);
// Takes over the verdict that came back from the pool; then advance().
void finish_pool_call(Request& request);
// A pool thread waits in start() for the head to leave; then advance().
void begin_answer(Request& request);
// The RESPONSE hook that was lent to that thread is over; then advance().
void finish_lent_call(Request& request);
// Answers in place of what the request was about to do; then advance().
void answer_error(Request& request, int status);
// RFC 9110 §9.1: whether routes that name no methods take it. One that no route takes is answered
// 405, or 501 if it is not known.
bool is_known_method(std::string_view method);
// The answer is out (or the client gone): goes on to the log hooks.
void skip_to_log(Request& request);

}  // namespace tenon::http::pipeline
