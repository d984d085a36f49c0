// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <exception>
#include <span>
#include <string_view>

#include <tenon/cpp/text.hpp>
#include <tenon/module.h>

namespace tenon {

// What load() gave this module, once per process; TENON_MODULE sets it before anything else runs.
struct Loaded {
  const tenon_host* host = nullptr;
  tenon_self* self = nullptr;
};
inline Loaded loaded;

// A header field of an answer, or a field of a log line. Views its arguments.
inline tenon_header field(std::string_view name, std::string_view value) {
  return {str(name), str(value), 0, 0};
}

// Writes to the server's error log; `request`, where given, is named in the line.
inline void log(
    int32_t level,
    std::string_view message,
    std::span<const tenon_header> fields = {},
    tenon_req* request = nullptr
) {
  if (loaded.host->log_enabled(loaded.self, level) == 0) return;
  loaded.host->log(loaded.self, request, level, str(message), fields.data(), fields.size());
}

// The interface with that id, such as tenon_files for TENON_FILES_ID; null: not offered.
template <class Interface>
const Interface* query(const char* id) {
  return static_cast<const Interface*>(loaded.host->query(loaded.self, id));
}

// The one place where exceptions end: nothing is ever thrown into the kernel. What is thrown
// becomes the reason of the failure that is returned.
template <class Value, class Call>
Value guard(tenon_req* request, Value failed, Call&& call) noexcept {
  try {
    return call();
  } catch (const std::exception& error) {
    loaded.host->set_error(loaded.self, request, str(std::string_view(error.what())));
  } catch (...) {
    loaded.host->set_error(loaded.self, request, str("an exception that is no std::exception"));
  }
  return failed;
}

}  // namespace tenon
