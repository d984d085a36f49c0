// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include <tenon/abi.h>

namespace tenon::static_files {

enum class Outcome { Proceed, NotModified, PreconditionFailed };

// What a file is compared with. A GET or HEAD for a file that exists.
struct Validators {
  std::string_view etag;
  int64_t modified = 0;  // seconds, as Last-Modified says
};

// RFC 9110 §13.2.2: If-Match, else If-Unmodified-Since; then If-None-Match, else If-Modified-Since.
Outcome evaluate(std::span<const tenon_header> request, const Validators& file, int64_t now);

}  // namespace tenon::static_files
