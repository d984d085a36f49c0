// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include <tenon/module.h>

#include "route/plan.hpp"

namespace tenon::http {

struct Request;
class ResponseStream;

// Where the bytes go that come out of the last filter.
class FilterEnd {
 public:
  virtual tenon_status take(const tenon_buf* parts, size_t n_parts) = 0;

 protected:
  ~FilterEnd() = default;
};

// The end of a response's chain. Bytes are copied: their memory is the filter's.
class StreamEnd final : public FilterEnd {
 public:
  explicit StreamEnd(ResponseStream& stream) : stream_(stream) {}
  tenon_status take(const tenon_buf* parts, size_t n_parts) override;

 private:
  ResponseStream& stream_;
};

class FilterChain;

}  // namespace tenon::http

// A filter's place in its chain; what it hands on goes to the place behind.
struct tenon_next {
  tenon::http::FilterChain* chain = nullptr;
  size_t place = 0;
};

namespace tenon::http {

// The filters of one body that want it, in the order of the bytes. [owner]
class FilterChain {
 public:
  // Opens what `filters` want the body of `request`. An error has been logged.
  tenon_status open(Request& request, const std::vector<route::FilterCall>& filters);
  bool is_empty() const { return links_.empty(); }
  // Bytes into the first filter. `last`: no more follow, the last call.
  tenon_status push(const tenon_buf* parts, size_t n_parts, bool last, FilterEnd& end);
  // As tenon_host::pass, from the filter at `place`.
  tenon_status pass(size_t place, const tenon_buf* parts, size_t n_parts);
  void close();

 private:
  struct Link {
    const route::FilterCall* call = nullptr;
    void* state = nullptr;
    tenon_next next;
  };
  tenon_status push_into(size_t place, const tenon_buf* parts, size_t n_parts, bool last);

  Request* request_ = nullptr;
  FilterEnd* end_ = nullptr;
  std::vector<Link> links_;
};

}  // namespace tenon::http
