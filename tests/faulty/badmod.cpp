// SPDX-License-Identifier: Apache-2.0
// Does what no module should, as its option `how` says: ends or hangs the child in the middle of a
// request. C++, so that it can throw through the C interface.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <thread>

#include <tenon/module.h>

namespace {

const tenon_host* host;
struct Bad {
  char how[32];
};

tenon_status TENON_CALL load(tenon_self*, const tenon_host* offered) {
  host = offered;
  return TENON_OK;
}

tenon_status TENON_CALL create(tenon_self*, const tenon_cfg* cfg, void** instance) {
  tenon_str how{};
  if (host->cfg->str(cfg, 0, &how) != TENON_OK || how.len >= sizeof(Bad::how)) return TENON_E_ARG;
  Bad* bad = new Bad{};
  std::memcpy(bad->how, how.ptr, how.len);
  *instance = bad;
  return TENON_OK;
}

void TENON_CALL destroy(void* instance) {
  delete static_cast<Bad*>(instance);
}

[[noreturn]] void sleep_for_ever() {
  for (;;)
    std::this_thread::sleep_for(std::chrono::hours(1));
}

void free_twice() {
  void* volatile block = std::malloc(64);
  std::free(block);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuse-after-free"
#endif
  std::free(block);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
}

std::size_t use_up_the_stack(std::size_t depth) {
  volatile char frame[1024];
  frame[depth % sizeof frame] = 1;
  return depth == 0 ? 0 : use_up_the_stack(depth + 1) + static_cast<std::size_t>(frame[0]);
}

std::atomic<int> calls_in_pool = 0;
volatile std::uint64_t spins = 0;
int* volatile nowhere = nullptr;

tenon_verdict answer(tenon_req* request) {
  constexpr char kText[] = "still here\n";
  const tenon_buf body = {kText, sizeof kText - 1};
  return host->respond(request, 200, nullptr, 0, body) == TENON_OK ? TENON_FINISHED : TENON_FAILED;
}

tenon_verdict misbehave(std::string_view how, tenon_req* request) {
  if (how == "access_violation") *nowhere = 1;
  if (how == "abort") std::abort();
  if (how == "deep") *nowhere = static_cast<int>(use_up_the_stack(1));
  if (how == "exit") std::exit(7);
  if (how == "fastfail") __builtin_trap();
  if (how == "loop") {
    for (;;)
      spins = spins + 1;
  }
  if (how == "pool_never") {
    // The second call comes on a thread of the pool.
    if (calls_in_pool.fetch_add(1) % 2 == 0) return TENON_RERUN_IN_POOL;
    sleep_for_ever();
  }
  if (how == "thread") std::thread(sleep_for_ever).detach();
  if (how == "double_free") free_twice();
  return answer(request);
}

// Not noexcept: what it throws goes through the interface, as a careless module's would.
tenon_verdict TENON_CALL handle(void* instance, tenon_req* request, const tenon_req_info*) {
  const std::string_view how = static_cast<const Bad*>(instance)->how;
  if (how == "exception") throw std::bad_alloc();
  return misbehave(how, request);
}

const tenon_option options[] = {
    {sizeof(tenon_option),
     TENON_T_STRING,
     TENON_OPT_REQUIRED,
     TENON_IN_ALL,
     "how",
     "What goes wrong.",
     nullptr,
     nullptr,
     1,
     0,
     nullptr}};

tenon_hook hook() {
  tenon_hook hook{};
  hook.struct_size = sizeof hook;
  hook.phase = TENON_PH_HANDLER;
  hook.call = handle;
  return hook;
}
const tenon_hook hooks[] = {hook()};

tenon_module describe() {
  tenon_module module{};
  module.struct_size = sizeof module;
  module.magic = TENON_MODULE_MAGIC;
  module.abi_major = TENON_ABI_MAJOR;
  module.abi_minor = TENON_ABI_MINOR;
  module.name = "badmod";
  module.id = "test.tenon.badmod";
  module.version = "1.0.0";
  module.summary = "does what no module should";
  module.options = options;
  module.n_options = 1;
  module.hooks = hooks;
  module.n_hooks = 1;
  module.load = load;
  module.create = create;
  module.destroy = destroy;
  return module;
}

}  // namespace

extern "C" TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello*) {
  static const tenon_module module = describe();
  return &module;
}
