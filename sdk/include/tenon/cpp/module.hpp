// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <concepts>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tenon/cpp/filter.hpp>
#include <tenon/cpp/metrics.hpp>
#include <tenon/cpp/option.hpp>
#include <tenon/cpp/request.hpp>
#include <tenon/cpp/services.hpp>
#include <tenon/cpp/ticket.hpp>
#include <tenon/cpp/work.hpp>
#include <tenon/module.h>

// A module in C++20. A class with hooks, and one line that exports it:
//
//   class Hello {
//    public:
//     tenon::Verdict handle(tenon::Request& request) const { return request.text(200, "Hello"); }
//   };
//   TENON_MODULE(Hello, "hello", "com.example.hello", "1.0.0")
//
// One object is made for each distinct configuration and shared by all threads: hooks are const,
// and what they change is synchronised by the module. What the class may have:
//   hooks          post_read, rewrite, access, handle, response, log (sdk/README.md says when each
//                  runs), as Verdict or void NAME(tenon::Request&) const
//   filters        classes RequestFilter and ResponseFilter (see filter.hpp)
//   Config         a struct, and `static constexpr auto options` (see option.hpp)
//   constructor    from Config, or from Config and Setup&; or none
//   check          static void check(const Config&, Setup&): findings without side effects
//   load           static void load(Loading&): once per process (see services.hpp)
//   run_HOOK       static constexpr int32_t run_access = TENON_RUN_POOL: access() may block; `run`
//                  is short for run_handle
//   whole_body     static constexpr bool whole_body = true: handle() is called with all of the body
//   needs, before, after   static constexpr const char* X[] = {"id", nullptr}
//   summary        static constexpr const char* summary = "one line"
namespace tenon {

// [control] Where a module says what is wrong with a configuration.
class Setup {
 public:
  Setup(const tenon_cfg* cfg, std::span<const tenon_option> options) noexcept
      : cfg_(cfg),
        options_(options) {}

  // Refuses the configuration; shown with file:line:col of the option's value.
  void error(std::string_view option, std::string_view text) {
    good_ = false;
    tell(option, TENON_LOG_ERROR, text);
  }
  void warning(std::string_view option, std::string_view text) {
    tell(option, TENON_LOG_WARN, text);
  }
  bool good() const { return good_; }

 private:
  void tell(std::string_view option, int32_t level, std::string_view text) {
    for (uint32_t i = 0; i < options_.size(); ++i) {
      if (options_[i].name != option) continue;
      return loaded.host->cfg->diag(cfg_, i, level, str(text));
    }
    // Not one of its options: told as the reason of a failure.
    loaded.host->set_error(loaded.self, nullptr, str(text));
  }

  const tenon_cfg* cfg_;
  std::span<const tenon_option> options_;
  bool good_ = true;
};

namespace detail {

template <class M>
concept Configured = requires {
  typename M::Config;
  M::options;
};

template <class M, auto Hook>
tenon_verdict TENON_CALL
call_hook(void* instance, tenon_req* raw, const tenon_req_info* info) noexcept {
  static_assert(
      std::is_invocable_v<decltype(Hook), const M&, Request&>,
      "a hook is a const member function that takes tenon::Request&: all threads share the object"
  );
  return run_guarded(raw, info, [instance](Request& request) {
    return (static_cast<const M*>(instance)->*Hook)(request);
  });
}

// The hooks that a class has, in an array that is as long as there are phases.
struct Hooks {
  std::array<tenon_hook, 6> rows{};
  size_t count = 0;

