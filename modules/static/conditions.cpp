// SPDX-License-Identifier: Apache-2.0
#include "conditions.hpp"

#include <optional>

#include <tenon/cpp/text.hpp>

#include "etag.hpp"
#include "http_date.hpp"

namespace tenon::static_files {
namespace {

// A list field may stand in several lines, which mean one list.
struct TagField {
  bool given = false;
  bool holds = false;

  void take(std::string_view value, std::string_view etag, bool strongly) {
    given = true;
    holds = holds || list_holds(value, etag, strongly);
  }
};

// A date that can't be understood counts as not given (§13.1.3, §13.1.4).
struct Conditions {
  TagField if_match;
  TagField if_none_match;
  std::optional<int64_t> if_unmodified_since;
  std::optional<int64_t> if_modified_since;
};

Conditions collect(std::span<const tenon_header> request, const Validators& file, int64_t now) {
  Conditions found;
  for (const tenon_header& header : request) {
    const std::string_view name = view(header.name);
    if (!name.starts_with("if-")) continue;
    const std::string_view value = view(header.value);
    if (name == "if-match") found.if_match.take(value, file.etag, true);
    if (name == "if-none-match") found.if_none_match.take(value, file.etag, false);
    if (name == "if-modified-since") found.if_modified_since = parse_http_date(value, now);
    if (name == "if-unmodified-since") found.if_unmodified_since = parse_http_date(value, now);
  }
  return found;
}

bool may_proceed(const Conditions& found, const Validators& file) {
  if (found.if_match.given) return found.if_match.holds;
  return !found.if_unmodified_since || file.modified <= *found.if_unmodified_since;
}

bool is_known(const Conditions& found, const Validators& file) {
  if (found.if_none_match.given) return found.if_none_match.holds;
  return found.if_modified_since && file.modified <= *found.if_modified_since;
}

}  // namespace

Outcome evaluate(std::span<const tenon_header> request, const Validators& file, int64_t now) {
  const Conditions found = collect(request, file, now);
  if (!may_proceed(found, file)) return Outcome::PreconditionFailed;
  return is_known(found, file) ? Outcome::NotModified : Outcome::Proceed;
}

}  // namespace tenon::static_files
