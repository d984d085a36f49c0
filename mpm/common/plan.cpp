// SPDX-License-Identifier: Apache-2.0
#include "common/plan.hpp"

namespace tenon::mpm {

ListenerSpec::ListenerSpec(const tenon_listener& listener)
    : name(tenon::view(listener.name)),
      address(tenon::view(listener.address)),
      place(tenon::view(listener.place)),
      family(listener.family),
      port(listener.port) {
  std::memcpy(ip, listener.ip, sizeof ip);
}

tenon_listener ListenerSpec::view() const {
  tenon_listener out{};
  out.struct_size = sizeof out;
  out.family = family;
  out.port = port;
  std::memcpy(out.ip, ip, sizeof out.ip);
  out.name = str(name);
  out.address = str(address);
  out.place = str(place);
  return out;
}

bool ListenerSpec::is_same(const ListenerSpec& other) const {
  return family == other.family && port == other.port &&
         std::memcmp(ip, other.ip, sizeof ip) == 0 && (port != 0 || name == other.name);
}

void PlanFaults::add(const std::string& text, std::string_view place) {
  host_.report(host_.context, TENON_LOG_ERROR, str(place), str(text));
  if (!text_.empty()) text_ += '\n';
  text_ += (place.empty() ? "" : std::string(place) + ": ") + "error: " + text;
}

void PlanFaults::warn(const std::string& text, std::string_view place) {
  host_.report(host_.context, TENON_LOG_WARN, str(place), str(text + "; the server does without"));
}

std::string needs_restart(const ListenerSpec& wanted, const std::string& held) {
  return "listening on " + wanted.address +
         " needs a restart of the server, for the running configuration holds " + held;
}

}  // namespace tenon::mpm
