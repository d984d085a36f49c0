// SPDX-License-Identifier: Apache-2.0
#include "modules/static/http_date.hpp"

#include "tests/fuzz/fuzz.hpp"

namespace tenon::fuzz {

void http_date(std::string_view input) {
  constexpr int64_t kNow = 1'800'000'000;
  const auto seconds = static_files::parse_http_date(input, kNow);
  if (!seconds) return;
  check(static_files::is_http_date(*seconds), "a date was read that none can write");
  const static_files::HttpDate written(*seconds);
  check(
      static_files::parse_http_date(written.text(), kNow) == seconds, "written it is another one"
  );
}

}  // namespace tenon::fuzz
