// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "http/request.hpp"

// A module holds a request by a handle: its address with its life's number in the 16 bits that user
// space leaves free. Request objects live as long as their I/O thread and are used again with the
// next number, so that a call that comes too late finds a request that is not the one it means.
namespace tenon::http {

inline constexpr int kHandleAddressBits = 48;

inline tenon_req* handle_of(const Request& request) {
  const auto address = reinterpret_cast<uintptr_t>(&request);
  const auto life = static_cast<uintptr_t>(request.life.load(std::memory_order_relaxed));
  return reinterpret_cast<tenon_req*>(address | life << kHandleAddressBits);
}

// Null: the request is over.
inline Request* find_request(const tenon_req* handle) {
  const auto bits = reinterpret_cast<uintptr_t>(handle);
  auto* const request =
      reinterpret_cast<Request*>(bits & ((uintptr_t{1} << kHandleAddressBits) - 1));
  if (request == nullptr) return nullptr;
  const uint16_t life = request->life.load(std::memory_order_relaxed);
  return life == static_cast<uint16_t>(bits >> kHandleAddressBits) ? request : nullptr;
}

// Whose calls the running thread may make; see request_api.cpp. A call that is refused is logged in
// debug builds with module, function and request.
struct Owned {
  Request* request = nullptr;          // null: refused
  tenon_status refused = TENON_E_ARG;  // with this
  explicit operator bool() const { return request != nullptr; }
};
Owned owned(tenon_req* handle, const char* function) noexcept;

}  // namespace tenon::http