  template <class M, auto Hook>
  constexpr void add(int32_t phase, int32_t run) {
    tenon_hook& row = rows[count++];
    row.struct_size = sizeof(tenon_hook);
    row.phase = phase;
    row.run = run;
    if constexpr (requires { M::whole_body; }) {
      if (phase == TENON_PH_HANDLER && M::whole_body) row.flags = TENON_HOOK_WHOLE_BODY;
    }
    if constexpr (requires { M::before; }) row.before = M::before;
    if constexpr (requires { M::after; }) row.after = M::after;
    row.call = &call_hook<M, Hook>;
  }
};

// Adds the hook `name`, where the class has it.
#define TENON_ADD_HOOK(name, phase)                                 \
  if constexpr (requires { &M::name; }) {                           \
    int32_t run = TENON_RUN_LOOP;                                   \
    if constexpr (requires { M::run_##name; }) run = M::run_##name; \
    hooks.add<M, &M::name>(phase, run);                             \
  }

template <class M>
constexpr Hooks hooks_of() {
  Hooks hooks;
  TENON_ADD_HOOK(post_read, TENON_PH_POST_READ)
  TENON_ADD_HOOK(rewrite, TENON_PH_REWRITE)
  TENON_ADD_HOOK(access, TENON_PH_ACCESS)
  TENON_ADD_HOOK(handle, TENON_PH_HANDLER)
  if constexpr (requires {
                  M::run;
                  &M::handle;
                })
    hooks.rows[hooks.count - 1].run = M::run;
  TENON_ADD_HOOK(response, TENON_PH_RESPONSE)
  TENON_ADD_HOOK(log, TENON_PH_LOG)
  return hooks;
}
#undef TENON_ADD_HOOK

// The same for its body filters.
struct Filters {
  std::array<tenon_filter, 2> rows{};
  size_t count = 0;
};

template <class M>
constexpr Filters filters_of() {
  Filters filters;
  if constexpr (requires { typename M::RequestFilter; }) {
    filters.rows[filters.count++] =
        FilterGlue<M, typename M::RequestFilter>::row(TENON_FILTER_REQUEST);
  }
  if constexpr (requires { typename M::ResponseFilter; }) {
    filters.rows[filters.count++] =
        FilterGlue<M, typename M::ResponseFilter>::row(TENON_FILTER_RESPONSE);
  }
  return filters;
}

template <class M>
constexpr auto rows_of() {
  if constexpr (Configured<M>) {
    return std::apply(
        [](const auto&... option) {
          return std::array<tenon_option, sizeof...(option)>{option.row...};
        },
        M::options
    );
  } else {
    return std::array<tenon_option, 0>{};
  }
}

constexpr const char* compiler() {
#if defined(__VERSION__)
  return __VERSION__;
#else
  return nullptr;
#endif
}

// The C table of a module class.
template <class M>
class Glue {
 public:
  static const tenon_module* table(const char* name, const char* id, const char* version) {
    static_assert(
        kHooks.count + kFilters.count > 0,
        "the class has no hook, such as handle(tenon::Request&) const, and no filter"
    );
    static const tenon_module kTable = make(name, id, version);
    return &kTable;
  }

 private:
  static tenon_module make(const char* name, const char* id, const char* version) {
    tenon_module table{};
    table.struct_size = sizeof table;
    table.magic = TENON_MODULE_MAGIC;
    table.abi_major = TENON_ABI_MAJOR;
    table.abi_minor = TENON_ABI_MINOR;
    table.name = name;
    table.id = id;
    table.version = version;
    table.built_with = compiler();
    if constexpr (requires { M::summary; }) table.summary = M::summary;
    if constexpr (requires { M::needs; }) table.needs = M::needs;
    table.options = kRows.data();
    table.n_options = kRows.size();
    table.hooks = kHooks.rows.data();
    table.n_hooks = kHooks.count;
    table.filters = kFilters.rows.data();
    table.n_filters = kFilters.count;
    table.load = load;
    if constexpr (Configured<M>) table.check = check;
    table.create = create;
    table.destroy = destroy;
    return table;
  }

  static tenon_status TENON_CALL load(tenon_self* self, const tenon_host* host) noexcept {
    loaded = {host, self};
    if constexpr (requires(Loading & loading) { M::load(loading); }) {
      return guard(nullptr, tenon_status{TENON_E_FAIL}, [] {
        Loading loading;
        M::load(loading);
        return loading.status();
      });
    } else {
      return TENON_OK;
    }
  }

  template <class Config>
  static void read_options(const tenon_cfg* cfg, Config& config) {
    uint32_t index = 0;
    std::apply(
        [&](const auto&... option) { (read(cfg, index++, config.*(option.member)), ...); },
        M::options
    );
  }

  static tenon_status TENON_CALL check(tenon_self*, const tenon_cfg* cfg) noexcept {
    return guard(nullptr, tenon_status{TENON_E_FAIL}, [&] {
      Setup setup(cfg, kRows);
      if constexpr (Configured<M>) {
        typename M::Config config{};
        read_options(cfg, config);
        if constexpr (requires { M::check(config, setup); }) M::check(config, setup);
      }
      return setup.good() ? tenon_status{TENON_OK} : tenon_status{TENON_E_FAIL};
    });
  }

  static M* construct(const tenon_cfg* cfg, Setup& setup) {
    if constexpr (Configured<M>) {
      typename M::Config config{};
      read_options(cfg, config);
      if constexpr (std::constructible_from<M, typename M::Config, Setup&>) {
        return new M(std::move(config), setup);
      } else {
        return new M(std::move(config));
      }
    } else {
      return new M();
    }
  }

  static tenon_status TENON_CALL
  create(tenon_self*, const tenon_cfg* cfg, void** instance) noexcept {
    return guard(nullptr, tenon_status{TENON_E_FAIL}, [&] {
      Setup setup(cfg, kRows);
      M* const made = construct(cfg, setup);
      if (!setup.good()) {
        delete made;
        return tenon_status{TENON_E_FAIL};
      }
      *instance = made;
      return tenon_status{TENON_OK};
    });
  }

  static void TENON_CALL destroy(void* instance) noexcept { delete static_cast<M*>(instance); }

  static constexpr auto kRows = rows_of<M>();
  static constexpr Hooks kHooks = hooks_of<M>();
  static constexpr Filters kFilters = filters_of<M>();
};

}  // namespace detail
}  // namespace tenon

// `name` is what operators write (`handler = "hello"`); `id` is unique in the world, written like a
// domain in reverse.
#define TENON_MODULE(Class, name, id, version)                                                     \
  TENON_EXTERN_C TENON_EXPORT const tenon_module* TENON_CALL tenon_module_v0(const tenon_hello*) { \
    return ::tenon::detail::Glue<Class>::table(name, id, version);                                 \
  }
