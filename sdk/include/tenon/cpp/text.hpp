// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include <tenon/abi.h>

namespace tenon {

inline std::string_view view(tenon_str text) {
  return {text.ptr, text.len};
}
inline std::string_view view(tenon_buf bytes) {
  return {static_cast<const char*>(bytes.ptr), bytes.len};
}
inline tenon_str str(std::string_view text) {
  return {text.data(), text.size()};
}
inline tenon_buf buf(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace tenon
