// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <memory>
#include <string_view>

#include <tenon/cpp/request.hpp>
#include <tenon/module.h>

// Body filters. A module M has one of a direction as a class inside it, RequestFilter or
// ResponseFilter; an object is made for each body:
//   constructor   (const M&, tenon::Request&), (const M&) or none
//   wants         static bool wants(const M&, tenon::Request&): false leaves this body alone
//   push          void push(std::string_view bytes, bool last, tenon::Next& next): what next.pass()
//                 is given goes on; `last`: no more bytes follow (`bytes` may be empty)
// They run for the request's owner and never block. What they throw fails the request.
namespace tenon {

// Where a filter hands on.
class Next {
 public:
  explicit Next(tenon_next* next) noexcept : next_(next) {}

  // Read or copied before the call returns.
  void pass(std::string_view bytes) {
    if (bytes.empty() || status_ < 0) return;
    const tenon_buf part = buf(bytes);
    const tenon_status status = loaded.host->pass(next_, &part, 1);
    if (status < 0) status_ = status;
  }
  tenon_status status() const { return status_; }

 private:
  tenon_next* next_;
  tenon_status status_ = TENON_OK;
};

namespace detail {

template <class M, class F>
class FilterGlue {
 public:
  static constexpr tenon_filter row(int32_t direction) {
    tenon_filter filter{};
    filter.struct_size = sizeof filter;
    filter.direction = direction;
    if constexpr (requires { M::before; }) filter.before = M::before;
    if constexpr (requires { M::after; }) filter.after = M::after;
    filter.open = open;
    filter.push = push;
    filter.close = close;
    return filter;
  }

 private:
  static std::unique_ptr<F> make(const M& module, [[maybe_unused]] Request& request) {
    if constexpr (std::constructible_from<F, const M&, Request&>) {
      return std::make_unique<F>(module, request);
    } else if constexpr (std::constructible_from<F, const M&>) {
      return std::make_unique<F>(module);
    } else {
      return std::make_unique<F>();
    }
  }

  static tenon_status TENON_CALL
  open(void* instance, tenon_req* raw, const tenon_req_info* info, void** state) noexcept {
    return guard(raw, tenon_status{TENON_E_FAIL}, [&] {
      Request request(raw, info);
      const M& module = *static_cast<const M*>(instance);
      *state = nullptr;
      if constexpr (requires { F::wants(module, request); }) {
        if (!F::wants(module, request)) return tenon_status{TENON_OK};
      }
      *state = make(module, request).release();  // close() has it
      return tenon_status{TENON_OK};
    });
  }

  static tenon_status TENON_CALL push(
      void* state,
      tenon_req* raw,
      const tenon_buf* parts,
      size_t n_parts,
      int32_t last,
      tenon_next* out
  ) noexcept {
    return guard(raw, tenon_status{TENON_E_FAIL}, [&] {
      F& filter = *static_cast<F*>(state);
      Next next(out);
      for (size_t i = 0; i < n_parts; ++i) {
        filter.push(view(parts[i]), last != 0 && i + 1 == n_parts, next);
      }
      if (n_parts == 0 && last != 0) filter.push({}, true, next);
      return next.status();
    });
  }

  static void TENON_CALL close(void* state) noexcept { delete static_cast<F*>(state); }
};

}  // namespace detail
}  // namespace tenon
