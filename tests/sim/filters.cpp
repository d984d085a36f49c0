// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <utility>

#include <tenon/cpp/text.hpp>

#include "tests/sim/actors.hpp"

namespace tenon::sim {
namespace {

// Every other request's filter collects much before it hands anything on.
constexpr size_t kCollectedBytes = 150'000;

struct State {
  const FilterInstance& instance;
  bool collects;
  std::string held;

  tenon_status push(std::string_view bytes, bool last, tenon_next* next) {
    held += bytes;
    if (collects && !last && held.size() < kCollectedBytes) return TENON_OK;
    const std::string out = std::exchange(held, {});
    const tenon_buf part = buf(out);
    return instance.host.pass(next, &part, 1);
  }
};

tenon_status TENON_CALL open(void* instance, tenon_req*, const tenon_req_info* info, void** state) {
  const std::string_view path = view(info->path);
  const std::string_view digits = path.substr(path.rfind('/') + 1);
  uint32_t id = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (!is_filtered(id)) return TENON_OK;
  const FilterInstance& self = *static_cast<FilterInstance*>(instance);
  ++self.ledger.states;
  *state = new State{self, id % 2 == 0, {}};
  return TENON_OK;
}

void TENON_CALL close(void* state) {
  const std::unique_ptr<State> over(static_cast<State*>(state));
  --over->instance.ledger.states;
}

tenon_status TENON_CALL push_request(
    void* state, tenon_req*, const tenon_buf* parts, size_t n_parts, int32_t last, tenon_next* next
) {
  State& self = *static_cast<State*>(state);
  std::string upper;
  for (size_t i = 0; i < n_parts; ++i) {
    upper += filter_request(view(parts[i]));
  }
  return self.push(upper, last != 0, next);
}

tenon_status TENON_CALL push_response(
    void* state, tenon_req*, const tenon_buf* parts, size_t n_parts, int32_t last, tenon_next* next
) {
  State& self = *static_cast<State*>(state);
  std::string bytes;
  for (size_t i = 0; i < n_parts; ++i) {
    bytes += view(parts[i]);
  }
  if (last != 0) bytes += kFilterEnd;
  return self.push(bytes, last != 0, next);
}

}  // namespace

tenon_filter request_filter() {
  return {sizeof(tenon_filter), TENON_FILTER_REQUEST, nullptr, nullptr, open, push_request, close};
}

tenon_filter response_filter() {
  return {
      sizeof(tenon_filter), TENON_FILTER_RESPONSE, nullptr, nullptr, open, push_response, close};
}

}  // namespace tenon::sim
