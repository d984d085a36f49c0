// SPDX-License-Identifier: Apache-2.0
#include "module/host.hpp"

#include <array>
#include <string>
#include <string_view>

#include <tenon/cpp/text.hpp>

#include "config/options.hpp"
#include "files/file.hpp"
#include "http/context.hpp"
#include "module/self.hpp"
#include "module/status.hpp"

namespace tenon::module {
namespace {

constexpr size_t kLogFieldsMax = 32;  // more are dropped

const void* TENON_CALL query(tenon_self*, const char* interface_id) noexcept {
  return interface_id == nullptr ? nullptr : find_interface(interface_id);
}

int32_t TENON_CALL log_enabled(tenon_self* self, int32_t level) noexcept {
  return self->services->log->enabled(level) ? 1 : 0;
}

void TENON_CALL
log(tenon_self* self,
    tenon_req* request,
    int32_t level,
    tenon_str message,
    const tenon_header* fields,
    size_t n_fields) noexcept {
  Log& log = *self->services->log;
  if (!log.enabled(level)) return;
  std::array<LogField, kLogFieldsMax> out;
  size_t n = 0;
  out[n++] = {"module", self->name};
  std::string number;
  if (request != nullptr) {
    number = std::to_string(http::request_number(request));
    out[n++] = {"request", number};
  }
  for (size_t i = 0; i < n_fields && n < out.size(); ++i) {
    out[n++] = {view(fields[i].name), view(fields[i].value)};
  }
  log.write(level, view(message), out.data(), n);
}

void TENON_CALL set_error(tenon_self* self, tenon_req* request, tenon_str message) noexcept {
  if (request != nullptr) return http::note_error(request, view(message));
  self->note_error(view(message));
}

tenon_status TENON_CALL run_blocking(
    tenon_self* self, void(TENON_CALL* work)(void* data), void* data, tenon_release_fn drop
) noexcept {
  if (self == nullptr || work == nullptr) return TENON_E_ARG;
  return self->services->runtime.blocking.run(self->name.c_str(), work, data, drop);
}

tenon_host make_table() {
  tenon_host table{};
  table.struct_size = sizeof table;
  table.abi_minor = TENON_ABI_MINOR;
  table.cfg = &config::cfg_api();
  table.query = &query;
  table.log_enabled = &log_enabled;
  table.log = &log;
  table.set_error = &set_error;
  table.run_blocking = &run_blocking;
  http::fill_request_api(table);
  return table;
}

}  // namespace

const tenon_host& host_table() {
  static const tenon_host kTable = make_table();
  return kTable;
}

const void* find_interface(const char* id) {
  const std::string_view wanted = id;
  if (wanted == TENON_FILES_ID) return &files::api();
  if (wanted == TENON_STATUS_ID) return &status_api();
  if (wanted == TENON_TIMERS_ID) return &timers_api();
  if (wanted == TENON_METRICS_ID) return &metrics_api();
  if (wanted == TENON_SERVICES_ID) return &services_api();
  return nullptr;
}

}  // namespace tenon::module
