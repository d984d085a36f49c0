// SPDX-License-Identifier: Apache-2.0
#include "module/offers.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "module/descriptor.hpp"
#include "module/self.hpp"

namespace tenon::module {

const Offers::Offer* Offers::add(std::string_view id, Offer offer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto [place, added] = offers_.try_emplace(std::string(id), std::move(offer));
  return added ? nullptr : &place->second;
}

const Offers::Offer* Offers::find(std::string_view id) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = offers_.find(id);
  return found == offers_.end() ? nullptr : &found->second;
}

bool is_service_id(std::string_view id) {
  const size_t slash = id.rfind('/');
  if (slash == std::string_view::npos || !is_module_id(id.substr(0, slash))) return false;
  const std::string_view revision = id.substr(slash + 1);
  return !revision.empty() && revision.size() <= 4 && revision.front() != '0' &&
         std::all_of(revision.begin(), revision.end(), is_digit) && !id.starts_with("tenon.");
}

namespace {

tenon_status refuse(tenon_self& self, const std::string& why) {
  self.note_error(why);
  return TENON_E_ARG;
}

tenon_status TENON_CALL
offer(tenon_self* self, const char* id, const void* table, void* object) noexcept {
  if (self == nullptr || id == nullptr || table == nullptr) return TENON_E_ARG;
  if (self->stage != tenon_self::Stage::Load) return TENON_E_STATE;
  if (!is_service_id(id)) {
    return refuse(
        *self, "the service id " + quote(id) + " is not one such as \"com.example.sessions/2\""
    );
  }
  const Offers::Offer* const before =
      self->services->runtime.offers.add(id, {self->name, table, object});
  if (before == nullptr) return TENON_OK;
  return refuse(
      *self, "the service " + quote(id) + " is offered by module " + quote(before->module) + " too"
  );
}

tenon_status TENON_CALL
acquire(tenon_self* self, const char* id, const void** table, void** object) noexcept {
  if (self == nullptr || id == nullptr || table == nullptr || object == nullptr) return TENON_E_ARG;
  if (self->stage == tenon_self::Stage::None) return TENON_E_STATE;
  const Offers::Offer* const offer = self->services->runtime.offers.find(id);
  if (offer == nullptr) return TENON_E_NOT_FOUND;
  *table = offer->table;
  *object = offer->object;
  return TENON_OK;
}

}  // namespace

const tenon_services& services_api() {
  static constexpr tenon_services kApi{
      .struct_size = sizeof(tenon_services), .reserved = 0, .offer = &offer, .acquire = &acquire};
  return kApi;
}

}  // namespace tenon::module
