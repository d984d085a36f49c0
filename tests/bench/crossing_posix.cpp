// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <tenon/cpp/assert.hpp>
#include <tenon/cpp/text.hpp>

#include <dlfcn.h>

#include "arguments.hpp"
#include "crossing_module.h"
#include "http/context.hpp"

// What it costs to cross the ABI: the kernel's HTTP core without sockets, and hooks in a file of
// their own. `bench_crossing` prints nanoseconds; `bench_crossing CASE COUNT` only crosses, for
// callgrind to count.
namespace tenon::bench {
namespace {

constexpr std::string_view kRequest =
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n"
    "Accept-Language: en\r\n\r\n";
constexpr size_t kRounds = 301;

uint64_t now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::nanoseconds(now).count());
}

tenon_hook_fn find_hook(const char* name) {
  static void* const library = ::dlopen(TENON_BENCH_MODULE, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) std::fprintf(stderr, "bench_crossing: %s\n", ::dlerror());
  TENON_ASSERT(library != nullptr);
  void* const hook = ::dlsym(library, name);
  TENON_ASSERT(hook != nullptr);
  return reinterpret_cast<tenon_hook_fn>(hook);
}

// The HTTP core with one route, and one connection that is driven by hand.
class Core {
 public:
  // The hook runs `hooks` times in one request.
  Core(const char* hook, size_t hooks, uint64_t calls) {
    http::fill_request_api(host_);
    setup_ = {&host_, calls, now_ns, &spent_ns_};
    const bool answers = std::string_view(hook) == "bench_respond";
    const auto phase = static_cast<size_t>(answers ? TENON_PH_HANDLER : TENON_PH_POST_READ);
    route::Site site;
    route::Route& route = site.routes.emplace_back();
    route.path.push_back(kRequest[4]);  // "/"
    route.plan.phases[phase].assign(
        hooks, {find_hook(hook), &setup_, nullptr, TENON_RUN_LOOP, "bench", false}
    );
    std::vector<route::Site> sites;
    sites.push_back(std::move(site));
    router_.emplace(std::move(sites));
    mpm_.struct_size = sizeof mpm_;
    mpm_.n_io_threads = 1;
    context_.router = &*router_;
    context_.mpm = &mpm_;
    context_.listener_names.emplace_back("default");
    http::start(context_);
    open();
  }
  ~Core() {
    http::session_api().closed(session_, now_);
    http::stop(context_);
  }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  void request() {
    tenon_step step = new_step();
    uint64_t consumed = 0;
    const tenon_buf bytes = buf(kRequest);
    http::session_api().received(session_, bytes, ++now_, &consumed, &step);
    TENON_ASSERT(consumed == kRequest.size() && (step.actions & TENON_DO_WRITE) != 0);
    uint64_t sent = 0;
    for (uint64_t i = 0; i < step.n_views; ++i)
      sent += step.views[i].len;
    step = new_step();
    http::session_api().sent(session_, sent, now_, &step);
    TENON_ASSERT(step.actions == TENON_DO_READ);
  }
  uint64_t take_spent_ns() { return std::exchange(spent_ns_, 0); }

 private:
  static tenon_step new_step() {
    tenon_step step{};
    step.struct_size = sizeof step;
    return step;
  }

  void open() {
    tenon_opened opened{};
    opened.struct_size = sizeof opened;
    opened.peer.family = opened.local.family = 4;
    tenon_step step = new_step();
    const tenon_status status =
        http::session_api().opened(&context_pointer_, &opened, nullptr, now_, &session_, &step);
    TENON_ASSERT(status == TENON_OK);
  }

  tenon_host host_{};
  bench_setup setup_{};
  uint64_t spent_ns_ = 0;
  tenon_mpm_child mpm_{};
  std::optional<route::Router> router_;
  http::Context context_;
  http::Context* context_pointer_ = &context_;
  tenon_session* session_ = nullptr;
  uint64_t now_ = 1'000'000'000;
};

template <class Sample>
double median(Sample sample) {
  std::vector<double> samples(kRounds);
  std::generate(samples.begin(), samples.end(), sample);
  std::nth_element(samples.begin(), samples.begin() + kRounds / 2, samples.end());
  return samples[kRounds / 2];
}

double request_ns(Core& core) {
  const uint64_t begun = now_ns();
  core.request();
  return static_cast<double>(now_ns() - begun);
}

void print_times() {
  constexpr size_t kMany = 1000;
  Core without("bench_nothing", 0, 0);
  Core with("bench_nothing", kMany, 0);
  const double hooks = median([&] { return request_ns(with) - request_ns(without); });
  std::printf("a hook call       %7.1f ns\n", hooks / kMany);

  Core headers("bench_header_get", 1, kMany);
  const double gets = median([&] {
    headers.request();
    return static_cast<double>(headers.take_spent_ns());
  });
  std::printf("header_get        %7.1f ns\n", gets / kMany);

  Core nothing("bench_header_get", 1, 1);  // little else than two looks at the clock
  Core respond("bench_respond", 1, 0);
  const auto spent = [](Core& core) {
    core.request();
    return static_cast<double>(core.take_spent_ns());
  };
  const double clock = median([&] { return spent(nothing); }) - gets / kMany;
  std::printf("respond           %7.1f ns\n", median([&] { return spent(respond); }) - clock);
  std::printf("a whole request   %7.1f ns\n", median([&] { return request_ns(respond); }) - clock);
}

// False: there is no such case.
bool cross(std::string_view name, size_t count) {
  if (name == "hook") {
    Core("bench_nothing", count, 0).request();
  } else if (name == "header_get") {
    Core("bench_header_get", 1, count).request();
  } else if (name == "respond") {
    Core core("bench_respond", 1, 0);
    for (size_t i = 0; i < count; ++i)
      core.request();
  } else {
    return false;
  }
  return true;
}

}  // namespace
}  // namespace tenon::bench

int main(int count, char** arguments) {
  using namespace tenon::bench;
  if (count == 1) {
    print_times();
    return 0;
  }
  const auto times = count == 3 ? parse_number(arguments[2]) : std::nullopt;
  if (times && cross(arguments[1], *times)) return 0;
  std::fprintf(stderr, "usage: bench_crossing [hook|header_get|respond COUNT]\n");
  return 2;
}
