// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/module.h>
#include <tenon/section.h>

#include "http/context.hpp"
#include "tests/sim/mpm.hpp"

namespace tenon::sim {

// What a hook does, as a test writes it.
using Hook = std::function<tenon_verdict(tenon_req*, const tenon_req_info&)>;
// For resume() and want(): `data` is a Hook, which outlives the call.
tenon_verdict TENON_CALL
run_hook(void* instance, tenon_req* request, const tenon_req_info* info, void* hook);

// The HTTP core on the MPM in memory, with hooks that are functions of the test. Routes and hooks
// are added before the first connect().
class Server {
 public:
  explicit Server(size_t pool_queue_max = 16);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Adds a route to the first site; "/x/*" is a prefix. Returns its number.
  size_t route(std::string_view path, Hook handler, int32_t run = TENON_RUN_LOOP);
  // A hook of another phase.
  void hook(size_t route, int32_t phase, Hook hook);
  // A body filter whose three functions are the test's.
  void filter(size_t route, const tenon_filter& filter, void* instance);
  route::Route& at(size_t route) { return sites_.front().routes[route]; }

  Connection& connect();
  // On a connection of its own: what the client gets for these bytes.
  std::string exchange(std::string_view bytes);

  // Answers with 200, text/plain and this body.
  tenon_verdict text(tenon_req* request, std::string_view body, int32_t status = 200) const;

  tenon_thread_slot& slot(uint32_t thread) { return section_.slots[thread]; }
  // What the hooks of the test came to on that thread.
  tenon_module_slot& counts(uint32_t thread) { return section_.modules[thread]; }

  tenon_host host{};
  http::Context context;
  Mpm mpm;

 private:
  struct Section {
    alignas(64) tenon_section header{};
    alignas(64) tenon_thread_slot slots[2]{};
    tenon_module_slot modules[2]{};  // of one module
  };
  route::HookCall make_call(Hook hook, int32_t run);
  void start();

  Section section_;
  std::vector<std::unique_ptr<Hook>> hooks_;
  std::vector<std::unique_ptr<tenon_filter>> filters_;
  std::vector<route::Site> sites_;
  std::unique_ptr<route::Router> router_;
  http::Context* host_context_ = &context;
};

// One answer as a client reads it.
struct Answer {
  int status = 0;
  std::string head;  // with the empty line
  std::string body;
  bool complete = true;  // false: the end of the body is missing, or a chunk is malformed

  // The value of the first field of that name, spelled as on the wire; "" when there is none.
  std::string field(std::string_view name) const;
};
// Takes the first answer off `bytes`; `head_only`: it answers a HEAD request.
Answer take_answer(std::string_view& bytes, bool head_only);
// Takes the bytes of a connection apart by Content-Length and chunks (trailers are appended to the
// head); `head_only`: they answer HEAD requests.
std::vector<Answer> answers(std::string_view bytes, bool head_only = false);

}  // namespace tenon::sim
