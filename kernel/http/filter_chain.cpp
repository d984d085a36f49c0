// SPDX-License-Identifier: Apache-2.0
#include "http/filter_chain.hpp"

#include <utility>

#include "http/handle.hpp"
#include "http/hook_call.hpp"

namespace tenon::http {

tenon_status StreamEnd::take(const tenon_buf* parts, size_t n_parts) {
  return stream_.write(parts, n_parts, nullptr, nullptr);
}

tenon_status FilterChain::open(Request& request, const std::vector<route::FilterCall>& filters) {
  request_ = &request;
  links_.reserve(filters.size());
  for (const route::FilterCall& call : filters) {
    void* state = nullptr;
    const tenon_status opened =
        call.filter->open(call.instance, handle_of(request), &request.info, &state);
    if (opened < 0) {
      request.filter_failed = true;
      log_failure(request, call.module, "its body filter could not be opened");
      return opened;
    }
    if (state != nullptr) links_.push_back({&call, state, {this, links_.size()}});
  }
  return TENON_OK;
}

tenon_status FilterChain::push(const tenon_buf* parts, size_t n_parts, bool last, FilterEnd& end) {
  end_ = &end;
  tenon_status status = push_into(0, parts, n_parts, last);
  // The last call goes through the whole chain: a filter hands on bytes, not the end.
  for (size_t place = 1; last && status >= 0 && place < links_.size(); ++place) {
    status = push_into(place, nullptr, 0, true);
  }
  end_ = nullptr;
  return status;
}

tenon_status FilterChain::push_into(
    size_t place, const tenon_buf* parts, size_t n_parts, bool last
) {
  Link& link = links_[place];
  const tenon_status status = link.call->filter->push(
      link.state, handle_of(*request_), parts, n_parts, last ? 1 : 0, &link.next
  );
  if (status < 0 && !request_->filter_failed) {
    request_->filter_failed = true;
    log_failure(*request_, link.call->module, "its body filter failed");
  }
  return status;
}

tenon_status FilterChain::pass(size_t place, const tenon_buf* parts, size_t n_parts) {
  if (end_ == nullptr) return TENON_E_STATE;
  if (place + 1 == links_.size()) return end_->take(parts, n_parts);
  return push_into(place + 1, parts, n_parts, false);
}

void FilterChain::close() {
  for (Link& link : links_) {
    link.call->filter->close(std::exchange(link.state, nullptr));
  }
  links_.clear();
}

}  // namespace tenon::http
