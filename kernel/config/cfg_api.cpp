// SPDX-License-Identifier: Apache-2.0
#include <tenon/cpp/text.hpp>

#include "base/text.hpp"
#include "config/findings.hpp"
#include "config/option_value.hpp"

namespace tenon::config {
namespace {

// The value of an option whose declared type fits the call, as T; else why not.
template <class T>
tenon_status find(const tenon_cfg* cfg, uint32_t option, bool type_fits, const T** out) noexcept {
  if (!type_fits) return TENON_E_ARG;
  *out = std::get_if<T>(&cfg->values[option]);
  return *out != nullptr ? TENON_OK : TENON_E_NOT_FOUND;
}

// The declaration, or null for a wrong index or a null pointer.
const tenon_option* declared(const tenon_cfg* cfg, uint32_t option, const void* out) noexcept {
  if (cfg == nullptr || out == nullptr || option >= cfg->values.size()) return nullptr;
  return &cfg->table->at(option);
}

tenon_status TENON_CALL i64(const tenon_cfg* cfg, uint32_t option, int64_t* out) noexcept {
  const tenon_option* type = declared(cfg, option, out);
  const bool fits = type != nullptr && !is_list(*type) && is_integral(type->type);
  const int64_t* value = nullptr;
  const tenon_status status = find(cfg, option, fits, &value);
  if (status == TENON_OK) *out = *value;
  return status;
}

tenon_status TENON_CALL f64(const tenon_cfg* cfg, uint32_t option, double* out) noexcept {
  const tenon_option* type = declared(cfg, option, out);
  const bool fits = type != nullptr && !is_list(*type) && type->type == TENON_T_FLOAT;
  const double* value = nullptr;
  const tenon_status status = find(cfg, option, fits, &value);
  if (status == TENON_OK) *out = *value;
  return status;
}

tenon_status TENON_CALL text(const tenon_cfg* cfg, uint32_t option, tenon_str* out) noexcept {
  const tenon_option* type = declared(cfg, option, out);
  const bool fits = type != nullptr && !is_list(*type) && is_text(type->type);
  const std::string* value = nullptr;
  const tenon_status status = find(cfg, option, fits, &value);
  if (status == TENON_OK) *out = str(*value);
  return status;
}

struct CountOf {
  size_t operator()(const std::vector<int64_t>& items) const { return items.size(); }
  size_t operator()(const std::vector<std::string>& items) const { return items.size(); }
  size_t operator()(const StringPairs& pairs) const { return pairs.size(); }
  template <class T>
  size_t operator()(const T&) const {
    return 0;
  }
};

tenon_status TENON_CALL count(const tenon_cfg* cfg, uint32_t option, size_t* out) noexcept {
  const tenon_option* type = declared(cfg, option, out);
  if (type == nullptr) return TENON_E_ARG;
  if (!is_list(*type) && type->type != TENON_T_STRING_MAP) return TENON_E_ARG;
  const Value& value = cfg->values[option];
  if (std::holds_alternative<std::monostate>(value)) return TENON_E_NOT_FOUND;
  *out = std::visit(CountOf(), value);
  return TENON_OK;
}

tenon_status TENON_CALL
item(const tenon_cfg* cfg, uint32_t option, size_t index, tenon_str* out) noexcept {
  const tenon_option* type = declared(cfg, option, out);
  const bool fits = type != nullptr && is_list(*type) && is_text(type->type);
  const std::vector<std::string>* items = nullptr;
  const tenon_status status = find(cfg, option, fits, &items);
  if (status != TENON_OK) return status;
  if (index >= items->size()) return TENON_E_ARG;
  *out = str((*items)[index]);
  return TENON_OK;
}

tenon_status TENON_CALL
item_i64(const tenon_cfg* cfg, uint32_t option, size_t index, int64_t* out) noexcept {
  const tenon_option* type = declared(cfg, option, out);
  const bool fits = type != nullptr && is_list(*type) && is_integral(type->type);
  const std::vector<int64_t>* items = nullptr;
  const tenon_status status = find(cfg, option, fits, &items);
  if (status != TENON_OK) return status;
  if (index >= items->size()) return TENON_E_ARG;
  *out = (*items)[index];
  return TENON_OK;
}

tenon_status TENON_CALL pair(
    const tenon_cfg* cfg, uint32_t option, size_t index, tenon_str* key, tenon_str* value
) noexcept {
  const tenon_option* type = declared(cfg, option, key);
  const bool fits = type != nullptr && value != nullptr && type->type == TENON_T_STRING_MAP;
  const StringPairs* pairs = nullptr;
  const tenon_status status = find(cfg, option, fits, &pairs);
  if (status != TENON_OK) return status;
  if (index >= pairs->size()) return TENON_E_ARG;
  *key = str((*pairs)[index].first);
  *value = str((*pairs)[index].second);
  return TENON_OK;
}

// Outside of check(), and for a level that is no finding, there is nobody to tell.
void TENON_CALL
diag(const tenon_cfg* cfg, uint32_t option, int32_t level, tenon_str words) noexcept {
  if (cfg == nullptr || cfg->findings == nullptr) return;
  const Place& place = option < cfg->places.size() ? cfg->places[option] : cfg->where;
  const std::string said = printable(without_secrets(*cfg, std::string(view(words))));
  if (level == TENON_LOG_ERROR) add_error(*cfg->findings, place, said);
  if (level == TENON_LOG_WARN) add_warning(*cfg->findings, place, said);
}

}  // namespace

const tenon_cfg_api& cfg_api() {
  static constexpr tenon_cfg_api kApi = {
      sizeof(tenon_cfg_api), 0, i64, f64, text, count, item, item_i64, pair, diag};
  return kApi;
}

}  // namespace tenon::config
